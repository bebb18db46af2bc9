"""Every instrument as a form for telephones: valid by ODK's own word, and read back whole."""

import subprocess
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.capture import answers as capture
from app.capture import definitions, delivered, xls_expressions, xlsforms
from app.capture.fields import Instrument
from app.capture.places import trace
from app.capture.xform_files import of_instrument
from app.errors import Malformed
from app.settings import ROOT
from tests import town
from tests.openrosa.filling import filled

SEEDS = ROOT / "seeds"
INSTRUMENTS = definitions.latest(
    definitions.load_all(SEEDS / "instruments", SEEDS / "choices.yaml")
)
UUID_ = UUID(int=9)


@pytest.mark.parametrize("code", sorted(INSTRUMENTS))
def test_odk_validate_accepts_every_form(code: str, tmp_path: Path) -> None:
    spec = find_spec("pyxform")
    assert spec is not None
    assert spec.origin is not None
    jar = Path(spec.origin).parent / "validators/odk_validate/bin/ODK_Validate.jar"
    path = tmp_path / f"{code}.xml"
    path.write_bytes(of_instrument(INSTRUMENTS[code]).xml)

    said = subprocess.run(
        ["java", "-jar", jar, path], capture_output=True, text=True, timeout=120, check=False
    )

    assert said.returncode == 0, said.stderr
    assert "Xform is valid" in said.stdout + said.stderr


def as_client(instrument: Instrument, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Answers as a client writes them: places as traces, several choices with spaces."""
    written = {}
    for key, value in raw.items():
        field = instrument.field(key)
        if field.type == "repeat":
            written[key] = [as_client(instrument, row) for row in value]
        elif field.type == "geometry":
            kinds = {"Point": "point", "LineString": "line", "Polygon": "polygon"}
            kind = kinds[value["type"]]
            many = len(field.kinds) > 1
            written[f"{key}_{kind}" if many else key] = trace(value)
            if many:
                written[f"{key}_kind"] = kind
        elif isinstance(value, list | tuple):
            written[key] = " ".join(value)
        else:
            written[key] = value
    return written


PLAN_PLACE = {
    "type": "Polygon",
    "coordinates": [[[-76.1, -9.9], [-76.1, -9.8], [-76.0, -9.8], [-76.1, -9.9]]],
}


def a_plan() -> dict[str, Any]:
    plan = town.a_plan()
    plan["actions"][0]["place"] = PLAN_PLACE
    return plan


@pytest.mark.parametrize(
    ("code", "raw"),
    [
        ("diagnosis", town.a_diagnosis()),
        ("plan", a_plan()),
        ("monitoring", town.totals(**{"P_F1": (12, 31, 2)})),
        ("family", town.a_family("H1")),
        ("household_monitoring", town.lines(("H1", "meets"), ("H2", "not_yet"))),
    ],
)
def test_what_a_client_sends_reads_as_what_a_page_sends(code: str, raw: dict[str, Any]) -> None:
    instrument = INSTRUMENTS[code]
    sent = filled(of_instrument(instrument).xml, as_client(instrument, raw), UUID_)

    document = delivered.parse(sent)
    back = delivered.answers(instrument, document, {})

    assert (document.form, document.version) == (f"sismuni_{code}", "1.1")
    assert document.uuid == UUID_
    assert capture.canonical(capture.read(instrument, back)) == capture.canonical(
        capture.read(instrument, raw)
    )


def test_the_reason_for_a_soft_rule_is_asked_where_it_fails_and_read_back() -> None:
    survey = {row.get("name"): row for row in xlsforms.workbook(INSTRUMENTS["plan"]).survey}
    asked = survey["why_raise_to_budget"]
    raw = as_client(INSTRUMENTS["plan"], a_plan())
    raw["actions"][0]["why_raise_to_budget"] = "Lo pidió la asamblea"
    sent = filled(of_instrument(INSTRUMENTS["plan"]).xml, raw, UUID_)

    back = delivered.answers(INSTRUMENTS["plan"], delivered.parse(sent), {})

    assert asked["required"] == "yes"
    assert asked["relevant"] == (
        "string(${raise_to_budget}) != '' and not(${raise_to_budget} != 'yes' "
        "or ${kind} = 'obra' or ${kind} = 'proyecto')"
    )
    assert back["_reasons"] == {"actions[0].raise_to_budget": "Lo pidió la asamblea"}


def test_a_rule_on_what_is_worked_out_blocks_with_its_own_words() -> None:
    survey = {row.get("name"): row for row in xlsforms.workbook(INSTRUMENTS["plan"]).survey}

    block = survey["block_needs_place_0"]

    assert (block["type"], block["required"]) == ("note", "yes")
    assert "necesita su lugar" in block["label::Español (es)"]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (
            "string(pulldata('diagnosis', 'families', 'key', 'last')) = ''",
            "string(instance('diagnosis')/root/item[name = ${sismuni_community}]/families) = ''",
        ),
        (
            "pulldata('practices', 'unit', 'code', ${practice})",
            "instance('practices')/root/item[name = ${practice}]/unit",
        ),
        ("substring(${date}, 6, 2)", "substr(${date}, 5, 7)"),
        ("count(../../persons[person_no = current()]) = 1",
         "count(../../persons[person_no = current()/.]) = 1"),
        ("persons[person_no = current()/../person]", "persons[person_no = current()/../person]"),
        ("string(../../persons[no = current()/../person]/age)",
         "string(../../persons[no = current()/../person][position() = 1]/age)"),
    ],
)  # fmt: skip
def test_expressions_are_spelt_as_every_engine_reads_them(written: str, said: str) -> None:
    assert xls_expressions.said(written, "plan") == said


@pytest.mark.parametrize(
    ("rule", "held"),
    [
        (". <= ${n}", "${x} <= ${n}"),
        (". = round(. * 100) div 100", "${x} = round(${x} * 100) div 100"),
        (". >= 0.5", "${x} >= 0.5"),
        ("count(../../r[k = current()/.]) = 1", "count(../../r[k = ${x}]) = 1"),
    ],
)
def test_a_rule_is_said_from_beside_its_question(rule: str, held: str) -> None:
    assert xls_expressions.fails([rule], "x") == f"string(${{x}}) != '' and not({held})"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no es XML",
        b"<plan",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a id="x">&b;</a>',
        b'<?xml version="1.0" encoding="nadie"?><a id="x"/>',
        b'<a id="' + b"x" * 100 + b'"/>',
    ],
)
def test_what_is_no_form_is_refused(content: bytes) -> None:
    with pytest.raises(Malformed):
        delivered.parse(content)


def test_a_document_without_a_name_is_read_and_a_strange_name_stays_the_same() -> None:
    nameless = delivered.parse(b'<a id="sismuni_plan" version="1.1"/>')

    assert (nameless.form, nameless.instance_id) == ("sismuni_plan", "")
    assert delivered.uuid_of("collect:7") == delivered.uuid_of("collect:7")
    assert delivered.uuid_of(f"uuid:{UUID_}") == UUID_
