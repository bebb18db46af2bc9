"""The closed voting of the demonstration: typed by two, one sheet void, one read differently."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any
from uuid import uuid5

from app.capture import yaml_text
from app.operations import (
    agent_lists,
    ballots,
    ceilings,
    districts,
    vote_counts,
    voting_rules,
    voting_steps,
    workshops,
)
from app.operations.ballots import Typed
from app.operations.demo import reviews
from app.operations.demo.almanac import BASE, Almanac, moment
from app.operations.demo.script import FOLDER, SPACE, villages
from app.operations.ordinances import Ordinance
from app.operations.trail import Author
from app.operations.voting_rules import Body
from app.operations.workshops import Told
from app.records.places import Where
from app.records.proposals import Proposal
from app.records.voting import BallotSheet, Voting
from app.store.sessions import Writing

OTHER = "1"  # what a second person reads who skips a line


@dataclass(frozen=True, slots=True)
class Hands:
    """Who manages the voting, who types beside, and who reviews."""

    planner: Author
    desk: Author
    reviewer: Author


@cache
def told() -> Mapping[str, Any]:
    """What ``voting.yaml`` says."""
    found: Mapping[str, Any] = yaml_text.read((FOLDER / "voting.yaml").read_text(encoding="utf-8"))
    return found


def provide(session: Writing, where: Where, hands: Hands, almanac: Almanac) -> None:
    """The voting, from its rules to its acta, in the writing session."""
    year = almanac.today.year
    given = told()
    held = _day(given["workshop"]["day"], almanac)
    ceilings.set_ceiling(
        session, hands.planner, where, year, given["soles"] * 100, source=given["source"]
    )
    ordinance = given["ordinance"]
    named = Ordinance(ordinance["number"], _day(ordinance["day"], almanac), ordinance["article"])
    voting_rules.save(session, hands.planner, where, year, named, Body(**given["rules"]))
    _proposals(session, where, year, held)
    reviews.past(session, where, (hands.reviewer, hands.planner), held, almanac)
    reviews.coming(session, where, (hands.reviewer, hands.planner), year + 1, almanac)
    known = agent_lists.entitled(session, where, year)
    voting = voting_steps.prepare(
        session, hands.planner, where, year, almanac.today, entitled=known
    )
    voting.options = [_served(option) for option in voting.options]
    voting_steps.open_(session, hands.planner, where, voting)
    _type_all(session, where, voting, hands)
    voting_steps.close(session, hands.planner, where, voting, given["given"])
    run = vote_counts.allocate(session, hands.planner, where, voting, given["seed"])
    _date(voting, held)
    run.at = moment(held, 330)
    _acta(session, where, voting, hands, held)


def _day(given: str, almanac: Almanac) -> date:
    """A day of the year before, when the money of the year that runs was shared out."""
    return almanac.day(date.fromisoformat(given).replace(year=BASE.year - 1))


def _date(voting: Voting, held: date) -> None:
    """The instants of that day, not those of the loading."""
    voting.created_at = moment(held - timedelta(days=20))
    voting.opened_at, voting.closed_at = moment(held, 90), moment(held, 300)


def _proposals(session: Writing, where: Where, year: int, held: date) -> None:
    for number, each in enumerate(told()["proposals"], 1):
        session.add(
            Proposal(
                uuid=uuid5(SPACE, f"voted {number}"),
                place_id=districts.own(where),
                fiscal_year=year,
                number=number,
                title=each["title"],
                state="presented",
                cost_cents=each["soles"] * 100,
                people=each["people"],
                created_at=moment(held - timedelta(days=60), number),
            )
        )
    session.flush()


def _served(option: Mapping[str, Any]) -> dict[str, Any]:
    """The communities of a proposal: its requests are older than the demonstration."""
    numbers = told()["proposals"][int(option["code"]) - 1]["communities"]
    found = [villages()[number - 1] for number in numbers]
    return {
        **option,
        "communities": [village.code for village in found],
        "community_names": [village.name for village in found],
        "zone": found[0].name if len(found) == 1 else "",
    }


def _texts() -> Iterator[tuple[str, int]]:
    """What each ballot marks, and the community where it was handed out."""
    for group in told()["ballots"]:
        places = group["communities"]
        for at in range(group["count"]):
            marks = group["likes"][: group["marks"]]
            yield " ".join(map(str, marks)), places[at % len(places)]


def _type_all(session: Writing, where: Where, voting: Voting, hands: Hands) -> None:
    given = told()
    cast = list(_texts())
    sheets = ballots.print_sheets(session, hands.planner, where, voting, given["printed"])
    for sheet, (text, number) in zip(sheets, cast, strict=False):
        sheet.community = villages()[number - 1].code
        other = OTHER if sheet.number == given["differs"]["sheet"] else text
        _type(session, where, voting, hands, (sheet, text, other))
    for sheet, each in zip(sheets[len(cast) :], given["void"], strict=False):
        sheet.community = villages()[each["community"] - 1].code
        many = " ".join(map(str, range(1, 8)))
        _type(session, where, voting, hands, (sheet, many, many))
        ballots.decide(
            session,
            hands.planner,
            where,
            voting,
            sheet.code,
            Typed(),
            each["reason"],
            void=True,
        )
    different = sheets[given["differs"]["sheet"] - 1]
    right = Typed(cast[different.number - 1][0])
    reason = given["differs"]["reason"]
    ballots.decide(session, hands.planner, where, voting, different.code, right, reason)


def _type(
    session: Writing,
    where: Where,
    voting: Voting,
    hands: Hands,
    read: tuple[BallotSheet, str, str],
) -> None:
    sheet, first, second = read
    ballots.type_sheet(session, hands.desk, where, voting, sheet.code, Typed(first))
    ballots.type_sheet(session, hands.planner, where, voting, sheet.code, Typed(second))


def _acta(session: Writing, where: Where, voting: Voting, hands: Hands, held: date) -> None:
    about = told()["workshop"]
    made = workshops.write(
        session,
        hands.planner,
        where,
        voting,
        Told(
            held,
            about["venue"],
            about["began"],
            about["ended"],
            about["present"],
            about["notes"],
        ),
    )
    made.at = moment(held, 360)
