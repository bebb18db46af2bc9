"""Everything that a telephone may download: the instruments, and its districts' own forms."""

import hashlib
from dataclasses import dataclass
from mimetypes import guess_type
from pathlib import Path

from app.errors import Unknown
from app.operations import access, attachments, field_forms, own_forms, packs
from app.operations.access import Actor
from app.operations.field_forms import FieldForm
from app.records import policy
from app.records.devices import Device
from app.records.own_forms import OwnForm
from app.records.places import Where
from app.store.sessions import Reading


@dataclass(frozen=True)
class OwnXForm:
    """A version as clients download it; named as ``app.capture.xform_files.XForm``."""

    form: str
    version: str
    title: str
    xml: bytes

    @property
    def md5(self) -> str:
        """How OpenRosa says that a form changed."""
        return hashlib.md5(self.xml, usedforsecurity=False).hexdigest()


@dataclass(frozen=True)
class OwnFieldForm:
    """One own form for one telephone; ``wheres`` are its communities of that district."""

    row: OwnForm
    wheres: tuple[Where, ...]

    @property
    def xform(self) -> OwnXForm:
        """The form itself."""
        return OwnXForm(self.row.form, self.row.version, self.row.title, self.row.xml)

    @property
    def files(self) -> tuple[str, ...]:
        """Names of the files that stand beside it."""
        asked = set(own_forms.model_of(self.row).outside.values())
        return tuple(sorted({*self.row.files, *(asked & own_forms.GIVEN)}))


Offered = FieldForm | OwnFieldForm


def of_device(session: Reading, device: Device, actor: Actor) -> list[Offered]:
    """Every form that this telephone may fill."""
    found: list[Offered] = [*field_forms.of_device(session, device, actor)]
    rules = policy.read(session)
    wheres = [
        where
        for where in field_forms.communities_of(session, device, actor)
        if access.grant(rules, actor, where, "own_forms", "write")
    ]
    places = {where.place_id for where in wheres if where.place_id is not None}
    for row in own_forms.offered(session, places) if places else ():
        mine = tuple(where for where in wheres if where.place_id == row.place_id)
        found.append(OwnFieldForm(row, mine))
    return found


def one(session: Reading, device: Device, actor: Actor, form: str) -> Offered:
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


def file(session: Reading, folder: Path, form: Offered, name: str) -> tuple[bytes, str]:
    """One file of a form, and what it is.

    Raises
    ------
    Unknown
        The form has no such file.
    """
    if isinstance(form, FieldForm) and name in form.xform.media:
        return _media(session, folder, form, name)
    if isinstance(form, FieldForm):
        return field_forms.file(session, form, name), "text/csv; charset=utf-8"
    if name not in form.files:
        raise Unknown("El formulario no tiene ese archivo: {name}.", name=name)
    if name not in form.row.files:
        return field_forms.communities_file(form.wheres), "text/csv; charset=utf-8"
    path = attachments.existing(folder, form.row.files[name])
    return path.read_bytes(), guess_type(name)[0] or "application/octet-stream"


def _media(session: Reading, folder: Path, form: FieldForm, name: str) -> tuple[bytes, str]:
    wheres = {where.place_id for where in form.wheres if where.place_id is not None}
    path = attachments.existing(folder, packs.sha256_of(session, form.instrument, wheres, name))
    return path.read_bytes(), packs.media_type(name)


def md5_of(session: Reading, folder: Path, form: Offered, name: str) -> str:
    """How OpenRosa says that a file changed."""
    return field_forms.md5(file(session, folder, form, name)[0])
