"""A small territory with one account of each role, for whatever is asked over HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fastapi.testclient import TestClient
from sqlmodel import select

from app.main import create_app
from app.operations import access, accounts, seats, seeding
from app.operations.accounts import NewAccount
from app.operations.seats import Seat
from app.operations.trail import SYSTEM
from app.records.base import folded, sort_key
from app.records.people import Account
from app.records.places import EVERYWHERE
from app.records.territory import Belonging, Community, Facility, Place
from app.settings import Settings
from app.store.sessions import Store, Writing

PASSWORD = "tres palabras juntas"
# One hash for all: making it is slow on purpose.
PASSWORD_HASH = access.HASHER.hash(PASSWORD)
REGION, PROVINCE, DISTRICT, OTHER_DISTRICT = "99", "9901", "990101", "990102"
HERE, THERE, AWAY = "C1", "C2", "C3"  # two communities of one district, one of the other


@dataclass
class Town:
    """The application over a small territory, and how to be somebody in it."""

    app: object
    store: Store
    settings: Settings
    tokens: dict[str, str] = field(default_factory=dict)

    def client(self, login: str = "", **more: object) -> TestClient:
        """A browser, logged in as somebody, or as nobody."""
        client = TestClient(self.app, follow_redirects=False, **more)  # type: ignore[arg-type]
        if login:
            client.cookies.set("sismuni", self.token(login))
        return client

    def token(self, login: str) -> str:
        """A session of an account, opened once."""
        if login not in self.tokens:
            self.tokens[login] = access.open_session(self.store, self.account(login).id, "test")
        return self.tokens[login]

    def csrf(self, login: str) -> str:
        """What a form of that session has to show."""
        with self.store.reading() as session:
            found = access.by_session(session, self.token(login), 30)
        assert found is not None
        return found[0].csrf

    def account(self, login: str) -> Account:
        """An account by its login name."""
        with self.store.reading() as session:
            return session.exec(select(Account).where(Account.login == login)).one()


def a_place(session: Writing, code: str, name: str, kind: str, parent: Place | None) -> Place:
    """A living place."""
    place = Place(
        kind=kind,
        code=code,
        name=name,
        search=folded(name),
        sort_key=sort_key(name),
        parent_id=parent.id if parent else None,
    )
    session.add(place)
    session.flush()
    return place


def a_community(session: Writing, code: str, district: Place, facility: Facility) -> Community:
    """A community that belongs to a district."""
    name = f"Comunidad {code}"
    community = Community(
        code=code,
        name=name,
        search=folded(name),
        sort_key=sort_key(name),
        facility_id=facility.id,
    )
    session.add(community)
    session.flush()
    session.add(Belonging(community_id=community.id, place_id=district.id))
    return community


def settle(store: Store) -> None:
    """The territory: one region, one province, two districts, three communities."""
    with store.writing() as session:
        region = a_place(session, REGION, "Región", "region", None)
        province = a_place(session, PROVINCE, "Provincia", "province", region)
        for code, communities in ((DISTRICT, (HERE, THERE)), (OTHER_DISTRICT, (AWAY,))):
            district = a_place(session, code, f"Distrito {code}", "district", province)
            for each in communities:
                facility = Facility(
                    code=f"F{each}", name=f"Posta {each}", search=each, place_id=district.id
                )
                session.add(facility)
                session.flush()
                a_community(session, each, district, facility)


def an_account(store: Store, login: str, seat: Seat, *, demo: bool = False) -> Account:
    """An account that may enter with the password of all."""
    new = NewAccount(f"Persona {login}", login, demo=demo)
    account = accounts.create(store, SYSTEM, EVERYWHERE, new, seat)
    with store.writing() as session:
        session.get_one(Account, account.id).password_hash = PASSWORD_HASH
    return account


def seat_of(role: str, community: str = HERE, district: str = DISTRICT) -> Seat:
    """Where a role is usually bound."""
    level = seats.LEVELS.get(role, ("place",))[0]
    if level == "community":
        return Seat(role, community=community)
    if level == "facility":
        return Seat(role, facility=f"F{community}")
    return Seat(role, ubigeo=district)


def found_town(store: Store) -> None:
    """Catalogues, territory and root in a migrated store."""
    seeding.seed(store)
    settle(store)
    an_account(store, "root", Seat("admin"))


@contextmanager
def a_town(url: str, home: Path, **changes: object) -> Iterator[Town]:
    """The application over a store that ``found_town`` prepared."""
    kept = {
        "home": home,
        "database_url": url,
        "worker": False,
        "logins_a_minute": 600,
        "writes_a_minute": 1_000_000,
        "requests_a_minute": 1_000_000,
    }
    settings = Settings(**(kept | changes))  # type: ignore[arg-type]
    app = create_app(settings)
    store: Store = app.state.store
    try:
        yield Town(app, store, settings)
    finally:
        store.close()
