"""The needs of a district, in order, with how sure each place is; its goals and its weights.

The order is that of ``app.planning.needs``; the range around each place comes from
``app.planning.ranges``. Both are worked out again only after something of the district
changed. The seed of the public lot is the district's code and the year, unless the
assembly drew another.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import col, select

from app.errors import Conflict, Unknown
from app.operations import districts, draws, standing, trail
from app.operations.gathering import Gathered, gathered, goals
from app.operations.remembered import remembered
from app.operations.trail import Act, Author
from app.planning import gaps, needs, ranges, smaa, weights
from app.planning.criteria import CRITERIA
from app.planning.evidence import Cell
from app.planning.needs import Need, NeedsList
from app.planning.smaa import Simulation
from app.planning.weights import Ballot
from app.records import stamps
from app.records.catalogues import Goal, Weighting
from app.records.places import Where
from app.store.sessions import Reading, Writing

TOP = 5  # needs that a district can attend in one cycle
DRAWS = smaa.DRAWS


@dataclass(frozen=True, slots=True)
class DistrictNeeds:
    """The needs list with everything that it was made from."""

    day: date
    seed: str
    weighting: weights.Weighting
    listed: NeedsList
    gathered: Gathered

    def name(self, code: str) -> str:
        """How a need is called in Spanish; a theme as it stands in the catalogue of themes."""
        found = self.gathered.indicators.get(code)
        return found.name_es if found else code.removeprefix("theme:")

    def where(self, need: Need, *, health: bool) -> tuple[Cell, ...]:
        """Communities short of the target; none for whom the indicator is closed."""
        found = self.gathered.indicators[need.code]
        return () if found.sensitive and not health else need.where


def of_district(session: Reading, where: Where, day: date, seed: str = "") -> DistrictNeeds:
    """The needs of a district on a day, most pressing first."""
    seed = seed or seed_of(where, day)
    key = ("needs", where.place_id, day, seed)
    return remembered(session, where, key, lambda: _rank(session, where, day, seed))


def ranges_of(
    session: Reading, where: Where, day: date, top: int = TOP, *, patient: bool = False
) -> Simulation | None:
    """How sure each place is; None where nothing is ranked, or while it is still drawn.

    Who is ``patient`` waits for the draws, however large the district.
    """
    found = of_district(session, where, day)
    if not found.listed.ranked:
        return None
    asked = draws.wait if patient else draws.of_needs
    drawn = asked(found.gathered.evidence, found.seed)
    if drawn is None:
        return None
    key = ("needs ranges", where.place_id, day, top)
    return remembered(
        session, where, key, lambda: ranges.weigh_needs(drawn, found.weighting, found.seed, top)
    )


def evidence_of(session: Reading, where: Where, day: date) -> Gathered:
    """What the district knows on a day, as the lists are made from it."""
    key = ("gathered", where.place_id, day)
    return remembered(session, where, key, lambda: gathered(session, where, day))


def seed_of(where: Where, day: date) -> str:
    """The seed of a district's lots in a year, until its assembly draws one."""
    return f"{where.code}-{day.year}"


def _rank(session: Reading, where: Where, day: date, seed: str) -> DistrictNeeds:
    known = evidence_of(session, where, day)
    weighting = weighting_of(session, where)
    listed = needs.rank(known.evidence, weighting.mean, seed)
    return DistrictNeeds(day, seed, weighting, listed, known)


def weighting_of(session: Reading, where: Where) -> weights.Weighting:
    """What the participants of a district hold important; all alike until somebody said."""
    ballots = [
        Ballot(row.given_by, {code: int(points) for code, points in row.points.items()})
        for row in weightings(session, where)
    ]
    return weights.weighting(CRITERIA, ballots)


def weightings(session: Reading, where: Where) -> list[Weighting]:
    """The vectors of points that stand, in the order in which they were given."""
    return list(
        session.exec(
            select(Weighting)
            .where(Weighting.place_id == where.place_id, col(Weighting.withdrawn).is_(False))
            .order_by(col(Weighting.id))
        ).all()
    )


def give_weights(
    session: Writing, author: Author, where: Where, given_by: str, points: dict[str, int]
) -> Weighting:
    """Note the points of a participant or group; an earlier vector of theirs steps back.

    Raises
    ------
    InvalidPoints
        They are not 100 points over the criteria.
    """
    weights.weighting(CRITERIA, [Ballot(given_by, points)])
    session.hold(f"weights {where.code}")
    for row in weightings(session, where):
        if row.given_by == given_by:
            row.withdrawn = True
    made = Weighting(
        place_id=districts.own(where),
        given_by=given_by,
        points={c: float(p) for c, p in points.items()},
    )
    session.add(made)
    session.flush()
    _written(session, author, where, Act("give", "weights", made.uuid, where.place_id))
    return made


def withdraw_weights(
    session: Writing, author: Author, where: Where, uuid: UUID, reason: str
) -> None:
    """Take a vector out of the mean; it stays readable in the trail.

    Raises
    ------
    Unknown
        The district has none with this key.
    Conflict
        It was withdrawn before.
    """
    row = session.exec(
        select(Weighting).where(Weighting.uuid == uuid, Weighting.place_id == where.place_id)
    ).first()
    if row is None:
        raise Unknown("El distrito no tiene ese reparto de puntos.", remedy="Vuelva a la lista.")
    if row.withdrawn:
        raise Conflict("Ese reparto de puntos ya fue retirado.", remedy="Vuelva a la lista.")
    row.withdrawn = True
    _written(session, author, where, Act("withdraw", "weights", uuid, where.place_id, reason))


@dataclass(frozen=True, slots=True)
class GoalGiven:
    """Target and agreed worst value, shares 0 to 1, where they were agreed, and the incentive
    that the figure counts for, if any.
    """

    indicator: str
    target: float
    worst: float
    source: str = ""
    incentive: str = ""


def set_goal(session: Writing, author: Author, where: Where, given: GoalGiven, day: date) -> Goal:
    """Fix the goalposts of an indicator from a day on; those before stay readable.

    Raises
    ------
    Unknown
        There is no such indicator.
    InvalidGoal
        The goalposts make no scale in the indicator's direction.
    """
    found = standing.indicators(session, where).get(given.indicator)
    if found is None:
        raise Unknown(
            "No existe el indicador {code}.",
            remedy="Elija uno del catálogo.",
            field="indicator",
            code=given.indicator,
        )
    gaps.Goal(given.target, given.worst, found.direction)
    session.hold(f"goals {where.code}")
    before = goals(session, where, day).get(given.indicator)
    if before is not None and before.place_id == where.place_id:
        before.valid_to = day
    made = Goal(
        indicator=given.indicator,
        place_id=where.place_id,
        target=given.target,
        worst=given.worst,
        source=given.source,
        incentive=given.incentive,
        valid_from=day,
    )
    session.add(made)
    session.flush()
    _written(session, author, where, Act("set", "goals", made.uuid, where.place_id, given.source))
    return made


def _written(session: Writing, author: Author, where: Where, act: Act) -> None:
    trail.record(session, author, act)
    stamps.bump(session, f"district:{where.code}" if where.place_id else "catalogue")
