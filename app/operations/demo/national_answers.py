"""Families, rounds and millions of answers of the invented country."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlmodel import col, select

from app.operations.demo.national_places import Made, insert, key
from app.records.catalogues import PracticeRow
from app.records.cycles import Cycle, Round
from app.records.families import Family
from app.records.imports import ImportBatch
from app.records.practices import NO, OBSERVED, SAID, UNKNOWN, YES, Answer
from app.store import bulk
from app.store.sessions import Reading, Writing

SEED = 990101
LABELS = ("2026-II", "2026-I", "2025-II", "2025-I", "2024-II", "2024-I")  # the newest first
HELD = (date(2026, 11, 2), date(2026, 5, 4), date(2025, 11, 3), date(2025, 5, 5),
        date(2024, 11, 4), date(2024, 5, 6))  # fmt: skip

Numbers = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A practice: of the home (person 0), or of one child with an age within its band."""

    id: int
    person: int
    age: int  # months; -1 where it is not of a person


def batch(session: Writing, answers: int) -> int:
    """The published import to which all answers belong."""
    row = ImportBatch(
        uuid=key("batch"),
        kind="answers",
        file_name="demostracion-nacional",
        sha256="0" * 64,
        state="published",
        rows=answers,
    )
    session.add(row)
    session.flush()
    return row.id


def practices(session: Reading, count: int) -> list[Asked]:
    """So many practices, those of the home first."""
    rows = session.exec(select(PracticeRow).order_by(col(PracticeRow.id))).all()
    homes = [Asked(row.id, 0, -1) for row in rows if row.unit == "home"]
    persons = [
        Asked(row.id, 1, ((row.age_min_months or 0) + (row.age_max_months or 0)) // 2)
        for row in rows
        if row.unit == "person"
    ]
    return sorted((homes + persons)[:count], key=lambda asked: (asked.person, asked.id))


@dataclass(frozen=True, slots=True)
class Filling:
    """What every community gets."""

    batch_id: int
    asked: Sequence[Asked]
    families: int
    rounds: int

    def fill(self, session: Writing, made: Sequence[Made], before: int) -> None:
        """Cycle, rounds, families and answers of some communities; ``before`` were filled."""
        homes = self._homes(session, made)
        rounds = self._rounds(session, made)
        answers: dict[str, list[Numbers]] = {}
        for nth, village in enumerate(made):
            random = np.random.default_rng((SEED, before + nth))
            level = random.normal(0, 0.12, len(self.asked)) + random.uniform(0.25, 0.65)
            for number in range(self.rounds):
                at = ((before + nth) * self.rounds + number) * len(self.asked) * self.families
                block = self._answers(random, level + 0.06 * number, at)
                block["department"] = np.full_like(block["value"], village.department)
                block["round_id"] = np.full_like(block["value"], rounds[nth, number])
                block["family_id"] = np.repeat(homes[nth], len(self.asked))
                for name, values in block.items():
                    answers.setdefault(name, []).append(values)
        together = {name: np.concatenate(parts) for name, parts in answers.items()}
        ages = together["age_months"]
        together["age_months"] = np.ma.masked_less(ages, 0)
        table: Any = Answer.__table__  # type: ignore[attr-defined]
        bulk.insert_numbers(session, table, together)

    def _answers(self, random: np.random.Generator, level: Numbers, at: int) -> dict[str, Numbers]:
        shape = (self.families, len(self.asked))
        drawn, told = random.random(shape), random.random(shape)
        value = np.where(drawn < level, YES, NO)
        value[told < 0.02] = UNKNOWN
        verified = np.where((told > 0.4) & (value != UNKNOWN), OBSERVED, SAID)
        return {
            "person": np.tile([asked.person for asked in self.asked], self.families),
            "practice_id": np.tile([asked.id for asked in self.asked], self.families),
            "age_months": np.tile([asked.age for asked in self.asked], self.families),
            "value": value.ravel(),
            "verified": verified.ravel(),
            "batch_id": np.full(value.size, self.batch_id),
            "row": np.arange(at + 1, at + 1 + value.size),
        }

    def _homes(self, session: Writing, made: Sequence[Made]) -> Numbers:
        rows = [
            (key(village.code, home), village.id, f"H-{home:04d}", "Centro", "active", True)
            for village in made
            for home in range(1, self.families + 1)
        ]
        names = ("uuid", "community_id", "code", "sector", "state", "consents")
        return np.array(insert(session, Family, names, rows)).reshape(len(made), self.families)

    def _rounds(self, session: Writing, made: Sequence[Made]) -> Numbers:
        begins, ends = HELD[self.rounds - 1].replace(day=1), date(2027, 12, 31)
        rows = [(key(village.code, "cycle"), village.id, 1, begins, ends) for village in made]
        names: tuple[str, ...] = ("uuid", "community_id", "number", "starts_on", "ends_on")
        cycles = insert(session, Cycle, names, rows)
        dated = [
            (key(village.code, "round", number), cycle, village.id, number,
             LABELS[self.rounds - number], HELD[self.rounds - number])
            for village, cycle in zip(made, cycles, strict=True)
            for number in range(1, self.rounds + 1)
        ]  # fmt: skip
        names = ("uuid", "cycle_id", "community_id", "number", "label", "held_on")
        return np.array(insert(session, Round, names, dated)).reshape(len(made), self.rounds)
