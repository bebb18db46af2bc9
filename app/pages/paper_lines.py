"""Homes and their people as lines on paper, with one narrow column a practice."""

from collections.abc import Sequence

from app.capture import lines
from app.capture.fields import Field
from app.capture.lines import Crossing
from app.documents.paper import Column, Grid, Item, Legend, Part
from app.operations.paper import AskedPractice
from app.pages.language import N_
from app.pages.paper_asking import Asking, options_of

A_PAGE = 13  # lines of a landscape page
FOR_SIGNING = 2  # lines that the signatures take


def keys(asking: Asking, crossed: Crossing) -> list[Item]:
    """What the numbers of the lines stand for, and the practices by their codes."""
    choices = [
        *[f for f in lines.written(crossed.homes) if f.type == "select_one"],
        *(crossed.value, crossed.how, _of(crossed)),
    ]
    numbers = [
        Legend(asking.label(f.label), told, 4)
        for f in choices
        if f.source != "households" and (told := options_of(asking, f))
    ]
    named = [p for p in asking.practices if p.unit != "community"]
    return [*numbers, Legend(asking.say(N_("Prácticas")), _names(asking, named), 4)]


def tables(asking: Asking, crossed: Crossing) -> list[Part]:
    """One line a home, then one a woman, then one a child, with a narrow column a practice."""
    by_person = [p for p in asking.practices if p.unit == "person"]
    homes = [p for p in asking.practices if p.unit == "home"]
    count = _whole_pages(asking.count(crossed.homes, "crossed"))
    how = Column(asking.label(crossed.how.label), 17)
    plain = [_narrow(asking, f) for f in lines.written(crossed.homes)]
    who = [f for f in lines.written(crossed.people) if f.code != crossed.number.code]
    person = [_narrow(asking, crossed.home), Column(asking.label(crossed.number.label), 15)]
    kind = [_narrow(asking, f) for f in who if f.type != "date"]
    dated = [_narrow(asking, f) for f in who if f.type == "date"]
    women = [p for p in by_person if p.of_women]
    children = [p for p in by_person if not p.of_women]
    asked = asking.say(N_("Una línea por hogar. En cada práctica, el número de la respuesta."))
    hint = asking.label(crossed.people.hint)
    told: list[tuple[str, str, list[Column], int]] = [
        (asking.label(crossed.homes.label), asked, [*plain, *_upright(homes), how], count),
        (
            asking.say(N_("Gestantes y puérperas")),
            hint,
            [*person, *kind, *_upright(women), how],
            A_PAGE,
        ),
        (
            asking.say(N_("Niñas y niños")),
            hint,
            [*person, *dated, *_upright(children), how],
            _whole_pages(count // 2) - FOR_SIGNING,
        ),
    ]
    return [
        Part(title, (Grid("", tuple(columns), said, (), rows),), apart=True)
        for title, said, columns, rows in told
    ]


def _of(crossed: Crossing) -> Field:
    """The question of who a person is."""
    return next(
        (f for f in lines.written(crossed.people) if f.type == "select_one"), crossed.number
    )


def _whole_pages(rows: int) -> int:
    return max(A_PAGE, -(-rows // A_PAGE) * A_PAGE)


def _upright(practices: Sequence[AskedPractice]) -> list[Column]:
    width = 10 if len(practices) <= 12 else 6.4
    return [Column(p.code, width, upright=True) for p in practices]


def _names(asking: Asking, practices: Sequence[AskedPractice]) -> tuple[tuple[str, str], ...]:
    return tuple((p.code, asking.label(p.name)) for p in practices)


def _narrow(asking: Asking, field: Field) -> Column:
    heading = asking.label(field.label)
    if field.type == "date":
        return Column(heading, 32, kind="date")
    if field.type == "text":
        return Column(heading, 0)
    return Column(heading, 26 if field.type == "select_one" else 20)
