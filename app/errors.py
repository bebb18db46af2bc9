"""What the system refuses, in words for the person who asked.

Refusal
├── Invalid            the content breaks a rule (422)
│   └── Malformed      it cannot be read at all (400)
├── Unknown            there is no such thing, or not for this person (404)
├── Unauthenticated    nobody is logged in, or the token is not valid (401)
├── Forbidden          the policy table has no row for it (403)
├── Conflict           it contradicts what is already there (409)
├── Stale              somebody else changed it first (412)
├── PreconditionNeeded the change must say which version it saw (428)
├── TooLarge           over a limit of the settings (413)
├── UnsupportedFile    a kind of file that is not read (415)
├── TooMany            over a rate limit (429)
└── Unavailable        the store, the disk or a worker cannot serve now (503)
    └── NoRoom         the disk is full (507)

The status codes belong to the HTTP rooms; here a refusal is only what, where and
what to do. ``message`` and ``remedy`` are Spanish sentences with ``{named}``
places, which are also the keys of the translation catalogues.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class RowError:
    """One thing wrong with one row or field of what was sent; rows count from 1."""

    row: int | None
    field: str | None
    message: str
    value: str = ""
    remedy: str = ""


class Refusal(Exception):
    """Something a person asked for and the system does not do, with the remedy."""

    def __init__(
        self,
        message: str,
        *,
        remedy: str = "",
        field: str | None = None,
        rows: Sequence[RowError] = (),
        **params: Any,
    ) -> None:
        super().__init__(message.format(**params) if params else message)
        self.message = message
        self.remedy = remedy
        self.field = field
        self.rows = tuple(rows)
        self.params = params


class Invalid(Refusal):
    """The content breaks a rule."""


class Malformed(Invalid):
    """The content cannot be read at all."""


class Unknown(Refusal):
    """There is no such thing, or this person may not know of it."""


class Unauthenticated(Refusal):
    """Nobody is logged in, or what was shown to log in is not valid."""


class Forbidden(Refusal):
    """The policy table gives this person no such right here."""


class Conflict(Refusal):
    """It contradicts what is already there."""


class Stale(Refusal):
    """Somebody else changed it first."""


class PreconditionNeeded(Refusal):
    """The change must say which version it saw."""


class TooLarge(Refusal):
    """Over a limit of the settings."""


class UnsupportedFile(Refusal):
    """A kind of file that is not read."""


class TooMany(Refusal):
    """Over a rate limit; try again later."""


class Unavailable(Refusal):
    """The store, the disk or a worker cannot serve now."""


class NoRoom(Unavailable):
    """The disk, or the part of it that we may use, is full."""
