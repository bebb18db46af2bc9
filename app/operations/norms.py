"""Norms as kept: what the seeds know of, what was loaded, and who verified it.

A row never changes its numbers: another norm is another row, and one that was mistyped ends
on the day on which it began. Verifying is a person's word, with the day and the paper.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from app.capture import yaml_text
from app.errors import Conflict, Invalid, Unknown
from app.operations import trail
from app.operations.trail import Act, Author
from app.planning import norms as law
from app.planning.gate import UNVERIFIED, Coverage
from app.planning.norms import Kind, Norm
from app.records import catalogues, stamps
from app.settings import ROOT
from app.store.sessions import Reading, Writing

SEEDS = ROOT / "seeds" / "norms.yaml"


@dataclass(frozen=True, slots=True)
class Given:
    """A norm as somebody loads it: its table as text, its paper and its days."""

    code: str
    lines: str
    source: str
    valid_from: date
    valid_to: date | None = None


@cache
def told(path: Path = SEEDS) -> Sequence[dict[str, Any]]:
    """What the seeds say, kind by kind."""
    return tuple(yaml_text.read(path.read_text(encoding="utf-8"))["norms"])


def kinds(path: Path = SEEDS) -> dict[str, Kind]:
    """Every kind of norm that the system asks for."""
    return {
        each["code"]: Kind(
            each["code"],
            each["name"],
            each["unit"],
            tuple(each.get("columns", ())),
            tuple(each.get("indicators", ())),
        )
        for each in told(path)
    }


def seed(session: Writing, path: Path = SEEDS) -> int:
    """Bring norms that are not there yet; none of them comes verified."""
    standing = {(row.code, row.valid_from) for row in listed(session)}
    new = 0
    for kind in told(path):
        for row in kind.get("rows", ()):
            begins = _day(row["valid_from"])
            if (kind["code"], begins) in standing:
                continue
            session.add(
                catalogues.Norm(
                    code=kind["code"],
                    value={"lines": row["lines"]},
                    source=row["source"],
                    valid_from=begins,
                    valid_to=_day(row["valid_to"]) if "valid_to" in row else None,
                )
            )
            new += 1
    return new


def _day(written: Any) -> date:
    return written if isinstance(written, date) else date.fromisoformat(str(written))


def listed(session: Reading) -> Sequence[catalogues.Norm]:
    """Every norm that was loaded, by kind, the newest first."""
    table = catalogues.Norm
    return session.exec(
        select(table).order_by(table.code, col(table.valid_from).desc(), col(table.id).desc())
    ).all()


def in_force(session: Reading, code: str, day: date) -> Norm | None:
    """The norm of a kind on a day; None where none was loaded."""
    table = catalogues.Norm
    rows = session.exec(select(table).where(table.code == code)).all()
    return law.in_force([plain(row) for row in rows], code, day)


def plain(row: catalogues.Norm) -> Norm:
    """A row as the rules see it."""
    return Norm(
        row.code,
        tuple(tuple(line) for line in row.value.get("lines", ())),
        row.source,
        row.valid_from,
        row.valid_to,
        row.verified_by or "",
        row.verified_on,
    )


def coverage(session: Reading, day: date) -> Coverage:
    """The part of the district that a proposal should reach; a guess where nothing is loaded."""
    norm = in_force(session, "budget.coverage", day)
    number = norm.number() if norm else None
    if norm is None or number is None:
        return UNVERIFIED
    return Coverage(number / 100, norm.is_verified)


def load(session: Writing, author: Author, given: Given) -> catalogues.Norm:
    """Write a norm down; the one before ends where it begins.

    Raises
    ------
    Invalid
        An unknown kind, a table that cannot be read, no source, or days that turn back.
    Conflict
        One of this kind begins on that day already.
    """
    kind = kinds().get(given.code)
    if kind is None:
        raise Invalid("Elija la norma de la lista.", field="code")
    lines = law.table(kind, given.lines)
    if not lines:
        raise Invalid("La norma no trae ningún número.", remedy="Escriba su tabla.", field="lines")
    if not given.source.strip():
        raise Invalid(
            "Falta de qué documento sale.",
            remedy="Escriba la norma, como «RM 682-2025-MINSA».",
            field="source",
        )
    if given.valid_to is not None and given.valid_to <= given.valid_from:
        raise Invalid("La norma termina antes de empezar.", field="valid_to")
    session.hold("norms")
    _make_room(session, given)
    row = catalogues.Norm(
        code=given.code,
        value={"lines": [list(line) for line in lines]},
        source=given.source.strip()[:300],
        valid_from=given.valid_from,
        valid_to=given.valid_to,
    )
    session.add(row)
    _written(session, author, Act("load", "catalogues", row.uuid, None, given.source[:200]))
    return row


def _make_room(session: Writing, given: Given) -> None:
    table = catalogues.Norm
    for before in session.exec(select(table).where(table.code == given.code)).all():
        begins, ends = before.valid_from or date.min, before.valid_to
        if begins == given.valid_from and ends != begins:
            if before.value.get("lines"):
                raise Conflict(
                    "Ya hay una norma de esta clase desde ese día.",
                    remedy="Anúlela primero, o elija otro día.",
                    field="valid_from",
                )
            before.valid_to = begins  # it only announced the table that comes now
        elif begins < given.valid_from and (ends is None or ends > given.valid_from):
            before.valid_to = given.valid_from


def verify(session: Writing, author: Author, uuid: UUID, by: str, on: date) -> catalogues.Norm:
    """Somebody read the norm itself and answers for these numbers.

    Raises
    ------
    Unknown
        There is no such norm.
    Conflict
        It has no numbers to verify, or somebody did already.
    Invalid
        No name.
    """
    row = _found(session, uuid)
    if not row.value.get("lines"):
        raise Conflict("Esta norma no tiene números: cárguelos primero.")
    if row.verified_by:
        raise Conflict("Esta norma ya fue verificada.", remedy="Vuelva a la lista.")
    if not by.strip():
        raise Invalid("Falta el nombre de quien la verificó.", field="by")
    row.verified_by, row.verified_on = by.strip()[:120], on
    _written(session, author, Act("verify", "catalogues", uuid, None, by[:200]))
    return row


def annul(session: Writing, author: Author, uuid: UUID, reason: str) -> catalogues.Norm:
    """Take a mistyped norm out of force; it stays readable.

    Raises
    ------
    Unknown
        There is no such norm.
    Invalid
        No reason.
    """
    row = _found(session, uuid)
    if not reason.strip():
        raise Invalid("Falta la razón.", remedy="Escriba qué estaba mal.", field="reason")
    row.valid_to = row.valid_from
    _written(session, author, Act("annul", "catalogues", uuid, None, reason))
    return row


def _found(session: Writing, uuid: UUID) -> catalogues.Norm:
    row = session.exec(select(catalogues.Norm).where(catalogues.Norm.uuid == uuid)).first()
    if row is None:
        raise Unknown("No existe esa norma.", remedy="Vuelva a la lista.")
    return row


def _written(session: Writing, author: Author, act: Act) -> None:
    session.flush()
    trail.record(session, author, act)
    stamps.bump(session, "catalogue")
