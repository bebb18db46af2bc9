"""A district about to vote: proposals with costs, a ceiling, and the people of its town hall."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from app.operations import ballots, ceilings, proposals, voting_rules, voting_steps
from app.operations.ballots import Typed
from app.operations.ordinances import Ordinance
from app.operations.proposals import Given, Seen
from app.operations.trail import Author
from app.operations.voting_rules import Body
from app.records import places
from app.records.people import Account
from app.records.places import Where
from app.records.voting import BallotSheet, Voting
from app.store.sessions import Reading, Store, Writing
from tests import world

DAY = world.DAY + timedelta(days=30)
YEAR = 2028
ORDINANCE = Ordinance("Ordenanza 012-2027-MD", DAY, "14")
COSTS = (40_000_00, 30_000_00, 30_000_00, 50_000_00, 200_000_00)
CEILING = 100_000_00
BODY = Body(least=1, most=3)


@dataclass(frozen=True)
class VotingTown:
    """The store, and two who type with a third who decides."""

    store: Store
    first: Author
    second: Author
    third: Author

    def rules(self, session: Writing, **over: Any) -> None:
        """Write the rules of the year."""
        voting_rules.save(
            session, self.third, here(session), YEAR, ORDINANCE, replace(BODY, **over)
        )

    def opened(self, session: Writing, mode: str = "paper", **over: Any) -> Voting:
        """A voting that takes ballots."""
        self.rules(session, **over)
        voting = voting_steps.prepare(session, self.third, here(session), YEAR, DAY, mode=mode)
        return voting_steps.open_(session, self.third, here(session), voting)

    def printed(
        self, session: Writing, voting: Voting, copies: int, community: str = ""
    ) -> list[BallotSheet]:
        """Sheets with codes."""
        return ballots.print_sheets(session, self.third, here(session), voting, copies, community)

    def type_(
        self, session: Writing, voting: Voting, sheet: BallotSheet, text: str, *, second: str = ""
    ) -> BallotSheet:
        """Both people type a sheet; ``second`` where the other one reads something else."""
        where = here(session)
        ballots.type_sheet(session, self.first, where, voting, sheet.code, Typed(text))
        other = Typed(second or text)
        return ballots.type_sheet(session, self.second, where, voting, sheet.code, other)

    def cast(self, session: Writing, voting: Voting, texts: list[str]) -> list[BallotSheet]:
        """A sheet of each text, typed by both."""
        sheets = self.printed(session, voting, len(texts))
        return [self.type_(session, voting, s, t) for s, t in zip(sheets, texts, strict=True)]

    def closed(self, session: Writing, texts: list[str], **over: Any) -> Voting:
        """A voting with these ballots, closed."""
        voting = self.opened(session, **over)
        self.cast(session, voting, texts)
        return voting_steps.close(session, self.third, here(session), voting)


def here(session: Reading) -> Where:
    """The district."""
    return places.district(session, world.UBIGEO)


def a_voting_town(store: Store) -> VotingTown:
    """Three communities, five proposals presented (the last dearer than all there is)."""
    with store.writing() as session:
        world.catalogue(session)
        of = world.district(session)
        for code, people in (("A", 50), ("B", 150), ("C", 300)):
            world.community(session, of, code, people=people)
        accounts = [Account(login=login, name=login) for login in ("mesa1", "mesa2", "plan")]
        session.add_all(accounts)
        session.flush()
        authors = [Author(each.id) for each in accounts]
        where = here(session)
        ceilings.set_ceiling(session, authors[2], where, YEAR, CEILING)
        for number, cost in enumerate(COSTS, 1):
            given = Given(YEAR, title=f"Obra {number}", cost_cents=cost, people=number * 10)
            made = proposals.create(session, authors[2], where, given, DAY)
            proposals.present(session, authors[2], where, Seen(made.uuid, made.revision))
    return VotingTown(store, *authors)
