"""Return sheets of the demonstration: one for each community, and four slips typed back in."""

from datetime import timedelta

from app.operations import returns
from app.operations.demo.almanac import Almanac
from app.operations.returns import Occasion, Slip
from app.operations.trail import Author
from app.records import places
from app.records.places import Where
from app.store.sessions import Writing

ISSUED = timedelta(days=24)  # before the last day of the calendar
BACK = timedelta(days=9)
# The community, whether it conforms, and its words (all invented).
SLIPS = (
    ("Alto Achira", True, ""),
    ("Bocas del Killa", True, "Gracias por decir quién tiene el expediente."),
    ("Inti Wayqu", False, "Nos dijeron que empezaba en octubre y nadie vino."),
    ("Las Orquídeas del Killa", False, "Falta decir adónde va el pedido del camino."),
)


def provide(session: Writing, where: Where, hands: tuple[Author, Author], almanac: Almanac) -> None:
    """The sheets of the quarter by the planner, and their slips by the desk."""
    planner, desk = hands
    day = almanac.today - ISSUED
    occasion = Occasion("quarter", returns.quarter(day))
    sheets = returns.issue(session, planner, where, occasion, day)
    asking = {sheet.content["community"]: sheet for sheet in sheets}
    codes = {s.sheet.id: s.code for s in returns.of_district(session, where, day) if s.sheet}
    for name, conforming, text in SLIPS:
        sheet = asking[name]
        lines = (sheet.content["lines"][0]["number"],) if text else ()
        slip = Slip(conforming, text, lines, "Secretaría de la junta", almanac.today - BACK)
        here = places.community(session, where, codes[sheet.id])
        returns.reply(session, desk, here, sheet, slip, almanac.today)
