"""Elections as ``.pb`` text, the format of the Pabulib library: read strictly, written whole.

A ``.pb`` file has three sections, META, PROJECTS and VOTES, each a table with ``;`` between
fields. Every column is kept, known or not, in its order, so that reading and writing again
gives the same tables. Points of a ballot: 1 for approvals and single choices, ``points`` for
cumulative and scoring ballots, and for ranks ``max_length`` for the first place down to 1.

Nothing is guessed: thousands separators, blanks within lists and unknown proposals are
refused with their row, since a reader that guesses "1,000" as one sol shares out nothing.

Malformed
└── UnreadableElection    rows of a ``.pb`` that cannot be read, all at once

References
----------
https://pabulib.org/format
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from app.errors import Malformed, RowError
from app.planning.allocation.elections import Ballot, Election, Option

SECTIONS = ("META", "PROJECTS", "VOTES")
KINDS = ("approval", "choose-1", "cumulative", "scoring", "ordinal")
MONEY = re.compile(r"\d{1,13}(\.\d{1,2})?")
Row = dict[str, str]


class UnreadableElection(Malformed):
    """A ``.pb`` file with rows that cannot be read; ``rows`` names each."""


@dataclass(frozen=True, slots=True)
class Table:
    """Columns in their order and the rows, all text; rows count from the top of the file."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class File:
    """A ``.pb`` file as it stands, and the election that it tells of."""

    meta: Mapping[str, str]
    projects: Table
    votes: Table
    election: Election = field(repr=False)

    @property
    def least_votes(self) -> int:
        """The votes that the town asks for; 0 where it asks for none."""
        return _whole(self.meta.get("min_project_vote_threshold", ""))

    @property
    def least_score(self) -> int:
        """The points that the town asks for; 0 where it asks for none."""
        return _whole(self.meta.get("min_project_score_threshold", ""))


class _Faults:
    """What is wrong, gathered, so that a person mends the file once."""

    def __init__(self) -> None:
        self.rows: list[RowError] = []

    def add(
        self, row: int | None, name: str, message: str, value: str = "", remedy: str = ""
    ) -> None:
        self.rows.append(RowError(row, name, message, value, remedy))

    def settle(self) -> None:
        if self.rows:
            raise UnreadableElection(
                "El archivo .pb tiene {count} errores; no se guardó nada.",
                remedy="Corrija las filas señaladas y vuelva a cargarlo.",
                rows=self.rows,
                count=len(self.rows),
            )


def read(text: str) -> File:
    """The file and its election.

    Raises
    ------
    UnreadableElection
        With every row at fault.
    """
    faults = _Faults()
    meta, projects, votes = _sections(text, faults)
    faults.settle()
    budget = _cents(meta.get("budget", ""), None, "budget", faults)
    kind = meta.get("vote_type", "")
    if kind not in KINDS:
        faults.add(None, "vote_type", f"«{kind}» no es un tipo de voto.", kind, ", ".join(KINDS))
    options = _options(projects, faults)
    ballots = _ballots(votes, meta, {option.code for option in options}, faults)
    faults.settle()
    return File(meta, projects, votes, Election(tuple(options), tuple(ballots), budget))


def write(meta: Mapping[str, str], projects: Table, votes: Table) -> str:
    """The file as text; fields with ``;``, quotes or line ends are quoted."""
    out = io.StringIO()
    rows = csv.writer(out, delimiter=";", lineterminator="\n")
    rows.writerow(["META"])
    rows.writerow(["key", "value"])
    rows.writerows(meta.items())
    for name, table in (("PROJECTS", projects), ("VOTES", votes)):
        rows.writerow([name])
        rows.writerow(table.columns)
        rows.writerows([row[column] for column in table.columns] for row in table.rows)
    return out.getvalue()


def _sections(text: str, faults: _Faults) -> tuple[dict[str, str], Table, Table]:
    found: dict[str, list[tuple[int, list[str]]]] = {}
    current = ""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";", strict=True)
    try:
        for cells in reader:
            if len(cells) == 1 and cells[0].strip().upper() in SECTIONS:
                current = cells[0].strip().upper()
                found.setdefault(current, [])
            elif any(cell.strip() for cell in cells):
                found.setdefault(current, []).append((reader.line_num, cells))
    except csv.Error as error:
        faults.add(reader.line_num, "", f"La fila no se puede leer: {error}.")
    for name in SECTIONS:
        if not found.get(name):
            faults.add(None, name, f"Falta la sección {name}.")
    faults.settle()
    meta = {cells[0].strip(): ";".join(cells[1:]).strip() for _, cells in found["META"][1:]}
    return meta, _table(found["PROJECTS"], faults), _table(found["VOTES"], faults)


def _table(lines: Sequence[tuple[int, list[str]]], faults: _Faults) -> Table:
    columns = tuple(name.strip() for name in lines[0][1])
    rows = []
    for line, cells in lines[1:]:
        if len(cells) != len(columns):
            faults.add(
                line, "", f"La fila tiene {len(cells)} campos y debería tener {len(columns)}."
            )
        rows.append(dict(zip(columns, (cell.strip() for cell in cells), strict=False)))
    return Table(columns, tuple(rows), tuple(line for line, _ in lines[1:]))


def _options(table: Table, faults: _Faults) -> list[Option]:
    options, seen = [], set()
    for line, row in zip(table.lines, table.rows, strict=True):
        code = row.get("project_id", "")
        if not code or "," in code:
            faults.add(line, "project_id", "El código de la propuesta falta o lleva coma.", code)
        if code in seen:
            faults.add(line, "project_id", f"La propuesta «{code}» aparece dos veces.", code)
        seen.add(code)
        cost = _cents(row.get("cost", ""), line, "cost", faults)
        options.append(Option(code, cost, row.get("category", "")))
    return options


def _ballots(
    table: Table, meta: Mapping[str, str], known: set[str], faults: _Faults
) -> list[Ballot]:
    ballots, seen = [], set()
    top = _whole(meta.get("max_length", "")) or len(known)
    for line, row in zip(table.lines, table.rows, strict=True):
        voter = row.get("voter_id", "")
        if not voter or "," in voter:
            faults.add(line, "voter_id", "El código de la cédula falta o lleva coma.", voter)
        if voter in seen:
            faults.add(line, "voter_id", f"La cédula «{voter}» aparece dos veces.", voter)
        seen.add(voter)
        marks = _marks(row, meta.get("vote_type", ""), top, line, faults)
        for code in marks:
            if code not in known:
                faults.add(line, "vote", f"Marca «{code}», que no está entre las propuestas.", code)
        community = row.get("neighborhood", "")
        ballots.append(Ballot({c: p for c, p in marks.items() if c in known and p}, community))
    return ballots


def _marks(row: Row, kind: str, top: int, line: int, faults: _Faults) -> dict[str, int]:
    codes = row.get("vote", "").split(",") if row.get("vote") else []
    if len(set(codes)) < len(codes):
        faults.add(line, "vote", "Marca dos veces la misma propuesta.", row["vote"])
    if kind in ("cumulative", "scoring"):
        points = row.get("points", "").split(",") if row.get("points") else []
        if len(points) != len(codes) or not all(p.isdecimal() for p in points):
            faults.add(line, "points", "Los puntos no son un número entero por marca.")
            return {}
        return dict(zip(codes, map(int, points), strict=True))
    if kind == "ordinal":
        if len(codes) > top:
            faults.add(line, "vote", f"Ordena {len(codes)} propuestas y el máximo es {top}.")
        return {code: max(top - place, 1) for place, code in enumerate(codes)}
    if kind == "choose-1" and len(codes) > 1:
        faults.add(line, "vote", "Marca más de una propuesta y se elige una.", row["vote"])
    return dict.fromkeys(codes, 1)


def _cents(text: str, line: int | None, name: str, faults: _Faults) -> int:
    if not MONEY.fullmatch(text):
        faults.add(
            line,
            name,
            f"«{text}» no es un monto.",
            text,
            "Escriba solo cifras, con punto para los decimales y sin separar los miles.",
        )
        return 0
    return int(Decimal(text) * 100)


def _whole(text: str) -> int:
    return int(Decimal(text)) if re.fullmatch(r"\d+(\.0+)?", text) else 0


def of_lines(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> Table:
    """A table from rows; what a row lacks is empty."""
    return Table(tuple(columns), tuple({c: row.get(c, "") for c in columns} for row in rows))
