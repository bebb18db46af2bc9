"""What the town hall of the demonstration has: goals, weights, money, proposals, agreements."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import uuid5

from shapely.geometry import MultiPoint
from shapely.ops import unary_union
from sqlmodel import col, select

from app.operations.demo import works
from app.operations.demo.almanac import Almanac, moment
from app.operations.demo.script import SPACE, troubles, villages, words
from app.operations.register_papers import HEALTHY
from app.operations.trail import Author
from app.records import places
from app.records.catalogues import Goal, Weighting
from app.records.intake import Form
from app.records.plans import Action
from app.records.proposals import Ceiling, Origin, Proposal, VisitTask
from app.records.territory import Community, Place
from app.records.thresholds import Threshold
from app.store.sessions import Writing
from app.store.spatial import from_column, to_column


def provide(session: Writing, district: Place, almanac: Almanac, planner: int) -> None:
    """All of it, in the writing session."""
    _goals(session, district)
    _weights(session, district, almanac)
    year = almanac.today.year + 1
    ceiling = words()["ceiling"]
    session.add(
        Ceiling(
            uuid=uuid5(SPACE, "ceiling"),
            place_id=district.id,
            fiscal_year=year,
            cents=ceiling["soles"] * 100,
            source=ceiling["source"],
        )
    )
    where = places.district(session, district.code)
    works.provide(session, where, Author(planner), almanac)
    for number, each in enumerate(words()["proposals"], 1):
        _proposal(session, district, (number, year, planner, almanac), each)
    _visits(session, district, almanac, planner)


def threshold(session: Writing, district: Place, almanac: Almanac) -> None:
    """From when on a family is called healthy, before anybody says a word."""
    told = words()["healthy"]
    session.add(
        Threshold(
            uuid=uuid5(SPACE, "threshold"),
            place_id=district.id,
            indicator=HEALTHY,
            share=told["share"],
            source=told["source"],
            valid_from=almanac.day(date.fromisoformat(told["since"])),
        )
    )


def _goals(session: Writing, district: Place) -> None:
    for indicator, (target, worst) in words()["goals"].items():
        session.add(
            Goal(
                uuid=uuid5(SPACE, f"goal {indicator}"),
                indicator=indicator,
                place_id=district.id,
                target=target,
                worst=worst,
                source=words()["goal_source"],
                valid_from=date(2020, 1, 1),
            )
        )


def _weights(session: Writing, district: Place, almanac: Almanac) -> None:
    for each in words()["weightings"]:
        session.add(
            Weighting(
                uuid=uuid5(SPACE, f"weights {each['given_by']}"),
                place_id=district.id,
                given_by=each["given_by"],
                points=each["points"],
                at=moment(almanac.day(date(2026, 3, 14))),
            )
        )


def _community_id(session: Writing, number: int) -> int:
    code = villages()[number - 1].code
    return session.exec(select(Community.id).where(Community.code == code)).one()


def _proposal(
    session: Writing,
    district: Place,
    about: tuple[int, int, int, Almanac],
    given: Mapping[str, Any],
) -> None:
    number, year, planner, almanac = about
    trouble = troubles()[given["key"]]
    # Equal requests of plans that are in force; the bundle of five waits for a planner.
    actions = session.exec(
        select(Action)
        .join(Form, col(Form.id) == Action.form_id)
        .where(
            Action.title == trouble.action,
            col(Action.to_budget).is_(True),
            Form.state == "approved",
        )
        .order_by(col(Action.community_id), col(Action.id))
    ).all()[: given["most"]]
    shapes = [from_column(action.geom) for action in actions if action.geom is not None]
    found = unary_union([shape for shape in shapes if shape is not None])
    proposal = Proposal(
        uuid=uuid5(SPACE, f"proposal {given['key']}"),
        place_id=district.id,
        fiscal_year=year,
        number=number,
        title=given["title"],
        description=given["description"],
        need=trouble.indicator,
        kind=trouble.kind,
        state=given["state"],
        cost_cents=sum(action.cost_cents or 0 for action in actions),
        people=sum(action.people or 0 for action in actions),
        author_id=planner,
        created_at=moment(almanac.day(date(2026, 10, 5)), number),
        geom=to_column(found if not found.is_empty else MultiPoint([v.at for v in villages()[:1]])),
    )
    session.add(proposal)
    session.flush()
    for action in actions:
        session.add(
            Origin(
                proposal_id=proposal.id,
                action_uuid=action.uuid,
                community_id=action.community_id,
            )
        )


def _visits(session: Writing, district: Place, almanac: Almanac, planner: int) -> None:
    for village in villages():
        if "silent" not in village.stories and 3 not in village.missing:
            continue
        session.add(
            VisitTask(
                uuid=village.key("visit"),
                place_id=district.id,
                community_id=_community_id(session, village.number),
                reason="Sin datos de la última ronda: visitar y llenar la ficha con la junta",
                author_id=planner,
                created_at=moment(almanac.today),
            )
        )
