"""A district with a process of a year: its calendar runs around one day."""

from dataclasses import dataclass
from datetime import date, timedelta

from app.operations import agents, processes
from app.operations.agents import Given
from app.operations.ordinances import Ordinance
from app.operations.processes import Body
from app.operations.trail import Author
from app.planning.process import Span
from app.records import places
from app.records.people import Account
from app.records.places import Where
from app.records.process import Agent, Process
from app.store.sessions import Reading, Store, Writing
from tests import world

YEAR = 2028
DAY = date(2027, 3, 10)  # the third of the days for objections
ORDINANCE = Ordinance("Ordenanza 003-2027-MD", date(2027, 2, 1), "4")


def days(first: int, last: int) -> Span:
    """Days of March 2027."""
    return Span(date(2027, 3, first), date(2027, 3, last))


CALENDAR = {
    "ordinance": Span(date(2027, 2, 1), date(2027, 2, 10)),
    "call": Span(date(2027, 2, 15), date(2027, 2, 28)),
    "enrolment": days(1, 5),
    "preliminary_list": days(6, 6),
    "objections": days(8, 12),
    "final_list": days(15, 15),
    "training": days(17, 18),
}
BODY = Body(CALENDAR, "Título III", "")


@dataclass(frozen=True)
class ProcessTown:
    """The store and who acts."""

    store: Store
    author: Author

    def begun(self, session: Writing) -> Process:
        """The process, with its calendar."""
        return processes.save(session, self.author, here(session), YEAR, ORDINANCE, BODY)

    def enrol(self, session: Writing, row: Process, number: int, **over: object) -> Agent:
        """An agent of a community."""
        return agents.enrol(session, self.author, here(session), row, DAY, agent(number, **over))


def agent(number: int, **over: object) -> Given:
    """What an agent gives."""
    fields = {
        "organisation": f"Organización {number}",
        "kind": "social",
        "name": f"Persona {number}",
        "dni": f"{10_000_000 + number}",
        "sex": "F" if number % 2 else "M",
        "community": "A",
        **over,
    }
    return Given(**fields)  # type: ignore[arg-type]


def here(session: Reading) -> Where:
    """The district."""
    return places.district(session, world.UBIGEO)


def a_process_town(store: Store) -> ProcessTown:
    """Three communities and somebody of the town hall."""
    with store.writing() as session:
        of = world.district(session)
        for code in ("A", "B", "C"):
            world.community(session, of, code)
        account = Account(login="plan", name="plan")
        session.add(account)
        session.flush()
        return ProcessTown(store, Author(account.id))


LATER = timedelta(days=1)
