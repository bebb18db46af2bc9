"""The needs of a district with their reasons, and what stands apart from them."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field

from app.api.figure_shapes import CountOut, DayDep, ReasonOut
from app.api.ready import ready
from app.http.gate import Passage, Permit, ReadDep
from app.operations import needs, publishing
from app.operations.needs import DistrictNeeds
from app.planning.evidence import Cell
from app.planning.needs import Need
from app.planning.problems import Problem
from app.planning.ranges import range_reason
from app.planning.smaa import Simulation
from app.records.aggregates import PublicText
from app.store.sessions import Reading

router = APIRouter(tags=["needs"])
ReaderDep = Annotated[Passage, Depends(Permit("needs", "read"), scope="function")]


class SegmentOut(BaseModel):
    """One readable part of a score; the points of all add up to it."""

    criterion: str = Field(description="gap, people, equity o assembly.", examples=["gap"])
    weight: float = Field(examples=[25.0])
    value: float = Field(description="De 0 a 1.", examples=[0.42])
    points: float = Field(examples=[10.5])
    reason: ReasonOut


class GapOut(BaseModel):
    """A community short of the target."""

    community: str = Field(examples=["2209990001"])
    gap: float = Field(description="De 0 a 1.", examples=[0.6])
    affected: float = Field(description="Personas, al menos.", examples=[48.0])
    count: CountOut

    @classmethod
    def of(cls, cell: Cell) -> "GapOut":
        """A cell as machines read it."""
        return cls(
            community=cell.community,
            gap=cell.gap,
            affected=cell.affected,
            count=CountOut.of(cell.count),
        )


class NeedOut(BaseModel):
    """A need in its place. The public gets whole numbers and no counts."""

    place: int = Field(examples=[1])
    code: str = Field(examples=["AG-02"])
    name: str = Field(examples=["Viviendas con conexión de agua"])
    score: float = Field(examples=[61.3])
    gap: float = Field(description="Intensidad, de 0 a 1.", examples=[0.42])
    people: float = Field(description="Afectadas, al menos.", examples=[480])
    first: int | None = Field(default=None, description="Entre este puesto…", examples=[1])
    last: int | None = Field(default=None, description="…y este, en 9 de 10 cálculos.")
    tier: str | None = Field(default=None, examples=["alta"])
    range: ReasonOut | None = None
    segments: list[SegmentOut] = []
    communities: list[GapOut] = Field(default=[], description="Las que no llegan a la meta.")
    communities_short: int = Field(examples=[12])
    communities_with_data: int = Field(examples=[31])
    missing: list[str] = Field(default=[], description="Comunidades sin dato.")
    votes_women: int | None = None
    votes_men: int | None = None
    named_by: int = Field(description="Asambleas que la nombraron.", examples=[4])
    assemblies: int = Field(examples=[9])
    even_with: list[str] = []
    decided_by: str = ""

    @classmethod
    def of(
        cls, found: DistrictNeeds, need: Need, simulated: Simulation | None, *, health: bool
    ) -> "NeedOut":
        """A need as machines read it."""
        placed = simulated.standings[need.code] if simulated is not None else None
        return cls(
            place=need.place,
            code=need.code,
            name=found.name(need.code),
            score=need.score,
            gap=need.gap,
            people=need.people,
            first=placed.first if placed else None,
            last=placed.last if placed else None,
            tier=placed.tier if placed else None,
            range=ReasonOut.of(range_reason(placed, simulated)) if placed and simulated else None,
            segments=[
                SegmentOut(
                    criterion=s.criterion,
                    weight=s.weight,
                    value=s.value,
                    points=s.points,
                    reason=ReasonOut.of(s.reason),
                )
                for s in need.segments
            ],
            communities=[GapOut.of(cell) for cell in found.where(need, health=health)],
            communities_short=len(need.where),
            communities_with_data=need.observed,
            missing=list(need.missing),
            votes_women=need.votes.women,
            votes_men=need.votes.men,
            named_by=need.named,
            assemblies=need.assemblies,
            even_with=list(need.even_with),
            decided_by=need.decided_by,
        )


class UnrankedOut(BaseModel):
    """A need that cannot be ranked until somebody goes and asks."""

    code: str = Field(examples=["P-B6"])
    name: str
    coverage: float = Field(description="Parte de las comunidades con dato.", examples=[0.4])
    communities: list[str] = Field(description="Dónde falta preguntar.")
    reason: ReasonOut


class ProblemOut(BaseModel):
    """A problem that assemblies named and no indicator measures."""

    place: int
    code: str = Field(examples=["theme:roads"])
    name: str
    communities: list[str]
    votes_women: int
    votes_men: int
    people: int | None
    reason: ReasonOut

    @classmethod
    def of(cls, found: DistrictNeeds, problem: Problem) -> "ProblemOut":
        """A problem as machines read it."""
        return cls(
            place=problem.place,
            code=problem.code,
            name=found.name(problem.code),
            communities=list(problem.where),
            votes_women=problem.votes.women,
            votes_men=problem.votes.men,
            people=problem.people,
            reason=ReasonOut.of(problem.reason),
        )


class NeedsOut(BaseModel):
    """The needs of a district on a day, most pressing first, and what stands apart."""

    day: date
    seed: str = Field(description="Del sorteo público.", examples=["220999-2027"])
    points: dict[str, float] = Field(examples=[{"gap": 25, "people": 25}])
    ranked: list[NeedOut]
    without_data: list[UnrankedOut] = []
    without_indicator: list[ProblemOut] = []
    met: list[str] = Field(default=[], description="Meta alcanzada en todas.")
    not_applicable: list[str] = []


@router.get("/districts/{ubigeo}/needs", response_model=NeedsOut)
def read_needs(passage: ReaderDep, session: ReadDep, day: DayDep) -> Response:
    """The needs list; the public gets the last one that was published."""
    return ready(session, passage, ("needs", day), lambda: _needs(session, passage, day))


def _needs(session: Reading, passage: Passage, day: date) -> NeedsOut:
    if passage.view == "public":
        texts = publishing.texts(session, passage.where, "needs")
        told = [text for text in texts if text.body["day"] <= day.isoformat()]
        return _public(told[0]) if told else NeedsOut(day=day, seed="", points={}, ranked=[])
    found = needs.of_district(session, passage.where, day)
    simulated = needs.ranges_of(session, passage.where, day)
    listed = found.listed
    return NeedsOut(
        day=day,
        seed=found.seed,
        points=found.weighting.mean,
        ranked=[
            NeedOut.of(found, need, simulated, health=passage.health) for need in listed.ranked
        ],
        without_data=[
            UnrankedOut(
                code=each.code,
                name=found.name(each.code),
                coverage=each.coverage,
                communities=list(each.visit.communities),
                reason=ReasonOut.of(each.visit.reason),
            )
            for each in listed.without_data
        ],
        without_indicator=[ProblemOut.of(found, each) for each in listed.without_indicator],
        met=list(listed.met),
        not_applicable=list(listed.not_applicable),
    )


def _public(text: PublicText) -> NeedsOut:
    body = text.body
    return NeedsOut(
        day=date.fromisoformat(body["day"]),
        seed=body["seed"],
        points=body["points"],
        ranked=[
            NeedOut(
                place=each["place"],
                code=each["code"],
                name=each["name"],
                score=each["score"],
                gap=each["gap_percent"] / 100,
                people=each["people_at_least"],
                first=each.get("first"),
                last=each.get("last"),
                tier=each.get("tier"),
                communities_short=each["communities_short"],
                communities_with_data=each["communities_with_data"],
                named_by=each["named_by"],
                assemblies=each["assemblies"],
            )
            for each in body["needs"]
        ],
    )
