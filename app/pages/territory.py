"""The communities of a district as a list that can be searched, and a new one made there."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse

from app.errors import Invalid, Refusal
from app.http.errors import status_of
from app.http.gate import Passage, Permit, ReadDep, StoreDep
from app.operations import communities
from app.pages import shell
from app.pages.language import N_, message_of, remedy_of, say
from app.records import gazetteer
from app.records.gazetteer import Listing
from app.records.territory import Community
from app.store.sessions import Reading

router = APIRouter()
LIST = "/d/{ubigeo}/comunidades"
AT_ONCE = 100
BLANK = {"code": "", "name": "", "kind": "", "language": ""}
Seeing = Annotated[Passage, Depends(Permit("territory", "read"), scope="function")]
Making = Annotated[Passage, Depends(Permit("communities", "write"), scope="function")]
KINDS = (
    ("campesina", N_("Comunidad campesina")),
    ("nativa", N_("Comunidad nativa")),
    ("anexo", N_("Anexo")),
    ("caserio", N_("Caserío")),
    ("centro_poblado", N_("Centro poblado")),
    ("barrio", N_("Barrio")),
    ("asentamiento", N_("Asentamiento humano")),
    ("sector", N_("Sector")),
    ("manzana", N_("Manzana")),
)


@router.get(LIST)
def index(
    request: Request, passage: Seeing, session: ReadDep, q: str = "", desde: UUID | None = None
) -> HTMLResponse:
    """The communities of a district, by name; with words, those that have them."""
    return _list(request, passage, session, Listing(q[:80], desde, AT_ONCE))


def _list(
    request: Request,
    passage: Passage,
    session: Reading,
    listing: Listing,
    refusal: Refusal | None = None,
    kept: dict[str, str] | None = None,
) -> HTMLResponse:
    where = passage.where
    lang = shell.language(request, passage.actor)
    rows = gazetteer.communities(session, where.place_id or 0, listing)
    root = f"/d/{where.code}/comunidades"
    return shell.page(
        request,
        passage,
        "territory/communities.html",
        title=N_("Comunidades"),
        status=status_of(refusal) if refusal else 200,
        trouble_said=(message_of(refusal, lang), remedy_of(refusal, lang)) if refusal else None,
        rows=[_row(row, root, lang) for row in rows],
        after=rows[-1].uuid if len(rows) == listing.most else None,
        q=listing.words,
        root=root,
        kinds=[(kind, say(lang, words)) for kind, words in KINDS],
        languages=communities.languages(),
        kept={**BLANK, **(kept or {})},
        may_make=where.kind == "district" and passage.may("communities", "write"),
        returned=f"/d/{where.code}/retorno" if passage.may("returns", "read") else "",
        imports=f"/d/{where.code}/administracion/importaciones"
        if passage.may("imports", "write")
        else "",
    )


def _row(row: Community, root: str, lang: str) -> dict[str, Any]:
    return {
        "name": {"text": row.name, "href": f"{root}/{row.code}"},
        "code": row.code,
        "kind": say(lang, dict(KINDS).get(row.kind, row.kind)),
        "population": row.population,
        "households": row.households,
        "altitude_m": row.altitude_m,
    }


@router.post(LIST)
def make(
    request: Request,
    *,
    passage: Making,
    store: StoreDep,
    code: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
    kind: Annotated[str, Form()] = "centro_poblado",
    language: Annotated[str, Form()] = "es",
) -> Response:
    """A new community; the rest is told in its own sheets."""
    try:
        values = {"name": _name(name), "kind": _kind(kind), "language": _language(language)}
        row = communities.create(store, passage.author, passage.where, _code(code), values)
    except Refusal as refusal:
        kept = {"code": code[:20], "name": name[:120], "kind": kind, "language": language}
        with store.reading() as session:
            return _list(request, passage, session, Listing(most=AT_ONCE), refusal, kept)
    to = f"/d/{passage.where.code}/comunidades/{row.code}"
    return shell.redirect(request, passage, to, N_("Se creó la comunidad {name}."), name=row.name)


def _code(text: str) -> str:
    code = text.strip()
    if 0 < len(code) <= 20 and code.isascii() and code.replace("-", "").replace("_", "").isalnum():
        return code
    raise Invalid(
        "El código solo puede tener letras sin tilde, cifras y guiones.",
        remedy="Escriba el de INEI de diez cifras, o el que usa la municipalidad.",
        field="code",
    )


def _name(text: str) -> str:
    name = " ".join(text.split())
    if 0 < len(name) <= 120:
        return name
    raise Invalid("Falta el nombre.", remedy="Escríbalo, de hasta 120 letras.", field="name")


def _kind(text: str) -> str:
    if text in dict(KINDS):
        return text
    raise Invalid("No se conoce esa clase de comunidad.", remedy="Elija una.", field="kind")


def _language(text: str) -> str:
    if text in {code for code, _ in communities.languages()}:
        return text
    raise Invalid("No se conoce esa lengua.", remedy="Elija una.", field="language")
