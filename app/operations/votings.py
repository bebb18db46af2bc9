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
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from app.errors import Conflict, Invalid, RowError, Unknown
from app.operations import ceilings, districts, trail, voting_options, voting_rules
from app.operations.trail import Act, Author
from app.planning.allocation import comparing
from app.planning.allocation.elections import Election, Option
from app.records import stamps
from app.records.places import Where
from app.records.voting import MODES, BallotSheet, Voting, VotingRules
from app.store.sessions import Reading, Writing, columns
from app.store.types import now

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
    return session.exec(
        select(Voting)
        .where(
            Voting.place_id == where.place_id,
            Voting.fiscal_year == year,
            Voting.state != "annulled",
        )
        .order_by(col(Voting.id).desc())
    ).first()


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


def prepare(
    session: Writing,
    author: Author,
    where: Where,
    year: int,
    day: date,
    *,
    mode: str = "paper",
    entitled: Mapping[str, int] | None = None,
) -> Voting:
    """Put the presented proposals on a ballot, as they stand today.

    ``entitled`` are the people who may vote, by code of community, where a register says so.

    Raises
    ------
    Unknown
        The year has no rules.
    Conflict
        A voting stands already; no ceiling; nothing presented, or something without its cost.
    Invalid
        A mode that the rules cannot follow; groups of the limits that nobody is in.
    """
    session.hold(f"voting {where.code} {year}")
    if mode not in MODES or mode == "file":
        raise Invalid("No se entiende de dónde vienen los votos.", field="mode")
    rules = voting_rules.needed(session, where, year)
    check_alone(session, where, year)
    ceiling = ceilings.of_year(session, where, year)
    if ceiling is None:
        raise Conflict(
            "El año {year} todavía no tiene techo.",
            remedy="Fije primero cuánto dinero hay para repartir.",
            year=year,
        )
    row = Voting(
        place_id=districts.own(where),
        fiscal_year=year,
        rules_id=rules.id,
        mode=mode,
        cents=ceiling.cents,
        options=voting_options.on_the_ballot(session, where, year, day),
        communities=voting_options.communities(session, where, day, entitled or {}),
        author_id=author.account_id,
    )
    _check_mode(voting_rules.body_of(rules), mode)
    return keep(session, author, where, row, "prepare")


def keep(session: Writing, author: Author, where: Where, row: Voting, action: str) -> Voting:
    """Write a voting down, with its row in the trail."""
    session.add(row)
    session.flush()
    act = Act(action, "voting", row.uuid, where.place_id, row.note if action == "annul" else "")
    trail.record(session, author, act)
    stamps.bump(session, f"district:{where.code}")
    return row


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


def _check_mode(body: voting_rules.Body, mode: str) -> None:
    if mode in ("totals", "merit") and body.rule not in comparing.BY_TOTALS:
        raise Invalid(
            "La regla «{rule}» no se puede seguir con totales: pregunta qué marcó junta cada"
            " cédula, y los totales no lo dicen.",
            remedy="Use cédulas, o una regla que baje por la lista de votos (greedy).",
            field="mode",
            rule=body.rule,
        )
    if mode in ("totals", "merit") and body.endowments:
        raise Invalid(
            "El fondo por comunidad necesita saber de qué comunidad es cada cédula.",
            remedy="Use cédulas o los planes comunales.",
            field="mode",
        )
    if mode == "plans" and body.kind == "approval":
        raise Invalid(
            "El orden de los planes comunales da puntos, y las reglas piden marcar.",
            remedy="Cambie las reglas a «orden» o elija otra fuente de votos.",
            field="mode",
        )


def group(
    session: Writing,
    author: Author,
    where: Where,
    voting: Voting,
    groups: Mapping[str, tuple[str, str]],
) -> Voting:
    """Say in which zone and objective each proposal counts, by its code.

    Raises
    ------
    Conflict
        The voting is open already.
    """
    _check_state(voting, "preparing")
    voting.options = [
        {**each, "zone": groups[each["code"]][0], "objective": groups[each["code"]][1]}
        if each["code"] in groups
        else each
        for each in voting.options
    ]
    return keep(session, author, where, voting, "group")


def open_(session: Writing, author: Author, where: Where, voting: Voting) -> Voting:
    """Begin to take ballots; the votes of plans and of merits are read at once.

    Raises
    ------
    Conflict
        It is not being prepared, or no plan ranks a proposal of the ballot.
    Invalid
        Limits name a proposal or group that is not on the ballot.
    """
    session.hold(f"voting {where.code} {voting.fiscal_year}")
    _check_state(voting, "preparing")
    body = voting_rules.body_of(rules_of(session, voting))
    _check_mode(body, voting.mode)
    body.limits.check(Election(tuple(options_of(voting)), (), voting.cents))
    voting.state, voting.opened_at = "open", now()
    keep(session, author, where, voting, "open")
    if voting.mode in ("plans", "merit"):
        voting_options.read_votes(session, where, voting, body)
    return voting


def options_of(voting: Voting) -> list[Option]:
    """The proposals as the rules see them."""
    return [
        Option(each["code"], each["cost_cents"], each["zone"], each["objective"])
        for each in voting.options
    ]


def close(
    session: Writing, author: Author, where: Where, voting: Voting, given: int | None = None
) -> Voting:
    """End the typing: from now on the votes may be counted.

    ``given`` is how many sheets were handed out, by the count of the tables.

    Raises
    ------
    Conflict
        It is not open; sheets wait for somebody; no sheet was accepted.
    Invalid
        Fewer sheets handed out than came back.
    """
    session.hold(f"voting {where.code} {voting.fiscal_year}")
    _check_state(voting, "open")
    found = progress(session, voting)
    if found.waiting:
        raise Conflict(
            "Todavía no se puede cerrar: por digitar otra vez {typed}, con diferencias {differs},"
            " en la bandeja {review}.",
            remedy="Termine esas hojas; ninguna se deja de lado.",
            typed=found.typed_once,
            differs=found.differs,
            review=found.review,
        )
    if not found.accepted:
        raise Conflict(
            "No hay ninguna cédula aceptada: no hay nada que contar.",
            remedy="Digite las cédulas, o anule la votación con su razón.",
        )
    if given is not None and given < found.accepted + found.void:
        raise Invalid(
            "Se repartieron {given} cédulas y volvieron {back}.",
            remedy="Revise el número de cédulas repartidas.",
            field="given",
            given=given,
            back=found.accepted + found.void,
        )
    voting.state, voting.closed_at, voting.given = "closed", now(), given
    return keep(session, author, where, voting, "close")


def annul(session: Writing, author: Author, where: Where, voting: Voting, reason: str) -> Voting:
    """End a voting without a result; it stays readable, its ballots too.

    Raises
    ------
    Invalid
        No reason.
    Conflict
        Its result stands already.
    """
    session.hold(f"voting {where.code} {voting.fiscal_year}")
    if not reason.strip():
        raise Invalid(
            "Falta la razón para anular la votación.",
            remedy="Escriba por qué se anula; quedará a la vista.",
            field="reason",
        )
    if voting.state in ("allocated", "annulled"):
        raise Conflict("Esa votación ya terminó.", remedy="Vuelva a la lista.")
    voting.state, voting.note = "annulled", reason.strip()[:500]
    return keep(session, author, where, voting, "annul")


def _check_state(voting: Voting, wanted: str) -> None:
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
    _check_state(voting, "open")


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
