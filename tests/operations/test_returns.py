"""Return sheets: every request with who has it, said in a minute, and answered by a slip."""

from datetime import date, timedelta

import pytest

from app.errors import Invalid, Unknown
from app.operations import return_texts, returns
from app.operations.returns import Occasion, Slip
from app.operations.trail import SYSTEM
from app.records import places
from app.records.places import Where
from app.records.returns import ReturnSheet
from app.store.sessions import Reading, Store
from tests.operations import chain_world
from tests.operations.chain_world import DAY, YEAR, here
from tests.worlds import built_once

QUARTER = Occasion("quarter", "2027-T2")


@built_once
def told(store: Store) -> Store:
    """The district with its work delivered, and the sheets of the quarter."""
    chain_world.settle(store)
    chain_world.deliver(store, DAY)
    with store.writing() as session:
        returns.issue(session, SYSTEM, here(session), QUARTER, DAY)
    return store


def at(session: Reading, community: str) -> Where:
    return places.community(session, here(session), community)


def sheet_of(session: Reading, community: str) -> ReturnSheet:
    return returns.of_community(session, at(session, community))[0]


def answered(store: Store, slip: Slip, community: str = "A", day: date = DAY) -> None:
    with store.writing() as session:
        sheet = sheet_of(session, community)
        returns.reply(session, SYSTEM, at(session, community), sheet, slip, day)


def test_a_sheet_says_who_has_each_request_and_since_when(told: Store) -> None:
    with told.reading() as session:
        mine, theirs = (sheet_of(session, code).content for code in ("A", "B"))

    assert [(line["number"], line["who"]) for line in mine["lines"]] == [
        ("P-A-2027-1", "la municipalidad")
    ]
    assert "A-2028-01" in mine["lines"][0]["what"]
    (line,) = theirs["lines"]
    assert (line["who"], line["since"]) == ("Red de Salud", DAY.isoformat())
    assert line["next_on"] == (DAY + timedelta(days=30)).isoformat()


def test_what_the_community_does_itself_stands_apart(told: Store) -> None:
    with told.reading() as session:
        content = sheet_of(session, "A").content

    assert content["own"] == ["Limpiar la fuente de A: todavía no se contó cómo va"]
    assert content["begun"] == 0


def test_issuing_again_adds_only_whoever_has_none(told: Store) -> None:
    with told.writing() as session:
        again = returns.issue(session, SYSTEM, here(session), QUARTER, DAY)
        run = next(o for o in returns.occasions(session, here(session), DAY) if o != QUARTER)
        after = returns.issue(session, SYSTEM, here(session), run, DAY)

    assert again == []
    assert [returns.code_of(sheet) for sheet in after] == ["HR-2027-003", "HR-2027-004"]


def test_an_occasion_that_is_not_in_the_list_is_refused(told: Store) -> None:
    with told.writing() as session, pytest.raises(Invalid, match="ocasión"):
        returns.issue(session, SYSTEM, here(session), Occasion("decision", "porque sí"), DAY)


def test_a_sheet_keeps_what_it_said(told: Store) -> None:
    with told.reading() as session:
        before = sheet_of(session, "A")
        kept = (before.content, before.digest)
    chain_world.measure_again(told, DAY - timedelta(days=3))

    with told.reading() as session:
        after = sheet_of(session, "A")
        now = returns.return_lines.known(session, here(session), DAY)
        fresh = returns.content_of(session, at(session, "A"), now)

    assert (after.content, after.digest) == kept
    assert {**kept[0], **fresh} == kept[0]


def test_the_loudspeaker_text_fits_a_minute_and_holds_no_figure(told: Store) -> None:
    with told.reading() as session:
        content = dict(sheet_of(session, "B").content)
    many = content | {"lines": content["lines"] * 30}

    short, long = (return_texts.loudspeaker(each) for each in (content, many))

    assert "lo tiene Red de Salud desde el veinticinco de junio" in short
    assert not any(letter.isdigit() for letter in short + long)
    assert len(long.split()) <= return_texts.MOST_WORDS
    assert "puntos más" in long


def test_a_slip_shows_with_what_it_speaks_of(told: Store) -> None:
    slip = Slip(False, "La obra no llega a la escuela", ("P-A-2027-1",), "secretaría")
    answered(told, slip, day=DAY + timedelta(days=2))

    with told.reading() as session:
        keys = [f"agreement:{YEAR}-1", "agreement:9-9"]
        said = returns.said_of(session, here(session), keys)
        states = returns.of_district(session, here(session), DAY)

    assert list(said) == keys[:1]
    assert said[keys[0]][0].reply.text == "La obra no llega a la escuela"
    assert [(s.code, s.reply is not None) for s in states] == [("A", True), ("B", False)]


def test_a_slip_typed_again_takes_the_place_of_the_one_before(told: Store) -> None:
    answered(told, Slip(False, "No", ("P-A-2027-1",)))
    answered(told, Slip(True))

    with told.reading() as session:
        sheet = sheet_of(session, "A")
        back = returns.replies(session, [sheet])[sheet.id]
        said = returns.said_of(session, here(session), [f"agreement:{YEAR}-1"])

    assert [each.conforming for each in back] == [True, False]
    assert said == {}


@pytest.mark.parametrize(
    ("slip", "said"),
    [
        (Slip(False), "por qué no está conforme"),
        (Slip(True, lines=("P-Z-1",)), "no tiene el punto"),
        (Slip(True, on_day=DAY - timedelta(days=1)), "antes de la hoja"),
        (Slip(True, on_day=DAY + timedelta(days=1)), "antes de la hoja"),
    ],
)
def test_a_slip_that_cannot_be_is_refused_and_nothing_kept(
    told: Store, slip: Slip, said: str
) -> None:
    with pytest.raises(Invalid, match=said):
        answered(told, slip)

    with told.reading() as session:
        assert not returns.replies(session, [sheet_of(session, "A")])


def test_a_sheet_of_another_community_is_not_found(told: Store) -> None:
    with told.reading() as session:
        theirs = sheet_of(session, "B")
        with pytest.raises(Unknown):
            returns.find(session, at(session, "A"), theirs.year, theirs.number)


@pytest.mark.parametrize(
    ("day", "quarter", "end"),
    [
        (date(2027, 1, 1), "2027-T1", date(2027, 6, 30)),
        (date(2027, 6, 30), "2027-T2", date(2027, 9, 30)),
        (date(2027, 12, 31), "2027-T4", date(2028, 3, 31)),
    ],
)
def test_a_quarter_and_the_end_of_the_next(day: date, quarter: str, end: date) -> None:
    assert (returns.quarter(day), returns.next_quarter_end(day)) == (quarter, end)
