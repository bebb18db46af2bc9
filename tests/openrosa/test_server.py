"""What Collect asks and what it is answered, from the list of forms to the receipt."""

import io
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

from PIL import Image
from sqlmodel import select

from app.operations import deliveries, stepping
from app.records import places
from app.records.devices import Delivery, Device
from app.records.intake import Attachment, Entry, Form
from app.records.people import Binding
from app.store.types import now
from tests.openrosa.conftest import Phone
from tests.town import a_diagnosis, a_plan

ONE, TWO, THREE = UUID(int=1), UUID(int=2), UUID(int=3)


def a_photo(colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "JPEG")
    return out.getvalue()


def texts(xml: str, name: str) -> list[str]:
    return [e.text or "" for e in ElementTree.fromstring(xml).iter() if e.tag.endswith(name)]


def forms(phone: Phone) -> list[Form]:
    with phone.town.store.reading() as session:
        return list(session.exec(select(Form)).all())


def test_a_telephone_finds_its_forms_and_their_files(either_phone: Phone) -> None:
    phone = either_phone
    listed = phone.client.get(f"{phone.base}/formList")
    names = texts(listed.text, "formID")
    urls = dict(zip(names, texts(listed.text, "downloadUrl"), strict=True))
    manifests = dict(zip(names, texts(listed.text, "manifestUrl"), strict=True))

    form = phone.client.get(urls["sismuni_plan"])
    files = phone.client.get(manifests["sismuni_plan"])
    got = {
        name: phone.client.get(url)
        for name, url in zip(
            texts(files.text, "filename"), texts(files.text, "downloadUrl"), strict=True
        )
    }

    assert listed.headers["x-openrosa-version"] == "1.0"
    assert listed.headers["content-type"].startswith("text/xml")
    assert {"sismuni_diagnosis", "sismuni_monitoring", "sismuni_plan"} <= set(names)
    assert b'id="sismuni_plan"' in form.content
    assert set(got) == {
        *("communities.csv", "practices.csv", "indicators.csv", "problems.csv"),
        *("diagnosis.csv", "previous_plan.csv"),
    }
    assert got["communities.csv"].text == "name,label\n1099010001,Quebrada\n"
    assert got["practices.csv"].text.startswith("name,label,unit,age_min_months,age_max_months\n")
    assert {each.status_code for each in (form, files, *got.values())} == {200}


def test_what_the_form_offers_follows_the_diagnosis(phone: Phone) -> None:
    phone.town.send("diagnosis", a_diagnosis())

    base = f"{phone.base}/forms/sismuni_plan/1.1/files"
    problems = phone.client.get(f"{base}/problems.csv").text
    families = phone.client.get(f"{base}/diagnosis.csv").text

    assert "El agua llega sin cloro,1099010001" in problems
    assert families == "name,families\n1099010001,31\n"


def test_the_question_before_sending_is_answered_as_only_a_server_does(phone: Phone) -> None:
    answer = phone.client.head(f"{phone.base}/submission")

    assert answer.status_code == 204
    assert answer.headers["x-openrosa-accept-content-length"] == "10000000"


def test_a_document_is_kept_counted_and_its_raw_form_goes(either_phone: Phone) -> None:
    phone = either_phone
    answer = phone.post(phone.document("diagnosis", a_diagnosis(), ONE))

    (kept,) = phone.deliveries()
    (form,) = forms(phone)
    assert answer.status_code == 201
    assert "Recibida" in answer.text
    assert (kept.state, kept.xml, kept.problems) == ("taken", None, [])
    assert (form.uuid, form.instrument, form.state) == (ONE, "diagnosis", "sent")
    with phone.town.store.reading() as session:
        entry = session.get_one(Entry, form.entry_id)
        device = session.exec(select(Device)).one()
    assert (entry.way, entry.device) == ("openrosa", device.name)


def test_the_same_document_again_is_known_and_counts_once(either_phone: Phone) -> None:
    phone = either_phone
    xml = phone.document("diagnosis", a_diagnosis(), ONE)

    codes = [phone.post(xml).status_code for _ in range(3)]

    assert codes == [201, 202, 202]
    assert len(phone.deliveries()) == len(forms(phone)) == 1


def test_other_answers_under_the_same_name_wait_for_a_person(either_phone: Phone) -> None:
    phone = either_phone
    phone.post(phone.document("diagnosis", a_diagnosis(), ONE))

    answer = phone.post(phone.document("diagnosis", a_diagnosis(families=40), ONE))

    first, other = phone.deliveries()
    assert answer.status_code == 202
    assert (first.state, other.state, other.nth) == ("taken", "quarantined", 1)
    assert other.xml is not None
    assert "mismo identificador" in answer.text


def test_a_photograph_that_comes_while_its_document_is_read_is_not_overlooked(
    either_phone: Phone,
) -> None:
    phone = either_phone
    xml = phone.document("plan", a_plan_with_acta(), TWO)
    phone.post(xml)
    (read,) = phone.deliveries()
    phone.post(xml, acta_jpg=a_photo())
    with phone.town.store.reading() as session:
        where = places.district(session, "109901")

    deliveries.let_wait(phone.town.store, read, where)  # what the reader then finds

    (kept,) = phone.deliveries()
    assert kept.state == "taken"


def a_plan_with_acta() -> dict[str, Any]:
    return {**a_plan(), "acta_photo": "acta.jpg"}


def test_a_document_waits_for_the_photographs_that_it_names(either_phone: Phone) -> None:
    phone = either_phone
    xml = phone.document("plan", a_plan_with_acta(), TWO)

    first = phone.post(xml)
    waiting = [d.state for d in phone.deliveries()]
    second = phone.post(xml, acta_jpg=a_photo())
    again = phone.post(xml, acta_jpg=a_photo())

    (kept,) = phone.deliveries()
    assert [first.status_code, second.status_code, again.status_code] == [201, 201, 202]
    assert (waiting, kept.state) == (["waiting"], "taken")
    with phone.town.store.reading() as session:
        (photo,) = session.exec(select(Attachment)).all()
    assert kept.files == {"acta.jpg": photo.sha256}
    assert (phone.files / photo.sha256[:2] / photo.sha256).is_file()


def test_after_a_day_a_document_is_taken_without_them(phone: Phone) -> None:
    phone.post(phone.document("plan", a_plan_with_acta(), TWO))
    with phone.town.store.writing() as session:
        row = session.exec(select(Delivery)).one()
        row.at = now() - deliveries.WAIT

    deliveries.resume(phone.town.store)

    assert [d.state for d in phone.deliveries()] == ["taken"]
    assert len(forms(phone)) == 1


def test_what_a_killed_process_left_is_taken_up(phone: Phone) -> None:
    phone.post(phone.document("plan", a_plan_with_acta(), TWO), acta_jpg=a_photo())
    with phone.town.store.writing() as session:
        row = session.exec(select(Delivery)).one()
        row.state, row.xml = "kept", phone.document("plan", a_plan_with_acta(), TWO)

    deliveries.resume(phone.town.store)

    assert [d.state for d in phone.deliveries()] == ["taken"]
    assert len(forms(phone)) == 1


def test_a_correction_follows_the_document_that_it_corrects(phone: Phone) -> None:
    phone.post(phone.document("diagnosis", a_diagnosis(), ONE))
    better = phone.document("diagnosis", a_diagnosis(families=40), TWO)
    better = better.replace(b"</meta>", f"<deprecatedID>uuid:{ONE}</deprecatedID></meta>".encode())
    late = phone.document("diagnosis", a_diagnosis(families=50), THREE)
    late = late.replace(b"</meta>", f"<deprecatedID>uuid:{ONE}</deprecatedID></meta>".encode())

    codes = [phone.post(better).status_code, phone.post(late).status_code]

    (form,) = forms(phone)
    assert codes == [201, 202]
    assert (form.uuid, form.revision) == (ONE, 2)
    assert [d.state for d in phone.deliveries()] == ["taken", "taken", "quarantined"]


def quarantined(phone: Phone, xml: bytes) -> str:
    answer = phone.post(xml)
    kept = phone.deliveries()[-1]
    assert (answer.status_code, kept.state) == (202, "quarantined"), answer.text
    assert kept.xml == xml
    assert forms(phone) == []
    return str(kept.problems[0]["message"])


def test_an_unknown_version_is_kept_for_a_person(phone: Phone) -> None:
    xml = phone.document("diagnosis", a_diagnosis(), ONE).replace(
        b'version="1.1"', b'version="9.1"'
    )

    assert "versión 9" in quarantined(phone, xml)


def test_a_form_of_somebody_else_is_kept_for_a_person(phone: Phone) -> None:
    xml = b'<data id="otro" version="3"><a>1</a><meta><instanceID>uuid:7</instanceID></meta></data>'

    assert "otro, versión 3" in quarantined(phone, xml)


def test_a_document_without_a_name_is_kept_once_for_a_person(phone: Phone) -> None:
    xml = phone.document("diagnosis", a_diagnosis(), "")

    assert "sin identificador" in quarantined(phone, xml)
    assert phone.post(xml).status_code == 202
    assert len(phone.deliveries()) == 1


def test_an_unknown_community_is_kept_for_a_person(phone: Phone) -> None:
    xml = phone.document("diagnosis", a_diagnosis(), ONE, sismuni_community="77")

    assert "77" in quarantined(phone, xml)


def test_another_community_than_the_telephones_is_kept_for_a_person(phone: Phone) -> None:
    xml = phone.document("diagnosis", a_diagnosis(), ONE, sismuni_community="1099010002")

    assert quarantined(phone, xml)


def test_answers_that_break_a_rule_are_kept_with_what_is_wrong(phone: Phone) -> None:
    broken = a_diagnosis(children_under_2=21)

    assert quarantined(phone, phone.document("diagnosis", broken, ONE))
    rows = phone.deliveries()[-1].problems[1:]
    assert any(row["field"] == "children_under_2" for row in rows)


def test_a_right_that_was_lost_keeps_the_document_for_a_person(phone: Phone) -> None:
    with phone.town.store.writing() as session:
        session.delete(session.exec(select(Binding)).one())

    assert "permiso" in quarantined(phone, phone.document("diagnosis", a_diagnosis(), ONE))


def test_a_closed_round_keeps_the_document_for_a_person(phone: Phone) -> None:
    town = phone.town
    stepping.lock_round(town.store, town.author, town.where, town.round_uuid)
    raw = {"date": "2026-03-01", "homes_visited": 3, "practices": []}
    raw["practices"] = [{"practice": "P-F1", "n": 3, "x": 2, "missing": 0}]

    assert quarantined(phone, phone.document("monitoring", raw, ONE))


def test_what_is_no_form_is_refused_and_leaves_nothing(phone: Phone) -> None:
    codes = [
        phone.post(b"no es XML").status_code,
        phone.client.post(f"{phone.base}/submission", data={"a": "b"}).status_code,
        phone.client.post(f"{phone.base}/submission", content=b"x").status_code,
        phone.post(b"<a>" + b"x" * 10_000_001 + b"</a>").status_code,
    ]

    assert codes == [400, 400, 400, 413]
    assert phone.deliveries() == []


def test_a_strangers_path_gets_nothing(phone: Phone) -> None:
    codes = [
        phone.client.get("/openrosa/otra-llave/formList").status_code,
        phone.client.head("/openrosa/otra-llave/submission").status_code,
        phone.client.get("/openrosa/formList").status_code,
    ]

    assert codes == [401, 401, 401]


def test_fifty_at_once_are_one_document(either_phone: Phone) -> None:
    phone = either_phone
    xml = phone.document("diagnosis", a_diagnosis(), ONE)

    with ThreadPoolExecutor(10) as pool:
        codes = list(pool.map(lambda _: phone.post(xml).status_code, range(50)))

    assert sorted(codes) == [201] + [202] * 49
    assert [d.state for d in phone.deliveries()] == ["taken"]
    assert len(forms(phone)) == 1


def test_a_running_server_answers_first_and_takes_soon_after(either_phone: Phone) -> None:
    phone = either_phone
    with phone.client:
        codes = [phone.post(phone.document("diagnosis", a_diagnosis(), ONE)).status_code]
        until = time.monotonic() + 20
        while phone.deliveries()[0].state == "kept" and time.monotonic() < until:
            time.sleep(0.05)

        assert codes == [201]
        assert [d.state for d in phone.deliveries()] == ["taken"]
