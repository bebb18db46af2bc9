"""What our own application asks beside OpenRosa: whose it is, receipts, a carried file."""

import base64
import hashlib
import json
import os
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import load_der_public_key
from sqlmodel import select

from app.errors import Malformed, Unknown
from app.operations import acting, devices, handover_keys, parcels
from app.operations.trail import SYSTEM
from app.records.devices import Device
from app.records.intake import Form
from tests.openrosa.conftest import Phone
from tests.openrosa.test_server import ONE, THREE, TWO, a_plan_with_acta, forms
from tests.town import a_diagnosis

PERSON = "4be3d8a0-3b5b-4f0b-9c86-1f2f1f0b7f11"
PHOTO = b"no photograph, but a file all the same"


def text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def a_parcel(phone: Phone, *documents: dict[str, Any], **files: bytes) -> bytes:
    """A file as the application saves it, sealed by the key that the server told."""
    town = phone.client.get(f"{phone.base}/who").json()["town"]
    public = load_der_public_key(base64.b64decode(town["key"]))
    assert isinstance(public, rsa.RSAPublicKey)
    key = AESGCM.generate_key(256)
    things = []

    def seal(kind: str, name: str, content: bytes) -> None:
        about, nonce = f"{PERSON}/{kind}/{name}", os.urandom(12)
        data = AESGCM(key).encrypt(nonce, content, about.encode())
        things.append({"id": about, "kind": kind, "iv": text(nonce), "data": text(data)})

    seal("account", "account", json.dumps({"token": phone.token}).encode())
    for document in documents:
        seal("document", document["id"], json.dumps(document).encode())
    for name, content in files.items():
        seal("file", name, content)
    wrapped = text(public.encrypt(key, handover_keys.PADDING))
    head = {"format": "sismuni-parcel", "version": 1, "made": "2026-11-22", "person": PERSON}
    return json.dumps(
        head | {"key": {"id": town["id"], "wrapped": wrapped}, "things": things}
    ).encode()


def a_document(phone: Phone, name: object, state: str = "done", **more: Any) -> dict[str, Any]:
    xml = phone.document("diagnosis", a_diagnosis(), str(name)).decode()
    return {"id": f"uuid:{name}", "state": state, "xml": xml, "files": [], **more}


def opened(phone: Phone, content: bytes, *, unfinished: bool = False) -> parcels.Opened:
    lane = parcels.Lane(phone.town.store, phone.files)
    return parcels.opened(lane, content, unfinished=unfinished)


def test_a_telephone_learns_whose_it_is_and_where(either_phone: Phone) -> None:
    place = either_phone.client.get(f"{either_phone.base}/place").json()

    assert place["label"] == "Quebrada"
    assert [each["code"] for each in place["communities"]] == ["1099010001"]
    assert place["outlines"][0]["type"] == "FeatureCollection"
    assert place["town"] == either_phone.client.get(f"{either_phone.base}/who").json()["town"]


def test_a_receipt_lets_the_telephone_check_its_own_copy(either_phone: Phone) -> None:
    phone, town = either_phone, either_phone.town
    xml = phone.document("diagnosis", a_diagnosis(), ONE)
    phone.post(xml)
    asked = {"documents": [f"uuid:{ONE}", f"uuid:{TWO}"]}

    arrived, missing = phone.client.post(f"{phone.base}/receipts", json=asked).json()["receipts"]

    assert arrived["state"] == "sent"
    assert arrived["digest"] == hashlib.sha256(arrived["salt"].encode() + xml).hexdigest()
    assert missing["state"] == "missing"
    (form,) = forms(phone)
    acting.act_on(town.store, town.author, town.where, form, {"verb": "return", "reason": "Falta"})
    returned = phone.client.post(f"{phone.base}/receipts", json=asked).json()["receipts"][0]
    assert (returned["state"], returned["reason"]) == ("returned", "Falta")


def test_what_the_telephone_does_not_know_of_is_named(phone: Phone) -> None:
    phone.post(phone.document("diagnosis", a_diagnosis(), ONE))

    found = phone.client.post(f"{phone.base}/receipts", json={"documents": []}).json()

    assert found["others"] == [f"uuid:{ONE}"]


def test_a_carried_file_counts_once_whoever_brings_it(either_phone: Phone) -> None:
    phone = either_phone
    content = a_parcel(phone, a_document(phone, ONE), a_document(phone, TWO, "draft"))

    first = opened(phone, content)
    again = phone.client.post(f"{phone.base}/parcel", content=content).json()

    assert (first.new, first.known, first.unfinished, first.unread) == (1, 0, 1, 0)
    assert (again["new"], again["known"]) == (0, 1)
    assert [(each.state, each.problems) for each in phone.deliveries()] == [("taken", [])]
    (form,) = forms(phone)
    assert (str(form.uuid), form.state) == (str(ONE), "sent")


def test_files_of_a_document_come_with_it(phone: Phone) -> None:
    xml = phone.document("plan", a_plan_with_acta(), THREE).decode()
    named = [{"id": "f1", "name": "acta.jpg", "type": "image/jpeg", "size": len(PHOTO)}]
    document = {"id": f"uuid:{THREE}", "state": "done", "xml": xml, "files": named}

    opened(phone, a_parcel(phone, document, f1=PHOTO))

    (delivery,) = phone.deliveries()
    assert delivery.files == {"acta.jpg": hashlib.sha256(PHOTO).hexdigest()}


def test_a_forgotten_pin_loses_no_unfinished_form(phone: Phone) -> None:
    found = opened(phone, a_parcel(phone, a_document(phone, ONE, "draft")), unfinished=True)

    (delivery,) = phone.deliveries()
    assert (found.new, found.unfinished) == (1, 0)
    assert delivery.state == "quarantined"
    assert delivery.problems[0]["message"] == parcels.UNFINISHED


def test_forms_of_a_revoked_telephone_wait_for_a_person(either_phone: Phone) -> None:
    phone, store = either_phone, either_phone.town.store
    content = a_parcel(phone, a_document(phone, ONE))
    with store.reading() as session:
        device = session.exec(select(Device)).one()
    devices.revoke(store, SYSTEM, phone.town.where, device.uuid, "Se perdió")

    refused = phone.client.post(f"{phone.base}/parcel", content=content)
    found = opened(phone, content)

    assert refused.status_code == 401
    assert found.new == 1
    (delivery,) = phone.deliveries()
    assert (delivery.state, delivery.problems[0]["message"]) == ("quarantined", parcels.REVOKED)
    with store.reading() as session:
        assert session.exec(select(Form)).first() is None


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"[]",
        b'{"format": "another", "things": []}',
        b'{"format": "sismuni-parcel", "things": [], "key": {"id": "x"}}',
        b'{"format": "sismuni-parcel", "things": 7}',
    ],
)
def test_what_is_no_such_file_is_refused_and_keeps_nothing(phone: Phone, broken: bytes) -> None:
    with pytest.raises((Malformed, Unknown)):
        opened(phone, broken)

    assert phone.deliveries() == []


@pytest.mark.parametrize("what", ["data", "iv", "id"])
def test_a_changed_file_does_not_open(phone: Phone, what: str) -> None:
    raw = json.loads(a_parcel(phone, a_document(phone, ONE)))
    raw["things"][1][what] = raw["things"][0][what]

    with pytest.raises(Malformed):
        opened(phone, json.dumps(raw).encode())

    assert phone.deliveries() == []


def test_a_file_of_another_municipality_does_not_open(phone: Phone) -> None:
    raw = json.loads(a_parcel(phone, a_document(phone, ONE)))
    raw["key"]["id"] = "0" * 16

    with pytest.raises(Unknown, match="otra municipalidad"):
        opened(phone, json.dumps(raw).encode())


def test_too_many_documents_are_asked_in_parts(phone: Phone) -> None:
    asked = {"documents": [f"uuid:{n}" for n in range(2_001)]}

    assert phone.client.post(f"{phone.base}/receipts", json=asked).status_code == 422
