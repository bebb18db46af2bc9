"""However a form comes in, it ends in the same register and moves the same indicator."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from openpyxl import load_workbook
from sqlmodel import col, select

from app import worker
from app.capture.xform_files import of_instrument
from app.operations import devices, instruments
from app.operations.devices import NewDevice
from app.operations.trail import SYSTEM
from app.records.intake import Entry, Form
from app.store.types import uuid7
from tests.capture.test_xlsforms import as_client
from tests.http.town import HERE
from tests.openrosa.filling import filled
from tests.operations.sheet_house import put
from tests.pages.test_paper import ROOT, Desk, a_desk, ordinary, totals
from tests.worlds import Worlds

MONITORED = {
    "date": "2026-06-01",
    "homes_visited": 20,
    "practices": [
        {"practice": "P-F2", "n": 20, "x": 12, "missing": 1},
        {"practice": "P-F3", "n": 20, "x": 20, "missing": 0},
    ],
}
COUNTED = {"P-F2": (12, 20, 1), "P-F3": (20, 20, 0)}
PAGE = f"{ROOT}/monitoreo"


@pytest.fixture
def desk(worlds: Worlds, store_url: str, tmp_path: Path) -> Iterator[Desk]:
    """A town hall's desk, on each store."""
    with a_desk(worlds, store_url, tmp_path) as found:
        yield found


def by_page(desk: Desk) -> None:
    """On the ordinary page of the town hall."""
    data = {"accion": "enviar", **ordinary("monitoreo")}
    assert desk.client("junta").post(f"{PAGE}/{uuid7()}", data=data).status_code == 303


def by_paper(desk: Desk) -> None:
    """On a printed sheet that somebody types in."""
    desk.type("junta", "monitoreo", desk.sheet("monitoreo").form_uuid, totals())


def by_telephone(desk: Desk) -> None:
    """As an OpenRosa client asks and sends: list, form, HEAD, POST."""
    wish = NewDevice(desk.town.account("junta").uuid, "Celular")
    token = devices.enrol(desk.town.store, SYSTEM, desk.where(), wish).token
    client = desk.town.client(base_url="https://sismuni.test")
    with desk.town.store.reading() as session:
        instrument = instruments.current(session, "monitoring")
    base = f"/openrosa/{token}"
    assert "sismuni_monitoring" in client.get(f"{base}/formList").text
    given = as_client(instrument, MONITORED) | {"sismuni_community": HERE}
    xml = filled(of_instrument(instrument).xml, given, uuid4())
    assert client.head(f"{base}/submission").status_code == 204
    files = {"xml_submission_file": ("a.xml", xml, "text/xml")}
    assert client.post(f"{base}/submission", files=files).status_code == 201


def by_spreadsheet(desk: Desk) -> None:
    """In the template of the town hall, filled and brought back."""
    client = desk.client("junta")
    book: Any = load_workbook(io.BytesIO(client.get(f"{PAGE}/plantilla.xlsx").content))
    put(book["Fichas"], 3, {"date": "01/06/2026", "homes_visited": 20})
    for at, row in enumerate(MONITORED["practices"]):  # type: ignore[arg-type]
        put(book["Prácticas"], 3 + at, {"ficha": "1", **row})
    out = io.BytesIO()
    book.save(out)
    files = {"file": ("llena.xlsx", out.getvalue(), "application/octet-stream")}
    at_ = client.post(f"{PAGE}/hojas/importar", data={}, files=files).headers["location"]
    worker.run(desk.town.settings, idle_s=0)
    client.post(f"{at_}/publicar")
    worker.run(desk.town.settings, idle_s=0)


WAYS: dict[str, Callable[[Desk], None]] = {
    "page": by_page,
    "paper": by_paper,
    "openrosa": by_telephone,
    "sheet": by_spreadsheet,
}


def came(desk: Desk) -> tuple[UUID, str]:
    """The newest monitoring form, and by which way it came."""
    with desk.town.store.reading() as session:
        wanted = select(Form).where(Form.instrument == "monitoring").order_by(col(Form.id).desc())
        form = session.exec(wanted).first()
        assert form is not None
        return form.uuid, session.get_one(Entry, form.entry_id).way


@pytest.mark.parametrize("way", WAYS)
def test_the_same_answers_move_the_same_indicator_whatever_their_way(desk: Desk, way: str) -> None:
    WAYS[way](desk)
    uuid, told = came(desk)
    before = desk.counted(HERE)

    desk.approve(uuid)

    after = desk.counted(HERE)
    assert told == way
    assert {code: before.get(code) for code in COUNTED} == dict.fromkeys(COUNTED)
    assert {code: after[code] for code in COUNTED} == COUNTED
