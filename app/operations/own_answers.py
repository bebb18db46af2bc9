"""What came in through own forms: how many, the newest in a table, all of them as CSV."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from app.capture import form_answers
from app.capture.form_model import Path
from app.documents.tables import neutral
from app.errors import Unknown
from app.operations import intake, own_forms
from app.records.own_forms import OwnForm, OwnSubmission
from app.records.places import Where
from app.records.territory import Community
from app.store.sessions import Reading, Store, columns

PAGE = 500


@dataclass(frozen=True, slots=True)
class Line:
    """One own form of a district, by its newest version."""

    form: str
    title: str
    version: str
    versions: int
    submissions: int
    offered: bool
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """One submission with its answers."""

    uuid: UUID
    at: datetime
    community_code: str
    community: str
    version: str
    answers: dict[str, Any]
    files: dict[str, str]


def of_district(session: Reading, where: Where) -> list[Line]:
    """The own forms of a district, the newest first."""
    rows = session.exec(
        select(OwnForm).where(OwnForm.place_id == where.place_id).order_by(col(OwnForm.id))
    ).all()
    counted = session.rows(
        columns(OwnSubmission.own_form_id, func.count())
        .where(col(OwnSubmission.own_form_id).in_([row.id for row in rows]))
        .group_by(col(OwnSubmission.own_form_id))
    )
    counts: dict[int, int] = dict(tuple(row) for row in counted)
    found: dict[str, list[OwnForm]] = {}
    for row in rows:
        found.setdefault(row.form, []).append(row)
    lines = [
        Line(
            form,
            versions[-1].title,
            versions[-1].version,
            len(versions),
            sum(counts.get(each.id, 0) for each in versions),
            versions[-1].withdrawn_at is None,
            versions[-1].published_at,
        )
        for form, versions in found.items()
    ]
    return sorted(lines, key=lambda line: line.published_at, reverse=True)


def newest(session: Reading, where: Where, form: str, most: int = 50) -> list[Said]:
    """The submissions that came last, of any version."""
    ids = [row.id for row in own_forms.versions(session, where, form)]
    return _page(session, ids, None, most)


def _page(
    session: Reading, form_ids: list[int], after: int | None, most: int, up: bool = False
) -> list[Said]:
    wanted = (
        columns(
            OwnSubmission.id,
            OwnSubmission.uuid,
            OwnSubmission.at,
            OwnSubmission.entry_id,
            Community.code,
            Community.name,
            OwnForm.version,
        )
        .join(OwnForm, col(OwnForm.id) == OwnSubmission.own_form_id)
        .join(Community, col(Community.id) == OwnSubmission.community_id, isouter=True)
        .where(col(OwnSubmission.own_form_id).in_(form_ids))
        .limit(most)
    )
    if up:
        wanted = wanted.where(col(OwnSubmission.id) > (after or 0)).order_by(col(OwnSubmission.id))
    else:
        wanted = wanted.order_by(col(OwnSubmission.id).desc())
    found = []
    for _, uuid, at, entry_id, code, name, version in session.rows(wanted):
        body = intake.body_of(session, entry_id)
        answers, files = body.get("answers", {}), body.get("files", {})
        found.append(Said(uuid, at, code or "", name or "", version, answers, files))
    return found


def file_of(session: Reading, where: Where, form: str, uuid: UUID, name: str) -> str:
    """SHA-256 of a file of a submission.

    Raises
    ------
    Unknown
        This form of this district has no such submission or file.
    """
    ids = [row.id for row in own_forms.versions(session, where, form)]
    row = session.exec(
        select(OwnSubmission).where(
            OwnSubmission.uuid == uuid, col(OwnSubmission.own_form_id).in_(ids)
        )
    ).first()
    body = intake.body_of(session, row.entry_id) if row else {}
    sha256 = body.get("files", {}).get(name)
    if not sha256:
        raise Unknown("No existe ese archivo en este formulario.")
    return str(sha256)


def repeats(row: OwnForm) -> list[Path]:
    """The lists of a form, each a table of its own."""
    return sorted(own_forms.model_of(row).repeats)


def as_csv(store: Store, where: Where, form: str, repeat: Path = ()) -> Iterator[bytes]:
    """Every submission, or every row of a list in it, in the order in which they came.

    UTF-8 with its mark; columns of all versions, those of the newest first. The store is read
    page by page, so that any number takes the same memory.
    """
    with store.reading() as session:
        versions = own_forms.versions(session, where, form)
        paths = list(
            dict.fromkeys(
                path
                for row in versions
                for path in form_answers.columns(own_forms.model_of(row), repeat)
            )
        )
        ids = [row.id for row in versions]
    head = ["envio", "recibido", "comunidad_codigo", "comunidad", "version"]
    head += ["fila"] if repeat else []
    head += [form_answers.heading(path, repeat) for path in paths]
    yield b"\xef\xbb\xbf" + _line(head)
    after = 0
    while True:
        with store.reading() as session:
            page = _page(session, ids, after, PAGE, up=True)
            last = _last_id(session, page)
        for said in page:
            yield b"".join(_lines(said, paths, repeat))
        if len(page) < PAGE or last is None:
            return
        after = last


def _last_id(session: Reading, page: list[Said]) -> int | None:
    if not page:
        return None
    return session.exec(select(OwnSubmission.id).where(OwnSubmission.uuid == page[-1].uuid)).first()


def _lines(said: Said, paths: list[Path], repeat: Path) -> Iterator[bytes]:
    about = [str(said.uuid), said.at.isoformat(), said.community_code, said.community, said.version]
    for number, row in enumerate(form_answers.rows(said.answers, repeat), 1):
        cells = [form_answers.cell(row, path[len(repeat) :]) for path in paths]
        yield _line([*about, *([str(number)] if repeat else []), *cells])


def _line(cells: list[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow([_plain(cell) for cell in cells])
    return out.getvalue().encode()


def _plain(cell: str) -> str:
    """A figure stays a figure; any other text that a spreadsheet would run does not."""
    return cell if _is_number(cell) else neutral(cell)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
