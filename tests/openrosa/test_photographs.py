"""Photographs of a delivery: kept without what the camera wrote beside them, never exchanged."""

import io
import random
from uuid import UUID

from PIL import Image
from sqlmodel import select

from app.operations import attachments, delivery_tray, intake
from app.records.intake import Attachment, Form
from tests import builders
from tests.openrosa.conftest import Phone
from tests.openrosa.serving import a_photo
from tests.openrosa.test_tray import the_district
from tests.town import a_plan

ONE = UUID(int=1)
RED, BLUE = a_photo(random.Random(1)), a_photo(random.Random(2))


def a_plan_of(phone: Phone) -> bytes:
    return phone.document("plan", {**a_plan(), "acta_photo": "acta.jpg"}, ONE)


def files_of(phone: Phone) -> list[dict[str, str]]:
    return [row.files for row in phone.deliveries()]


def shown(phone: Phone) -> str:
    """The photograph that the register shows."""
    with phone.town.store.reading() as session:
        form = session.exec(select(Form).where(Form.uuid == ONE)).one()
        return str(intake.answers_of(session, form)["acta_photo"])


def test_what_the_camera_wrote_is_gone_and_the_same_photograph_is_known(phone: Phone) -> None:
    picture, out = Image.new("RGB", (40, 30), "green"), io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Cámara de Rosa"
    picture.save(out, "JPEG", exif=exif)

    codes = [phone.post(a_plan_of(phone), acta_jpg=out.getvalue()).status_code for _ in range(2)]

    ((sha256,),) = (files.values() for files in files_of(phone))
    kept = attachments.path_of(phone.files, sha256).read_bytes()
    assert codes == [201, 202]
    assert b"Rosa" in out.getvalue()
    assert b"Rosa" not in kept
    assert not Image.open(io.BytesIO(kept)).getexif()


def test_a_file_that_is_no_picture_is_kept_byte_by_byte(phone: Phone) -> None:
    sound = bytes(random.Random(3).randbytes(5_000))

    codes = [phone.post(a_plan_of(phone), acta_jpg=sound).status_code for _ in range(2)]

    ((sha256,),) = (files.values() for files in files_of(phone))
    assert codes == [201, 202]
    assert attachments.path_of(phone.files, sha256).read_bytes() == sound


def test_an_empty_file_is_waited_for_like_one_that_did_not_come(phone: Phone) -> None:
    codes = [phone.post(a_plan_of(phone), acta_jpg=b"").status_code for _ in range(2)]
    codes.append(phone.post(a_plan_of(phone), acta_jpg=RED).status_code)

    assert codes == [201, 202, 201]
    assert [row.state for row in phone.deliveries()] == ["taken"]


def test_another_photograph_under_a_known_name_waits_for_a_person(either_phone: Phone) -> None:
    phone, xml = either_phone, a_plan_of(either_phone)
    phone.post(xml, acta_jpg=RED)
    before = shown(phone)

    codes = [phone.post(xml, acta_jpg=each).status_code for each in (BLUE, RED, BLUE, BLUE)]

    first, other = phone.deliveries()
    assert codes == [202] * 4
    assert (first.state, first.nth, other.state, other.nth) == ("taken", 0, "quarantined", 1)
    assert "acta.jpg" in other.problems[0]["message"]
    assert shown(phone) == before == first.files["acta.jpg"] != other.files["acta.jpg"]
    with phone.town.store.reading() as session:
        rows = session.exec(select(Attachment.sha256).where(Attachment.form_uuid == ONE)).all()
    assert sorted(rows) == sorted([first.files["acta.jpg"], other.files["acta.jpg"]])


def test_a_person_may_decide_for_the_other_photograph(phone: Phone) -> None:
    town, xml = phone.town, a_plan_of(phone)
    phone.post(xml, acta_jpg=RED)
    phone.post(xml, acta_jpg=BLUE)
    _, other = phone.deliveries()

    delivery_tray.retry(town.store, town.author, the_district(phone), other.uuid)

    assert [row.state for row in phone.deliveries()] == ["taken", "taken"]
    assert shown(phone) == other.files["acta.jpg"]


def test_another_photograph_does_not_take_the_place_of_one_that_is_waited_with(
    phone: Phone,
) -> None:
    raw = builders.a_council(acta_photo="acta.jpg", vision_photo="mapa.jpg")
    xml = phone.document("council", raw, ONE)
    phone.post(xml, acta_jpg=RED)

    phone.post(xml, acta_jpg=BLUE)
    last = phone.post(xml, mapa_jpg=BLUE)

    first, other = phone.deliveries()
    assert last.status_code == 201
    assert (first.state, sorted(first.files)) == ("taken", ["acta.jpg", "mapa.jpg"])
    assert (other.state, sorted(other.files)) == ("quarantined", ["acta.jpg"])
