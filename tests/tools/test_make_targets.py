"""The commands that the README names exist, here and for a machine without make."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools import check, venv
from tools.steps import ROOT, digest, is_done

TARGETS = {"run", "test", "verify", "bench", "lint", "lock", "bundle", "clean"}


def test_every_target_calls_a_tool_that_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    calls = dict(re.findall(r"^(\w+): ##.*\n\t@exec \$\(PYTHON\) -m tools\.(\w+)", makefile, re.M))

    assert set(calls) == TARGETS
    assert [tool for tool in calls.values() if not (ROOT / "tools" / f"{tool}.py").is_file()] == []


def test_continuous_integration_runs_make_test() -> None:
    script = ROOT / ".ci" / "run"

    assert "exec make test" in script.read_text(encoding="utf-8")
    assert os.name == "nt" or os.access(script, os.X_OK)


def test_the_command_finds_the_program_from_anywhere(tmp_path: Path) -> None:
    root, elsewhere = tmp_path / "pro grama", tmp_path / "elsewhere"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", root / ".venv"], check=True)
    for place, word in ((root, "ours"), (elsewhere, "another")):
        (place / "app").mkdir(parents=True)
        (place / "app" / "cli.py").write_text(f"import sys; print('{word}', sys.argv[1:])")

    command = venv.write_command(root)

    said = subprocess.check_output([command, "a b"], cwd=elsewhere, text=True)
    assert said == "ours ['a b']\n"


@pytest.mark.parametrize(("change", "same"), [(False, True), (True, False)])
def test_a_stamp_holds_only_while_nothing_changed(tmp_path: Path, change: bool, same: bool) -> None:
    lock, stamp = tmp_path / "lock", tmp_path / "stamp"
    lock.write_text("one")
    stamp.write_text(digest(lock, "3.11"))
    if change:
        lock.write_text("two")

    assert is_done(stamp, digest(lock, "3.11")) is same


def test_skipped_tests_are_counted_from_the_report(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite tests="5" skipped="2"/><testsuite tests="1" skipped="1"/>'
        "</testsuites>"
    )

    assert check.skipped(report) == 3
