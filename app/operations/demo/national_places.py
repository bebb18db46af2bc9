"""The square districts and the communities of the invented country."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any
from uuid import UUID, uuid5

from shapely.geometry import MultiPolygon, Point, box
from shapely.geometry.base import BaseGeometry
from sqlmodel import SQLModel

from app.gis import measure
from app.operations.demo.script import SPACE
from app.records import stamps
from app.records.base import folded, sort_key
from app.records.territory import Belonging, Boundary, Community, Place
from app.store import bulk
from app.store.functions import ewkb
from app.store.sessions import Writing
from app.store.spatial import index_rows, to_column

FIRST_REGION, REGIONS = 71, 25
MOST_DISTRICTS = 99 * REGIONS
WEST, NORTH, SIDE = -77.0, -6.0, 0.2  # of the square districts, in degrees
COLUMNS = 20
SINCE = date(2020, 1, 1)


@dataclass(frozen=True, slots=True)
class Made:
    """A community that was made, and the number of its region."""

    id: int
    code: str
    department: int


def key(*parts: object) -> UUID:
    """The key of something of the invented country."""
    return uuid5(SPACE, " ".join(map(str, ("national", *parts))))


def insert(
    session: Writing, table: type[SQLModel], names: Sequence[str], rows: Sequence[Sequence[Any]]
) -> list[int]:
    """Put rows into a table at once; returns the keys that they got."""
    target: Any = table.__table__  # type: ignore[attr-defined]
    ids = bulk.new_ids(session, target, len(rows))
    bulk.insert(
        session, target, ("id", *names), [(i, *row) for i, row in zip(ids, rows, strict=True)]
    )
    return ids


def settle(session: Writing, districts: int, communities: int) -> list[Made]:
    """Regions, provinces and districts, and the communities shared out among them."""
    parents: dict[str, int] = {}
    made: list[Made] = []
    for number, code in enumerate(sorted(map(_code, range(districts)))):
        for kind, part in (("region", code[:2]), ("province", code[:4])):
            if part not in parents:
                parents[part] = _place(session, kind, part, parents.get(part[:2])).id
        district = _place(session, "district", code, parents[code[:4]])
        share = communities // districts + (number < communities % districts)
        made += _district(session, district, number, share)
    stamps.bump(session, "territory")
    return made


def _code(number: int) -> str:
    """Of the district with this number from 0: regions take turns."""
    turn, region = divmod(number, REGIONS)
    return f"{FIRST_REGION + region}{1 + turn // 50:02d}{1 + turn % 50:02d}"


def _place(session: Writing, kind: str, code: str, parent: int | None) -> Place:
    words = {"region": "Región", "province": "Provincia", "district": "Distrito"}
    name = f"{words[kind]} {code}, de mentira"
    row = Place(
        uuid=key(code),
        kind=kind,
        code=code,
        name=name,
        search=folded(name),
        sort_key=sort_key(name),
        parent_id=parent,
        fictitious=True,
    )
    session.add(row)
    session.flush()
    return row


def _district(session: Writing, district: Place, number: int, count: int) -> list[Made]:
    row, column = divmod(number, COLUMNS)
    west, south = WEST + SIDE * column, NORTH - SIDE * row
    border = MultiPolygon([box(west, south, west + SIDE, south + SIDE)])
    session.add(
        Boundary(
            uuid=key(district.code, "border"),
            place_id=district.id,
            source="Inventado para medir",
            area_m2=round(measure.area_m2(border)),
            geom=to_column(border),
        )
    )
    random = Random(f"national {district.code}")
    at = [
        Point(
            round(west + SIDE * random.uniform(0.05, 0.95), 5),
            round(south + SIDE * random.uniform(0.05, 0.95), 5),
        )
        for _ in range(count)
    ]
    people = [random.randint(90, 420) for _ in range(count)]
    district.population = sum(people)
    return _communities(session, district, at, people)


def _communities(
    session: Writing, district: Place, at: Sequence[BaseGeometry], people: Sequence[int]
) -> list[Made]:
    codes = [f"{district.code}{own:04d}" for own in range(1, len(at) + 1)]
    rows = []
    for code, place, population in zip(codes, at, people, strict=True):
        name = f"Comunidad {code}, de mentira"
        words = ("caserio", name, folded(name), sort_key(name), "es")
        rows.append((key(code), code, *words, population, population // 4, ewkb(place)))
    names = ("uuid", "code", "kind", "name", "search", "sort_key", "language", "population",
             "households", "geom")  # fmt: skip
    ids = insert(session, Community, names, rows)
    index_rows(session.connection(), "community", ids, at)
    belongs = [
        (key(code, "belongs"), each, district.id, SINCE)
        for code, each in zip(codes, ids, strict=True)
    ]
    insert(session, Belonging, ("uuid", "community_id", "place_id", "valid_from"), belongs)
    return [Made(i, code, int(code[:2])) for i, code in zip(ids, codes, strict=True)]
