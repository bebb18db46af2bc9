"""Features of a collection: by pages, and one by one."""

from collections.abc import Sequence
from json import dumps
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Response

from app.gis import feature_pages, feature_requests
from app.gis.feature_requests import Wanted
from app.ogc.documents import only_json
from app.ogc.roots import GEOJSON, JSON, Link, Root, RootDep, headers, link
from app.operations.open_layers.declared import Collection
from app.records.open_tables import Found
from app.store.types import now

router = APIRouter()


@router.get("/collections/{collection}/items")
def list_items(root: RootDep, collection: str) -> Response:
    """A page of features, with the ways to the next and to the one before."""
    found = root.shelf.find(collection)
    wanted = feature_requests.wanted(root.given, found.kinds)
    only_json(dict(root.given))
    matched = found.source.count(root.session, wanted)
    page = found.source.page(root.session, wanted)
    texts = _texts(root, found, page, wanted.crs)
    told = {
        "numberMatched": matched,
        "numberReturned": len(texts),
        "timeStamp": now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "links": _links(root, found, wanted, (matched, page)),
    }
    head = dumps(told, ensure_ascii=False, separators=(",", ":"))[1:-1]
    body = f'{{"type":"FeatureCollection",{head},"features":[{",".join(texts)}]}}'
    return _answer(root, body, wanted.crs)


@router.get("/collections/{collection}/items/{key}")
def read_item(root: RootDep, collection: str, key: str) -> Response:
    """One feature."""
    asked = root.only("crs")
    only_json(asked)
    found = root.shelf.find(collection)
    crs = feature_requests.crs_of(asked)
    text = _texts(root, found, found.source.one(root.session, key), crs)[0]
    links = [
        link("self", root.of(found, "items", key), GEOJSON),
        link("collection", root.of(found), JSON, found.title),
    ]
    more = dumps(links, ensure_ascii=False, separators=(",", ":"))
    return _answer(root, f'{text[:-1]},"links":{more}}}', crs)


def _texts(root: Root, collection: Collection, page: Found, crs: str) -> list[str]:
    shapes = feature_requests.projected(page.shapes, crs)
    rows = _with_host(page.rows, collection.names, root.site)
    return feature_pages.features(collection.names, rows, shapes, feature_requests.decimals(crs))


def _with_host(
    rows: Sequence[Sequence[Any]], names: Sequence[str], site: str
) -> Sequence[Sequence[Any]]:
    """Rows whose page has its whole address, to be opened from a map."""
    if "href" not in names:
        return rows
    at = names.index("href")
    return [(*row[:at], site + row[at], *row[at + 1 :]) if row[at] else row for row in rows]


def _links(root: Root, found: Collection, wanted: Wanted, said: tuple[int, Found]) -> list[Link]:
    matched, page = said
    at = root.of(found, "items")
    links = [
        link("self", _page(at, root.given), GEOJSON),
        link("collection", root.of(found), JSON, found.title),
    ]
    kept = [(n, v) for n, v in root.given if n not in {"offset", "after", "limit"}]
    end = wanted.offset + len(page.rows)
    if page.rows and len(page.rows) == wanted.limit and end < matched:
        behind = [("limit", wanted.limit), ("offset", end), ("after", page.rows[-1][0])]
        links.append(link("next", _page(at, [*kept, *behind]), GEOJSON))
    if wanted.offset:
        back = [
            ("limit", min(wanted.limit, wanted.offset)),
            ("offset", max(0, wanted.offset - wanted.limit)),
        ]
        links.append(link("prev", _page(at, [*kept, *back]), GEOJSON))
    return links


def _page(at: str, given: Sequence[tuple[str, Any]]) -> str:
    return f"{at}?{urlencode(given)}" if given else at


def _answer(root: Root, body: str, crs: str) -> Response:
    more = {"Content-Crs": f"<{crs}>"}
    return Response(body.encode(), headers=headers(root, more), media_type=GEOJSON)
