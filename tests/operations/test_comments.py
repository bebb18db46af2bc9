"""Comments stand beside single answers, for whoever may read them."""

from pathlib import Path

import pytest
from sqlmodel import select

from app.errors import Invalid, Unknown
from app.operations import comments, erasure, forms, instruments, narrowing, receipts
from app.operations.erasure import Erasing
from app.records.comments import Comment
from app.records.families import Family
from app.records.intake import Form
from app.records.trail import AuditEntry
from tests.operations.test_review import the_form
from tests.town import Town, a_diagnosis, a_family, lines


def threads(town: Town, form: Form, view: str = "whole") -> dict[str, list[str]]:
    with town.store.reading() as session:
        form = forms.form(session, town.where, form.uuid)
        read = instruments.of_version(session, form.instrument, form.version)
        answers = narrowing.answers(session, form, ("council",), view)
        found = comments.of_document(session, form, read, answers)
    return {path: [each.text for each in said] for path, said in found.items()}


def say(town: Town, form: Form, path: str, text: str) -> None:
    with town.store.reading() as session:
        read = instruments.of_version(session, form.instrument, form.version)
        answers = narrowing.answers(session, form, ("council",), "whole")
        at = comments.spot(read, answers, path)
    comments.add(town.store, town.author, town.where, form, at, text)


def test_a_thread_stands_at_its_answer_and_is_counted_on_lists(town: Town) -> None:
    form = the_form(town, town.send("diagnosis", a_diagnosis()))

    say(town, form, "families", "¿Cuenta a los que migran?")
    say(town, form, "families", "Sí, vuelven en mayo")
    say(town, form, "problems[1].people_affected", "Son más en la lluvia")

    assert threads(town, form) == {
        "families": ["¿Cuenta a los que migran?", "Sí, vuelven en mayo"],
        "problems[1].people_affected": ["Son más en la lluvia"],
    }
    with town.store.reading() as session:
        assert [line.comments for line in receipts.sheets(session, town.where)] == [3]


def test_the_trail_names_the_question_and_neither_row_nor_words(town: Town) -> None:
    form = the_form(town, town.send("diagnosis", a_diagnosis()))
    say(town, form, "problems[1].people_affected", "Son más en la lluvia")

    with town.store.reading() as session:
        row = session.exec(select(AuditEntry).where(AuditEntry.action == "comment")).one()
    assert (row.subject, row.reason) == (str(form.uuid), "problems.people_affected")


@pytest.mark.parametrize("path", ["nothing", "problems[9]", "families[0]", "", "problems.votes"])
def test_there_is_no_comment_on_what_is_not_there(sqlite_town: Town, path: str) -> None:
    form = the_form(sqlite_town, sqlite_town.send("diagnosis", a_diagnosis()))

    with pytest.raises(Unknown):
        say(sqlite_town, form, path, "Hola")


@pytest.mark.parametrize("text", [" ", "x" * 1001], ids=["empty", "too long"])
def test_a_comment_says_something_in_few_words(sqlite_town: Town, text: str) -> None:
    form = the_form(sqlite_town, sqlite_town.send("diagnosis", a_diagnosis()))

    with pytest.raises(Invalid):
        say(sqlite_town, form, "families", text)


def test_comments_on_homes_follow_their_home_and_go_with_it(town: Town, tmp_path: Path) -> None:
    for code in ("H1", "H2", "H3"):
        town.send("family", a_family(code))
    sheet = lines(("H1", "meets"), ("H2", "meets"), ("H3", "not_yet"))
    form = the_form(town, town.send("household_monitoring", sheet))
    for row in range(3):
        say(town, form, f"households[{row}]", f"De la fila {row + 1}")
    with town.store.reading() as session:
        family = session.exec(select(Family).where(Family.code == "H2")).one()

    erasure.erase_family(town.store, town.author, Erasing(family.uuid, "Lo pidió", tmp_path))

    assert threads(town, form) == {
        "households[0]": ["De la fila 1"],
        "households[1]": ["De la fila 3"],
    }
    with town.store.reading() as session:
        assert len(session.exec(select(Comment)).all()) == 2


def test_what_a_view_does_not_hold_is_not_commented_on_in_it(town: Town) -> None:
    town.send("family", a_family("H1"))
    form = the_form(town, town.send("household_monitoring", lines(("H1", "meets"))))
    say(town, form, "households[0].household", "¿Es el código nuevo?")
    say(town, form, "households[0]", "Falta la fecha")

    assert set(threads(town, form)) == {"households[0]", "households[0].household"}
    assert threads(town, form, "totals") == {}
