"""A council does not accept that its sheet was returned, and says why in its own words."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from app.errors import Unknown
from app.http.gate import FormDep, Passage, Permit, StoreDep
from app.operations import acting, forms, instruments
from app.pages import shell
from app.pages.language import N_
from app.pages.sheet_reading import home

router = APIRouter()


def _appeal(code: str, slug: str) -> Callable[..., Response]:
    gate = Permit(code, "write")

    def appeal(
        uuid: UUID,
        request: Request,
        store: StoreDep,
        form: FormDep,
        passage: Annotated[Passage, Depends(gate, scope="function")],
    ) -> Response:
        with store.reading() as session:
            document = forms.form(session, passage.where, uuid)
        if document.instrument != code:
            raise Unknown("No existe esa ficha en esta comunidad.", remedy="Revise la dirección.")
        body = {"verb": "appeal", "reason": str(form.get("razon", "")).strip()[:500]}
        acting.act_on(store, passage.author, passage.where, document, body, document.revision)
        said = N_("Su reclamo está en la bandeja, con las dos razones.")
        return shell.redirect(request, passage, f"{home(passage)}/{slug}/{uuid}", said)

    return appeal


for _code, _slug in instruments.SLUGS.items():
    _path = f"/d/{{ubigeo}}/comunidades/{{codigo}}/{_slug}/{{uuid}}/reclamo"
    router.post(_path, response_class=HTMLResponse)(_appeal(_code, _slug))
