"""Load the demonstration district into a store that does not have it yet."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlmodel import select

from app.errors import Conflict
from app.operations import access, bulk_intake, intake, publishing, seeding
from app.operations.demo import (
    back,
    budget,
    development,
    people,
    petitions,
    process,
    risks,
    story,
    territory,
    unfinished,
    votes,
    works,
)
from app.operations.demo.almanac import Almanac, almanac, moment
from app.operations.demo.script import villages, words
from app.operations.demo.story import Telling
from app.operations.demo.votes import Hands
from app.records import places
from app.records.intake import Draft
from app.records.territory import Place
from app.settings import Settings
from app.store.sessions import Store

Report = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was loaded: communities, families, documents and steps, and the calendar's last day."""

    communities: int
    families: int
    entries: int
    today: date


def silent(_done: int, _total: int, _message: str) -> None:
    """Nobody watches."""


def load(
    store: Store, settings: Settings, report: Report = silent, on: date | None = None
) -> Loaded:
    """The whole demonstration; ``on`` is the day for which it is told, today if not given.

    Raises
    ------
    Conflict
        It is loaded already.
    """
    calendar = almanac(on or access.today())
    seeding.seed(store)
    tellings = settle(store, calendar)
    total, entries = len(tellings) + 1, 0
    for done, telling in enumerate(tellings):
        report(done, total, f"Comunidad {telling.village.name}")
        entries += bulk_intake.receive_many(store, telling.said())
    report(len(tellings), total, "Presupuesto y acuerdos")
    entries += _leave_open(store, tellings, calendar)
    report(total, total, "Listo")
    return Loaded(len(tellings), sum(v.families for v in villages()), entries, calendar.today)


def settle(store: Store, calendar: Almanac) -> list[Telling]:
    """Places, communities and accounts, and what each community is about to tell.

    Raises
    ------
    Conflict
        They are there already.
    """
    code = words()["district"]["code"]
    with store.writing() as session:
        session.hold("demo")
        if session.exec(select(Place.id).where(Place.code == code)).first() is not None:
            raise Conflict(
                "El distrito de demostración ya está cargado.",
                remedy="Entre con una de sus cuentas, o empiece con un almacén nuevo.",
            )
        district = territory.settle(session)
        budget.threshold(session, district, calendar)
        accounts = people.enrol(session, district)
        return [
            Telling(village, calendar, community.id, district.id, accounts)
            for village, community in zip(villages(), territory.communities(session), strict=True)
        ]


def _leave_open(store: Store, tellings: list[Telling], calendar: Almanac) -> int:
    """What a district never finishes: money to share out, a draft, a sheet in quarantine."""
    with store.writing() as session:
        district = session.get_one(Place, tellings[0].place_id)
        budget.provide(session, district, calendar, tellings[0].people[story.PLANNER])
        for telling in tellings:
            if telling.is_own():
                session.add(_draft(telling))
        where = places.district(session, words()["district"]["code"])
        development.provide(session, tellings[0].author(story.PLANNER), where, calendar)
    with store.writing() as session:
        where = places.district(session, words()["district"]["code"])
        hands = Hands(
            *(tellings[0].author(each) for each in (story.PLANNER, story.DESK, story.REVIEWER))
        )
        process.provide(session, where, hands, calendar)
        votes.provide(session, where, hands, calendar)
        works.tie(session, where, hands.planner, calendar)
    with store.writing() as session:
        petitions.provide(session, where, hands.planner, calendar)
        back.provide(session, where, (hands.planner, hands.desk), calendar)
        risks.provide(session, where, hands.planner)
    _publish(store, tellings[0], calendar)
    waiting = [t for t in tellings if "quarantine" in t.village.stories]
    for telling in waiting:
        intake.receive(store, telling.author(story.DESK), unfinished.broken(telling))
    return len(waiting)


def _publish(store: Store, telling: Telling, calendar: Almanac) -> None:
    """What the public may know: the rounds that are closed, and the needs of the last day."""
    author = telling.author(story.PLANNER)
    for number, label, _ in story.ROUNDS:
        with store.writing() as session:
            where = places.district(session, words()["district"]["code"])
            if number in story.LOCKED:
                shown = calendar.label(label)
                publishing.publish_round(session, author, where, shown, calendar.today)
    with store.writing() as session:
        publishing.publish_needs(session, author, where, calendar.today)


def _draft(telling: Telling) -> Draft:
    village = telling.village
    return Draft(
        uuid=village.key("draft row"),
        account_id=telling.people[story.COUNCIL],
        community_id=telling.community_id,
        instrument="diagnosis",
        form_uuid=village.key("draft"),
        body=unfinished.draft(village, telling.almanac),
        saved_at=moment(telling.almanac.day(date(2026, 11, 13)), 130),
    )
