"""Telephones deliver: fifty documents of 250 answers a second, and as many as there can be."""

from collections.abc import Iterator
from pathlib import Path
from random import choice
from uuid import uuid4

from sqlmodel import col, func, select

from app.capture.xform_files import of_instrument
from app.operations import devices, instruments
from app.operations.devices import NewDevice
from app.operations.trail import SYSTEM
from app.records import places
from app.records.catalogues import PracticeRow
from app.records.devices import Delivery
from app.records.people import Account, Binding
from app.records.territory import Place
from app.store.sessions import Store
from tests.bench import country, posting, stores
from tests.bench.country import Size
from tests.bench.serving import serving, serving_bare
from tests.bench.stores import FOLDER
from tests.bench.table import Goal, Row, percentile
from tests.openrosa.filling import filled

NAME, WHERE = b"uuid:NAME", b"COMMUNITY"
SIZE = Size(1, 40, 1, 1, 1)
DISTRICT = country.district(1)
RATE = 50
PRACTICES = 50
"""With five answers each."""


def rows(full: bool) -> Iterator[Row]:
    """How long a telephone waits, and how many are kept a second, on each store."""
    seconds, times, at_once = (30.0, 3, 8.0) if full else (2.0, 1, 1.0)
    FOLDER.mkdir(parents=True, exist_ok=True)
    nothing = FOLDER / "nothing"
    nothing.write_bytes(b"")
    for kind in stores.kinds():
        bed = stores.kept(kind, f"phone_{SIZE}", (Path(__file__), Path(country.__file__)), _settle)
        with stores.copy_of(bed, "deliveries") as copy:
            store = Store(copy.url)
            path, document = f"/openrosa/{_enrol(store)}/submission", _document(store)
            with serving(copy.url) as ours, serving_bare(copy.url, nothing) as bare:

                def make(path: str = path, document: bytes = document) -> bytes:
                    name = f"uuid:{uuid4()}".encode()
                    where = country.community(DISTRICT, choice(range(1, SIZE.communities + 1)))
                    named = document.replace(NAME, name).replace(WHERE, where.encode())
                    return posting.request(path, named)

                def plain(document: bytes = document) -> bytes:
                    return posting.request("/keep", document)

                took = posting.steadily(ours.port, make, RATE, seconds)
                kept, reference = [], []
                for _ in range(times):
                    reference.append(posting.flat_out(bare.port, plain, at_once))
                    kept.append(posting.flat_out(ours.port, make, at_once))
            _compare(store, len(took))
            store.close()
        name = f"deliveries of {5 * PRACTICES} answers, {kind}"
        limit = Goal("<", 500)
        yield Row(f"{name}: p95 at {RATE} a second", "ms", [percentile(took, 0.95)], (), limit)
        goal = Goal(">=", 0.4, of_ratio=True)
        yield Row(f"{name}: flat out", "documents/s", kept, reference, goal)


def _settle(store: Store) -> None:
    country.settle(store, SIZE)
    with store.writing() as session:
        place = session.exec(select(Place).where(Place.code == DISTRICT)).one()
        session.add(account := Account(login="council", name="council"))
        session.flush()
        session.add(Binding(account_id=account.id, role="council", place_id=place.id))


def _enrol(store: Store) -> str:
    with store.reading() as session:
        where = places.district(session, DISTRICT)
        account = session.exec(select(Account).where(Account.login == "council")).one()
    return devices.enrol(store, SYSTEM, where, NewDevice(account.uuid, "Celular")).token


def _document(store: Store) -> bytes:
    with store.reading() as session:
        monitoring = instruments.current(session, "monitoring")
        rows = session.exec(select(PracticeRow).order_by(col(PracticeRow.code))).all()
    of_homes = {"n": 31, "x": 12, "missing": 2, "observed": 31}
    of_all = {"n": 1, "x": 1, "missing": 0, "observed": 1}
    practices = [
        {"practice": row.code, **(of_all if row.unit == "community" else of_homes)}
        for row in rows[:PRACTICES]
    ]
    answers = {"date": instruments.today().isoformat(), "homes_visited": 31, "practices": practices}
    given = answers | {"sismuni_community": WHERE.decode()}
    return filled(of_instrument(monitoring).xml, given, NAME.decode())


def _compare(store: Store, fewest: int) -> None:
    """Nothing that was acknowledged may be wanting, there twice, or refused by the intake."""
    with store.reading() as session:
        kept = session.exec(select(func.count()).select_from(Delivery)).one()
        names = session.exec(select(func.count(func.distinct(Delivery.instance_id)))).one()
        wrong = session.exec(select(Delivery.problems).where(Delivery.state == "quarantined"))
        refused = wrong.first()
    if refused is not None:
        raise AssertionError(f"a document of the benchmark is not sound: {refused}")
    if kept < fewest or kept != names:
        raise AssertionError(f"{kept} deliveries, {names} names, {fewest} acknowledged at least")
