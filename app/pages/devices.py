"""Telephones of a place that deliver by themselves: the list, enrolling one, revoking one."""

from dataclasses import asdict
from typing import Annotated, Any, cast
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request, Response, UploadFile
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from app.documents import qr
from app.errors import Invalid, Refusal
from app.http.encrypted import is_https
from app.http.errors import status_of
from app.http.gate import Passage, Permit, ReadDep, SettingsDep, StoreDep
from app.operations import delivery_proof, device_setup, devices, instruments, parcels
from app.operations.devices import Enrolled, NewDevice
from app.operations.taking import Taker
from app.pages import shell, twice
from app.pages.language import N_, message_of, remedy_of, say
from app.records import places, seats
from app.settings import LOOPBACK, Settings
from app.store.sessions import Reading

router = APIRouter()
both = twice.under(router, twice.DISTRICT, twice.COMMUNITY)
Seeing = Annotated[Passage, Depends(Permit("devices", "read"), scope="function")]
Managing = Annotated[Passage, Depends(Permit("devices", "manage"), scope="function")]
LIST = "/celulares"


@both(LIST, "GET")
def index(
    request: Request, passage: Seeing, session: ReadDep, settings: SettingsDep
) -> HTMLResponse:
    """All telephones of this place."""
    return _list(request, passage, session, settings)


@both(LIST, "POST")
def enrol(
    request: Request,
    *,
    passage: Managing,
    store: StoreDep,
    settings: SettingsDep,
    account: Annotated[str, Form()] = "",
    label: Annotated[str, Form()] = "",
    community: Annotated[str, Form()] = "",
) -> Response:
    """A new telephone, for this place or a community of it, and the sheet that sets it up."""
    try:
        wish, where = NewDevice(_uuid(account), label), passage.where
        if community and where.community_id is None:
            with store.reading() as session:
                where = places.community(session, where, community)
            passage = passage.at(where, "devices", "manage")
        given = devices.enrol(store, passage.author, where, wish)
    except Refusal as refusal:
        kept = {"account": account, "label": label, "community": community}
        with store.reading() as session:
            return _list(request, passage, session, settings, (refusal, kept))
    return _handout(request, passage, settings, given)


@both(LIST + "/{device}/anular", "POST")
def revoke(
    request: Request,
    *,
    passage: Managing,
    store: StoreDep,
    device: UUID,
    reason: Annotated[str, Form()] = "",
) -> Response:
    """A telephone lost or handed back delivers nothing more."""
    devices.revoke(store, passage.author, passage.where, device, reason)
    said = N_("El celular está anulado: ya no entrega ni recibe nada.")
    return shell.redirect(request, passage, _base(passage), said)


@both(LIST + "/archivo", "POST")
def bring(
    request: Request,
    *,
    passage: Managing,
    store: StoreDep,
    settings: SettingsDep,
    file: UploadFile | None = None,
    unfinished: Annotated[str, Form()] = "",
) -> Response:
    """The sealed file that a telephone saved: its forms go the way of every delivery."""
    if file is None or not file.filename:
        raise Invalid("Falta el archivo.", remedy="Elija el que guardó la aplicación del celular.")
    lane = parcels.Lane(store, settings.files, passage.where)
    found = parcels.opened(lane, file.file.read(), unfinished=bool(unfinished))
    cast(Taker, request.app.state.taker).call_or_take()
    lang = shell.language(request, passage.actor)
    said = say(
        lang,
        N_(
            "Archivo de {device}: {new} fichas nuevas, {known} que ya estaban, {unfinished} sin "
            "terminar que quedaron en el celular, {unread} que no se entienden."
        ),
        **asdict(found),
    )
    return shell.redirect(request, passage, _base(passage), said)


def _list(
    request: Request,
    passage: Passage,
    session: Reading,
    settings: Settings,
    wrong: tuple[Refusal, dict[str, str]] | None = None,
) -> HTMLResponse:
    lang = shell.language(request, passage.actor)
    refusal, kept = wrong or (None, {})
    where, can_manage = passage.where, passage.may("devices", "manage")
    people = devices.candidates(session, where) if can_manage else []
    is_district = where.kind == "district" and where.community_id is None
    return shell.page(
        request,
        passage,
        "people/devices.html",
        title=N_("Celulares"),
        status=status_of(refusal) if refusal else 200,
        base=_base(passage),
        place=where.community_name or where.name,
        is_community=where.community_id is not None,
        devices=devices.of_place(session, where),
        delivered=delivery_proof.of_place(session, where),
        tally=delivery_proof.tally(session, where),
        titles={i.code: i.title for i in instruments.every(session)},
        slugs={code: slug for code, slug in instruments.SLUGS.items() if passage.may(code, "read")},
        district_base=f"/d/{where.code}",
        people=[(str(each.uuid), f"{each.name} ({each.login})") for each in people],
        communities=seats.communities_in(session, where) if can_manage and is_district else [],
        kept={"account": "", "label": "", "community": ""} | kept,
        trouble_said=(message_of(refusal, lang), remedy_of(refusal, lang)) if refusal else None,
        can_manage=can_manage,
        **_way(request, settings),
    )


def _handout(
    request: Request, passage: Passage, settings: Settings, given: Enrolled
) -> HTMLResponse:
    way = _way(request, settings)
    title = f"SISMUNI {passage.where.community_name or passage.where.name}"
    if way["private"]:
        text = device_setup.settings_qr(way["site"], given.token, title)
    else:
        # A token in the address could be read on the way; Digest keeps the secret at home.
        text = device_setup.digest_qr(way["site"], given, title)
    return shell.page(
        request,
        passage,
        "people/device_handout.html",
        title=N_("Configure el celular con esta hoja"),
        base=_base(passage),
        given=given,
        place=passage.where.community_name or passage.where.name,
        drawn=Markup(qr.svg(text)),  # ours, drawn from settings that we made
        own=Markup(qr.svg(device_setup.capture_address(way["site"], given.token)))
        if way["private"] or way["only_here"]
        else None,
        **way,
    )


def _way(request: Request, settings: Settings) -> dict[str, Any]:
    """The address that a telephone would ask, and whether it can be asked at all."""
    asked = urlsplit(str(request.base_url))
    private = is_https(request, settings)
    return {
        "site": f"{'https' if private else 'http'}://{asked.netloc}",
        "private": private,
        "insecure_lan": settings.insecure_lan,
        "only_here": asked.hostname in LOOPBACK,
    }


def _base(passage: Passage) -> str:
    where = passage.where
    inner = f"/comunidades/{where.community_code}" if where.community_code else ""
    return f"/d/{where.code}{inner}{LIST}"


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid(
            "Falta elegir de quién es el celular.",
            remedy="Elija una cuenta de la lista.",
            field="account",
        ) from None
