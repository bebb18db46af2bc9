"""Finding a place of the country by its code or its name, however it is spelt.

Regions, provinces, districts, populated places of INEI's gazetteer, and communities. What the
words are part of comes first; then names that sound alike (``app.gis.place_names``). Each
place says what it lies in: 250 districts and thousands of populated places share their name.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import ColumnElement, case
from sqlmodel import col

from app.gis.place_names import sound
from app.operations.layers.ground import page
from app.operations.remembered import remembered
from app.records.base import folded
from app.records.places import EVERYWHERE
from app.records.territory import Belonging, Community, Place, Settlement
from app.store.sessions import Reading, columns

MOST = 40
LEAST_LIKE = 84
"""Of a hundred: names whose sounding keys differ more are not offered."""
SHORTEST = 2
_KINDS = {"region": 0, "province": 1, "district": 2, "community": 3, "settlement": 4}


@dataclass(frozen=True, slots=True)
class Hit:
    """A place found: what it is, what it lies in (nearest first), and its own page if any."""

    kind: str
    code: str
    name: str
    within: tuple[str, ...]
    href: str
    alike: bool = False


def search(session: Reading, text: str, most: int = MOST) -> list[Hit]:
    """The places that a person may mean, likeliest first; nothing for fewer than two letters."""
    asked = folded(text)
    if len(asked) < SHORTEST:
        return []
    names = _names(session)
    if asked.isdigit():
        return [_hit(*row, names) for row in _rows(session, _by_code(asked), asked, most)][:most]
    found = _rows(session, _by_words(asked), asked, most)
    hits = [_hit(*row, names) for row in found]
    if len(hits) < most:
        alike = [name for name in _alike(session, asked) if asked not in name]
        rows = _rows(session, _by_names(alike), asked, most - len(hits)) if alike else []
        hits += [_hit(*row, names, alike=True) for row in rows]
    return hits[:most]


def _by_code(asked: str) -> Any:
    return lambda table: col(table.code).startswith(asked, autoescape=True)


def _by_words(asked: str) -> Any:
    return lambda table: col(table.search).contains(asked, autoescape=True)


def _by_names(names: list[str]) -> Any:
    return lambda table: col(table.search).in_(names)


def _rows(session: Reading, held: Any, asked: str, most: int) -> list[tuple[str, str, str, str]]:
    """Kind, code, name and district of what holds: whole names first, then beginnings."""
    found: list[tuple[Any, tuple[str, str, str, str]]] = []
    for table, kind, own in (
        (Place, None, Place.code),
        (Community, "community", Place.code),
        (Settlement, "settlement", Settlement.district_code),
    ):
        wanted = columns(table.code, table.name, own, Place.kind if kind is None else table.search)
        if table is Community:
            wanted = (
                wanted.join(Belonging, col(Belonging.community_id) == Community.id)
                .join(Place, col(Place.id) == Belonging.place_id)
                .where(col(Belonging.valid_to).is_(None), col(Community.merged_into_id).is_(None))
            )
        if table is Place:
            wanted = wanted.where(col(Place.valid_to).is_(None), col(Place.kind) != "country")
        order = _nearness(table, asked)
        wanted = wanted.where(held(table)).order_by(order, col(table.search), col(table.code))
        for code, name, district, kind_or_text in session.rows(wanted.limit(most)):
            what = kind or kind_or_text
            key = (_rank(folded(name), code, asked), _KINDS[what], folded(name), code)
            found.append((key, (what, code, name, district)))
    return [row for _, row in sorted(found)][:most]


def _nearness(table: Any, asked: str) -> ColumnElement[int]:
    text = col(table.search)
    return case((text == asked, 0), (text.startswith(asked, autoescape=True), 1), else_=2)


def _rank(name: str, code: str, asked: str) -> int:
    if asked in (name, code):
        return 0
    return 1 if name.startswith(asked) else 2


def _hit(
    kind: str, code: str, name: str, district: str, names: Mapping[str, str], alike: bool = False
) -> Hit:
    above = [district, district[:4], district[:2]]
    within = [names[each] for each in dict.fromkeys(above) if each in names and each != code]
    places = {"region": f"/mapa?region={code}", "province": f"/mapa?region={code[:2]}"}
    href = page(district, code) if kind == "community" else f"/d/{district}/mapas"
    return Hit(kind, code, name, tuple(within), places.get(kind, href), alike)


def _names(session: Reading) -> Mapping[str, str]:
    return remembered(session, EVERYWHERE, ("names of places",), lambda: _read_names(session))


def _read_names(session: Reading) -> dict[str, str]:
    rows = session.rows(columns(Place.code, Place.name).where(col(Place.valid_to).is_(None)))
    return {row.code: row.name for row in rows}


def _alike(session: Reading, asked: str) -> list[str]:
    """Folded names that sound like the words, likeliest first."""
    key = ("sounds of places",)
    sounds = remembered(session, EVERYWHERE, key, lambda: _read_sounds(session))
    wanted = sound(asked)
    best = process.extract(
        wanted, sounds.keys(), scorer=fuzz.ratio, score_cutoff=LEAST_LIKE, limit=MOST
    )
    return [name for each, _, _ in best for name in sounds[each]][:200]


def _read_sounds(session: Reading) -> dict[str, tuple[str, ...]]:
    """Sounding keys of all names of places, each with the names that have it."""
    found: dict[str, list[str]] = defaultdict(list)
    for name in _all_names(session):
        found[sound(name)].append(name)
    return {key: tuple(names) for key, names in found.items()}


def _all_names(session: Reading) -> Iterable[str]:
    names: dict[str, None] = {}
    for table in (Place, Community, Settlement):
        names |= dict.fromkeys(row[0] for row in session.rows(columns(table.search).distinct()))
    return names
