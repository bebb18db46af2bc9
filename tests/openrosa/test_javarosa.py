"""What the engine of Collect writes, delivered: sound documents are taken, broken ones kept."""

import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.capture import xlsforms
from app.capture.fields import Instrument
from app.operations import instruments
from tests.capture.javarosa import Engine
from tests.capture.test_javarosa import BROKEN, SOUND, Change
from tests.capture.test_xlsforms import as_client
from tests.openrosa.conftest import COMMUNITY, Phone
from tests.openrosa.test_server import texts
from tests.town import a_family

Raw = dict[str, Any]
HOMES = [a_family("H1"), a_family("H2")]
# In the order in which one needs what another one left in the registers.
TAKEN: list[tuple[str, Raw]] = [
    ("council", SOUND["council"]),
    ("diagnosis", SOUND["diagnosis"]),
    ("plan", SOUND["plan"]),
    ("activity", SOUND["activity"]),
    ("monitoring", SOUND["monitoring"]),
    *(("family", home) for home in HOMES),
    ("household_monitoring", SOUND["household_monitoring"]),
    ("self_assessment", SOUND["self_assessment"]),
]
KNOWN_HERE = {code for code, _ in TAKEN}
WRONG = [case[:2] for case in BROKEN if case[0] in KNOWN_HERE]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One process of Java for the whole file."""
    running = Engine(tmp_path_factory.mktemp("javarosa") / "engine.log")
    yield running
    running.stop()


def downloaded(client: TestClient, base: str, instrument: Instrument, folder: Path) -> Path:
    """A form with its files, fetched as Collect fetches them."""
    folder.mkdir(exist_ok=True)
    listed = client.get(f"{base}/formList").text
    at = texts(listed, "formID").index(xlsforms.form_id(instrument))
    manifest = client.get(texts(listed, "manifestUrl")[at]).text if "manifestUrl" in listed else ""
    names, urls = texts(manifest, "filename"), texts(manifest, "downloadUrl")
    for name, url in zip(names, urls, strict=True):
        (folder / name).write_bytes(client.get(url).content)
    form = folder / "form.xml"
    form.write_bytes(client.get(texts(listed, "downloadUrl")[at]).content)
    return form


def filled(engine: Engine, phone: Phone, code: str, raw: Raw, folder: Path) -> tuple[str, bytes]:
    """What the engine says of a form filled like this, and what it would send."""
    with phone.town.store.reading() as session:
        instrument = instruments.current(session, code)
    form = downloaded(phone.client, phone.base, instrument, folder)
    given = {**as_client(instrument, raw), xlsforms.COMMUNITY: COMMUNITY}
    answer = engine.fill(form, instrument, given)
    return answer.outcome, answer.xml


def test_what_collect_finalises_is_taken(engine: Engine, phone: Phone, tmp_path: Path) -> None:
    said = []
    for number, (code, raw) in enumerate(TAKEN):
        outcome, xml = filled(engine, phone, code, raw, tmp_path / f"form{number}")
        said.append((code, outcome, phone.post(xml).status_code))

    kept = [(row.state, row.problems) for row in phone.deliveries()]
    assert said == [(code, "valid", 201) for code, _ in TAKEN]
    assert kept == [("taken", [])] * len(TAKEN)
    assert re.fullmatch("uuid:[0-9a-f-]{36}", phone.deliveries()[0].instance_id)


@pytest.mark.parametrize(("code", "change"), WRONG)
def test_what_collect_would_not_finalise_is_kept_for_a_person(
    engine: Engine, phone: Phone, tmp_path: Path, code: str, change: Change
) -> None:
    if code in {"household_monitoring", "self_assessment"}:
        for home in HOMES:
            phone.town.send("family", home)
    raw = deepcopy(SOUND[code])
    change(raw)

    outcome, xml = filled(engine, phone, code, raw, tmp_path / "form")
    answer = phone.post(xml)

    (row,) = phone.deliveries()
    assert outcome in {"required", "constraint"}
    assert answer.status_code == 202
    assert (row.state, row.xml) == ("quarantined", xml)
    assert len(row.problems) > 1  # the sentence at the head, and what to mend
