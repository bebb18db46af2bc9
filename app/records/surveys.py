"""Anonymous surveys of adults: what each person answered, without who it was."""

from sqlmodel import Field

from app.records.base import Row, link
from app.store.types import Json


class SurveyAnswer(Row, table=True):
    """One questionnaire of a round; ``facts`` are its closed answers by question."""

    __tablename__ = "survey_answer"

    form_id: int = link("form")
    community_id: int = link("community")
    round_id: int = link("round")
    sex: str = Field(max_length=10)
    facts: dict[str, str] = Field(default_factory=dict, sa_type=Json)
