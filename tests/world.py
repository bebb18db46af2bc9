"""A small world put straight into the tables: places, communities, rounds, forms, answers.

For tests of what reads registers. Whoever tests how registers come to be goes through the
intake instead. Every function takes the writing session first, adds its rows, flushes and
returns the row; a test states only what it is about.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from shapely.geometry import Point
from sqlalchemy import update
from sqlmodel import col, select

from app.operations import counts, instruments
from app.records import stamps
from app.records.base import folded, sort_key
from app.records.catalogues import Goal, IndicatorRow, PracticeRow
from app.records.cycles import Cycle, Round
from app.records.diagnoses import Diagnosis, Problem
from app.records.families import Family
from app.records.intake import Entry, Form
from app.records.plans import Action, Plan
from app.records.practices import OBSERVED, Answer, PracticeTotal
from app.records.territory import Belonging, Community, Place
from app.settings import ROOT
from app.store.sessions import Writing, columns
from app.store.spatial import to_column
from app.store.types import uuid7

UBIGEO = "220999"
DAY = date(2027, 6, 15)
HOMES = frozenset({"homes", "dwellings", "families", "homes_sampled", "families_assessed"})
COMMUNITIES = frozenset({"community", "communities_with_system"})


def _rows(name: str) -> list[dict[str, str]]:
    with (ROOT / "seeds" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def catalogue(session: Writing) -> None:
    """Every practice and indicator of the seeds, each practice as an indicator too."""
    for row in _rows("practices.csv"):
        kept = {k: row[k] for k in ("code", "name_es", "name_en", "stage", "unit", "sensitivity")}
        session.add(PracticeRow(**kept, denominator=row["denominator_code"]))
        session.add(
            IndicatorRow(
                **{k: row[k] for k in ("code", "name_es", "name_en", "unit", "sensitivity")},
                dimension=row["theme"],
                practices=[row["code"]],
                denominator_code=row["denominator_code"],
            )
        )
    for row in _rows("indicators.csv"):
        unit = "home" if row["denominator_code"] in HOMES else "person"
        session.add(
            IndicatorRow(
                **{
                    k: row[k]
                    for k in (
                        "code",
                        "name_es",
                        "name_en",
                        "direction",
                        "dimension",
                        "denominator_code",
                        "computed_by",
                        "household_rule",
                        "answer_rule",
                        "sensitivity",
                    )
                },
                numerator=row["numerator_es"],
                denominator=row["denominator_es"],
                unit="community" if row["denominator_code"] in COMMUNITIES else unit,
                practices=row["practices"].split(),
                fed_by=row["fed_by"].split(),
            )
        )
    session.flush()


def place(session: Writing, kind: str, code: str, name: str, parent: Place | None = None) -> Place:
    """One place of the tree."""
    row = Place(
        kind=kind,
        code=code,
        name=name,
        search=folded(name),
        sort_key=sort_key(name),
        parent_id=parent.id if parent else None,
        fictitious=True,
    )
    session.add(row)
    session.flush()
    return row


def district(session: Writing, ubigeo: str = UBIGEO, name: str = "Agua Clara") -> Place:
    """A district with its province and region, made where they are not there yet."""
    above: Place | None = None
    for kind, code in (("region", ubigeo[:2]), ("province", ubigeo[:4])):
        found = session.exec(select(Place).where(Place.code == code)).first()
        above = found or place(session, kind, code, f"{kind} {code}", above)
    row = place(session, "district", ubigeo, name, above)
    stamps.bump(session, f"district:{ubigeo}")
    return row


def community(
    session: Writing,
    of: Place,
    code: str,
    *,
    people: int | None = 100,
    homes: int | None = 25,
    at: tuple[float, float] | None = (-76.5, -7.0),
) -> Community:
    """A community of a district."""
    name = f"Comunidad {code}"
    row = Community(
        code=code,
        name=name,
        search=folded(name),
        sort_key=sort_key(name),
        population=people,
        households=homes,
        geom=to_column(Point(at)) if at else None,
    )
    session.add(row)
    session.flush()
    session.add(Belonging(community_id=row.id, place_id=of.id))
    session.flush()
    return row


def cycle(session: Writing, of: Community, starts_on: date = date(2027, 1, 1)) -> Cycle:
    """A cycle of three years."""
    row = Cycle(
        community_id=of.id, starts_on=starts_on, ends_on=starts_on.replace(year=starts_on.year + 3)
    )
    session.add(row)
    session.flush()
    return row


def a_round(
    session: Writing, of: Cycle, number: int = 1, held_on: date = DAY, label: str = ""
) -> Round:
    """A round of a cycle; its label is that of its half-year unless given."""
    half = "I" if held_on.month < 7 else "II"
    row = Round(
        cycle_id=of.id,
        community_id=of.community_id,
        number=number,
        held_on=held_on,
        label=label or f"{held_on.year}-{half}",
    )
    session.add(row)
    session.flush()
    return row


def families(session: Writing, of: Community, count: int, consents: bool = True) -> list[Family]:
    """Families of a community, coded from 1."""
    rows = [
        Family(community_id=of.id, code=f"F{index:03}", consents=consents)
        for index in range(1, count + 1)
    ]
    session.add_all(rows)
    session.flush()
    return rows


def form(
    session: Writing,
    instrument: str,
    of: Community,
    within: Round | None = None,
    state: str = "approved",
    *,
    decided: datetime | None = None,
) -> Form:
    """The register row of one document, with the entry that brought it."""
    uuid = uuid7()
    entry = Entry(
        kind="submission",
        instrument=instrument,
        form_uuid=uuid,
        community_id=of.id,
        way="seed",
        salt="",
        digest="",
    )
    session.add(entry)
    session.flush()
    moment = decided or datetime(2027, 6, 15, 12, tzinfo=UTC)
    row = Form(
        uuid=uuid,
        instrument=instrument,
        version="1",
        community_id=of.id,
        cycle_id=within.cycle_id if within else None,
        round_id=within.id if within else None,
        entry_id=entry.id,
        state=state,
        sent_at=moment,
        decided_at=moment if state in ("approved", "locked") else None,
    )
    session.add(row)
    session.flush()
    return row


def answers(
    session: Writing,
    of: Form,
    practice: str,
    values: Mapping[int, int] | Iterable[tuple[int, int]],
    *,
    age_months: int | None = None,
    verified: int = OBSERVED,
) -> None:
    """Household lines of one practice: a value for each family key."""
    practice_id = session.exec(select(PracticeRow.id).where(PracticeRow.code == practice)).one()
    department = session.exec(
        select(Place.code)
        .join(Belonging, Belonging.place_id == Place.id)  # type: ignore[arg-type]
        .where(Belonging.community_id == of.community_id)
    ).one()[:2]
    for family_id, value in dict(values).items():
        session.add(
            Answer(
                department=int(department),
                round_id=of.round_id,
                family_id=family_id,
                person=0 if age_months is None else 1,
                practice_id=practice_id,
                age_months=age_months,
                value=value,
                verified=verified,
                form_id=of.id,
            )
        )
    session.flush()


def totals(session: Writing, of: Form, figures: Mapping[str, Sequence[int]]) -> None:
    """A community's typed totals: practice code to x, n and perhaps missing."""
    codes = dict(session.exec(select(PracticeRow.code, PracticeRow.id)).all())
    for code, (x, n, *missing) in figures.items():
        session.add(
            PracticeTotal(
                form_id=of.id,
                community_id=of.community_id,
                round_id=of.round_id,
                practice_id=codes[code],
                x=x,
                n=n,
                missing=missing[0] if missing else 0,
            )
        )
    session.flush()


def diagnosis(
    session: Writing,
    of: Form,
    on: date = DAY,
    problems: Sequence[Mapping[str, Any]] = (),
    **facts: Any,
) -> Diagnosis:
    """An assembly's diagnosis; facts also fill the columns of the same name."""
    own = {k: v for k, v in facts.items() if k in Diagnosis.model_fields}
    row = Diagnosis(
        form_id=of.id,
        community_id=of.community_id,
        cycle_id=of.cycle_id,
        assembled_on=on,
        facts=facts,
        **own,
    )
    session.add(row)
    for position, problem in enumerate(problems):
        session.add(
            Problem(
                form_id=of.id,
                community_id=of.community_id,
                position=position,
                **{"description": "Falta agua", **problem},
            )
        )
    session.flush()
    return row


def plan(
    session: Writing,
    of: Form,
    actions: Sequence[Mapping[str, Any]],
    on: date = DAY,
    takes_up_women: bool | None = True,
) -> list[Action]:
    """An approved plan and its actions."""
    row = Plan(
        form_id=of.id,
        community_id=of.community_id,
        cycle_id=of.cycle_id,
        assembled_on=on,
        takes_up_women=takes_up_women,
    )
    session.add(row)
    session.flush()
    made = [
        Action(
            form_id=of.id,
            plan_id=row.id,
            community_id=of.community_id,
            position=position,
            **{"title": f"Acción {position}", "kind": "proyecto", **action},
        )
        for position, action in enumerate(actions)
    ]
    session.add_all(made)
    session.flush()
    return made


def goal(
    session: Writing, indicator: str, target: float, worst: float, of: Place | None = None
) -> Goal:
    """Target and worst value of an indicator, for one district or for all."""
    row = Goal(indicator=indicator, target=target, worst=worst, place_id=of.id if of else None)
    session.add(row)
    session.flush()
    return row


def reworded(session: Writing, folder: Path, code: str, since: date) -> None:
    """Second versions of the monitoring forms that ask a practice otherwise, used since a day."""
    seeds = (ROOT / "seeds/instruments").glob("*monitoring.yaml")
    first = {path.stem: path.read_text(encoding="utf-8") for path in seeds}
    for name, text in first.items():
        again = text.replace("version: 1", f"version: 2\nchanges: [{code}]", 1)
        (folder / f"{name}_1.yaml").write_text(text, encoding="utf-8")
        (folder / f"{name}_2.yaml").write_text(again, encoding="utf-8")
    instruments.publish_all(session, folder, ROOT / "seeds/choices.yaml")
    rounds = columns(Round.id).where(col(Round.held_on) >= since)
    session.execute(
        update(Form)
        .where(col(Form.round_id).in_(rounds), col(Form.instrument).in_(list(first)))
        .values(version="2")
    )
    counts.recompute_many(session, session.rows(columns(Round.community_id, Round.id)))
