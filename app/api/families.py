"""Households of a community: list, merge, erasure; and communities that become one."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from app.api.shapes import Limit, Page, Reason, ReceiptOut, Shape
from app.errors import Forbidden
from app.http.errors import responses
from app.http.gate import Passage, Permit, ReadDep, SettingsDep, StoreDep
from app.operations import erasure, merging
from app.operations.erasure import Erasing
from app.records import places

router = APIRouter(tags=["families"])
BASE = "/districts/{ubigeo}/communities/{community}"
FamilyReader = Annotated[Passage, Depends(Permit("family", "read"), scope="function")]
FamilyWriter = Annotated[Passage, Depends(Permit("family", "write"), scope="function")]
Keeper = Annotated[Passage, Depends(Permit("privacy", "manage"), scope="function")]
CommunityWriter = Annotated[Passage, Depends(Permit("communities", "write"), scope="function")]
Code = Annotated[str, Field(min_length=1, max_length=20, pattern=r"^[^\x00-\x1f]+$")]


class FamilyOut(BaseModel):
    """A household by its code; no name is held."""

    uuid: UUID
    code: str
    sector: str
    state: str
    consents: bool


class HouseholdsIn(Shape):
    """Two households that are one: ``gone`` goes on as ``into``."""

    gone: UUID
    into: UUID
    reason: Reason = Field(examples=["La misma casa se anotó dos veces."])


class CommunityIn(Shape):
    """The community of the same district that this one joins."""

    into: Code = Field(examples=["1099010002"])
    reason: Reason = Field(examples=["Las dos asambleas acordaron unirse."])


class ErasureIn(Shape):
    """Why a household's data go."""

    reason: Reason = Field(examples=["La familia retiró su consentimiento."])


class TombstoneOut(BaseModel):
    """What is left of a household: the act's receipt, and how much went."""

    receipt: ReceiptOut
    payloads: int
    attachments: int


class Wanting(Shape):
    """Which page of the households."""

    after: Code | None = Field(None, description="El valor `next` de la página anterior.")
    limit: Limit = 50


@router.get(f"{BASE}/families", summary="Hogares de la comunidad")
def list_families(
    passage: FamilyReader, session: ReadDep, wanted: Annotated[Wanting, Query()]
) -> Page[FamilyOut]:
    """Households by code; only for those who see them whole."""
    if passage.view != "whole":
        raise Forbidden(
            "Su rol ve totales de la comunidad, no hogar por hogar.",
            remedy="Consulte los indicadores de la comunidad.",
        )
    found, following = merging.families(session, passage.where, wanted.after or "", wanted.limit)
    items = [
        FamilyOut(uuid=f.uuid, code=f.code, sector=f.sector, state=f.state, consents=f.consents)
        for f in found
    ]
    return Page(items=items, next=following)


@router.post(
    f"{BASE}/families/merge", summary="Unir dos hogares que son uno", responses=responses(409)
)
def merge_families(passage: FamilyWriter, store: StoreDep, given: HouseholdsIn) -> ReceiptOut:
    """One household goes on as another; their answers become one's."""
    return ReceiptOut.of(
        merging.merge_households(
            store, passage.author, passage.where, given.gone, given.into, given.reason
        )
    )


@router.post(f"{BASE}/families/{{uuid}}/erasure", summary="Borrar los datos de un hogar")
def erase_family(
    uuid: UUID, passage: Keeper, store: StoreDep, settings: SettingsDep, given: ErasureIn
) -> TombstoneOut:
    """Remove a household's content for ever; its bare counts stay."""
    with store.reading() as session:
        merging.active_family(session, passage.where, uuid)
    left = erasure.erase_family(store, passage.author, Erasing(uuid, given.reason, settings.files))
    return TombstoneOut(
        receipt=ReceiptOut.of(left.receipt),
        payloads=left.payloads,
        attachments=len(left.attachments),
    )


@router.post(
    f"{BASE}/merge",
    summary="Unir la comunidad a otra",
    responses=responses(409),
    tags=["communities"],
)
def merge_community(
    passage: CommunityWriter, session: ReadDep, store: StoreDep, given: CommunityIn
) -> ReceiptOut:
    """This community goes on as another of its district; its families move there."""
    district = places.district(session, passage.where.code)
    into = places.community(session, district, given.into)
    passage.at(into, "communities", "write")
    session.close()
    return ReceiptOut.of(
        merging.merge_communities(store, passage.author, passage.where, into, given.reason)
    )
