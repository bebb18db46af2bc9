"""How much a proposal deserves to go first: the matrix of criteria that an ordinance gives.

A proposal is no need and no community (decision 12 of the design): it is judged by what
it answers, whom it reaches, and whose voice it carries. A matrix shares 100 points among
criteria. Some are measured from what the system holds; others are judged by the technical
team, who choose one of the steps that the ordinance words. Cost stands outside: it decides
what fits, and ties.

Until an ordinance enters its own, ``PLAIN`` holds: 70 points by the score of the need, 20 by
the people reached of the district's, 10 for one of the women's first three problems.

Source: typical matrices of districts' regulations, domain.md 4.5 of the design.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import fsum
from typing import Literal

from app.errors import Invalid
from app.planning.reasons import Reason

Measure = Literal["need", "people", "women", "equity", "objective", "communities"]
MEASURES: tuple[Measure, ...] = ("need", "people", "women", "equity", "objective", "communities")
COUNTED = ("communities",)  # a number of things, which no share of points can follow
WHOLE = 100
MOST = 15


UNFEASIBLE = Reason("unfeasible", "No entra: la evaluación técnica publicada la halló no viable.")
UNKNOWN_COST = Reason("cost_unknown", "No entra todavía: falta saber cuánto cuesta.")


class InvalidMatrix(Invalid):
    """A matrix that cannot judge."""


@dataclass(frozen=True, slots=True)
class Step:
    """Points that a criterion gives: from a value on (``least``), or as its words say."""

    points: int
    label: str = ""
    least: float | None = None


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of the matrix: ``points`` at most, from a measure or by judgement.

    A measure without steps gives points in proportion; one with steps gives those of the
    highest step that its value reaches, and nothing under the lowest.
    """

    code: str
    name: str
    points: int
    measure: Measure | None = None
    steps: tuple[Step, ...] = ()


Matrix = tuple[Criterion, ...]
PLAIN: Matrix = (
    Criterion("need", "Necesidad", 70, "need"),
    Criterion("people", "Personas", 20, "people"),
    Criterion("women", "Voz de las mujeres", 10, "women"),
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the system holds of a proposal; None where nobody knows.

    ``need`` is the score of its need, 0 to 100; ``people`` whom it reaches, of the
    district's, 0 to 1; ``women`` whether it answers one of the women's first three problems;
    ``equity`` the mean of the communities that ask, 0 to 1; ``objective`` whether an
    objective of the PDLC in force takes it up; ``communities`` how many ask for it.
    """

    need: float | None = None
    people: float | None = None
    women: bool = False
    equity: float | None = None
    objective: bool = False
    communities: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """What one criterion adds, of how much at most, and why."""

    criterion: str
    points: float
    reason: Reason
    name: str = ""
    most: int = 0


@dataclass(frozen=True, slots=True)
class Merit:
    """A proposal's score, 0 to 100: the sum of its parts; ``open`` are not judged yet."""

    parts: tuple[Part, ...]
    open: tuple[str, ...] = field(default=())

    @property
    def score(self) -> float:
        """The points of all parts."""
        return fsum(part.points for part in self.parts)


def check(matrix: Matrix) -> None:
    """See that a matrix can judge.

    Raises
    ------
    InvalidMatrix
        Points that do not add up to 100, a criterion without name, points or steps, two of one
        name, or a step above its criterion.
    """
    if not 1 <= len(matrix) <= MOST:
        raise InvalidMatrix(
            "La matriz necesita entre 1 y {most} criterios.", field="criteria", most=MOST
        )
    for criterion in matrix:
        _check_one(criterion)
    names = [criterion.name.casefold() for criterion in matrix]
    if twice := next((c.name for c in matrix if names.count(c.name.casefold()) > 1), None):
        raise InvalidMatrix("El criterio «{name}» está dos veces.", field="criteria", name=twice)
    whole = sum(criterion.points for criterion in matrix)
    if whole != WHOLE:
        raise InvalidMatrix(
            "Los criterios suman {whole} puntos y deben sumar 100.",
            remedy="Reparta los puntos como los reparte la ordenanza.",
            field="criteria",
            whole=whole,
        )


def _check_one(criterion: Criterion) -> None:
    if not criterion.name.strip() or not 1 <= criterion.points <= WHOLE:
        raise InvalidMatrix(
            "A un criterio le falta el nombre o sus puntos (de 1 a 100).", field="criteria"
        )
    steps = criterion.steps
    if any(not 0 <= step.points <= criterion.points for step in steps):
        raise InvalidMatrix(
            "En «{name}» un tramo da más puntos que el criterio.",
            remedy="Baje los puntos del tramo o suba los del criterio.",
            field="criteria",
            name=criterion.name,
        )
    if criterion.measure is None and len(steps) < 2:
        raise InvalidMatrix(
            "«{name}» lo califica el equipo técnico y le faltan sus tramos.",
            remedy="Escriba al menos dos, uno por renglón: 10 = tiene expediente técnico.",
            field="criteria",
            name=criterion.name,
        )
    measured = criterion.measure is not None
    if measured and any(step.least is None for step in steps):
        raise InvalidMatrix(
            "«{name}» se mide: cada tramo dice desde qué valor.",
            remedy="Escriba, por ejemplo: 20 = desde 10 %",
            field="criteria",
            name=criterion.name,
        )
    if criterion.measure in COUNTED and not steps:
        raise InvalidMatrix(
            "«{name}» cuenta comunidades y necesita tramos.",
            remedy="Escriba, por ejemplo: 10 = desde 3",
            field="criteria",
            name=criterion.name,
        )


def merit(facts: Facts, matrix: Matrix = PLAIN, chosen: Mapping[str, int] | None = None) -> Merit:
    """The merit of a proposal under a matrix.

    Parameters
    ----------
    facts
        What the system holds of it.
    matrix
        The criteria; see ``check``.
    chosen
        The step that the technical team chose in each judged criterion, by its place.
    """
    judged = chosen or {}
    parts = tuple(_part(facts, criterion, judged) for criterion in matrix)
    return Merit(parts, tuple(p.criterion for p in parts if p.reason.code == "unjudged"))


def _part(facts: Facts, criterion: Criterion, chosen: Mapping[str, int]) -> Part:
    if criterion.measure is None:
        points, reason = _judged(criterion, chosen)
    else:
        value, reason = _measured(facts, criterion.measure)
        points = _points(criterion, value)
    return Part(criterion.code, points, reason, criterion.name, criterion.points)


def _judged(criterion: Criterion, chosen: Mapping[str, int]) -> tuple[float, Reason]:
    at = chosen.get(criterion.code, -1)
    if not 0 <= at < len(criterion.steps):
        return 0.0, Reason("unjudged", "El equipo técnico todavía no lo califica.")
    step = criterion.steps[at]
    said = Reason("judged", "El equipo técnico halló: {finding}.", {"finding": step.label})
    return float(step.points), said


def _points(criterion: Criterion, value: float) -> float:
    if not criterion.steps:
        return criterion.points * value
    # Values are whole counts or shares; a share a hair under its step has reached it.
    reached = [s for s in criterion.steps if s.least is not None and value >= s.least - 1e-12]
    return float(max(reached, key=lambda s: s.least or 0.0).points) if reached else 0.0


def _measured(facts: Facts, measure: Measure) -> tuple[float, Reason]:
    if measure == "need":
        return (facts.need or 0.0) / 100, _need(facts.need)
    if measure == "people":
        return facts.people or 0.0, _people(facts.people)
    if measure == "women":
        return float(facts.women), _women(facts.women)
    if measure == "equity":
        return facts.equity or 0.0, _equity(facts.equity)
    if measure == "objective":
        return float(facts.objective), _objective(facts.objective)
    asked = Reason(
        "communities",
        "Comunidades que la piden: {communities}.",
        {"communities": facts.communities},
    )
    return float(facts.communities), asked


def _need(score: float | None) -> Reason:
    if score is None:
        return Reason("no_evidence", "Sin evidencia vinculada: su necesidad no tiene puntaje.")
    return Reason("need", "Responde a una necesidad de {score} puntos.", {"score": score})


def _people(share: float | None) -> Reason:
    if share is None:
        return Reason("people_unknown", "No se sabe a qué parte del distrito beneficia.")
    return Reason("people", "Beneficia a {people_share} del distrito.", {"people_share": share})


def _women(women: bool) -> Reason:
    if women:
        return Reason("women", "Atiende uno de los tres primeros problemas de las mujeres.")
    return Reason("not_women", "No atiende ninguno de los tres primeros problemas de las mujeres.")


def _equity(equity: float | None) -> Reason:
    if equity is None:
        return Reason("askers_unknown", "No se conoce la equidad de las comunidades que la piden.")
    return Reason(
        "askers",
        "Las comunidades que la piden tienen {equity_share} en el criterio de equidad.",
        {"equity_share": equity},
    )


def _objective(served: bool) -> Reason:
    if served:
        return Reason("objective", "Sirve a un objetivo del PDLC vigente.")
    return Reason("no_objective", "Ningún objetivo del PDLC vigente la recoge.")
