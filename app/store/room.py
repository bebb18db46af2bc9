"""Whether something failed because there is no room left on a disk.

Sources: SQLite, "Result and Error Codes" (a write beyond what the system allows a process is
an I/O error there); PostgreSQL manual, "PostgreSQL Error Codes" (53100, 53000).
"""

import errno
import sqlite3

from sqlalchemy.exc import DBAPIError

NO_ROOM = frozenset(
    number
    for name in ("ENOSPC", "EDQUOT", "EFBIG")
    if (number := getattr(errno, name, None)) is not None
)
DISK_FULL = frozenset({"53100", "53000"})
_CODES = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE})


def is_full(error: BaseException) -> bool:
    """Tell by the error of the system, of SQLite or of PostgreSQL."""
    if isinstance(error, OSError):
        return error.errno in NO_ROOM
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(cause, "sqlite_errorcode", None)
    return code in _CODES or getattr(cause, "sqlstate", None) in DISK_FULL
