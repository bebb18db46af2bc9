"""How much a proposal deserves to go first: three criteria of its own, told apart.

A proposal is no need and no community (decision 12 of the design): it is judged by what
it answers, whom it reaches, and whose voice it carries.

need (70 points)
    the score of the need that it answers, 0 to 100; 0 where nobody measured that need.
people (20 points)
    people who benefit, of the district's population.
women (10 points)
    it answers one of the three problems that the women of its assemblies put first.

The score is their sum, 0 to 100. Cost stands outside: it decides what fits, and ties. The
points are a plain default until the ordinance of the year enters its own matrix; they
are kept with each run.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum

from app.planning.reasons import Reason

POINTS: Mapping[str, int] = {"need": 70, "people": 20, "women": 10}


@dataclass(frozen=True, slots=True)
class Part:
    """What one criterion adds, and why."""

    criterion: str
    points: float
    reason: Reason


@dataclass(frozen=True, slots=True)
class Merit:
    """A proposal's score, 0 to 100: the sum of its parts."""

    parts: tuple[Part, ...]

    @property
    def score(self) -> float:
        """The points of all parts."""
        return fsum(part.points for part in self.parts)


def merit(need_score: float | None, people_share: float | None, women: bool) -> Merit:
    """The merit of a proposal.

    Parameters
    ----------
    need_score
        Of the need it answers, 0 to 100; None where that need has no place in the list.
    people_share
        People who benefit of the district's, 0 to 1; None where nobody knows.
    women
        Whether it answers one of the women's first three problems.
    """
    return Merit(
        (
            Part("need", POINTS["need"] * (need_score or 0.0) / 100, _need(need_score)),
            Part("people", POINTS["people"] * (people_share or 0.0), _people(people_share)),
            Part("women", float(POINTS["women"] if women else 0), _women(women)),
        )
    )


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
