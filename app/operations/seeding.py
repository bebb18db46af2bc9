"""Load the catalogues that come with the system into a store, as often as one likes.

New rows are added and those that stand are left alone: the administrator may have
edited them. An instrument version never changes. A policy row is given once in the life
of a store (the trail remembers), so that one that was taken away stays away.
"""

import csv
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import select

from app.capture import catalogue_rows
from app.capture.catalogue import AnswerRule, Catalogue, Indicator, Practice, Term
from app.errors import Malformed
from app.operations import instruments, norms, trail
from app.records import policy, stamps
from app.records.catalogues import IndicatorRow, PracticeRow
from app.records.people import ROLES, PolicyRow
from app.records.trail import AuditEntry
from app.settings import ROOT
from app.store.sessions import Reading, Store, Writing

SEEDS = ROOT / "seeds"
HOMES = frozenset(
    {
        "home",
        "homes",
        "homes_sampled",
        "homes_at_risk",
        "dwellings",
        "families",
        "families_assessed",
    }
)
COMMUNITIES = frozenset({"community", "communities_with_system"})
THINGS = {  # neither people nor homes: what registers count by its own noun
    "commitments_due": "commitment",
    "actions_due": "action",
    "requests": "request",
    "posts": "post",
}


@dataclass(frozen=True, slots=True)
class Seeded:
    """How many rows of each catalogue were new."""

    policy: int
    practices: int
    indicators: int
    instruments: int


def seed(store: Store, folder: Path = SEEDS) -> Seeded:
    """Bring every catalogue of a folder into the store, in one transaction.

    Raises
    ------
    Malformed
        A file breaks its rules; nothing is loaded.
    Conflict
        An instrument's published version would change.
    """
    digest = _digest(folder)
    with store.reading() as session:
        if _was_seeded(session, digest):
            return Seeded(0, 0, 0, 0)
    catalogue = catalogue_rows.load(folder / "practices.csv", folder / "indicators.csv")
    granted = policy_rows(folder / "policy.csv")
    with store.writing() as session:
        session.hold("seeding")
        seeded = Seeded(
            _policy(session, granted),
            _practices(session, catalogue.practices),
            _indicators(session, catalogue),
            instruments.publish_all(session, folder / "instruments", folder / "choices.yaml"),
        )
        new_norms = norms.seed(session, folder / "norms.yaml")
        if seeded.policy:
            stamps.bump(session, "policy")
        if seeded.practices or seeded.indicators or new_norms:
            stamps.bump(session, "catalogue")
        trail.record(session, trail.SYSTEM, trail.Act("seed", "catalogues", digest))
    return seeded


def _digest(folder: Path) -> str:
    total = hashlib.sha256()
    files = [*folder.glob("*.csv"), *folder.glob("*.yaml"), *folder.glob("instruments/*.yaml")]
    for path in sorted(files):
        total.update(path.relative_to(folder).as_posix().encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _was_seeded(session: Reading, digest: str) -> bool:
    # Reading the instruments takes seconds, which every start would wait for.
    same = select(AuditEntry.id).where(
        AuditEntry.action == "seed",
        AuditEntry.register_code == "catalogues",
        AuditEntry.subject == digest,
    )
    return session.exec(same.limit(1)).first() is not None


def policy_rows(path: Path) -> list[PolicyRow]:
    """The rows of a policy file.

    Raises
    ------
    Malformed
        A row names a role, a register, a verb or a view that does not exist.
    """
    known = {
        "role": {*ROLES, "public"},
        "register": set(policy.REGISTERS),
        "verb": set(policy.VERBS),
        "view": set(policy.VIEWS),
        "reach": {"here", "around"},
    }
    rows = []
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 2):
            for name, allowed in known.items():
                if row[name] not in allowed:
                    raise Malformed(
                        "{file}, fila {row}: {column} no puede ser «{value}».",
                        file=path.name,
                        row=number,
                        column=name,
                        value=row[name],
                    )
            rows.append(
                PolicyRow(
                    role=row["role"],
                    register_code=row["register"],
                    verb=row["verb"],
                    view=row["view"],
                    health=row["health"] == "1",
                    reach=row["reach"],
                )
            )
    return rows


def _policy(session: Writing, rows: Iterable[PolicyRow]) -> int:
    given = set(
        session.exec(
            select(AuditEntry.subject).where(
                AuditEntry.action == "seed", AuditEntry.register_code == "policy"
            )
        ).all()
    )
    standing = set(
        session.exec(select(PolicyRow.role, PolicyRow.register_code, PolicyRow.verb)).all()
    )
    new = 0
    for row in rows:
        key = f"{row.role} {row.register_code} {row.verb}"
        if key in given:
            continue
        trail.record(session, trail.SYSTEM, trail.Act("seed", "policy", key))
        if (row.role, row.register_code, row.verb) not in standing:
            session.add(row)
            new += 1
    session.flush()
    return new


def _newest(items: Sequence[Practice]) -> list[Practice]:
    """One row a code, that which holds last, in the order of the file."""
    last: dict[str, Practice] = {}
    for item in items:
        if item.code not in last or item.valid_from > last[item.code].valid_from:
            last[item.code] = item
    return list(last.values())


def _practices(session: Writing, practices: Sequence[Practice]) -> int:
    standing = set(session.exec(select(PracticeRow.code)).all())
    new = [p for p in _newest(practices) if p.code not in standing]
    for each in new:
        session.add(
            PracticeRow(
                code=each.code,
                name_es=each.name.es,
                name_en=each.name.en,
                stage=each.stage,
                unit=each.unit,
                denominator=each.denominator,
                age_min_months=each.age_min_months,
                age_max_months=each.age_max_months,
                theme=each.theme,
                sensitivity=each.sensitivity,
                valid_from=each.valid_from,
                valid_to=each.valid_to,
            )
        )
        session.flush()  # the store numbers them in the order of the file
    return len(new)


def _indicators(session: Writing, catalogue: Catalogue) -> int:
    standing = set(session.exec(select(IndicatorRow.code)).all())
    units = {p.code: p.unit for p in catalogue.practices}
    last: dict[str, Indicator] = {}
    for each in (*catalogue.indicators, *catalogue.practice_indicators()):
        if each.code not in last or each.valid_from > last[each.code].valid_from:
            last[each.code] = each
    new = [each for code, each in last.items() if code not in standing]
    for each in new:
        session.add(_indicator(each, units))
        session.flush()
    return len(new)


def _indicator(each: Indicator, units: dict[str, str]) -> IndicatorRow:
    return IndicatorRow(
        code=each.code,
        name_es=each.name.es,
        name_en=each.name.en,
        numerator=each.numerator.es,
        denominator=each.denominator.es,
        denominator_code=each.denominator_code,
        direction=each.direction,
        unit=_counted(each, units),
        dimension=each.dimension,
        practices=list(each.practices),
        fed_by=list(each.fed_by),
        computed_by=each.computed_by,
        household_rule="|".join(map(_written_term, each.household_rule)),
        answer_rule=_written_rule(each.answer_rule),
        sensitivity=each.sensitivity,
        valid_from=each.valid_from,
        valid_to=each.valid_to,
    )


def _counted(indicator: Indicator, units: dict[str, str]) -> str:
    """What is counted: person, home, community, or a thing of a register."""
    named = [*indicator.practices, *(term.practice for term in indicator.household_rule)]
    if named:
        return units[named[0]]
    if indicator.denominator_code in HOMES:
        return "home"
    if indicator.denominator_code in COMMUNITIES:
        return "community"
    return THINGS.get(indicator.denominator_code, "person")


def _written_term(term: Term) -> str:
    kind = f"[{term.person_kind}]" if term.person_kind else ""
    ages = (term.age_min_months, term.age_max_months)
    return f"{term.practice}{kind}" + ("" if None in ages else f"@{ages[0]}-{ages[1]}")


def _written_rule(rule: AnswerRule | None) -> str:
    if rule is None:
        return ""
    return f"{rule.instrument}:{rule.x}" + (f"/{rule.n}" if rule.n else f"={rule.value}")
