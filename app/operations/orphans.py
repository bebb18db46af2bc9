"""Collect the attachment files that no row names any longer."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from app.operations.progress import Report
from app.records.intake import Attachment
from app.records.jobs import Job
from app.settings import Settings
from app.store.sessions import Store

# A file is written before its row commits; a younger one may still be waiting for it.
YOUNG_S = 86_400
BATCH = 500
_DIGEST = re.compile(r"[0-9a-f]{64}")


def collect(store: Store, settings: Settings, report: Report) -> tuple[int, int]:
    """Delete the orphans; returns how many files and how many bytes."""
    files = count = size = 0
    for batch in _batches(_old_files(settings.files)):
        files += len(batch)
        report(files)
        digests = {_digest(path): path for path in batch}
        with store.reading() as session:
            named = session.exec(
                select(Attachment.sha256).where(
                    col(Attachment.sha256).in_(digests), col(Attachment.erased_at).is_(None)
                )
            ).all()
        for digest in digests.keys() - set(named):
            size += digests[digest].stat().st_size
            digests[digest].unlink()
            count += 1
    return count + _forget_arrivals(settings.files), size


def _forget_arrivals(folder: Path) -> int:
    """What never finished arriving: its request was cut off, or the power."""
    moment = time.time() - YOUNG_S
    late = [p for p in (folder / "arriving").glob("*") if p.stat().st_mtime < moment]
    for path in late:
        path.unlink()
    return len(late)


def _digest(path: Path) -> str:
    found = _DIGEST.fullmatch(path.name)
    return found.group() if found else ""


def _old_files(folder: Path) -> Iterator[Path]:
    moment = time.time() - YOUNG_S
    for path in folder.rglob("*"):
        if path.is_file() and _digest(path) and path.stat().st_mtime < moment:
            yield path


def _batches(paths: Iterator[Path]) -> Iterator[list[Path]]:
    batch: list[Path] = []
    for path in paths:
        batch.append(path)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def run(store: Store, _: Job, report: Report) -> dict[str, Any]:
    """The daily job."""
    count, size = collect(store, report.settings, report)
    report(1, 1, f"Se quitaron {count} archivos que ya nadie nombra.")
    return {"files": count, "bytes": size}
