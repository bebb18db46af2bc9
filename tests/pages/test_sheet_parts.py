"""A folded section says what it holds, and stands open where it asks for something."""

from app.capture.fields import Field, Instrument, Section, Text
from app.pages import sheet_parts
from app.pages.sheet_parts import Held

NAME = Field("name", "text", Text("Nombre", "Name"), required=True)
STATE = Field("state", "text", Text("Estado", "State"))
PLACES = Field("places", "repeat", Text("Lugares", "Places"), fields=(NAME, STATE))
YEAR = Field("year", "integer", Text("Año", "Year"))
PART = Section("things", Text("Lo que hay", "What there is"), False, (PLACES, YEAR))
CORE = Section("people", Text("Gente", "People"), True, (Field("all", "integer", NAME.label),))
SHEET = Instrument(
    "diagnosis",
    "diagnostico",
    1,
    "community",
    "year",
    frozenset(),
    frozenset(),
    PART.title,
    PART.title,
    (CORE, PART),
)
BROUGHT = {"all": 90, "places": [{"name": "Local"}, {"name": "Río"}], "year": 1952}


def test_a_section_says_how_many_rows_and_answers_it_holds() -> None:
    assert sheet_parts.held(SHEET, BROUGHT) == {
        "people": Held(answers=1),
        "things": Held(rows=2, answers=1),
    }
    assert sheet_parts.held(SHEET, {"all": None, "places": [], "year": ""}) == {}


def test_what_was_brought_whole_stays_folded() -> None:
    assert sheet_parts.opened(SHEET, BROUGHT, ()) == frozenset()


def test_a_section_opens_where_something_in_it_is_refused_or_doubted() -> None:
    for name in ("year", "places.1.state", "_reasons.year"):
        assert sheet_parts.opened(SHEET, BROUGHT, (name,)) == {"things"}
    assert sheet_parts.opened(SHEET, BROUGHT, ("all",)) == frozenset()


def test_a_section_opens_where_a_row_lacks_what_it_must_say() -> None:
    bare = {**BROUGHT, "places": [{"name": "Local"}, {"name": "", "state": "bueno"}]}

    assert sheet_parts.opened(SHEET, bare, ()) == {"things"}
