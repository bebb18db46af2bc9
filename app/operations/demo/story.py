"""What each community of the demonstration sent, decided and closed, in the order of its days.

Every step is a message to the intake, so that the registers are the fold of it and a
rebuild gives the same. Days are those of the base year; ``Almanac`` moves them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from random import Random
from typing import Any
from uuid import UUID, uuid5

from app.operations.bulk_intake import Said
from app.operations.demo import assemblies, home_sheets, households, sheets, surveys
from app.operations.demo.almanac import Almanac, moment
from app.operations.demo.households import Home
from app.operations.demo.script import Village
from app.operations.intake import Message
from app.operations.trail import Author

ROUNDS = ((1, "2025-II", date(2025, 11, 3)), (2, "2026-I", date(2026, 5, 4)),
          (3, "2026-II", date(2026, 10, 19)))  # fmt: skip
LOCKED = {1: date(2026, 1, 31), 2: date(2026, 7, 31)}
# Whoever typed or approved, by the login of the demonstration's accounts.
COUNCIL, AGENT, DESK, PLANNER = "junta", "agente", "mesa", "planificadora"
REVIEWER = "evaluadora"
VERSION = "1"


@dataclass(frozen=True)
class Telling:
    """One community as it is told: where it stands in the store, and who acts."""

    village: Village
    almanac: Almanac
    community_id: int
    place_id: int
    people: Mapping[str, int]

    @cached_property
    def homes(self) -> list[Home]:
        """Its families."""
        return households.homes(self.village, self.almanac)

    def said(self) -> list[Said]:
        """All its messages, oldest first."""
        found = [*self._beginning(), *self._rounds(), *self._assemblies(), *self._families()]
        return sorted(found, key=lambda each: each.at)

    def when(self, base: date, spread: int, what: object) -> date:
        """A day of this community's own, within so many days of the written one."""
        own = Random(f"{self.village.code} {what}").randrange(spread)
        return self.almanac.day(base + timedelta(days=own))

    def is_own(self) -> bool:
        """Whether the council of this community has an account of the demonstration."""
        return "model" in self.village.stories

    def message(self, instrument: str, uuid: UUID, raw: Any, **more: Any) -> Message:
        """A filled sheet on its way in."""
        return Message(
            "submission",
            uuid,
            raw,
            self.community_id,
            place_id=self.place_id,
            instrument=instrument,
            version=VERSION,
            way="seed",
            **more,
        )

    def sheet(
        self, instrument: str, uuid: UUID, raw: Any, day: date, **more: Any
    ) -> Iterator[Said]:
        """A sheet as it was sent, and two working days later approved by planning."""
        decided = more.pop("decided", True)
        by = more.pop("by", COUNCIL if self.is_own() else DESK)
        yield Said(self.author(by), self.message(instrument, uuid, raw, **more), moment(day, 60))
        if decided:
            yield self.decision(instrument, uuid, {"verb": "approve"}, day + timedelta(days=2))

    def decision(self, instrument: str, uuid: UUID, body: Any, day: date) -> Said:
        """What planning decided on a sheet."""
        message = Message(
            "resolution", uuid, body, self.community_id,
            place_id=self.place_id, instrument=instrument, way="seed",
        )  # fmt: skip
        return Said(self.author(PLANNER), message, moment(day, 240))

    def step(self, uuid: UUID, body: Any, day: date) -> Said:
        """A step of the cycle."""
        message = Message(
            "cycle", uuid, body, self.community_id, place_id=self.place_id, way="seed"
        )
        return Said(self.author(PLANNER), message, moment(day))

    def author(self, login: str) -> Author:
        """Who acts, by login."""
        return Author(self.people[login])

    def cycle(self, number: int = 1) -> UUID:
        """The key of a cycle."""
        return self.village.key("cycle", number)

    def cycle_of(self, number: int) -> UUID:
        """The cycle to which a round belongs."""
        return self.cycle(2 if number == 3 and self.closes() else 1)

    def closes(self) -> bool:
        """Whether its first cycle ended and a second one runs."""
        return bool(self.village.stories & {"model", "second_cycle"})

    def _beginning(self) -> Iterator[Said]:
        starts, ends = date(2025, 10, 1), date(2028, 9, 30)
        if self.closes():
            starts, ends = date(2024, 10, 1), date(2026, 9, 30)
        body = {"verb": "open_cycle", "starts_on": self.day(starts), "ends_on": self.day(ends)}
        yield self.step(self.cycle(), body, self.almanac.day(date(2025, 10, 1)))
        if "silent" in self.village.stories:
            return
        uuid = self.village.key("council")
        raw = sheets.council(self.village, self.almanac)
        yield from self.sheet("council", uuid, raw, self.when(date(2025, 10, 3), 3, "council"))

    def day(self, base: date) -> str:
        """A day as messages spell it."""
        return self.almanac.day(base).isoformat()

    def _families(self) -> Iterator[Said]:
        for home in self.homes:
            uuid = self.village.key("family", home.code)
            yield Said(
                self.author(AGENT if self.is_own() else DESK),
                self.message(
                    "family", uuid, home_sheets.family(home), family_uuid=uuid5(uuid, "family")
                ),
                moment(home.registered, 300),
            )
        yield from self._assessments()

    def _assessments(self) -> Iterator[Said]:
        if self.village.way == "none":
            return
        often = 0.55 if self.is_own() else 0.04 + 0.14 * Random(self.village.code).random()
        for home in self.homes:
            if not home.consents or households.chance(home.seed, "assessed") > often:
                continue
            times = [self.when(date(2025, 12, 1), 55, f"first {home.code}")]
            if home.registered > times[0]:  # it came later: in the round that was open then
                times = [self.when(date(2026, 5, 22), 14, f"first {home.code}")]
            elif households.chance(home.seed, "again") < 0.45:
                times.append(self.when(date(2026, 6, 8), 45, f"again {home.code}"))
            for nth, day in enumerate(times):
                uuid = self.village.key("assessment", home.code, nth)
                raw = home_sheets.self_assessment(self.village, home, times[: nth + 1])
                family = uuid5(self.village.key("family", home.code), "family")
                about = {"family_uuid": family, **self._round_at(day)}
                message = self.message("self_assessment", uuid, raw, **about)
                by = AGENT if self.is_own() else DESK
                yield Said(self.author(by), message, moment(day, 400))

    def _survey(self, number: int, held: date, more: Mapping[str, UUID]) -> Iterator[Said]:
        """Adults drawn by lot, asked by whoever is not of the council, some days after a round."""
        if number == 1 or not self.village.stories & {"model", "second_cycle"}:
            return
        for nth in range(24):
            raw = surveys.social_capital(self.village, number, nth, held + timedelta(days=8))
            uuid = self.village.key("survey", number, nth)
            message = self.message("social_capital", uuid, raw, **more)
            yield Said(self.author(AGENT), message, moment(held + timedelta(days=9), nth))

    def _round_at(self, day: date) -> dict[str, UUID]:
        passed = [n for n, _, base in ROUNDS if self.held(n, base) <= day]
        number = max(passed, default=1)
        return {
            "cycle_uuid": self.cycle_of(number),
            "round_uuid": self.village.key("round", number),
        }

    def held(self, number: int, base: date) -> date:
        """The day on which this community held a round."""
        return self.when(base, 14, f"round {number}")

    def _rounds(self) -> Iterator[Said]:
        if "silent" in self.village.stories:
            return
        for number, label, base in ROUNDS:
            uuid, held = self.village.key("round", number), self.held(number, base)
            about = {"label": self.almanac.label(label), "held_on": held.isoformat()}
            yield self.step(uuid, {"verb": "open_round", **about}, held)
            if number not in self.village.missing:
                yield from self._counted(number, held)
            if number in LOCKED:
                yield self.step(uuid, {"verb": "lock_round"}, self.almanac.day(LOCKED[number]))

    def _counted(self, number: int, held: date) -> Iterator[Said]:
        more = {
            "cycle_uuid": self.cycle_of(number),
            "round_uuid": self.village.key("round", number),
        }
        last, stories = number == len(ROUNDS), self.village.stories
        yield from self._survey(number, held, more)
        if self.village.way != "totals":
            raw = sheets.lines(self.village, self.homes, number, held)
            waits = last and bool(stories & {"sent", "model"})
            uuid = self.village.key("lines", number)
            by = AGENT if self.is_own() else DESK
            yield from self.sheet(
                "household_monitoring", uuid, raw, held + timedelta(days=3),
                decided=not waits, by=by, **more,
            )  # fmt: skip
        if last and "model" in stories:
            return  # the council has still to write its totals
        raw = sheets.totals(self.village, self.homes, number, held)
        uuid = self.village.key("totals", number)
        day = held + timedelta(days=4)
        back = number > 1 and "returned" in stories
        yield from self.sheet("monitoring", uuid, raw, day, decided=not back, **more)
        if back:
            reason = "Falta decir de cuántos hogares no se sabe. Revise con la agente y reenvíe."
            body = {"verb": "return", "reason": reason}
            yield self.decision("monitoring", uuid, body, day + timedelta(days=3))
        if back and not last:
            mended = {**raw, "remarks": "Corregido: se volvió a contar con la agente de salud"}
            message = replace(self.message("monitoring", uuid, mended, **more), kind="correction")
            yield Said(self.author(DESK), message, moment(day + timedelta(days=5)))
            approval = {"verb": "approve"}
            yield self.decision("monitoring", uuid, approval, day + timedelta(days=6))

    def _assemblies(self) -> Iterator[Said]:
        stories = self.village.stories
        if stories & {"silent", "no_diagnosis"}:
            return
        held = self.when(date(2025, 11, 22), 40, "diagnosis")
        raw = assemblies.diagnosis(self.village, self.homes, held)
        about = {"cycle_uuid": self.cycle()}
        told = self.village.key("diagnosis", 1)
        yield from self.sheet("diagnosis", told, raw, held + timedelta(days=2), **about)
        if "no_plan" in stories:
            return
        starts = held + timedelta(days=24)
        named = assemblies.taken_up(self.village, told)
        plan = self.village.key("plan", 1)
        raw = sheets.plan(self.village, named, raw, starts)
        yield from self.sheet("plan", plan, raw, starts - timedelta(days=12), **about)
        yield from self._activities(starts)
        yield from self._progress(plan, len(named), starts)
        yield from self._ending(plan, len(named))

    def _activities(self, starts: date) -> Iterator[Said]:
        count = 9 if self.is_own() else Random(f"{self.village.code} activities").randrange(6)
        for nth in range(count):
            day = starts + timedelta(days=12 + 29 * nth)
            raw = sheets.activity(self.village, nth, day)
            yield from self.sheet(
                "activity", self.village.key("activity", nth), raw, day + timedelta(days=1),
                cycle_uuid=self.cycle(), decided=False,
            )  # fmt: skip

    def _progress(self, plan: UUID, actions: int, starts: date) -> Iterator[Said]:
        for month in range(1, 7 if self.is_own() else 1 + self.village.number % 3):
            day = starts + timedelta(days=30 * month)
            raw = surveys.progress(plan, actions, month, day)
            yield from self.sheet(
                "progress", self.village.key("progress", month), raw, day + timedelta(days=2),
                cycle_uuid=self.cycle(), decided=False,
            )  # fmt: skip

    def _ending(self, plan: UUID, actions: int) -> Iterator[Said]:
        stories = self.village.stories
        if not stories & {"model", "second_cycle", "evaluation_waits"}:
            return
        held = self.when(date(2026, 9, 12), 8, "evaluation")
        random = Random(f"{self.village.code} evaluation")
        uuid, closes = self.village.key("evaluation"), self.closes()
        raw = sheets.evaluation(plan, actions, held, closes, random)
        about = {"cycle_uuid": self.cycle()}
        yield from self.sheet("evaluation", uuid, raw, held + timedelta(days=2),
                              decided=closes, **about)  # fmt: skip
        if closes:
            yield from self._second_cycle()

    def _second_cycle(self) -> Iterator[Said]:
        starts, ends = date(2026, 10, 1), date(2028, 9, 30)
        body = {"verb": "open_cycle", "starts_on": self.day(starts), "ends_on": self.day(ends)}
        yield self.step(self.cycle(2), body, self.almanac.day(date(2026, 10, 2)))
        if self.is_own():
            return  # its diagnosis is still a draft
        held = self.almanac.day(date(2026, 10, 8))
        about = {"cycle_uuid": self.cycle(2)}
        told = self.village.key("diagnosis", 2)
        raw = assemblies.diagnosis(self.village, self.homes, held, 1)
        yield from self.sheet("diagnosis", told, raw, held + timedelta(days=1), **about)
        starts = self.almanac.day(date(2026, 11, 10))
        named = assemblies.taken_up(self.village, told, 1)
        raw = sheets.plan(self.village, named, raw, starts)
        yield from self.sheet(
            "plan", self.village.key("plan", 2), raw, starts, decided=False, **about
        )
