"""What a reader found, dealt with and tells: the file is taken, the person knows how."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from app.errors import RowError


@dataclass(frozen=True, slots=True)
class Notice:
    """Something mended or doubtful, in a Spanish sentence with ``{named}`` places.

    ``message`` is also the key of the translation catalogues, as in ``app.errors``.
    ``row`` is counted as a spreadsheet shows it (the heading is row 1) or, in a geometry
    file, as the feature from 1; ``None`` is the whole file.
    """

    message: str
    params: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    row: int | None = None
    column: str | None = None

    @property
    def text(self) -> str:
        """The sentence with its places filled."""
        return self.message.format(**self.params) if self.params else self.message


def notice(
    message: str, *, row: int | None = None, column: str | None = None, **params: object
) -> Notice:
    """A notice with its places given by name."""
    return Notice(message, MappingProxyType(params), row, column)


_ROWS_SHOWN = 10
_ERRORS_KEPT = 1000


class Findings:
    """Notices and errors gathered while a file is read; like notices become one, with rows."""

    def __init__(self) -> None:
        self._whole: list[Notice] = []
        self._by_row: dict[str, list[int]] = {}
        self.errors: list[RowError] = []

    def tell(self, message: str, **params: object) -> None:
        """Note something of the whole file."""
        self._whole.append(Notice(message, MappingProxyType(params)))

    def tell_row(self, message: str, row: int) -> None:
        """Note something of one row; the message has places ``{rows}`` and ``{count}``."""
        self._by_row.setdefault(message, []).append(row)

    def refuse_row(self, error: RowError) -> None:
        """Note a row that cannot be taken; after a thousand the file needs another look."""
        if len(self.errors) < _ERRORS_KEPT:
            self.errors.append(error)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """All notices: first those of the whole file, then one for each kind of row."""
        rows = (
            notice(message, row=found[0], rows=_listed(found), count=len(found))
            for message, found in self._by_row.items()
        )
        return (*self._whole, *rows)


def _listed(rows: list[int]) -> str:
    shown = ", ".join(str(row) for row in rows[:_ROWS_SHOWN])
    more = len(rows) - _ROWS_SHOWN
    return f"{shown} y {more} más" if more > 0 else shown
