"""The ceiling: the money that a district gives to the participatory budget of a year."""

from sqlmodel import col, select

from app.errors import Invalid, PreconditionNeeded, Stale
from app.operations import districts, trail
from app.operations.trail import Act, Author
from app.records.places import Where
from app.records.proposals import Ceiling
from app.store.sessions import Reading, Writing


def of_year(session: Reading, where: Where, year: int) -> Ceiling | None:
    """The ceiling of a fiscal year; None until somebody set it."""
    return session.exec(
        select(Ceiling).where(Ceiling.place_id == where.place_id, Ceiling.fiscal_year == year)
    ).first()


def years(session: Reading, where: Where) -> list[Ceiling]:
    """Every ceiling of a district, the newest year first."""
    return list(
        session.exec(
            select(Ceiling)
            .where(Ceiling.place_id == where.place_id)
            .order_by(col(Ceiling.fiscal_year).desc())
        ).all()
    )


def set_ceiling(
    session: Writing,
    author: Author,
    where: Where,
    year: int,
    cents: int,
    *,
    source: str = "",
    seen: int | None = None,
) -> Ceiling:
    """Set the ceiling of a year; ``seen`` is the revision that the person saw, if there was one.

    Raises
    ------
    Invalid
        Negative money.
    PreconditionNeeded
        There is a ceiling already and nobody said which revision was seen.
    Stale
        Somebody changed it first, or it was not there yet when it was seen.
    """
    if cents < 0:
        raise Invalid(
            "El techo no puede ser negativo.",
            remedy="Escriba cuánto dinero hay para repartir, en soles.",
            field="soles",
        )
    place_id = districts.own(where)
    session.hold(f"ceiling {where.code} {year}")
    row = of_year(session, where, year)
    if row is None and seen is not None:
        raise Stale("Ese techo no existe todavía.", remedy="Vuelva a abrir la página.")
    if row is None:
        row = Ceiling(place_id=place_id, fiscal_year=year, cents=cents, source=source)
        session.add(row)
    else:
        _check(row, seen)
        row.cents, row.source, row.revision = cents, source, row.revision + 1
    session.flush()
    digest = f"{year} {cents}"
    act = Act("set", "ceiling", row.uuid, where.place_id, source, digest)
    trail.written(session, author, where, act)
    return row


def _check(row: Ceiling, seen: int | None) -> None:
    if seen is None:
        raise PreconditionNeeded(
            "El techo de ese año ya está fijado.",
            remedy="Vuelva a abrirlo, mire el monto y repita su cambio. Por la API, diga en "
            "If-Match qué versión vio.",
        )
    if row.revision != seen:
        raise Stale(
            "Otra persona cambió el techo antes que usted.",
            remedy="Vuelva a abrirlo, mire lo que cambió y repita su cambio.",
        )
