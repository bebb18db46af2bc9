"""A walk along the chain, from one thing back to its forms and on to what became of it.

Whoever walks sees what the policy opens; the rest is named as closed, by its kind alone, and
nothing is reached through it. A walk that starts with communities keeps to them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from app.errors import Forbidden, Unknown
from app.operations import access, instruments, needs
from app.operations.access import Actor
from app.operations.chain import forms, web
from app.operations.chain.nodes import REGISTER, Node, Weaving, Web
from app.planning.chains import KINDS, Chain, Ref, lacking, linked, reached
from app.planning.reasons import Reason
from app.records import places
from app.records.places import Where
from app.records.policy import Policy
from app.store.sessions import Reading


@dataclass(frozen=True, slots=True)
class Reader:
    """Who walks, and in which district."""

    policy: Policy
    actor: Actor
    where: Where


@dataclass(frozen=True, slots=True)
class Missing:
    """A link that lacks, and the things that lack it."""

    reason: Reason
    of: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Walk:
    """What was reached before and after a thing, by kind and then by number.

    ``links`` are those between what is shown; ``closed`` the kinds that somebody else may read.
    """

    node: Node
    before: tuple[Node, ...]
    after: tuple[Node, ...]
    links: tuple[tuple[Ref, Ref], ...]
    missing_before: tuple[Missing, ...]
    missing_after: tuple[Missing, ...]
    closed_before: tuple[str, ...]
    closed_after: tuple[str, ...]

    def of_kind(self, kind: str) -> tuple[Node, ...]:
        """Everything of a kind that was reached, the start too."""
        every = (*self.before, self.node, *self.after)
        return tuple(node for node in every if node.kind == kind)

    @property
    def every(self) -> tuple[Node, ...]:
        """All of it, in the order of the chain."""
        return (*self.before, self.node, *self.after)


class _Sight:
    """What a reader may see, asked once of each register and place."""

    def __init__(self, session: Reading, reader: Reader) -> None:
        self.session, self.reader = session, reader
        self.views: dict[tuple[str, str], str | None] = {}
        self.plain = forms.of_communities(session) if reader.actor.bonds else frozenset()
        self.places: dict[str, Where] = {}

    def of(self, node: Node) -> bool:
        if node.kind == "form":
            (community,) = node.communities
            return self.form(community, node.register)
        view = self._view(REGISTER[node.kind], "")
        if view is not None and (view != "public" or node.public):
            return True
        # Whoever reads the plan of a community reads what it asks for.
        return node.kind == "request" and any(
            self.form(community, "plan") for community in node.communities
        )

    def shown(self, node: Node) -> Node:
        """A thing as this reader sees it: the public knows nothing of unpublished lists."""
        if node.kind not in ("need", "sheet") or self._view(REGISTER[node.kind], "") != "public":
            return node
        return replace(node, state="", number="", on_day=None)

    @property
    def health(self) -> bool:
        """Whether reserved indicators are open by community."""
        where = self.reader.where
        found = access.grant(self.reader.policy, self.reader.actor, where, "indicators", "read")
        return found is not None and found.health

    def form(self, community: str, instrument: str) -> bool:
        """Whether forms of an instrument are open at a community."""
        if not self.reader.actor.bonds:
            return False
        view = self._view(instrument, community)
        if view in (None, "public"):
            return False
        if instrument in self.plain:
            return True
        roles = access.roles_at(self.reader.actor, self._place(community))
        return view == "whole" and bool(forms.HOME_READERS & set(roles))

    def _place(self, community: str) -> Where:
        if community not in self.places:
            found = places.community(self.session, self.reader.where, community)
            self.places[community] = found
        return self.places[community]

    def _view(self, register: str, community: str) -> str | None:
        key = (register, community)
        if key not in self.views:
            where = self._place(community) if community else self.reader.where
            found = access.grant(self.reader.policy, self.reader.actor, where, register, "read")
            self.views[key] = found.view if found else None
        return self.views[key]


def walk(session: Reading, reader: Reader, ref: Ref, day: date) -> Walk:
    """The walk from a thing.

    Raises
    ------
    Unknown
        The district's chain has no such thing.
    Forbidden
        It stands, and this reader may not see it.
    """
    sight = _Sight(session, reader)
    where = replace(reader.where, community_id=None, community_code=None, community_name=None)
    whole = web.of_district(session, where, day)
    nodes, chain = dict(whole.nodes), whole.chain
    known = needs.of_district(session, where, day)
    if ref[0] == "form":
        form = forms.by_key(session, ref[1])
        made = forms.one(session, known, form) if form is not None else None
        start = made.nodes.get(ref) if made else None
        here = start is not None and _is_here(nodes, start)
    else:
        start, made = nodes.get(ref), None
        here = start is not None
    if start is None or not here:
        raise Unknown(
            "La cadena del distrito no tiene eso.", remedy="Vuelva a la página de donde vino."
        )
    if not sight.of(start):
        raise Forbidden("Esa parte de la cadena no está abierta para usted.")
    if made is None:
        made = _forms(session, known, chain, nodes, start, sight)
    nodes |= made.nodes
    pairs = [(a, b) for a, b in made.pairs if a in nodes and b in nodes]
    full = linked([*_pairs(chain), *pairs]) if pairs else chain
    if not sight.health:
        chain = linked((a, b) for a, b in _pairs(full) if not _reserved(whole, a, b))
    else:
        chain = full
    return _told(start, nodes, (chain, full), sight)


def _reserved(whole: Web, before: Ref, after: Ref) -> bool:
    return after in whole.reserved and before[0] in ("form", "sheet")


def _is_here(nodes: Mapping[Ref, Node], start: Node) -> bool:
    return all(("sheet", code) in nodes for code in start.communities)


def _pairs(chain: Chain) -> Iterable[tuple[Ref, Ref]]:
    return ((before, after) for before, found in chain.later.items() for after in found)


def _forms(
    session: Reading,
    known: needs.DistrictNeeds,
    chain: Chain,
    nodes: Mapping[Ref, Node],
    start: Node,
    sight: _Sight,
) -> Weaving:
    """The forms behind a thing, of whose communities this reader may read some."""
    if not sight.reader.actor.bonds:
        return Weaving()
    behind = (start.ref, *reached(start.ref, chain.earlier, lambda r: _keeps(start, nodes[r])))
    codes = {code for kind, code in behind if kind == "sheet"}
    codes |= {code for r in behind if r[0] == "request" for code in nodes[r].communities}
    sheets = {code for kind, code in nodes if kind == "sheet"}
    codes |= forms.behind(session, known, sheets, set(behind))
    codes &= sheets & (start.communities or sheets)
    kinds = [each.code for each in instruments.every(session)]
    open_ = [(c, i) for c in sorted(codes) for i in kinds if sight.form(c, i)]
    return forms.weave(session, known, {c for c, _ in open_}, open_)


def _keeps(start: Node, node: Node) -> bool:
    """Whether a thing is about any of the communities from which the walk started."""
    return (
        not start.communities or not node.communities or bool(start.communities & node.communities)
    )


def _told(
    start: Node, nodes: Mapping[Ref, Node], chains: tuple[Chain, Chain], sight: _Sight
) -> Walk:
    """The walk along the first chain; what lacks is what lacks in the second, the full one."""
    chain, full = chains
    closed: dict[str, set[str]] = {"before": set(), "after": set()}

    def side(name: str) -> list[Node]:
        def passes(ref: Ref) -> bool:
            node = nodes[ref]
            if not _keeps(start, node):
                return False
            if not sight.of(node):
                closed[name].add(node.kind)
                return False
            return True

        links = chain.earlier if name == "before" else chain.later
        return [sight.shown(nodes[ref]) for ref in reached(start.ref, links, passes)]

    before, after = _ordered(side("before")), _ordered(side("after"))
    shown = {node.ref for node in (*before, start, *after)}
    if ends_at_sheet([nodes[ref] for ref in shown if ref[0] == "sheet"], sight):
        closed["before"].add("form")
    return Walk(
        sight.shown(start),
        before,
        after,
        tuple((a, b) for a, b in _pairs(chain) if a in shown and b in shown),
        _missing([start, *before], full, 0),
        _missing([start, *after], full, 1),
        tuple(kind for kind in KINDS if kind in closed["before"]),
        tuple(kind for kind in KINDS if kind in closed["after"]),
    )


def ends_at_sheet(sheets: Iterable[Node], sight: _Sight) -> bool:
    """Whether forms stand behind a sheet that was reached and this reader may not read them."""
    return any(
        not sight.form(node.key, kind) for node in sheets if node.number for kind in forms.MONITORED
    )


def _ordered(found: Iterable[Node]) -> tuple[Node, ...]:
    order = {kind: at for at, kind in enumerate(KINDS)}
    return tuple(
        node
        for _, node in sorted(enumerate(found), key=lambda each: (order[each[1].kind], each[0]))
    )


def _every(_: Ref) -> bool:
    return True


def _missing(found: Iterable[Node], chain: Chain, side: int) -> tuple[Missing, ...]:
    by_reason: dict[str, tuple[Reason, list[Node]]] = {}
    for node in found:
        # What is reached through another link is no lack: a need whose objective has its proposal.
        before = {kind for kind, _ in reached(node.ref, chain.earlier, _every)}
        after = {kind for kind, _ in reached(node.ref, chain.later, _every)}
        for reason in lacking(node.kind, node.state, before, after)[side]:
            by_reason.setdefault(reason.code, (reason, []))[1].append(node)
    return tuple(Missing(reason, tuple(nodes)) for reason, nodes in by_reason.values())
