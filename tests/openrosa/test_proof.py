"""The secretary compares what arrived with what her telephone says that it sent."""

from sqlmodel import select

from app.operations import access, acting, delivery_proof
from app.operations.delivery_proof import Tally
from app.records.people import Account
from tests.openrosa.conftest import Phone
from tests.openrosa.test_server import ONE, THREE, TWO, a_plan_with_acta, forms
from tests.town import a_diagnosis


def test_every_document_is_there_once_with_what_became_of_it(either_phone: Phone) -> None:
    phone, town = either_phone, either_phone.town
    xml = phone.document("diagnosis", a_diagnosis(), ONE)
    for _ in range(3):
        phone.post(xml)
    (form,) = forms(phone)
    acting.act_on(town.store, town.author, town.where, form, {"verb": "approve"})
    phone.post(phone.document("plan", a_plan_with_acta(), TWO))
    phone.post(phone.document("diagnosis", a_diagnosis(children_under_2=21), THREE))

    with town.store.reading() as session:
        found = delivery_proof.of_place(session, town.where)
        newest = delivery_proof.of_place(session, town.where, most=1)
        tally = delivery_proof.tally(session, town.where)

    assert [(each.instrument, each.state) for each in found] == [
        ("diagnosis", "quarantined"),
        ("plan", "waiting"),
        ("diagnosis", "approved"),
    ]
    assert len(newest) == 1
    assert tally == Tally(3, 1, 1, 1)


def test_the_council_sees_it_on_the_page_of_its_telephones(phone: Phone) -> None:
    phone.post(phone.document("diagnosis", a_diagnosis(), ONE))
    with phone.town.store.reading() as session:
        account = session.exec(select(Account)).one()
    phone.client.cookies.set("sismuni", access.open_session(phone.town.store, account.id, "test"))

    page = phone.client.get("/d/109901/comunidades/1099010001/celulares")

    assert page.status_code == 200
    assert "1 recibidas, 1 registradas, 0 aprobadas." in page.text
    assert f"/d/109901/comunidades/1099010001/diagnostico/{ONE}" in page.text
