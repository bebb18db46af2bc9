"""The forms that a telephone may download, and the files that stand beside them.

A form is narrowed to what its holder may be shown; the files hold only the communities for
which that person may fill it.
"""

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Any

from sqlmodel import col, select

from app.capture import xlsforms
from app.capture.fields import Instrument
from app.capture.packs import Pack
from app.errors import Unknown
from app.operations import access, instruments, packs
from app.operations.access import Actor
from app.records import places, policy
from app.records.catalogues import PracticeRow
from app.records.devices import Device
from app.records.places import Where
from app.records.territory import Place
from app.store.sessions import Reading

LOCAL = ("problems", "actions", "households")


@dataclass(frozen=True)
class FieldForm:
    """One form for one telephone, with its files by name."""

    instrument: Instrument
    xform: Any
    wheres: tuple[Where, ...]

    @property
    def files(self) -> tuple[str, ...]:
        """Names of the files that stand beside it."""
        return (*(f"{name}.csv" for name in self.xform.files), *self.xform.media)


def of_device(session: Reading, device: Device, actor: Actor) -> list[FieldForm]:
    """Every form that this telephone may fill for some community, by its code."""
    wheres = communities_of(session, device, actor)
    rules = policy.read(session)
    found = []
    for instrument in instruments.every(session):
        mine = [w for w in wheres if _may_fill(rules, actor, w, instrument)]
        if mine:
            roles = {role for where in mine for role in access.roles_at(actor, where)}
            pack = packs.of(session, instrument, {w.place_id for w in mine if w.place_id})
            xform = _made(instrument.asked_by(roles), pack)
            found.append(FieldForm(instrument, xform, tuple(mine)))
    return found


def _may_fill(rules: policy.Policy, actor: Actor, where: Where, instrument: Instrument) -> bool:
    roles = frozenset(access.roles_at(actor, where))
    granted = access.grant(rules, actor, where, instrument.code, "write")
    return granted is not None and bool(instrument.fill & roles)


def one(session: Reading, device: Device, actor: Actor, form: str) -> FieldForm:
    """As ``of_device``, the one of this name.

    Raises
    ------
    Unknown
        There is none, or this telephone may not fill it.
    """
    for each in of_device(session, device, actor):
        if each.xform.form == form:
            return each
    raise Unknown("No hay ningún formulario {form} para este celular.", form=form)


@lru_cache(maxsize=128)
def _made(instrument: Instrument, pack: Pack) -> Any:
    # pyxform is loaded only where a telephone asks for forms.
    return import_module("app.capture.xform_files").of_instrument(instrument, pack)


def communities_of(session: Reading, device: Device, actor: Actor) -> list[Where]:
    """The communities for which a telephone may deliver, by name."""
    if device.community_id is not None:
        return _known(session, [device.community_id])
    ids = [bond.community_id for bond in actor.bonds if bond.community_id is not None]
    # Of a facility the whole district: the policy then keeps those that it serves.
    bound = [bond.place_id for bond in actor.bonds if bond.community_id is None]
    for place in session.exec(select(Place).where(col(Place.id).in_(bound))).all():
        if place.kind == "district":
            ids += places.community_ids(session, places.district(session, place.code))
    return _known(session, dict.fromkeys(ids))


def _known(session: Reading, ids: Iterable[int]) -> list[Where]:
    districts: dict[str, Where] = {}
    found = []
    for community_id in ids:
        address = places.address_of(session, community_id)
        if address is not None:
            district = districts.setdefault(address[0], places.district(session, address[0]))
            found.append(places.community(session, district, address[1]))
    return sorted(found, key=lambda where: (where.community_name or "", where.community_code or ""))


def file(session: Reading, form: FieldForm, name: str) -> bytes:
    """One CSV file of a form.

    Raises
    ------
    Unknown
        The form has no such file.
    """
    if name not in form.files:
        raise Unknown("El formulario no tiene ese archivo: {name}.", name=name)
    source = name.removesuffix(".csv")
    if source == "communities":
        return communities_file(form.wheres)
    if source == "practices":
        return _practices(session)
    if source in LOCAL:
        return _csv(("name", "label", "community"), _offered(session, form, source))
    if source == "progress":
        told = (each for where in form.wheres for each in _shares(session, where))
        return _csv(("name", "share"), told)
    if source == "diagnosis" or source.startswith("previous_"):
        return _last(session, form, source)
    rows = [
        (code, words.es) for code, words in instruments.choices(session, form.wheres[0], source)
    ]
    return _csv(("name", "label"), rows)


def _offered(session: Reading, form: FieldForm, source: str) -> list[tuple[str, str, str | None]]:
    return [
        (code, words.es, where.community_code)
        for where in form.wheres
        for code, words in instruments.choices(session, where, source)
    ]


def communities_file(wheres: Iterable[Where]) -> bytes:
    """The communities among which a form asks."""
    return _csv(("name", "label"), [(w.community_code, w.community_name) for w in wheres])


def _shares(session: Reading, where: Where) -> list[tuple[str, Any]]:
    return [(key, row["share"]) for key, row in instruments.shares(session, where).items()]


def _practices(session: Reading) -> bytes:
    rows = session.exec(select(PracticeRow).order_by(PracticeRow.code)).all()
    head = ("name", "label", "unit", "age_min_months", "age_max_months")
    return _csv(
        head, [(r.code, r.name_es, r.unit, r.age_min_months, r.age_max_months) for r in rows]
    )


def _last(session: Reading, form: FieldForm, source: str) -> bytes:
    """What each community said last time, one row each, under its code."""
    lookup = "diagnosis" if source == "diagnosis" else "previous"
    rows = {
        where.community_code: dict(
            instruments.known(session, where, form.instrument).lookups[lookup].get("last", {})
        )
        for where in form.wheres
    }
    wanted = xlsforms.columns_of(form.instrument, source)
    lines = [(code, *(row.get(column) for column in wanted)) for code, row in rows.items()]
    return _csv(("name", *wanted), lines)


def _csv(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return out.getvalue().encode()


def md5(content: bytes) -> str:
    """How OpenRosa says that a file changed."""
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
