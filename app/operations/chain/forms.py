"""The forms at the beginning of a chain: what each community handed in and somebody approved.

Of documents that name homes only the health facility and the agent of that community read more
than the community's sheet: for all others the chain ends there.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from app.operations import instruments, narrowing
from app.operations.chain.nodes import Node, Weaving
from app.operations.needs import DistrictNeeds
from app.planning.chains import Ref
from app.records.aggregates import Aggregate
from app.records.catalogues import IndicatorRow
from app.records.cycles import Round
from app.records.diagnoses import Problem
from app.records.intake import Form
from app.records.plans import Action
from app.records.territory import Community
from app.store.sessions import Reading, columns

COUNTED = ("approved", "locked")
MONITORED = ("monitoring", "household_monitoring")
MOST = 2_000  # of the newest: a community has some hundreds of homes
HOME_READERS = frozenset({"facility", "health_agent"})


def of_communities(session: Reading) -> frozenset[str]:
    """The instruments whose documents name no home; of one that is not known, it is not known."""
    return frozenset(
        each.code for each in instruments.every(session) if not narrowing.names_homes(each)
    )


def by_key(session: Reading, key: str) -> Form | None:
    """The document with this key."""
    try:
        uuid = UUID(key)
    except ValueError:
        return None
    return session.exec(select(Form).where(Form.uuid == uuid)).first()


def weave(
    session: Reading,
    known: DistrictNeeds,
    communities: Collection[str],
    open_: Iterable[tuple[str, str]],
) -> Weaving:
    """The approved forms of these communities, of the (community, instrument) that are open."""
    allowed = frozenset(open_)
    held = (
        col(Community.code).in_(list(communities)),
        # Homes that are closed to the reader must not crowd out what is open.
        col(Form.instrument).in_({instrument for _, instrument in allowed}),
        col(Form.state).in_(COUNTED),
    )
    return _woven(session, known, allowed, held)


def one(session: Reading, known: DistrictNeeds, form: Form) -> Weaving:
    """A single form, whatever its state; one that is not approved led to nothing yet."""
    return _woven(session, known, None, (col(Form.id) == form.id,))


def _woven(
    session: Reading,
    known: DistrictNeeds,
    allowed: frozenset[tuple[str, str]] | None,
    held: tuple[ColumnElement[bool], ...],
) -> Weaving:
    made = Weaving()
    rows = session.rows(
        columns(
            Form.id,
            Form.uuid,
            Form.instrument,
            Form.state,
            Form.sent_at,
            Form.round_id,
            Form.community_id,
            Community.code,
            Community.name,
            Round.label,
        )
        .join(Community, col(Community.id) == Form.community_id)
        .join(Round, col(Round.id) == Form.round_id, isouter=True)
        .where(*held)
        .order_by(col(Form.sent_at).desc(), col(Form.id).desc())
        .limit(MOST)
    )
    counted: dict[int, Ref] = {}
    rounds: dict[tuple[int, int], list[Ref]] = {}
    for row in rows:
        if allowed is not None and (row.code, row.instrument) not in allowed:
            continue
        node = Node(
            *("form", str(row.uuid), row.label or "", row.name, row.state),
            on_day=row.sent_at.date(),
            communities=frozenset({row.code}),
            public=False,
            register=row.instrument,
        )
        made.add(node)
        if row.state not in COUNTED:
            continue
        counted[row.id] = node.ref
        made.pairs.append((node.ref, ("sheet", row.code)))
        if row.instrument in MONITORED and row.round_id is not None:
            rounds.setdefault((row.community_id, row.round_id), []).append(node.ref)
    _indicators(session, made, rounds)
    _said(session, known, made, counted)
    return made


def _indicators(session: Reading, made: Weaving, rounds: dict[tuple[int, int], list[Ref]]) -> None:
    found = session.rows(
        columns(Aggregate.community_id, Aggregate.round_id, IndicatorRow.code)
        .join(IndicatorRow, col(IndicatorRow.id) == Aggregate.indicator_id)
        .where(
            col(Aggregate.round_id).in_([key[1] for key in rounds]),
            col(Aggregate.source) != "register",
        )
    )
    for community_id, round_id, code in found:
        for ref in rounds.get((community_id, round_id), ()):
            made.pairs.append((ref, ("indicator", code)))


def _said(session: Reading, known: DistrictNeeds, made: Weaving, counted: dict[int, Ref]) -> None:
    """What assemblies said: problems lead to needs, actions are requests."""
    actions = columns(Action.form_id, Action.uuid).where(col(Action.form_id).in_(list(counted)))
    for form_id, uuid in session.rows(actions):
        made.pairs.append((counted[form_id], ("request", str(uuid))))
    problems = columns(Problem.form_id, Problem.indicator, Problem.theme).where(
        col(Problem.form_id).in_(list(counted))
    )
    for form_id, indicator, theme in session.rows(problems):
        if need := _need(known, indicator, theme):
            made.pairs.append((counted[form_id], ("need", need)))


def _need(known: DistrictNeeds, indicator: str, theme: str) -> str:
    """The need that a problem speaks of, as the list calls it; none where it says none."""
    return known.gathered.told.get(indicator, indicator) or (f"theme:{theme}" if theme else "")


def behind(
    session: Reading, known: DistrictNeeds, communities: Collection[str], things: Collection[Ref]
) -> set[str]:
    """Those of these communities whose forms measured or named any of the things themselves.

    Of some no sheet leads there: an assembly was heard before the first round, or the last round
    did not measure again what an older one had.
    """
    codes, indicators = list(communities), [key for kind, key in things if kind == "indicator"]
    said = session.rows(
        columns(Community.code, Problem.indicator, Problem.theme)
        .join(Form, col(Form.id) == Problem.form_id)
        .join(Community, col(Community.id) == Form.community_id)
        .where(col(Community.code).in_(codes), col(Form.state).in_(COUNTED))
    )
    measured = session.rows(
        columns(Community.code)
        .join(Aggregate, col(Aggregate.community_id) == Community.id)
        .join(IndicatorRow, col(IndicatorRow.id) == Aggregate.indicator_id)
        .where(col(Community.code).in_(codes), col(IndicatorRow.code).in_(indicators))
        .distinct()
    )
    spoke = {row.code for row in said if ("need", _need(known, *row[1:])) in things}
    return spoke | {row.code for row in measured}
