"""What ``make test``, ``make verify``, ``make bench`` and ``make lint`` do, on any system.

    python -m tools.check test|verify|bench|lint [options of pytest or of the benchmark]

The tests get a private PostgreSQL (stopped at the end if it was started here), a browser
and, where the folder of real data stands beside the checkout, that folder:
``SISMUNI_TEST_PG_URL``, ``SISMUNI_TEST_CHROMIUM``, ``SISMUNI_TEST_DATA``. A caller who
sets one of them is obeyed.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

from tools import browser, localpg, system, venv
from tools.steps import ROOT, StepError, say, step, utf8_output

DATA = ROOT.parent / "shared" / "data"
REPORT = ROOT / "var" / "test-report.xml"
LINT = {
    "ruff check": ["-m", "ruff", "check", "."],
    "ruff format": ["-m", "ruff", "format", "--check", "."],
    "mypy": ["-m", "mypy", "app", "tools"],
}
# -v undoes the -q of pyproject.toml: a log of hours later needs the full closing line.
PYTEST = ["-m", "pytest", "-v", "-rs", "-n", "2", f"--junitxml={REPORT}"]
SELECTIONS = {"test": ["-m", "not verify"], "verify": []}


@contextmanager
def postgres(folder: Path, *, durable: bool) -> Iterator[str]:
    """The address of a private cluster, stopped afterwards if it was started here.

    One that need not last is removed too, since it may have been kept in memory.
    """
    if given := os.environ.get("SISMUNI_TEST_PG_URL"):
        yield given
        return
    folder = localpg.place(folder, durable=durable)
    was_up = localpg.running(folder)
    with step("Starting a private PostgreSQL"):
        address = localpg.ensure(folder, durable=durable)
    try:
        yield address
    finally:
        if not was_up:
            (localpg.stop if durable else localpg.remove)(folder)


def surroundings(address: str) -> dict[str, str]:
    """The environment of the tests."""
    found = {"SISMUNI_TEST_PG_URL": address, "SISMUNI_TEST_CHROMIUM": system.chromium() or ""}
    if DATA.is_dir():
        found["SISMUNI_TEST_DATA"] = str(DATA)
    return {**found, **os.environ}


def _call(words: Sequence[str], environment: dict[str, str] | None = None) -> int:
    command = [str(venv.python()), *words]
    return subprocess.run(
        command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, check=False
    ).returncode


def lint() -> list[str]:
    """The names of the checks of form that fail; all are run."""
    failed = []
    for name, words in LINT.items():
        with step(name):
            if _call(words):
                failed.append(name)
    return failed


def skipped(report: Path) -> int:
    """How many tests the report of pytest tells as skipped."""
    suites = ElementTree.parse(report).getroot().iter("testsuite")
    return sum(int(suite.get("skipped", "0")) for suite in suites)


def pytest(selection: Sequence[str], environment: dict[str, str]) -> list[str]:
    """What failed: the tests, or skips where nothing is wanting that could excuse them."""
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.unlink(missing_ok=True)
    failed = ["pytest"] if _call([*PYTEST, *selection], environment) else []
    if REPORT.exists():
        count = skipped(REPORT)
        say(f"Skipped tests: {count}")
        if count and "SISMUNI_TEST_DATA" in environment:
            failed.append(f"{count} tests were skipped although the real data is here")
    return failed


def test(kind: str, options: Sequence[str]) -> list[str]:
    """Everything that must hold before a change is taken; the names of what does not."""
    failed = lint()
    with postgres(ROOT / "var" / "pg-test", durable=False) as address:
        failed += pytest([*SELECTIONS[kind], *options], surroundings(address))
    return failed


def bench(options: Sequence[str]) -> list[str]:
    """The table of speeds, on a cluster that keeps its promises to the disk."""
    with postgres(ROOT / "var" / "pg-bench", durable=True) as address:
        code = _call(["-m", "tests.bench", *options], surroundings(address))
    return ["bench"] if code else []


def main(arguments: Sequence[str]) -> int:
    """0 if all holds."""
    kind, options = arguments[0], arguments[1:]
    began = time.monotonic()
    venv.ensure(dev=True)
    if kind != "lint":
        system.ensure(long=kind == "verify")
        browser.ensure()
        say(f"Set up in {time.monotonic() - began:.0f} s")
    if kind == "lint":
        failed = lint()
    else:
        failed = bench(options) if kind == "bench" else test(kind, options)
    verdict = f"FAILED: {'; '.join(failed)}" if failed else "all holds"
    say(f"make {kind}: {verdict} ({time.monotonic() - began:.0f} s)")
    return 1 if failed else 0


def _end(_signal: int, _frame: object) -> None:
    # As an exception, so that the cluster is stopped on the way out.
    sys.exit(143)


if __name__ == "__main__":
    utf8_output()
    signal.signal(signal.SIGTERM, _end)
    if sys.argv[1:2] not in (["test"], ["verify"], ["bench"], ["lint"]):
        sys.exit(__doc__)
    try:
        sys.exit(main(sys.argv[1:]))
    except (StepError, localpg.LocalPgError) as error:
        sys.exit(f"\n{error}")
    except KeyboardInterrupt:
        sys.exit(130)
