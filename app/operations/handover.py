"""A post changes hands: the old account ends, a new one takes its roles and what is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import col, select

from app.errors import Conflict, Invalid
from app.operations import access, accounts, credentials, login_names, trail
from app.operations.credentials import Card
from app.operations.trail import Act, Author
from app.records.intake import Draft, Form
from app.records.people import Account, Binding
from app.records.places import Where
from app.records.proposals import VisitTask
from app.records.territory import Community
from app.store.sessions import Reading, Store, Writing, columns


@dataclass(frozen=True, slots=True)
class OpenSheet:
    """A sheet that somebody still has to finish."""

    instrument: str
    community: str
    since: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OpenWork:
    """What a post leaves: drafts not sent, sheets that came back, visits not made."""

    drafts: Sequence[OpenSheet]
    returned: Sequence[OpenSheet]
    tasks: Sequence[OpenSheet]


@dataclass(frozen=True, slots=True)
class HandOver:
    """The successor's account, how it enters, and what is open."""

    account: Account
    old_name: str
    card: Card | None
    work: OpenWork


def open_work(session: Reading, account_id: int) -> OpenWork:
    """What an account has begun and not finished."""
    drafts = session.rows(
        columns(Draft.instrument, Community.name, Draft.saved_at)
        .join(Community, col(Community.id) == Draft.community_id)
        .where(col(Draft.account_id) == account_id)
        .order_by(col(Draft.saved_at))
    )
    returned = session.rows(
        columns(Form.instrument, Community.name, Form.sent_at, Form.reason)
        .join(Community, col(Community.id) == Form.community_id)
        .where(col(Form.author_id) == account_id, col(Form.state) == "returned")
        .order_by(col(Form.sent_at))
    )
    own = select(Binding.community_id).where(
        Binding.account_id == account_id, col(Binding.community_id).is_not(None)
    )
    tasks = session.rows(
        columns(VisitTask.need, Community.name, VisitTask.created_at, VisitTask.reason)
        .join(Community, col(Community.id) == VisitTask.community_id)
        .where(
            col(VisitTask.state) == "open",
            (col(VisitTask.author_id) == account_id) | col(VisitTask.community_id).in_(own),
        )
        .order_by(col(VisitTask.created_at))
    )
    return OpenWork(
        [OpenSheet(*row) for row in drafts],
        [OpenSheet(*row) for row in returned],
        [OpenSheet(*row) for row in tasks],
    )


def hand_over(
    store: Store,
    author: Author,
    within: Where,
    account: UUID,
    successor: tuple[str, date | None],
) -> HandOver:
    """End an account and make the successor's, with the same roles and drafts.

    ``successor`` is the name and the last day of the new mandate. Where the old account
    entered by card the new one gets a card of its own; else a code must be issued for it.

    Raises
    ------
    Conflict
        The account has ended already.
    Invalid
        The successor has no name.
    Unknown, Forbidden
        As ``accounts.theirs``.
    """
    name, ends_on = successor
    if len(name.strip()) < 2:
        raise Invalid(
            "Falta el nombre de quien recibe el cargo.", remedy="Escríbalo.", field="name"
        )
    with store.writing() as session:
        session.hold("accounts")
        old = accounts.theirs(session, within, account)
        if not old.active:
            raise Conflict("Esa cuenta ya terminó.", remedy="Cree una cuenta nueva para el cargo.")
        by_card = old.card_hash is not None
        work = open_work(session, old.id)
        login = login_names.free(session, name)
        new = Account(login=login, name=name.strip(), language=old.language, ends_on=ends_on)
        session.add(new)
        accounts.close(session, old)
        session.flush()
        _pass_on(session, old, new)
        accounts.keep_an_administrator(session)
        card = credentials.card_of(session, author, new, within) if by_card else None
        trail.record(session, author, Act("hand_over", "accounts", old.uuid, within.place_id))
        trail.record(session, author, Act("take_over", "accounts", new.uuid, within.place_id))
    return HandOver(new, old.name, card, work)


def _pass_on(session: Writing, old: Account, new: Account) -> None:
    """Roles from today on, and drafts: they are the post's, not the person's."""
    for each in session.exec(select(Binding).where(Binding.account_id == old.id)).all():
        session.add(
            Binding(
                account_id=new.id,
                role=each.role,
                place_id=each.place_id,
                community_id=each.community_id,
                facility_id=each.facility_id,
                valid_from=access.today(),
            )
        )
    for draft in session.exec(select(Draft).where(Draft.account_id == old.id)).all():
        draft.account_id = new.id
