"""Votings as ``.pb`` files: read into a voting with every column kept, and written again.

What a file says beside (columns, keys of META, codes of voters) stays with the voting, so
that writing it gives the tables that were read. The codes of paper sheets are never written:
a sheet in a file has the number that chance gave it.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.errors import Invalid
from app.operations import (
    districts,
    paper,
    vote_counts,
    voting_options,
    voting_rules,
    voting_steps,
    votings,
)
from app.operations.ballots import as_marks
from app.operations.trail import Author
from app.operations.voting_rules import Body
from app.planning import ballots as reading
from app.planning.allocation import pabulib
from app.planning.allocation.pabulib import File, Table
from app.records.places import Where
from app.records.voting import BallotSheet, Voting, VotingRules
from app.store.sessions import Reading, Writing
from app.store.types import now, uuid7

KINDS = {
    "approval": "approval",
    "choose-1": "approval",
    "cumulative": "points",
    "scoring": "points",
    "ordinal": "order",
}
SPELT = {"approval": "approval", "points": "cumulative", "order": "ordinal"}
LARGEST = 8 * 2**20
FEW = 5
"""Below this many ballots of a community the public file does not say whose they are."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would bring: counts, columns kept, and ballots for the review tray."""

    name: str
    year: int
    cents: int
    kind: str
    projects: int
    votes: int
    columns: tuple[str, ...]
    faults: tuple[tuple[str, str], ...]
    too_dear: tuple[str, ...]


def preview(session: Reading, where: Where, year: int, text: str) -> Preview:
    """Read a file without keeping anything.

    Raises
    ------
    UnreadableElection
        With every row at fault.
    Invalid
        Its kind of vote is not that of the rules of the year, or it holds no ballot.
    Unknown
        The year has no rules.
    """
    file = pabulib.read(text)
    body = voting_rules.body_of(voting_rules.needed(session, where, year))
    _check_kind(file, body)
    if not file.votes.rows:
        raise Invalid(
            "El archivo no trae ninguna cédula: no hay nada que contar.",
            remedy="Expórtelo otra vez con sus votos y vuelva a cargarlo.",
            field="file",
        )
    known = {option.code for option in file.election.options}
    faults = [
        (row["voter_id"], why)
        for row in file.votes.rows
        if (why := reading.fault(_marks(row, body), body.ballot, known))
    ]
    budget = file.election.budget
    return Preview(
        file.meta.get("description", ""),
        year,
        budget,
        body.kind,
        len(file.projects.rows),
        len(file.votes.rows),
        (*file.projects.columns, *file.votes.columns),
        tuple(faults),
        tuple(option.code for option in file.election.options if option.cost > budget),
    )


def _check_kind(file: File, body: Body) -> None:
    kind = KINDS[file.meta["vote_type"]]
    if kind != body.kind:
        raise Invalid(
            "El archivo trae votos de tipo «{given}» y las reglas del año piden «{wanted}».",
            remedy="Corrija las reglas del año o use otro archivo.",
            field="vote_type",
            given=file.meta["vote_type"],
            wanted=SPELT[body.kind],
        )


def _marks(row: Mapping[str, str], body: Body) -> reading.Marks:
    codes = row["vote"].split(",") if row["vote"] else []
    if body.kind == "points":
        points = [int(given) for given in row["points"].split(",")] if row["points"] else []
        return reading.normal(list(zip(codes, points, strict=True)), "points")
    return reading.normal([(code, 1) for code in codes], body.ballot.kind)


def bring(
    session: Writing, author: Author, where: Where, year: int, day: date, text: str
) -> Voting:
    """Open a voting with the proposals and ballots of a file; what no ballot may say waits.

    Raises
    ------
    Conflict
        The year has a voting.
    UnreadableElection, Invalid, Unknown
        As in ``preview``.
    """
    session.hold(f"voting {where.code} {year}")
    preview(session, where, year, text)
    file = pabulib.read(text)
    rules = voting_rules.needed(session, where, year)
    votings.check_alone(session, where, year)
    row = Voting(
        place_id=districts.own(where),
        fiscal_year=year,
        rules_id=rules.id,
        state="open",
        mode="file",
        cents=file.election.budget,
        options=_options(session, where, year, day, file),
        communities=voting_options.communities(session, where, day, {}),
        file={
            "meta": dict(file.meta),
            "projects": list(file.projects.columns),
            "votes": list(file.votes.columns),
        },
        author_id=author.account_id,
        opened_at=now(),
    )
    body = voting_rules.body_of(rules)
    body.limits.check(file.election)
    voting_steps.keep(session, author, where, row, "import")
    _sheets(session, row, file, body)
    return row


def _sheets(session: Writing, voting: Voting, file: File, body: Body) -> None:
    known = {option.code for option in file.election.options}
    places = {each["code"] for each in voting.communities}
    for number, row in enumerate(file.votes.rows, 1):
        key = uuid7()
        community = row.get("neighborhood", "")
        typing = reading.Typing(_marks(row, body), community)
        found = reading.settle(
            {1: typing, 2: typing},
            body.ballot,
            known,
            communities=places if body.endowments else (),
        )
        session.add(
            BallotSheet(
                uuid=key,
                voting_id=voting.id,
                number=number,
                code=paper.code_of(key),
                community=community[:20],
                state=found.state,
                marks=[list(pair) for pair in typing.marks],
                extra=dict(row),
            )
        )
    session.flush()


def _options(
    session: Reading, where: Where, year: int, day: date, file: File
) -> list[dict[str, Any]]:
    """The proposals of a file, tied to those of the year that carry their number."""
    ours = voting_options.by_number(session, where, year, day)
    found = []
    for option, row in zip(file.election.options, file.projects.rows, strict=True):
        own = ours.get(option.code, {})
        found.append(
            {
                "code": option.code,
                "proposal": own.get("proposal"),
                "title": row.get("name") or own.get("title") or option.code,
                "kind": own.get("kind", ""),
                "cost_cents": option.cost,
                "people": own.get("people"),
                "communities": own.get("communities", []),
                "community_names": own.get("community_names", []),
                "need": own.get("need", ""),
                "need_name": own.get("need_name", ""),
                "zone": option.zone,
                "objective": "",
                "extra": dict(row),
            }
        )
    return found


def write(session: Reading, where: Where, voting: Voting, *, public: bool = False) -> str:
    """A closed voting as ``.pb`` text; for the public without telling few ballots' community.

    Raises
    ------
    Conflict
        The voting is not closed.
    """
    sheets = vote_counts.accepted(session, voting)
    rules = votings.rules_of(session, voting)
    body = voting_rules.body_of(rules)
    if voting.mode in ("totals", "merit"):
        raise Invalid(
            "Esta votación se contó por totales: no hay cédulas que exportar.",
            remedy="Use la lista del resultado.",
        )
    projects = _projects(voting, sheets)
    votes = _votes(voting, sheets, body, public=public)
    return pabulib.write(_meta(where, voting, rules, body, votes), projects, votes)


def _meta(
    where: Where, voting: Voting, rules: VotingRules, body: Body, votes: Table
) -> dict[str, str]:
    if voting.file:
        return {**voting.file["meta"]}
    opened = (voting.opened_at or voting.created_at).date()
    closed = (voting.closed_at or voting.created_at).date()
    meta = {
        "description": f"Presupuesto participativo {voting.fiscal_year}, {where.name}",
        "country": "Peru",
        "unit": where.name,
        "instance": str(voting.fiscal_year),
        "num_projects": str(len(voting.options)),
        "num_votes": str(len(votes.rows)),
        "budget": _soles(voting.cents),
        "vote_type": SPELT[body.kind],
        "rule": body.rule,
        "date_begin": opened.strftime("%d.%m.%Y"),
        "date_end": closed.strftime("%d.%m.%Y"),
        "min_length": str(body.least),
        "max_length": str(body.most),
        "currency": "PEN",
        "language": "es",
        "comment": f"{rules.ordinance} {rules.article}".strip(),
    }
    if body.kind == "points":
        meta["max_sum_points"] = str(body.total)
    if body.least_votes:
        meta["min_project_vote_threshold"] = str(body.least_votes)
    return meta


def _soles(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}" if cents % 100 else str(cents // 100)


def _projects(voting: Voting, sheets: Sequence[BallotSheet]) -> Table:
    if voting.file:
        return pabulib.of_lines(voting.file["projects"], [each["extra"] for each in voting.options])
    votes = dict.fromkeys((each["code"] for each in voting.options), 0)
    for sheet in sheets:
        for code, _ in as_marks(sheet.marks):
            votes[code] += sheet.weight
    rows = [
        {
            "project_id": each["code"],
            "cost": _soles(each["cost_cents"]),
            "votes": str(votes[each["code"]]),
            "name": each["title"],
            "category": each["zone"],
            "neighborhoods": ", ".join(each["community_names"]),
            "beneficiaries_number": "" if each["people"] is None else str(each["people"]),
        }
        for each in voting.options
    ]
    columns = tuple(rows[0]) if rows else ("project_id", "cost")
    return pabulib.of_lines(columns, rows)


def _votes(voting: Voting, sheets: Sequence[BallotSheet], body: Body, *, public: bool) -> Table:
    few = _few(sheets) if public else set()
    if voting.file:
        columns = list(voting.file["votes"])
        rows = [_row(sheet, body, few, dict(sheet.extra)) for sheet in sheets]
        return pabulib.of_lines(columns, rows)
    # By chance, so that no order of printing or typing shows; the weight is spelt out.
    mixed = sorted(sheets, key=lambda s: hashlib.sha256(s.uuid.bytes).digest())
    rows, number = [], 0
    for sheet in mixed:
        for _ in range(sheet.weight):
            number += 1
            rows.append(_row(sheet, body, few, {"voter_id": str(number)}))
    columns = ["voter_id", "neighborhood", "vote"]
    return pabulib.of_lines([*columns, *(["points"] if body.kind == "points" else [])], rows)


def _row(sheet: BallotSheet, body: Body, few: set[str], given: dict[str, str]) -> dict[str, str]:
    marks = as_marks(sheet.marks)
    if sheet.decided_by is not None or "vote" not in given:
        given["vote"] = ",".join(code for code, _ in marks)
        if body.kind == "points":
            given["points"] = ",".join(str(points) for _, points in marks)
    if "neighborhood" not in given or sheet.community in few:
        given["neighborhood"] = "" if sheet.community in few else sheet.community
    return given


def _few(sheets: Sequence[BallotSheet]) -> set[str]:
    counted: dict[str, int] = {}
    for sheet in sheets:
        counted[sheet.community] = counted.get(sheet.community, 0) + 1
    return {community for community, number in counted.items() if number < FEW}
