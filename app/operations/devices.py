"""Telephones that deliver forms by themselves: enrolled, told apart, revoked at once.

A telephone shows a secret of its own and never anybody's password: a token in the address that
it asks, or a name and a secret by Digest (RFC 7616). Both are told once and kept as digests.
It may do what its account may do on that day; it ends with the account.
"""

import hashlib
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, true, update
from sqlmodel import col, select

from app.errors import Forbidden, Invalid, Unknown
from app.operations import access, accounts, own_account, trail
from app.operations.access import SEEN_EVERY, Actor
from app.operations.trail import Act, Author
from app.records.devices import Device
from app.records.people import Account, Binding
from app.records.places import Where
from app.records.seats import below
from app.records.territory import Belonging, Community
from app.store.sessions import Reading, Store, Writing, columns
from app.store.types import now

REALM = "SISMUNI"
LETTERS = own_account.CODE_LETTERS.lower()  # none of them looks like another
NAME_LENGTH = 6
SECRET_GROUPS = 7  # of four of 30 letters: 137 bits, which a person can still type
TOKEN_BYTES = 24
LABEL_MOST = 80


@dataclass(frozen=True, slots=True)
class NewDevice:
    """Which telephone is to speak for which account."""

    account: UUID
    label: str


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A telephone just enrolled; name, secret and token are told here and never again."""

    device: Device
    person: str
    name: str
    secret: str
    token: str


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """One telephone as a list shows it; without a community it serves its whole place."""

    uuid: UUID
    label: str
    name: str
    person: str
    community: str | None
    created_at: datetime
    seen_at: datetime | None
    revoked_at: datetime | None
    active: bool
    ends_on: date | None

    @property
    def state(self) -> str:
        """Living, revoked, or ended with its account."""
        if self.revoked_at is not None:
            return "revoked"
        over = self.ends_on is not None and self.ends_on < access.today()
        return "living" if self.active and not over else "ended"


def enrol(store: Store, author: Author, where: Where, wish: NewDevice) -> Enrolled:
    """Enrol a telephone for an account, for one community or for a whole place.

    Raises
    ------
    Unknown, Forbidden
        As ``accounts.theirs``: whoever enrols for an account outside their reach would get
        that account's rights.
    Invalid
        The telephone has no name, or the account has ended or no role here.
    """
    label = _label(wish.label)
    secret = "-".join(_letters(4) for _ in range(SECRET_GROUPS))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with store.writing() as session:
        account = accounts.theirs(session, where, wish.account)
        _require_role(session, where, account)
        name = _free_name(session)
        row = Device(
            account_id=account.id,
            community_id=where.community_id,
            label=label,
            name=name,
            ha1=ha1(name, secret),
            token_hash=access.digest(token),
            issued_by=author.account_id,
        )
        session.add(row)
        trail.record(session, author, Act("enrol", "devices", row.uuid, where.place_id))
    return Enrolled(row, account.name, name, secret, token)


def enrol_own(store: Store, actor: Actor, author: Author, label: str) -> str:
    """Enrol the telephone in somebody's own hand; its token, told here and never again.

    Where the person has one community alone, the telephone is that community's.

    Raises
    ------
    Forbidden
        The person has no role today.
    """
    if actor.account_id is None or not actor.bonds:
        raise Forbidden(
            "Su cuenta no tiene hoy ningún rol, así que no hay fichas que llenar.",
            remedy="Pida en la municipalidad que le den uno.",
        )
    homes = {bond.community_id for bond in actor.bonds}
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with store.writing() as session:
        name = _free_name(session)
        row = Device(
            account_id=actor.account_id,
            community_id=homes.pop() if len(homes) == 1 else None,
            label=_label(label),
            name=name,
            # Digest has no use for it: a secret that nobody was told.
            ha1=ha1(name, secrets.token_urlsafe(TOKEN_BYTES)),
            token_hash=access.digest(token),
            issued_by=actor.account_id,
        )
        session.add(row)
        place = actor.bonds[0].place_id
        trail.record(session, author, Act("enrol", "devices", row.uuid, place))
    return token


def is_of(session: Reading, where: Where, device: Device) -> bool:
    """Whether a telephone stands on the list of a place."""
    found = select(Device.id).where(col(Device.id) == device.id, _of(where))
    return session.exec(found).first() is not None


def once_of_token(session: Reading, token: str) -> Device | None:
    """The telephone that was ever enrolled with a token, even if it is revoked since."""
    wanted = select(Device).where(Device.token_hash == access.digest(token))
    return session.exec(wanted).first()


def revoke(store: Store, author: Author, where: Where, device: UUID, reason: str) -> None:
    """Let a telephone in no more, from its next request on; again changes nothing.

    Raises
    ------
    Invalid
        There is no reason.
    Unknown
        This place has no such telephone.
    """
    reason = accounts.a_reason(reason)
    with store.writing() as session:
        here = select(Device).where(Device.uuid == device, _of(where)).with_for_update()
        row = session.exec(here).first()
        if row is None:
            raise Unknown("Ese celular no está en este lugar.", remedy="Búsquelo en la lista.")
        if row.revoked_at is not None:
            return
        row.revoked_at = now()
        trail.record(session, author, Act("revoke", "devices", row.uuid, where.place_id, reason))


def of_place(session: Reading, where: Where) -> list[DeviceLine]:
    """The telephones of a place, the newest first.

    Those of its communities, and those for a whole place whose account has a role in it.
    """
    rows = session.rows(
        columns(
            Device.uuid,
            Device.label,
            Device.name,
            Account.name,
            Community.name,
            Device.created_at,
            Device.seen_at,
            Device.revoked_at,
            Account.active,
            Account.ends_on,
        )
        .join(Account, col(Account.id) == Device.account_id)
        .join(Community, col(Community.id) == Device.community_id, isouter=True)
        .where(_of(where))
        .order_by(col(Device.revoked_at).is_not(None), col(Device.id).desc())
    )
    return [DeviceLine(*row) for row in rows]


def candidates(session: Reading, where: Where) -> list[Account]:
    """The accounts for which a telephone may be enrolled here, by name."""
    inside, today = below(where), access.today()
    place = col(Binding.place_id)
    outside = select(Binding.account_id).where(or_(place.is_(None), place.not_in(inside)))
    holding = select(Binding.account_id).where(
        place.in_(inside),
        or_(col(Binding.valid_from).is_(None), col(Binding.valid_from) <= today),
        or_(col(Binding.valid_to).is_(None), col(Binding.valid_to) >= today),
    )
    if where.community_id is not None:
        facility = col(Binding.facility_id)
        around = and_(col(Binding.community_id).is_(None), facility.is_(None))
        own = [col(Binding.community_id) == where.community_id, around]
        if where.facility_id is not None:
            own.append(facility == where.facility_id)
        holding = holding.where(or_(*own))
    statement = select(Account).where(
        *_holds(),
        col(Account.id).in_(holding),
        col(Account.id).not_in(outside),
    )
    return list(session.exec(statement.order_by(col(Account.name), col(Account.id))))


def by_token(session: Reading, token: str) -> tuple[Device, Actor] | None:
    """The telephone of a path token with who its account is today; None unless both live."""
    return _living(session, col(Device.token_hash) == access.digest(token))


def by_name(session: Reading, name: str) -> tuple[Device, Actor] | None:
    """The telephone of a Digest name with who its account is today; None unless both live.

    The name proves nothing: compare ``ha1``.
    """
    return _living(session, col(Device.name) == name)


def touch(store: Store, device: Device) -> None:
    """Write down that a telephone was seen, at most each five minutes."""
    moment = now()
    if device.seen_at is not None and moment - device.seen_at < SEEN_EVERY:
        return
    with store.writing() as session:
        session.execute(update(Device).where(col(Device.id) == device.id).values(seen_at=moment))


def still_living(session: Reading, ids: Collection[int]) -> set[int]:
    """Those of these telephones that may deliver now: neither revoked nor of an ended account."""
    wanted = (
        select(Device.id)
        .join(Account, col(Account.id) == Device.account_id)
        .where(col(Device.id).in_(sorted(ids)), col(Device.revoked_at).is_(None))
    )
    return set(session.exec(wanted.where(*_holds())))


def seen(session: Writing, devices: Iterable[Device]) -> None:
    """As ``touch``, in a transaction that is open already."""
    moment = now()
    late = [d for d in devices if d.seen_at is None or moment - d.seen_at >= SEEN_EVERY]
    if late:
        ids = sorted({device.id for device in late})
        session.execute(update(Device).where(col(Device.id).in_(ids)).values(seen_at=moment))
    for device in late:
        device.seen_at = moment


def ha1(name: str, secret: str) -> str:
    """What the Digest protocol needs the server to keep of a secret (RFC 7616, 3.4.2)."""
    # MD5 is the protocol's: ODK Collect speaks no other. The secret is random and has 137 bits,
    # so that its digest tells nothing of it and no collision helps anybody.
    return hashlib.md5(f"{name}:{REALM}:{secret}".encode(), usedforsecurity=False).hexdigest()


def _label(label: str) -> str:
    label = " ".join(label.split())
    if not label or len(label) > LABEL_MOST:
        raise Invalid(
            "El celular necesita un nombre de hasta {most} letras.",
            remedy="Escriba cómo reconocerlo, por ejemplo «Celular de la secretaría».",
            field="label",
            most=LABEL_MOST,
        )
    return label


def _require_role(session: Reading, where: Where, account: Account) -> None:
    actor = access.actor_of(session, account.id)
    if actor is None:
        raise Invalid(
            "Esa cuenta terminó: ningún celular puede hablar por ella.",
            remedy="Elija una cuenta vigente.",
            field="account",
        )
    # At a community the role must hold there; a whole place is also served by roles inside it.
    holds = access.roles_at(actor, where) if where.community_id is not None else actor.bonds
    if not holds:
        raise Invalid(
            "Esa cuenta no tiene hoy ningún rol en este lugar.",
            remedy="Dele primero el rol en «Cuentas y roles», o elija otra cuenta.",
            field="account",
        )


def _living(session: Reading, which: ColumnElement[bool]) -> tuple[Device, Actor] | None:
    device = session.exec(select(Device).where(which, col(Device.revoked_at).is_(None))).first()
    actor = access.actor_of(session, device.account_id) if device is not None else None
    return (device, actor) if device is not None and actor is not None else None


def _holds() -> tuple[ColumnElement[bool], ...]:
    """Whether an account lives today."""
    end = col(Account.ends_on)
    return col(Account.active).is_(True), or_(end.is_(None), end >= access.today())


def _of(where: Where) -> ColumnElement[bool]:
    """Whether a telephone is one of a place."""
    home, account = col(Device.community_id), col(Device.account_id)
    if where.community_id is not None:
        bound = select(Binding.account_id).where(Binding.community_id == where.community_id)
        return or_(home == where.community_id, and_(home.is_(None), account.in_(bound)))
    if where.place_id is None:
        return true()
    inside = below(where)
    communities = select(Belonging.community_id).where(
        col(Belonging.place_id).in_(inside), col(Belonging.valid_to).is_(None)
    )
    bound = select(Binding.account_id).where(col(Binding.place_id).in_(inside))
    return or_(home.in_(communities), and_(home.is_(None), account.in_(bound)))


def _free_name(session: Writing) -> str:
    while True:
        name = f"cel-{_letters(NAME_LENGTH)}"
        if session.exec(select(Device.id).where(Device.name == name)).first() is None:
            return name


def _letters(count: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(count))
