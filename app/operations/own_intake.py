"""What telephones deliver of a municipality's own forms: tried by the form's rules, kept whole.

No register knows these fields. The answers go into the intake as they came, and a row of
``own_submission`` points to them; another document under the same name is its correction.
"""

from typing import Any
from uuid import UUID

from sqlmodel import col, select

from app.capture import form_answers, form_rules
from app.capture.delivered import Document
from app.errors import Forbidden, Invalid, Unknown
from app.operations import access, field_forms, own_forms
from app.operations.access import Actor
from app.operations.intake import Message
from app.operations.trail import Author
from app.records import places, policy
from app.records.devices import Delivery, Device
from app.records.own_forms import OwnForm
from app.records.places import Where
from app.store.sessions import Reading


def read(
    session: Reading, row: Delivery, document: Document
) -> tuple[set[str], Author, Where, Message]:
    """Which files are wanting, and the message to the intake.

    Raises
    ------
    Unknown
        No district of its sender publishes this version.
    Invalid
        A rule of the form is broken; each with its question.
    """
    actor = access.actor_of(session, row.account_id or 0)
    device = session.get(Device, row.device_id) if row.device_id else None
    if actor is None or device is None:
        raise Invalid("La cuenta de quien la envió ya terminó.", remedy="Revísela con la junta.")
    where, version = _version(session, row, document, actor, device)
    model = own_forms.model_of(version)
    broken = form_rules.broken(model, document.root, own_forms.list_of(version))
    if broken:
        raise Invalid(
            "Reglas de su formulario que no cumple: {count}. La primera: {why}",
            remedy="Pida que la corrijan en el celular y la envíen otra vez.",
            rows=broken,
            count=len(broken),
            why=broken[0].message,
        )
    body: dict[str, Any] = {
        "form": str(version.uuid),
        "answers": form_answers.content(model, document.root),
        "files": dict(row.files),
    }
    message = Message(
        "own_form",
        _document(session, row),
        body,
        where.community_id,
        place_id=where.place_id,
        instrument="own_forms",
        version=version.version[:20],
        way="openrosa",
        device=device.name,
    )
    wanting = form_answers.uploads(model, document.root) - set(row.files)
    return wanting, Author(actor.account_id), where, message


def _version(
    session: Reading, row: Delivery, document: Document, actor: Actor, device: Device
) -> tuple[Where, OwnForm]:
    wheres = field_forms.communities_of(session, device, actor)
    places_of = {where.place_id: where for where in wheres if where.place_id is not None}
    found = session.exec(
        select(OwnForm).where(
            OwnForm.form == row.form,
            OwnForm.version == row.version,
            col(OwnForm.place_id).in_(list(places_of)),
        )
    ).all()
    if not found:
        raise Unknown(
            "Ningún distrito de quien lo envía tiene el formulario {form}, versión {version}.",
            remedy="Publíquelo en «Formularios propios», o revise de quién es el celular.",
            form=row.form,
            version=row.version or "(sin decir)",
        )
    where = _where(session, document, wheres, device, places_of[found[0].place_id])
    version = next((each for each in found if each.place_id == where.place_id), found[0])
    rules = policy.read(session)
    fills = any(
        access.grant(rules, actor, each, "own_forms", "write")
        for each in wheres
        if each.place_id == version.place_id
    )
    if not fills:
        raise Forbidden("Quien lo envía ya no llena formularios de este distrito.")
    return where, version


def _where(
    session: Reading, document: Document, wheres: list[Where], device: Device, district: Where
) -> Where:
    """The community that the document names, else that of the telephone, else the district."""
    code = form_answers.community(document.root)
    if code:
        named = next((where for where in wheres if where.community_code == code), None)
        if named is None:
            raise Unknown(
                "El celular no es de la comunidad {code} que dice el formulario.",
                remedy="Inscríbalo para ella, o corrija la comunidad.",
                code=code,
            )
        return named
    if device.community_id is not None:
        return next(where for where in wheres if where.community_id == device.community_id)
    return places.district(session, district.code)


def _document(session: Reading, row: Delivery) -> UUID:
    if not row.deprecated_id:
        return row.form_uuid
    before = session.exec(
        select(Delivery).where(Delivery.instance_id == row.deprecated_id, Delivery.state == "taken")
    ).first()
    if before is None:
        raise Invalid(
            "Corrige un formulario que no llegó.", remedy="Compare los dos y decida cuál vale."
        )
    return before.form_uuid
