"""What the system was really asked to do before a delivery was acknowledged."""

import random
import re
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.openrosa.serving import Document, a_photo, found, post, serving

CALL = re.compile(r"(\d+) +(?:<\.\.\. )?(\w+)(?: resumed>|\()(.*)")


def strace(log: Path) -> tuple[str, ...]:
    """The command before the server's own; a skip where no process may be watched."""
    program = shutil.which("strace")
    if program is None:
        pytest.skip("strace no está instalado: no se puede ver qué se escribió en el disco")
    watched = subprocess.run([program, "-qq", "true"], capture_output=True, check=False)
    if watched.returncode != 0:
        pytest.skip("aquí no se puede observar un proceso con strace")
    calls = "trace=fsync,fdatasync,rename,renameat,renameat2,sendto"
    # -D: the server stays our own child, and the watcher ends with it.
    return program, "-D", "-f", "-qq", "-y", "-s", "40", "-e", calls, "-o", str(log)


def ended(lines: list[str]) -> list[str]:
    """Calls in the order of their ends, whole: of one that was interrupted, both halves."""
    begun: dict[str, str] = {}
    found: list[str] = []
    for line in lines:
        call = CALL.match(line)
        if call is None:
            continue
        thread, name, rest = call.groups()
        if rest.endswith("<unfinished ...>"):
            begun[thread] = rest.removesuffix("<unfinished ...>")
        elif "resumed>" in line:
            found.append(f"{name}({begun.pop(thread, '')}{rest}")
        else:
            found.append(f"{name}({rest}")
    return found


def test_the_disk_is_forced_before_a_telephone_hears_that_its_document_is_kept(
    sqlite_url: str, tmp_path: Path
) -> None:
    yard, log = found(sqlite_url, tmp_path), tmp_path / "calls.txt"
    document = Document(yard.plan, a_photo(random.Random(1)))

    with (
        serving(yard, strace(log)) as (_, url),
        httpx.Client(base_url=url, timeout=60) as client,
    ):
        before = client.head("/submission").status_code
        code = post(client, document, with_photo=True).status_code

    calls = ended(log.read_text("utf-8", "replace").splitlines())
    told = [n for n, each in enumerate(calls) if each.startswith("sendto(") and "HTTP/1.1" in each]
    assert (before, code) == (204, 201)
    between = calls[told[0] : told[1]]
    assert "HTTP/1.1 204" in calls[told[0]]
    assert "HTTP/1.1 201" in calls[told[1]]

    def place(*words: str) -> int:
        fits = [n for n, each in enumerate(between) if all(word in each for word in words)]
        assert fits, (words, between)
        return fits[0]

    photo = place("fsync(", "/files/arriving/", "= 0")
    named = place("rename", "/files/arriving/", "= 0")
    folder = place("fsync(", "/files>", "= 0")
    kept = place("sync(", "sismuni.db-wal>", "= 0")
    assert photo < named < folder < kept
