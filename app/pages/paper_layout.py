"""An instrument as a sheet of paper: its own words, questions and rules, laid out to be written.

Nothing is said here that the definition does not say: labels, hints, choices and their order
are those of the screen, and the rows stand as they are typed in afterwards.
"""

import re
from collections.abc import Sequence

from app.capture import lines
from app.capture.fields import Field, Instrument, Section
from app.documents import paper
from app.documents.paper import Cards, Column, Form, Grid, Item, Legend, Part, Question, Words
from app.pages import look, paper_lines
from app.pages.language import N_
from app.pages.paper_asking import Asking, options_of

MOST_TICKS = 12
CONSENT = N_(
    "Antes de preguntar: explique para qué es. La familia puede decir que no, o dejar de "
    "responder cuando quiera, y no pierde nada. No escriba nombres."
)
PLACE = N_("Latitud y longitud, o una seña para marcarlo en el mapa al digitar.")
_CONDITION = re.compile(r"\$\{(\w+)\} (=|!=) '(\w*)'")


def form(asking: Asking) -> Form:
    """The sheet that all copies share."""
    instrument = asking.instrument
    parts = [part for s in instrument.sections for part in _parts(asking, s) if part.items]
    return Form(
        title=asking.label(instrument.title),
        purpose=asking.label(instrument.purpose),
        consent=asking.say(CONSENT) if _of_families(instrument) else "",
        about=asking.about,
        parts=(*parts, *_lists_apart(asking)),
        words=_words(asking),
        landscape=any(lines.shape(f) == "crossed" for f in instrument.fields() if f.fields),
        language=asking.language,
    )


def _words(asking: Asking) -> Words:
    return Words(
        page=asking.say(N_("Página {n} de {m}"), n="{n}", m="{m}"),
        optional=asking.say(N_("opcional")),
        how=asking.say(
            N_(
                "Escriba un número en cada cuadro y marque con una X. Deje en blanco lo que no se "
                "preguntó. Al digitar, apunte la cámara al cuadro o escriba el código."
            )
        ),
        signatures=(
            asking.say(N_("Quién llenó la hoja (cargo y firma o huella)")),
            asking.say(N_("Por la junta o el establecimiento (cargo y firma)")),
            asking.say(N_("Fecha")),
        ),
        code=asking.say(N_("código")),
    )


def _of_families(instrument: Instrument) -> bool:
    return instrument.subject == "family" or any(
        field.source == "households" for field, _ in instrument.walk()
    )


def _parts(asking: Asking, section: Section) -> list[Part]:
    items: list[Item] = []
    apart: list[Part] = []
    title, note = asking.label(section.title), _only_if(asking, section.relevant)
    for field in section.fields:
        crossed = lines.crossing(field) if field.fields else None
        if crossed is not None:
            items += paper_lines.keys(asking, crossed)
            apart += paper_lines.tables(asking, crossed)
        elif field.type == "repeat":
            items += _rows(asking, field, title)
        elif (question := _question(asking, field)) is not None:
            items.append(question)
    return [Part(title, tuple(items), note, not section.core), *apart]


def _question(asking: Asking, field: Field) -> Question | None:
    if field.type in ("photo", "file", "calculated", "repeat"):
        return None
    label = asking.label(field.label)
    if field.type == "note":
        return Question(label, "note")
    kind, size, options = _boxes(asking, field)
    hint = asking.label(field.hint)
    if field.type == "geometry":
        hint = f"{hint} {asking.say(PLACE)}".strip()
    if kind == "code" and field.source != "households":
        hint = f"{hint} {_see_list(asking, field)}".strip()
    return Question(
        label,
        kind,
        hint=hint,
        options=options,
        size=size,
        unit=asking.say(look.UNITS.get(field.unit, field.unit)) if field.unit else "",
        optional=not field.required,
        only_if=_only_if(asking, field.relevant),
    )


def _boxes(asking: Asking, field: Field) -> tuple[paper.Kind, int, tuple[tuple[str, str], ...]]:
    if field.type in ("select_one", "yes_no_unknown", "select_many"):
        return _choice(asking, field)
    if field.type == "date":
        return "date", 8, ()
    if field.type == "integer":
        return "digits", _digits(field), ()
    if field.type == "decimal":
        return "decimal", max(2, min(7, len(str(field.maximum or 9999)))), ()
    return "text", 1 if field.type == "geometry" else 1 + min(3, field.max_length // 250), ()


def _choice(asking: Asking, field: Field) -> tuple[paper.Kind, int, tuple[tuple[str, str], ...]]:
    options = options_of(asking, field)
    if field.source == "households":
        return "code", 10, ()
    if not options:
        return "text", 1, ()
    if field.type == "select_many":
        return "many", 1, options
    if len(options) > MOST_TICKS:
        return "code", max(len(number) for number, _ in options), ()
    return "one", 1, options


def _digits(field: Field) -> int:
    return min(6, max(2, len(str(field.maximum if field.maximum is not None else 9999))))


def _see_list(asking: Asking, field: Field) -> str:
    return asking.say(
        N_("Escriba su número de la lista «{name}», al final."), name=_name(asking, field)
    )


def _name(asking: Asking, field: Field) -> str:
    return asking.label(field.label).strip("¿?")


def _only_if(asking: Asking, relevant: str) -> str:
    """When it is asked, where the rule is a plain comparison; else nothing is said."""
    found = _CONDITION.findall(relevant)
    rest = _CONDITION.sub("", relevant).replace(" or ", "").replace(" and ", "").strip()
    if not found or rest:
        return ""
    by = {field.code: field for field, _ in asking.instrument.walk()}
    told = []
    for code, sign, value in found:
        if value and code in by:
            words = asking.label(by[code].choice_label(value))
            if by[code].type == "yes_no_unknown" and not by[code].choices:
                words = asking.say({"yes": N_("Sí"), "no": N_("No")}.get(value, value))
            sentence = (
                N_("«{question}» es «{answer}»")
                if sign == "="
                else N_("«{question}» no es «{answer}»")
            )
            told.append(asking.say(sentence, question=asking.label(by[code].label), answer=words))
    joint = asking.say(N_(" o ")) if " or " in relevant else asking.say(N_(" y "))
    return asking.say(N_("Solo si {when}."), when=joint.join(told)) if told else ""


def _rows(asking: Asking, field: Field, title: str) -> list[Item]:
    kind = lines.shape(field)
    label, hint = asking.label(field.label), asking.label(field.hint)
    asked = lines.written(field)
    if kind == "cards":
        questions = [q for f in asked if (q := _question(asking, f)) is not None]
        return [Cards(label, tuple(questions), asking.count(field, kind), hint)]
    key = lines.fixed_by(field) if kind == "fixed" else None
    given = _given(asking, key) if key is not None else ()
    most = 3 if kind == "fixed" else 4
    columns = [_column(asking, f, most) for f in asked if f is not key]
    label = "" if label == title else label
    if key is not None and given:
        names = (Column("", 13, kind="given"), Column(asking.label(key.label), 0, kind="given"))
        table = Grid(label, (*names, *columns), hint, given)
    else:
        if key is not None:
            columns.insert(0, _column(asking, key, most))
        table = Grid(label, tuple(columns), hint, (), asking.count(field, "table"))
    listed = [f for f in asked if f is not key or not given]
    return [table, *_legends(asking, listed)]


def _given(asking: Asking, key: Field) -> tuple[tuple[str, str], ...]:
    if key.source == "practices":
        return tuple((p.code, asking.label(p.name)) for p in asking.practices)
    return options_of(asking, key)


def _column(asking: Asking, field: Field, most: int) -> Column:
    heading = asking.label(field.label)
    if field.type == "date":
        return Column(heading, 34, kind="date")
    if field.type in ("integer", "decimal"):
        size = min(most, _digits(field))
        return Column(heading, max(17.5, size * 4.9 + 2.5), kind="digits", size=size)
    if field.source == "households":
        return Column(heading, 24)
    if field.type in ("select_one", "yes_no_unknown"):
        return Column(heading, 17)
    return Column(heading, 0)


def _legends(asking: Asking, fields: Sequence[Field]) -> list[Item]:
    """What the numbers in the columns of a table stand for, right below it."""
    found: list[Item] = []
    for field in fields:
        options = options_of(asking, field)
        if field.type in ("select_one", "yes_no_unknown", "select_many") and options:
            if len(options) > MOST_TICKS:
                continue
            label = asking.label(field.label)
            found.append(Legend(label, options, 4 if len(options) > 2 else 2))
    return found


def _lists_apart(asking: Asking) -> tuple[Part, ...]:
    """Long lists stand once, at the end of the sheet."""
    seen: dict[tuple[tuple[str, str], ...], str] = {}
    for field, chain in asking.instrument.walk():
        options = options_of(asking, field)
        long = len(options) > MOST_TICKS and field.type == "select_one"
        if not long or field.source == "households" or _stands_beforehand(asking, field, chain):
            continue
        name = _name(asking, field)
        seen[options] = f"{seen[options]} / {name}" if name not in seen.get(options, name) else name
    if not seen:
        return ()
    title = asking.say(N_("Listas"))
    return (Part(title, tuple(Legend(n, o, 3) for o, n in seen.items())),)


def _stands_beforehand(asking: Asking, field: Field, chain: tuple[str, ...]) -> bool:
    """Whether its answers are printed as rows or columns already."""
    if not chain:
        return False
    outer = next(f for f in asking.instrument.fields() if f.code == chain[0])
    return lines.shape(outer) == "crossed" or lines.fixed_by(outer) == field
