"""What a form of a page brought, and on which page it stood."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from fastapi import Request

from app.pages.form_reading import PAGE

# Boxes of passwords by their names: for where the page that says so is not at hand.
SECRETS = frozenset({"password", "current", "new", "again", "secret", "pin"})
# What pages carry along and nobody typed.
CARRIED = frozenset({"revision", "version", "seen", "next", "back", "act", "accion", "action"})
MOST_LISTED = 200_000  # letters
Pairs = Sequence[tuple[str, str]]
KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def fields(request: Request) -> list[tuple[str, str]]:
    """All texts of a post, in their order; none of one that was not read."""
    form = getattr(request.state, "form", None) or getattr(request, "_form", None)
    if form is None:
        return []
    return [(k, v.replace("\x00", "")) for k, v in form.multi_items() if isinstance(v, str)]


def has_files(request: Request) -> bool:
    """Whether files came along, which no page can give back."""
    form = getattr(request.state, "form", None) or getattr(request, "_form", None)
    return form is not None and any(
        getattr(value, "filename", "") for _, value in form.multi_items()
    )


def typed(request: Request) -> list[tuple[str, str]]:
    """What a person wrote or chose, as far as one can say without the page at hand."""
    return by_people(fields(request))


def by_people(pairs: Pairs) -> list[tuple[str, str]]:
    """Those of the posted texts that no page carries along by itself."""
    return [
        (name, value)
        for name, value in pairs
        if value.strip()
        and not name.startswith("_")
        and name not in SECRETS | CARRIED
        and not KEY.fullmatch(value)
    ]


def lines(pairs: Pairs) -> str:
    """Texts to be copied, each behind the name of its box."""
    return "\n".join(f"{name}: {value}" for name, value in pairs)[:MOST_LISTED]


def page(request: Request) -> str:
    """Path and query of the page of ours where a form stood; empty where none is known.

    A browser tells it to the site itself alone, so that no other site can say it. After a
    refusal the form stands under the address that it was posted to, and says its page there.
    """
    came = urlsplit(request.headers.get("referer", ""))
    if not came.netloc or came.netloc != request.url.netloc:
        return ""
    carried = request.query_params.get(PAGE)
    return inner(carried or came.path + (f"?{came.query}" if came.query else ""))


def inner(address: str) -> str:
    """The address if it stays on this site, else the front page: no open redirect."""
    strange = "\\" in address or any(ord(letter) < 33 for letter in address)
    if strange or not address.startswith("/") or address.startswith("//"):
        return "/"
    return address
