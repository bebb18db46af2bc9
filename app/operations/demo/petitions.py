"""What the demonstration's town hall asks of others for its communities, and what they said."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any
from uuid import uuid5

from sqlmodel import col, select

from app.capture import yaml_text
from app.operations import petitions, requests
from app.operations.demo.almanac import Almanac, moment
from app.operations.demo.script import FOLDER, SPACE
from app.operations.petitions import Given, Step
from app.operations.trail import Author
from app.records.places import Where
from app.records.plans import Action
from app.store.sessions import Writing

Raw = Mapping[str, Any]


@cache
def told() -> list[dict[str, Any]]:
    """The file of petitions."""
    found: list[dict[str, Any]] = yaml_text.read((FOLDER / "petitions.yaml").read_text("utf-8"))
    return found


def provide(session: Writing, where: Where, author: Author, almanac: Almanac) -> None:
    """All of them with their steps, after the plans that ask for them."""
    for each in told():
        _carry(session, where, author, almanac, each)


def _carry(session: Writing, where: Where, author: Author, almanac: Almanac, each: Raw) -> None:
    opened = almanac.day(date(*each["opened"]))
    titled = session.exec(select(Action.uuid).where(col(Action.title) == each["action"])).all()
    asked = requests.named(session, where, opened, list(titled), every=True)
    given = Given(
        tuple(request.uuid for request in asked if request.free),
        each["route"],
        each["addressee"],
        title=each["title"],
    )
    made = petitions.raise_one(session, author, where, given, opened)
    made.uuid, made.created_at = uuid5(SPACE, f"petition {each['title']}"), moment(opened)
    for state, on, note, *filed in each["steps"]:
        step = Step(state, almanac.day(date(*on)), note)
        if filed:
            due = almanac.day(date(*filed[1]))
            step = Step(state, step.on_day, note, filing=filed[0], due_on=due)
        petitions.advance(session, author, where, made, made.revision, step)
