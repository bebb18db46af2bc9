"""The PDLC in force of the demonstration, told from ``seeds/demo/pdlc.yaml``."""

from datetime import date
from functools import cache
from typing import Any
from uuid import uuid5

from sqlmodel import select

from app.capture import yaml_text
from app.operations import pdlc, pdlc_amendments, pdlc_links, pdlc_reading, standing
from app.operations.demo.almanac import Almanac, moment
from app.operations.demo.script import FOLDER, SPACE
from app.operations.pdlc import Seen
from app.operations.pdlc_amendments import Suggestion
from app.operations.pdlc_content import (
    ActionText,
    Content,
    LineText,
    ObjectiveText,
    PlanText,
    SheetText,
)
from app.operations.trail import Author
from app.planning import pathways
from app.records.pdlc import Pdlc
from app.records.places import Where
from app.records.proposals import Proposal
from app.store.sessions import Writing


@cache
def told() -> dict[str, Any]:
    """The plan as its file tells it."""
    return dict(yaml_text.read((FOLDER / "pdlc.yaml").read_text(encoding="utf-8")))


def provide(session: Writing, author: Author, where: Where, almanac: Almanac) -> Pdlc:
    """The plan, in force, with its links and one amendment before the CCL."""
    content = _content(session, where, almanac.today.year)
    made = pdlc.keep(session, author, where, content, ("Plan inventado para la demostración", ""))
    made.created_at = moment(almanac.today)
    found = pdlc_reading.whole(session, made)
    # Keys that are the same each time the demonstration is loaded.
    made.uuid = uuid5(SPACE, "pdlc")
    for objective in found.objectives:
        objective.row.uuid = uuid5(SPACE, f"pdlc {objective.row.code}")
    for sheet in found.sheets:
        sheet.row.uuid = uuid5(SPACE, f"pdlc {sheet.row.code}")
    session.flush()
    pdlc.put_in_force(session, author, where, Seen(made.uuid, made.revision), ("", None))
    for each in told()["objectives"]:
        wanted = [uuid5(SPACE, f"proposal {key}") for key in each.get("proposals", ())]
        keys = [row.uuid for row in session.exec(select(Proposal)).all() if row.uuid in wanted]
        if keys:
            about = (Seen(made.uuid, made.revision), each["code"])
            pdlc_links.link_proposals(session, author, where, about, keys)
    asked = told()["amendment"]
    pdlc_amendments.propose(
        session,
        author,
        where,
        Seen(made.uuid, made.revision),
        Suggestion("", asked["what"], asked["why"]),
    )
    return made


def _content(session: Writing, where: Where, year: int) -> Content:
    given, plan = told(), told()["plan"]
    years = (year + plan["first"], year + plan["last"])
    approved = plan["approved"]
    day = date(year + approved["year"], approved["month"], approved["day"])
    return Content(
        PlanText(plan["title"], *years, plan["vision"], plan["ordinance"], day),
        tuple(
            ObjectiveText(each["code"], each["statement"], each["expected"], tuple(each["needs"]))
            for each in given["objectives"]
        ),
        tuple(_action(each, year) for each in given["actions"]),
        tuple(_sheet(session, where, each, years) for each in given["indicators"]),
    )


def _action(each: dict[str, Any], year: int) -> ActionText:
    return ActionText(
        each["code"],
        each["statement"],
        each.get("responsible", ""),
        each.get("route", ""),
        each["priority"],
        tuple(
            LineText(
                line["kind"],
                line["code"],
                line["name"],
                year + line["year"] if "year" in line else None,
            )
            for line in each.get("lines", ())
        ),
    )


def _sheet(
    session: Writing, where: Where, each: dict[str, Any], years: tuple[int, int]
) -> SheetText:
    known = standing.indicators(session, where)[each["indicator"]]
    base = float(each["base"])
    return SheetText(
        code=each["code"],
        of=each["of"],
        name=known.name_es,
        direction=known.direction,
        indicator=known.code,
        baseline_year=years[0],
        baseline=base,
        targets=pathways.linear((years[0], base), float(each["goal"]), years),
        responsible=each["responsible"],
        method=f"Se cuenta: {known.numerator}. De un total de: {known.denominator}. Por cien.",
        source="SISMUNI: rondas de monitoreo aprobadas",
        frequency="Semestral",
        justification="Mide de cerca el cambio que busca el objetivo.",
    )
