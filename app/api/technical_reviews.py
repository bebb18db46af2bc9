"""Technical reviews as they were published, all of a year together; never one before the others."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from app.api.money import soles
from app.api.paging import PagingDep
from app.api.shapes import Page
from app.http.errors import responses
from app.http.gate import Passage, Permit, ReadDep
from app.operations import review_publishing

router = APIRouter(tags=["proposals"])
ReaderDep = Annotated[Passage, Depends(Permit("technical_review", "read"), scope="function")]
YearQuery = Annotated[int, Query(ge=2000, le=2999, description="Año fiscal.", examples=[2028])]


class PointsOut(BaseModel):
    """The points of a proposal by one criterion of the ordinance."""

    criterion: str = Field(examples=["c1"])
    name: str = Field(examples=["Necesidad"])
    points: float = Field(examples=[25])
    most: float = Field(examples=[40])
    sentence: str


class ReviewOut(BaseModel):
    """What the technical team says of a proposal, as it was published."""

    number: int = Field(description="Número de la propuesta.", examples=[3])
    title: str
    cost: str | None = Field(description="Soles.", examples=["100000.00"])
    opinion: str = Field(description="feasible, changes o unfeasible.", examples=["feasible"])
    findings: str
    points: float = Field(examples=[72])
    parts: list[PointsOut]

    @classmethod
    def of(cls, told: dict[str, Any]) -> "ReviewOut":
        """A review as machines read it."""
        same = ("number", "title", "opinion", "findings", "points")
        return cls(
            **{name: told[name] for name in same},
            cost=soles(told["cost_cents"]),
            parts=[
                PointsOut(**{n: part[n] for n in PointsOut.model_fields}) for part in told["parts"]
            ],
        )


@router.get("/districts/{ubigeo}/technical-reviews", responses=responses(400))
def list_reviews(
    year: YearQuery, passage: ReaderDep, session: ReadDep, paging: PagingDep
) -> Page[ReviewOut]:
    """The published reviews of a year, for everybody the same; none before the batch."""
    told = review_publishing.told_of(session, passage.where, year)
    return paging.page(told, lambda each: str(each["number"]), ReviewOut.of)
