"""One document's answers on their way into the registers."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from shapely.geometry import shape
from sqlalchemy import delete
from sqlmodel import SQLModel, col, select

from app.errors import Invalid
from app.records.councils import Council, Post
from app.records.diagnoses import Asset, Diagnosis, Hazard, Problem
from app.records.families import Commitment, Consent, SelfAssessment
from app.records.intake import Entry, Form
from app.records.plans import Action, Activity, Challenge, Outcome, Plan, Progress
from app.records.practices import Answer, PracticeTotal
from app.records.surveys import SurveyAnswer
from app.store import spatial
from app.store.sessions import Writing

# What a document of each instrument gives; children before parents, as the foreign keys ask.
OWNED: dict[str, tuple[type[SQLModel], ...]] = {
    "council": (Council,),
    "family": (Consent,),
    "self_assessment": (SelfAssessment, Commitment),
    "diagnosis": (Problem, Asset, Hazard, Diagnosis),
    "household_monitoring": (Answer,),
    "monitoring": (PracticeTotal,),
    "plan": (Action, Plan),
    "activity": (Activity,),
    "progress": (Progress,),
    "social_capital": (SurveyAnswer,),
    "evaluation": (Outcome, Challenge),
}


@dataclass(frozen=True, slots=True)
class Filled:
    """A document, the entry that brought it, and its answers; ``fresh`` gave no rows yet."""

    session: Writing
    entry: Entry
    form: Form
    answers: Mapping[str, Any]
    fresh: bool = False

    def clear(self) -> None:
        """Take away the register rows that this document gave."""
        if self.fresh:
            return
        connection = self.session.connection()
        if self.form.instrument == "council":
            councils = select(Council.id).where(Council.form_id == self.form.id)
            connection.execute(delete(Post).where(col(Post.council_id).in_(councils)))
        for table in OWNED[self.form.instrument]:
            owner: Any = table.form_id  # type: ignore[attr-defined]
            if table in (Problem, Asset, Hazard, Action):
                key: Any = table.id
                ids = self.session.exec(select(key).where(owner == self.form.id)).all()
                spatial.forget_rows(connection, str(table.__tablename__), ids)
            connection.execute(delete(table).where(owner == self.form.id))

    def rows(self, name: str) -> Sequence[Mapping[str, Any]]:
        """The rows of a repeat; none where nobody asked."""
        found = self.answers.get(name)
        return found if isinstance(found, list) else []

    def uuid(self, kind: str, index: int, row: Mapping[str, Any]) -> UUID:
        """A row's lasting UUID: from its own ``_id`` where it has one, else from its place."""
        return uuid5(self.form.uuid, f"{kind} {row.get('_id') or index}")

    def day(self, name: str) -> datetime.date | None:
        """A date answer."""
        return day(self.answers.get(name))

    @property
    def date(self) -> datetime.date:
        """The document's own date.

        Raises
        ------
        Invalid
            It has none.
        """
        found = self.day("date")
        if found is None:
            raise Invalid("La ficha no dice su fecha.", field="date")
        return found

    @property
    def head(self) -> dict[str, Any]:
        """What every register row of a document carries."""
        return {"form_id": self.form.id, "community_id": self.form.community_id}


def day(given: Any) -> datetime.date | None:
    """A date as the canonical answers spell it."""
    return datetime.date.fromisoformat(given) if given else None


def geom(given: Any) -> Any:
    """A GeoJSON geometry as a shape column takes it."""
    return spatial.to_column(shape(given)) if given else None


def total(*given: int | None) -> int | None:
    """The sum of what is known; None where nothing is."""
    known = [each for each in given if each is not None]
    return sum(known) if known else None


def uuid_or_none(given: Any) -> UUID | None:
    """A UUID, or None for anything else."""
    try:
        return UUID(str(given))
    except ValueError:
        return None
