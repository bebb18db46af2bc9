"""Catalogues are loaded once, and what people changed since is left alone."""

import csv
import shutil
from pathlib import Path

import pytest
from sqlmodel import col, func, select

from app.capture import catalogue_rows
from app.errors import Conflict, Malformed
from app.operations import seeding
from app.operations.seeding import SEEDS, Seeded
from app.records import stamps
from app.records.catalogues import IndicatorRow, InstrumentVersion, PracticeRow
from app.records.people import PolicyRow
from app.store.sessions import Store


def rows_of(name: str) -> int:
    with (SEEDS / name).open(encoding="utf-8", newline="") as file:
        return len(list(csv.DictReader(file)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SEEDS, tmp_path / "seeds"))


def test_every_seed_arrives_and_every_practice_is_an_indicator_too(store: Store) -> None:
    seeded = seeding.seed(store)

    assert seeded.policy == rows_of("policy.csv")
    with store.reading() as session:
        practices = set(session.exec(select(PracticeRow.code)).all())
        indicators = set(session.exec(select(IndicatorRow.code)).all())
        instruments = set(session.exec(select(InstrumentVersion.code)).all())
    assert len(practices) == seeded.practices > 20
    assert practices < indicators
    assert {"diagnosis", "household_monitoring", "plan"} <= instruments


def test_second_time_changes_nothing(store: Store) -> None:
    seeding.seed(store)

    assert seeding.seed(store) == Seeded(0, 0, 0, 0)


def test_rules_of_an_indicator_are_written_as_their_file_has_them(sqlite_store: Store) -> None:
    seeding.seed(sqlite_store)

    with (SEEDS / "indicators.csv").open(encoding="utf-8", newline="") as file:
        given = {r["code"]: (r["household_rule"], r["answer_rule"]) for r in csv.DictReader(file)}
    with sqlite_store.reading() as session:
        kept = {
            r.code: (r.household_rule, r.answer_rule)
            for r in session.exec(select(IndicatorRow)).all()
        }
    assert {code: kept[code] for code in given} == given
    assert all(catalogue_rows.household_rule(rule) for rule, _ in kept.values() if rule)


def test_row_that_was_taken_away_stays_away_and_a_new_one_is_added(
    store: Store, folder: Path
) -> None:
    seeding.seed(store, folder)
    with store.writing() as session:
        gone = session.exec(
            select(PolicyRow).where(
                PolicyRow.role == "official", PolicyRow.register_code == "needs"
            )
        ).first()
        assert gone is not None
        session.delete(gone)
    with (folder / "policy.csv").open("a", encoding="utf-8", newline="") as file:
        file.write("clerk,audit,read,totals,0,here\n")

    seeded = seeding.seed(store, folder)

    assert seeded.policy == 1
    with store.reading() as session:
        count = session.exec(select(func.count()).select_from(PolicyRow)).one()
        assert count == rows_of("policy.csv")
        assert stamps.version(session, "policy") == 2


def test_what_the_administrator_edited_is_left_alone(store: Store) -> None:
    seeding.seed(store)
    with store.writing() as session:
        practice = session.exec(select(PracticeRow).order_by(col(PracticeRow.id))).first()
        assert practice is not None
        practice.name_es = "Otro nombre"

    seeding.seed(store)

    with store.reading() as session:
        names = session.exec(select(PracticeRow.name_es)).all()
    assert "Otro nombre" in names


def test_published_version_of_an_instrument_never_changes(
    sqlite_store: Store, folder: Path
) -> None:
    seeding.seed(sqlite_store, folder)
    path = folder / "instruments" / "council.yaml"
    path.write_text(path.read_text("utf-8").replace("max_length", "max_length", 1), "utf-8")
    text = path.read_text("utf-8")
    title = text.index("title:")
    path.write_text(text[:title] + text[title:].replace('es: "', 'es: "Otra ', 1), "utf-8")

    with pytest.raises(Conflict, match="no puede cambiar"):
        seeding.seed(sqlite_store, folder)


def test_broken_policy_is_refused_with_its_row_and_nothing_is_loaded(
    sqlite_store: Store, folder: Path
) -> None:
    (folder / "policy.csv").write_text(
        "role,register,verb,view,health,reach\nalcalde,needs,read,whole,0,here\n", "utf-8"
    )

    with pytest.raises(Malformed, match="fila 2: role no puede ser «alcalde»"):
        seeding.seed(sqlite_store, folder)

    with sqlite_store.reading() as session:
        assert session.exec(select(func.count()).select_from(PracticeRow)).one() == 0
