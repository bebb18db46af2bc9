"""Communities of a district: made, corrected, and all of them as one prebuilt GeoJSON."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from shapely.geometry.base import BaseGeometry
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from app.capture import yaml_text
from app.errors import Conflict, Stale
from app.gis import geojson
from app.gis.geojson import Feature
from app.operations import trail
from app.operations.trail import Act, Author
from app.records import gazetteer, stamps
from app.records.base import folded, sort_key
from app.records.gazetteer import Listing
from app.records.places import Where
from app.records.territory import Belonging, Community
from app.settings import ROOT
from app.store.sessions import Reading, Store, Writing
from app.store.spatial import from_column, to_column
from app.store.types import uuid7

FIELDS = ("kind", "name", "language", "altitude_m", "population", "households", "founded")
MOST = 100_000


@cache
def languages() -> tuple[tuple[str, dict[str, str]], ...]:
    """Languages that a community may speak: code and name in Spanish and English."""
    lists = yaml_text.read((ROOT / "seeds" / "choices.yaml").read_text("utf-8"))
    return tuple(
        (str(each["code"]), {"es": str(each["es"]), "en": str(each["en"])})
        for each in lists["languages"]
    )


@dataclass(frozen=True, slots=True)
class Prebuilt:
    """Bytes made once for a version of the district, plain and packed."""

    body: bytes
    packed: bytes
    etag: str


def shape_of(community: Community) -> BaseGeometry | None:
    """The point of a community, in degrees."""
    return from_column(community.geom)


def version(community: Community) -> str:
    """What changes whenever a community does: a digest of what is shown of it."""
    shape = shape_of(community)
    shown = [str(getattr(community, name)) for name in ("code", *FIELDS, "facility_id")]
    text = "\x1f".join([*shown, shape.wkt if shape is not None else ""])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def create(
    store: Store, author: Author, where: Where, code: str, values: Mapping[str, Any]
) -> Community:
    """A new community of this district.

    Raises
    ------
    Conflict
        Its code is taken, here or in another district.
    """
    name = str(values["name"])
    community = Community(
        uuid=uuid7(),
        code=code,
        search=folded(name),
        sort_key=sort_key(name),
        geom=to_column(values.get("point")),
        **{field: values[field] for field in FIELDS if values.get(field) is not None},
    )
    try:
        with store.writing() as session:
            session.hold("imports")
            session.add(community)
            session.flush()
            session.add(Belonging(community_id=community.id, place_id=where.place_id or 0))
            _told(session, author, where, community, "create")
    except IntegrityError:
        raise Conflict(
            "Ya hay una comunidad con el código {code}.",
            remedy="Use otro código, o búsquela en la lista.",
            field="code",
            code=code,
        ) from None
    return community


def change(
    store: Store, author: Author, where: Where, seen: str, values: Mapping[str, Any]
) -> Community:
    """Correct what is said of a community; only the named values change.

    Raises
    ------
    Stale
        It changed after the version that was seen.
    """
    with store.writing() as session:
        session.hold("imports")
        found = select(Community).where(Community.id == where.community_id).with_for_update()
        community = session.exec(found).one()
        if version(community) != seen:
            raise Stale(
                "Otra persona cambió esta comunidad antes.",
                remedy="Ábrala otra vez y compare antes de guardar.",
            )
        for field in FIELDS:
            if field in values:
                setattr(community, field, values[field])
        if "point" in values:
            community.geom = to_column(values["point"])
        community.search, community.sort_key = folded(community.name), sort_key(community.name)
        # From now on it is no longer as an import left it, so no undo may take it away.
        community.import_id = None
        _told(session, author, where, community, "update")
    return community


def _told(
    session: Writing, author: Author, where: Where, community: Community, action: str
) -> None:
    stamps.bump(session, "territory", f"district:{where.code}")
    act = Act(action, "communities", community.uuid, where.place_id)
    trail.record(session, author, act)


def as_geojson(store: Store, where: Where, at: int) -> Prebuilt:
    """Every living community of a district; ``at`` is the district's stamp."""
    return _built(store, where.place_id or 0, where.code, at)


@lru_cache(maxsize=256)
def _built(store: Store, place_id: int, code: str, at: int) -> Prebuilt:
    with store.reading() as session:
        rows = gazetteer.communities(session, place_id, Listing(most=MOST))
        features = [Feature(shape_of(row), properties(row, code), row.code) for row in rows]
    body = geojson.feature_collection(features, name=f"comunidades_{code}")
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    return Prebuilt(body, gzip.compress(body, 6, mtime=0), etag)


def properties(row: Community, ubigeo: str) -> dict[str, Any]:
    """What anybody may know of a community."""
    return {
        "code": row.code,
        "ubigeo": ubigeo,
        **{name: getattr(row, name) for name in ("kind", "name", "language")},
        **{name: getattr(row, name) for name in ("altitude_m", "population", "households")},
    }


def found(session: Reading, where: Where) -> Community:
    """The community of a place."""
    return gazetteer.community(session, where.community_id or 0)
