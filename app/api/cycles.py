"""Cycles of a community and the dated rounds in them."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field, StringConstraints, model_validator

from app.api.shapes import REPEATED, Day, ReceiptOut, Shape
from app.http.errors import responses
from app.http.gate import Passage, Permit, ReadDep, StoreDep
from app.operations import stepping
from app.operations.intake import Receipt
from app.records import cycles
from app.records.cycles import Cycle, Round
from app.store.types import uuid7

router = APIRouter(tags=["cycles"])
BASE = "/districts/{ubigeo}/communities/{community}"
MOST_DAYS = 3 * 366
CycleReader = Annotated[Passage, Depends(Permit("cycles", "read"), scope="function")]
CycleWriter = Annotated[Passage, Depends(Permit("cycles", "write"), scope="function")]
Label = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z .\-]{0,19}$")]


class RoundOut(BaseModel):
    """One dated monitoring of a cycle; ``number`` counts over the community's life."""

    uuid: UUID
    number: int
    label: str = Field(examples=["2027-I"])
    held_on: date
    locked_at: datetime | None

    @classmethod
    def of(cls, row: Round) -> "RoundOut":
        """A round as machines read it."""
        return cls(
            uuid=row.uuid,
            number=row.number,
            label=row.label,
            held_on=row.held_on,
            locked_at=row.locked_at,
        )


class CycleOut(BaseModel):
    """The community's open cycle, if it has one."""

    uuid: UUID
    number: int
    starts_on: date
    ends_on: date

    @classmethod
    def of(cls, row: Cycle) -> "CycleOut":
        """A cycle as machines read it."""
        return cls(uuid=row.uuid, number=row.number, starts_on=row.starts_on, ends_on=row.ends_on)


class Standing(BaseModel):
    """Where a community is: its open cycle, and every round that it ever held."""

    cycle: CycleOut | None
    rounds: list[RoundOut]


class CycleIn(Shape):
    """A cycle to begin, of at most three years."""

    uuid: UUID | None = None
    starts_on: Day = Field(examples=["2027-01-01"])
    ends_on: Day = Field(examples=["2029-12-31"])

    @model_validator(mode="after")
    def _in_order(self) -> "CycleIn":
        days = (self.ends_on - self.starts_on).days
        if not 0 < days <= MOST_DAYS:
            raise ValueError("un ciclo termina después de empezar y dura tres años como máximo")
        return self


class RoundIn(Shape):
    """A round to begin: its label is alike in all communities of the district."""

    uuid: UUID | None = None
    label: Label = Field(examples=["2027-I"])
    held_on: Day = Field(examples=["2027-03-01"])


@router.get(f"{BASE}/cycles", summary="El ciclo abierto y todas las rondas")
def read_cycles(passage: CycleReader, session: ReadDep) -> Standing:
    """The community's open cycle, and its rounds from the first."""
    community_id = passage.where.community_id or 0
    current = cycles.current_cycle(session, community_id)
    return Standing(
        cycle=CycleOut.of(current) if current is not None else None,
        rounds=[RoundOut.of(each) for each in cycles.rounds(session, community_id)],
    )


@router.post(
    f"{BASE}/cycles",
    summary="Abrir un ciclo",
    status_code=201,
    responses={**REPEATED, **responses(409)},
)
def open_cycle(
    passage: CycleWriter, store: StoreDep, given: CycleIn, response: Response
) -> ReceiptOut:
    """Begin a cycle; the one before must be closed by the community's own evaluation."""
    dates = {"starts_on": given.starts_on.isoformat(), "ends_on": given.ends_on.isoformat()}
    uuid = given.uuid or uuid7()
    return _told(stepping.open_cycle(store, passage.author, passage.where, uuid, dates), response)


@router.post(
    f"{BASE}/rounds",
    summary="Abrir una ronda",
    status_code=201,
    responses={**REPEATED, **responses(409)},
)
def open_round(
    passage: CycleWriter, store: StoreDep, given: RoundIn, response: Response
) -> ReceiptOut:
    """Begin a round of the open cycle."""
    about = {"label": given.label, "held_on": given.held_on.isoformat()}
    uuid = given.uuid or uuid7()
    return _told(stepping.open_round(store, passage.author, passage.where, uuid, about), response)


@router.post(f"{BASE}/rounds/{{uuid}}/lock", summary="Cerrar una ronda", responses=responses(409))
def lock_round(uuid: UUID, passage: CycleWriter, store: StoreDep) -> ReceiptOut:
    """Close a round: what was approved in it moves no more."""
    with store.reading() as session:
        cycles.of_community(session, passage.where.community_id or 0, uuid)
    return ReceiptOut.of(stepping.lock_round(store, passage.author, passage.where, uuid))


def _told(receipt: Receipt, response: Response) -> ReceiptOut:
    if receipt.repeated:
        response.status_code = 200
    return ReceiptOut.of(receipt)
