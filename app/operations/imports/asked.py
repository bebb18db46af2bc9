"""What an import is asked to do, and what checking its file found."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from app.errors import Invalid, RowError
from app.gis import point_tables
from app.gis.files import Limits, Upload, admitted
from app.gis.notices import Findings, Notice
from app.gis.tables import Table
from app.operations.import_previews import Drawn

Say = Callable[[int, int, str], None]
"""How far it is: done, of how many, and a sentence."""


def quiet(_done: int, _total: int, _message: str) -> None:
    """Say nothing."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A file and how to read it.

    ``options`` are the person's choices (columns, level, period...); ``place_code`` keeps
    the import inside one district; ``health`` lets sensitive practices in; ``account_id`` is who
    brought it.
    """

    kind: str
    path: Path
    name: str
    options: Mapping[str, Any] = field(default_factory=dict)
    place_code: str | None = None
    limits: Limits = field(default_factory=Limits)
    health: bool = False
    account_id: int | None = None

    def upload(self) -> Upload:
        """The file, let in by its bytes; refused as ``app.gis.files.admitted`` does."""
        return admitted(self.path, self.name, self.limits)

    def points(self) -> Table:
        """The file as a table; the points of a layer are its columns lon and lat."""
        return point_tables.read(
            self.upload(),
            self.limits,
            assume_epsg=self.number("epsg"),
            layer=self.text("layer") or None,
        )

    def text(self, name: str, default: str = "", most: int = 200) -> str:
        """A choice in words."""
        value = self.options.get(name)
        return default if value is None else str(value).strip()[:most]

    def number(self, name: str) -> int | None:
        """A choice that is a whole number, or None.

        Raises
        ------
        Invalid
            It is no whole number.
        """
        value = self.text(name)
        if not value:
            return None
        try:
            return int(value)
        except ValueError:
            raise Invalid(
                "«{value}» no es un número entero.",
                remedy="Escriba solo cifras.",
                field=name,
                value=value[:40],
            ) from None

    def day(self, name: str) -> date | None:
        """A choice that is a day (2026-03-01), or None; refused where it is none."""
        value = self.text(name)
        try:
            return date.fromisoformat(value) if value else None
        except ValueError:
            raise Invalid(
                "«{value}» no es una fecha.",
                remedy="Escríbala como 2026-03-01.",
                field=name,
                value=value[:40],
            ) from None


class Found(Findings):
    """Notices and errors of a file, with how many rows were refused in all."""

    def __init__(self) -> None:
        super().__init__()
        self.refused: set[int] = set()
        self.meant: dict[int, tuple[float, float]] = {}  # where a slip probably meant to be
        self.whole = 0

    def refuse_row(self, error: RowError) -> None:
        """Note a row that cannot be taken; only the first thousand are kept in words."""
        if error.row is None:
            self.whole += 1
        else:
            self.refused.add(error.row)
        super().refuse_row(error)

    def take(self, notices: Iterable[Notice], errors: Iterable[RowError]) -> None:
        """Take over what a reader found."""
        for notice in notices:
            self.tell(notice.message, **notice.params)
        for error in errors:
            self.refuse_row(error)

    @property
    def count(self) -> int:
        """Rows refused, and errors of the whole file."""
        return len(self.refused) + self.whole


@dataclass
class Checked:
    """A file that was read: how many rows, what is wrong, what would change, what to write.

    ``counts`` says how many rows are new, changed, same or left out; ``summary`` is what the
    kind tells besides; ``writes`` is the kind's own; ``basis`` the version of the territory
    that it was checked against; ``drawn`` what it would put on the map.
    """

    rows: int
    found: Found
    counts: dict[str, int]
    writes: Any
    summary: dict[str, Any] = field(default_factory=dict)
    basis: int = 0
    drawn: Drawn | None = None
