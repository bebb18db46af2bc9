"""What assemblies put on the map: problems, assets and hazards of their last diagnosis.

Of each community only the newest approved diagnosis of the last three years. What an
assembly did not place stands in the table and not on the map; "not asked" is told apart
from "none". A hazard is what people pointed out, and no official risk assessment (EVAR).
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import col

from app.capture.fields import Text
from app.operations.layers import choices, spoken, words
from app.operations.layers.declared import Asked, Mark, Told, Value
from app.operations.layers.ground import page
from app.operations.remembered import remembered
from app.records.diagnoses import Asset, Diagnosis, Hazard, Problem
from app.store.sessions import Reading, columns
from app.store.spatial import from_column

_COMMUNITY = Text("Comunidad", "Community")
_KIND = Text("Tipo", "Kind")
_THEME = Text("Tema", "Theme")
_PEOPLE = Text("Personas afectadas", "People affected")
_FAMILIES = Text("Familias expuestas", "Families exposed")
_VOTES = Text("Votos", "Votes")
_BOTH = Text("{women} de mujeres, {men} de varones", "{women} of women, {men} of men")
_SINCE = Text("Desde", "Since")
_LAST = Text("Última vez", "Last time")
_STATE = Text("Estado", "State")
_SAID_ON = Text("Asamblea del", "Assembly of")
_UNPLACED_ONE = Text(
    "{n} sin lugar en el mapa: está en la tabla.", "{n} has no place: see the table."
)
_UNPLACED_MANY = Text(
    "{n} sin lugar en el mapa: están en la tabla.", "{n} have no place: see the table."
)
_NOT_ASKED_ONE = Text("En {n} comunidad no se preguntó.", "In {n} community nobody asked.")
_NOT_ASKED_MANY = Text("En {n} comunidades no se preguntó.", "In {n} communities nobody asked.")
_SAID = Text(
    "{n} en {communities} comunidades. Lo más nombrado: {kinds}.",
    "{n} in {communities} communities. Named most: {kinds}.",
)
_NOTHING = Text("Todavía no hay nada aprobado.", "Nothing is approved yet.")
EVAR = Text("No es una evaluación de riesgo (EVAR).", "This is no official risk assessment (EVAR).")


def problems(session: Reading, asked: Asked) -> Sequence[Mark]:
    """Problems named in assembly, with the votes of women and men apart."""
    kinds = choices.themes(session)
    return _marks(session, asked, Problem, lambda row: _problem(row, kinds, asked.lang))


def assets(session: Reading, asked: Asked) -> Sequence[Mark]:
    """Useful places that assemblies marked."""
    kinds = choices.labels(session, "diagnosis", "asset_kind")
    states = choices.labels(session, "diagnosis", "asset_state")
    return _marks(session, asked, Asset, lambda row: _asset(row, kinds, states, asked.lang))


def hazards(session: Reading, asked: Asked) -> Sequence[Mark]:
    """Dangers that assemblies pointed out."""
    kinds = choices.labels(session, "diagnosis", "hazard_kind")
    return _marks(session, asked, Hazard, lambda row: _hazard(row, kinds, asked.lang))


def _marks(
    session: Reading, asked: Asked, table: Any, told: Callable[[Any], tuple[str, Value]]
) -> Sequence[Mark]:
    key = ("layer", table.__tablename__, asked.where.place_id, asked.day, asked.lang)
    return remembered(session, asked.where, key, lambda: _read(session, asked, table, told))


def _read(
    session: Reading, asked: Asked, table: Any, told: Callable[[Any], tuple[str, Value]]
) -> tuple[Mark, ...]:
    held = assemblies(session, asked)
    rows = session.rows(columns(table).where(col(table.form_id).in_(list(held))).order_by(table.id))
    marks = []
    for row in rows:
        name, about = told(row)
        code, community, on = held[row.form_id]
        day = words.day(on)
        lines = (
            (_COMMUNITY.of(asked.lang), community),
            *about.lines,
            (_SAID_ON.of(asked.lang), day),
        )
        place = page(asked.where.code, code)
        shape = from_column(row.geom)
        marks.append(Mark(str(row.uuid), name, shape, place, _with(about, lines)))
    return tuple(marks)


def _with(about: Value, lines: tuple[tuple[str, str], ...]) -> Value:
    return Value(text=about.text, people=about.people, lines=lines)


def assemblies(session: Reading, asked: Asked) -> Mapping[int, tuple[str, str, date]]:
    """The newest counted diagnosis of each community: its form, then code, name and day."""
    held = spoken.newest(session, asked).values()
    return {each.form_id: (each.community, each.name, each.on) for each in held}


def _problem(row: Any, kinds: Mapping[str, Text], lang: str) -> tuple[str, Value]:
    lines = [(_THEME.of(lang), _word(kinds, row.theme, lang))]
    if row.people is not None:
        lines.append((_PEOPLE.of(lang), words.num(row.people, lang)))
    women, men = row.votes_women, row.votes_men
    if women is not None or men is not None:
        both = words.say(_BOTH, lang, women=women or 0, men=men or 0)
        lines.append((_VOTES.of(lang), both))
    if row.since_year is not None:
        lines.append((_SINCE.of(lang), str(row.since_year)))
    return row.description, Value(people=row.people, lines=tuple(lines))


def _asset(
    row: Any, kinds: Mapping[str, Text], states: Mapping[str, Text], lang: str
) -> tuple[str, Value]:
    kind = _word(kinds, row.kind, lang)
    lines = [(_KIND.of(lang), kind)]
    if row.state:
        lines.append((_STATE.of(lang), _word(states, row.state, lang)))
    return row.name or kind, Value(lines=tuple(lines))


def _hazard(row: Any, kinds: Mapping[str, Text], lang: str) -> tuple[str, Value]:
    lines = []
    if row.families is not None:
        lines.append((_FAMILIES.of(lang), words.num(row.families, lang)))
    if row.year is not None:
        lines.append((_LAST.of(lang), str(row.year)))
    return _word(kinds, row.kind, lang), Value(lines=tuple(lines))


def _word(kinds: Mapping[str, Text], code: str, lang: str) -> str:
    return kinds[code].of(lang) if code in kinds else code


def tell_problems(session: Reading, asked: Asked, marks: Sequence[Mark]) -> Told:
    """How many, and how many have no place."""
    return _told(session, asked, marks, Gate(_THEME))


def tell_assets(session: Reading, asked: Asked, marks: Sequence[Mark]) -> Told:
    """How many, and in how many communities nobody asked."""
    return _told(session, asked, marks, Gate(_KIND, "assets_asked"))


def tell_hazards(session: Reading, asked: Asked, marks: Sequence[Mark]) -> Told:
    """As for assets; and that this is no official assessment."""
    return _told(session, asked, marks, Gate(_KIND, "hazards_asked", EVAR))


@dataclass(frozen=True, slots=True)
class Gate:
    """Which line names the kind of a mark, which question opened the list, and a warning."""

    kind: Text
    asked: str = ""
    warning: Text | None = None


def _told(session: Reading, asked: Asked, marks: Sequence[Mark], gate: Gate) -> Told:
    lang = asked.lang
    held = assemblies(session, asked)
    notes = [gate.warning.of(lang)] if gate.warning else []
    unplaced = sum(1 for mark in marks if mark.shape is None)
    if unplaced:
        notes.append(words.some(_UNPLACED_ONE, _UNPLACED_MANY, unplaced, lang))
    unasked = _unasked(session, list(held), gate.asked) if gate.asked else 0
    if unasked:
        notes.append(words.some(_NOT_ASKED_ONE, _NOT_ASKED_MANY, unasked, lang))
    kinds = Counter(dict(mark.about.lines).get(gate.kind.of(lang), mark.name) for mark in marks)
    most = [f"{words.inside(kind)} ({words.num(n, lang)})" for kind, n in kinds.most_common(3)]
    said = words.say(
        _SAID,
        lang,
        n=words.num(len(marks), lang),
        communities=len({mark.href for mark in marks}),
        kinds=words.listing(most, lang),
    )
    return Told(
        title="",
        values={},
        n=words.num(len(marks), lang),
        sentence=said if marks else _NOTHING.of(lang),
        on=max((on for _, _, on in held.values()), default=None),
        note=" ".join(notes),
    )


def _unasked(session: Reading, forms: list[int], gate: str) -> int:
    asked = getattr(Diagnosis, gate)
    rows = session.rows(
        columns(Diagnosis.id).where(col(Diagnosis.form_id).in_(forms), asked.is_(False))
    )
    return len(rows)
