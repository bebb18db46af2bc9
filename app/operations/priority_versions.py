"""Freezing the priorities of a district: announce, let every community correct, then freeze.

Ten days lie between the announcement and the freeze, and each community gets the card of the
figures that will be taken of it. What is still on the way is named and needs a reason to pass
over. A frozen version holds all its inputs and never changes; what people decide of a need
stands beside its place with the reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from app.errors import Conflict, Invalid, Unknown
from app.operations import districts, figure_cards, needs, standing, trail
from app.operations.trail import Act, Author
from app.planning import versions
from app.planning.smaa import DRAWS
from app.planning.versions import Inputs
from app.records.intake import Derivation, Entry, Form
from app.records.places import Where
from app.records.priority_versions import DECISIONS, PriorityDecision, PriorityVersion
from app.store.sessions import Reading, Writing, columns
from app.store.types import now

NOTICE = timedelta(days=10)
ON_THE_WAY = ("sent", "returned")


def listed(session: Reading, where: Where) -> Sequence[PriorityVersion]:
    """The versions of a district, the newest first; those cancelled among them."""
    return session.exec(
        select(PriorityVersion)
        .where(PriorityVersion.place_id == where.place_id)
        .order_by(col(PriorityVersion.number).desc())
    ).all()


def find(session: Reading, where: Where, number: int) -> PriorityVersion:
    """The version with this number.

    Raises
    ------
    Unknown
        The district has none.
    """
    row = session.exec(
        select(PriorityVersion).where(
            PriorityVersion.place_id == where.place_id, PriorityVersion.number == number
        )
    ).first()
    if row is None:
        raise Unknown(
            "El distrito no tiene la versión {number} de sus prioridades.",
            remedy="Vuelva a la lista de versiones.",
            number=number,
        )
    return row


def announce(
    session: Writing, author: Author, where: Where, label: str, freezes_on: date, day: date
) -> PriorityVersion:
    """Announce a freeze and make each community's card of what will be taken of it.

    Raises
    ------
    Conflict
        Another one is announced already.
    Invalid
        Less than ten days ahead, or without a name.
    """
    session.hold(f"versions {where.code}")
    if any(row.state == "announced" for row in listed(session, where)):
        raise Conflict(
            "Ya hay un congelamiento anunciado.",
            remedy="Congélelo o anúlelo antes de anunciar otro.",
        )
    if not label:
        raise Invalid("Falta el nombre de la versión.", remedy="Escríbalo.", field="label")
    if freezes_on < day + NOTICE:
        raise Invalid(
            "Entre el anuncio y el congelamiento deben pasar al menos 10 días.",
            remedy="Elija el {earliest} o un día posterior.",
            field="freezes_on",
            earliest=(day + NOTICE).isoformat(),
        )
    last = session.exec(
        select(func.max(PriorityVersion.number)).where(PriorityVersion.place_id == where.place_id)
    ).one()
    made = PriorityVersion(
        place_id=districts.own(where),
        number=(last or 0) + 1,
        label=label[:120],
        freezes_on=freezes_on,
        author_id=author.account_id,
    )
    session.add(made)
    session.flush()
    figure_cards.make(session, where, made, day)
    trail.written(
        session, author, where, Act("announce", "needs", made.uuid, where.place_id, label)
    )
    return made


def on_the_way(session: Reading, where: Where, day: date) -> list[dict[str, Any]]:
    """Forms that arrived and do not count yet: to review, returned, or in quarantine."""
    members = {row.id: row.name for row in standing.members(session, where, day)}
    found = [
        {"form": str(uuid), "instrument": instrument, "community": members[key], "state": state}
        for uuid, instrument, key, state in session.rows(
            columns(Form.uuid, Form.instrument, Form.community_id, Form.state)
            .where(col(Form.community_id).in_(list(members)), col(Form.state).in_(ON_THE_WAY))
            .order_by(col(Form.id))
        )
    ]
    told = {each["form"] for each in found}
    for uuid, instrument, key in session.rows(
        columns(Entry.form_uuid, Entry.instrument, Entry.community_id)
        .join(Derivation, col(Derivation.entry_id) == Entry.id)
        .where(
            col(Entry.community_id).in_(list(members)),
            col(Derivation.state) == "quarantined",
        )
        .order_by(col(Entry.id))
    ):
        if str(uuid) not in told:
            found.append(
                {
                    "form": str(uuid),
                    "instrument": instrument,
                    "community": members[key],
                    "state": "quarantined",
                }
            )
    return found


@dataclass(frozen=True, slots=True)
class Freeze:
    """How a version is frozen: the acta that adopts it, and why what is on the way waits."""

    acta: str
    reason: str = ""
    seed: str = ""
    top: int = needs.TOP


def freeze(
    session: Writing, author: Author, where: Where, number: int, given: Freeze, day: date
) -> PriorityVersion:
    """Freeze a version with everything that goes in.

    Raises
    ------
    Unknown
        No such version.
    Conflict
        It is not announced, its day has not come, or nothing is ranked.
    Invalid
        No acta is named, or forms are on the way and no reason is given to pass over them.
    """
    session.hold(f"versions {where.code}")
    version = find(session, where, number)
    _may_freeze(version, given, day)
    pending = on_the_way(session, where, day)
    if pending and not given.reason:
        raise Invalid(
            "Hay {count} fichas en camino y falta decir por qué no se esperan.",
            remedy="Revíselas en la bandeja o escriba la razón; quedará en el acta.",
            field="reason",
            count=len(pending),
        )
    inputs = inputs_of(session, where, day, given.seed, given.top)
    outcome = versions.outcome(inputs)
    if not outcome["ranked"]:
        raise Conflict(
            "Todavía no hay nada que ordenar.", remedy="Apruebe antes las fichas de sus rondas."
        )
    version.state, version.day, version.frozen_at = "frozen", day, now()
    version.frozen_by, version.acta, version.reason = author.account_id, given.acta, given.reason
    version.seed, version.digest = inputs.seed, versions.digest(inputs)
    version.inputs, version.outcome = versions.to_plain(inputs), outcome
    version.pending = pending
    act = Act("freeze", "needs", version.uuid, where.place_id, given.reason, version.digest)
    trail.written(session, author, where, act)
    return version


def _may_freeze(version: PriorityVersion, given: Freeze, day: date) -> None:
    if version.state != "announced":
        raise Conflict(
            "Esa versión ya está congelada o anulada.", remedy="Vuelva a la lista de versiones."
        )
    if day < version.freezes_on:
        raise Conflict(
            "Se anunció para el {day}: hasta entonces las comunidades pueden corregir.",
            remedy="Espere a ese día.",
            day=version.freezes_on.isoformat(),
        )
    if not given.acta:
        raise Invalid(
            "Falta el acta que adopta la lista.",
            remedy="Escriba su número y fecha.",
            field="acta",
        )


def inputs_of(session: Reading, where: Where, day: date, seed: str, top: int) -> Inputs:
    """All that the list of a day is made from."""
    known = needs.evidence_of(session, where, day)
    weighting = needs.weighting_of(session, where)
    return Inputs(known.evidence, weighting.ballots, seed or needs.seed_of(where, day), top, DRAWS)


def cancel(session: Writing, author: Author, where: Where, number: int, reason: str) -> None:
    """Take an announcement back; it stays readable with its reason.

    Raises
    ------
    Conflict
        It is frozen or cancelled.
    Invalid
        Without a reason.
    """
    version = find(session, where, number)
    if version.state != "announced":
        raise Conflict("Solo se anula lo anunciado.", remedy="Vuelva a la lista de versiones.")
    if not reason:
        raise Invalid("Falta la razón.", remedy="Escriba por qué se anula.", field="reason")
    version.state, version.reason = "cancelled", reason[:500]
    trail.written(
        session, author, where, Act("cancel", "needs", version.uuid, where.place_id, reason)
    )


def decide(
    session: Writing, author: Author, where: Where, number: int, need: str, said: tuple[str, str]
) -> PriorityDecision:
    """Note what people decided of a need, with the reason; the list itself stays.

    Raises
    ------
    Unknown
        No such version or need.
    Conflict
        It is not frozen.
    Invalid
        An unknown decision, or none of its reason.
    """
    version, (decision, reason) = find(session, where, number), said
    if version.state != "frozen":
        raise Conflict("Se decide sobre una lista congelada.", remedy="Congélela primero.")
    if need not in {each["code"] for each in version.outcome["ranked"]}:
        raise Unknown("Esa necesidad no está en la lista.", remedy="Vuelva a la versión.")
    if decision not in DECISIONS or not reason:
        raise Invalid(
            "Falta la decisión o su razón.", remedy="Elija una y escriba por qué.", field="reason"
        )
    made = PriorityDecision(
        version_id=version.id,
        need=need,
        decision=decision,
        reason=reason[:500],
        author_id=author.account_id,
    )
    session.add(made)
    session.flush()
    trail.written(session, author, where, Act("decide", "needs", made.uuid, where.place_id, reason))
    return made


def decisions(session: Reading, version: PriorityVersion) -> Mapping[str, PriorityDecision]:
    """What stands decided of each need: the newest."""
    rows = session.exec(
        select(PriorityDecision)
        .where(PriorityDecision.version_id == version.id)
        .order_by(col(PriorityDecision.id))
    ).all()
    return {row.need: row for row in rows}
