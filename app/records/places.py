"""Finding places and communities: lineage, codes, what a district holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from app.errors import Conflict, Unknown
from app.records.families import Family
from app.records.territory import Belonging, Community, Place
from app.store.sessions import Reading, Writing, columns


@dataclass(frozen=True, slots=True)
class Where:
    """A place as access and aggregation see it: itself, what contains it, and a community."""

    place_id: int | None
    code: str
    name: str
    kind: str
    lineage: frozenset[int]
    community_id: int | None = None
    community_code: str | None = None
    community_name: str | None = None
    facility_id: int | None = None


EVERYWHERE = Where(None, "", "", "country", frozenset())


@cache
def _lineage() -> Select[Any]:
    """A living place with what contains it. Made once: every request asks it."""
    one, two, three, four = (aliased(Place) for _ in range(4))
    return (
        columns(one.id, one.name, one.kind, two.id, three.id, four.id)
        .join(two, col(two.id) == one.parent_id, isouter=True)
        .join(three, col(three.id) == two.parent_id, isouter=True)
        .join(four, col(four.id) == three.parent_id, isouter=True)
        .where(col(one.code) == bindparam("code"), col(one.valid_to).is_(None))
    )


def district(session: Reading, code: str) -> Where:
    """The living place with this code.

    Raises
    ------
    Unknown
        There is none.
    """
    rows = session.rows(_lineage(), {"code": code})
    if not rows:
        raise Unknown(
            "No hay ningún lugar con el código {code}.",
            remedy="Revise el UBIGEO: son seis cifras, con su cero inicial.",
            code=code,
        )
    row = rows[0]
    lineage = frozenset(i for i in (row[0], *row[3:]) if i is not None)
    return Where(row[0], code, row[1], row[2], lineage)


def community(session: Reading, where: Where, code: str) -> Where:
    """A community of that district, by its code.

    Raises
    ------
    Unknown
        The district has no such community.
    """
    row = session.exec(
        select(Community.id, Community.name, Community.facility_id)
        .join(Belonging, col(Belonging.community_id) == Community.id)
        .where(
            Community.code == code,
            Belonging.place_id == where.place_id,
            col(Belonging.valid_to).is_(None),
        )
    ).first()
    if row is None:
        raise Unknown(
            "El distrito {district} no tiene ninguna comunidad con el código {code}.",
            remedy="Búsquela en la lista de comunidades del distrito.",
            district=where.name,
            code=code,
        )
    return Where(
        where.place_id,
        where.code,
        where.name,
        where.kind,
        where.lineage,
        row[0],
        code,
        row[1],
        row[2],
    )


def community_ids(session: Reading, where: Where) -> Sequence[int]:
    """The living communities of a district, in the order of their names."""
    return session.exec(
        select(Community.id)
        .join(Belonging, col(Belonging.community_id) == Community.id)
        .where(
            Belonging.place_id == where.place_id,
            col(Belonging.valid_to).is_(None),
            col(Community.merged_into_id).is_(None),
        )
        .order_by(Community.sort_key, Community.code)
    ).all()


def districts_with_communities(session: Reading) -> Sequence[Place]:
    """Districts that have at least one living community, by name."""
    return session.exec(
        select(Place)
        .join(Belonging, col(Belonging.place_id) == Place.id)
        .where(col(Belonging.valid_to).is_(None), Place.kind == "district")
        .distinct()
        .order_by(Place.sort_key, Place.code)
    ).all()


def merge_communities(session: Writing, gone: UUID, kept: UUID, on: date) -> None:
    """One community goes on as another: its families move, its past stays its own.

    Raises
    ------
    Unknown
        One of the two does not exist.
    Conflict
        They are the same, or one of them was merged already.
    """
    both = select(Community).where(col(Community.uuid).in_([gone, kept]))
    rows = {each.uuid: each for each in session.exec(both).all()}
    if gone not in rows or kept not in rows:
        raise Unknown("No existe una de las dos comunidades.", remedy="Revise los códigos.")
    lost, into = rows[gone], rows[kept]
    if lost.id == into.id or lost.merged_into_id is not None or into.merged_into_id is not None:
        raise Conflict(
            "Una de las comunidades ya fue unida a otra, o son la misma.",
            remedy="Revise los códigos.",
        )
    lost.merged_into_id = into.id
    taken = set(session.exec(select(Family.code).where(Family.community_id == into.id)).all())
    for family in session.exec(select(Family).where(Family.community_id == lost.id)).all():
        if family.code in taken:
            family.code = f"{lost.code}-{family.code}"[-20:]
        family.community_id = into.id
    for belonging in session.exec(
        select(Belonging).where(
            Belonging.community_id == lost.id, col(Belonging.valid_to).is_(None)
        )
    ).all():
        belonging.valid_to = on


def department_of(session: Reading, community_id: int) -> int:
    """The two first digits of a community's UBIGEO, as a number."""
    code = session.exec(
        select(Place.code)
        .join(Belonging, col(Belonging.place_id) == Place.id)
        .where(Belonging.community_id == community_id)
        .order_by(col(Belonging.valid_to).is_(None).desc(), col(Belonging.id).desc())
        .limit(1)
    ).first()
    return int(code[:2]) if code else 0


def address_of(session: Reading, community_id: int) -> tuple[str, str] | None:
    """UBIGEO and code of a community, as its pages are addressed."""
    rows = session.exec(
        select(Place.code, Community.code)
        .join(Belonging, col(Belonging.place_id) == Place.id)
        .join(Community, col(Community.id) == Belonging.community_id)
        .where(Community.id == community_id, col(Belonging.valid_to).is_(None))
    ).first()
    return (rows[0], rows[1]) if rows else None


def address_of_code(session: Reading, code: str) -> tuple[str, str] | None:
    """UBIGEO and code of the living community with this code, which no other has."""
    found = id_of_code(session, code)
    return address_of(session, found) if found is not None else None


def id_of_code(session: Reading, code: str) -> int | None:
    """The key of the community with this code."""
    return session.exec(select(Community.id).where(Community.code == code)).first()


def names(session: Reading, kind: str) -> dict[str, str]:
    """The names of the living places of a kind, by their code."""
    living = select(Place.code, Place.name).where(Place.kind == kind, col(Place.valid_to).is_(None))
    return dict(session.exec(living).all())


def titles(session: Reading, where: Where) -> list[str]:
    """The names of a place and of what contains it, from the smallest: Umari, Pachitea, Huánuco."""
    ids = {*where.lineage, *([where.place_id] if where.place_id is not None else [])}
    rows = session.rows(
        columns(Place.code, Place.name).where(col(Place.id).in_(ids), col(Place.kind) != "country")
    )
    ordered = sorted((tuple(row) for row in rows), key=lambda row: -len(row[0]))
    return [name for _, name in ordered]
