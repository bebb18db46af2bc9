"""Where roles are bound: from the codes that people write to a place of the tree."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from app.errors import Conflict, Forbidden, Invalid
from app.operations import trail
from app.operations.trail import Act, Author
from app.records.people import ROLES, Account, Binding
from app.records.places import EVERYWHERE, Where
from app.records.territory import Belonging, Community, Facility, Place
from app.store.sessions import Reading, Writing

# Where a role is bound: what it sees follows from there. Other roles are bound to a place.
LEVELS = {
    "council": ("community",),
    "health_agent": ("community",),
    "visitor": ("community", "facility"),
    "facility": ("facility",),
    "clas": ("facility",),
}


@dataclass(frozen=True, slots=True)
class Seat:
    """A role and where it is to be bound, by the codes that people write.

    All codes empty is the whole installation. Dates are inclusive; None is open.
    """

    role: str
    ubigeo: str = ""
    community: str = ""
    facility: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


def inside(session: Reading, within: Where, place_id: int | None) -> bool:
    """Whether a place is the one administered, or in it."""
    if within.place_id is None:
        return True
    while place_id is not None and place_id != within.place_id:
        place_id = session.get_one(Place, place_id).parent_id
    return place_id is not None


def bind(session: Writing, author: Author, within: Where, account: Account, seat: Seat) -> None:
    """Give an account a role at a place that lies within the maker's.

    Raises
    ------
    Invalid
        There is no such role or place, or they do not go together.
    Forbidden
        The place is not within the maker's.
    Conflict
        The account has that role there already.
    """
    row = seated(session, seat)
    row.account_id = account.id
    if (row.place_id is None and within != EVERYWHERE) or not inside(session, within, row.place_id):
        raise Forbidden(
            "Ese lugar no está en {place}.",
            remedy="Elija un lugar de los suyos.",
            place=within.name,
        )
    same = session.exec(
        select(Binding.id).where(
            Binding.account_id == account.id,
            Binding.role == row.role,
            col(Binding.place_id).is_not_distinct_from(row.place_id),
            col(Binding.community_id).is_not_distinct_from(row.community_id),
            col(Binding.facility_id).is_not_distinct_from(row.facility_id),
        )
    ).first()
    if same is not None:
        raise Conflict("Ya tiene ese rol en ese lugar.", remedy="Elija otro rol u otro lugar.")
    session.add(row)
    act = Act("bind", "accounts", account.uuid, row.place_id, row.role)
    trail.record(session, author, act)


def seated(session: Reading, seat: Seat) -> Binding:
    """The row of a seat, its codes read; it belongs to nobody yet."""
    if seat.role not in ROLES:
        raise Invalid("Ese rol no existe.", remedy="Elija uno de la lista.", field="role")
    if seat.valid_from and seat.valid_to and seat.valid_to < seat.valid_from:
        raise Invalid(
            "El rol terminaría antes de empezar.", remedy="Revise las fechas.", field="valid_to"
        )
    level = "community" if seat.community else "facility" if seat.facility else "place"
    if level not in LEVELS.get(seat.role, ("place",)):
        raise Invalid(
            "Ese rol se da en otra clase de lugar.",
            remedy="Juntas y agentes: una comunidad. Salud y CLAS: un establecimiento. "
            "Los demás: un distrito, una provincia o una región.",
            field="place",
        )
    row = Binding(role=seat.role, valid_from=seat.valid_from, valid_to=seat.valid_to)
    if seat.community:
        row.community_id, row.place_id = _community(session, seat.community)
    elif seat.facility:
        row.facility_id, row.place_id = _facility(session, seat.facility)
    elif seat.ubigeo:
        row.place_id = _place(session, seat.ubigeo)
    return row


def _community(session: Reading, code: str) -> tuple[int, int]:
    """A community and its district: around it the council sees the district's totals."""
    row = session.exec(
        select(Community.id, Belonging.place_id)
        .join(Belonging, col(Belonging.community_id) == Community.id)
        .where(Community.code == code.strip(), col(Belonging.valid_to).is_(None))
    ).first()
    if row is None:
        raise Invalid(
            "No hay ninguna comunidad con el código {code}.",
            remedy="Búsquela en la lista de comunidades.",
            field="community",
            code=code,
        )
    return row[0], row[1]


def _facility(session: Reading, code: str) -> tuple[int, int | None]:
    row = session.exec(select(Facility).where(Facility.code == code.strip())).first()
    if row is None:
        raise Invalid(
            "No hay ningún establecimiento con el código {code}.",
            remedy="Es el código RENIPRESS, con sus ceros iniciales.",
            field="facility",
            code=code,
        )
    return row.id, row.place_id


def _place(session: Reading, code: str) -> int:
    found = session.exec(
        select(Place.id).where(Place.code == code.strip(), col(Place.valid_to).is_(None))
    ).first()
    if found is None:
        raise Invalid(
            "No hay ningún lugar con el código {code}.",
            remedy="Revise el UBIGEO: son seis cifras, con su cero inicial.",
            field="ubigeo",
            code=code,
        )
    return found
