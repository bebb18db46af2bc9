"""Trainings of agents, and who came."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import col, select

from app.errors import Conflict, Invalid, Unknown
from app.operations import agent_lists, processes
from app.operations.trail import Act, Author
from app.records.places import Where
from app.records.process import Agent, Process, Training, TrainingAttendance
from app.store.sessions import Reading, Writing


@dataclass(frozen=True, slots=True)
class Held:
    """A training, with the numbers of the agents who came."""

    row: Training
    present: tuple[int, ...]


def listed(session: Reading, row: Process) -> list[Held]:
    """The trainings of a process by day, each with who came."""
    rows = session.exec(
        select(Training)
        .where(Training.process_id == row.id)
        .order_by(col(Training.held_on), col(Training.id))
    ).all()
    came: dict[int, list[int]] = {}
    for training_id, number in session.exec(
        select(TrainingAttendance.training_id, Agent.number)
        .join(Agent, col(Agent.id) == TrainingAttendance.agent_id)
        .where(Agent.process_id == row.id)
        .order_by(col(Agent.number))
    ).all():
        came.setdefault(training_id, []).append(number)
    return [Held(each, tuple(came.get(each.id, ()))) for each in rows]


def find(session: Reading, row: Process, uuid: UUID) -> Training:
    """A training by its key.

    Raises
    ------
    Unknown
        The process has none.
    """
    found = session.exec(
        select(Training).where(Training.process_id == row.id, Training.uuid == uuid)
    ).first()
    if found is None:
        raise Unknown("El proceso no tiene esa capacitación.", remedy="Vuelva a la lista.")
    return found


def hold(
    session: Writing,
    author: Author,
    where: Where,
    row: Process,
    about: tuple[str, date, str],
    today: date,
) -> Training:
    """Note a training that was held: its theme, day and venue.

    Raises
    ------
    Invalid
        No theme, or a day that has not come.
    """
    title, held_on, venue = about
    if not title.strip():
        raise Invalid("Falta el tema de la capacitación.", remedy="Escríbalo.", field="title")
    if held_on > today:
        raise Invalid(
            "Ese día todavía no llega.",
            remedy="Una capacitación por venir se escribe en el cronograma.",
            field="held_on",
        )
    made = Training(
        process_id=row.id,
        title=title.strip()[:160],
        held_on=held_on,
        venue=venue.strip()[:160],
        author_id=author.account_id,
    )
    session.add(made)
    processes.told(session, author, where, Act("train", "agents", made.uuid))
    return made


def attend(
    session: Writing,
    author: Author,
    where: Where,
    row: Process,
    training: Training,
    numbers: Iterable[int],
) -> int:
    """Say who came, by number; whoever is not named did not. Gives how many came.

    Raises
    ------
    Conflict
        No list is published yet, or one of them is not on the newest.
    """
    found = agent_lists.newest(session, row)
    if found is None:
        raise Conflict(
            "Todavía no hay lista de agentes publicada.",
            remedy="Publique primero la lista: se capacita a quien está en ella.",
        )
    on_list = {line["number"] for line in found.body}
    wanted = sorted(set(numbers))
    if strange := [number for number in wanted if number not in on_list]:
        raise Conflict(
            "No están en la lista de agentes los números {numbers}.",
            remedy="Quítelos: solo cuenta la asistencia de quien está en la lista.",
            numbers=", ".join(map(str, strange[:10])),
        )
    for old in session.exec(
        select(TrainingAttendance).where(TrainingAttendance.training_id == training.id)
    ).all():
        session.delete(old)
    session.flush()
    keys: Sequence[int] = session.exec(
        select(Agent.id).where(Agent.process_id == row.id, col(Agent.number).in_(wanted))
    ).all()
    session.add_all(TrainingAttendance(training_id=training.id, agent_id=key) for key in keys)
    said = Act("attend", "agents", training.uuid, None, "", f"{len(keys)}")
    processes.told(session, author, where, said)
    return len(keys)
