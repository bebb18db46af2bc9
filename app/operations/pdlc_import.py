"""The PDLC in force comes in as a file: kept, checked, shown, and only then written as a draft.

Nothing of a file that has a mistake is stored but the file itself, which is collected after a
day unless a plan cites it. The file is checked again when it is written.
"""

from dataclasses import dataclass
from typing import BinaryIO

from app.errors import Invalid, RowError
from app.operations import attachments, instruments, pdlc, pdlc_files, standing
from app.operations.pdlc_content import Content
from app.operations.pdlc_judging import Judge
from app.operations.trail import Author
from app.records.intake import Attachment
from app.records.pdlc import Pdlc
from app.records.places import Where
from app.settings import Settings
from app.store.sessions import Reading, Writing

MEDIA = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@dataclass(frozen=True, slots=True)
class Checked:
    """A file as it was read: what it says, or what is wrong with it."""

    name: str
    sha256: str
    content: Content | None
    errors: tuple[RowError, ...]


def receive(settings: Settings, stream: BinaryIO, name: str) -> str:
    """Keep the bytes of a file by their content; gives their SHA-256.

    Raises
    ------
    TooLarge, NoRoom
        As in ``attachments.keep``.
    """
    settings.files.mkdir(parents=True, exist_ok=True)
    return attachments.keep(settings.files, stream, settings.upload_bytes)[0]


def needs_known(session: Reading, where: Where) -> list[str]:
    """Codes that an objective may answer: every indicator, and the themes of assemblies."""
    themes = [
        f"theme:{choice.code}"
        for field, _ in instruments.current(session, "diagnosis").walk()
        if field.code == "theme"
        for choice in field.choices
    ]
    return [*standing.indicators(session, where), *dict.fromkeys(themes)]


def check(session: Reading, settings: Settings, where: Where, about: tuple[str, str]) -> Checked:
    """Read a kept file, by its SHA-256 and its name; write nothing.

    Raises
    ------
    Unknown
        The file is not there any more.
    UnsupportedFile, Malformed, TooLarge
        It cannot be read.
    """
    sha256, name = about
    path = attachments.existing(settings.files, sha256)
    sheets, findings = pdlc_files.read(path, name)
    judge = Judge(sheets, standing.indicators(session, where), needs_known(session, where))
    content = judge.content()
    errors = (*findings.errors, *judge.errors)
    return Checked(name, sha256, None if errors else content, errors)


def keep(
    session: Writing, settings: Settings, author: Author, where: Where, about: tuple[str, str]
) -> Pdlc:
    """Write what a kept file says as a draft of the district.

    Raises
    ------
    Invalid
        The file has mistakes: each with its sheet and row.
    """
    found = check(session, settings, where, about)
    if found.content is None:
        raise Invalid(
            "El archivo tiene datos por corregir: no se guardó nada.",
            remedy="Corríjalos en el archivo y súbalo otra vez.",
            field="file",
            rows=found.errors,
        )
    path = attachments.existing(settings.files, found.sha256)
    ending = ".docx" if found.name.casefold().endswith(".docx") else ".xlsx"
    session.add(
        Attachment(
            sha256=found.sha256,
            name=found.name[:200],
            media_type=MEDIA[ending],
            bytes=path.stat().st_size,
        )
    )
    return pdlc.keep(session, author, where, found.content, (found.name, found.sha256))
