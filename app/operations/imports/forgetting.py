"""Take one household's rows out of the files of answers that were kept, when it is erased.

Each file is written again without them, every other row on its own line as before, and its
batches name the new one: the row numbers of the answers still hold, and a rebuild gives the
same registers. What imports of answers replaced is forgotten too. Call it before the family
is erased, while its code is still known.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select

from app.errors import Refusal
from app.gis.files import Limits
from app.gis.tables import TableStream
from app.operations import attachments
from app.operations.imports.answer_lookups import FIELDS, NEEDED
from app.operations.imports.asked import Asked
from app.operations.imports.columns import mapped
from app.records.families import Family
from app.records.imports import ImportBatch, ImportChange
from app.records.intake import Attachment
from app.records.territory import Community
from app.store.sessions import Store, Writing

NO_LIMITS = Limits(upload_bytes=2**40, unpacked_bytes=2**40, rows=2**31)
FAMILY = 2  # where its key stands in a journaled answer


def forget(store: Store, files: Path, family_uuid: UUID) -> int:
    """Returns how many files were written again."""
    with store.reading() as session:
        family = session.exec(select(Family).where(Family.uuid == family_uuid)).one()
        community = session.get_one(Community, family.community_id)
        batches = session.exec(select(ImportBatch).where(ImportBatch.kind == "answers")).all()
    done = 0
    for sha256 in sorted({batch.sha256 for batch in batches}):
        asked = [_asked(files, batch) for batch in batches if batch.sha256 == sha256]
        if not asked[0].path.is_file():
            continue
        written = _without(asked[0], community.code, family.code)
        if written is not None:
            _name_anew(store, files, sha256, written)
            done += 1
    with store.writing() as session:
        _forget_replaced(session, family.id)
    return done


def _asked(files: Path, batch: ImportBatch) -> Asked:
    path = attachments.path_of(files, batch.sha256)
    return Asked(batch.kind, path, batch.file_name, batch.options, limits=NO_LIMITS)


def _without(asked: Asked, community: str, household: str) -> bytes | None:
    """The file as CSV without the rows of a household; None where it has none, or is no table."""
    try:
        stream = TableStream(asked.upload(), asked.limits)
        columns = mapped(stream.columns, FIELDS, asked, NEEDED)
    except Refusal:
        return None  # a file that could not be read was never published
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(stream.columns)
    line, gone = 1, False
    for number, row in stream:
        if _is_theirs(row, columns, community, household):
            gone = True
            continue
        out.write("\n" * (number - line - 1))
        writer.writerow(list(_on_one_line(row, stream.columns)))
        line = max(number, line + 1)
    return out.getvalue().encode() if gone else None


def _is_theirs(
    row: Mapping[str, str], columns: Mapping[str, str], community: str, household: str
) -> bool:
    same_home = row[columns["household"]].strip() == household
    return same_home and row[columns["community"]].strip() == community


def _on_one_line(row: Mapping[str, str], columns: tuple[str, ...]) -> Iterator[str]:
    for column in columns:
        yield " ".join(row[column].splitlines())


def _name_anew(store: Store, files: Path, old: str, content: bytes) -> None:
    new, size = attachments.keep(files, io.BytesIO(content), len(content) + 1)
    with store.writing() as session:
        connection = session.connection()
        connection.execute(
            update(ImportBatch).where(col(ImportBatch.sha256) == old).values(sha256=new)
        )
        connection.execute(
            update(Attachment)
            .where(col(Attachment.sha256) == old)
            .values(sha256=new, bytes=size, media_type="text/csv")
        )
    attachments.path_of(files, old).unlink(missing_ok=True)


def _forget_replaced(session: Writing, family_id: int) -> None:
    journaled = session.exec(select(ImportChange).where(ImportChange.table == "answer")).all()
    for change in journaled:
        rows = (change.before or {}).get("rows", [])
        kept = [row for row in rows if row[FAMILY] != family_id]
        if len(kept) < len(rows):
            change.before = {"rows": kept}
