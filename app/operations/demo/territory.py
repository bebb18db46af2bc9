"""The invented places: region, province, district with its border, facilities, communities."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from random import Random
from typing import Any
from uuid import uuid5

from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry
from sqlmodel import col, select

from app.gis import measure
from app.operations import trail
from app.operations.demo import terrain
from app.operations.demo.script import FOLDER, SPACE, Village, villages, words
from app.operations.trail import SYSTEM, Act
from app.records import stamps
from app.records.base import folded, sort_key
from app.records.territory import Belonging, Boundary, Community, Facility, Place, Settlement
from app.store.sessions import Reading, Writing
from app.store.spatial import to_column

SINCE = date(2020, 1, 1)


def settle(session: Writing) -> Place:
    """Region, province and district with its border, facilities and communities."""
    said = words()
    region = _place(session, "region", said["region"], None)
    province = _place(session, "province", said["province"], region.id)
    district = _place(session, "district", said["district"], province.id)
    border = terrain.border()
    for place in (region, province, district):
        session.add(_boundary(place, border, said["source"]))
    facilities = _facilities(session, district)
    for village in villages():
        session.add(_community(village, facilities[village.facility]))
    session.flush()
    for village, community in zip(villages(), communities(session), strict=True):
        key = village.key("belonging")
        session.add(
            Belonging(uuid=key, community_id=community.id, place_id=district.id, valid_from=SINCE)
        )
    session.add_all(_settlements())
    district.population = sum(c.population or 0 for c in communities(session))
    stamps.bump(session, "territory", f"district:{district.code}")
    trail.record(session, SYSTEM, Act("load_demo", "territory", district.uuid, district.id))
    session.flush()
    return district


def _place(session: Writing, kind: str, about: Mapping[str, Any], parent: int | None) -> Place:
    place = Place(
        uuid=uuid5(SPACE, f"place {about['code']}"),
        kind=kind,
        code=about["code"],
        name=about["name"],
        search=folded(about["name"]),
        sort_key=sort_key(about["name"]),
        parent_id=parent,
        capital=about.get("capital"),
        altitude_m=about.get("altitude_m"),
        fictitious=True,
    )
    session.add(place)
    session.flush()
    return place


def _boundary(place: Place, border: BaseGeometry, source: str) -> Boundary:
    return Boundary(
        uuid=uuid5(SPACE, f"boundary {place.code}"),
        place_id=place.id,
        vintage=2026,
        source=source,
        area_m2=round(measure.area_m2(border)),  # the same on every machine
        geom=to_column(border),
    )


def _facilities(session: Writing, district: Place) -> dict[int, int]:
    found = {}
    for each in words()["facilities"]:
        row = Facility(
            uuid=uuid5(SPACE, f"facility {each['code']}"),
            code=each["code"],
            name=each["name"],
            search=folded(each["name"]),
            place_id=district.id,
            category=each["category"],
            geom=to_column(Point(each["lon"], each["lat"])),
        )
        session.add(row)
        session.flush()
        found[each["number"]] = row.id
    return found


def _community(village: Village, facility_id: int) -> Community:
    random = Random(f"community {village.code}")
    return Community(
        uuid=village.key("community"),
        code=village.code,
        kind=village.kind,
        name=village.name,
        search=folded(village.name),
        sort_key=sort_key(village.name),
        language=village.language,
        altitude_m=village.altitude_m,
        population=round(village.families * random.uniform(3.6, 4.7)),
        households=village.families + random.randrange(4),
        founded=1938 + (village.number * 7) % 70,
        facility_id=facility_id,
        geom=to_column(Point(village.at)),
    )


def _settlements() -> Iterator[Settlement]:
    """Places of an invented gazetteer, written as an office of the capital writes them."""
    at = {village.number: village.at for village in villages()}
    with (FOLDER / "settlements.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            lon, lat = at[int(row["number"])]
            code = f"{words()['district']['code']}{5000 + int(row['number'])}"
            moved = (lon + int(row["east_m"]) / 110_000, lat + int(row["north_m"]) / 110_600)
            yield Settlement(
                uuid=uuid5(SPACE, f"settlement {code}"),
                code=code,
                name=row["name"].title(),
                search=folded(row["name"]),
                district_code=code[:6],
                urban=False,
                geom=to_column(Point(moved)),
            )


def communities(session: Reading) -> Sequence[Community]:
    """The invented communities, by number."""
    codes = [village.code for village in villages()]
    return session.exec(
        select(Community).where(col(Community.code).in_(codes)).order_by(col(Community.code))
    ).all()
