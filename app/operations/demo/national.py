"""Many invented districts at once, for measuring: rows straight into the tables.

Unlike the demonstration district nothing here comes in through the intake, so a rebuild
forgets it. Codes are of regions 71 to 95, which are given to no real place.
"""

from dataclasses import dataclass

from sqlmodel import select

from app.errors import Conflict, Invalid
from app.operations import counts, seeding
from app.operations.demo import national_answers, national_places
from app.operations.demo.loading import Report, silent
from app.operations.demo.national_places import FIRST_REGION, MOST_DISTRICTS
from app.records.territory import Place
from app.settings import Settings
from app.store.sessions import Reading, Store

AT_ONCE = 40  # communities a transaction


@dataclass(frozen=True, slots=True)
class Size:
    """How much to make; 32 practices give ten million answers.

    ``communities`` are shared out among the districts; ``families``, ``practices`` and
    ``rounds`` are of each community.
    """

    communities: int = 1764
    families: int = 60
    practices: int = 9
    rounds: int = 3

    @property
    def answers(self) -> int:
        """How many answers that makes."""
        return self.communities * self.families * self.practices * self.rounds


def national(
    store: Store,
    _settings: Settings,
    districts: int,
    report: Report = silent,
    size: Size | None = None,
) -> Size:
    """Fill so many districts and count their indicators.

    Raises
    ------
    Conflict
        They are there already.
    Invalid
        More districts than there are codes, or more than communities.
    """
    size = size or Size()
    most = min(MOST_DISTRICTS, size.communities)
    if not 1 <= districts <= most:
        raise Invalid(
            "El número de distritos va de 1 a {most}.",
            remedy="Pida menos distritos, o más comunidades.",
            field="districts",
            most=most,
        )
    seeding.seed(store)
    with store.writing() as session:
        session.hold("demo")
        _refuse_twice(session)
        made = national_places.settle(session, districts, size.communities)
        batch_id = national_answers.batch(session, size.answers)
        asked = national_answers.practices(session, size.practices)
    filling = national_answers.Filling(batch_id, asked, size.families, size.rounds)
    for start in range(0, len(made), AT_ONCE):
        report(start, 2 * len(made), "Respuestas")
        with store.writing() as session:
            filling.fill(session, made[start : start + AT_ONCE], start)

    def counted(done: int, of: int) -> None:
        report(len(made) + len(made) * done // max(1, of), 2 * len(made), "Indicadores")

    counts.recompute_all(store, counted)
    return size


def _refuse_twice(session: Reading) -> None:
    first = f"{FIRST_REGION}0101"
    if session.exec(select(Place.id).where(Place.code == first)).first() is not None:
        raise Conflict(
            "Los distritos inventados para medir ya están cargados.",
            remedy="Use un almacén nuevo.",
        )
