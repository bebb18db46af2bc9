"""``sismuni allocate``: the engine from a shell."""

import json
from pathlib import Path

import pytest

from app.cli.entry import main

FILE = """META
key;value
budget;100
vote_type;approval
min_project_vote_threshold;2
PROJECTS
project_id;cost;name
a;60;Pozo de Quebrada
b;30;Posta
VOTES
voter_id;vote
v1;a
v2;a
v3;b
v4;b
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SISMUNI_HOME", str(tmp_path / "home"))
    path = tmp_path / "eleccion.pb"
    path.write_text(FILE, encoding="utf-8")
    return path


def asked(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str, str]:
    code = main(["allocate", *map(str, words)])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_prints_funded_rounds_reasons_and_what_is_left(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = asked(capsys, file, "--rule", "mes", "--json")
    found = json.loads(out)

    assert code == 0
    assert found["funded"] == ["b"]
    assert found["left"] == 7_000
    assert found["rounds"][0]["effective_votes"] == 2.0
    assert {v["code"]: v["reason"] for v in found["verdicts"]} == {
        "a": "supporters_lack",
        "b": "funded_by_shares",
    }
    assert len(found["digest"]) == 64


def test_a_step_may_be_money_or_a_share(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    money = json.loads(asked(capsys, file, "--rule", "mes-add1", "--json")[1])
    share = json.loads(asked(capsys, file, "--rule", "mes-add1", "--step", "10%", "--json")[1])

    assert money["funded"] == share["funded"] == ["b", "a"]
    assert (money["level"], share["level"]) == (5, 2)


def test_says_in_words_what_it_did(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = asked(capsys, file, "--rule", "greedy")

    assert code == 0
    assert "quedan S/" in out
    assert "Pozo de Quebrada: Entra" in out


def test_a_file_at_fault_is_refused_row_by_row(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(FILE.replace("budget;100", "budget;1,000").replace("v1;a", "v,1;z"), "utf-8")

    code, _, err = asked(capsys, file)

    assert code == 1
    assert "«1,000» no es un monto" in err
    assert "fila 12: voter_id" in err
    assert "Marca «z»" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--step", "poco", "--rule", "mes-add1"), "«poco» no es un paso"),
        (("--step", "0", "--rule", "mes-add1"), "mayor que cero"),
        (("--ties", "belleza"), "«belleza» no es un criterio de desempate"),
        (("--min-votes", "-3"), "no pueden ser negativos"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    file: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    code, _, err = asked(capsys, file, *words)

    assert code == 1
    assert said in err


def test_a_file_that_is_not_there_or_not_text(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "No existe el archivo" in asked(capsys, file.with_name("otro.pb"))[2]
    file.write_bytes("presupuesto;añ".encode("latin-1"))
    assert "no está en UTF-8" in asked(capsys, file)[2]
