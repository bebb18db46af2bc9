"""What-ifs over the ballots of a closed voting: answered at once, kept by name, never official."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlmodel import col, select

from app.errors import Invalid
from app.operations import trail, vote_counts, votings
from app.operations.trail import Act, Author
from app.planning.allocation import comparing
from app.planning.allocation.comparing import Change
from app.planning.allocation.names import RULES
from app.records.places import Where
from app.records.voting import VoteScenario, Voting
from app.store.sessions import Reading, Writing

PERCENTS = (-20, -10, 0, 10, 20)
MOST_KEPT = 200


def ask(session: Reading, where: Where, voting: Voting, change: Change) -> dict[str, Any]:
    """What would be funded in another world.

    Raises
    ------
    Conflict
        The voting is not closed.
    Invalid
        A world that cannot be.
    """
    votings.check_counted(voting)
    run = vote_counts.run_of(session, voting)
    check(voting, change)
    case = vote_counts.case_of(session, where, voting, run.seed if run else "")
    if voting.mode in ("totals", "merit") and change.rule not in ("", *comparing.BY_TOTALS):
        raise Invalid("Con totales solo se puede bajar por la lista de votos.", field="rule")
    found = vote_counts.as_json(comparing.what_if(case, change))
    official = [each["code"] for each in run.outcomes if each["funded"]] if run else []
    return {
        **found,
        "enters": [code for code in found["funded"] if code not in official],
        "leaves": [code for code in official if code not in found["funded"]],
        "cents": voting.cents * (100 + change.budget_percent) // 100,
    }


def check(voting: Voting, change: Change) -> None:
    """Refuse a change that makes no sense.

    Raises
    ------
    Invalid
        Which one, and what it may be.
    """
    if change.budget_percent not in PERCENTS:
        raise Invalid("El presupuesto se prueba con -20, -10, 0, 10 o 20 %.", field="budget")
    if change.most is not None and not 1 <= change.most <= len(voting.options):
        raise Invalid(
            "El máximo de marcas va de 1 a {most}.", field="most", most=len(voting.options)
        )
    if change.least_votes is not None and not 0 <= change.least_votes < 10**9:
        raise Invalid("El mínimo de votos no puede ser negativo.", field="least_votes")
    if change.without and votings.option(voting, change.without) is None:
        raise Invalid(
            "La propuesta «{code}» no está en la cédula.", field="without", code=change.without[:20]
        )
    if change.rule and change.rule not in RULES:
        raise Invalid(
            "«{rule}» no es una regla de asignación.", field="rule", rule=change.rule[:20]
        )


def keep(
    session: Writing, author: Author, where: Where, voting: Voting, name: str, change: Change
) -> VoteScenario:
    """Ask and keep the answer under a name.

    Raises
    ------
    Invalid
        No name, or too many are kept.
    """
    if not name.strip():
        raise Invalid(
            "El escenario necesita un nombre.",
            remedy="Escriba algo como «con 10 % más».",
            field="name",
        )
    if len(listed(session, voting)) >= MOST_KEPT:
        raise Invalid("Se guardan hasta {most} escenarios.", most=MOST_KEPT)
    row = VoteScenario(
        voting_id=voting.id,
        name=name.strip()[:80],
        change=asdict(change),
        result=ask(session, where, voting, change),
        author_id=author.account_id,
    )
    session.add(row)
    session.flush()
    trail.record(session, author, Act("keep scenario", "voting", row.uuid, where.place_id))
    return row


def listed(session: Reading, voting: Voting) -> Sequence[VoteScenario]:
    """The scenarios of a voting, the newest first."""
    return session.exec(
        select(VoteScenario)
        .where(VoteScenario.voting_id == voting.id)
        .order_by(col(VoteScenario.id).desc())
    ).all()
