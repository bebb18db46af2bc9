"""Taken many at a time or one by one, deliveries leave the same in the registers."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from app.capture import delivered
from app.operations import bulk_taking, deliveries, intake, keeping
from app.operations.keeping import Arrival, Keeper
from app.records.aggregates import Aggregate
from app.records.devices import Delivery, Device
from app.records.intake import Entry, Form
from app.records.people import Account
from app.store.sessions import Store
from tests import builders
from tests.openrosa.conftest import Phone, a_phone
from tests.town import a_diagnosis, a_family, a_plan, totals
from tests.worlds import Worlds

Take = Callable[[Store, list[int]], None]


def one_by_one(store: Store, ids: list[int]) -> None:
    for each in ids:
        deliveries.take(store, each)


def a_day(phone: Phone) -> list[bytes]:
    """What several telephones bring on one day: sound, broken, corrected, built on each other."""
    wish: list[tuple[str, dict[str, Any]]] = [
        ("monitoring", totals(P_F1=(12, 31, 2))),
        ("monitoring", totals(P_F1=(13, 31, 2))),
        ("diagnosis", a_diagnosis()),
        ("diagnosis", a_diagnosis(children_under_2=21)),
        ("diagnosis", a_diagnosis(families=32)),
        ("diagnosis", a_diagnosis(families=33)),
        ("family", a_family("H1")),
        ("self_assessment", builders.a_self_assessment(household="H1")),
        ("family", a_family("H1")),
        ("plan", a_plan()),
        ("plan", a_plan()),
        ("plan", {**a_plan(), "acta_photo": "acta.jpg"}),
        ("activity", builders.an_activity()),
        ("activity", builders.an_activity()),
    ]
    made = [phone.document(c, raw, UUID(int=n + 1)) for n, (c, raw) in enumerate(wish)]
    name = "<instanceID>uuid:{}</instanceID>"
    corrected = phone.document("monitoring", totals(P_F1=(14, 31, 2)), UUID(int=99)).decode()
    for n in (1, 2):
        old = f"<deprecatedID>uuid:{UUID(int=n)}</deprecatedID>"
        new = name.format(UUID(int=99))
        assert new in corrected
        made.append(corrected.replace(new, name.format(UUID(int=99 + n)) + old).encode())
    again = phone.document("plan", {**a_plan(), "vision": "Otra visión"}, UUID(int=10))
    return [*made, again]


def keep(phone: Phone, documents: list[bytes]) -> list[int]:
    store, keeper = phone.town.store, Keeper(phone.town.store)
    with store.reading() as session:
        device = session.exec(select(Device)).one()
        actor = keeping.Actor(session.exec(select(Account.id)).one())
    for xml in documents:
        keeper.keep(Arrival(device, actor, delivered.heading(xml), xml)).result()
    keeper.close()
    return [row.id for row in phone.deliveries() if row.state == "kept"]


def left(phone: Phone) -> tuple[Any, ...]:
    """All that the registers hold of it, with no key of the house."""
    with phone.town.store.reading() as session:
        rows = session.exec(select(Delivery).order_by(col(Delivery.id))).all()
        entries = session.exec(select(Entry).order_by(col(Entry.id))).all()
        forms = session.exec(select(Form).order_by(col(Form.uuid))).all()
        counted = session.exec(select(Aggregate)).all()
        said = [intake.canonical(intake.answers_of(session, each)) for each in forms]
    return (
        [(row.instance_id, row.nth, row.state, row.problems, row.xml) for row in rows],
        [
            (each.kind, each.form_uuid, each.family_uuid, each.way)
            for each in entries
            if each.kind != "cycle"
        ],
        [(each.uuid, each.state, each.revision, each.family_uuid) for each in forms],
        [hashlib.sha256(each).hexdigest() for each in said],
        sorted((a.indicator_id, a.x, a.n, a.missing) for a in counted),
    )


def day_of(worlds: Worlds, url: str, home: Path, take: Take) -> tuple[Any, ...]:
    home.mkdir()
    with a_phone(worlds, url, home) as phone:
        take(phone.town.store, keep(phone, a_day(phone)))
        return left(phone)


def test_many_at_a_time_leave_what_one_by_one_leave(
    store_url: str, worlds: Worlds, tmp_path: Path
) -> None:
    copy = f"sqlite:///{(tmp_path / 'alone.db').as_posix()}"

    alone = day_of(worlds, copy, tmp_path / "alone", one_by_one)
    together = day_of(worlds, store_url, tmp_path / "together", bulk_taking.take_all)

    assert together == alone
    states = [row[2] for row in alone[0]]
    assert [states.count(each) for each in ("taken", "waiting", "quarantined")] == [14, 1, 2]


def test_one_that_spoils_the_transaction_is_found_out(either_phone: Phone) -> None:
    phone, names = either_phone, [UUID(int=n) for n in range(1, 6)]
    ids = keep(phone, [phone.document("plan", a_plan(), name) for name in names])
    # Other answers under the third name came by a page, which only the intake itself finds.
    phone.town.send("plan", {**a_plan(), "vision": "Otra visión"}, form_uuid=names[2])

    bulk_taking.take_all(phone.town.store, ids)

    assert [row.state for row in phone.deliveries()] == [
        *("taken", "taken", "quarantined", "taken", "taken"),
    ]
