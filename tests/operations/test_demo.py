"""The invented district: the same each time, by the rules, alive, and of nobody."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select as columns
from sqlmodel import col, func, select

from app.capture import answers as capture
from app.capture.problems import Known
from app.errors import Conflict
from app.operations import (
    access,
    demo,
    intake,
    needs,
    petitions,
    publishing,
    rebuilding,
    requests,
    seeding,
    stepping,
    trail,
)
from app.operations.bulk_intake import Said, receive_many
from app.operations.demo import almanac, loading, script, terrain, unfinished
from app.operations.demo.almanac import Almanac
from app.operations.demo.story import Telling
from app.operations.intake import Message
from app.records import places
from app.records.aggregates import Aggregate, Publication
from app.records.catalogues import IndicatorRow
from app.records.councils import Council, Post
from app.records.diagnoses import Asset, Diagnosis, Hazard, Problem
from app.records.families import Commitment, Consent, Family, SelfAssessment
from app.records.intake import Derivation, Draft, Entry, Form
from app.records.plans import Action, Activity, Challenge, Outcome, Plan
from app.records.practices import Answer, PracticeTotal
from app.records.territory import Belonging, Community, Place
from app.settings import Settings
from app.store.sessions import Reading, Store
from tests import builders
from tests.town import Town, a_family, lines
from tests.worlds import Worlds

ON = date(2026, 11, 21)
UBIGEO = "990101"
LOGINS = [person["login"] for person in script.words()["people"]]
PEOPLE = {login: number for number, login in enumerate(LOGINS, 1)}


def telling(number: int) -> Telling:
    village = script.villages()[number - 1]
    return Telling(village, almanac.almanac(ON), number, 1, PEOPLE)


@pytest.fixture(scope="module")
def loaded_file(worlds: Worlds, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    """The demonstration in a file, and the seconds that it took."""
    path = tmp_path_factory.mktemp("demo") / "sismuni.db"
    url = f"sqlite:///{path.as_posix()}"
    worlds.empty(url)
    store = Store(url)
    begun = time.process_time()
    demo.load(store, Settings(), on=ON)
    seconds = time.process_time() - begun
    store.close()
    return path, seconds


@pytest.fixture
def loaded(loaded_file: tuple[Path, float], tmp_path: Path) -> Iterator[Store]:
    """The demonstration, for a test of its own."""
    path = tmp_path / "demo.db"
    shutil.copy(loaded_file[0], path)
    store = Store(f"sqlite:///{path.as_posix()}")
    yield store
    store.close()


def how_many(session: Reading, table: Any, *where: Any) -> int:
    return session.exec(select(func.count()).select_from(table).where(*where)).one()


def test_loads_in_a_time_that_a_newcomer_waits(loaded_file: tuple[Path, float]) -> None:
    _, seconds = loaded_file

    assert seconds < 60  # of the processor; a third of it on a machine that does nothing else


def test_district_is_as_large_and_uneven_as_a_real_one(loaded: Store) -> None:
    with loaded.reading() as session:
        communities = how_many(session, Community)
        families = how_many(session, Family)
        refusals = how_many(session, Family, col(Family.consents).is_(False))
        answers = how_many(session, Answer)
        silent = session.exec(
            select(Community.name).where(~col(Community.id).in_(select(PracticeTotal.community_id)))
        ).all()
        labels = {form.round_id for form in session.exec(select(Form)).all()}

    assert communities == 40
    assert 2300 <= families <= 2700
    assert 40 <= refusals <= 150
    assert answers > 40_000
    assert "Alto Yanasonqo" in silent
    assert len(labels) > 100


def test_every_instrument_and_every_state_is_there(loaded: Store) -> None:
    with loaded.reading() as session:
        found = set(session.exec(select(Form.instrument, Form.state).distinct()).all())
        quarantined = how_many(session, Derivation, Derivation.state == "quarantined")
        pending = how_many(session, Derivation, Derivation.state == "pending")
        drafts = how_many(session, Draft)

    assert {instrument for instrument, _ in found} == set(builders.BUILDERS)
    assert {state for _, state in found} == {"sent", "returned", "approved", "locked"}
    assert (quarantined, pending, drafts) == (1, 0, 1)


def test_one_plan_alone_leaves_out_what_the_women_put_first(loaded: Store) -> None:
    with loaded.reading() as session:
        named = session.exec(
            select(Community.name)
            .join(Plan, col(Plan.community_id) == Community.id)
            .where(col(Plan.takes_up_women).is_(False))
        ).all()

    assert named == ["Tres Cataratas"]


def test_hazards_not_asked_about_are_apart_from_none(loaded: Store) -> None:
    with loaded.reading() as session:
        found = session.exec(select(Diagnosis)).all()
        noted = set(session.exec(select(Hazard.form_id)).all())

    assert any(not each.hazards_asked for each in found)
    assert any(each.hazards_asked and each.form_id not in noted for each in found)
    assert any(each.hazards_asked and each.form_id in noted for each in found)


def test_typed_totals_stand_beside_lines_with_their_difference(loaded: Store) -> None:
    with loaded.reading() as session:
        row = session.exec(
            select(Aggregate)
            .join(IndicatorRow, col(IndicatorRow.id) == Aggregate.indicator_id)
            .join(Community, col(Community.id) == Aggregate.community_id)
            .where(IndicatorRow.code == "P-F2", Community.name == "Quebrada Serena")
            .order_by(col(Aggregate.round_id))
        ).first()

    assert row is not None
    assert row.source == "lines"
    assert row.typed_x is not None
    assert row.typed_n is not None
    assert row.typed_x / row.typed_n > row.x / row.n + 0.1


def test_five_communities_ask_for_the_same_and_nobody_took_it_up(loaded: Store) -> None:
    with loaded.reading() as session:
        where = places.district(session, UBIGEO)
        bundles = requests.suggestions(session, where, ON).bundles

    [chlorine] = [each for each in bundles if each.need == "AG-01b"]
    assert len(chlorine.communities) == 5


def test_what_goes_elsewhere_is_followed_as_a_petition(loaded: Store) -> None:
    with loaded.reading() as session:
        where = places.district(session, UBIGEO)
        lighting, visits = petitions.listed(session, where)
        asked = petitions.asked(session, where, ON, lighting)

    assert (visits.state, lighting.state) == ("accepted", "filed")
    assert lighting.due_on is not None
    assert lighting.due_on < ON  # so that a newcomer sees what an overdue reply looks like
    assert len({request.community for request in asked}) == 8


def test_needs_of_the_district_are_ranked_with_something_missing(loaded: Store) -> None:
    with loaded.reading() as session:
        where = places.district(session, UBIGEO)
        listed = needs.of_district(session, where, ON).listed

    assert len(listed.ranked) > 15
    assert any(need.missing for need in listed.ranked)


def test_public_reads_the_closed_rounds_alone(loaded: Store) -> None:
    calendar = almanac.almanac(ON)
    with loaded.reading() as session:
        where = places.district(session, UBIGEO)
        told = publishing.figures(session, where)
        small = [
            row
            for row in session.exec(select(Publication)).all()
            if row.state == "published" and row.community_id is not None and (row.n or 0) < 5
        ]
        units = {row.code: row.unit for row in session.exec(select(IndicatorRow)).all()}

    assert {row.round_label for row in told} == {
        calendar.label("2025-II"),
        calendar.label("2026-I"),
    }
    assert [row for row in small if units[row.indicator] != "community"] == []


def test_every_account_enters_with_what_is_shown(loaded: Store) -> None:
    for each in demo.credentials():
        assert access.log_in(loaded, each.login, each.password, "prueba")

    card = demo.card()
    assert access.enter_by_card(loaded, card.token, card.pin, "prueba")


def test_loading_twice_is_refused(loaded: Store) -> None:
    with pytest.raises(Conflict):
        demo.load(loaded, Settings(), on=ON)


def registers(store: Store) -> Mapping[str, Any]:
    """Everything that is folded, by the keys that leave the house."""
    owned = (Council, Post, Family, Consent, SelfAssessment, Commitment, Diagnosis, Problem, Asset,
             Hazard, PracticeTotal, Plan, Action, Activity, Outcome, Challenge, Form)  # fmt: skip
    inner = {"id", "form_id", "family_id", "council_id", "plan_id", "cycle_id", "round_id",
             "community_id", "entry_id", "changed_at", "geom"}  # fmt: skip
    with store.reading() as session:
        found: dict[str, Any] = {
            table.__tablename__: sorted(
                json.dumps(
                    {k: v for k, v in row.model_dump().items() if k not in inner},
                    default=str,
                    sort_keys=True,
                )
                for row in session.exec(select(table)).all()
            )
            for table in owned
        }
        for table, names in (
            (Aggregate, "indicator_id x n missing population verified source typed_x typed_n"),
            (Answer, "person practice_id age_months value verified"),
        ):
            picked = [getattr(table, name) for name in names.split()]
            rows = session.rows(columns(*picked))
            found[table.__tablename__] = sorted(map(repr, rows))
    return found


def test_rebuild_gives_the_same_registers(sqlite_store: Store) -> None:
    seeding.seed(sqlite_store)
    for each in loading.settle(sqlite_store, almanac.almanac(ON)):
        if each.village.number in (7, 12, 17, 32):
            receive_many(sqlite_store, each.said())
    before = registers(sqlite_store)

    rebuilding.rebuild(sqlite_store)

    after = registers(sqlite_store)
    assert {name for name in before if before[name] != after[name]} == set()
    assert len(before["aggregate"]) > 300


@pytest.mark.verify
def test_rebuild_of_the_whole_gives_the_same_registers(loaded: Store) -> None:
    before = registers(loaded)

    rebuilding.rebuild(loaded)

    after = registers(loaded)
    assert {name for name in before if before[name] != after[name]} == set()


def test_trail_holds_every_entry(loaded: Store) -> None:
    with loaded.writing() as session:
        while trail.seal(session):
            pass
        broken = trail.broken_seals(session)
        digests = set(session.exec(select(Entry.digest)).all())
        written = {row.digest for row in session.exec(select(trail.AuditEntry)).all()}

    assert broken == []
    assert digests <= written


def spoken(number: int) -> str:
    """A digest of all that a community says."""
    total = hashlib.sha256()
    for said in telling(number).said():
        message = said.message
        total.update(f"{said.at} {said.author} {message.kind} {message.form_uuid}".encode())
        total.update(intake.canonical(message.body))
    return total.hexdigest()


def test_another_process_tells_the_same_story() -> None:
    code = "from tests.operations.test_demo import spoken; print(spoken(12))"

    told = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": "77", "PYTHONPATH": str(Path(__file__).parents[2])},
        cwd=Path(__file__).parents[2],
    ).stdout

    assert told.strip() == spoken(12)


def sample() -> list[Said]:
    """Sheets of every kind: all of what is told once, and few of what is told a thousand times."""
    found = []
    for number in (2, 5, 9, 10, 12, 14, 17, 27, 30):
        said = [s for s in telling(number).said() if s.message.instrument is not None]
        said = [s for s in said if s.message.kind in ("submission", "correction")]
        said.sort(key=lambda s: str(s.message.instrument))
        for instrument, group in groupby(said, key=lambda s: s.message.instrument):
            many = instrument in ("family", "self_assessment")
            found += [
                s for s in group if not many or zlib.crc32(s.message.form_uuid.bytes) % 16 == 0
            ]
    return found


def known(said: Said) -> Known:
    community = said.message.community_id or 0
    codes = frozenset(home.code for home in telling(community).homes)
    families = {"last": {"families": len(codes)}}
    day = said.at.date()
    return builders.known(today=day, sources={"households": codes}, lookups={"diagnosis": families})


def few_lines(body: Mapping[str, Any]) -> Mapping[str, Any]:
    # Every home is told by the same rule, and each costs a tenth of a second to try.
    return {**body, "households": body["households"][:12]} if "households" in body else body


def test_every_sheet_is_as_reading_it_by_its_rules_would_keep_it() -> None:
    instruments = builders.instruments()
    seen = set()
    for said in sample():
        code, body = said.message.instrument or "", few_lines(said.message.body)
        seen.add(code)
        roles = instruments[code].fill & {"council", "health_agent", "clerk"}

        read = capture.read(instruments[code], json.loads(json.dumps(body)), known(said), roles)

        assert [(p.path, p.message.es) for p in read.problems] == [], (code, said.message.form_uuid)
        assert capture.canonical(read) == intake.canonical(body)
    assert seen == set(instruments)


def test_nothing_is_told_of_days_to_come() -> None:
    for number in (2, 6, 12, 24, 37):
        for said in telling(number).said():
            assert said.at.date() <= ON
            assert str(said.message.body.get("date", "")) <= ON.isoformat()


@given(st.dates(date(2024, 1, 1), date(2060, 12, 31)))
def test_calendar_ends_within_the_year_before_the_day_of_loading(on: date) -> None:
    last = almanac.almanac(on).today

    assert last <= on < last + timedelta(days=366)


def test_villages_lie_inside_the_invented_border() -> None:
    from shapely.geometry import Point

    border = terrain.border()

    assert border.is_valid
    assert all(border.contains(Point(village.at)) for village in script.villages())
    assert len({village.code for village in script.villages()}) == 40


def test_no_real_place_bears_the_name_of_the_district(data_dir: Path) -> None:
    name = script.words()["district"]["name"]

    for path in sorted(data_dir.glob("tablas/ubigeo_*.csv")):
        assert not re.search(name, path.read_text(encoding="utf-8"), re.IGNORECASE), path
    import gzip

    settlements = gzip.decompress((data_dir / "puntos/centros_poblados_peru.csv.gz").read_bytes())
    assert not re.search(name, settlements.decode(), re.IGNORECASE)


def test_many_messages_at_once_give_what_one_by_one_gives(town: Town) -> None:
    one, other = ("1099010001", "1099010002")
    for code in (one, other):
        with town.store.reading() as session:
            where = places.community(session, places.district(session, "109901"), code)
        assert where.community_id is not None
        if code == one:
            for message in _three(where, town.round_uuid):
                intake.receive(town.store, town.author, message)
            continue
        cycle = {"starts_on": "2026-01-01", "ends_on": "2028-12-31"}
        stepping.open_cycle(town.store, town.author, where, UUID(int=1), cycle)
        about = {"label": "2026-I", "held_on": "2026-03-01"}
        stepping.open_round(town.store, town.author, where, UUID(int=2), about)
        at = almanac.moment(date(2026, 3, 4))
        said = [Said(town.author, m, at) for m in _three(where, UUID(int=2))]
        assert receive_many(town.store, said) == len(said)
        with pytest.raises(Conflict):
            receive_many(town.store, said)

    with town.store.reading() as session:
        counted = {
            community: sorted(
                session.rows(
                    columns(Aggregate.indicator_id, Aggregate.x, Aggregate.n, Aggregate.population)
                    .join(Community, col(Community.id) == Aggregate.community_id)
                    .where(col(Community.code) == community)
                )
            )
            for community in (one, other)
        }
        states = session.exec(select(Derivation.state).distinct()).all()
        sealed = how_many(session, Entry, col(Entry.family_uuid).is_not(None))
    assert counted[one] == counted[other] != []
    assert set(states) == {"derived", "quarantined"}
    assert sealed == 4


def _three(where: Any, round_uuid: UUID) -> list[Message]:
    """Two families and lines about them, approved; and lines about a home that is not there."""
    about = {"place_id": where.place_id, "version": "1", "way": "seed"}
    key = where.community_id * 100
    messages = [
        Message("submission", UUID(int=key + n), a_family(code), where.community_id,
                instrument="family", family_uuid=UUID(int=key + n + 50), **about)
        for n, code in enumerate(("H1", "H2"), 1)
    ]  # fmt: skip
    for n, homes in ((3, (("H1", "meets"), ("H2", "not_yet"))), (4, (("H9", "meets"),))):
        messages.append(
            Message("submission", UUID(int=key + n), lines(*homes), where.community_id,
                    instrument="household_monitoring", round_uuid=round_uuid, **about)
        )  # fmt: skip
    approval = Message("resolution", UUID(int=key + 3), {"verb": "approve"}, where.community_id,
                       instrument="household_monitoring", place_id=where.place_id)  # fmt: skip
    return [*messages, approval]


def test_invented_country_is_counted_as_it_was_filled(store: Store) -> None:
    size = demo.Size(communities=7, families=11, practices=14, rounds=2)

    demo.national(store, Settings(), 3, size=size)

    with store.reading() as session:
        answers = how_many(session, Answer)
        x, n, missing = session.rows(
            columns(
                func.sum(Aggregate.x), func.sum(Aggregate.n), func.sum(Aggregate.missing)
            ).where(col(Aggregate.source) == "lines")
        )[0]
        shared = session.exec(
            select(func.count())
            .select_from(Belonging)
            .join(Place, col(Place.id) == Belonging.place_id)
            .group_by(Place.code)
        ).all()
        home = session.exec(
            select(Aggregate)
            .join(IndicatorRow, col(IndicatorRow.id) == Aggregate.indicator_id)
            .where(IndicatorRow.code == "P-F1")
        ).first()
    assert answers == size.answers == 7 * 11 * 14 * 2
    assert sorted(shared) == [2, 2, 3]
    assert 0 < x < n
    assert missing > 0
    assert home is not None
    assert home.n + home.missing == home.population == 11


def test_invented_country_is_filled_once(sqlite_store: Store) -> None:
    size = demo.Size(communities=2, families=2, practices=2, rounds=1)
    demo.national(sqlite_store, Settings(), 1, size=size)

    with pytest.raises(Conflict):
        demo.national(sqlite_store, Settings(), 1, size=size)


@pytest.mark.verify
def test_whole_demonstration_is_the_same_on_postgis(loaded: Store, postgis_url: str) -> None:
    other = Store(postgis_url)

    demo.load(other, Settings(), on=ON)

    mine, theirs = registers(loaded), registers(other)
    other.close()
    assert {name for name in mine if mine[name] != theirs[name]} == set()


def test_draft_of_the_council_opens_where_it_was_left(loaded: Store) -> None:
    with loaded.reading() as session:
        kept = session.exec(select(Draft)).one()

    assert kept.body == unfinished.draft(script.villages()[1], Almanac())
    assert kept.instrument == "diagnosis"
