"""The table of permissions: who may do what, role by role; every change with its reason."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse

from app.http.gate import Passage, Permit, ReadDep, StoreDep
from app.operations import policy_table
from app.operations.policy_table import Rule
from app.pages import shell
from app.pages.language import N_
from app.records import policy
from app.records.people import ROLES

router = APIRouter()
Seeing = Annotated[Passage, Depends(Permit("policy", "read"), scope="function")]
Managing = Annotated[Passage, Depends(Permit("policy", "manage"), scope="function")]
ADDRESS = "/administracion/permisos"
ALL = (*ROLES, "public")


@router.get(ADDRESS)
def show(request: Request, passage: Seeing, session: ReadDep, rol: str = "council") -> HTMLResponse:
    """What one role may do."""
    role = rol if rol in ALL else "council"
    return shell.page(
        request,
        passage,
        "people/policy.html",
        title=N_("Permisos"),
        role=role,
        roles=ALL,
        rows=policy_table.of_role(session, role),
        registers=policy.REGISTERS,
        verbs=policy.VERBS,
        views=policy.VIEWS,
        can_manage=passage.may("policy", "manage"),
    )


@router.post(ADDRESS)
def put(
    request: Request,
    *,
    passage: Managing,
    store: StoreDep,
    role: Annotated[str, Form()] = "",
    registro: Annotated[str, Form()] = "",
    verb: Annotated[str, Form()] = "",
    view: Annotated[str, Form()] = "",
    reach: Annotated[str, Form()] = "here",
    health: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    """A row more, or a row changed; it holds from the next request on."""
    rule = Rule(role, registro, verb, view, health == "1", reach)
    policy_table.put(store, passage.author, rule, reason)
    return shell.redirect(
        request, passage, f"{ADDRESS}?rol={role}", N_("El permiso está guardado y ya vale.")
    )


@router.post(ADDRESS + "/quitar")
def drop(
    request: Request,
    *,
    passage: Managing,
    store: StoreDep,
    role: Annotated[str, Form()] = "",
    registro: Annotated[str, Form()] = "",
    verb: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    """A row less."""
    policy_table.drop(store, passage.author, (role, registro, verb), reason)
    back = f"{ADDRESS}?rol={role if role in ALL else ''}"
    return shell.redirect(request, passage, back, N_("Ese permiso ya no vale."))
