"""Anonymous surveys: the closed answers of one adult, nothing that tells who it was."""

from uuid import uuid5

from app.errors import Conflict
from app.operations.registers.filled import Filled
from app.records.surveys import SurveyAnswer

ABOUT = frozenset({"date", "consent", "drawn", "sex", "adult_age"})


def social_capital(filled: Filled) -> None:
    """One questionnaire; age and the day stay in the document, which few may open."""
    filled.clear()
    answers = filled.answers
    if filled.form.round_id is None:
        raise Conflict(
            "Esta encuesta no dice de qué ronda es.",
            remedy="Abra una ronda y envíela en ella.",
        )
    told = {
        name: value
        for name, value in answers.items()
        if isinstance(value, str) and name not in ABOUT and not name.startswith("_")
    }
    filled.session.add(
        SurveyAnswer(
            uuid=uuid5(filled.form.uuid, "survey"),
            **filled.head,
            round_id=filled.form.round_id,
            sex=answers["sex"],
            facts=told,
        )
    )
