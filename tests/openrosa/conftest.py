"""A council's telephone over a small district, on each store."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlmodel import select

from app.capture.xform_files import of_instrument
from app.operations import devices, instruments, seeding
from app.operations.devices import NewDevice
from app.operations.trail import SYSTEM
from app.records import places
from app.records.devices import Delivery
from app.records.people import Account, Binding
from app.store.sessions import Store
from tests.capture.test_xlsforms import as_client
from tests.http.town import a_town as an_application
from tests.openrosa.filling import filled
from tests.town import Town, a_town
from tests.worlds import Worlds

COMMUNITY = "1099010001"


@dataclass
class Phone:
    """An enrolled telephone, and how it speaks with the server."""

    town: Town
    client: TestClient
    token: str
    files: Path

    @property
    def base(self) -> str:
        """Its own path."""
        return f"/openrosa/{self.token}"

    def document(self, code: str, raw: dict[str, Any], name: UUID | str, **more: Any) -> bytes:
        """A filled form, as Collect would write it."""
        with self.town.store.reading() as session:
            instrument = instruments.current(session, code)
        given = as_client(instrument, raw) | {"sismuni_community": COMMUNITY} | more
        return filled(of_instrument(instrument).xml, given, name)

    def post(self, xml: bytes, **files: bytes) -> Response:
        """Send a document with its files."""
        parts = [("xml_submission_file", ("a.xml", xml, "text/xml"))]
        parts += [(n, (n.replace("_", "."), c, "image/jpeg")) for n, c in files.items()]
        return self.client.post(f"{self.base}/submission", files=parts)

    def deliveries(self) -> list[Delivery]:
        """What was kept, in its order."""
        with self.town.store.reading() as session:
            return list(session.exec(select(Delivery).order_by(Delivery.id)).all())  # type: ignore[arg-type]


def settle(store: Store) -> Town:
    """Catalogues, the small district and its council's account, bound to Quebrada."""
    town = a_town(store)
    seeding.seed(store)
    with store.writing() as session:
        account = session.exec(select(Account)).one()
        session.add(
            Binding(
                account_id=account.id,
                role="council",
                place_id=town.where.place_id,
                community_id=town.where.community_id,
            )
        )
    return town


def enrol(store: Store) -> str:
    """Enrol the council's telephone; the token of its path."""
    with store.reading() as session:
        where = places.community(session, places.district(session, COMMUNITY[:6]), COMMUNITY)
        account = session.exec(select(Account)).one()
    return devices.enrol(store, SYSTEM, where, NewDevice(account.uuid, "Celular")).token


def enrolled(store: Store) -> tuple[Town, str]:
    """The small district and the token of its council's telephone."""
    return settle(store), enrol(store)


@contextmanager
def a_phone(worlds: Worlds, url: str, home: Path) -> Iterator[Phone]:
    """The telephone of the council of Quebrada, over an empty store."""
    store = Store(url)
    town, token = worlds.fill(store, enrolled)
    with an_application(url, home) as found:
        client = found.client(base_url="https://sismuni.test")
        yield Phone(town, client, token, found.settings.files)
    store.close()


@pytest.fixture
def either_phone(worlds: Worlds, store_url: str, tmp_path: Path) -> Iterator[Phone]:
    """On each store, for what the store has its part in."""
    with a_phone(worlds, store_url, tmp_path) as found:
        yield found


@pytest.fixture
def phone(worlds: Worlds, sqlite_url: str, tmp_path: Path) -> Iterator[Phone]:
    """On the embedded store alone."""
    with a_phone(worlds, sqlite_url, tmp_path) as found:
        yield found
