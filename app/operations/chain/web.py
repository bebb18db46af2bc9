"""The whole chain of a district but its forms, read once after each change.

What an assembly asked for stays a link even where a newer plan no longer asks it. A practice
stands under the indicator that measures it, as in the list of needs.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlmodel import col

from app.operations import needs, pdlc_reading, petitions, proposals, request_numbers, requests
from app.operations.chain import followed
from app.operations.chain.nodes import Node, Weaving, Web
from app.operations.needs import DistrictNeeds
from app.operations.remembered import remembered
from app.planning.chains import Ref, linked
from app.records.petitions import PetitionOrigin
from app.records.places import Where
from app.records.plans import Action, Plan
from app.records.proposals import Origin, Proposal
from app.records.territory import Community
from app.store.sessions import Reading, columns

THEME = "theme:"


def of_district(session: Reading, where: Where, day: date) -> Web:
    """The chain of a district on a day."""
    key = ("chain", where.place_id, day)
    return remembered(session, where, key, lambda: _woven(session, where, day))


def _woven(session: Reading, where: Where, day: date) -> Web:
    known = needs.of_district(session, where, day)
    made = Weaving()
    _figures(made, known)
    asked = _requests(session, where, day)
    names = request_numbers.named(session, list(asked))
    days = _assembled(session, list(asked))
    for each in asked.values():
        node = Node(
            *("request", str(each.uuid), names.get(each.uuid, ""), each.title, each.state),
            on_day=days.get(each.uuid),
            communities=frozenset({each.community}),
            public=False,  # until a published list or a gestión takes it up
        )
        made.add(node, [("sheet", each.community), *need_ref(known, each.need)])
    _objectives(session, where, made, known)
    taken = _proposals(session, where, made, known, asked)
    _petitions(session, where, made, known, asked)
    followed.weave(session, where, made, taken, lambda need: need_ref(known, need))
    _needs(made, known)
    pairs = [pair for pair in made.pairs if set(pair) <= set(made.nodes)]
    for before, after in pairs:
        if before[0] == "request" and made.nodes[after].public:
            made.nodes[before] = replace(made.nodes[before], public=True)
    reserved = {
        ("indicator", row.code) for row in known.gathered.indicators.values() if row.sensitive
    }
    return Web(made.nodes, linked(pairs), frozenset(reserved))


@dataclass(frozen=True, slots=True)
class _Asked:
    uuid: UUID
    community: str
    title: str
    need: str
    state: str


def need_ref(known: DistrictNeeds, need: str | None) -> tuple[Ref, ...]:
    """The need that a row names, as the list calls it; none where it names none."""
    return (("need", known.gathered.told.get(need, need)),) if need else ()


def _figures(made: Weaving, known: DistrictNeeds) -> None:
    state = known.gathered.standing
    for member in state.members:
        node = Node(
            *("sheet", member.code, member.last_round or "", member.name),
            on_day=member.held_on,
            communities=frozenset({member.code}),
        )
        made.add(node)
    for code in state.figures:
        made.add(Node("indicator", code), [("sheet", c) for c in state.figures[code]])
    ranked = [each.code for each in known.listed.ranked]
    for code in (*ranked, *(each.code for each in known.listed.without_data)):
        if ("indicator", code) not in made.nodes and code in state.indicators:
            made.add(Node("indicator", code))


def _needs(made: Weaving, known: DistrictNeeds) -> None:
    """Every need that is listed or that something names, after the indicators that measure it."""
    listed = known.listed
    states = dict.fromkeys(listed.met, "met")
    states |= {each.code: "waiting" for each in listed.without_data}
    states |= {each.code: "voiced" for each in listed.without_indicator}
    states |= {each.code: "ranked" for each in listed.ranked}
    named = {ref[1] for pair in made.pairs for ref in pair if ref[0] == "need"}
    themes: dict[str, list[str]] = defaultdict(list)
    for need in listed.ranked:
        themes[need.dimension].append(need.code)
    behind: dict[str, list[str]] = defaultdict(list)
    for practice, indicator in known.gathered.told.items():
        behind[indicator].append(practice)
    for code in sorted(named | set(states)):
        measured = themes[code[len(THEME) :]] if code.startswith(THEME) else [code, *behind[code]]
        before = [("indicator", each) for each in measured if ("indicator", each) in made.nodes]
        made.add(Node("need", code, state=states.get(code, "unlisted")), before)


def _requests(session: Reading, where: Where, day: date) -> dict[UUID, _Asked]:
    every = requests.of_district(session, where, day, every=True)
    to_budget = {each.uuid for each in requests.of_district(session, where, day)}
    found = {
        each.uuid: _Asked(
            *(each.uuid, each.community, each.title, each.need or ""),
            "taken" if not each.free else "free" if each.uuid in to_budget else "own",
        )
        for each in every
    }
    return found | _older(session, where, found)


def _assembled(session: Reading, uuids: Sequence[UUID]) -> dict[UUID, date]:
    """The day of the assembly that asked for each."""
    wanted = (
        columns(Action.uuid, Plan.assembled_on)
        .join(Plan, col(Plan.id) == Action.plan_id)
        .where(col(Action.uuid).in_(uuids))
    )
    return {row.uuid: row.assembled_on for row in session.rows(wanted)}


def _older(session: Reading, where: Where, known: Mapping[UUID, _Asked]) -> dict[UUID, _Asked]:
    """What was taken up from plans that a newer one replaced."""
    origins = columns(Origin.action_uuid).join(Proposal, col(Proposal.id) == Origin.proposal_id)
    rows = session.rows(
        columns(Action.uuid, Community.code, Action.title, Action.indicator, Action.theme)
        .join(Community, col(Community.id) == Action.community_id)
        .where(
            col(Action.uuid).in_(origins.where(col(Proposal.place_id) == where.place_id)),
            col(Action.uuid).not_in(list(known)),
        )
    )
    return {
        uuid: _Asked(uuid, code, title, indicator or (f"{THEME}{theme}" if theme else ""), "taken")
        for uuid, code, title, indicator, theme in rows
    }


def _objectives(session: Reading, where: Where, made: Weaving, known: DistrictNeeds) -> None:
    plan = pdlc_reading.in_force(session, where)
    if plan is None:
        return
    for each in pdlc_reading.whole(session, plan).objectives:
        measured = [sheet.row.indicator for sheet in each.sheets if sheet.row.indicator]
        answered = [ref for need in (*each.needs, *measured) for ref in need_ref(known, need)]
        code = each.row.code
        made.add(Node("objective", code, code, each.row.statement), dict.fromkeys(answered))
        made.pairs += [
            (("objective", code), ("proposal", proposal_key(row))) for row in each.proposals
        ]


def proposal_key(row: Proposal) -> str:
    """How a chain calls a proposal: its year and number."""
    return f"{row.fiscal_year}-{row.number}"


def _origins(
    session: Reading, table: type[Origin] | type[PetitionOrigin], keys: Sequence[int]
) -> dict[int, list[UUID]]:
    column = Origin.proposal_id if table is Origin else PetitionOrigin.petition_id
    found: dict[int, list[UUID]] = defaultdict(list)
    wanted = columns(column, table.action_uuid).where(col(column).in_(keys))
    for key, uuid in session.rows(wanted.order_by(col(table.action_uuid))):
        found[key].append(uuid)
    return found


def _proposals(
    session: Reading,
    where: Where,
    made: Weaving,
    known: DistrictNeeds,
    asked: Mapping[UUID, _Asked],
) -> dict[int, tuple[Proposal, frozenset[str]]]:
    """Weaves them in; gives each with the communities that ask for it."""
    rows = proposals.listed(session, where)
    origins = _origins(session, Origin, [row.id for row in rows])
    taken: dict[int, tuple[Proposal, frozenset[str]]] = {}
    for row in rows:
        uuids = [uuid for uuid in origins.get(row.id, ()) if uuid in asked]
        communities = frozenset(asked[uuid].community for uuid in uuids)
        node = Node(
            *("proposal", proposal_key(row), proposal_key(row), row.title, row.state),
            on_day=row.created_at.date(),
            communities=communities,
            public=False,  # until a published list names it
        )
        before = [("request", str(uuid)) for uuid in uuids]
        made.add(node, [*need_ref(known, row.need), *before])
        taken[row.id] = (row, communities)
    return taken


def _petitions(
    session: Reading,
    where: Where,
    made: Weaving,
    known: DistrictNeeds,
    asked: Mapping[UUID, _Asked],
) -> None:
    rows = petitions.listed(session, where)
    origins = _origins(session, PetitionOrigin, [row.id for row in rows])
    for row in rows:
        uuids = [uuid for uuid in origins.get(row.id, ()) if uuid in asked]
        node = Node(
            *("petition", f"{row.year}-{row.number}", petitions.code_of(row), row.title),
            state=row.state,
            on_day=row.filed_on or row.created_at.date(),
            who=row.addressee,
            communities=frozenset(asked[uuid].community for uuid in uuids),
        )
        before = [("request", str(uuid)) for uuid in uuids]
        made.add(node, [*need_ref(known, row.need), *before])
