"""Form list, form, manifest, files and deliveries, under a telephone's own path or by Digest."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData, UploadFile

from app.errors import Malformed, Refusal, TooLarge
from app.http.devices import Carrier, CarrierDep
from app.http.errors import status_of
from app.http.gate import FormDep, ReadDep, SettingsDep, StoreDep
from app.openrosa import wire
from app.operations import deliveries, field_forms
from app.operations.deliveries import Bearer, File
from app.operations.field_forms import FieldForm
from app.settings import Settings

router = APIRouter(prefix="/openrosa")
DOCUMENT = "xml_submission_file"
MOST_XML = 10_000_000


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


def _address(request: Request, form: FieldForm) -> str:
    return f"{_base(request)}/forms/{form.xform.form}/{form.xform.version}"


@both("/formList")
def list_forms(request: Request, carrier: CarrierDep, session: ReadDep) -> Response:
    """The forms that this telephone may fill."""
    found = field_forms.of_device(session, carrier.device, carrier.actor)
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
    found = field_forms.one(session, carrier.device, carrier.actor, form)
    return Response(found.xform.xml, 200, dict(wire.HEADERS), wire.XML)


@both("/forms/{form}/{version}/manifest")
def list_files(request: Request, carrier: CarrierDep, session: ReadDep, form: str) -> Response:
    """The files that stand beside a form, with what they hold today."""
    found = field_forms.one(session, carrier.device, carrier.actor, form)
    return _xml(
        wire.manifest(
            {
                "filename": name,
                "hash": f"md5:{field_forms.md5(field_forms.file(session, found, name))}",
                "downloadUrl": f"{_address(request, found)}/files/{name}",
            }
            for name in found.files
        )
    )


@both("/forms/{form}/{version}/files/{name}")
def download_file(carrier: CarrierDep, session: ReadDep, form: str, name: str) -> Response:
    """One file of a form."""
    found = field_forms.one(session, carrier.device, carrier.actor, form)
    content = field_forms.file(session, found, name)
    return Response(content, 200, dict(wire.HEADERS), "text/csv; charset=utf-8")


@both("/submission")
def may_deliver(_: CarrierDep) -> Response:
    """What a client asks by HEAD before it sends: only 204 tells it that this is a server."""
    return Response(None, 204, dict(wire.HEADERS))


@both("/submission", "POST")
def deliver(
    request: Request, carrier: CarrierDep, store: StoreDep, settings: SettingsDep, form: FormDep
) -> Response:
    """Keep a document and its files; 201 or 202 once they are on the disk."""
    try:
        xml, files = _document(form), _files(form, settings)
        kept, new = deliveries.keep(store, _bearer(carrier), xml, files)
    except Refusal as refusal:
        said = f"{refusal} {refusal.remedy.format(**refusal.params)}".strip()
        return _xml(wire.response(said, "submit_error"), status_of(refusal))
    finally:
        for part in (p for _, p in form.multi_items() if isinstance(p, UploadFile)):
            part.file.close()
    request.app.state.taker.call()
    status, said = wire.outcome(deliveries.outcome(store, kept, new))
    return _xml(wire.response(said), status)


def _bearer(carrier: Carrier) -> Bearer:
    return Bearer(carrier.device, carrier.actor, carrier.author)


def _document(form: FormData) -> bytes:
    part = form.get(DOCUMENT)
    if part is None:
        raise Malformed("No llegó la ficha: falta la parte «{name}».", name=DOCUMENT)
    content = part.file.read(MOST_XML + 1) if isinstance(part, UploadFile) else part.encode()
    if len(content) > MOST_XML:
        raise TooLarge("La ficha pesa más de 10 MB.", remedy="Divídala en dos.")
    return content


def _files(form: FormData, settings: Settings) -> tuple[File, ...]:
    return tuple(_kept(settings, name, part) for name, part in _parts(form))


def _parts(form: FormData) -> Iterator[tuple[str, UploadFile]]:
    for name, part in form.multi_items():
        if name != DOCUMENT and isinstance(part, UploadFile):
            yield part.filename or name, part


def _kept(settings: Settings, name: str, part: UploadFile) -> File:
    content = part.file.read(settings.upload_bytes + 1)
    if len(content) > settings.upload_bytes:
        raise TooLarge("El archivo {name} pesa demasiado.", name=name)
    return deliveries.keep_file(settings.files, name, content, part.content_type or "")
