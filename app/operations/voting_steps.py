"""The steps of a voting: prepared, opened, closed, or annulled with its reason."""

from collections.abc import Mapping
from datetime import date

from app.errors import Conflict, Invalid
from app.operations import ceilings, districts, trail, voting_options, voting_rules, votings
from app.operations.trail import Act, Author
from app.planning.allocation import comparing
from app.planning.allocation.elections import Election
from app.records.places import Where
from app.records.voting import MODES, Voting
from app.store.sessions import Writing
from app.store.types import now


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
    votings.check_alone(session, where, year)
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
    trail.written(session, author, where, act)
    return row


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
    votings.check_state(voting, "preparing")
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
    votings.check_state(voting, "preparing")
    body = voting_rules.body_of(votings.rules_of(session, voting))
    _check_mode(body, voting.mode)
    body.limits.check(Election(tuple(votings.options_of(voting)), (), voting.cents))
    voting.state, voting.opened_at = "open", now()
    keep(session, author, where, voting, "open")
    if voting.mode in ("plans", "merit"):
        voting_options.read_votes(session, where, voting, body)
    return voting


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
    votings.check_state(voting, "open")
    found = votings.progress(session, voting)
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
