"""Documents of a community: each instrument's list, sending, reading, correction and decision.

The routes are the same for each instrument and are made once for each, so that each stands
in the policy table under its own register.
"""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import NAMESPACE_URL, UUID, uuid5

from fastapi import APIRouter, Depends, Query, Response

from app.api.form_shapes import (
    ArrivalOut,
    CorrectionIn,
    DecisionIn,
    DocumentIn,
    DocumentOut,
    HeadingOut,
    Wanting,
    WithdrawalIn,
    heading_fields,
)
from app.api.shapes import REPEATED, IdempotencyKey, IfMatch, Page, ReceiptOut, etag, revision_of
from app.errors import Unknown
from app.http.errors import responses
from app.http.gate import Passage, Permit, ReadDep, StoreDep
from app.operations import (
    access,
    acting,
    form_lists,
    forms,
    instruments,
    intake,
    narrowing,
    receipts,
)
from app.operations.form_lists import Wanted
from app.operations.forms import Sheet
from app.records.intake import Form
from app.store.sessions import Reading, Store
from app.store.types import uuid7

router = APIRouter(tags=["forms"])
BASE = "/districts/{ubigeo}/communities/{community}/forms"
REVIEW = Permit("review", "approve")
ReviewDep = Annotated[Passage, Depends(REVIEW, scope="function")]


def roles(passage: Passage) -> tuple[str, ...]:
    """The asker's roles at the place that was asked about."""
    return access.roles_at(passage.actor, passage.where)


def document_of(session: Reading, passage: Passage, code: str, uuid: UUID) -> Form:
    """A document of this community and of this instrument: the permit was for no other.

    Raises
    ------
    Unknown
        There is none.
    """
    document = forms.form(session, passage.where, uuid)
    if document.instrument != code:
        raise Unknown("No existe esa ficha en esta comunidad.", remedy="Revise la dirección.")
    return document


def _raw(answers: Mapping[str, Any], reasons: Mapping[str, str]) -> dict[str, Any]:
    return {**answers, "_reasons": dict(reasons)} if reasons else dict(answers)


def _acknowledge(response: Response, receipt: intake.Receipt, where: str) -> ReceiptOut:
    # Kept for good in every case; 202 says that a person still has to look at it.
    kept = 201 if receipt.state == "derived" else 202
    response.status_code = 200 if receipt.repeated else kept
    response.headers["Location"] = f"{where}/{receipt.form_uuid}"
    return ReceiptOut.of(receipt)


def _base(passage: Passage, code: str) -> str:
    where = passage.where
    return f"/api/v1/districts/{where.code}/communities/{where.community_code}/forms/{code}"


KEPT: dict[int | str, dict[str, Any]] = {
    **REPEATED,
    202: {"model": ReceiptOut, "description": "Recibido; una persona debe mirarlo todavía."},
}


def _list(code: str, gate: Permit) -> None:
    @router.get(f"{BASE}/{code}", name=f"list_{code}", summary=f"Lista de documentos: {code}")
    def listing(
        passage: Annotated[Passage, Depends(gate, scope="function")],
        session: ReadDep,
        wanted: Annotated[Wanting, Query()],
    ) -> Page[HeadingOut]:
        """Documents of this instrument, newest first, without their answers."""
        found, following = form_lists.page(
            session,
            passage.where,
            Wanted(code, tuple(wanted.state), wanted.round, wanted.sent_from, wanted.sent_to),
            wanted.after,
            wanted.limit,
        )
        items = [HeadingOut.of(heading) for heading in found]
        return Page(items=items, next=str(following) if following else None)


def _send(code: str, gate: Permit) -> None:
    @router.post(
        f"{BASE}/{code}",
        name=f"send_{code}",
        summary=f"Enviar un documento: {code}",
        status_code=201,
        responses={**KEPT, **responses(409, 428)},
        openapi_extra={"x-instrument": code},
    )
    def send(
        passage: Annotated[Passage, Depends(gate, scope="function")],
        store: StoreDep,
        given: DocumentIn,
        response: Response,
        idempotency_key: IdempotencyKey = None,
    ) -> ReceiptOut:
        """Keep a filled document; the same one sent again gives the same receipt."""
        sheet = Sheet(
            code,
            given.uuid or _uuid_of(passage, idempotency_key),
            _raw(given.answers, given.reasons),
            roles=roles(passage),
            round_uuid=given.round,
            way="api",
            idempotency_key=idempotency_key,
        )
        receipt = forms.send(store, passage.author, passage.where, sheet)
        return _acknowledge(response, receipt, _base(passage, code))


def _uuid_of(passage: Passage, key: str | None) -> UUID:
    # A key without a UUID must name the same document each time that it comes.
    if key is None:
        return uuid7()
    return uuid5(NAMESPACE_URL, f"idempotency:{passage.actor.account_id}:{key}")


def _read(code: str, gate: Permit) -> None:
    @router.get(
        f"{BASE}/{code}/{{uuid}}", name=f"read_{code}", summary=f"Leer un documento: {code}"
    )
    def read(
        uuid: UUID,
        passage: Annotated[Passage, Depends(gate, scope="function")],
        session: ReadDep,
        store: StoreDep,
        response: Response,
    ) -> DocumentOut:
        """One document, with the answers that the asker may see; its version is the ETag."""
        document = document_of(session, passage, code, uuid)
        answers = narrowing.answers(session, document, roles(passage), passage.view)
        response.headers["ETag"] = etag(document.revision)
        found = heading_fields(form_lists.heading(session, document))
        family = document.family_uuid
        session.close()  # writing while a snapshot is held would keep two connections
        if family is not None and answers is not None:
            forms.note_reading(store, passage.author, family, f"read {code} by API")
        return DocumentOut(**found, answers=answers)


def _correct(code: str, gate: Permit) -> None:
    @router.put(
        f"{BASE}/{code}/{{uuid}}",
        name=f"correct_{code}",
        summary=f"Corregir un documento: {code}",
        responses={202: KEPT[202], **responses(409, 412, 428)},
        openapi_extra={"x-instrument": code},
    )
    def correct(
        uuid: UUID,
        passage: Annotated[Passage, Depends(gate, scope="function")],
        store: StoreDep,
        given: CorrectionIn,
        response: Response,
        if_match: IfMatch = None,
    ) -> ReceiptOut:
        """Send all the answers again over the version that was seen."""
        with store.reading() as session:
            document_of(session, passage, code, uuid)
        sheet = Sheet(
            code,
            uuid,
            _raw(given.answers, given.reasons),
            roles=roles(passage),
            revision=revision_of(if_match),
            way="api",
        )
        receipt = forms.send(store, passage.author, passage.where, sheet)
        return _stand(store, passage, uuid, receipt, response)


def _stand(
    store: Store, passage: Passage, uuid: UUID, receipt: intake.Receipt, response: Response
) -> ReceiptOut:
    if receipt.state != "derived":
        response.status_code = 202
    with store.reading() as session:
        response.headers["ETag"] = etag(forms.form(session, passage.where, uuid).revision)
    return ReceiptOut.of(receipt)


def _decide(code: str) -> None:
    @router.post(
        f"{BASE}/{code}/{{uuid}}/decision",
        name=f"decide_{code}",
        summary=f"Aprobar, devolver, reabrir o retirar: {code}",
        responses={202: KEPT[202], **responses(409, 412, 428)},
    )
    def decide(
        uuid: UUID,
        passage: ReviewDep,
        store: StoreDep,
        given: DecisionIn,
        response: Response,
        if_match: IfMatch = None,
    ) -> ReceiptOut:
        """Resolve a document that was sent, over the version that was seen."""
        reading = passage.at(passage.where, code, "read")  # nobody approves what they may not read
        body = {"verb": given.verb, "reason": given.reason}
        return _act(store, reading, code, uuid, body, revision_of(if_match), response)


def _withdraw(code: str, gate: Permit) -> None:
    @router.post(
        f"{BASE}/{code}/{{uuid}}/withdrawal",
        name=f"withdraw_{code}",
        summary=f"Retirar un documento propio: {code}",
        responses={202: KEPT[202], **responses(409, 412, 428)},
    )
    def withdraw(
        uuid: UUID,
        passage: Annotated[Passage, Depends(gate, scope="function")],
        store: StoreDep,
        given: WithdrawalIn,
        response: Response,
        if_match: IfMatch = None,
    ) -> ReceiptOut:
        """Take a document back: it stays kept and counts no more."""
        body = {"verb": "withdraw", "reason": given.reason}
        return _act(store, passage, code, uuid, body, revision_of(if_match), response)


def _act(
    store: Store,
    passage: Passage,
    code: str,
    uuid: UUID,
    body: dict[str, str],
    revision: int,
    response: Response,
) -> ReceiptOut:
    with store.reading() as session:
        document = document_of(session, passage, code, uuid)
    receipt = acting.act_on(store, passage.author, passage.where, document, body, revision)
    return _stand(store, passage, uuid, receipt, response)


def _receipt(code: str, gate: Permit) -> None:
    @router.get(
        f"{BASE}/{code}/{{uuid}}/receipt",
        name=f"receipt_of_{code}",
        summary=f"Recibo de un documento: {code}",
    )
    def receipt(
        uuid: UUID, passage: Annotated[Passage, Depends(gate, scope="function")], session: ReadDep
    ) -> ArrivalOut:
        """What became of a document so far, and the indicators in which it counts."""
        arrival = receipts.of_form(session, document_of(session, passage, code, uuid))
        return ArrivalOut.of(arrival)


for _code in instruments.SLUGS:
    _reads, _writes = Permit(_code, "read"), Permit(_code, "write")
    _list(_code, _reads)
    _send(_code, _writes)
    _read(_code, _reads)
    _correct(_code, _writes)
    _decide(_code)
    _withdraw(_code, _writes)
    _receipt(_code, _reads)
