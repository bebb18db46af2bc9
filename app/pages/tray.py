"""The planner's tray and the decisions taken from it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from app.errors import Forbidden, Invalid
from app.http.gate import FormDep, Passage, Permit, ReadDep, StoreDep
from app.operations import access, delivery_tray, instruments, own_answers, tray, waits
from app.pages import comparing, sheet_reading, shell
from app.pages.language import N_
from app.records import seats
from app.records.places import Where

router = APIRouter()
Read = Annotated[Passage, Depends(Permit("review", "read"), scope="function")]
Approve = Annotated[Passage, Depends(Permit("review", "approve"), scope="function")]
DONE = {
    "approve": N_("Aprobada: ya cuenta en los indicadores de su ronda."),
    "return": N_("Devuelta con su razón; la junta la verá en su página."),
    "reopen": N_("Reabierta para corregir."),
    "withdraw": N_("Retirada; deja de contar."),
    "validate": N_("Validada: la junta y planificación verán su fecha."),
}


@router.get("/d/{ubigeo}/bandeja", response_class=HTMLResponse)
def show(request: Request, session: ReadDep, passage: Read) -> Response:
    """What waits for a decision, the longest wait first."""
    readable = frozenset(code for code in instruments.SLUGS if passage.may(code, "read"))
    found = tray.waiting(session, passage.where, readable)
    return shell.page(
        request,
        passage,
        "tray/show.html",
        title=N_("Bandeja"),
        sent=[w for w in found if w.state == "sent"],
        returned=[w for w in found if w.state == "returned"],
        kept=tray.quarantine(session, passage.where),
        arrived=delivery_tray.quarantine(session, passage.where),
        compare=comparing.links(session, passage),
        fillable={i.code for i in instruments.every(session) if i.fill & set(passage.actor.roles)},
        communities=seats.communities_in(session, passage.where),
        titles={i.code: i.title for i in instruments.every(session)}
        | {line.form: line.title for line in own_answers.of_district(session, passage.where)},
        more=sheet_reading.more_wrong,
        slugs=instruments.SLUGS,
        base=f"/d/{passage.where.code}",
        may_decide=passage.may("review", "approve"),
        may_slip=passage.may("devices", "read"),
        late_days=waits.LATE_DAYS,
    )


@router.post("/d/{ubigeo}/comunidades/{codigo}/fichas/{uuid}/decision", response_class=HTMLResponse)
def decide(
    uuid: UUID, request: Request, store: StoreDep, form: FormDep, passage: Approve
) -> Response:
    """Approve or return one document."""
    verb = str(form.get("verbo", ""))
    if verb == "validate" and "facility" not in access.roles_at(passage.actor, passage.where):
        raise Forbidden(
            "Las prácticas de salud las valida el establecimiento de salud.",
            remedy="Pida a la posta que lo haga.",
        )
    if verb not in DONE:
        raise Invalid("No se entiende qué decidir.", remedy="Vuelva a abrir la ficha.")
    decision = {
        "verb": verb,
        "reason": str(form.get("razon", "")),
        "revision": form.get("revision") or None,
    }
    tray.decide(store, passage.author, passage.where, uuid, decision)
    return shell.redirect(request, passage, _back(passage), DONE[verb])


def _back(passage: Passage) -> str:
    """The tray, or the community for whoever decides there and does not see the whole district."""
    where = passage.where
    whole = Where(where.place_id, where.code, where.name, where.kind, where.lineage)
    sees = access.grant(passage.policy, passage.actor, whole, "review", "read")
    return f"/d/{where.code}/bandeja" if sees else sheet_reading.home(passage)


@router.post("/d/{ubigeo}/bandeja/celulares/{uuid}/reintentar", response_class=HTMLResponse)
def take(uuid: UUID, request: Request, store: StoreDep, passage: Approve) -> Response:
    """Take what a telephone delivered, now that a person looked at it."""
    row = delivery_tray.retry(store, passage.author, passage.where, uuid)
    back = f"/d/{passage.where.code}/bandeja"
    if row.state != "quarantined":
        return shell.redirect(request, passage, back, N_("Resuelto: la ficha ya está registrada."))
    why = row.problems[0]["message"] if row.problems else ""
    still = N_("Sigue sin poder registrarse: {why}")
    return shell.redirect(request, passage, back, still, "warn", why=why)


@router.post("/d/{ubigeo}/bandeja/celulares/{uuid}/corregir", response_class=HTMLResponse)
def correct(
    uuid: UUID, request: Request, store: StoreDep, form: FormDep, passage: Approve
) -> Response:
    """Open what a telephone delivered as a sheet to correct and send."""
    chosen = str(form.get("comunidad", ""))[:20]
    where, instrument, name = delivery_tray.open_as_draft(
        store, passage.author, passage.where, uuid, chosen
    )
    address = f"/d/{where.code}/comunidades/{where.community_code}/{instrument.slug}/{name}"
    return shell.redirect(
        request, passage, address, N_("Corrija lo señalado y envíela: saldrá de la bandeja.")
    )


@router.post("/d/{ubigeo}/bandeja/celulares/{uuid}/dejar", response_class=HTMLResponse)
def leave(
    uuid: UUID, request: Request, store: StoreDep, form: FormDep, passage: Approve
) -> Response:
    """Leave what a telephone delivered, with a reason."""
    reason = str(form.get("razon", ""))
    delivery_tray.set_aside(store, passage.author, passage.where, uuid, reason)
    back = f"/d/{passage.where.code}/bandeja"
    return shell.redirect(request, passage, back, N_("Se dejó de lado, con su razón."))


@router.post("/d/{ubigeo}/bandeja/{uuid}/reintentar", response_class=HTMLResponse)
def retry(uuid: UUID, request: Request, store: StoreDep, passage: Approve) -> Response:
    """Fold an entry again."""
    receipt = tray.retry(store, passage.author, passage.where, uuid)
    back = f"/d/{passage.where.code}/bandeja"
    if receipt.state == "derived":
        return shell.redirect(request, passage, back, N_("Resuelto: la ficha ya está registrada."))
    return shell.redirect(
        request, passage, back, N_("Sigue sin poder registrarse: {why}"), "warn",
        why=receipt.problems[0]["message"] if receipt.problems else "",
    )  # fmt: skip


@router.post("/d/{ubigeo}/bandeja/{uuid}/dejar", response_class=HTMLResponse)
def set_aside(
    uuid: UUID, request: Request, store: StoreDep, form: FormDep, passage: Approve
) -> Response:
    """Take an entry out of the tray, with its reason."""
    reason = str(form.get("razon", ""))
    tray.set_aside(store, passage.author, passage.where, uuid, reason)
    back = f"/d/{passage.where.code}/bandeja"
    return shell.redirect(request, passage, back, N_("Se dejó de lado, con su razón."))
