"""Lists of agents as they are published, objections to them, and who may vote by them.

A published list is a copy: what the register says afterwards does not change it. It carries
what everybody may read; the DNI and the telephone stay in the register.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from app.errors import Conflict, Invalid, Unknown
from app.operations import agents, processes, voting_rules
from app.operations.trail import Act, Author
from app.planning import agents as rules
from app.planning import process as law
from app.planning.agents import Member
from app.planning.process import Real
from app.records.places import Where
from app.records.process import LISTS, Agent, AgentList, Objection, Process, TrainingAttendance
from app.store.sessions import Reading, Writing

STEPS = {"preliminary": "preliminary_list", "final": "final_list"}


@dataclass(frozen=True, slots=True)
class Against:
    """An objection as somebody hands it in; ``agent`` None asks to be put on the list."""

    text: str
    by_whom: str
    on_day: date
    agent: int | None = None


def of_kind(session: Reading, row: Process, kind: str) -> AgentList | None:
    """A list as it was published; None until then."""
    return session.exec(
        select(AgentList).where(AgentList.process_id == row.id, AgentList.kind == kind)
    ).first()


def newest(session: Reading, row: Process) -> AgentList | None:
    """The final list, else the preliminary one, else None."""
    return of_kind(session, row, "final") or of_kind(session, row, "preliminary")


def objections(session: Reading, row: Process) -> Sequence[Objection]:
    """Every objection, by number."""
    return session.exec(
        select(Objection).where(Objection.process_id == row.id).order_by(col(Objection.number))
    ).all()


def publish(
    session: Writing, author: Author, where: Where, row: Process, kind: str, day: date
) -> AgentList:
    """Publish the register as a list; its step is noted as done that day.

    Raises
    ------
    Invalid
        There is no such list.
    Conflict
        It is published already, the register is empty, no preliminary list went before the
        final one, or objections wait for an answer.
    """
    if kind not in LISTS:
        raise Invalid("No se entiende qué lista se publica.", field="kind")
    if of_kind(session, row, kind) is not None:
        raise Conflict("Esa lista ya está publicada.", remedy="Vuelva a la página de agentes.")
    before = of_kind(session, row, "preliminary")
    if kind == "final":
        waiting = sum(each.upheld is None for each in objections(session, row))
        law.check_final(before.on_day if before else None, waiting)
    elif agents.final_on(session, row) is not None:
        raise Conflict("La lista definitiva ya está publicada.", remedy="Lea la lista definitiva.")
    body = _body(session, where, row, day, before if kind == "final" else None)
    if not body:
        raise Conflict(
            "El registro no tiene ningún agente: no hay lista que publicar.",
            remedy="Inscriba primero a los agentes.",
        )
    made = AgentList(
        process_id=row.id,
        kind=kind,
        on_day=day,
        body=body,
        digest=digest(body),
        author_id=author.account_id,
    )
    session.add(made)
    act = Act("publish", "agents", row.uuid, None, "", f"{kind} {made.digest}"[:64])
    processes.told(session, author, where, act)
    if processes.real_days(session, row).get(STEPS[kind], Real()).closed is None:
        processes.note_step(session, author, where, row, STEPS[kind], Real(day, day), day)
    return made


def digest(body: Sequence[Mapping[str, Any]]) -> str:
    """SHA-256 of a list, whatever the order of the keys of its lines."""
    text = json.dumps(list(body), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _body(
    session: Reading, where: Where, row: Process, day: date, before: AgentList | None
) -> list[dict[str, Any]]:
    known = {each.id: each for each in agents.communities(session, where, day)}
    earlier = {line["agent"] for line in before.body} if before else None
    lines = []
    for agent in agents.listed(session, row, "enrolled"):
        place = known.get(agent.community_id or 0)
        lines.append(
            {
                "agent": str(agent.uuid),
                "number": agent.number,
                "organisation": agent.organisation,
                "kind": agent.kind,
                "womens": agent.womens,
                "name": agent.name,
                "sex": agent.sex,
                "community": place.code if place else "",
                "community_name": place.name if place else "",
                "voice_only": agent.voice_only,
                "added": earlier is not None and str(agent.uuid) not in earlier,
            }
        )
    return lines


def withdraw(
    session: Writing, author: Author, where: Where, row: Process, kind: str, reason: str
) -> None:
    """Take back a list that nobody acted upon yet; the trail keeps its digest and the reason.

    Raises
    ------
    Unknown
        It is not published.
    Conflict
        Objections, the final list, a training or a voting stand on it.
    Invalid
        No reason.
    """
    found = of_kind(session, row, kind)
    if found is None:
        raise Unknown("Esa lista no está publicada.", remedy="Vuelva a la página de agentes.")
    if not reason.strip():
        raise Invalid(
            "Falta la razón para retirar la lista.",
            remedy="Escriba por qué se retira; quedará en la auditoría.",
            field="reason",
        )
    stands = (
        voting_rules.living(session, where, row.fiscal_year) is not None
        if kind == "final"
        else bool(objections(session, row)) or of_kind(session, row, "final") is not None
    )
    attended = session.exec(
        select(func.count())
        .select_from(TrainingAttendance)
        .join(Agent, col(Agent.id) == TrainingAttendance.agent_id)
        .where(Agent.process_id == row.id)
    ).one()
    if stands or (attended and kind == "preliminary"):
        raise Conflict(
            "Ya hay pasos que se apoyan en esa lista: no se retira.",
            remedy="Corrija por impugnación, o en el proceso del año siguiente.",
        )
    act = Act("withdraw", "agents", row.uuid, None, reason, f"{kind} {found.digest}"[:64])
    session.delete(found)
    processes.told(session, author, where, act)
    # The step is not done any more; what was noted before stays in its history.
    processes.note_step(session, author, where, row, STEPS[kind], Real(), found.on_day, reason)


def object_(
    session: Writing, author: Author, where: Where, row: Process, given: Against, today: date
) -> Objection:
    """Note an objection that somebody handed in.

    Raises
    ------
    Invalid
        No words, nobody who objects, a day outside the window or that has not come.
    Conflict
        No preliminary list, or the final one is out.
    Unknown
        The agent is not in the register.
    """
    if not given.text.strip() or not given.by_whom.strip():
        raise Invalid(
            "Falta quién impugna o qué dice.",
            remedy="Copie el nombre y el texto del documento presentado.",
            field="text" if not given.text.strip() else "by_whom",
        )
    before = of_kind(session, row, "preliminary")
    if agents.final_on(session, row) is not None:
        raise Conflict(
            "La lista definitiva ya está publicada: no se reciben más impugnaciones.",
            remedy="Lo que se decidió queda en la lista, con su respuesta.",
        )
    found = processes.window(session, row, "objections")
    law.check_objection(given.on_day, found, before.on_day if before else None)
    if given.on_day > today:
        raise Invalid("Ese día todavía no llega.", remedy="Revise la fecha.", field="on_day")
    agent = agents.find(session, row, given.agent) if given.agent is not None else None
    last = session.exec(
        select(func.max(Objection.number)).where(Objection.process_id == row.id)
    ).one()
    made = Objection(
        process_id=row.id,
        agent_id=agent.id if agent else None,
        number=(last or 0) + 1,
        text=given.text.strip()[:1000],
        by_whom=given.by_whom.strip()[:160],
        on_day=given.on_day,
        author_id=author.account_id,
    )
    session.add(made)
    processes.told(session, author, where, Act("object", "agents", made.uuid))
    return made


def decide(
    session: Writing,
    author: Author,
    where: Where,
    row: Process,
    about: tuple[int, bool],
    answer: str,
    day: date,
) -> Objection:
    """Answer an objection, by its number; one upheld against an agent takes the agent out.

    Raises
    ------
    Unknown
        There is no such objection.
    Conflict
        It is answered already.
    Invalid
        No words.
    """
    number, upheld = about
    found = next((each for each in objections(session, row) if each.number == number), None)
    if found is None:
        raise Unknown("El proceso no tiene esa impugnación.", remedy="Vuelva a la lista.")
    if found.upheld is not None:
        raise Conflict("Esa impugnación ya tiene respuesta.", remedy="Lea la respuesta.")
    if not answer.strip():
        raise Invalid(
            "Falta la respuesta.", remedy="Escriba por qué se acepta o no.", field="answer"
        )
    found.upheld, found.answer, found.decided_on = upheld, answer.strip()[:1000], day
    found.decided_by = author.account_id
    session.add(found)
    if upheld and found.agent_id is not None:
        agent = session.get_one(Agent, found.agent_id)
        if agent.state == "enrolled":
            seen = agents.Seen(agent.number, agent.revision)
            agents.take_out(session, author, where, row, seen, answer, state="excluded")
    act = Act("uphold" if upheld else "reject", "agents", found.uuid, None, answer)
    processes.told(session, author, where, act)
    return found


def members_of(found: AgentList) -> list[Member]:
    """The lines of a list as the rules see them."""
    return [
        Member(line["community"], line["womens"], line["sex"], line["voice_only"])
        for line in found.body
    ]


def entitled(session: Reading, where: Where, year: int) -> dict[str, int] | None:
    """Agents with vote by community on the final list of a year; None without such a list.

    Agents of the whole district stand under ``""``: they vote for no community.
    """
    row = processes.of_year(session, where, year)
    found = of_kind(session, row, "final") if row is not None else None
    return rules.entitled(members_of(found)) if found is not None else None
