"""Keep what is personal under its family's own key, so that it can be forgotten.

The canonical answers of an entry are stored whole, except that whatever belongs to a
family (the whole document, or a household's row of it) is sealed with AES-GCM under
that family's key. Without the key a sealed part reads as ``{"_erased": uuid}``.
"""

import base64
import json
import os
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.records.intake import FamilyKey
from app.store.sessions import Reading, Writing

Answers = dict[str, Any]
Families = Callable[[str], UUID | None]
ROWS = "households"  # the repeat whose rows each belong to a household
CODE = "household"


def seal(session: Writing, answers: Answers, family: UUID | None, families: Families) -> bytes:
    """The bytes to keep: whole under ``family``'s key, or row by row under each household's."""
    if family is not None:
        return _packed(_closed(session, family, answers))
    rows = answers.get(ROWS)
    if not isinstance(rows, list):
        return _packed(answers)
    sealed = []
    for row in rows:
        owner = families(str(row.get(CODE, "")))
        sealed.append(row if owner is None else _closed(session, owner, row))
    return _packed({**answers, ROWS: sealed})


def unseal(session: Reading, body: bytes) -> Answers:
    """The answers again, with what was erased left out."""
    answers = _opened(session, json.loads(body))
    rows = answers.get(ROWS)
    if isinstance(rows, list):
        opened = [_opened(session, row) for row in rows]
        answers[ROWS] = [row for row in opened if "_erased" not in row]
    return answers


def _packed(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _closed(session: Writing, family: UUID, value: Mapping[str, Any]) -> Answers:
    found = session.get(FamilyKey, family)
    if found is None:
        found = new_key(family)
        session.add(found)
        session.flush()
    if found.key is None:
        return {"_erased": str(family)}
    nonce = os.urandom(12)
    sealed = AESGCM(found.key).encrypt(nonce, _packed(value), family.bytes)
    return {"_family": str(family), "_sealed": base64.b64encode(nonce + sealed).decode()}


def new_key(family: UUID) -> FamilyKey:
    """A key that no other family has, not yet kept."""
    return FamilyKey(family_uuid=family, key=AESGCM.generate_key(128))


def _opened(session: Reading, value: Answers) -> Answers:
    if "_sealed" not in value:
        return value
    family = UUID(value["_family"])
    found = session.get(FamilyKey, family)
    if found is None or found.key is None:
        return {"_erased": str(family)}
    blob = base64.b64decode(value["_sealed"])
    try:
        plain = AESGCM(found.key).decrypt(blob[:12], blob[12:], family.bytes)
    except InvalidTag:
        return {"_erased": str(family)}
    opened: Answers = json.loads(plain)
    return opened
