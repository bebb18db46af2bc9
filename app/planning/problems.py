"""Problems that assemblies named and no indicator measures: told apart, never scored.

Nobody measured how far they are from a target, so they have no gap and no place among the
needs; to leave them out would silence the assembly. They stand in a list of their own, in
the order of the assemblies' voice: more assemblies that named it, then more votes, then
more people as reported, then the public lot. Whoever links one to an indicator moves it,
with its votes, into the ranked list.

Source: decision 12 of the design; planning.md 5.1 no. 6 (under 70 % of the weights
observed nothing is ranked; with the usual points the gap alone is more than 30).
"""

from dataclasses import dataclass

from app.planning.evidence import Evidence, Votes
from app.planning.reasons import Reason
from app.planning.ties import Criterion, placed


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem without an indicator, in its place among its like.

    ``people`` is the sum of what assemblies reported, None where none did; ``where`` are
    the communities that named it, most votes first.
    """

    place: int
    code: str
    where: tuple[str, ...]
    votes: Votes
    named: int
    named_by_women: int
    assemblies: int
    people: int | None
    even_with: tuple[str, ...]
    decided_by: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class _Voice:
    code: str
    votes: dict[str, Votes]
    reported: dict[str, int]

    @property
    def whole(self) -> Votes:
        return sum(self.votes.values(), Votes())

    @property
    def people(self) -> int | None:
        return sum(self.reported.values()) if self.reported else None

    @property
    def where(self) -> tuple[str, ...]:
        """Named: with votes, or reported without a count of votes."""
        communities = {c for c, v in self.votes.items() if v.all} | set(self.reported)
        return tuple(sorted(communities, key=lambda c: (-self.votes.get(c, Votes()).all, c)))


def problems(evidence: Evidence, seed: str) -> tuple[Problem, ...]:
    """Problems whose code is that of no indicator, in the order of the assemblies' voice."""
    measured = {indicator.code for indicator in evidence.indicators}
    codes = {code for code, _ in (*evidence.votes, *evidence.reported)} - measured
    voices = [voice for code in codes if (voice := _voice(evidence, code)).where]
    chain = (
        Criterion[_Voice]("assemblies", lambda v: len(v.where)),
        Criterion[_Voice]("votes", lambda v: v.whole.all),
        Criterion[_Voice]("people", lambda v: v.people or 0),
    )
    assemblies = len(evidence.held)
    return tuple(
        Problem(
            place=entry.place,
            code=entry.item.code,
            where=entry.item.where,
            votes=entry.item.whole,
            named=len(entry.item.where),
            named_by_women=sum(1 for votes in entry.item.votes.values() if votes.women),
            assemblies=assemblies,
            people=entry.item.people,
            even_with=entry.even_with,
            decided_by=entry.decided_by,
            reason=_reason(entry.item, assemblies),
        )
        for entry in placed(voices, chain, seed, lambda v: v.code)
    )


def _voice(evidence: Evidence, code: str) -> _Voice:
    return _Voice(
        code,
        {community: votes for (c, community), votes in evidence.votes.items() if c == code},
        {community: people for (c, community), people in evidence.reported.items() if c == code},
    )


def _reason(voice: _Voice, assemblies: int) -> Reason:
    return Reason(
        "without_indicator",
        "Asambleas que lo nombraron: {named} de {assemblies}; votos: {votes}. Ningún indicador "
        "lo mide: no se sabe cuánto falta.",
        {"named": len(voice.where), "assemblies": assemblies, "votes": voice.whole.all},
    )
