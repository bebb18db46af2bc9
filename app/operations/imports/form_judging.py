"""One document of a file judged: the same reading as of any way in, each complaint at its cell."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from sqlmodel import select

from app.capture import answers as capture
from app.capture.fields import Instrument
from app.capture.problems import Problem
from app.capture.spread_rows import Document, Fault, Group, Line, assembled, units, without
from app.capture.spreadsheets import COMMUNITY, DISTRICT, FICHA, ROUND
from app.capture.spreadsheets import UUID as KEY
from app.errors import Invalid, Refusal
from app.operations import forms, intake
from app.operations.forms import Sheet
from app.operations.imports import form_files
from app.operations.imports.asked import Asked
from app.operations.imports.form_places import Here, Places
from app.operations.intake import Message
from app.records.intake import Form
from app.store.sessions import Reading

SPACE = UUID("0b6d0c5e-58c7-5d0a-8d8e-2f64b7c1a7a3")
"""Of documents that come in spreadsheets."""
MOST_TRIES = 50


@dataclass(frozen=True)
class Ready:
    """A document that may be published: what goes to the intake, and the line it begins on."""

    message: Message
    line: Line
    community: str
    state: str  # new changed same


@dataclass
class Judged:
    """A document as judged: its good part, if any, and what is wrong with the rest."""

    units: int
    bad: int
    faults: list[Fault]
    ready: Ready | None = None
    remarks: Mapping[str, Sequence[Line]] = field(default_factory=dict)


class Judge:
    """Judges the documents of one file, each by itself."""

    def __init__(
        self, session: Reading, asked: Asked, places: Places, file: form_files.Read
    ) -> None:
        self.session = session
        self.places = places
        self.file = file
        self.lenient = bool(asked.options.get("skip_errors"))
        self.seen: dict[UUID, int] = {}
        self.known_faults: dict[tuple[str, int], list[Fault]] = {}
        for fault in file.faults:
            self.known_faults.setdefault((fault.line.tab, fault.line.row), []).append(fault)

    def nobodys(self, groups: Sequence[Group]) -> list[Fault]:
        """What is wrong with lines that no document has."""
        there = {(line.tab, line.row) for group in groups for line in group.lines}
        return [
            fault
            for place, faults in self.known_faults.items()
            for fault in faults
            if place not in there
        ]

    def group(self, group: Group) -> Judged:
        """Judge the lines of one document; in parts where the person left the bad rows out."""
        try:
            here = self.places.of(group.link(COMMUNITY), group.link(DISTRICT))
        except Refusal as refusal:
            known = [f for line in group.lines
                     for f in self.known_faults.get((line.tab, line.row), ())]  # fmt: skip
            said = [_of_refusal(group.lines[0], COMMUNITY, refusal)]
            return self._whole(group, known or said)
        document = self._assembled(group, here)
        faults, read = self._faults(document, here)
        bad = self._bad(document, faults)
        total = max(1, len(list(units(self.places.layout, document))))
        if faults and (not self.lenient or len(bad) >= total):
            # Without a choice to leave some out, what is well is only counted.
            return Judged(total, len(bad), faults, remarks=document.remarks)
        if faults:
            group = without(group, document, bad)
            again = self._assembled(group, here)
            more, read = self._faults(again, here)
            if more:
                return Judged(total, total, [*faults, *more], remarks=document.remarks)
        try:
            ready = self._ready(group, here, read)
        except Refusal as refusal:
            told = [*faults, *_of_rows(document, refusal)]
            return Judged(total, total, told, remarks=document.remarks)
        return Judged(total, len(bad), faults, ready, document.remarks)

    def _whole(self, group: Group, faults: list[Fault]) -> Judged:
        main = [line for line in group.lines if line.target == group.lines[0].target]
        count = len(main) if self.places.layout.homes else 1
        return Judged(count, count, faults)

    def _assembled(self, group: Group, here: Here) -> Document:
        document = assembled(self.places.layout, group, here.cells, self.file.tabs)
        for line in group.lines:
            document.faults += self.known_faults.get((line.tab, line.row), ())
        return document

    def _faults(self, document: Document, here: Here) -> tuple[list[Fault], capture.Answers]:
        """Everything wrong with a document, each at its cell; and the document as read."""
        read = self._read(document, here)
        faults = list(document.faults)
        for problem in read.blocking():
            path = problem.shown_at or problem.path
            line, code = document.cell(path)
            if not (code and document.faulty(line, code)):
                faults.append(Fault(line, code, _said(problem, code), _remedy(problem)))
        for path, refusal in here.unwilling(read.values):
            line, code = document.cell(path)
            faults.append(_of_refusal(line, code, refusal))
        return faults, read

    def _read(self, document: Document, here: Here) -> capture.Answers:
        instrument = self.places.instrument
        read = capture.read(instrument, document.raw, here.known, here.roles or None)
        doubts = [p for p in read.blocking() if p.severity == "soft"]
        reasons = {p.path: why for p in doubts
                   if (why := document.reason(p.shown_at or p.path))}  # fmt: skip
        if not reasons:
            return read
        document.raw["_reasons"] = reasons
        return capture.read(instrument, document.raw, here.known, here.roles or None)

    def _bad(self, document: Document, faults: Sequence[Fault]) -> set[str]:
        """The homes that have something wrong; all of them where the document itself has."""
        every = [path for path, _ in units(self.places.layout, document)]
        found: set[str] = set()
        for fault in faults:
            home = document.homes.get(fault.line)
            own = home is not None and self._of_home(fault)
            found |= {home or ""} if own else set(every)
        return found

    def _of_home(self, fault: Fault) -> bool:
        """Whether a fault is of its line's home; the document's own columns stand there too."""
        column = self.places.columns.get(fault.code)
        return column is None or column.field is None or bool(column.chain)

    def _ready(self, group: Group, here: Here, read: capture.Answers) -> Ready:
        line = group.lines[0]
        round_uuid = here.round(group.link(ROUND))
        body = json.loads(capture.canonical(read.require()))
        uuid = self._uuid(group, here, body, round_uuid)
        sheet = Sheet(
            self.places.instrument.code,
            uuid,
            body,
            here.roles,
            round_uuid,
            way="sheet",
        )
        message = forms.message_of(self.session, here.where, sheet, read)
        message, state = self._compared(message)
        return Ready(message, line, here.where.community_code or "", state)

    def _compared(self, message: Message) -> tuple[Message, str]:
        """The message with the revision that it corrects, and whether it says anything new."""
        form = self._form(message.form_uuid)
        if form is None:
            return message, "new"
        if form.community_id != message.community_id or form.instrument != message.instrument:
            raise Invalid(
                "El identificador es de la ficha de otra comunidad o de otro instrumento.",
                remedy="Deje vacía esa columna.",
                field=KEY,
            )
        if intake.answers_of(self.session, form) == message.body:
            return message, "same"
        if form.state == "locked":
            raise Invalid(
                "La ronda de esta ficha ya está cerrada.",
                remedy="Pida a planificación que la reabra, con su razón.",
            )
        return forms.correcting(message, form), "changed"

    def _form(self, uuid: UUID) -> Form | None:
        return self.session.exec(select(Form).where(Form.uuid == uuid)).first()

    def _uuid(
        self, group: Group, here: Here, body: Mapping[str, Any], round_uuid: UUID | None
    ) -> UUID:
        """The document's key: as the file says, by the template's line, or by its content.

        One that was withdrawn stays so; the same line is then another document.
        """
        given = group.link(KEY)
        if given:
            return _given(given)
        about = [self.places.instrument.code, here.where.community_code or "", str(round_uuid)]
        template = self.file.about.get("plantilla", "")
        if template and (group.link(FICHA) or self.places.layout.homes):
            about += [template, group.link(FICHA), *_whose(self.places.instrument, body)]
        else:
            about.append(intake.canonical(body).decode())
        uuid = uuid5(SPACE, json.dumps(about))
        self.seen[uuid] = self.seen.get(uuid, 0) + 1
        if self.seen[uuid] > 1:
            uuid = uuid5(uuid, str(self.seen[uuid]))
        for attempt in range(MOST_TRIES):
            found = self._form(uuid)
            if found is None or found.state != "withdrawn":
                break
            uuid = uuid5(uuid, f"otra vez {attempt}")
        return uuid


def _whose(instrument: Instrument, body: Mapping[str, Any]) -> list[str]:
    """What else tells two documents of one line apart: their home, or their day."""
    if instrument.subject == "family":
        return [str(body.get("household", ""))]
    return [str(body.get("date", ""))] if instrument.period == "any" else []


def _given(text: str) -> UUID:
    try:
        return UUID(text.removeprefix("uuid:"))
    except ValueError:
        raise Invalid(
            "«{text}» no es un identificador de ficha.",
            remedy="Deje vacía esa columna.",
            field=KEY,
            text=text[:40],
        ) from None


def _said(problem: Problem, code: str) -> str:
    """What is wrong; with the question's words where no cell says which it is."""
    if code or not problem.where.es:
        return problem.message.es
    return f"{problem.where.es.rpartition(': ')[2]}: {problem.message.es}"


def _remedy(problem: Problem) -> str:
    if problem.severity == "soft":
        return "Corríjalo, o escriba por qué en la columna «Motivo» de la fila."
    return "Llene la celda." if problem.kind == "required" else "Corrija la celda."


def _of_refusal(line: Line, code: str, refusal: Refusal) -> Fault:
    params = refusal.params
    remedy = refusal.remedy.format(**params) if params else refusal.remedy
    return Fault(line, code, str(refusal), remedy)


def _of_rows(document: Document, refusal: Refusal) -> list[Fault]:
    return [_of_refusal(document.lines[0], refusal.field or "", refusal)]
