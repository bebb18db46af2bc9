"""What telephones deliver, kept as it came: on the disk before anybody is told so.

Deliveries that come at the same time are kept in one transaction: the disk is forced once
for all of them, and each is acknowledged after that. Whether the telephone still may deliver
is asked in that same transaction, so that a revocation holds from its own commit on.
"""

import hashlib
import hmac
import io
import logging
import secrets
import threading
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from app.capture import delivered
from app.capture.delivered import Heading
from app.errors import Refusal
from app.operations import attachments, devices, photos
from app.operations.access import Actor
from app.records.devices import Delivery, Device
from app.records.intake import Attachment
from app.records.territory import Community
from app.store.sessions import AWAY, Reading, Store, Writing
from app.store.types import uuid7

LOG = logging.getLogger("sismuni.intake")
MOST_AT_ONCE = 64
PAUSE_S, PATIENCE_S = 0.002, 0.02
"""After so long without another one they are kept; or after so long whatever comes."""
SAME_NAME = "Llegó otra ficha con el mismo identificador y otras respuestas."
OTHER_FILE = "Llegó otra foto u otro archivo con el mismo nombre: {name}."
NO_NAME = "La ficha llegó sin identificador."


@dataclass(frozen=True, slots=True)
class File:
    """One file of a delivery, kept in the folder of files already."""

    name: str
    sha256: str
    bytes: int
    media_type: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """A document that a telephone hands over, with its files, and for whom it speaks."""

    device: Device
    actor: Actor
    heading: Heading
    xml: bytes
    files: tuple[File, ...] = ()
    held: str = ""
    """Why a person has to look at it first, although its telephone may be revoked."""

    @property
    def name(self) -> str:
        """Under which name it is kept: its own, or one made of what it says."""
        return self.heading.instance_id or f"none:{hashlib.sha256(self.xml).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a delivery so far, and whether this arrival brought anything new."""

    uuid: UUID
    form_uuid: UUID
    state: str
    new: bool
    problems: tuple[str, ...] = ()


def keep_file(folder: Path, name: str, content: bytes, media_type: str) -> File:
    """Keep a file of a delivery; of a photograph, the picture alone."""
    try:
        content, media_type = photos.plain(io.BytesIO(content))
    except Refusal:
        LOG.info("a delivered file is no photograph and is kept as it came")
    sha256, size = attachments.keep(folder, io.BytesIO(content), photos.MOST_BYTES)
    return File(name[:200], sha256, size, media_type[:80])


class Keeper:
    """Keeps arrivals one transaction after the other, each with all that came meanwhile."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.lock = threading.Lock()
        self.coming: list[tuple[Arrival, Future[Kept | None]]] = []
        self.together = 0  # how many the last transaction kept
        self.thread = ThreadPoolExecutor(1, "keeper")

    def keep(self, arrival: Arrival) -> "Future[Kept | None]":
        """Its receipt once it is on the disk; None where the telephone may deliver no more."""
        told: Future[Kept | None] = Future()
        with self.lock:
            self.coming.append((arrival, told))
            is_first = len(self.coming) == 1
        if is_first:
            self.thread.submit(self._keep_what_came)
        return told

    def close(self) -> None:
        """End after what came until now."""
        self.thread.shutdown()
        self.thread = ThreadPoolExecutor(1, "keeper")  # which has no thread until it is needed

    def _wait_for_more(self) -> None:
        """Where the last ones came together, the next do too: one write for all is cheaper."""
        until, before = time.monotonic() + PATIENCE_S, 0
        while before < len(self.coming) < MOST_AT_ONCE and time.monotonic() < until:
            before = len(self.coming)
            time.sleep(PAUSE_S)

    def _keep_what_came(self) -> None:
        if self.together > 1:
            self._wait_for_more()
        with self.lock:
            part, self.coming = self.coming[:MOST_AT_ONCE], self.coming[MOST_AT_ONCE:]
            if self.coming:
                self.thread.submit(self._keep_what_came)
        self.together = len(part)
        self._keep(part)

    def _keep(self, part: Sequence[tuple[Arrival, "Future[Kept | None]"]]) -> None:
        try:
            with self.store.writing() as session:
                found = keep_all(session, [arrival for arrival, _ in part])
        except Exception as error:
            if len(part) == 1 or isinstance(error, AWAY):
                for _, told in part:
                    told.set_exception(error)
                return
            LOG.exception("%s deliveries could not be kept together", len(part))
            for each in part:
                self._keep([each])  # whoever is at fault fails alone
            return
        for (_, told), kept in zip(part, found, strict=True):
            told.set_result(kept)


def keep_all(session: Writing, arrivals: Sequence[Arrival]) -> list[Kept | None]:
    """Keep arrivals in their order; None for one whose telephone may deliver no more."""
    session.hold("deliveries")
    living = devices.still_living(session, {each.device.id for each in arrivals})
    earlier = _earlier(session, {each.name for each in arrivals})
    communities = _communities(session, {each.heading.community for each in arrivals})
    found: list[tuple[Delivery, bool] | None] = []
    for each in arrivals:
        if each.device.id not in living and not each.held:
            found.append(None)
            continue
        rows = earlier.setdefault(each.name, [])
        row = next((row for row in rows if _is_same(row, each)), None)
        is_new = row is None
        if row is None:
            row = _row(each, rows, communities.get(each.heading.community))
            rows.append(row)
            session.add(row)
        found.append((row, _add_files(session, row, each.files) or is_new))
    devices.seen(session, [each.device for each in arrivals if each.device.id in living])
    session.flush()
    return [None if each is None else _kept(*each) for each in found]


def _earlier(session: Reading, names: set[str]) -> dict[str, list[Delivery]]:
    found: dict[str, list[Delivery]] = {}
    wanted = select(Delivery).where(col(Delivery.instance_id).in_(sorted(names)))
    for row in session.exec(wanted.order_by(col(Delivery.nth))):
        found.setdefault(row.instance_id, []).append(row)
    return found


def _communities(session: Reading, codes: set[str]) -> dict[str, int]:
    wanted = select(Community.code, Community.id).where(col(Community.code).in_(sorted(codes)))
    return dict(session.exec(wanted).all())


def _is_same(row: Delivery, arrival: Arrival) -> bool:
    """Whether it is the same document, with no other file under a name that came before."""
    if any(row.files.get(file.name, file.sha256) != file.sha256 for file in arrival.files):
        return False
    return hmac.compare_digest(_digest(row.salt, arrival.xml), row.digest)


def _row(arrival: Arrival, earlier: Sequence[Delivery], community_id: int | None) -> Delivery:
    heading, salt = arrival.heading, secrets.token_hex(16)
    row = Delivery(
        uuid=uuid7(),
        instance_id=arrival.name,
        nth=len(earlier),
        deprecated_id=heading.deprecated_id,
        form=heading.form,
        version=heading.version,
        device_id=arrival.device.id,
        account_id=arrival.actor.account_id,
        community_id=community_id or arrival.device.community_id,
        form_uuid=delivered.uuid_of(arrival.name),
        salt=salt,
        digest=_digest(salt, arrival.xml),
        xml=arrival.xml,
        files={},
        state="kept",
        problems=[],
    )
    said = _against(arrival, earlier)
    if said:
        row.state, row.problems = "quarantined", [{"message": said, "remedy": ""}]
    return row


def _against(arrival: Arrival, earlier: Sequence[Delivery]) -> str:
    """Why a person has to look at it first; empty where nothing speaks against it."""
    for row in earlier:
        if hmac.compare_digest(_digest(row.salt, arrival.xml), row.digest):
            names = (f.name for f in arrival.files if row.files.get(f.name, f.sha256) != f.sha256)
            return OTHER_FILE.format(name=next(names))
    if earlier:
        return SAME_NAME
    if arrival.held:
        return arrival.held
    return "" if arrival.heading.instance_id else NO_NAME


def _digest(salt: str, xml: bytes) -> str:
    return hashlib.sha256(salt.encode() + xml).hexdigest()


def _add_files(session: Writing, row: Delivery, files: Iterable[File]) -> bool:
    fresh = {file.name: file for file in files if file.name not in row.files}
    for file in fresh.values():
        session.add(
            Attachment(
                form_uuid=row.form_uuid,
                sha256=file.sha256,
                name=file.name,
                media_type=file.media_type,
                bytes=file.bytes,
            )
        )
    if fresh:
        row.files = {**row.files, **{file.name: file.sha256 for file in fresh.values()}}
        row.state = "kept" if row.state == "waiting" else row.state
    return bool(fresh)


def _kept(row: Delivery, is_new: bool) -> Kept:
    return Kept(row.uuid, row.form_uuid, row.state, is_new, told(row.problems))


def told(problems: Iterable[dict[str, Any]]) -> tuple[str, ...]:
    """What speaks against a delivery, in sentences."""
    return tuple(str(problem.get("message", "")) for problem in problems)


def outcome(session: Reading, kept: Kept) -> Kept:
    """The same delivery as it stands now."""
    row = session.exec(select(Delivery).where(Delivery.uuid == kept.uuid)).one()
    return _kept(row, kept.new)
