"""What a telephone delivered and could not be taken: a person of the place resolves it."""

from pathlib import Path

import pytest
from sqlmodel import select

from app.errors import Conflict, Unknown
from app.operations import access, deliveries, delivery_tray, erasure, stepping
from app.operations import forms as drafting
from app.operations.erasure import Erasing
from app.operations.forms import Sheet
from app.records import places
from app.records.families import Family
from app.records.people import Account, Binding
from app.records.places import Where
from app.records.territory import Place
from app.store.types import uuid7
from tests.openrosa.conftest import Phone
from tests.openrosa.test_server import ONE, TWO, forms
from tests.town import a_diagnosis, a_family, lines


def the_district(phone: Phone, code: str = "109901") -> Where:
    with phone.town.store.reading() as session:
        return places.district(session, code)


def waiting(phone: Phone, where: Where) -> list[delivery_tray.Arrived]:
    with phone.town.store.reading() as session:
        return delivery_tray.quarantine(session, where)


def test_other_answers_may_become_the_correction(either_phone: Phone) -> None:
    phone, town = either_phone, either_phone.town
    phone.post(phone.document("diagnosis", a_diagnosis(), ONE))
    phone.post(phone.document("diagnosis", a_diagnosis(families=40), ONE))
    (one,) = waiting(phone, the_district(phone))

    row = delivery_tray.retry(town.store, town.author, the_district(phone), one.uuid)

    (form,) = forms(phone)
    assert (one.instrument, one.other, one.community, one.phone) == (
        *("diagnosis", True, "Quebrada", "Celular"),
    )
    assert (row.state, row.xml, form.revision) == ("taken", None, 2)
    assert waiting(phone, the_district(phone)) == []


def test_what_was_wanting_may_be_there_the_second_time(phone: Phone) -> None:
    town = phone.town
    stepping.lock_round(town.store, town.author, town.where, town.round_uuid)
    practices = [{"practice": "P-F1", "n": 3, "x": 2, "missing": 0}]
    raw = {"date": "2026-03-01", "homes_visited": 3, "practices": practices}
    phone.post(phone.document("monitoring", raw, TWO))
    (one,) = waiting(phone, the_district(phone))
    still = delivery_tray.retry(town.store, town.author, the_district(phone), one.uuid)

    about = {"label": "2026-II", "held_on": "2026-09-01"}
    stepping.open_round(town.store, town.author, town.where, uuid7(), about)
    then = delivery_tray.retry(town.store, town.author, the_district(phone), one.uuid)

    assert (still.state, then.state) == ("quarantined", "taken")


def test_one_is_left_with_a_reason_and_its_answers_go(phone: Phone) -> None:
    town = phone.town
    phone.post(phone.document("diagnosis", a_diagnosis(), ONE, sismuni_community="77"))
    (one,) = waiting(phone, the_district(phone))
    with pytest.raises(Conflict, match="razón"):
        delivery_tray.set_aside(town.store, town.author, the_district(phone), one.uuid, " ")

    delivery_tray.set_aside(town.store, town.author, the_district(phone), one.uuid, "Prueba")

    (kept,) = phone.deliveries()
    assert (kept.state, kept.xml, kept.reason) == ("dismissed", None, "Prueba")
    assert phone.post(phone.document("diagnosis", a_diagnosis(), TWO)).status_code == 201


def test_another_district_neither_sees_nor_resolves_it(phone: Phone) -> None:
    town = phone.town
    phone.post(phone.document("diagnosis", a_diagnosis(), ONE, sismuni_community="77"))
    with town.store.writing() as session:
        session.add(Place(kind="district", code="109902", name="B", search="b", sort_key="b"))
    there = the_district(phone, "109902")

    (one,) = waiting(phone, the_district(phone))

    assert waiting(phone, there) == []
    with pytest.raises(Unknown):
        delivery_tray.retry(town.store, town.author, there, one.uuid)


def test_the_page_says_what_is_wrong_with_each(phone: Phone) -> None:
    phone.post(phone.document("diagnosis", a_diagnosis(children_under_2=21), ONE))
    phone.post(phone.document("diagnosis", a_diagnosis(), TWO, sismuni_community="77"))
    with phone.town.store.writing() as session:
        account = Account(login="planner", name="Carmen")
        session.add(account)
        session.flush()
        where = {"place_id": phone.town.where.place_id}
        session.add(Binding(account_id=account.id, role="planner", **where))
    token = access.open_session(phone.town.store, account.id, "test")
    phone.client.cookies.set("sismuni", token)

    page = phone.client.get("/d/109901/bandeja")

    assert page.status_code == 200
    assert "De ellos, menores de 2 años: " in page.text
    assert "No existe la comunidad 77" in page.text
    assert page.text.count("/bandeja/celulares/") == 6


def test_a_person_corrects_what_came_and_sends_it(either_phone: Phone) -> None:
    phone, town = either_phone, either_phone.town
    phone.post(phone.document("diagnosis", a_diagnosis(children_under_2=21), ONE))
    (one,) = waiting(phone, the_district(phone))

    where, instrument, name = delivery_tray.open_as_draft(
        town.store, town.author, the_district(phone), one.uuid
    )
    with town.store.reading() as session:
        draft = drafting.draft(session, town.author, where, name)
    assert draft is not None
    raw = {**draft.body, "children_under_2": 8}
    drafting.send(town.store, town.author, where, Sheet(instrument.code, name, raw))
    gone = waiting(phone, the_district(phone))
    deliveries.resume(town.store)

    assert draft.body["children_under_2"] == "21"
    assert (instrument.code, where.community_code, gone) == ("diagnosis", "1099010001", [])
    assert [(d.state, d.xml) for d in phone.deliveries()] == [("taken", None)]
    assert [form.uuid for form in forms(phone)] == [ONE]


def test_a_person_says_of_which_community_it_is(phone: Phone) -> None:
    town = phone.town
    phone.post(phone.document("diagnosis", a_diagnosis(), ONE, sismuni_community="77"))
    (one,) = waiting(phone, the_district(phone))

    where, _, name = delivery_tray.open_as_draft(
        town.store, town.author, the_district(phone), one.uuid, "1099010002"
    )

    with town.store.reading() as session:
        assert drafting.draft(session, town.author, where, name) is not None
    assert where.community_code == "1099010002"


def test_an_erased_household_leaves_what_waits_for_a_person(
    either_phone: Phone, tmp_path: Path
) -> None:
    phone, town = either_phone, either_phone.town
    for code in ("H1", "H2"):
        town.send("family", a_family(code))
    with town.store.reading() as session:
        family = session.exec(select(Family).where(Family.code == "H1")).one()
    stepping.lock_round(town.store, town.author, town.where, town.round_uuid)
    sheet = lines(("H1", "meets"), ("H2", "not_yet"))
    phone.post(phone.document("household_monitoring", sheet, ONE))
    assessed = phone.document("family", a_family("H1"), TWO)
    phone.post(assessed.replace(b'version="1.1"', b'version="9.1"'))

    asked = Erasing(family.uuid, "Lo pidió la familia", tmp_path)
    erasure.erase_family(town.store, town.author, asked)

    first, second = phone.deliveries()
    assert first.state == "quarantined"
    assert b">H2<" in (first.xml or b"")
    assert b">H1<" not in (first.xml or b"")
    assert (second.state, second.xml) == ("dismissed", None)
