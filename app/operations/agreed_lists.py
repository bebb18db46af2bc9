"""What people decided beside a run: each difference with its reason; the run stays as it was."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import col, select

from app.errors import Conflict, Invalid, RowError
from app.operations import trail
from app.operations.trail import Act, Author
from app.planning.reasons import soles
from app.records.people import Account
from app.records.places import Where
from app.records.proposals import Allocation
from app.records.voting import AgreedList
from app.store.sessions import Reading, Writing


def newest(session: Reading, run: Allocation) -> AgreedList | None:
    """The decision that stands; None until somebody wrote one."""
    return session.exec(
        select(AgreedList)
        .where(AgreedList.allocation_id == run.id)
        .order_by(col(AgreedList.id).desc())
    ).first()


def decide(
    session: Writing,
    author: Author,
    where: Where,
    run: Allocation,
    funded: Sequence[str],
    reasons: Mapping[str, str],
) -> AgreedList:
    """Write the list that the workshop agreed; ``reasons`` by code where it differs.

    Raises
    ------
    Invalid
        A code that the run does not know, a difference without its reason, or more money than
        there is.
    """
    session.hold(f"agreed {run.uuid}")
    lines = {each["code"]: each for each in run.outcomes}
    if strange := sorted(set(funded) - set(lines)):
        raise Invalid("La propuesta «{code}» no está en el resultado.", code=strange[0][:20])
    changes, silent = _changes(run, set(funded), reasons)
    if silent:
        raise Invalid(
            "La lista difiere del resultado y falta la razón en {count} propuestas.",
            remedy="Escriba por qué entra o sale cada una; quedará en el acta.",
            rows=silent,
            count=len(silent),
        )
    spent = sum(lines[code]["cost_cents"] or 0 for code in set(funded))
    if spent > run.cents:
        raise Invalid(
            "La lista acordada pasa el presupuesto por {over}.",
            remedy="Quite alguna propuesta.",
            over=soles(spent - run.cents),
        )
    order = [each["code"] for each in run.outcomes if each["code"] in set(funded)]
    before = newest(session, run)
    if before is not None and before.funded == order and before.changes == changes:
        raise Conflict("Esa lista ya está escrita.", remedy="Vuelva al resultado.")
    row = AgreedList(
        allocation_id=run.id, funded=order, changes=changes, author_id=author.account_id
    )
    session.add(row)
    session.flush()
    act = Act("agree", "voting", row.uuid, where.place_id, digest=f"{len(changes)} changes")
    trail.written(session, author, where, act)
    return row


def author_of(session: Reading, row: AgreedList) -> str:
    """The name of who wrote a decision down."""
    if row.author_id is None:
        return ""
    return session.exec(select(Account.name).where(Account.id == row.author_id)).first() or ""


def _changes(
    run: Allocation, funded: set[str], reasons: Mapping[str, str]
) -> tuple[list[dict[str, Any]], list[RowError]]:
    changes: list[dict[str, Any]] = []
    silent: list[RowError] = []
    for line in run.outcomes:
        code = line["code"]
        if (code in funded) == line["funded"]:
            continue
        reason = reasons.get(code, "").strip()[:500]
        if not reason:
            silent.append(RowError(None, code, "Falta la razón.", line["title"]))
        changes.append({"code": code, "funded": code in funded, "reason": reason})
    return changes, silent
