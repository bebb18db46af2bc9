"""Whether others on the way can read what is sent."""

from fastapi import Request

from app.settings import LOOPBACK, Settings

FORWARDED = ("x-forwarded-for", "x-real-ip", "forwarded")


def is_https(request: Request, settings: Settings) -> bool:
    """Whether this came encrypted, by our own word or that of the proxy that we stand behind."""
    return settings.https or request.url.scheme == "https"


def is_private(request: Request, settings: Settings, whence: str) -> bool:
    """Whether a secret may come this way: encrypted, from this machine, or where it was allowed."""
    if settings.insecure_lan or is_https(request, settings):
        return True
    is_forwarded = any(name in request.headers for name in FORWARDED)
    return whence in LOOPBACK and not is_forwarded
