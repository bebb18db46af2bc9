"""What a ballot may say, and when two people who read it agree.

approval
    ``least`` to ``most`` proposals are marked; each mark is a point.
points
    ``total`` points are shared among proposals, all of them.
order
    up to ``most`` proposals in order; the first of m is worth m, the next m - 1, and so on.

A sheet is typed by two people who do not see each other. What both read alike is accepted if
a ballot may say it, and goes to a review tray if not; what they read differently, and what
one of them cannot read, waits for a person. Who typed first is of no consequence.

Invalid
├── InvalidBallotRules    rules that no ballot can follow
├── UnreadTyping          what was typed names no numbers
└── ImpossibleBallot      what no ballot may say
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from app.errors import Invalid

Kind = Literal["approval", "points", "order"]
KINDS: tuple[Kind, ...] = ("approval", "points", "order")
State = Literal["printed", "typed", "accepted", "differs", "review"]
Marks = tuple[tuple[str, int], ...]
MOST_MARKS = 200
MOST_POINTS = 10**7
_GIVEN = re.compile(r"(?P<code>[\w.-]{1,20})(?:[=:](?P<points>\d{1,8}))?", re.ASCII)


class InvalidBallotRules(Invalid):
    """Rules of a ballot that contradict themselves."""


class UnreadTyping(Invalid):
    """What was typed is not made of numbers."""


class ImpossibleBallot(Invalid):
    """Marks that the rules do not allow."""


@dataclass(frozen=True, slots=True)
class BallotRules:
    """What a ballot asks for; ``total`` counts only with points."""

    kind: Kind = "approval"
    least: int = 0
    most: int = 5
    total: int = 10

    def check(self) -> None:
        """Refuse what no ballot can follow.

        Raises
        ------
        InvalidBallotRules
            An unknown kind; at most under one or under at least; no points to share.
        """
        if self.kind not in KINDS:
            raise InvalidBallotRules(
                "«{kind}» no es una clase de cédula.", field="kind", kind=self.kind
            )
        if self.most < 1 or not 0 <= self.least <= self.most:
            raise InvalidBallotRules(
                "La cédula pide marcar al menos {least} y hasta {most}: así nadie puede votar.",
                remedy="El mínimo no puede pasar del máximo, y el máximo es 1 o más.",
                field="most",
                least=self.least,
                most=self.most,
            )
        if self.kind == "points" and not self.least <= self.total <= MOST_POINTS:
            raise InvalidBallotRules(
                "Los puntos por repartir deben alcanzar para lo que se marca.",
                remedy="Escriba cuántos puntos reparte cada cédula, como 10.",
                field="total",
            )


def read(text: str, kind: Kind, *, totals: bool = False, named: bool = False) -> Marks:
    """The marks that a person typed: ``3 7 12``, and with points ``3=5 7=5``.

    ``named`` where proposals came from a file, whose codes may be words.

    Raises
    ------
    UnreadTyping
        A word that is no number, points where there are none or none where there are, a
        number twice.
    """
    words = [word for word in re.split(r"[\s,;]+", text.strip()) if word]
    if len(words) > MOST_MARKS:
        raise UnreadTyping("Hay demasiados números.", field="marks")
    found: list[tuple[str, int]] = []
    priced = kind == "points" or totals
    for word in words:
        match = _GIVEN.fullmatch(word)
        numbered = match is not None and (named or match["code"].isdecimal())
        if match is None or not numbered or (match["points"] is not None) != priced:
            raise UnreadTyping(
                "«{word}» no se entiende.",
                remedy="Escriba número=puntos, como 3=5 7=5."
                if priced
                else "Escriba solo los números marcados, separados por espacios, como 3 7 12.",
                field="marks",
                word=word[:20],
            )
        code = match["code"]
        found.append((str(int(code)) if code.isdecimal() else code, int(match["points"] or 1)))
    twice = sorted({code for code, _ in found if [c for c, _ in found].count(code) > 1})
    if twice:
        raise UnreadTyping(
            "El número {code} está dos veces.",
            remedy="Mire la cédula y escriba cada número una vez.",
            field="marks",
            code=twice[0],
        )
    return normal(found, kind, totals=totals)


def normal(marks: Sequence[tuple[str, int]], kind: Kind, *, totals: bool = False) -> Marks:
    """One spelling for what means the same: by number, except where the order is the vote.

    In an order the points are counted by ``points`` and kept as 1.
    """
    pairs = [(str(code), int(points)) for code, points in marks]
    if kind == "order" and not totals:
        return tuple((code, 1) for code, _ in pairs)
    return tuple(sorted((p for p in pairs if p[1]), key=lambda p: (len(p[0]), p[0])))


def points(marks: Marks, rules: BallotRules) -> dict[str, int]:
    """What each proposal gets of a ballot."""
    if rules.kind == "order":
        return {code: max(rules.most - at, 1) for at, (code, _) in enumerate(marks)}
    return dict(marks)


def fault(marks: Marks, rules: BallotRules, known: Collection[str]) -> str:
    """Why no ballot may say this: unknown, too_many, too_few, points; empty where it may.

    A ballot without marks is blank, which everybody may leave it.
    """
    if any(code not in known for code, _ in marks):
        return "unknown"
    if not marks:
        return ""
    if len(marks) > rules.most:
        return "too_many"
    if len(marks) < rules.least:
        return "too_few"
    if rules.kind == "points" and sum(given for _, given in marks) != rules.total:
        return "points"
    return ""


def impossible(why: str) -> ImpossibleBallot:
    """The refusal of a fault, in words."""
    remedy = "Corrija las marcas, o declare nula la cédula con su razón."
    if why == "unknown":
        return ImpossibleBallot("Marca un número que no está en la cédula.", remedy=remedy)
    if why == "too_many":
        return ImpossibleBallot("Marca más propuestas de las que se puede.", remedy=remedy)
    if why == "too_few":
        return ImpossibleBallot("Marca menos propuestas de las que se pide.", remedy=remedy)
    if why == "points":
        return ImpossibleBallot("Sus puntos no suman lo que reparte cada cédula.", remedy=remedy)
    if why == "community":
        return ImpossibleBallot(
            "Falta de qué comunidad es la cédula.", remedy="Elija la comunidad.", field="community"
        )
    return ImpossibleBallot("La cédula no se puede leer.", remedy=remedy)


@dataclass(frozen=True, slots=True)
class Typing:
    """What one person read."""

    marks: Marks
    community: str = ""
    unreadable: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """Where a sheet stands by its typings; ``why`` is a fault or unreadable."""

    state: State
    marks: Marks = ()
    community: str = ""
    why: str = ""


def settle(
    typings: Mapping[int, Typing],
    rules: BallotRules,
    known: Collection[str],
    *,
    totals: bool = False,
    communities: Collection[str] = (),
) -> Settled:
    """Where a sheet stands; ``typings`` holds the newest of each person.

    ``communities``, where given, is the list of which one must be on each sheet. Of more than
    two people all must agree.
    """
    if not typings:
        return Settled("printed")
    if any(typing.unreadable for typing in typings.values()):
        alike = len(typings) > 1
        return Settled("review" if alike else "typed", why="unreadable")
    said = set(typings.values())
    if len(said) > 1:
        return Settled("differs")
    only = said.pop()
    why = "" if totals else fault(only.marks, rules, known)
    if totals and any(code not in known for code, _ in only.marks):
        why = "unknown"
    if not why and communities and only.community not in communities:
        why = "community"
    if len(typings) == 1:
        return Settled("typed", why=why)  # said to who typed it, who may type it again
    state: State = "review" if why else "accepted"
    return Settled(state, only.marks, only.community, why)
