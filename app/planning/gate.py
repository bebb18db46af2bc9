"""Where a request must go: to the participatory budget, or to whom else.

Asked in the order in which the law parts them, and answered at once, while the request is
still on the table. What is no investment of the municipality does not die: it is told to whom
it goes, as a *gestión*. Numbers of norms advise and never decide ("por verificar").

Sources: Ley 27972 arts. 73-87 (competences), DS 097-2009-EF (coverage), Invierte.pe (what an
investment and an IOARR are), as domain.md 4.3 of the design tells them; to be checked against
the norms in force before they are cited.
"""

from dataclasses import dataclass
from typing import Literal

from app.planning.bundles import COVERAGE_RULE
from app.planning.reasons import Reason

Route = Literal[
    "budget",
    "community",
    "activity",
    "health_network",
    "education",
    "province",
    "region",
    "programme",
    "fund",
]
ROUTES: tuple[Route, ...] = (
    "budget",
    "community",
    "activity",
    "health_network",
    "education",
    "province",
    "region",
    "programme",
    "fund",
)


@dataclass(frozen=True, slots=True)
class Coverage:
    """The part of the district that a proposal should reach, 0 to 1, as a norm has it."""

    share: float = COVERAGE_RULE
    verified: bool = False


UNVERIFIED = Coverage()


@dataclass(frozen=True, slots=True)
class Answers:
    """What is known of a request; None where nobody said yet.

    ``competence`` is whose it is: district, province, region, health, education, national.
    ``nature`` is investment (a project), ioarr, activity (a service, training, behaviour),
    or labour (what the community does itself). ``unit_works`` is asked of an IOARR alone:
    whether what it mends or grows is in use. ``in_pmi`` whether the multi-year programme of
    investments holds it; ``upkeep`` whether somebody answers for operation and maintenance;
    ``land`` whether the ground is free; ``share`` of the district's people, 0 to 1.
    """

    competence: str | None = None
    nature: str | None = None
    unit_works: bool | None = None
    in_pmi: bool | None = None
    upkeep: bool | None = None
    land: bool | None = None
    share: float | None = None


def blank(answers: Answers) -> bool:
    """Whether nobody answered any of its questions; whom it reaches is none of them."""
    asked = (answers.competence, answers.nature, answers.unit_works)
    return all(each is None for each in (*asked, answers.in_pmi, answers.upkeep, answers.land))


def unanswered(answers: Answers) -> bool:
    """Whether nobody can say yet where it goes: whose it is, or what it is, was not answered."""
    return verdict(answers).reason.code == "unknown"


COMPETENCES = ("district", "province", "region", "health", "education", "national")
NATURES = ("investment", "ioarr", "activity", "labour")
ELSEWHERE: dict[str, Route] = {
    "province": "province",
    "region": "region",
    "health": "health_network",
    "education": "education",
    "national": "programme",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where it goes and why; what is still to be known; what advises without deciding."""

    route: Route | None
    reason: Reason
    open: tuple[Reason, ...] = ()
    advice: tuple[Reason, ...] = ()

    @property
    def passes(self) -> bool:
        """It may be a proposal of the participatory budget."""
        return self.route == "budget"


def verdict(answers: Answers, coverage: Coverage = UNVERIFIED) -> Verdict:
    """Where a request goes, as far as its answers tell."""
    elsewhere = _elsewhere(answers)
    if elsewhere is not None:
        return elsewhere
    pending = _asked(answers)
    if answers.competence is None or answers.nature is None:
        return Verdict(None, Reason("unknown", "Falta saber de quién es y qué es."), pending)
    if answers.nature == "ioarr" and answers.unit_works is False:
        return Verdict(
            None,
            Reason(
                "unit_idle",
                "Un IOARR mejora lo que funciona; lo que no funciona pide un proyecto de"
                " inversión.",
            ),
            pending,
        )
    if pending:
        return Verdict(None, Reason("pending", "Puede ir, si se resuelve lo que falta."), pending)
    passes = Reason("passes", "Puede ir al presupuesto participativo.")
    return Verdict("budget", passes, advice=_advice(answers, coverage))


def _elsewhere(answers: Answers) -> Verdict | None:
    """Who else it goes to; None where it may be for this budget."""
    if answers.nature == "labour":
        return Verdict(
            "community", Reason("labour", "Lo hace la propia comunidad: no necesita presupuesto.")
        )
    if answers.competence in ELSEWHERE:
        return Verdict(
            ELSEWHERE[answers.competence],
            Reason("not_ours", "No es competencia de la municipalidad distrital: se gestiona."),
        )
    if answers.nature == "activity":
        return Verdict(
            "activity",
            Reason(
                "activity",
                "Es una actividad o servicio, no una inversión: va al plan operativo (POI).",
            ),
        )
    return None


def _asked(answers: Answers) -> tuple[Reason, ...]:
    """What must be known or mended before it passes."""
    found = []
    if answers.competence is None:
        found.append(Reason("ask_competence", "Diga de quién es la competencia."))
    if answers.nature is None:
        found.append(Reason("ask_nature", "Diga si es inversión, IOARR, actividad o faena."))
    if answers.nature == "ioarr" and answers.unit_works is not True:
        found.append(Reason("ask_unit", "Diga si la unidad que se mejora está funcionando."))
    if answers.upkeep is not True:
        found.append(
            Reason("ask_upkeep", "Falta quién responde por la operación y el mantenimiento.")
        )
    if answers.land is not True:
        found.append(Reason("ask_land", "Falta el saneamiento físico legal del terreno."))
    return tuple(found)


def _advice(answers: Answers, coverage: Coverage) -> tuple[Reason, ...]:
    found = []
    if answers.in_pmi is not True:
        found.append(
            Reason(
                "not_in_pmi",
                "No está en el PMI: una idea nueva va al final de la cartera; apunte a los años"
                " siguientes.",
            )
        )
    if answers.share is None:
        found.append(Reason("share_unknown", "No se sabe a qué parte del distrito alcanza."))
    elif answers.share < coverage.share:
        numbers = {"share_share": answers.share, "least_share": coverage.share}
        found.append(
            Reason(
                "narrow",
                "Alcanza al {share_share} del distrito y la norma pide al menos {least_share}:"
                " júntela con pedidos iguales.",
                numbers,
            )
            if coverage.verified
            else Reason(
                "narrow",
                "Alcanza al {share_share} del distrito y la norma pediría al menos"
                " {least_share} (por verificar): júntela con pedidos iguales.",
                numbers,
            )
        )
    return tuple(found)
