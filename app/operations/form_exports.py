"""All the documents of an instrument in a community or a district, one after another.

Each shows what its page would show to whoever asks: by their roles, by their view, without
persons where the view is stripped, and without answers where it holds only totals. Documents
come by their key, a page of them at a time, so that neither their number nor their order
costs memory; the same documents give the same rows. Withdrawn documents are left out. One
table holds the documents, one more each repeat.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from geoalchemy2.elements import WKBElement
from sqlalchemy import Select
from sqlmodel import col, select

from app.capture.fields import Instrument
from app.capture.spread_tables import ABOUT, HEAD, Cell, Table, cell_of, rows_of, tables_of
from app.errors import Unknown
from app.operations import instruments, narrowing, sealing, trail
from app.operations.trail import Act, Author
from app.records.cycles import Round
from app.records.families import Family
from app.records.intake import FamilyKey, Form, Payload
from app.records.places import Where
from app.records.territory import Belonging, Community
from app.store.sessions import Reading, Store, Writing, columns
from app.store.spatial import from_column

PAGE = 300
_FAMILY = re.compile(rb'"_family":"([0-9a-f-]{36})"')
Geometry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table, and where it lies."""

    table: str
    cells: tuple[Cell, ...]
    geometry: Geometry | None


@dataclass(frozen=True, slots=True)
class Asked:
    """Which documents, for whom: the instrument, the place, the asker's roles and view."""

    instrument: str
    where: Where
    roles: tuple[str, ...]
    view: str


class Export:
    """The documents of an instrument, as whoever asks may see them.

    Raises
    ------
    Unknown
        There is no such instrument.
    """

    def __init__(self, session: Reading, asked: Asked) -> None:
        self.session = session
        self.asked = asked
        self.seen = self._seen()
        self.tables = tuple(tables_of([self.seen[version] for version in self._versions()]))
        self.closed: Collection[str] = ()
        if asked.view == "stripped":
            self.closed = narrowing.closed_practices(session)

    def _versions(self) -> list[str]:
        """The versions there are, the newest first."""
        return sorted(self.seen, key=int, reverse=True)

    def _seen(self) -> dict[str, Instrument]:
        session, code = self.session, self.asked.instrument
        current = instruments.current(session, code)
        found = session.exec(select(Form.version).where(*_wanted(self.asked)).distinct()).all()
        every = {v: instruments.of_version(session, code, v) for v in found}
        every[str(current.version)] = current
        asked = self.asked
        return {
            # A view of totals holds no answers: then only the register of documents is left.
            version: narrowing.seen(each, asked.roles, asked.view) or replace(each, sections=())
            for version, each in every.items()
        }

    def table(self, name: str) -> Table:
        """The table with this name; the documents themselves where it is blank.

        Raises
        ------
        Unknown
            There is none.
        """
        found = next((t for t in self.tables if t.name == (name or self.tables[0].name)), None)
        if found is None:
            raise Unknown(
                "Esta ficha no tiene la tabla «{name}».",
                remedy="Use una de estas: {names}.",
                name=name[:40],
                names=", ".join(t.name for t in self.tables),
            )
        return found

    def rows(self, wanted: Collection[str] = ()) -> Iterator[Row]:
        """The lines of these tables, or of all, document by document."""
        tables = [t for t in self.tables if not wanted or t.name in wanted]
        for head, raw, point in self._documents():
            for table in tables:
                yield from _of_document(table, head, raw, point)

    def _documents(self) -> Iterator[tuple[dict[str, Cell], dict[str, Any], Geometry | None]]:
        last = 0
        points: dict[int, Geometry | None] = {}
        while True:
            page = self.session.rows(_page(self.asked, last))
            if not page:
                return
            held = self._keys([row.body for row in page if row.body is not None])
            for row in page:
                body = sealing.unseal(self.session, row.body) if row.body is not None else {}
                raw = narrowing.of_raw(self.seen[row.version], body, self.closed)
                if row.community_id not in points:
                    points[row.community_id] = _point(row.geom)
                yield _head(row, self.asked), raw, points[row.community_id]
            last = page[-1].id
            del held
            self.session.expunge_all()

    def _keys(self, bodies: Sequence[bytes]) -> Sequence[FamilyKey]:
        """The keys of a page's families, read at once and held while they are needed."""
        named = {UUID(hit.decode()) for body in bodies for hit in _FAMILY.findall(body)}
        found: list[FamilyKey] = []
        listed = sorted(named)
        for start in range(0, len(listed), 500):
            part = listed[start : start + 500]
            wanted = select(FamilyKey).where(col(FamilyKey.family_uuid).in_(part))
            found += self.session.exec(wanted).all()
        return found


def note(store: Store, author: Author, asked: Asked, way: str) -> None:
    """Write down that the documents were taken away, and whose families they are of."""
    with store.writing() as session:
        place = asked.where.community_code or asked.where.code
        act = Act(f"export {way}", asked.instrument, place, asked.where.place_id)
        trail.record(session, author, act)
        if asked.view != "whole":
            return
        instrument = instruments.current(session, asked.instrument)
        if not narrowing.names_homes(instrument):
            return
        for family in _families(session, asked, instrument):
            trail.record_access(session, author, family, f"export {asked.instrument}")


def _families(session: Writing, asked: Asked, instrument: Instrument) -> Sequence[UUID]:
    if instrument.subject == "family":
        found = select(Form.family_uuid).where(*_wanted(asked)).distinct()
        return sorted(uuid for uuid in session.exec(found).all() if uuid is not None)
    there = col(Family.community_id).in_(_communities(asked.where))
    return sorted(session.exec(select(Family.uuid).where(there)).all())


def _communities(where: Where) -> Select[Any]:
    """The communities of a place, as a condition may hold them."""
    if where.community_id is not None:
        return columns(Community.id).where(col(Community.id) == where.community_id)
    return columns(Belonging.community_id).where(
        col(Belonging.place_id) == where.place_id, col(Belonging.valid_to).is_(None)
    )


def _wanted(asked: Asked) -> list[Any]:
    return [
        col(Form.instrument) == asked.instrument,
        col(Form.state) != "withdrawn",
        col(Form.community_id).in_(_communities(asked.where)),
    ]


def _page(asked: Asked, after: int) -> Select[Any]:
    return (
        columns(
            Form.id,
            Form.uuid,
            Form.version,
            Form.state,
            Form.sent_at,
            Form.community_id,
            Community.code,
            Community.name,
            Community.geom,
            Round.label,
            Payload.body,
        )
        .select_from(Form)
        .join(Community, col(Community.id) == Form.community_id)
        .join(Round, col(Round.id) == Form.round_id, isouter=True)
        .join(Payload, col(Payload.entry_id) == Form.entry_id, isouter=True)
        .where(*_wanted(asked), col(Form.id) > after)
        .order_by(col(Form.id))
        .limit(PAGE)
    )


def _head(row: Any, asked: Asked) -> dict[str, Cell]:
    return {
        "uuid": str(row.uuid),
        "ubigeo": asked.where.code,
        "comunidad": row.code,
        "nombre_comunidad": row.name,
        "ronda": row.label or "",
        "version": row.version,
        "estado": row.state,
        "recibida": row.sent_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def _point(geom: WKBElement | None) -> Geometry | None:
    found = from_column(geom) if geom is not None else None
    if found is None:
        return None
    at = found.centroid  # of a point, itself
    return {"type": "Point", "coordinates": [round(at.x, 7), round(at.y, 7)]}


def _of_document(
    table: Table, head: Mapping[str, Cell], raw: Mapping[str, Any], point: Geometry | None
) -> Iterator[Row]:
    for numbers, values in rows_of(raw, table.chain, ()):
        first = [head[code] for code, _ in (HEAD if table.chain else (*HEAD, *ABOUT))]
        cells = (cell_of(column, values) for column in table.columns)
        own = values.get(table.geometry) if table.geometry else None
        place = own or (None if table.chain or table.geometry else point)
        yield Row(table.name, (*first, *numbers, *cells), place)
