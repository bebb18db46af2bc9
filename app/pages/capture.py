"""The application of the telephone: its frame, its words, and the files that it keeps.

Everything that it needs to open without a network is listed here, under one version name: the
telephone takes a new version whole or not at all.
"""

import hashlib
import json
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from app.errors import Unknown
from app.http.gate import Passage, Permit, SettingsDep, StoreDep
from app.operations import device_setup, devices
from app.pages import capture_words, shell
from app.pages.language import LANGUAGES, N_, say
from app.settings import ROOT

router = APIRouter(prefix="/captura")
ShowDep = Annotated[Passage, Depends(Permit("home", "read"), scope="function")]
OwnDep = Annotated[Passage, Depends(Permit("own_account", "write"), scope="function")]
STATIC = ROOT / "web" / "static"
FRAME = "/captura/"
WORKER = "worker.js"
LIBRARIES = (
    "css/print.css",
    "css/sismuni.css",
    "img/icon.svg",
    "js/geometry-field.js",
    "vendor/background.geojson",
    "vendor/idb.js",
    "vendor/leaflet/leaflet.css",
    "vendor/leaflet/leaflet.js",
    "vendor/xforms-engine.js",
)
FRESH = {"cache-control": "no-cache"}


def own_files() -> tuple[str, ...]:
    """The files of the application below ``static``, by name."""
    mine = (path.name for path in (STATIC / "capture").iterdir() if path.name != WORKER)
    return tuple(sorted((*(f"capture/{name}" for name in mine), *LIBRARIES)))


@router.get("/")
def show(request: Request, passage: ShowDep) -> HTMLResponse:
    """The empty frame, the same for everybody."""
    page = shell.page(request, passage, "capture.html", title=N_("Fichas sin señal"))
    page.headers.update(FRESH)
    return page


@router.get("/palabras/{lang}.json")
def words(passage: ShowDep, lang: str) -> JSONResponse:
    """What the application says in a language."""
    if lang not in LANGUAGES:
        raise Unknown("La aplicación no habla ese idioma: {tongue}.", tongue=lang)
    return JSONResponse(capture_words.spoken(lang), headers=FRESH)


@router.get("/manifest.webmanifest")
def manifest(request: Request, passage: ShowDep) -> JSONResponse:
    """What a telephone wants to know before it installs the application."""
    lang = shell.language(request, passage.actor)
    return JSONResponse(
        {
            "name": say(lang, N_("SISMUNI: fichas sin señal")),
            "short_name": "SISMUNI",
            "lang": lang,
            "id": FRAME,
            "start_url": FRAME,
            "scope": FRAME,
            "display": "standalone",
            "background_color": "#fbf9f4",
            "theme_color": "#8f2d20",
            "icons": [{"src": "/static/img/icon.svg", "type": "image/svg+xml", "sizes": "any"}],
        },
        headers=FRESH,
        media_type="application/manifest+json",
    )


@router.get("/sw.js")
def worker(passage: ShowDep) -> Response:
    """The script that keeps the application; its version is the content of what it keeps."""
    listed = [f"/static/{name}" for name in own_files()]
    listed += [FRAME, f"{FRAME}manifest.webmanifest"]
    listed += [f"{FRAME}palabras/{lang}.json" for lang in LANGUAGES]
    version = hashlib.sha256(shell.static_version(STATIC).encode())
    version.update(repr([capture_words.spoken(lang) for lang in LANGUAGES]).encode())
    told = {"VERSION": version.hexdigest()[:12], "FILES": listed}
    head = "".join(f"const {name} = {json.dumps(value)}\n" for name, value in told.items())
    script = head + (STATIC / "capture" / WORKER).read_text(encoding="utf-8")
    return Response(script, media_type="text/javascript", headers=FRESH)


@router.get("/preparar")
def ask(request: Request, passage: OwnDep) -> HTMLResponse:
    """Whether this very telephone is to be set up for whoever is logged in."""
    return shell.page(request, passage, "people/own_device.html", title=N_("Preparar este celular"))


@router.post("/preparar")
def prepare(request: Request, passage: OwnDep, store: StoreDep, settings: SettingsDep) -> Response:
    """Enrol it and go on in the application, which asks for a PIN."""
    label = say(shell.language(request, passage.actor), N_("Celular propio"))
    token = devices.enrol_own(store, passage.actor, passage.author, label)
    return Response(status_code=303, headers={"location": device_setup.capture_address("", token)})
