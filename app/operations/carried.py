"""What the application of the telephone keeps beside its forms: whose it is, where, and receipts.

Each answer is for one enrolled device alone; its token in the path is the whole proof.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from app.operations import field_forms, handover_keys, receipts
from app.operations.access import Actor
from app.operations.layers import limits
from app.records import places
from app.records.devices import Delivery, Device
from app.records.intake import Form
from app.records.places import Where
from app.store.sessions import Reading
from app.store.types import now

MISSING = "missing"
MOST_ASKED = 2_000
_WORDS = {"taken": "sent"}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the town hall has of one document, so that the telephone can check it by itself.

    ``digest`` is the SHA-256 of ``salt`` and the XML as it was sent; ``state`` is that of the
    delivery until it stands in the registers, then the document's own; ``missing`` if it never
    came. ``indicators`` are those in which it counts, once approved.
    """

    instance_id: str
    state: str
    reason: str = ""
    number: str = ""
    salt: str = ""
    digest: str = ""
    indicators: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Both lists compared: a receipt for each document asked, and how many more there are."""

    at: str
    receipts: tuple[Receipt, ...]
    others: tuple[str, ...]


def who(session: Reading, device: Device, actor: Actor) -> dict[str, Any]:
    """Whose telephone this is, and the key under which its own are wrapped for us."""
    wheres = field_forms.communities_of(session, device, actor)
    town = handover_keys.newest(session)
    return {
        "person": actor.name,
        "device": device.name,
        "language": actor.language,
        "label": _label(wheres),
        "town": {"id": town.key_id, "key": handover_keys.public(town)},
    }


def place(session: Reading, device: Device, actor: Actor) -> dict[str, Any]:
    """As ``who``, with the communities and the limits of their districts for the map."""
    wheres = field_forms.communities_of(session, device, actor)
    districts = {where.code: places.district(session, where.code) for where in wheres}
    return who(session, device, actor) | {
        "communities": [
            {"code": where.community_code, "name": where.community_name} for where in wheres
        ],
        "outlines": [
            json.loads(limits.outline(session, where).bytes.body) for where in districts.values()
        ],
    }


def _label(wheres: Sequence[Where]) -> str:
    names = [where.community_name or where.name for where in wheres[:2]]
    more = len(wheres) - len(names)
    return " y ".join(names) if not more else f"{names[0]} y {len(wheres) - 1} más"


def reconcile(session: Reading, device: Device, asked: Sequence[str], lang: str) -> Reconciled:
    """Compare what a telephone says that it sent with what came from it."""
    wanted = tuple(dict.fromkeys(asked))[:MOST_ASKED]
    rows = session.exec(
        select(Delivery)
        .where(col(Delivery.instance_id).in_(wanted), Delivery.account_id == device.account_id)
        .order_by(col(Delivery.nth).desc())
    ).all()
    found = {row.instance_id: row for row in rows}  # the first of a name is read last
    others = session.exec(
        select(Delivery.instance_id)
        .where(Delivery.device_id == device.id, col(Delivery.instance_id).not_in(wanted))
        .order_by(col(Delivery.id))
        .limit(MOST_ASKED)
    ).all()
    forms = _forms(session, [row.form_uuid for row in found.values()])
    told = tuple(_receipt(session, name, found.get(name), forms, lang) for name in wanted)
    return Reconciled(now().isoformat(), told, tuple(others))


def _forms(session: Reading, uuids: Sequence[UUID]) -> dict[UUID, Form]:
    rows = session.exec(select(Form).where(col(Form.uuid).in_(uuids))).all()
    return {row.uuid: row for row in rows}


def _receipt(
    session: Reading, name: str, row: Delivery | None, forms: dict[UUID, Form], lang: str
) -> Receipt:
    if row is None:
        return Receipt(name, MISSING)
    form = forms.get(row.form_uuid) if row.state == "taken" else None
    if form is None:
        state = _WORDS.get(row.state, row.state)
        said = row.reason or " ".join(str(p.get("message", "")) for p in row.problems[:3])
        return Receipt(name, state, said, "", row.salt, row.digest)
    arrival = receipts.of_form(session, form)
    counted = tuple({"code": c, "name": en if lang == "en" else es}
                    for c, es, en, _, n in arrival.counts_in if n)  # fmt: skip
    return Receipt(name, form.state, form.reason, arrival.number, row.salt, row.digest, counted)
