"""The register of participating agents of a process: enrolment, correction, who is out, shares."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from app.errors import Conflict, Invalid, RowError, Stale, Unknown
from app.operations import processes, standing
from app.operations.trail import Act, Author
from app.planning import agents as rules
from app.planning import process as law
from app.planning.agents import VOICELESS, AgentText, Fault, Member, Shares
from app.records.base import folded
from app.records.places import Where
from app.records.process import Agent, AgentList, Process
from app.store.sessions import Reading, Writing


@dataclass(frozen=True, slots=True)
class Given:
    """An agent as somebody gives it; ``community`` is a code, empty for the whole district."""

    organisation: str
    kind: str
    name: str
    dni: str
    sex: str = ""
    womens: bool = False
    recognition: str = ""
    phone: str = ""
    community: str = ""
    voice_only: bool = False

    @property
    def text(self) -> AgentText:
        """As the rules read it."""
        names = (folded(self.organisation), folded(self.name))
        return AgentText(self.organisation, self.kind, self.name, self.dni, self.sex, names)


@dataclass(frozen=True, slots=True)
class Seen:
    """An agent in the revision that somebody saw."""

    number: int
    revision: int


LONGEST = {"organisation": 160, "name": 120, "recognition": 120, "phone": 20}


def listed(session: Reading, row: Process, *states: str) -> Sequence[Agent]:
    """The agents of a process by number; those of some states, or all."""
    wanted = select(Agent).where(Agent.process_id == row.id).order_by(col(Agent.number))
    if states:
        wanted = wanted.where(col(Agent.state).in_(states))
    return session.exec(wanted).all()


def find(session: Reading, row: Process, number: int) -> Agent:
    """The agent with a number.

    Raises
    ------
    Unknown
        The process has none.
    """
    found = session.exec(
        select(Agent).where(Agent.process_id == row.id, Agent.number == number)
    ).first()
    if found is None:
        raise Unknown(
            "El registro no tiene el agente {number}.",
            remedy="Búsquelo en la lista de agentes.",
            number=number,
        )
    return found


def final_on(session: Reading, row: Process) -> date | None:
    """The day when the final list came out."""
    found = session.exec(
        select(AgentList).where(AgentList.process_id == row.id, AgentList.kind == "final")
    ).first()
    return found.on_day if found else None


def communities(session: Reading, where: Where, day: date) -> list[Any]:
    """Rows (id, code, name, …) of the communities that an agent may be of."""
    return standing.members(session, where, day)


def judged(
    session: Reading, where: Where, row: Process, day: date, given: Sequence[tuple[int, Given]]
) -> list[tuple[int, Fault]]:
    """What is wrong with agents that are not enrolled yet, by their keys.

    They are held against themselves, the communities and whoever is enrolled.
    """
    codes = {each.code for each in communities(session, where, day)}
    found: list[tuple[int, Fault]] = []
    for key, each in given:
        found += [(key, fault) for fault in rules.faults(each.text)]
        found += [(key, fault) for fault in _too_long(each)]
        if each.community and each.community not in codes:
            said = "El distrito no tiene esa comunidad."
            remedy = "Escriba su nombre o su código como en la lista de comunidades."
            found.append((key, Fault("community", said, remedy)))
    there = [(-each.number, _text(each)) for each in listed(session, row, "enrolled", "excluded")]
    texts = [*there, *((key, each.text) for key, each in given)]
    found += [(key, fault) for key, fault in rules.repeated(texts).items() if key > 0]
    return sorted(found, key=lambda each: each[0])


def _too_long(given: Given) -> list[Fault]:
    return [
        Fault(name, "El texto es demasiado largo.", "Acórtelo.")
        for name, most in LONGEST.items()
        if len(getattr(given, name)) > most
    ]


def _text(row: Agent) -> AgentText:
    names = (folded(row.organisation), folded(row.name))
    return AgentText(row.organisation, row.kind, row.name, row.dni, row.sex, names)


def enrol(
    session: Writing, author: Author, where: Where, row: Process, day: date, given: Given
) -> Agent:
    """Enrol one agent; gives the row with its number.

    Raises
    ------
    Conflict
        The final list is out.
    Invalid
        Something lacks, cannot be, or is enrolled already.
    """
    law.check_enrolment(final_on(session, row))
    if wrong := judged(session, where, row, day, [(1, given)]):
        raise _refused([fault for _, fault in wrong])
    made = keep_many(session, where, row, day, [given], author)[0]
    processes.told(session, author, where, Act("enrol", "agents", made.uuid))
    return made


def _refused(wrong: Sequence[Fault]) -> Invalid:
    rows = [RowError(None, fault.field, fault.message, "", fault.remedy) for fault in wrong]
    return Invalid(
        wrong[0].message, remedy=wrong[0].remedy, field=wrong[0].field, rows=rows if rows else ()
    )


def keep_many(
    session: Writing,
    where: Where,
    row: Process,
    day: date,
    given: Sequence[Given],
    author: Author,
) -> list[Agent]:
    """Write agents that were judged, with the next numbers; the trail is the caller's."""
    keys = {each.code: each.id for each in communities(session, where, day)}
    last = session.exec(select(func.max(Agent.number)).where(Agent.process_id == row.id)).one() or 0
    made = [
        Agent(
            process_id=row.id,
            number=last + nth,
            enrolled_on=day,
            author_id=author.account_id,
            **_fields(each, keys),
        )
        for nth, each in enumerate(given, 1)
    ]
    session.add_all(made)
    session.flush()
    return made


def _fields(given: Given, keys: Mapping[str, int]) -> dict[str, Any]:
    return {
        "organisation": given.organisation.strip(),
        "kind": given.kind,
        "womens": given.womens or given.kind == "women",
        "recognition": given.recognition.strip(),
        "name": given.name.strip(),
        "sex": given.sex,
        "dni": given.dni,
        "phone": given.phone.strip(),
        "community_id": keys[given.community] if given.community else None,
        "voice_only": given.voice_only or given.kind in VOICELESS,
    }


def change(
    session: Writing,
    author: Author,
    where: Where,
    row: Process,
    day: date,
    about: tuple[Seen, Given],
    reason: str = "",
) -> Agent:
    """Correct an agent; what a published list said of it does not change.

    Raises
    ------
    Unknown, Stale
        There is none, or somebody changed it first.
    Conflict
        The final list is out, and the change would touch who votes where.
    Invalid
        Something lacks or cannot be; after a published list, no reason.
    """
    seen, given = about
    agent = _seen(session, row, seen)
    wrong = [f for _, f in judged(session, where, row, day, [(1, given)])]
    wrong = [f for f in wrong if f.message not in (rules.SAME_DNI[0], rules.SAME_PERSON[0])]
    others = [(-e.number, _text(e)) for e in listed(session, row, "enrolled") if e.id != agent.id]
    wrong += [f for k, f in rules.repeated([*others, (1, given.text)]).items() if k > 0]
    if wrong:
        raise _refused(wrong)
    keys = {each.code: each.id for each in communities(session, where, day)}
    fields = _fields(given, keys)
    if final_on(session, row) is not None:
        if any(getattr(agent, name) != fields[name] for name in ("community_id", "voice_only")):
            raise Conflict(
                "La lista definitiva ya dice por qué comunidad participa y si vota.",
                remedy="Solo se corrigen los demás datos, con su razón.",
            )
        _need(reason)
    for name, value in fields.items():
        setattr(agent, name, value)
    agent.revision += 1
    session.add(agent)
    processes.told(session, author, where, Act("change", "agents", agent.uuid, None, reason))
    return agent


def take_out(
    session: Writing,
    author: Author,
    where: Where,
    row: Process,
    seen: Seen,
    reason: str,
    *,
    state: str = "withdrawn",
) -> Agent:
    """Take an agent out of the register that no final list has fixed yet.

    Raises
    ------
    Unknown, Stale
        There is none, or somebody changed it first.
    Conflict
        The final list is out, or the agent is out already.
    Invalid
        No reason.
    """
    agent = _seen(session, row, seen)
    law.check_enrolment(final_on(session, row))
    if agent.state != "enrolled":
        raise Conflict("Ese agente ya no está inscrito.", remedy="Vuelva a la lista de agentes.")
    agent.state, agent.note = state, _need(reason)[:300]
    agent.revision += 1
    session.add(agent)
    processes.told(session, author, where, Act(state, "agents", agent.uuid, None, reason))
    return agent


def reinstate(
    session: Writing, author: Author, where: Where, row: Process, seen: Seen, reason: str
) -> Agent:
    """Put back an agent whom an objection took out, once a later decision mends it.

    Raises
    ------
    Unknown, Stale
        There is none, or somebody changed it first.
    Conflict
        The final list is out, or no objection took the agent out.
    Invalid
        No reason, or the person is enrolled again meanwhile.
    """
    agent = _seen(session, row, seen)
    law.check_enrolment(final_on(session, row))
    if agent.state != "excluded":
        raise Conflict(
            "Solo se repone a un agente que una impugnación excluyó.",
            remedy="Quien se retiró se inscribe otra vez.",
        )
    others = [(-e.number, _text(e)) for e in listed(session, row, "enrolled")]
    if wrong := rules.repeated([*others, (1, _text(agent))]).get(1):
        raise _refused([wrong])
    agent.state, agent.note = "enrolled", _need(reason)[:300]
    agent.revision += 1
    session.add(agent)
    processes.told(session, author, where, Act("reinstate", "agents", agent.uuid, None, reason))
    return agent


def _seen(session: Writing, row: Process, seen: Seen) -> Agent:
    agent = find(session, row, seen.number)
    if agent.revision != seen.revision:
        raise Stale(
            "Otra persona cambió este agente antes que usted.",
            remedy="Vuelva a abrir el registro y repita el cambio.",
        )
    return agent


def _need(reason: str) -> str:
    if not reason.strip():
        raise Invalid(
            "Falta la razón.", remedy="Escriba por qué; quedará con el agente.", field="reason"
        )
    return reason.strip()


def members(session: Reading, where: Where, row: Process, day: date) -> list[Member]:
    """The enrolled agents as the shares see them."""
    codes = {each.id: each.code for each in communities(session, where, day)}
    return [
        Member(codes.get(each.community_id or 0, ""), each.womens, each.sex, each.voice_only)
        for each in listed(session, row, "enrolled")
    ]


def shares(session: Reading, where: Where, row: Process, day: date) -> Shares:
    """Women, women's organisations and communities without anybody, as they stand now."""
    codes = [each.code for each in communities(session, where, day)]
    return rules.shares(members(session, where, row, day), codes)
