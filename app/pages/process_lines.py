"""The steps of a process as its pages show them: state, days, what each may do and where."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from app.http.gate import Passage
from app.operations import access, process_steps, processes
from app.operations.process_steps import StepEntry
from app.operations.processes import Body
from app.pages import look
from app.pages.budget_lines import year_href
from app.pages.language import N_
from app.pages.need_lines import root
from app.pages.wording import Words
from app.planning import process as rules
from app.planning.process import Span, StepStanding
from app.records.places import Where
from app.records.process import Process, ProcessStep
from app.store.sessions import Reading

STATES = {
    "unplanned": (N_("sin fechas"), ""),
    "ahead": (N_("por venir"), ""),
    "open": (N_("en curso"), "calm"),
    "late": (N_("atrasado"), "warn"),
    "closed": (N_("cerrado"), "good"),
}
MOST_BARE = 3  # steps without days that are told one by one
LOOKS = {"closed": "done", "open": "now", "late": "now"}


def href(where: Where, year: int) -> str:
    """The address of the process of a year."""
    return f"{year_href(where, year)}/proceso"


def agents_href(where: Where, year: int) -> str:
    """The address of the register of agents of a year."""
    return f"{year_href(where, year)}/agentes"


def span(words: Words, found: Span | None) -> str:
    """``3 mar 2027``, or ``3 mar 2027 al 9 mar 2027``; empty without days."""
    if found is None:
        return ""
    first = look.day(found.first, words.lang)
    if found.last in (found.first, date.max):
        return first
    return words.say(N_("{first} al {last}"), first=first, last=look.day(found.last, words.lang))


def countdown(words: Words, line: StepStanding) -> str:
    """``faltan 6 días``, ``último día``, ``empieza en 3 días``, ``12 días de atraso``."""
    if line.days is None:
        return ""
    if line.state == "ahead":
        return words.counted(N_("empieza en {n} día"), N_("empieza en {n} días"), line.days)
    if line.state == "late":
        return words.counted(N_("{n} día de atraso"), N_("{n} días de atraso"), line.days)
    if line.days == 0:
        return words.say(N_("hoy es el último día"))
    return words.counted(N_("falta {n} día"), N_("faltan {n} días"), line.days)


def real(words: Words, line: StepStanding) -> str:
    """When it really opened and closed."""
    opened, closed = line.real.opened, line.real.closed
    if opened is None:
        return ""
    if closed is None:
        return words.say(N_("abrió el {day}"), day=look.day(opened, words.lang))
    if closed == opened:
        return words.say(N_("se hizo el {day}"), day=look.day(closed, words.lang))
    return words.say(
        N_("abrió el {first} y cerró el {last}"),
        first=look.day(opened, words.lang),
        last=look.day(closed, words.lang),
    )


def roles(passage: Passage) -> tuple[str, ...]:
    """The roles whose duties a person sees here: their own, a council's of this district too."""
    found = access.roles_at(passage.actor, passage.where)
    around = [bond.role for bond in passage.actor.bonds if bond.place_id == passage.where.place_id]
    return tuple(dict.fromkeys((*found, *around, "public")))


def duties(
    words: Words, passage: Passage, year: int, entry: StepEntry, stands: Callable[[str], bool]
) -> list[dict[str, str]]:
    """What a person may do in a step, once each; a page that does not answer is not linked."""
    own = [role for role in roles(passage) if role in entry.duties]
    if len(own) > 1 and "public" in own:
        own.remove("public")
    found = []
    for role in own:
        duty = entry.duties[role]
        base = root(passage.where) if duty.page.startswith("/") else year_href(passage.where, year)
        address = f"{base}/{duty.page.removeprefix('/')}".rstrip("/")
        standing = stands(address.partition("#")[0])
        found.append({"text": duty.words.of(words.lang), "href": address if standing else ""})
    return found


def board(
    session: Reading,
    words: Words,
    passage: Passage,
    row: Process,
    day: date,
    stands: Callable[[str], bool],
) -> list[dict[str, Any]]:
    """The phases with their steps, and which of them is now."""
    lines = processes.standings(session, row, day, words.lang)
    at = rules.here(lines)
    names = process_steps.phases()
    shown = [step(words, passage, row.fiscal_year, line, stands) for line in lines]
    return [
        {
            "code": code,
            "name": names[code].of(words.lang),
            "steps": [
                each | {"here": each["code"] in at} for each in shown if each["phase"] == code
            ],
        }
        for code in rules.PHASES
    ]


def step(
    words: Words,
    passage: Passage,
    year: int,
    line: StepStanding,
    stands: Callable[[str], bool],
) -> dict[str, Any]:
    """One step, ready to be shown."""
    entry = process_steps.entry(line.kind.code)
    word, kind = STATES[line.state]
    return {
        "code": line.kind.code,
        "phase": line.kind.phase,
        "name": line.kind.name,
        "look": LOOKS.get(line.state, "next"),
        "state": words.say(word),
        "code_state": line.state,
        "kind": kind,
        "planned": span(words, line.planned),
        "real": real(words, line),
        "countdown": countdown(words, line),
        "opened": line.real.opened,
        "closed": line.real.closed,
        "duties": duties(words, passage, year, entry, stands) if entry else [],
        "optional": not line.kind.required,
        "source": entry.source if entry else "",
    }


def title(words: Words, year: int, phases: Iterable[dict[str, Any]]) -> str:
    """The process in one line: its year and the step where it is."""
    at = [each for phase in phases for each in phase["steps"] if each["here"]]
    if not at:
        return words.say(N_("Proceso del presupuesto {year}: terminado"), year=year)
    first = at[0]
    return words.say(
        N_("Proceso del presupuesto {year}: {step}, {when}"),
        year=year,
        step=first["name"],
        when=first["countdown"] or first["state"],
    )


def faults(words: Words, body: Body, year: int) -> list[str]:
    """What the calendar should mind, in words."""
    kinds = process_steps.kinds(words.lang)
    found = rules.advice(kinds, body.calendar, year)
    names = {each.code: each.name for each in kinds}
    bare = [names[each.kind] for each in found if each.reason.code == "missing"]
    said = [
        words.reason(each.reason)
        for each in found
        if each.reason.code != "missing" or len(bare) <= MOST_BARE
    ]
    if len(bare) > MOST_BARE:
        said.append(words.say(N_("Todavía sin fechas: {steps}."), steps=", ".join(bare)))
    return said


def notes(words: Words, rows: Iterable[ProcessStep]) -> list[dict[str, Any]]:
    """The notes of real days, the newest first."""
    names = {each.code: each.name for each in process_steps.kinds(words.lang)}
    return [
        {
            "at": row.at,
            "step": names.get(row.kind, row.kind),
            "days": real(
                words,
                StepStanding(
                    rules.StepKind(row.kind, "", ""),
                    None,
                    rules.Real(row.opened_on, row.closed_on),
                    "closed",
                    None,
                    None,
                ),
            )
            or words.say(N_("se borraron sus días")),
            "note": row.note,
        }
        for row in rows
    ]


def link(session: Reading, words: Words, where: Where, year: int, day: date) -> dict[str, str]:
    """The process for the card on the year's page: where it stands, in one sentence."""
    row = processes.of_year(session, where, year)
    if row is None:
        return {"href": href(where, year), "agents": "", "sentence": ""}
    lines = processes.standings(session, row, day, words.lang)
    at = rules.here(lines)
    first = next((each for each in lines if each.kind.code in at), None)
    said = (
        words.say(N_("Terminado: todos los pasos están cerrados."))
        if first is None
        else f"{first.kind.name}: {countdown(words, first) or words.say(STATES[first.state][0])}"
    )
    return {
        "href": href(where, year),
        "agents": agents_href(where, year),
        "sentence": said,
    }
