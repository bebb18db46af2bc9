"""The ceiling of a year, and the runs of the money down the ranking."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel, Field

from app.api.figure_shapes import DayDep
from app.api.money import Soles, cents, soles
from app.api.paging import PagingDep
from app.api.proposals import PartOut, Year
from app.api.shapes import IfMatch, Page, Shape, Words, etag, revision_of
from app.errors import Unknown
from app.http.errors import responses
from app.http.gate import Passage, Permit, ReadDep, StoreDep
from app.operations import allocations, ceilings, publishing
from app.records.proposals import Allocation, Ceiling

router = APIRouter(tags=["budget"])
CeilingReaderDep = Annotated[Passage, Depends(Permit("ceiling", "read"), scope="function")]
CeilingWriterDep = Annotated[Passage, Depends(Permit("ceiling", "write"), scope="function")]
ReaderDep = Annotated[Passage, Depends(Permit("allocation", "read"), scope="function")]
WriterDep = Annotated[Passage, Depends(Permit("allocation", "write"), scope="function")]
YearPath = Annotated[int, Path(ge=2000, le=2999, examples=[2028])]
YearQuery = Annotated[Year | None, Query(description="Año fiscal.")]


class CeilingOut(BaseModel):
    """The money that a district gives to the participatory budget of a year."""

    fiscal_year: int
    amount: str = Field(description="Soles.", examples=["850000.00"])
    source: str
    revision: int

    @classmethod
    def of(cls, row: Ceiling) -> "CeilingOut":
        """A ceiling as machines read it."""
        return cls(
            fiscal_year=row.fiscal_year,
            amount=soles(row.cents) or "",
            source=row.source,
            revision=row.revision,
        )


class CeilingIn(Shape):
    """A ceiling to set."""

    amount: Soles
    source: Annotated[Words, Field(max_length=200)] = ""


class OutcomeOut(BaseModel):
    """What happened to a proposal, and why."""

    place: int
    proposal: UUID | None
    code: str = Field(examples=["2028-003"])
    title: str
    funded: bool
    cost: str | None = Field(description="Soles.", examples=["100000.00"])
    left: str = Field(description="Lo que queda después.", examples=["750000.00"])
    people: int | None
    communities: list[str]
    need: str
    need_name: str
    score: float | None = Field(description="Puntaje de la evaluación; nulo en una votación.")
    votes: int = Field(description="Cédulas que la marcan.")
    support: int = Field(description="Puntos o votos con que va en la lista.")
    parts: list[PartOut]
    reason: str = Field(examples=["funded"])
    sentence: str = Field(examples=["Entra: cuesta S/ 100 000 y después quedan S/ 750 000."])
    even_with: list[str]
    decided_by: str


class AllocationOut(BaseModel):
    """One run, as it was: its rule, its seed, the digest of what went in, its outcomes."""

    uuid: UUID
    fiscal_year: int
    rule: str = Field(examples=["greedy"])
    ceiling: str = Field(description="Soles.", examples=["850000.00"])
    spent: str = Field(description="Soles.", examples=["100000.00"])
    seed: str = Field(examples=["220999-2027"])
    digest: str = Field(description="SHA-256 de todo lo que entró.")
    published: bool
    at: datetime
    outcomes: list[OutcomeOut]


class RunIn(Shape):
    """A run to make: the year, and the seed that the assembly drew, if it drew one."""

    fiscal_year: Year
    seed: Annotated[Words, Field(max_length=64)] = ""


@router.get("/districts/{ubigeo}/ceilings", responses=responses(400))
def list_ceilings(
    passage: CeilingReaderDep, session: ReadDep, paging: PagingDep
) -> Page[CeilingOut]:
    """The ceilings of a district, the newest year first."""
    found = ceilings.years(session, passage.where)
    return paging.page(found, lambda row: str(row.fiscal_year), CeilingOut.of)


@router.get("/districts/{ubigeo}/ceilings/{year}")
def read_ceiling(
    year: YearPath, passage: CeilingReaderDep, session: ReadDep, response: Response
) -> CeilingOut:
    """The ceiling of a year; its version is the ETag."""
    row = ceilings.of_year(session, passage.where, year)
    if row is None:
        raise Unknown("El año {year} todavía no tiene techo.", remedy="Fíjelo primero.", year=year)
    response.headers["ETag"] = etag(row.revision)
    return CeilingOut.of(row)


@router.put("/districts/{ubigeo}/ceilings/{year}", responses=responses(412, 428))
def set_ceiling(
    year: YearPath,
    given: CeilingIn,
    passage: CeilingWriterDep,
    store: StoreDep,
    response: Response,
    if_match: IfMatch = None,
) -> CeilingOut:
    """Set the ceiling of a year; one that stands is changed by If-Match alone."""
    seen = None if if_match is None else revision_of(if_match)
    with store.writing() as session:
        row = ceilings.set_ceiling(
            session,
            passage.author,
            passage.where,
            year,
            cents(given.amount) or 0,
            source=given.source,
            seen=seen,
        )
        response.headers["ETag"] = etag(row.revision)
        return CeilingOut.of(row)


def _shown(row: Allocation) -> AllocationOut:
    return _told(allocations.public_body(row), row.at, published=row.published)


def _told(body: dict[str, Any], at: datetime, *, published: bool) -> AllocationOut:
    outcomes = [
        OutcomeOut(
            **{name: each[name] for name in OutcomeOut.model_fields if name in each},
            cost=soles(each["cost_cents"]),
            left=soles(each["left_cents"]) or "",
        )
        for each in body["outcomes"]
    ]
    return AllocationOut(
        uuid=UUID(body["allocation"]),
        fiscal_year=body["fiscal_year"],
        rule=body["rule"],
        ceiling=soles(body["cents"]) or "",
        spent=soles(body["spent_cents"]) or "",
        seed=body["seed"],
        digest=body["digest"],
        published=published,
        at=at,
        outcomes=outcomes,
    )


@router.get("/districts/{ubigeo}/allocations", responses=responses(400))
def list_allocations(
    passage: ReaderDep, session: ReadDep, paging: PagingDep, year: YearQuery = None
) -> Page[AllocationOut]:
    """The runs of a district, the newest first; to the public, those published."""
    if passage.view == "public":
        texts = publishing.texts(session, passage.where, "allocation")
        told = [_told(text.body, text.published_at, published=True) for text in texts]
        listed = list({each.uuid: each for each in told}.values())
    else:
        listed = [_shown(row) for row in allocations.listed(session, passage.where)]
    found = [each for each in listed if year in (None, each.fiscal_year)]
    return paging.page(found, lambda each: str(each.uuid), lambda each: each)


@router.get("/districts/{ubigeo}/allocations/{uuid}")
def read_allocation(uuid: UUID, passage: ReaderDep, session: ReadDep) -> AllocationOut:
    """One run with a sentence for each proposal."""
    if passage.view == "public":
        for text in publishing.texts(session, passage.where, "allocation"):
            if text.body["allocation"] == str(uuid):
                return _told(text.body, text.published_at, published=True)
        raise Unknown("Esa asignación no está publicada.", remedy="Vuelva a la lista.")
    return _shown(allocations.find(session, passage.where, uuid))


@router.post("/districts/{ubigeo}/allocations", status_code=201, responses=responses(409))
def run_allocation(given: RunIn, passage: WriterDep, store: StoreDep, day: DayDep) -> AllocationOut:
    """Share the ceiling of a year among the proposals presented, down their ranking."""
    with store.writing() as session:
        row = allocations.run(
            session, passage.author, passage.where, given.fiscal_year, day, seed=given.seed
        )
        return _shown(row)


@router.post("/districts/{ubigeo}/allocations/{uuid}/publication", responses=responses(409))
def publish_allocation(uuid: UUID, passage: WriterDep, store: StoreDep) -> AllocationOut:
    """Make a run the public's to read."""
    with store.writing() as session:
        return _shown(allocations.publish(session, passage.author, passage.where, uuid))
