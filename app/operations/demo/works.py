"""What was agreed in the demonstration's earlier budgets, and every news of it."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID, uuid5

from sqlmodel import col, select

from app.capture import yaml_text
from app.operations import agreement_starts, agreements, allocations, expectations
from app.operations.agreements import Given
from app.operations.demo.almanac import Almanac, moment
from app.operations.demo.script import FOLDER, SPACE, villages
from app.operations.trail import Author
from app.records.places import Where
from app.records.proposals import Agreement
from app.records.territory import Community
from app.records.works import AgreementStep, BudgetLine, Effort, Finding, Milestone
from app.store.sessions import Reading, Writing

Raw = Mapping[str, Any]
Day = Callable[[list[int]], date]


@cache
def told() -> list[dict[str, Any]]:
    """The file of agreements."""
    found: list[dict[str, Any]] = yaml_text.read((FOLDER / "works.yaml").read_text("utf-8"))
    return found


def provide(session: Writing, where: Where, author: Author, almanac: Almanac) -> None:
    """All agreements, in the writing session, after the forms that they stand on."""
    agreements.hold(session, where)
    keys = _keys(session)

    def day(given: list[int]) -> date:
        return almanac.day(date(*given))

    for each in told():
        row = _open(session, where, (author, almanac, keys, day), each)
        _news(session, row, each, (author, keys, day))


def _maybe(day: Day, given: list[int] | None) -> date | None:
    return day(given) if given else None


def tie(session: Writing, where: Where, author: Author, almanac: Almanac) -> None:
    """Tie the agreements of the year that was voted to what the voting funded."""
    runs = allocations.listed(session, where, almanac.today.year)
    if runs and agreement_starts.waiting(session, runs[0]):
        agreement_starts.follow_up(session, author, where, runs[0], almanac.today)


def _keys(session: Reading) -> dict[int, int]:
    """The key of each community by its number."""
    codes = {village.code: village.number for village in villages()}
    found = session.exec(
        select(Community.code, Community.id).where(col(Community.code).in_(list(codes)))
    )
    return {codes[code]: key for code, key in found}


def _uuid(row: Agreement, *parts: object) -> UUID:
    return uuid5(SPACE, " ".join(map(str, ("agreement", row.title, *parts))))


def _open(
    session: Writing,
    where: Where,
    by: tuple[Author, Almanac, dict[int, int], Day],
    each: Raw,
) -> Agreement:
    author, almanac, keys, day = by
    served = tuple(keys[number] for number in each["communities"])
    stated = _maybe(day, each.get("stated"))
    expectation = None
    if stated is not None:
        expectation = expectations.stated(session, where, stated, each["need"], served)
    if expectation is not None:
        hoped = [each["hoped"]] if "hoped" in each else []
        expectation |= {"to": each["to"], "by": "planner", "words": hoped}
    given = Given(
        almanac.today.year + 1 - each["years"],
        each["title"],
        each["soles"] * 100,
        "imported",
        each["state"],
        need=each.get("need", ""),
        cui=each["cui"],
        source="Consulta Amigable (inventada)" if each["lines"] else "",
        upkeep_by=each["upkeep"][0] if "upkeep" in each else "",
        served=served,
        unserved=tuple(keys[number] for number in each.get("unserved", ())),
        expectation=expectation,
    )
    first = day(each["steps"][0][1])
    row = agreements.open_one(session, author, where, given, first)
    row.uuid, row.created_at = _uuid(row), moment(first)
    row.delivered_on = _maybe(day, each.get("delivered"))
    row.upkeep_cents = each["upkeep"][1] * 100 if "upkeep" in each else None
    return row


def _news(
    session: Writing, row: Agreement, each: Raw, by: tuple[Author, dict[int, int], Day]
) -> None:
    author, keys, day = by
    step = session.exec(select(AgreementStep).where(AgreementStep.agreement_id == row.id)).one()
    session.delete(step)
    rows: list[Any] = [
        AgreementStep(on_day=day(on), state=state, note=note) for state, on, note in each["steps"]
    ]
    rows += [
        BudgetLine(
            on_day=day(on),
            cui=each["cui"],
            source="Consulta Amigable (inventada)",
            pim_cents=pim * 100,
            certified_cents=certified * 100,
            accrued_cents=accrued * 100,
            paid_cents=paid * 100,
        )
        for on, pim, certified, accrued, paid in each["lines"]
    ]
    rows += [
        Milestone(title=title, due_on=day(due), reached_on=_maybe(day, reached))
        for title, due, reached in each.get("milestones", ())
    ]
    rows += [
        Finding(body="oversight", verdict=word, on_day=day(on), text=text)
        for word, on, text in each.get("found", ())
    ]
    rows += [
        Finding(
            body="community", community_id=keys[number], verdict=word, on_day=day(on), text=text
        )
        for number, word, on, text in each.get("said", ())
    ]
    rows += [
        Effort(
            kind=kind,
            promised=promised,
            who=who,
            people=people,
            days=days,
            cents=soles * 100 if soles is not None else None,
            on_day=day(on),
        )
        for kind, promised, who, people, days, soles, on in each.get("efforts", ())
    ]
    for nth, made in enumerate(rows):
        made.uuid, made.agreement_id = _uuid(row, nth), row.id
        made.author_id, made.at = author.account_id, moment(_when(made))
        session.add(made)
    news = [made.note for made in rows if isinstance(made, AgreementStep) and made.note]
    row.note = news[-1] if news else ""
    row.updated_on = max(_when(made) for made in rows)
    session.flush()


def _when(made: Any) -> date:
    """The day on which something was known: a milestone is known once it is reached."""
    if isinstance(made, Milestone):
        return made.reached_on or date(2000, 1, 1)
    found: date = made.on_day
    return found
