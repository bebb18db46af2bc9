"""What our own application of the telephone asks beside OpenRosa, under the same token: JSON.

``who`` and ``place`` set it up, ``receipts`` compares both lists, ``parcel`` brings the sealed
file of another telephone. The shapes are those of ``app.operations.carried``.
"""

import json
from dataclasses import asdict
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, StringConstraints

from app.errors import Refusal
from app.http.devices import CarrierDep
from app.http.errors import status_of
from app.http.gate import ReadDep, SettingsDep, StoreDep
from app.operations import carried, handover_keys, parcels
from app.operations.taking import Taker

router = APIRouter(prefix="/openrosa/{token}")


class Asked(BaseModel):
    """The documents of which a telephone wants to know, by instance ID."""

    documents: list[Annotated[str, StringConstraints(max_length=120)]] = Field(
        max_length=carried.MOST_ASKED
    )


@router.get("/who")
def who(carrier: CarrierDep, store: StoreDep, session: ReadDep) -> dict[str, Any]:
    """Whose telephone this is."""
    handover_keys.ensure(store)
    return carried.who(session, carrier.device, carrier.actor)


@router.get("/place")
def place(carrier: CarrierDep, store: StoreDep, session: ReadDep) -> dict[str, Any]:
    """Its communities and the limits of their districts."""
    handover_keys.ensure(store)
    return carried.place(session, carrier.device, carrier.actor)


@router.post("/receipts")
def receipts(carrier: CarrierDep, session: ReadDep, asked: Asked) -> dict[str, Any]:
    """What became of each document, and which others came from this telephone."""
    lang = carrier.actor.language
    return asdict(carried.reconcile(session, carrier.device, asked.documents, lang))


async def _body(request: Request) -> bytes:
    return await request.body()


@router.post("/parcel")
def parcel(
    request: Request,
    carrier: CarrierDep,
    store: StoreDep,
    settings: SettingsDep,
    content: Annotated[bytes, Depends(_body)],
) -> Response:
    """The sealed file of a neighbour's telephone; bringing it again changes nothing."""
    try:
        found = parcels.opened(parcels.Lane(store, settings.files), content)
    except Refusal as refusal:
        said = f"{refusal} {refusal.remedy.format(**refusal.params)}".strip()
        return JSONResponse({"message": said}, status_of(refusal))
    cast(Taker, request.app.state.taker).call_or_take()
    return Response(json.dumps(asdict(found)), media_type="application/json")
