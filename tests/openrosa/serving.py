"""The real server in a process of its own, and telephones that deliver to it all the time."""

import hashlib
import io
import os
import random
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import httpx
from PIL import Image
from sqlmodel import func, select

from app.capture.xform_files import of_instrument
from app.operations import attachments, instruments
from app.records.devices import Delivery
from app.records.intake import Attachment, Entry, Form
from app.settings import ROOT, Settings
from app.store.sessions import Store
from app.store.types import uuid7
from tests import builders
from tests.capture.test_xlsforms import as_client
from tests.openrosa.conftest import COMMUNITY, enrol, settle
from tests.openrosa.filling import filled
from tests.town import a_plan

NAME = UUID(int=0x5EED)
PATIENCE_S = 90.0
GOOD = {201, 202}


@dataclass(frozen=True)
class Yard:
    """A store with one enrolled telephone, its folder, and documents to fill a name into."""

    url: str
    home: Path
    token: str
    activity: bytes
    plan: bytes

    @property
    def files(self) -> Path:
        """Where photographs stand."""
        return Settings(home=self.home).files


def found(url: str, home: Path) -> Yard:
    """Settle a migrated store and enrol its telephone."""
    store = Store(url)
    settle(store)
    token = enrol(store)
    made = {}
    with store.reading() as session:
        plan = {**a_plan(), "acta_photo": "acta.jpg"}
        for code, raw in (("activity", builders.an_activity()), ("plan", plan)):
            instrument = instruments.current(session, code)
            given = as_client(instrument, raw) | {"sismuni_community": COMMUNITY}
            made[code] = filled(of_instrument(instrument).xml, given, NAME)
    store.close()
    return Yard(url, home, token, **made)


@contextmanager
def serving(
    yard: Yard, under: tuple[str, ...] = (), options: tuple[str, ...] = ()
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The server over a yard, and the address of its telephone; killed when the block ends.

    ``under`` is a program that starts it and becomes it; ``options`` are more words of uvicorn.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    settings = Settings(home=yard.home, database_url=yard.url, port=port, worker=False,
                        writes_a_minute=10**6, requests_a_minute=10**6)  # fmt: skip
    command = (*under, sys.executable, "-m", "uvicorn", "app.main:create_app", "--factory",
               "--port", str(port), "--log-level", "warning", *options)  # fmt: skip
    with (yard.home / "server.log").open("ab") as log:
        child = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | settings.to_environment(), stdout=log, stderr=log
        )
    try:
        _wait_for(port, child)
        yield child, f"http://127.0.0.1:{port}/openrosa/{yard.token}"
    finally:
        child.kill()
        child.wait()


def _wait_for(port: int, child: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        assert child.poll() is None, "the server ended by itself"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"the server did not answer in {PATIENCE_S} s")


def a_photo(chance: random.Random) -> bytes:
    """A small photograph like no other."""
    out = io.BytesIO()
    colour = (chance.randrange(256), chance.randrange(256), chance.randrange(256))
    Image.new("RGB", (30 + chance.randrange(30), 20), colour).save(out, "JPEG")
    return out.getvalue()


@dataclass
class Document:
    """A document with its photograph, if it has one, and the answers to its posts."""

    xml: bytes
    photo: bytes | None
    codes: list[int] = field(default_factory=list)
    whole: bool = False
    """Whether all of it was acknowledged."""


def post(client: httpx.Client, document: Document, *, with_photo: bool) -> httpx.Response:
    """Deliver a document as Collect does."""
    parts = [("xml_submission_file", ("a.xml", document.xml, "text/xml"))]
    if with_photo and document.photo is not None:
        parts.append(("acta.jpg", ("acta.jpg", document.photo, "image/jpeg")))
    return client.post("/submission", files=parts)


class Sender(threading.Thread):
    """A telephone that delivers one document after another until its server is gone or told.

    ``bears`` are answers after which it tries the same again, as Collect does; any other answer
    than 201 and 202 is strange.
    """

    def __init__(self, url: str, yard: Yard, seed: int, bears: frozenset[int] = frozenset()):
        super().__init__(daemon=True)
        self.url, self.yard, self.bears = url, yard, bears
        self.random = random.Random(seed)
        self.sent: dict[UUID, Document] = {}
        self.strange: list[str] = []
        self.borne: Counter[int] = Counter()
        self.told = threading.Event()

    @property
    def whole(self) -> int:
        """How many documents were acknowledged with all that they have."""
        return sum(each.whole for each in self.sent.values())

    def run(self) -> None:
        with httpx.Client(base_url=self.url, timeout=30) as client:
            while not self.told.wait(self.random.random() * 0.05):
                document = self._document()
                try:
                    if document.photo is not None and self.random.random() < 0.5:
                        self._post(client, document, with_photo=False)
                    document.whole = self._post(client, document, with_photo=True)
                except httpx.TransportError:
                    return  # the server is gone

    def _document(self) -> Document:
        name = uuid7()
        has_photo = self.random.random() < 0.4
        template = self.yard.plan if has_photo else self.yard.activity
        xml = template.replace(str(NAME).encode(), str(name).encode())
        self.sent[name] = Document(xml, a_photo(self.random) if has_photo else None)
        return self.sent[name]

    def _post(self, client: httpx.Client, document: Document, *, with_photo: bool) -> bool:
        while not self.told.is_set():
            answer = post(client, document, with_photo=with_photo)
            document.codes.append(answer.status_code)
            if answer.status_code in GOOD:
                return True
            if answer.status_code not in self.bears:
                self.strange.append(f"{answer.status_code} {answer.text}")
                return False
            self.borne[answer.status_code] += 1
            time.sleep(0.05)
        return False


def wait_until_taken(store: Store) -> None:
    """Until nothing waits for the intake any more; patient as long as fewer and fewer wait."""
    least, since = None, time.monotonic()
    while True:
        with store.reading() as session:
            waiting = session.exec(
                select(func.count()).select_from(Delivery).where(Delivery.state == "kept")
            ).one()
        if not waiting:
            return
        if least is None or waiting < least:
            least, since = waiting, time.monotonic()
        if time.monotonic() - since > PATIENCE_S:
            raise AssertionError(f"{waiting} deliveries still wait and none was taken")
        time.sleep(0.1)


def require_all_is_well(store: Store, yard: Yard, sent: dict[UUID, Document]) -> None:
    """Each document stands once and taken, as it was sent, with its photograph; nothing else."""
    with store.reading() as session:
        rows = session.exec(select(Delivery)).all()
        forms = session.exec(select(Form.uuid)).all()
        entries = session.exec(select(Entry.form_uuid).where(Entry.kind == "submission")).all()
    once = Counter(dict.fromkeys(sent, 1))
    assert Counter(row.form_uuid for row in rows) == once
    assert [(row.state, row.problems) for row in rows if row.state != "taken"] == []
    assert Counter(forms) == Counter(entries) == once
    for row in rows:
        xml = sent[row.form_uuid].xml
        assert hashlib.sha256(row.salt.encode() + xml).hexdigest() == row.digest
        assert set(row.files) == ({"acta.jpg"} if sent[row.form_uuid].photo else set())
    require_files(store, yard)


def require_files(store: Store, yard: Yard) -> None:
    """Every row of a file has its bytes, whole, and every delivery names files that have a row."""
    with store.reading() as session:
        files = session.exec(select(Attachment)).all()
        rows = session.exec(select(Delivery)).all()
    for each in files:
        content = attachments.path_of(yard.files, each.sha256).read_bytes()
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (each.sha256, each.bytes)
    known = Counter((each.form_uuid, each.sha256) for each in files)
    assert known == Counter((row.form_uuid, sha) for row in rows for sha in row.files.values())
