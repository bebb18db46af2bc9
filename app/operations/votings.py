"""A voting from its preparation to its close.

preparing
    the proposals are on the ballot as they stood that day; sheets may be printed.
open
    sheets are typed; no count is readable by anybody.
closed
    nothing is typed any more; the votes may be counted.
allocated
    the official run is made.
annulled
    with its reason; another may be prepared.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from app.errors import Conflict, RowError, Unknown
from app.operations import voting_rules
from app.planning.allocation.elections import Option
from app.records.places import Where
from app.records.voting import BallotSheet, Voting, VotingRules
from app.store.sessions import Reading, columns

COUNTED = ("closed", "allocated")
WAITING = ("typed", "differs", "review")


@dataclass(frozen=True, slots=True)
class Progress:
    """How many sheets stand where; never what they say."""

    printed: int
    typed_once: int
    accepted: int
    differs: int
    review: int
    void: int
    untouched: int

    @property
    def waiting(self) -> int:
        """Sheets that somebody has to look at before the close."""
        return self.typed_once + self.differs + self.review


def current(session: Reading, where: Where, year: int) -> Voting | None:
    """The living voting of a year."""
    return voting_rules.living(session, where, year)


def needed(session: Reading, where: Where, year: int) -> Voting:
    """The living voting of a year.

    Raises
    ------
    Unknown
        There is none.
    """
    row = current(session, where, year)
    if row is None:
        raise Unknown(
            "El año {year} no tiene ninguna votación.", remedy="Prepárela primero.", year=year
        )
    return row


def find(session: Reading, where: Where, uuid: UUID) -> Voting:
    """The voting with this key.

    Raises
    ------
    Unknown
        The district has none.
    """
    row = session.exec(
        select(Voting).where(Voting.uuid == uuid, Voting.place_id == where.place_id)
    ).first()
    if row is None:
        raise Unknown("El distrito no tiene esa votación.", remedy="Vuelva a la lista.")
    return row


def rules_of(session: Reading, voting: Voting) -> VotingRules:
    """The version of the rules that a voting follows."""
    return session.exec(select(VotingRules).where(VotingRules.id == voting.rules_id)).one()


def check_alone(session: Reading, where: Where, year: int) -> None:
    """Whether a year has no living voting yet.

    Raises
    ------
    Conflict
        It has one.
    """
    if current(session, where, year) is not None:
        raise Conflict(
            "El año {year} ya tiene una votación.",
            remedy="Siga con ella, o anúlela con su razón.",
            year=year,
        )


def options_of(voting: Voting) -> list[Option]:
    """The proposals as the rules see them."""
    return [
        Option(each["code"], each["cost_cents"], each["zone"], each["objective"])
        for each in voting.options
    ]


def check_state(voting: Voting, wanted: str) -> None:
    """Whether a voting is at a step.

    Raises
    ------
    Conflict
        It is not.
    """
    if voting.state == wanted:
        return
    if voting.state in COUNTED:
        raise Conflict(
            "La votación está cerrada.", remedy="Vuelva a la votación y mire su resultado."
        )
    raise Conflict(
        "La votación no está en ese paso.", remedy="Vuelva a abrir la página de la votación."
    )


def check_open(voting: Voting) -> None:
    """Whether sheets are taken.

    Raises
    ------
    Conflict
        It is not open.
    """
    check_state(voting, "open")


def check_counted(voting: Voting) -> None:
    """Whether anybody may know what the ballots say: not before the close.

    Raises
    ------
    Conflict
        It is not closed.
    """
    if voting.state not in COUNTED:
        raise Conflict(
            "Los votos se cuentan cuando la votación cierra; antes no los lee nadie.",
            remedy="Espere al cierre de la votación.",
        )


def progress(session: Reading, voting: Voting) -> Progress:
    """How many sheets stand where."""
    rows = session.rows(
        columns(BallotSheet.state, func.count())
        .where(col(BallotSheet.voting_id) == voting.id)
        .group_by(BallotSheet.state)
    )
    found: dict[str, int] = {row[0]: row[1] for row in rows}
    return Progress(
        printed=sum(found.values()),
        typed_once=found.get("typed", 0),
        accepted=found.get("accepted", 0),
        differs=found.get("differs", 0),
        review=found.get("review", 0),
        void=found.get("void", 0),
        untouched=found.get("printed", 0),
    )


def option(voting: Voting, code: str) -> Mapping[str, Any] | None:
    """A proposal of the ballot by its code."""
    return next((each for each in voting.options if each["code"] == code), None)


def too_dear(voting: Voting) -> Sequence[RowError]:
    """The proposals that cost more than all there is, said as they go on the ballot."""
    return [
        RowError(
            None,
            each["title"],
            "Cuesta más que todo el presupuesto: ningún voto la puede hacer entrar.",
            each["code"],
        )
        for each in voting.options
        if each["cost_cents"] > voting.cents
    ]
