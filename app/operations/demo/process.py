"""The process of the demonstration's voting: calendar, agents, objections, trainings, teams."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from random import Random
from typing import Any

from app.capture import yaml_text
from app.operations import (
    agent_lists,
    agents,
    enrolment_help,
    processes,
    team_seats,
    trainings,
)
from app.operations.agent_lists import Against
from app.operations.agents import Given
from app.operations.demo.almanac import BASE, Almanac, moment
from app.operations.demo.script import FOLDER, villages, words
from app.operations.demo.votes import Hands
from app.operations.enrolment_help import Offer
from app.operations.ordinances import Ordinance
from app.operations.processes import Body
from app.planning.process import Real, Span
from app.records.places import Where
from app.records.process import Process
from app.store.sessions import Writing


@cache
def told() -> Mapping[str, Any]:
    """What ``process.yaml`` says."""
    found: Mapping[str, Any] = yaml_text.read((FOLDER / "process.yaml").read_text("utf-8"))
    return found


def provide(session: Writing, where: Where, hands: Hands, almanac: Almanac) -> None:
    """The process behind the voting, and the next one on its way, in the writing session."""
    row = _calendar(session, where, hands, almanac)
    _agents(session, where, row, hands, almanac)
    _lists(session, where, row, hands, almanac)
    _trainings(session, where, row, hands, almanac)
    _seats(session, where, row, hands, almanac)
    _real(session, where, row, hands, almanac)
    _coming(session, where, hands, almanac)


def _real(session: Writing, where: Where, row: Process, hands: Hands, almanac: Almanac) -> None:
    for kind, (first, last, note) in told()["real"].items():
        days = Real(_day(first, almanac), _day(last, almanac))
        processes.note_step(session, hands.planner, where, row, kind, days, almanac.today, note)


def _coming(session: Writing, where: Where, hands: Hands, almanac: Almanac) -> None:
    """The process of the year after, as far as it has come: in its technical review."""
    given = told()["coming"]
    ordinance = given["ordinance"]
    named = Ordinance(ordinance["number"], _own(ordinance["day"], almanac), ordinance["article"])
    calendar = {code: _span(days, almanac, own=True) for code, days in given["calendar"].items()}
    body = Body(calendar, told()["criteria"])
    year = almanac.today.year + 1
    row = processes.save(session, hands.planner, where, year, named, body)
    processes.in_force(session, row).at = moment(_own(ordinance["day"], almanac), 240)
    began = _own(given["calendar"]["enrolment"][0], almanac)
    for each in _everybody([*told()["agents"], *given["more"]]):
        agents.enrol(session, hands.desk, where, row, almanac.today, each).enrolled_on = began
    for kind in ("preliminary", "final"):
        day = _own(given[kind], almanac)
        listed = agent_lists.publish(session, hands.planner, where, row, kind, day)
    held = given["training"]
    about = (held["title"], _own(held["day"], almanac), held["venue"])
    made = trainings.hold(session, hands.desk, where, row, about, almanac.today)
    came = [line["number"] for line in listed.body if line["number"] % 10 < held["most"]]
    trainings.attend(session, hands.desk, where, row, made, came)
    begun = _own(ordinance["day"], almanac)
    _seat_all(session, where, row, hands, {"authority": begun, "technical_team": begun})
    for step, (first, last, note) in given["real"].items():
        days = Real(_own(first, almanac), _own(last, almanac) if last else None)
        processes.note_step(session, hands.planner, where, row, step, days, almanac.today, note)


def _own(given: str, almanac: Almanac) -> date:
    """A day of the demonstration's own year."""
    return almanac.day(date.fromisoformat(given))


def _day(given: str, almanac: Almanac) -> date:
    """A day of the year before the fiscal year."""
    return almanac.day(date.fromisoformat(given).replace(year=BASE.year - 1))


def _span(given: tuple[str, str], almanac: Almanac, *, own: bool = False) -> Span:
    if own:
        return Span(*(almanac.day(date.fromisoformat(each)) for each in given))
    return Span(*(_day(each, almanac) for each in given))


def _calendar(session: Writing, where: Where, hands: Hands, almanac: Almanac) -> Process:
    given, year = told(), almanac.today.year
    ordinance = given["ordinance"]
    named = Ordinance(ordinance["number"], _day(ordinance["day"], almanac), ordinance["article"])
    calendar = {code: _span(days, almanac) for code, days in given["calendar"].items()} | {
        code: _span(days, almanac, own=True) for code, days in given["own_year"].items()
    }
    before = calendar | {code: _span(days, almanac) for code, days in given["first"].items()}
    about = (given["criteria"], given["notes"])
    processes.save(session, hands.planner, where, year, named, Body(before, *about))
    row = processes.save(
        session, hands.planner, where, year, named, Body(calendar, *about), given["reason"]
    )
    second, first = processes.versions(session, row)
    first.at = moment(_day(ordinance["day"], almanac), 240)
    second.at = moment(_day(given["changed"], almanac), 60)
    return row


def _person(number: int, *, woman: bool) -> str:
    """An invented name, the same each time."""
    chance = Random(f"agent {number}")
    first = chance.choice(words()["first_names"]["woman" if woman else "man"])
    return " ".join([first, *chance.sample(words()["surnames"], 2)])


def _given(number: int, organisation: str, kind: str, community: str) -> Given:
    woman = kind in ("women", "social") or number % 3 == 0
    return Given(
        organisation,
        kind,
        _person(number, woman=woman),
        f"{number:08d}",
        "F" if woman else "M",
        womens=kind in ("women", "social"),
        recognition="Acta de asamblea (inventada)",
        community=community,
    )


def _named(at: int, kind: str) -> tuple[str, str]:
    """The organisation of a kind in a village, and the village's code."""
    village = villages()[at - 1]
    return told()["organisations"][kind].format(place=village.name), village.code


def _everybody(groups: Sequence[Mapping[str, Any]]) -> Iterator[Given]:
    number = 0
    for group in groups:
        for kind in group["kinds"]:
            number += 1
            organisation, code = _named(group["at"], kind)
            yield _given(number, organisation, kind, code)
    for wide in told()["wide"]:
        number += 1
        yield _given(number, wide["organisation"], wide["kind"], "")


def _agents(session: Writing, where: Where, row: Process, hands: Hands, almanac: Almanac) -> None:
    day = _day(told()["calendar"]["enrolment"][0], almanac)
    for each in _everybody(told()["agents"]):
        agents.enrol(session, hands.desk, where, row, almanac.today, each).enrolled_on = day
    for each in told()["help"]:
        code = villages()[each["at"] - 1].code
        offer = Offer(each["whom"], code, each["womens"])
        made = enrolment_help.offer(session, hands.planner, where, row, offer, almanac.today)
        enrolment_help.take(session, hands.desk, where, row, made.uuid)
        enrolment_help.close(session, hands.desk, where, row, made.uuid, (day, each["outcome"]))


def _lists(session: Writing, where: Where, row: Process, hands: Hands, almanac: Almanac) -> None:
    given = told()
    first = _day(given["preliminary"], almanac)
    agent_lists.publish(session, hands.planner, where, row, "preliminary", first)
    numbers = {each.organisation: each.number for each in agents.listed(session, row)}
    for number, each in enumerate(given["objections"], 1):
        day = _day(each["day"], almanac)
        against = numbers[_named(*each["against"])[0]]
        agent_lists.object_(
            *(session, hands.desk, where, row),
            Against(each["text"], each["by"], day, against),
            almanac.today,
        )
        about = (number, each["upheld"])
        agent_lists.decide(session, hands.planner, where, row, about, each["answer"], day)
    organisation, code = _named(given["late"]["at"], given["late"]["kind"])
    late = _given(len(numbers) + 1, organisation, given["late"]["kind"], code)
    agents.enrol(session, hands.desk, where, row, almanac.today, late).enrolled_on = first
    last = _day(given["final"], almanac)
    agent_lists.publish(session, hands.planner, where, row, "final", last)


def _trainings(
    session: Writing, where: Where, row: Process, hands: Hands, almanac: Almanac
) -> None:
    final = agent_lists.of_kind(session, row, "final")
    on_list = [line["number"] for line in final.body] if final else []
    for each in told()["trainings"]:
        about = (each["title"], _day(each["day"], almanac), each["venue"])
        made = trainings.hold(session, hands.desk, where, row, about, almanac.today)
        came = [number for number in on_list if number % 10 < each["most"]]
        trainings.attend(session, hands.desk, where, row, made, came)


def _seats(session: Writing, where: Where, row: Process, hands: Hands, almanac: Almanac) -> None:
    since = {
        "authority": _day(told()["ordinance"]["day"], almanac),
        "technical_team": _day(told()["ordinance"]["day"], almanac),
        "oversight": _day(told()["calendar"]["workshop_voting"][0], almanac),
    }
    _seat_all(session, where, row, hands, since)


def _seat_all(
    session: Writing, where: Where, row: Process, hands: Hands, since: Mapping[str, date]
) -> None:
    for number, each in enumerate(told()["seats"], 101):
        if each["body"] not in since:
            continue
        woman = number % 2 == 1
        seat = team_seats.Given(
            each["body"],
            _person(number, woman=woman),
            each["institution"],
            each["post"],
            since[each["body"]],
            "F" if woman else "M",
        )
        team_seats.seat(session, hands.planner, where, row, seat)
