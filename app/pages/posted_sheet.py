"""A posted sheet as the intake takes it: answers, places typed or drawn, round, version seen."""

import json
from collections.abc import Collection
from uuid import UUID

from starlette.datastructures import FormData

from app.capture import answers as capture
from app.capture import lines
from app.capture.fields import Instrument
from app.errors import Invalid
from app.http.gate import Passage
from app.operations import access
from app.operations.forms import Sheet
from app.pages import coordinates
from app.records.intake import Form


def sheet(
    passage: Passage, instrument: Instrument, uuid: UUID, form: FormData, document: Form | None
) -> Sheet:
    given = str(form.get("ronda") or "")
    return Sheet(
        instrument.code,
        uuid,
        capture.from_form(instrument, pairs(instrument, form)),
        roles=access.roles_at(passage.actor, passage.where),
        round_uuid=_uuid(given) if given else None,
        revision=document.revision if document is not None else None,
    )


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid("«{text}» no nombra ninguna ronda.", text=text[:40]) from None


def pairs(instrument: Instrument, form: FormData) -> list[tuple[str, str]]:
    """What was posted, with places that were typed as coordinates turned into GeoJSON."""
    kept = ("_csrf", "version", "accion", "ronda", lines.QUICK)
    given = [(k, v) for k, v in form.multi_items() if isinstance(v, str) and k not in kept]
    if form.get(lines.QUICK):
        given = lines.answers(instrument, given)
    kinds = {f.code: f.kinds for f, _ in instrument.walk() if f.type == "geometry"}
    typed = {
        base: text
        for name, text in given
        if (base := name.removesuffix(".text")) != name and base.rpartition(".")[2] in kinds
    }
    return [
        (name, _place(text, typed[name], kinds[name.rpartition(".")[2]]) if name in typed else text)
        for name, text in given
        if name.removesuffix(".text") == name or name.removesuffix(".text") not in typed
    ]


def _place(drawn: str, typed: str, kinds: Collection[str]) -> str:
    """Without scripts the map stands still: what was typed over it is what is meant."""
    kept = json.loads(drawn) if drawn.strip() else None
    if typed.split() == coordinates.vertices(kept).split():
        return drawn
    shape = coordinates.geometry(typed, kinds)
    return json.dumps(shape) if shape else ""
