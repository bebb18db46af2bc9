"""Requests of communal plans, and the proposals that take them up.

A change says in If-Match which version it saw. The public reads the proposals of the
allocation that was published, there.
"""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field
from shapely.geometry import mapping

from app.api.figure_shapes import DayDep, ReasonOut
from app.api.money import Soles, cents, soles
from app.api.paging import PagingDep
from app.api.shapes import IfMatch, Page, Reason, Shape, Words, etag, revision_of
from app.errors import Unknown
from app.http.errors import responses
from app.http.gate import Passage, Permit, ReadDep, StoreDep
from app.operations import allocations, proposal_sheets, proposals, publishing, requests
from app.operations.proposal_sheets import Sheet
from app.operations.proposals import Edit, Given, Seen
from app.operations.requests import Request
from app.planning.bundles import Bundle
from app.records.proposals import STATES, Proposal
from app.store.sessions import Reading, Writing
from app.store.spatial import from_column

router = APIRouter(tags=["proposals"])
ReaderDep = Annotated[Passage, Depends(Permit("proposals", "read"), scope="function")]
WriterDep = Annotated[Passage, Depends(Permit("proposals", "write"), scope="function")]
PlanReaderDep = Annotated[Passage, Depends(Permit("plan", "read"), scope="function")]
Year = Annotated[int, Field(ge=2000, le=2999, examples=[2028])]
Title = Annotated[Words, Field(max_length=200, examples=["Agua segura para dos caseríos"])]
Text = Annotated[Words, Field(max_length=500)]
Kind = Annotated[Words, Field(max_length=20, examples=["proyecto"])]
NeedCode = Annotated[Words, Field(max_length=60, examples=["AG-02"])]
People = Annotated[int, Field(ge=0, le=100_000_000, examples=[480])]
CHANGES = responses(409, 412, 428)


class RequestOut(BaseModel):
    """One action that an assembly raised to the budget."""

    uuid: UUID
    community: str = Field(examples=["2209990001"])
    community_name: str
    title: str = Field(examples=["Ampliar la red de agua"])
    kind: str = Field(examples=["proyecto"])
    need: str | None = Field(description="Indicador, o theme:… si el plan no nombra uno.")
    people: int | None
    votes: int | None
    cost: str | None = Field(description="Soles.", examples=["50000.00"])
    women: bool = Field(description="Atiende uno de los tres primeros problemas de las mujeres.")
    taken: bool = Field(description="Ya está en una propuesta.")

    @classmethod
    def of(cls, request: Request) -> "RequestOut":
        """A request as machines read it."""
        return cls(
            uuid=request.uuid,
            community=request.community,
            community_name=request.community_name,
            title=request.title,
            kind=request.kind,
            need=request.need,
            people=request.people,
            votes=request.votes,
            cost=soles(request.cost_cents),
            women=request.women,
            taken=not request.free,
        )


class SuggestionOut(BaseModel):
    """Requests that could be one proposal, or one that stands alone."""

    need: str | None
    kind: str
    requests: list[UUID]
    communities: list[str]
    people: int = Field(description="Al menos.")
    cost: str | None = Field(description="Nulo si falta el de alguno.", examples=["100000.00"])
    people_share: float | None
    bundle: bool = Field(description="Lo piden dos comunidades o más.")
    reason: ReasonOut

    @classmethod
    def of(cls, bundle: Bundle) -> "SuggestionOut":
        """A suggestion as machines read it."""
        return cls(
            need=bundle.need,
            kind=bundle.kind,
            requests=[UUID(request.code) for request in bundle.requests],
            communities=list(bundle.communities),
            people=bundle.people,
            cost=soles(bundle.whole_cost_centimos),
            people_share=bundle.people_share,
            bundle=len(bundle.communities) > 1,
            reason=ReasonOut.of(bundle.reason),
        )


class PartOut(BaseModel):
    """What one criterion adds to a proposal's score."""

    criterion: str = Field(examples=["need"])
    points: float = Field(examples=[42.9])
    sentence: str


class ProposalOut(BaseModel):
    """A proposal with its requests, whom it reaches, and its merit."""

    uuid: UUID
    code: str = Field(examples=["2028-003"])
    fiscal_year: int
    title: str
    description: str
    need: str
    need_name: str
    with_evidence: bool = Field(description="Su necesidad tiene un puesto en la lista.")
    kind: str
    state: str = Field(examples=["presented"])
    cost: str | None = Field(description="Soles.", examples=["100000.00"])
    people: int | None
    people_share: float | None = Field(description="Del distrito, de 0 a 1.")
    women: bool
    score: float = Field(examples=[58.3])
    parts: list[PartOut]
    requests: list[RequestOut]
    note: str
    revision: int
    geometry: dict[str, Any] | None = Field(description="GeoJSON, EPSG:4326.")

    @classmethod
    def of(cls, sheet: Sheet) -> "ProposalOut":
        """A proposal as machines read it."""
        row = sheet.proposal
        shape = from_column(row.geom)
        return cls(
            uuid=row.uuid,
            code=allocations.code_of(row),
            fiscal_year=row.fiscal_year,
            title=row.title,
            description=row.description,
            need=row.need,
            need_name=sheet.need_name,
            with_evidence=sheet.with_evidence,
            kind=row.kind,
            state=row.state,
            cost=soles(row.cost_cents),
            people=row.people,
            people_share=sheet.people_share,
            women=sheet.women,
            score=sheet.merit.score,
            parts=[
                PartOut(criterion=p.criterion, points=p.points, sentence=p.reason.sentence)
                for p in sheet.merit.parts
            ],
            requests=[RequestOut.of(request) for request in sheet.requests],
            note=row.note,
            revision=row.revision,
            geometry=mapping(shape) if shape is not None else None,
        )


class ProposalHeadOut(BaseModel):
    """A proposal in a list."""

    uuid: UUID
    code: str = Field(examples=["2028-003"])
    fiscal_year: int
    title: str
    need: str
    kind: str
    state: str
    cost: str | None = Field(description="Soles.", examples=["100000.00"])
    people: int | None
    revision: int | None = None

    @classmethod
    def of(cls, row: Proposal) -> "ProposalHeadOut":
        """A proposal as machines read it in a list."""
        return cls(
            uuid=row.uuid,
            code=allocations.code_of(row),
            fiscal_year=row.fiscal_year,
            title=row.title,
            need=row.need,
            kind=row.kind,
            state=row.state,
            cost=soles(row.cost_cents),
            people=row.people,
            revision=row.revision,
        )


class ProposalIn(Shape):
    """A proposal to create; what is left out comes from its requests."""

    fiscal_year: Year
    requests: list[UUID] = Field(default=[], max_length=200)
    title: Title = ""
    description: Text = ""
    need: NeedCode = ""
    kind: Kind = ""
    cost: Soles | None = None
    people: People | None = None


class ProposalPatch(Shape):
    """What changes; a field left out stays as it is."""

    title: Title | None = None
    description: Text | None = None
    need: NeedCode | None = None
    kind: Kind | None = None
    cost: Soles | None = None
    people: People | None = None
    note: Text | None = None


class RequestsIn(Shape):
    """The requests that a proposal answers from now on."""

    requests: list[UUID] = Field(max_length=200)


class ProposalWithdrawalIn(Shape):
    """Why a proposal is taken back."""

    reason: Reason = Field(examples=["La atiende la red de salud"])


@router.get("/districts/{ubigeo}/requests", responses=responses(400))
def list_requests(
    passage: PlanReaderDep, session: ReadDep, paging: PagingDep, day: DayDep
) -> Page[RequestOut]:
    """What communities ask of the budget, as their approved plans say."""
    found = requests.of_district(session, passage.where, day)
    return paging.page(found, lambda request: str(request.uuid), RequestOut.of)


@router.get("/districts/{ubigeo}/requests/suggestions", responses=responses(400))
def list_suggestions(
    passage: PlanReaderDep, session: ReadDep, paging: PagingDep, day: DayDep
) -> Page[SuggestionOut]:
    """Requests that nobody took up yet: equal ones together, then those that stand alone."""
    found = requests.suggestions(session, passage.where, day)
    listed = [SuggestionOut.of(bundle) for bundle in (*found.bundles, *found.alone)]
    return paging.page(listed, lambda each: str(each.requests[0]), lambda each: each)


@router.get("/districts/{ubigeo}/proposals", responses=responses(400))
def list_proposals(
    passage: ReaderDep,
    session: ReadDep,
    paging: PagingDep,
    year: Annotated[Year | None, Query(description="Año fiscal.")] = None,
    state: Annotated[Literal[STATES] | None, Query()] = None,  # type: ignore[valid-type]
) -> Page[ProposalHeadOut]:
    """The proposals of a district, by year and number."""
    if passage.view == "public":
        listed = [p for p in _public(session, passage) if year in (None, p.fiscal_year)]
        listed = [p for p in listed if state in (None, p.state)]
    else:
        found = proposals.listed(session, passage.where, year, state)
        listed = [ProposalHeadOut.of(row) for row in found]
    return paging.page(listed, lambda each: str(each.uuid), lambda each: each)


def _public(session: Reading, passage: Passage) -> list[ProposalHeadOut]:
    """The proposals of each year's published allocation."""
    newest: dict[int, dict[str, Any]] = {}
    for text in publishing.texts(session, passage.where, "allocation"):
        newest.setdefault(text.body["fiscal_year"], text.body)
    return [
        ProposalHeadOut(
            uuid=UUID(each["proposal"]),
            code=each["code"],
            fiscal_year=year,
            title=each["title"],
            need=each["need"],
            kind=each["kind"],
            state="withdrawn" if each["reason"] == "withdrawn" else "presented",
            cost=soles(each["cost_cents"]),
            people=each["people"],
        )
        for year, body in sorted(newest.items())
        for each in sorted(body["outcomes"], key=lambda each: each["code"])
    ]


def _shown(session: Reading, passage: Passage, row: Proposal, day: date) -> ProposalOut:
    return ProposalOut.of(proposal_sheets.sheet(session, passage.where, day, row))


@router.get("/districts/{ubigeo}/proposals/{uuid}")
def read_proposal(
    uuid: UUID, passage: ReaderDep, session: ReadDep, day: DayDep, response: Response
) -> ProposalOut:
    """One proposal with its requests and its merit; its version is the ETag."""
    if passage.view == "public":
        raise Unknown(
            "Esa propuesta no está publicada.",
            remedy="Lo publicado está en la lista de propuestas y en la asignación.",
        )
    row = proposals.find(session, passage.where, uuid)
    response.headers["ETag"] = etag(row.revision)
    return _shown(session, passage, row, day)


@router.post("/districts/{ubigeo}/proposals", status_code=201, responses=responses(409))
def create_proposal(
    given: ProposalIn, passage: WriterDep, store: StoreDep, day: DayDep, response: Response
) -> ProposalOut:
    """Take up one request or several as a proposal."""
    wanted = Given(
        given.fiscal_year,
        tuple(given.requests),
        given.title,
        given.description,
        given.need,
        given.kind,
        cents(given.cost),
        given.people,
    )
    with store.writing() as session:
        row = proposals.create(session, passage.author, passage.where, wanted, day)
        response.headers["ETag"] = etag(row.revision)
        return _shown(session, passage, row, day)


@router.patch("/districts/{ubigeo}/proposals/{uuid}", responses=CHANGES)
def edit_proposal(
    uuid: UUID,
    given: ProposalPatch,
    passage: WriterDep,
    store: StoreDep,
    day: DayDep,
    response: Response,
    if_match: IfMatch = None,
) -> ProposalOut:
    """Change what a proposal says."""
    seen = Seen(uuid, revision_of(if_match))
    given_fields = given.model_dump(exclude={"cost"})
    change = Edit(**given_fields, cost_cents=cents(given.cost))
    with store.writing() as session:
        row = proposals.edit(session, passage.author, passage.where, seen, change)
        return _changed(session, passage, row, day, response)


@router.put("/districts/{ubigeo}/proposals/{uuid}/requests", responses=CHANGES)
def bundle_proposal(
    uuid: UUID,
    given: RequestsIn,
    passage: WriterDep,
    store: StoreDep,
    day: DayDep,
    response: Response,
    if_match: IfMatch = None,
) -> ProposalOut:
    """Say which requests a proposal answers, in the place of those before."""
    seen = Seen(uuid, revision_of(if_match))
    with store.writing() as session:
        row = proposals.bundle(session, passage.author, passage.where, seen, given.requests, day)
        return _changed(session, passage, row, day, response)


@router.post("/districts/{ubigeo}/proposals/{uuid}/presentation", responses=CHANGES)
def present_proposal(
    uuid: UUID,
    passage: WriterDep,
    store: StoreDep,
    day: DayDep,
    response: Response,
    if_match: IfMatch = None,
) -> ProposalOut:
    """Put a draft before the district: from now on it may be funded."""
    seen = Seen(uuid, revision_of(if_match))
    with store.writing() as session:
        row = proposals.present(session, passage.author, passage.where, seen)
        return _changed(session, passage, row, day, response)


@router.post("/districts/{ubigeo}/proposals/{uuid}/withdrawal", responses=CHANGES)
def withdraw_proposal(
    uuid: UUID,
    given: ProposalWithdrawalIn,
    passage: WriterDep,
    store: StoreDep,
    day: DayDep,
    response: Response,
    if_match: IfMatch = None,
) -> ProposalOut:
    """Take a proposal back, with its reason; its requests are free again."""
    seen = Seen(uuid, revision_of(if_match))
    with store.writing() as session:
        row = proposals.withdraw(session, passage.author, passage.where, seen, given.reason)
        return _changed(session, passage, row, day, response)


def _changed(
    session: Writing, passage: Passage, row: Proposal, day: date, response: Response
) -> ProposalOut:
    response.headers["ETag"] = etag(row.revision)
    return _shown(session, passage, row, day)
