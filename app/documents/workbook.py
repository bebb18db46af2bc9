"""The writer of XLSX files, loaded when the first one is written.

It costs a web process 17 MB and a tenth of a second, and most never write a workbook.
"""

from importlib import import_module
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xlsxwriter import Workbook


def opened(out: str | IO[bytes], options: dict[str, Any]) -> "Workbook":
    """A new workbook that is written to ``out``."""
    book: Workbook = import_module("xlsxwriter").Workbook(out, options)
    return book


def column(place: int) -> str:
    """The letters of a column from its place, the first is 0, as ``$B``."""
    letters: str = import_module("xlsxwriter.utility").xl_col_to_name(place, col_abs=True)
    return letters
