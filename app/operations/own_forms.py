"""Publish the XLSForms that a municipality makes for itself, and hand them to telephones.

A version is what was checked, for ever: the same form and version with another content is
refused, a new version leaves the old one taking what was filled with it.
"""

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from sqlmodel import col, select

from app.capture import form_model
from app.capture.form_model import Model
from app.errors import Conflict, Invalid, RowError, Unknown
from app.operations import attachments, form_checks, trail
from app.operations.form_checks import Verdict
from app.operations.trail import Act, Author
from app.records.intake import Attachment
from app.records.own_forms import OwnForm
from app.records.places import Where
from app.store.sessions import Reading, Store, Writing
from app.store.types import now

MOST_FORM, MOST_FILE, MOST_FILES = 5_000_000, 10_000_000, 40
MOST_LIST = 2_000_000
"""Bytes of a list that the server's own trial of the rules looks into."""
GIVEN = frozenset({"communities.csv"})
"""What the system itself puts beside a form that asks for it."""
TABLES = (".csv", ".xml", ".geojson")


@dataclass(frozen=True, slots=True)
class Upload:
    """A workbook as somebody chose it, with what is to stand beside the form."""

    name: str
    content: BinaryIO
    beside: Sequence[tuple[str, BinaryIO]] = ()


@dataclass(frozen=True, slots=True)
class Published:
    """What came of a publication: the version, None where the verdict refuses it."""

    verdict: Verdict
    version: OwnForm | None
    again: bool = False


def publish(store: Store, folder: Path, author: Author, where: Where, upload: Upload) -> Published:
    """Check a workbook and publish the form that it is; ``folder`` keeps the files.

    Raises
    ------
    Conflict
        That version is published already with other content.
    Invalid
        A list that the form asks for is not beside it.
    """
    assert where.place_id is not None
    with TemporaryDirectory() as temporary:
        path = Path(temporary) / _plain_name(upload.name)
        path.write_bytes(_bounded(upload.content, MOST_FORM))
        verdict, xform = form_checks.checked(path)
        source = path.read_bytes()
    if not verdict["accepted"]:
        return Published(verdict, None)
    files = _beside(store, folder, where, verdict, upload.beside)
    sha256, _ = attachments.keep(folder, io.BytesIO(source), MOST_FORM)
    row = OwnForm(
        place_id=where.place_id,
        form=verdict["form"],
        version=verdict["version"],
        title=(verdict["title"] or verdict["form"])[:200],
        digest=_digest(xform, files),
        xml=xform,
        source_name=path.name[:120],
        source_sha256=sha256,
        files=files,
        lists=dict(_lists(folder, files)),
        odk_validate=verdict["odk_validate"],
        warnings=verdict["warnings"][:100],
        published_by=author.account_id,
    )
    with store.writing() as session:
        return _published(session, author, verdict, row)


def _published(session: Writing, author: Author, verdict: Verdict, row: OwnForm) -> Published:
    session.hold(f"own form {row.place_id} {row.form}")
    before = session.exec(
        select(OwnForm).where(
            OwnForm.place_id == row.place_id,
            OwnForm.form == row.form,
            OwnForm.version == row.version,
        )
    ).first()
    if before is not None:
        if before.digest != row.digest:
            raise Conflict(
                "La versión {version} de «{form}» ya está publicada con otro contenido.",
                remedy="En la hoja settings, aumente version (por ejemplo 2026112202) y súbalo "
                "otra vez. Lo ya publicado no cambia.",
                version=row.version,
                form=row.form,
            )
        before.withdrawn_at = None
        return Published(verdict, before, again=True)
    session.add(row)
    session.flush()
    for name, sha256 in {**row.files, row.source_name: row.source_sha256}.items():
        kept = Attachment(
            form_uuid=row.uuid, sha256=sha256, name=name[:200], media_type="", bytes=0
        )
        session.add(kept)
    act = Act("publish", "own_forms", row.uuid, row.place_id, f"{row.form} {row.version}")
    trail.record(session, author, act)
    return Published(verdict, row)


def _plain_name(name: str) -> str:
    kept = "".join(c if c.isalnum() or c in "._- " else "_" for c in Path(name).name)
    return kept.strip(". ")[-100:] or "formulario.xlsx"


def _bounded(stream: BinaryIO, most: int) -> bytes:
    content = stream.read(most + 1)
    if len(content) > most:
        raise Invalid(
            "El formulario pesa más de {most} MB.",
            remedy="Quite imágenes y hojas de sobra; las listas largas van en un CSV al lado.",
            most=most // 1_000_000,
        )
    return content


def _beside(
    store: Store,
    folder: Path,
    where: Where,
    verdict: Verdict,
    given: Iterable[tuple[str, BinaryIO]],
) -> dict[str, str]:
    """What stands beside the form, by name; what did not come again stays as it was."""
    wanted = set(verdict["files"])
    with store.reading() as session:
        last = newest(session, where, verdict["form"])
    files = {n: s for n, s in (last.files if last else {}).items() if n in wanted}
    for name, content in list(given)[:MOST_FILES]:
        if name not in wanted:
            verdict["warnings"].append(_told("El formulario no usa el archivo «{name}».", name))
            continue
        files[name], _ = attachments.keep(folder, content, MOST_FILE)
    lacking = sorted(wanted - set(files) - GIVEN)
    tables = [name for name in lacking if name.lower().endswith(TABLES)]
    if tables:
        raise Invalid(
            "El formulario busca listas que no se subieron: {names}.",
            remedy="Súbalas junto con el formulario, con ese mismo nombre.",
            rows=[RowError(None, name, "falta este archivo") for name in tables],
            names=", ".join(tables),
        )
    for name in lacking:
        verdict["warnings"].append(_told("Falta «{name}»: esa pregunta se verá sin él.", name))
    return files


def _lists(folder: Path, files: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, sha256 in files.items():
        path = attachments.existing(folder, sha256)
        if name.lower().endswith(".csv") and path.stat().st_size <= MOST_LIST:
            yield name, path.read_text("utf-8-sig", "replace").replace("\0", "")


def _told(message: str, name: str) -> dict[str, object]:
    said = message.format(name=name)
    return {"sheet": "", "row": None, "column": "", "message": said, "remedy": "", "original": ""}


def _digest(xform: bytes, files: dict[str, str]) -> str:
    total = hashlib.sha256(xform)
    for name, sha256 in sorted(files.items()):
        total.update(f"\n{name} {sha256}".encode())
    return total.hexdigest()


def versions(session: Reading, where: Where, form: str) -> list[OwnForm]:
    """Every version of a form of a district, the newest first.

    Raises
    ------
    Unknown
        The district has no such form.
    """
    rows = session.exec(
        select(OwnForm)
        .where(OwnForm.place_id == where.place_id, OwnForm.form == form)
        .order_by(col(OwnForm.id).desc())
    ).all()
    if not rows:
        raise Unknown("Este distrito no tiene el formulario «{form}».", form=form)
    return list(rows)


def newest(session: Reading, where: Where, form: str) -> OwnForm | None:
    """The version that telephones are given, None where there is none."""
    return session.exec(
        select(OwnForm)
        .where(OwnForm.place_id == where.place_id, OwnForm.form == form)
        .order_by(col(OwnForm.id).desc())
        .limit(1)
    ).first()


def offered(session: Reading, place_ids: Iterable[int]) -> list[OwnForm]:
    """The newest version of each form that these districts offer."""
    rows = session.exec(
        select(OwnForm).where(col(OwnForm.place_id).in_(list(place_ids))).order_by(col(OwnForm.id))
    ).all()
    last = {(row.place_id, row.form): row for row in rows}
    return [row for row in last.values() if row.withdrawn_at is None]


def withdraw(store: Store, author: Author, where: Where, form: str) -> None:
    """Offer a form no more; what was filled with it is still taken."""
    with store.writing() as session:
        for row in versions(session, where, form):
            row.withdrawn_at = row.withdrawn_at or now()
        act = Act("withdraw", "own_forms", form, where.place_id)
        trail.record(session, author, act)


def model_of(row: OwnForm) -> Model:
    """What a version asks."""
    return _model(row.xml)


@lru_cache(maxsize=64)
def _model(xml: bytes) -> Model:
    return form_model.read(xml)


def list_of(row: OwnForm) -> Callable[[str], bytes | None]:
    """The lists beside a version by name, for its rules to look into."""
    return lambda name: row.lists[name].encode() if name in row.lists else None
