"""What a district sets for its ranking: the goals of indicators, and the weights of criteria."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from app.api.figure_shapes import DayDep
from app.api.paging import PagingDep
from app.api.shapes import Page, Reason, Shape, Words
from app.http.errors import responses
from app.http.gate import Passage, Permit, ReadDep, StoreDep
from app.operations import gathering, needs
from app.operations.needs import GoalGiven
from app.records.catalogues import Goal, Weighting

router = APIRouter(tags=["needs"])
GoalReaderDep = Annotated[Passage, Depends(Permit("goals", "read"), scope="function")]
GoalWriterDep = Annotated[Passage, Depends(Permit("goals", "write"), scope="function")]
WeightReaderDep = Annotated[Passage, Depends(Permit("weights", "read"), scope="function")]
WeightWriterDep = Annotated[Passage, Depends(Permit("weights", "write"), scope="function")]


class GoalIn(Shape):
    """Target and agreed worst value, as shares."""

    target: float = Field(ge=0, le=1, examples=[0.9])
    worst: float = Field(ge=0, le=1, examples=[0.1])
    source: Words = Field(default="", description="Dónde se acordó.", examples=["PDLC, OE.02"])
    incentive: Annotated[Words, Field(max_length=120)] = Field(
        default="", description="Incentivo que depende de la cifra: no alimenta prioridades."
    )


class GoalOut(GoalIn):
    """A goal in force; ``own`` says that the district set it itself."""

    indicator: str = Field(examples=["AG-02"])
    own: bool

    @classmethod
    def of(cls, goal: Goal, place_id: int | None) -> "GoalOut":
        """A goal as machines read it."""
        return cls(
            indicator=goal.indicator,
            target=goal.target,
            worst=goal.worst,
            source=goal.source,
            incentive=goal.incentive,
            own=goal.place_id == place_id,
        )


@router.get("/districts/{ubigeo}/goals", responses=responses(400))
def list_goals(
    passage: GoalReaderDep, session: ReadDep, paging: PagingDep, day: DayDep
) -> Page[GoalOut]:
    """The goals in force on a day; the district's own outrank those of all."""
    found = list(gathering.goals(session, passage.where, day).values())
    return paging.page(
        found, lambda goal: goal.indicator, lambda goal: GoalOut.of(goal, passage.where.place_id)
    )


@router.put("/districts/{ubigeo}/goals/{code}")
def set_goal(
    code: str, given: GoalIn, passage: GoalWriterDep, store: StoreDep, day: DayDep
) -> GoalOut:
    """Fix the goalposts of an indicator from a day on; earlier lists stay as they were."""
    goal = GoalGiven(code, given.target, given.worst, given.source, given.incentive)
    with store.writing() as session:
        made = needs.set_goal(session, passage.author, passage.where, goal, day)
        return GoalOut.of(made, passage.where.place_id)


class WeightsIn(Shape):
    """One hundred points over the criteria, as one participant or group gives them."""

    given_by: Reason = Field(description="Persona, grupo u organización.", examples=["CCL"])
    points: dict[str, Annotated[int, Field(ge=0, le=100)]] = Field(
        examples=[{"gap": 40, "people": 30, "equity": 20, "assembly": 10}]
    )


class WeightsOut(BaseModel):
    """A vector of points that stands."""

    uuid: UUID
    given_by: str
    points: dict[str, float]

    @classmethod
    def of(cls, row: Weighting) -> "WeightsOut":
        """A vector as machines read it."""
        return cls(uuid=row.uuid, given_by=row.given_by, points=row.points)


class WithdrawalOfWeights(Shape):
    """Why a vector steps back."""

    reason: Reason = Field(examples=["Se anotó dos veces"])


@router.get("/districts/{ubigeo}/weights", responses=responses(400))
def list_weights(passage: WeightReaderDep, session: ReadDep, paging: PagingDep) -> Page[WeightsOut]:
    """The vectors of points that stand; the needs use their mean."""
    found = needs.weightings(session, passage.where)
    return paging.page(found, lambda row: str(row.uuid), WeightsOut.of)


@router.post("/districts/{ubigeo}/weights", status_code=201)
def give_weights(given: WeightsIn, passage: WeightWriterDep, store: StoreDep) -> WeightsOut:
    """Note the points of a participant; an earlier vector of theirs steps back."""
    with store.writing() as session:
        row = needs.give_weights(
            session, passage.author, passage.where, given.given_by[:120], given.points
        )
        return WeightsOut.of(row)


@router.post(
    "/districts/{ubigeo}/weights/{uuid}/withdrawal", status_code=204, responses=responses(409)
)
def withdraw_weights(
    uuid: UUID, given: WithdrawalOfWeights, passage: WeightWriterDep, store: StoreDep
) -> None:
    """Take a vector out of the mean, with the reason."""
    with store.writing() as session:
        needs.withdraw_weights(session, passage.author, passage.where, uuid, given.reason)
