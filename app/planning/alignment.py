"""Whether a plan hangs together: each thing that is missing, why it matters and what to do.

A priority is a ranked need of the district. The first of them (``TOP``) are asked for one
by one, since that is what a district can attend in a cycle; the rest are told as a number.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.planning.reasons import Number, Reason

TOP = 5


@dataclass(frozen=True, slots=True)
class IndicatorSeen:
    """An indicator sheet as the checks see it; ``code`` is how the plan calls it."""

    code: str
    baseline: bool
    targets: bool


@dataclass(frozen=True, slots=True)
class ActionSeen:
    """A strategic action; ``lines`` counts its lines of the PEI or POI and its projects."""

    code: str
    responsible: bool
    lines: int


@dataclass(frozen=True, slots=True)
class ObjectiveSeen:
    """An objective with what hangs on it; ``needs`` are the codes that it answers."""

    code: str
    needs: tuple[str, ...]
    indicators: tuple[IndicatorSeen, ...]
    actions: tuple[ActionSeen, ...]


@dataclass(frozen=True, slots=True)
class Priority:
    """A ranked need: its code, its name, and the codes of what answering it would also be."""

    code: str
    name: str
    place: int
    theme: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is missing: what, and what to do; ``subject`` is the code it hangs on."""

    subject: str
    reason: Reason
    remedy: str


def check(
    objectives: Sequence[ObjectiveSeen], priorities: Sequence[Priority], top: int = TOP
) -> tuple[Finding, ...]:
    """Everything that is missing, priorities first, then objective by objective."""
    found = list(_priorities(objectives, priorities, top))
    for objective in objectives:
        found.extend(_objective(objective))
    return tuple(found)


def unanswered(
    objectives: Sequence[ObjectiveSeen], priorities: Sequence[Priority]
) -> list[Priority]:
    """Priorities that no objective answers, by their own code or by that of their theme."""
    answered = {need for objective in objectives for need in objective.needs}
    return [p for p in priorities if p.code not in answered and p.theme not in answered]


def _priorities(
    objectives: Sequence[ObjectiveSeen], priorities: Sequence[Priority], top: int
) -> Iterator[Finding]:
    lacking = unanswered(objectives, priorities)
    pressing = [each for each in lacking if each.place <= top]
    for each in pressing:
        text = "La prioridad {place}, «{need}», no tiene objetivo en el plan."
        numbers: dict[str, Number] = {"place": each.place, "need": each.name}
        yield Finding(
            each.code,
            Reason("priority_without_objective", text, numbers),
            "Enlácela a un objetivo que la atienda o lleve la enmienda al CCL.",
        )
    rest = len(lacking) - len(pressing)
    if rest:
        text = "Otras prioridades, después de las {top} primeras, sin objetivo en el plan: {n}."
        yield Finding(
            "",
            Reason("more_without_objective", text, {"n": rest, "top": top}),
            "Vea en la lista de prioridades cuáles conviene enlazar.",
        )


def _objective(objective: ObjectiveSeen) -> Iterator[Finding]:
    code = objective.code
    said: dict[str, Number] = {"code": code}
    if not objective.indicators:
        text = "El objetivo {code} no tiene ningún indicador: no se podrá saber si avanza."
        remedy = "Agregue una ficha de indicador, si se puede de las que miden las rondas."
        yield Finding(code, Reason("objective_without_indicator", text, said), remedy)
    if not objective.needs:
        text = "El objetivo {code} no dice qué prioridad atiende."
        remedy = "Enlácelo a una prioridad o a un tema que nombraron las asambleas."
        yield Finding(code, Reason("objective_without_need", text, said), remedy)
    if not objective.actions:
        text = "El objetivo {code} no tiene ninguna acción estratégica."
        remedy = "Agregue al menos una acción con su responsable."
        yield Finding(code, Reason("objective_without_action", text, said), remedy)
    for indicator in objective.indicators:
        yield from _indicator(indicator)
    for action in objective.actions:
        yield from _action(action)


def _indicator(indicator: IndicatorSeen) -> Iterator[Finding]:
    said: dict[str, Number] = {"code": indicator.code}
    if not indicator.baseline:
        text = "El indicador {code} no tiene línea base."
        remedy = "Anote el año y el valor de partida; una ronda aprobada puede darlo."
        yield Finding(indicator.code, Reason("without_baseline", text, said), remedy)
    if not indicator.targets:
        text = "El indicador {code} no tiene metas por año."
        remedy = "Anote al menos la meta del último año del plan."
        yield Finding(indicator.code, Reason("without_target", text, said), remedy)


def _action(action: ActionSeen) -> Iterator[Finding]:
    said: dict[str, Number] = {"code": action.code}
    if not action.responsible:
        text = "La acción {code} no tiene responsable."
        remedy = "Anote la gerencia, oficina o institución que responde por ella."
        yield Finding(action.code, Reason("without_responsible", text, said), remedy)
    if not action.lines:
        text = "La acción {code} no está en ninguna línea del PEI, del POI ni en un proyecto."
        remedy = "Anote la línea que la ejecuta o llévela a la programación del año."
        yield Finding(action.code, Reason("without_line", text, said), remedy)
