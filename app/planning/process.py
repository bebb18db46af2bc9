"""Where the participatory budget of a year stands on a day, and what its calendar should mind.

A calendar is a plan: a process that runs late keeps the days that were planned beside the days
when its steps really opened and closed. So the rules here advise; what they refuse is only what
somebody's right hangs on: who is on the list, and by when it could be questioned.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from app.errors import Conflict, Invalid
from app.planning.reasons import Reason

PHASES = ("preparation", "concertation", "coordination", "formalisation")
NO_DATES = "«{step}» no tiene fechas."
TOO_EARLY = "«{step}» empieza el {day}, antes de que empiece «{other}» ({other_day})."
OVERLAPS = "«{step}» empieza el {day}, y «{other}» recién termina el {other_day}."
OUTSIDE = "«{step}» cae fuera del plazo del proceso, del {first} al {last}."
State = Literal["unplanned", "ahead", "open", "late", "closed"]


@dataclass(frozen=True, slots=True)
class StepKind:
    """A step of a process: ``after`` are steps that end, ``follows`` that begin before it.

    ``into_year`` says that it may fall in the fiscal year itself.
    """

    code: str
    phase: str
    name: str
    required: bool = True
    after: tuple[str, ...] = ()
    follows: tuple[str, ...] = ()
    into_year: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """Planned days, both of them in it."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Real:
    """The days when a step really opened and closed, as far as somebody noted them."""

    opened: date | None = None
    closed: date | None = None


@dataclass(frozen=True, slots=True)
class StepStanding:
    """A step on a day.

    ``days`` are those until it opens where it is ahead, those left after today where it is
    open (0 is the last day), those over where it is late; None where that says nothing.
    """

    kind: StepKind
    planned: Span | None
    real: Real
    state: State
    window: Span | None
    days: int | None


@dataclass(frozen=True, slots=True)
class Fault:
    """What a calendar should mind, at the step that is to be looked at again."""

    kind: str
    reason: Reason


def window(planned: Span | None, real: Real) -> Span | None:
    """The days in which a step is open: the planned ones, moved by what really happened.

    A step that opened late keeps its length: nobody loses days by the delay of others.
    """
    first = real.opened or (planned.first if planned else None)
    if first is None:
        return None
    if real.closed is not None:
        return Span(first, max(first, real.closed))
    if planned is None:
        return Span(first, date.max)
    late = max(timedelta(0), first - planned.first)
    return Span(first, max(first, planned.last + late))


def standing(kind: StepKind, planned: Span | None, real: Real, day: date) -> StepStanding:
    """How a step stands on a day."""
    found = window(planned, real)
    if found is None:
        return StepStanding(kind, planned, real, "unplanned", None, None)
    if real.closed is not None and real.closed <= day:
        return StepStanding(kind, planned, real, "closed", found, None)
    if day < found.first:
        return StepStanding(kind, planned, real, "ahead", found, (found.first - day).days)
    if day <= found.last:
        left = None if found.last == date.max else (found.last - day).days
        return StepStanding(kind, planned, real, "open", found, left)
    return StepStanding(kind, planned, real, "late", found, (day - found.last).days)


def standings(
    kinds: Sequence[StepKind],
    calendar: Mapping[str, Span],
    real: Mapping[str, Real],
    day: date,
) -> list[StepStanding]:
    """How every step stands on a day, in their order."""
    return [standing(k, calendar.get(k.code), real.get(k.code, Real()), day) for k in kinds]


def here(lines: Iterable[StepStanding]) -> tuple[str, ...]:
    """The steps where the process is: all that are open, else those that wait longest.

    Late ones come in where nothing is open; the next one ahead where nothing is late either.
    """
    found = list(lines)
    for state in ("open", "late"):
        if at := [each.kind.code for each in found if each.state == state]:
            return tuple(at)
    ahead = [each for each in found if each.state == "ahead"]
    first = min((each.days or 0 for each in ahead), default=0)
    return tuple(each.kind.code for each in ahead if (each.days or 0) == first)


def check_calendar(kinds: Sequence[StepKind], calendar: Mapping[str, Span]) -> None:
    """Refuse what no calendar can say.

    Raises
    ------
    Invalid
        An unknown step, or one that ends before it begins.
    """
    names = {kind.code: kind.name for kind in kinds}
    for code, span in calendar.items():
        if code not in names:
            raise Invalid("«{step}» no es un paso del proceso.", field=code[:40], step=code[:40])
        if span.last < span.first:
            raise Invalid(
                "«{step}» termina el {last}, antes de empezar el {first}.",
                remedy="Revise las dos fechas de ese paso.",
                field=f"{code}.last",
                step=names[code],
                first=_said(span.first),
                last=_said(span.last),
            )


def advice(kinds: Sequence[StepKind], calendar: Mapping[str, Span], year: int) -> list[Fault]:
    """What a calendar of a fiscal year should mind, step by step in their order."""
    names = {kind.code: kind.name for kind in kinds}
    found: list[Fault] = []
    for kind in kinds:
        span = calendar.get(kind.code)
        if span is None:
            if kind.required:
                found.append(Fault(kind.code, Reason("missing", NO_DATES, {"step": kind.name})))
            continue
        found.extend(_outside(kind, span, year))
        for other in kind.after:
            if other in calendar:
                found.extend(_after(kind, span, (names[other], calendar[other])))
        for other in kind.follows:
            if other in calendar and span.first < calendar[other].first:
                said = {"step": kind.name, "day": _said(span.first), "other": names[other]}
                said["other_day"] = _said(calendar[other].first)
                found.append(Fault(kind.code, Reason("before", TOO_EARLY, said)))
    return found


def _after(kind: StepKind, span: Span, other: tuple[str, Span]) -> list[Fault]:
    name, before = other
    if span.first > before.last:
        return []
    said = {"step": kind.name, "day": _said(span.first), "other": name}
    if span.first < before.first:
        said["other_day"] = _said(before.first)
        return [Fault(kind.code, Reason("before", TOO_EARLY, said))]
    said["other_day"] = _said(before.last)
    return [Fault(kind.code, Reason("overlap", OVERLAPS, said))]


def _outside(kind: StepKind, span: Span, year: int) -> list[Fault]:
    last = date(year if kind.into_year else year - 1, 12, 31)
    first = date(year - 1, 1, 1)
    if first <= span.first and span.last <= last:
        return []
    said = {"step": kind.name, "first": _said(first), "last": _said(last)}
    return [Fault(kind.code, Reason("outside", OUTSIDE, said))]


def _said(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def check_enrolment(final_on: date | None) -> None:
    """Whether somebody may still be enrolled.

    Raises
    ------
    Conflict
        The final list is out: who may vote does not change any more.
    """
    if final_on is not None:
        raise Conflict(
            "La lista definitiva se publicó el {day}: ya no se inscribe a nadie.",
            remedy="Puede inscribirse para el proceso del año siguiente.",
            day=_said(final_on),
        )


def check_objection(day: date, found: Span | None, preliminary_on: date | None) -> None:
    """Whether an objection may be handed in on a day.

    Raises
    ------
    Conflict
        There is no preliminary list yet.
    Invalid
        The day is outside the days for objections.
    """
    if preliminary_on is None:
        raise Conflict(
            "Todavía no hay lista preliminar que impugnar.",
            remedy="Publique primero la lista preliminar.",
        )
    if found is None:
        raise Conflict(
            "El cronograma no dice cuándo se impugna.",
            remedy="Escriba en el cronograma los días de impugnación.",
        )
    first = max(found.first, preliminary_on)
    if not first <= day <= found.last:
        raise Invalid(
            "Las impugnaciones se reciben del {first} al {last}; esta es del {day}.",
            remedy="Si el plazo cambió, corrija antes el cronograma con su ordenanza y razón.",
            field="on_day",
            first=_said(first),
            last=_said(found.last) if found.last != date.max else "…",
            day=_said(day),
        )


def check_final(preliminary_on: date | None, unanswered: int) -> None:
    """Whether the final list may be published.

    Raises
    ------
    Conflict
        No preliminary list went before it, or objections wait for their answer.
    """
    if preliminary_on is None:
        raise Conflict(
            "Antes de la lista definitiva va la preliminar, para que se pueda impugnar.",
            remedy="Publique la lista preliminar.",
        )
    if unanswered:
        raise Conflict(
            "Impugnaciones sin responder: {n}.",
            remedy="Responda cada una; después publique la lista definitiva.",
            n=unanswered,
        )
