"""The policy table, changed row by row, each time with a reason.

Some rows are not a municipality's to change: what the law keeps from the public, and
what would lock everybody out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from app.errors import Conflict, Invalid, Unknown
from app.operations import accounts, trail
from app.operations.trail import Act, Author
from app.records import policy, stamps
from app.records.people import ROLES, PolicyRow
from app.store.sessions import Reading, Store, Writing

REACHES = ("here", "around")
HEALTH_ROLES = frozenset({"facility"})  # sensitive answers stay with health staff (Ley 29733)
# Without these two nobody could ever open the door again.
NEEDED = frozenset({("admin", "policy", "manage"), ("admin", "accounts", "manage")})


@dataclass(frozen=True, slots=True)
class Rule:
    """One row as somebody wants it."""

    role: str
    register: str
    verb: str
    view: str
    health: bool = False
    reach: str = "here"

    @property
    def subject(self) -> str:
        """How the trail names it."""
        return f"{self.role}/{self.register}/{self.verb}"


def of_role(session: Reading, role: str) -> Sequence[PolicyRow]:
    """What one role may do, by register and verb."""
    return session.exec(
        select(PolicyRow)
        .where(PolicyRow.role == role)
        .order_by(PolicyRow.register_code, PolicyRow.verb)
    ).all()


def put(store: Store, author: Author, rule: Rule, reason: str) -> None:
    """Add a row, or change the one of the same role, register and verb.

    Raises
    ------
    Invalid
        A code is unknown, the reason lacks, or the row gives what may not be given.
    """
    checked(rule)
    reason = accounts.a_reason(reason)
    with store.writing() as session:
        row = _found(session, rule.role, rule.register, rule.verb)
        said = f"{rule.view}{' +salud' if rule.health else ''} {rule.reach}"
        if row is None:
            session.add(_row(rule))
        else:
            row.view, row.health, row.reach = rule.view, rule.health, rule.reach
        _told(session, author, "put", rule.subject, f"{said}: {reason}")


def drop(store: Store, author: Author, rule: tuple[str, str, str], reason: str) -> None:
    """Take a row away: that role may no longer do that.

    Raises
    ------
    Unknown
        There is no such row.
    Conflict
        Nobody could administer accounts or this table any more.
    """
    reason = accounts.a_reason(reason)
    if rule in NEEDED:
        raise Conflict(
            "Sin ese permiso nadie podría volver a administrar cuentas ni permisos.",
            remedy="Ese permiso se queda con la administración.",
        )
    with store.writing() as session:
        row = _found(session, *rule)
        if row is None:
            raise Unknown("Ese permiso ya no está en la tabla.", remedy="Vuelva a abrir la página.")
        session.delete(row)
        _told(session, author, "drop", "/".join(rule), reason)


def checked(rule: Rule) -> None:
    """Refuse a row that names nothing, or gives what no municipality may give.

    Raises
    ------
    Invalid
        With the field that is wrong.
    """
    known = (
        ("role", rule.role, (*ROLES, "public")),
        ("register", rule.register, policy.REGISTERS),
        ("verb", rule.verb, policy.VERBS),
        ("view", rule.view, policy.VIEWS),
        ("reach", rule.reach, REACHES),
    )
    for field, value, codes in known:
        if value not in codes:
            raise Invalid(
                "«{value}» no es un código de la tabla de permisos.",
                remedy="Elija uno de la lista.",
                field=field,
                value=value,
            )
    if rule.role == "public" and (rule.verb != "read" or rule.view != "public"):
        raise Invalid(
            "El público solo puede ver lo publicado.",
            remedy="Dé el permiso a un rol con cuenta.",
            field="role",
        )
    if rule.health and rule.role not in HEALTH_ROLES:
        raise Invalid(
            "Las respuestas sensibles de salud son solo del establecimiento de salud.",
            remedy="Quite la marca de salud.",
            field="health",
        )


def _found(session: Reading, role: str, register: str, verb: str) -> PolicyRow | None:
    return session.exec(
        select(PolicyRow).where(
            PolicyRow.role == role,
            PolicyRow.register_code == register,
            col(PolicyRow.verb) == verb,
        )
    ).first()


def _row(rule: Rule) -> PolicyRow:
    return PolicyRow(
        role=rule.role,
        register_code=rule.register,
        verb=rule.verb,
        view=rule.view,
        health=rule.health,
        reach=rule.reach,
    )


def _told(session: Writing, author: Author, action: str, subject: str, reason: str) -> None:
    stamps.bump(session, "policy")
    trail.record(session, author, Act(action, "policy", subject, None, reason))
