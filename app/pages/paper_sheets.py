"""What printing, typing and comparing sheets of paper share: where a sheet is, and which."""

from urllib.parse import urlencode
from uuid import UUID

from app.errors import Unknown
from app.http.gate import Passage
from app.operations import forms, paper, receipts
from app.records import paper as paper_rows
from app.records.intake import Form
from app.records.paper import PrintedSheet
from app.store.sessions import Reading

BASE = "/d/{ubigeo}/comunidades/{codigo}"
SHUT = frozenset({"locked", "withdrawn"})


def typing_address(root: str, version: str, uuid: UUID) -> str:
    """Where a sheet is typed in: its form, its version and its name; what its QR holds."""
    return f"{root}/digitar?{urlencode({'v': version, 'ficha': str(uuid)})}"


def is_closed(passage: Passage, document: Form) -> bool:
    """Whether nobody, or not this person, may type it once more."""
    return document.state in SHUT or not paper.is_second(document, passage.author)


def sheet_of(
    session: Reading, passage: Passage, code: str, uuid: UUID
) -> tuple[PrintedSheet | None, Form | None]:
    """What was printed under a name, and the document that it became.

    Raises
    ------
    Unknown
        The name is of another instrument or community, which this route's permit does not open.
    """
    row = paper_rows.of_document(session, uuid)
    document = receipts.form_by_uuid(session, uuid)
    for each in (row, document):
        if each is not None and (
            each.instrument != code or each.community_id != passage.where.community_id
        ):
            raise Unknown(
                "Esa hoja es de otra comunidad o de otra ficha.",
                remedy="Búsquela por su código en «Digitar hojas».",
            )
    return row, document


def being_typed(
    session: Reading, passage: Passage, document: Form | None, uuid: UUID
) -> str | None:
    """The version of a printed sheet that this person is still typing in; None for any other.

    Whoever types a sheet for the second time does not see the first typing meanwhile.
    """
    row = paper_rows.of_document(session, uuid)
    if row is None or (document is not None and is_closed(passage, document)):
        return None
    draft = forms.draft(session, passage.author, passage.where, uuid)
    return row.version if document is None or draft is not None else None
