"""The two roots, the country's and a district's: whoever asks, what stands there, its links."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.routing import APIRoute

from app.gis import feature_requests
from app.http.encrypted import is_https
from app.http.gate import Passage, Permit, ReadDep, the_settings
from app.operations import instruments
from app.operations.layers.declared import Asked
from app.operations.layers.offered import Reader
from app.operations.open_layers import country, district
from app.operations.open_layers.declared import Collection, Shelf
from app.records.places import EVERYWHERE
from app.store.sessions import Reading

COUNTRY, DISTRICT = "/ogc", "/d/{ubigeo}/ogc"
JSON, GEOJSON, HTML = "application/json", "application/geo+json", "text/html"
SCHEMA = "application/schema+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
REL = "http://www.opengis.net/def/rel/ogc/1.0/"
MapsDep = Annotated[Passage, Depends(Permit("maps", "read"), scope="function")]
Link = Mapping[str, Any]


def both(router: APIRouter) -> APIRouter:
    """The routes of a router under each root."""
    found = APIRouter()
    for prefix in (COUNTRY, DISTRICT):
        for route in router.routes:
            if isinstance(route, APIRoute):
                found.add_api_route(
                    prefix + route.path, route.endpoint, response_class=route.response_class
                )
    return found


@dataclass(frozen=True, slots=True)
class Root:
    """One root as its reader finds it.

    ``site`` is the address of the installation and ``at`` that of the root, both without a
    slash at their end.
    """

    site: str
    at: str
    passage: Passage
    session: Reading
    shelf: Shelf
    given: tuple[tuple[str, str], ...]

    @property
    def is_country(self) -> bool:
        """Whether it is the country's, which everybody finds alike."""
        return self.passage.where == EVERYWHERE

    def address(self, *parts: str, **query: object) -> str:
        """An address below the root."""
        path = "".join(f"/{quote(part, safe='')}" for part in parts)
        return f"{self.at}{path}{'?' + urlencode(query) if query else ''}"

    def of(self, collection: Collection, *parts: str) -> str:
        """An address below a collection."""
        return self.address("collections", collection.code, *parts)

    def only(self, *known: str) -> dict[str, str]:
        """The parameters that were given, when no other may be."""
        return feature_requests.once(self.given, ("f", *known))


def link(rel: str, href: str, kind: str, title: str = "") -> Link:
    """A link as these standards write it."""
    return {"rel": rel, "href": href, "type": kind, **({"title": title} if title else {})}


async def the_root(request: Request, passage: MapsDep, session: ReadDep) -> Root:
    """The root that an address names, with what its reader may have of it.

    Nothing is asked of the store before a collection is wanted, so nothing waits.
    """
    site = str(request.base_url).rstrip("/")
    if is_https(request, the_settings(request)):
        site = "https://" + site.partition("://")[2]
    lang = passage.actor.language
    if passage.where == EVERYWHERE:
        shelf, at = country.shelf(session, lang), COUNTRY
    else:
        reader = Reader(passage.policy, passage.actor, passage.where)
        asked = Asked(passage.where, True, instruments.today(), lang)
        shelf = district.shelf(session, reader, asked)
        at = DISTRICT.format(ubigeo=quote(passage.where.code, safe=""))
    given = tuple(request.query_params.multi_items())
    return Root(site, site + at, passage, session, shelf, given)


RootDep = Annotated[Root, Depends(the_root, scope="function")]


def language(root: Root, spanish: str, english: str) -> str:
    """Words of a document in the language of whoever asks."""
    return english if root.passage.actor.language == "en" else spanish


def headers(root: Root, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """How long an answer may be kept, and by whom."""
    # The country's is the same for everybody; it changes when somebody imports.
    kept = "public, max-age=60" if root.is_country else "private, no-cache"
    return {"Cache-Control": kept, "Vary": "Accept, Cookie, Authorization", **(more or {})}


def tags(found: Sequence[str], header: str | None) -> bool:
    """Whether somebody has one of these already, by their If-None-Match."""
    return header is not None and any(f'"{each}"' in header for each in found)
