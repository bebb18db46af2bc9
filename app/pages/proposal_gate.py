"""The gate on a proposal's own sheet, and the way from there to a gestión."""

from dataclasses import asdict

from fastapi import APIRouter, Request, Response

from app.http.gate import FormDep, StoreDep
from app.operations import petitions, proposals
from app.operations.proposals import Edit
from app.pages import petition_lines, shell, wording
from app.pages.budget import ProposeDep, Year
from app.pages.budget_lines import proposal_href
from app.pages.language import N_
from app.pages.petitions import WriteDep, answers_of
from app.pages.proposal_sheets import BASE, Number, numbered, seen_of

router = APIRouter()


@router.post(BASE + "/puerta")
def answer(
    request: Request,
    anio: Year,
    numero: Number,
    passage: ProposeDep,
    store: StoreDep,
    form: FormDep,
) -> Response:
    """Keep what is known of it; the sheet says at once where it must go."""
    typed = {name: str(value).strip() for name, value in form.items()}
    with store.writing() as session:
        row = numbered(session, passage.where, anio, numero)
        told = asdict(answers_of(typed))
        told.pop("share")  # worked out anew at each look
        proposals.edit(session, passage.author, passage.where, seen_of(row, form), Edit(gate=told))
    to = f"{proposal_href(passage.where, row)}#puerta"
    return shell.redirect(request, passage, to, N_("Las respuestas se guardaron."))


@router.post(BASE + "/gestion")
def to_petition(
    request: Request,
    anio: Year,
    numero: Number,
    passage: WriteDep,
    store: StoreDep,
    form: FormDep,
) -> Response:
    """Take its requests from the budget to whom they must go, in one act."""
    with store.writing() as session:
        row = numbered(session, passage.where, anio, numero)
        made = petitions.from_proposal(
            session,
            passage.author,
            passage.where,
            seen_of(row, form),
            (str(form.get("route", "")), str(form.get("addressee", "")).strip()),
            wording.today(),
        )
        to = petition_lines.href(passage.where, made)
    said = N_("La propuesta sale del presupuesto y sus pedidos siguen como gestión.")
    return shell.redirect(request, passage, to, said)
