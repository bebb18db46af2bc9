"""What is kept is given again only while it holds, and only so much of it is kept."""

import pytest

from app.operations import remembered
from app.records import stamps
from tests.town import Town


def test_a_value_is_made_once_until_its_district_changes(sqlite_town: Town) -> None:
    made: list[int] = []

    def make() -> int:
        made.append(1)
        return len(made)

    def ask() -> int:
        with sqlite_town.store.reading() as session:
            return remembered.remembered(session, sqlite_town.where, "figure", make)

    before = [ask(), ask()]
    with sqlite_town.store.writing() as session:
        stamps.bump(session, f"district:{sqlite_town.where.code[:6]}")

    assert before == [1, 1]
    assert [ask(), ask()] == [2, 2]


def test_nobody_who_writes_is_given_what_was_before_the_writing(sqlite_town: Town) -> None:
    with sqlite_town.store.reading() as session:
        remembered.remembered(session, sqlite_town.where, "figure", lambda: "before")

    with sqlite_town.store.writing() as session:
        seen = remembered.remembered(session, sqlite_town.where, "figure", lambda: "now")

    assert seen == "now"


def test_answers_are_kept_by_their_weight_and_the_one_used_last_stays(
    sqlite_town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembered, "KEPT_BYTES", 10)
    made: list[str] = []

    def ask(key: str, body: bytes) -> None:
        def make() -> bytes:
            made.append(key)
            return body

        with sqlite_town.store.reading() as session:
            remembered.answer(session, sqlite_town.where, key, make, len)

    for key in ("a", "b", "a", "c", "a", "b", "a"):
        ask(key, b"1234")
    ask("too heavy to keep", b"1" * 11)
    ask("a", b"1234")

    assert made == ["a", "b", "c", "b", "too heavy to keep"]
