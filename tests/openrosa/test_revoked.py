"""A telephone that was revoked, or whose account ended, delivers nothing from that moment on."""

from uuid import UUID

from httpx import DigestAuth
from sqlmodel import select

from app.operations import devices
from app.operations.devices import NewDevice
from app.operations.trail import SYSTEM
from app.records.devices import Device
from app.records.people import Account
from tests.openrosa.conftest import Phone
from tests.town import a_diagnosis


def revoke_all(phone: Phone) -> None:
    with phone.town.store.reading() as session:
        uuids = session.exec(select(Device.uuid)).all()
    for each in uuids:
        devices.revoke(phone.town.store, SYSTEM, phone.town.where, each, "Se perdió")


def test_a_revocation_holds_for_the_very_next_delivery(either_phone: Phone) -> None:
    phone = either_phone
    first, second = (phone.document("diagnosis", a_diagnosis(), UUID(int=n)) for n in (1, 2))
    before = phone.post(first).status_code

    revoke_all(phone)
    answers = [phone.post(second), phone.post(second)]

    assert before == 201
    assert [each.status_code for each in answers] == [401, 401]
    assert "fue anulado" in answers[0].text
    assert answers[0].headers["www-authenticate"].startswith("Digest ")
    assert len(phone.deliveries()) == 1


def test_by_digest_too(phone: Phone) -> None:
    with phone.town.store.reading() as session:
        account = session.exec(select(Account)).one()
    given = devices.enrol(
        phone.town.store, SYSTEM, phone.town.where, NewDevice(account.uuid, "Otro")
    )
    first, second = (phone.document("diagnosis", a_diagnosis(), UUID(int=n)) for n in (1, 2))

    def post(xml: bytes) -> int:
        return phone.client.post(
            "/openrosa/submission",
            files={"xml_submission_file": ("a.xml", xml, "text/xml")},
            auth=DigestAuth(given.name, given.secret),
        ).status_code

    before = [post(first), post(first)]
    revoke_all(phone)
    after = post(second)

    assert (before, after) == ([201, 202], 401)
    assert len(phone.deliveries()) == 1


def test_the_end_of_its_account_holds_for_the_very_next_delivery(phone: Phone) -> None:
    first, second = (phone.document("diagnosis", a_diagnosis(), UUID(int=n)) for n in (1, 2))
    phone.post(first)

    with phone.town.store.writing() as session:
        session.exec(select(Account)).one().active = False

    assert phone.post(second).status_code == 401
    assert len(phone.deliveries()) == 1
