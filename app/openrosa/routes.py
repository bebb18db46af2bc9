"""Form list, form, manifest, files and deliveries, under a telephone's own path or by Digest."""

from asyncio import wrap_future
from collections.abc import Callable, Iterator
from typing import Any, cast
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import ClientDisconnect

from app.capture import delivered
from app.errors import Malformed, TooLarge
from app.http.devices import Carrier, CarrierDep, DelivererDep, unproved
from app.http.gate import ReadDep, SettingsDep, the_form, the_store
from app.http.unpacking import unpacked
from app.openrosa import wire
from app.operations import deliveries, keeping, telephone_forms
from app.operations.keeping import Arrival, File, Keeper, Kept
from app.operations.taking import Taker
from app.operations.telephone_forms import Offered
from app.settings import Settings

router = APIRouter(prefix="/openrosa")
DOCUMENT = "xml_submission_file"
MOST_XML = 10_000_000
SMALL = 200_000  # bytes of a document that keeps nobody waiting while it is read


def both(path: str, method: str = "GET") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The same route under a telephone's token and without it."""

    def known(function: Callable[..., Any]) -> Callable[..., Any]:
        for address in (path, "/{token}" + path):
            router.add_api_route(address, function, methods=[method], response_model=None)
        return function

    return known


def _base(request: Request) -> str:
    token = request.path_params.get("token")
    return str(request.base_url) + "openrosa" + (f"/{quote(token)}" if token else "")


def _xml(content: str, status: int = 200) -> Response:
    return Response(content, status, dict(wire.HEADERS), wire.XML)


def _address(request: Request, form: Offered) -> str:
    return f"{_base(request)}/forms/{quote(form.xform.form)}/{quote(form.xform.version)}"


@both("/formList")
def list_forms(request: Request, carrier: CarrierDep, session: ReadDep) -> Response:
    """The forms that this telephone may fill."""
    found = telephone_forms.of_device(session, carrier.device, carrier.actor)
    return _xml(
        wire.form_list(
            {
                "formID": form.xform.form,
                "name": form.xform.title,
                "version": form.xform.version,
                "hash": f"md5:{form.xform.md5}",
                "downloadUrl": _address(request, form),
                "manifestUrl": _address(request, form) + "/manifest",
            }
            for form in found
        )
    )


@both("/forms/{form}/{version}")
def download(carrier: CarrierDep, session: ReadDep, form: str) -> Response:
    """A form; only its newest version is given out, older ones are still taken in."""
    found = telephone_forms.one(session, carrier.device, carrier.actor, form)
    return Response(found.xform.xml, 200, dict(wire.HEADERS), wire.XML)


@both("/forms/{form}/{version}/manifest")
def list_files(
    request: Request, carrier: CarrierDep, session: ReadDep, settings: SettingsDep, form: str
) -> Response:
    """The files that stand beside a form, with what they hold today."""
    found = telephone_forms.one(session, carrier.device, carrier.actor, form)
    folder = settings.files
    return _xml(
        wire.manifest(
            {
                "filename": name,
                "hash": f"md5:{telephone_forms.md5_of(session, folder, found, name)}",
                "downloadUrl": f"{_address(request, found)}/files/{quote(name)}",
            }
            for name in found.files
        )
    )


@both("/forms/{form}/{version}/files/{name}")
def download_file(
    carrier: CarrierDep, session: ReadDep, settings: SettingsDep, form: str, name: str
) -> Response:
    """One file of a form."""
    found = telephone_forms.one(session, carrier.device, carrier.actor, form)
    content, media_type = telephone_forms.file(session, settings.files, found, name)
    return Response(content, 200, dict(wire.HEADERS), media_type)


@both("/submission")
def may_deliver(_: CarrierDep) -> Response:
    """What a client asks by HEAD before it sends: only 204 tells it that this is a server."""
    return Response(None, 204, dict(wire.HEADERS))


@both("/submission", "POST")
async def deliver(request: Request, carrier: DelivererDep, settings: SettingsDep) -> Response:
    """Keep a document and its files; 201 or 202 once they are on the disk."""
    try:
        form = await the_form(unpacked(request, settings.upload_bytes))
    except ClientDisconnect:
        return Response(None, 400)  # which nobody reads: the telephone will send it again
    try:
        if _is_small(form):
            arrival = _arrival(carrier, form, settings)  # sooner than a thread is awake
        else:
            arrival = await run_in_threadpool(_arrival, carrier, form, settings)
    finally:
        await form.close()
    kept = await wrap_future(cast(Keeper, request.app.state.keeper).keep(arrival))
    if kept is None:
        raise unproved()
    if not cast(Taker, request.app.state.taker).call():
        kept = await run_in_threadpool(_taken_now, request, kept)
    status, said = wire.outcome(kept)
    return _xml(wire.response(said), status)


def _is_small(form: FormData) -> bool:
    parts = form.multi_items()
    sizes = (part.size or 0 if isinstance(part, UploadFile) else len(part) for _, part in parts)
    return len(parts) == 1 and sum(sizes) <= SMALL


def _taken_now(request: Request, kept: Kept) -> Kept:
    store = the_store(request)
    deliveries.take_kept(store)
    with store.reading() as session:
        return keeping.outcome(session, kept)


def _arrival(carrier: Carrier, form: FormData, settings: Settings) -> Arrival:
    xml = _document(form)
    heading = delivered.heading(xml)  # what is no form leaves no files behind
    files = tuple(_kept(settings, name, part) for name, part in _files(form))
    return Arrival(carrier.device, carrier.actor, heading, xml, files)


def _document(form: FormData) -> bytes:
    part = form.get(DOCUMENT)
    if part is None:
        raise Malformed("No llegó la ficha: falta la parte «{name}».", name=DOCUMENT)
    content = part.file.read(MOST_XML + 1) if isinstance(part, UploadFile) else part.encode()
    if len(content) > MOST_XML:
        raise TooLarge("La ficha pesa más de 10 MB.", remedy="Divídala en dos.")
    return content


def _files(form: FormData) -> Iterator[tuple[str, UploadFile]]:
    for name, part in form.multi_items():
        # An empty file is what remains of a photograph that failed: there is nothing to keep.
        if name != DOCUMENT and isinstance(part, UploadFile) and part.size:
            yield part.filename or name, part


def _kept(settings: Settings, name: str, part: UploadFile) -> File:
    content = part.file.read(settings.upload_bytes + 1)
    if len(content) > settings.upload_bytes:
        raise TooLarge("El archivo {name} pesa demasiado.", name=name)
    return keeping.keep_file(settings.files, name, content, part.content_type or "")
