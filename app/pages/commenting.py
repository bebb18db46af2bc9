"""Whoever reads a sheet may say something about one of its answers."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from app.errors import Unknown
from app.http.gate import FormDep, Passage, Permit, StoreDep
from app.operations import access, comments, forms, instruments, narrowing
from app.pages import shell
from app.pages.language import N_
from app.pages.sheet_reading import home

router = APIRouter()


def _comment(code: str, slug: str) -> Callable[..., Response]:
    gate = Permit(code, "read")

    def comment(
        uuid: UUID,
        request: Request,
        store: StoreDep,
        form: FormDep,
        passage: Annotated[Passage, Depends(gate, scope="function")],
    ) -> Response:
        path, inner = str(form.get("lugar", ""))[:200], str(form.get("respuesta", ""))[:80]
        with store.reading() as session:
            document = forms.form(session, passage.where, uuid)
            if document.instrument != code:
                raise Unknown("No existe esa ficha en esta comunidad.", remedy="Revise el enlace.")
            roles = access.roles_at(passage.actor, passage.where)
            answers = narrowing.answers(session, document, roles, passage.view)
            read = instruments.of_version(session, code, document.version)
            # Rows inside a stripped home are counted otherwise: only the home can be meant.
            stripped = passage.view == "stripped" and narrowing.names_homes(read)
            seen = narrowing.seen(read, roles, passage.view)
            if seen is None:
                raise Unknown("Su vista no muestra esas respuestas.", remedy="Comente otra ficha.")
            if stripped and path.count("[") > 1:
                raise Unknown("No existe esa respuesta en esta ficha.", remedy="Comente la fila.")
            full = path if not inner or stripped else f"{path}.{inner}"
            at = comments.spot(seen, answers, full)
        comments.add(
            store, passage.author, passage.where, document, at, str(form.get("comentario", ""))
        )
        said = N_("El comentario quedó junto a la respuesta.")
        return shell.redirect(request, passage, f"{home(passage)}/{slug}/{uuid}", said)

    return comment


for _code, _slug in instruments.SLUGS.items():
    _path = f"/d/{{ubigeo}}/comunidades/{{codigo}}/{_slug}/{{uuid}}/comentario"
    router.post(_path, response_class=HTMLResponse)(_comment(_code, _slug))
