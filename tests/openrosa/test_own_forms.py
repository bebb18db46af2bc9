"""A municipality's own form: published, downloaded, filled, tried by its rules, kept whole."""

import csv
import io
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from openpyxl import Workbook
from sqlmodel import select

from app.capture import form_answers
from app.errors import Conflict, Invalid
from app.operations import access, intake, own_forms, rebuilding
from app.operations.own_forms import Published, Upload
from app.operations.seats import Seat
from app.records.own_forms import OwnForm, OwnSubmission
from app.records.places import Where
from tests.http.town import a_place, an_account
from tests.openrosa.conftest import Phone
from tests.openrosa.filling import filled
from tests.openrosa.test_server import a_photo, texts

ONE, TWO, THREE = UUID(int=1), UUID(int=2), UUID(int=3)
Rows = list[list[Any]]
SURVEY: Rows = [
    ["type", "name", "label::Español (es)", "required", "relevant", "constraint",
     "constraint_message", "calculation"],
    ["start", "start"],
    ["begin group", "s_chacra", "La chacra"],
    ["text", "dueno", "¿De qué organización es?", "yes"],
    ["decimal", "hectareas", "¿Cuántas hectáreas?", "yes", "", ". > 0 and . <= 500",
     "Entre 0 y 500 hectáreas."],
    ["select_one si_no", "riego", "¿Tiene riego?", "yes"],
    ["text", "riego_como", "¿Cómo riega?", "yes", "${riego} = 'si'"],
    ["end group"],
    ["begin repeat", "cultivos", "Cultivos"],
    ["select_one_from_file cultivos.csv", "cultivo", "¿Qué cultiva?", "yes"],
    ["decimal", "area", "¿En cuántas hectáreas?", "", "", ". <= ${hectareas}",
     "No puede pasar del total."],
    ["end repeat"],
    ["image", "foto", "Foto"],
    ["calculate", "total", "", "", "", "", "", "sum(${area})"],
]  # fmt: skip
CHOICES: Rows = [["list_name", "name", "label::Español (es)"], ["si_no", "si", "Sí"],
                 ["si_no", "no", "No"]]  # fmt: skip
CROPS = b"name,label\ncafe,Caf\xc3\xa9\ncacao,Cacao\n"


def a_workbook(version: str = "1", survey: Rows = SURVEY, form: str = "chacras") -> io.BytesIO:
    book = Workbook()
    sheets = {
        "survey": survey,
        "choices": CHOICES,
        "settings": [["form_id", "form_title", "version"], [form, "Chacras", version]],
    }
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    return out


def publish(phone: Phone, version: str = "1", **more: Any) -> Published:
    with phone.town.store.reading() as session:
        where = phone.town.where
        district = Where(where.place_id, where.code, where.name, where.kind, where.lineage)
        assert session is not None
    beside = more.pop("beside", [("cultivos.csv", io.BytesIO(CROPS))])
    upload = Upload("chacras.xlsx", a_workbook(version, **more), beside)
    return own_forms.publish(phone.town.store, phone.files, phone.town.author, district, upload)


def answers(**over: Any) -> dict[str, Any]:
    given = {
        "start": "2026-03-04T10:00:00.000-05:00",
        "dueno": "Comité",
        "hectareas": "12.5",
        "riego": "no",
        "cultivos": [{"cultivo": "cafe", "area": "2"}],
        "total": "2",
    }
    return {**given, **over}


def a_document(phone: Phone, name: UUID | str, **over: Any) -> bytes:
    with phone.town.store.reading() as session:
        row = session.exec(select(OwnForm).order_by(OwnForm.id.desc())).first()  # type: ignore[attr-defined]
        assert row is not None
        return filled(row.xml, answers(**over), name)


def kept(phone: Phone) -> list[tuple[OwnSubmission, dict[str, Any]]]:
    with phone.town.store.reading() as session:
        rows = session.exec(select(OwnSubmission).order_by(OwnSubmission.id)).all()  # type: ignore[arg-type]
        return [(row, intake.body_of(session, row.entry_id)) for row in rows]


@pytest.fixture
def here(either_phone: Phone) -> Phone:
    """A telephone whose district published its form."""
    assert publish(either_phone).version is not None
    return either_phone


def test_a_telephone_lists_downloads_and_delivers_an_own_form(here: Phone) -> None:
    listed = here.client.get(f"{here.base}/formList").text
    urls = dict(zip(texts(listed, "formID"), texts(listed, "downloadUrl"), strict=True))
    manifests = dict(zip(texts(listed, "formID"), texts(listed, "manifestUrl"), strict=True))
    form = here.client.get(urls["chacras"])
    files = here.client.get(manifests["chacras"]).text
    crops = here.client.get(texts(files, "downloadUrl")[0])
    photo = a_photo()

    answer = here.post(filled(form.content, answers(foto="a.jpg"), ONE), a_jpg=photo)

    assert answer.status_code == 201
    assert texts(files, "filename") == ["cultivos.csv"]
    assert crops.content == CROPS
    ((row, body),) = kept(here)
    assert row.uuid == ONE
    assert row.community_id == here.town.where.community_id
    assert body["answers"]["s_chacra"] == {"dueno": "Comité", "hectareas": "12.5", "riego": "no"}
    assert body["answers"]["cultivos"] == [{"cultivo": "cafe", "area": "2"}]
    assert list(body["files"]) == ["a.jpg"]
    assert [(d.state, d.xml) for d in here.deliveries()] == [("taken", None)]


@pytest.mark.parametrize(
    ("over", "field", "said"),
    [
        ({"hectareas": "501"}, "hectareas", "«¿Cuántas hectáreas?»: Entre 0 y 500 hectáreas."),
        ({"dueno": ""}, "dueno", "«¿De qué organización es?»: falta la respuesta"),
        ({"riego": "si"}, "riego_como", "«¿Cómo riega?»: falta la respuesta"),
        ({"riego": "quizá"}, "riego", "esa respuesta no está en la lista"),
        ({"hectareas": "doce"}, "hectareas", "Va un número"),
        ({"cultivos": [{"cultivo": "cafe", "area": "2"}, {"cultivo": "cacao", "area": "13"}]},
         "cultivos[2].area", "No puede pasar del total."),
        ({"cultivos": [{"cultivo": "", "area": "1"}]}, "cultivos[1].cultivo", "falta la respuesta"),
    ],
)  # fmt: skip
def test_a_broken_rule_goes_to_quarantine_with_its_question(
    phone: Phone, over: dict[str, Any], field: str, said: str
) -> None:
    publish(phone)

    answer = phone.post(a_document(phone, ONE, **over))

    (delivery,) = phone.deliveries()
    assert answer.status_code in {201, 202}
    assert delivery.state == "quarantined"
    assert delivery.xml is not None
    told = {p.get("field"): p["message"] for p in delivery.problems}
    assert said in told[field]
    assert kept(phone) == []


def test_what_is_not_asked_is_neither_demanded_nor_tried(phone: Phone) -> None:
    publish(phone)

    phone.post(a_document(phone, ONE, riego="no", riego_como="", cultivos=[]))

    assert [d.state for d in phone.deliveries()] == ["taken"]


def test_a_question_that_was_cut_out_is_still_demanded(phone: Phone) -> None:
    publish(phone)
    document = a_document(phone, ONE).replace(b"<dueno>Comit\xc3\xa9</dueno>", b"")

    phone.post(document)

    (delivery,) = phone.deliveries()
    assert delivery.state == "quarantined"
    assert {p.get("field") for p in delivery.problems} == {None, "dueno"}


def test_a_version_never_changes_and_a_new_one_leaves_the_old_one_taking(phone: Phone) -> None:
    first = publish(phone)
    old = a_document(phone, ONE)
    changed = [*SURVEY, ["text", "notas", "Notas"]]

    with pytest.raises(Conflict, match="ya está publicada con otro contenido"):
        publish(phone, survey=changed)
    again = publish(phone)
    second = publish(phone, "2", survey=changed)
    phone.post(old)
    phone.post(a_document(phone, TWO, notas="Todo bien"))

    assert again.again
    assert first.version is not None
    assert second.version is not None
    assert again.version is not None
    assert again.version.uuid == first.version.uuid
    listed = phone.client.get(f"{phone.base}/formList").text
    versions = dict(zip(texts(listed, "formID"), texts(listed, "version"), strict=True))
    assert versions["chacras"] == "2"
    assert [body["form"] for _, body in kept(phone)] == [
        str(first.version.uuid),
        str(second.version.uuid),
    ]


def test_a_correction_takes_the_place_of_what_it_corrects(here: Phone) -> None:
    here.post(a_document(here, ONE))
    later = a_document(here, TWO, hectareas="30")
    for tag in (b"instanceID", b"orx:instanceID", b"ns0:instanceID", b"ns1:instanceID"):
        end = b"</" + tag + b">"
        former = tag.replace(b"instance", b"deprecated")
        told = b"<" + former + b">uuid:" + str(ONE).encode() + b"</" + former + b">"
        later = later.replace(end, end + told)

    here.post(later)

    ((row, body),) = kept(here)
    assert (row.uuid, row.revision) == (ONE, 2)
    assert body["answers"]["s_chacra"]["hectareas"] == "30"


def test_registers_are_the_same_after_a_rebuild(here: Phone) -> None:
    here.post(a_document(here, ONE))
    here.post(a_document(here, TWO))
    before = [(row.uuid, row.revision, row.community_id, body) for row, body in kept(here)]

    rebuilding.rebuild(here.town.store)

    assert [(r.uuid, r.revision, r.community_id, b) for r, b in kept(here)] == before


def test_an_unknown_version_waits_for_a_person(phone: Phone) -> None:
    publish(phone)
    document = a_document(phone, ONE).replace(b'version="1"', b'version="9"')

    answer = phone.post(document)

    assert answer.status_code in {201, 202}
    (delivery,) = phone.deliveries()
    assert "no" not in delivery.state
    assert delivery.state == "quarantined"
    assert "versión 9" in delivery.problems[0]["message"]


def test_a_withdrawn_form_is_offered_no_more_and_still_taken(phone: Phone) -> None:
    publish(phone)
    document = a_document(phone, ONE)

    own_forms.withdraw(phone.town.store, phone.town.author, phone.town.where, "chacras")
    phone.post(document)

    assert "chacras" not in texts(phone.client.get(f"{phone.base}/formList").text, "formID")
    assert len(kept(phone)) == 1


def test_a_telephone_of_another_district_does_not_see_it(phone: Phone) -> None:
    publish(phone)
    with phone.town.store.writing() as session:
        other = a_place(session, "109902", "Otro", "district", None)
        session.exec(select(OwnForm)).one().place_id = other.id

    listed = texts(phone.client.get(f"{phone.base}/formList").text, "formID")

    assert "chacras" not in listed
    assert phone.client.get(f"{phone.base}/forms/chacras/1").status_code == 404


def test_lists_that_the_form_asks_for_must_come_with_it(phone: Phone) -> None:
    with pytest.raises(Invalid, match=r"cultivos\.csv"):
        publish(phone, beside=[])


def test_a_refused_form_says_where_and_what_to_do(phone: Phone) -> None:
    broken = [row if row[:2] != ["text", "dueno"] else ["tex", *row[1:]] for row in SURVEY]

    found = publish(phone, survey=broken)

    (problem,) = found.verdict["problems"]
    assert found.version is None
    assert problem["message"] == "No existe el tipo de pregunta «tex»."
    assert "Unknown question type" in problem["original"]


def test_the_answers_as_a_table_keep_their_groups(phone: Phone) -> None:
    found = publish(phone).version
    assert found is not None
    model = own_forms.model_of(found)

    names = [form_answers.heading(path) for path in form_answers.columns(model)]
    inner = [
        form_answers.heading(p, ("cultivos",)) for p in form_answers.columns(model, ("cultivos",))
    ]

    assert names == ["start", "s_chacra/dueno", "s_chacra/hectareas", "s_chacra/riego",
                     "s_chacra/riego_como", "foto", "total"]  # fmt: skip
    assert inner == ["cultivo", "area"]


def a_planner(phone: Phone, role: str = "planner") -> TestClient:
    """A browser of somebody of the district."""
    login = f"r-{role}"
    account = an_account(phone.town.store, login, Seat(role, ubigeo="109901"))
    client = TestClient(phone.client.app, follow_redirects=False)
    token = access.open_session(phone.town.store, account.id, "test")
    client.cookies.set("sismuni", token)
    with phone.town.store.reading() as session:
        found = access.by_session(session, token, 30)
    assert found is not None
    client.headers["x-csrf-token"] = found[0].csrf
    return client


FORMS = "/d/109901/formularios"


def upload(client: TestClient, book: io.BytesIO, name: str = "chacras.xlsx") -> Response:
    files = [("archivo", (name, book)), ("al_lado", ("cultivos.csv", io.BytesIO(CROPS)))]
    return client.post(f"{FORMS}/importar", files=files)


def test_from_the_page_to_the_telephone_and_back_to_a_table(either_phone: Phone) -> None:
    phone = either_phone
    planner = a_planner(phone)

    published = upload(planner, a_workbook())
    crops = [{"cultivo": "cafe", "area": "2"}, {"cultivo": "cacao", "area": "3"}]
    phone.post(a_document(phone, ONE, foto="a.jpg", cultivos=crops), a_jpg=a_photo())
    phone.post(a_document(phone, TWO, dueno="=1+1", hectareas="-0"))
    phone.post(a_document(phone, THREE, dueno="=1+1"))
    listed, shown = planner.get(FORMS).text, planner.get(f"{FORMS}/chacras").text
    table = planner.get(f"{FORMS}/chacras/respuestas.csv")
    rows = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
    inner = planner.get(f"{FORMS}/chacras/respuestas.csv?lista=cultivos").text
    photo = planner.get(f"{FORMS}/chacras/{ONE}/archivos/a.jpg")

    assert published.status_code == 303
    assert "Chacras" in listed
    assert "Comité" in shown
    assert rows[0][:5] == ["envio", "recibido", "comunidad_codigo", "comunidad", "version"]
    assert [row[0] for row in rows[1:]] == [str(ONE), str(THREE)]
    assert rows[1][2] == "1099010001"
    assert rows[1][rows[0].index("s_chacra/hectareas")] == "12.5"
    assert rows[2][rows[0].index("s_chacra/dueno")] == "'=1+1"
    assert inner.count(str(ONE)) == 2
    assert photo.content.startswith(b"\xff\xd8")
    assert planner.get(f"{FORMS}/chacras/respuestas.csv?lista=otra").status_code == 404
    assert planner.get(f"{FORMS}/nada").status_code == 404


def test_a_refused_upload_says_it_on_the_page_and_publishes_nothing(phone: Phone) -> None:
    planner = a_planner(phone)
    broken = [row if row[:2] != ["text", "dueno"] else ["tex", *row[1:]] for row in SURVEY]

    page = upload(planner, a_workbook(survey=broken))
    other = upload(planner, io.BytesIO(b"hola"), "hola.xlsx")

    assert (page.status_code, other.status_code) == (422, 422)
    assert "No existe el tipo de pregunta «tex»." in page.text
    assert "El archivo no es un libro de Excel." in other.text
    with phone.town.store.reading() as session:
        assert session.exec(select(OwnForm)).all() == []


def test_only_those_who_may_publish_and_see(phone: Phone) -> None:
    publish(phone)
    evaluator, official = a_planner(phone, "evaluator"), a_planner(phone, "official")

    assert evaluator.get(f"{FORMS}/chacras").status_code == 200
    assert upload(evaluator, a_workbook("2")).status_code == 403
    assert evaluator.post(f"{FORMS}/chacras/retirar").status_code == 403
    assert official.get(f"{FORMS}/chacras").status_code == 403
    assert phone.client.get(FORMS).status_code in {303, 401}


def test_the_tray_and_the_proof_show_own_forms_by_their_name(phone: Phone) -> None:
    publish(phone)
    planner = a_planner(phone)
    phone.post(a_document(phone, ONE))
    phone.post(a_document(phone, TWO, hectareas="501"))

    tray = planner.get("/d/109901/bandeja")
    proof = planner.get("/d/109901/celulares")

    assert tray.status_code == proof.status_code == 200
    assert "Entre 0 y 500 hectáreas." in tray.text
    assert proof.text.count("chacras") >= 2


def test_the_page_says_answers_in_the_words_of_the_form(phone: Phone) -> None:
    publish(phone)
    phone.post(a_document(phone, ONE, riego="si", riego_como="Por gravedad"))
    with phone.town.store.reading() as session:
        row = session.exec(select(OwnForm)).one()

    asked = {question.name: question.options for question in own_forms.model_of(row).questions}

    assert asked["riego"] == {"si": "Sí", "no": "No"}
    assert asked["dueno"] == {}
