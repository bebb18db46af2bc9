"""The chain from a form to what became of it, and back: one mechanism for every kind of link.

A link says that one thing led to another. It is kept once and read both ways, so whatever
follows something is preceded by it. Kinds stand in an order, and a link always leads to a
later kind: nothing can lead to itself. Where a link lacks, it is named.

The order is that of the design (planning.md, section 3): form, community's sheet, indicator,
need, request and objective, proposal and gestión, result, agreement, works, and the same
indicator measured again.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from app.errors import Invalid
from app.planning.reasons import Reason

KINDS = (
    "form",
    "sheet",
    "indicator",
    "need",
    "objective",
    "request",
    "proposal",
    "petition",
    "result",
    "agreement",
    "works",
    "again",
)
LEVELS = {
    **{"form": 0, "sheet": 1, "indicator": 2, "need": 3, "objective": 4, "request": 4},
    **{"proposal": 5, "petition": 5, "result": 6, "agreement": 7, "works": 8, "again": 9},
}
Ref = tuple[str, str]  # kind and key
Links = Mapping[Ref, tuple[Ref, ...]]

NO_ROUND = Reason("chain_no_round", "Ninguna ronda aprobada lo mide todavía.")
NO_GOAL = Reason("chain_no_goal", "No es una necesidad de la lista: le falta una meta.")
NO_EVIDENCE = Reason("chain_no_evidence", "Sin evidencia vinculada: ningún indicador lo mide.")
NO_NEED = Reason("chain_no_need", "Sin evidencia vinculada: no dice a qué necesidad responde.")
NO_OBJECTIVE = Reason("chain_no_objective", "Ningún objetivo del PDLC lo recoge.")
NO_PLAN = Reason("chain_no_plan", "Ningún pedido de un plan comunal está detrás.")
NO_PROPOSAL = Reason("chain_no_proposal", "Ninguna propuesta ni gestión lo recoge.")
NO_SERVING = Reason("chain_no_serving", "Ninguna propuesta sirve a este objetivo.")
NO_RESULT = Reason("chain_no_result", "Todavía no se decidió: no hay votación ni asignación.")
NO_AGREEMENT = Reason("chain_no_agreement", "Todavía no hay acuerdo.")
NO_ORIGIN = Reason("chain_no_origin", "No se sabe de qué propuesta viene.")
NO_WORKS = Reason("chain_no_works", "Todavía no hay obra ni dinero anotado.")
NO_AGAIN = Reason("chain_no_again", "Todavía no se midió otra vez el mismo indicador.")
UNCOUNTED = Reason("chain_uncounted", "La comunidad no tiene una ronda aprobada este año.")
NOT_APPROVED = Reason("chain_not_approved", "La ficha no está aprobada: todavía no cuenta.")

# What a kind should have before and after it: any of the kinds, or the sentence.
BEFORE: Mapping[str, tuple[tuple[frozenset[str], Reason], ...]] = {
    "indicator": ((frozenset({"sheet", "form"}), NO_ROUND),),
    "need": ((frozenset({"indicator"}), NO_EVIDENCE),),
    "objective": ((frozenset({"need"}), NO_NEED),),
    "proposal": (
        (frozenset({"need"}), NO_NEED),
        (frozenset({"request"}), NO_PLAN),
        (frozenset({"objective"}), NO_OBJECTIVE),
    ),
    "petition": ((frozenset({"need"}), NO_NEED), (frozenset({"request"}), NO_PLAN)),
    "agreement": ((frozenset({"result", "proposal"}), NO_ORIGIN),),
}
AFTER: Mapping[str, tuple[tuple[frozenset[str], Reason], ...]] = {
    "form": ((frozenset({"indicator", "need", "request", "sheet"}), NOT_APPROVED),),
    "sheet": ((frozenset({"indicator"}), UNCOUNTED),),
    "indicator": ((frozenset({"need"}), NO_GOAL),),
    "need": (
        (frozenset({"objective"}), NO_OBJECTIVE),
        (frozenset({"proposal", "petition"}), NO_PROPOSAL),
    ),
    "objective": ((frozenset({"proposal"}), NO_SERVING),),
    "request": ((frozenset({"proposal", "petition"}), NO_PROPOSAL),),
    "proposal": ((frozenset({"result", "agreement"}), NO_RESULT),),
    "result": ((frozenset({"agreement"}), NO_AGREEMENT),),
    "agreement": ((frozenset({"works"}), NO_WORKS),),
    "works": ((frozenset({"again"}), NO_AGAIN),),
}
# A kind that comes to its end by itself in these states lacks nothing after it.
ENDED: Mapping[str, frozenset[str]] = {
    "form": frozenset({"withdrawn"}),
    "request": frozenset({"own"}),
    "proposal": frozenset({"withdrawn"}),
    "result": frozenset({"unfunded"}),
    "agreement": frozenset({"dropped"}),
    "works": frozenset({"dropped"}),
}


@dataclass(frozen=True, slots=True)
class Chain:
    """Links, readable both ways."""

    later: Links
    earlier: Links


def linked(pairs: Iterable[tuple[Ref, Ref]]) -> Chain:
    """The chain of these links, each from the earlier thing to the later.

    Raises
    ------
    Invalid
        A link to an unknown kind, or to a kind that does not come later.
    """
    later: dict[Ref, dict[Ref, None]] = defaultdict(dict)
    earlier: dict[Ref, dict[Ref, None]] = defaultdict(dict)
    for before, after in pairs:
        if LEVELS.get(before[0], 99) >= LEVELS.get(after[0], -1):
            raise Invalid("Un eslabón no puede ir de «{a}» a «{b}».", a=before[0], b=after[0])
        later[before][after] = None
        earlier[after][before] = None
    return Chain(
        {ref: tuple(found) for ref, found in later.items()},
        {ref: tuple(found) for ref, found in earlier.items()},
    )


def reached(start: Ref, links: Links, passes: Callable[[Ref], bool]) -> tuple[Ref, ...]:
    """All that is reached from a thing along links of one way, nearest first, without itself.

    What does not pass is left out, and nothing is reached through it.
    """
    seen: dict[Ref, None] = {}
    edge = [start]
    while edge:
        found = [ref for one in edge for ref in links.get(one, ()) if ref not in seen]
        edge = [ref for ref in dict.fromkeys(found) if passes(ref)]
        seen.update(dict.fromkeys(edge))
    return tuple(seen)


def lacking(
    kind: str, state: str, before: Iterable[str], after: Iterable[str]
) -> tuple[tuple[Reason, ...], tuple[Reason, ...]]:
    """The missing links of a thing: of what should precede it, and of what should follow."""
    had, has = set(before), set(after)
    missing_before = tuple(why for kinds, why in BEFORE.get(kind, ()) if not kinds & had)
    if state in ENDED.get(kind, frozenset()):
        return missing_before, ()
    return missing_before, tuple(why for kinds, why in AFTER.get(kind, ()) if not kinds & has)
