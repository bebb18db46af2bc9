"""The sealed file of a telephone, opened: what it holds goes the way of every delivery.

A person carries it on a memory, a neighbour's telephone carries it with its own, or it is all
that is left where a PIN was forgotten. Opening it again changes nothing: each document has its
name. What was never finished is taken only where whoever opens it says so.

The file is JSON: ``format`` (sismuni-parcel), ``version``, ``made``, ``person``, ``key``
(``id``, ``wrapped``) and ``things``, each with ``id``, ``kind``, ``iv`` and ``data`` in Base64;
AES-GCM with the thing's ``id`` as additional data.
"""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.capture import delivered
from app.errors import Malformed, Refusal, Unknown
from app.operations import access, devices, handover_keys, keeping
from app.operations.access import Actor
from app.operations.keeping import Arrival, File
from app.records.devices import Device
from app.records.places import Where
from app.store.sessions import Reading, Store

FORMAT = "sismuni-parcel"
MOST_THINGS = 20_000
UNFINISHED = "Quedó sin terminar en el celular. Ábrala, complétela con la comunidad y envíela."
ENDED = "La cuenta de quien la llenó terminó antes de que llegara. Decida si esta ficha vale."
REVOKED = "El celular fue anulado antes de que llegara. Decida si esta ficha vale."


@dataclass(frozen=True, slots=True)
class Opened:
    """What a file brought: new documents, those known already, unfinished ones left in it."""

    device: str
    new: int
    known: int
    unfinished: int
    unread: int


@dataclass(frozen=True, slots=True)
class Lane:
    """Where a file is opened: its store, the folder of files, and for which place."""

    store: Store
    folder: Path
    where: Where | None = None


@dataclass(frozen=True, slots=True)
class _Parcel:
    account: dict[str, Any]
    documents: tuple[dict[str, Any], ...]
    files: Mapping[str, bytes]


def opened(lane: Lane, content: bytes, *, unfinished: bool = False) -> Opened:
    """Keep every document of a file; ``unfinished`` says whether drafts too.

    Raises
    ------
    Malformed
        It is no such file, or it was cut or changed.
    Unknown
        It was sealed for another municipality, or its telephone was never enrolled here.
    """
    raw = _read(content)
    with lane.store.reading() as session:
        parcel = _unsealed(raw, _key(session, raw))
        device = _device(session, lane, str(parcel.account.get("token", "")))
        actor = access.actor_of(session, device.account_id)
    drafts = [each for each in parcel.documents if each.get("state") == "draft"]
    wanted = parcel.documents if unfinished else _finished(parcel)
    arrivals, unread = [], 0
    for document in wanted:
        try:
            arrivals.append(_arrival(document, parcel, lane.folder, (device, actor)))
        except (Refusal, KeyError, TypeError):
            unread += 1  # told to whoever opens it; the others are worth keeping
    with lane.store.writing() as session:
        kept = keeping.keep_all(session, arrivals)
    new = sum(1 for each in kept if each is not None and each.new)
    left = 0 if unfinished else len(drafts)
    return Opened(device.name, new, len(kept) - new, left, unread)


def _finished(parcel: _Parcel) -> tuple[dict[str, Any], ...]:
    return tuple(each for each in parcel.documents if each.get("state") != "draft")


def _read(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
        if found["format"] == FORMAT and len(found["things"]) <= MOST_THINGS:
            return dict(found)
    except (ValueError, KeyError, TypeError):
        pass
    raise Malformed(
        "Ese archivo no es de fichas guardadas en un celular.",
        remedy="Elija el que guardó la aplicación; su nombre empieza con «sismuni-».",
    )


def _key(session: Reading, raw: Mapping[str, Any]) -> AESGCM:
    try:
        key_id, wrapped = str(raw["key"]["id"]), _bytes(raw["key"]["wrapped"])
    except (KeyError, TypeError) as wrong:
        raise _broken() from wrong
    return AESGCM(handover_keys.unwrapped(session, key_id, wrapped))


def _unsealed(raw: Mapping[str, Any], key: AESGCM) -> _Parcel:
    kinds: dict[str, list[bytes]] = {"account": [], "document": []}
    files: dict[str, bytes] = {}
    for name, kind, content in _things(raw, key):
        if kind == "file":
            files[name.rpartition("/")[2]] = content
        elif kind in kinds:
            kinds[kind].append(content)
    if not kinds["account"]:
        raise _broken()
    read = [json.loads(content) for content in kinds["document"]]
    return _Parcel(json.loads(kinds["account"][0]), tuple(read), files)


def _things(raw: Mapping[str, Any], key: AESGCM) -> Iterator[tuple[str, str, bytes]]:
    for thing in raw["things"]:
        try:
            name, kind = str(thing["id"]), str(thing["kind"])
            sealed = key.decrypt(_bytes(thing["iv"]), _bytes(thing["data"]), name.encode())
        except (KeyError, TypeError, ValueError, InvalidTag) as wrong:
            raise _broken() from wrong
        yield name, kind, sealed


def _bytes(text: Any) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (ValueError, TypeError) as wrong:
        raise _broken() from wrong


def _broken() -> Malformed:
    return Malformed(
        "El archivo no se puede abrir: está incompleto o cambiado.",
        remedy="Guárdelo otra vez en el celular y tráigalo de nuevo.",
    )


def _device(session: Reading, lane: Lane, token: str) -> Device:
    device = devices.once_of_token(session, token)
    if device is None or (lane.where and not devices.is_of(session, lane.where, device)):
        raise Unknown(
            "El celular de este archivo nunca se inscribió aquí.",
            remedy="Ábralo en la municipalidad que lo inscribió.",
        )
    return device


def _arrival(
    document: Mapping[str, Any], parcel: _Parcel, folder: Path, bearer: tuple[Device, Actor | None]
) -> Arrival:
    device, actor = bearer
    xml = str(document["xml"]).encode()
    held = REVOKED if device.revoked_at is not None else "" if actor else ENDED
    held = UNFINISHED if document["state"] == "draft" else held
    files = tuple(_files(document, parcel.files, folder))
    who = actor or Actor(device.account_id)
    return Arrival(device, who, delivered.heading(xml), xml, files, held)


def _files(
    document: Mapping[str, Any], contents: Mapping[str, bytes], folder: Path
) -> Iterator[File]:
    for each in document.get("files", ()):
        content = contents.get(str(each["id"]))
        if content is not None:
            yield keeping.keep_file(folder, str(each["name"]), content, str(each["type"]))
