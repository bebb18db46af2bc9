"""Who is exposed to what the assemblies pointed out; no official risk assessment (EVAR).

The families exposed to one hazard may be those exposed to another: a community has at least as
many exposed as its worst hazard tells, and the hazards are never added. A hazard of which nobody
counted the families says that there is one, and not how many it reaches.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pointed:
    """One hazard of an assembly: its kind, families exposed and the last year, where told."""

    kind: str
    families: int | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Exposure:
    """A community before its hazards; ``share`` None where it cannot be told.

    ``hazards`` come with most families first; ``families`` are at least so many.
    """

    share: float | None
    families: int | None
    hazards: tuple[Pointed, ...]


def exposure(pointed: Sequence[Pointed], families: int | None, *, asked: bool) -> Exposure:
    """What can be said of a community of so many families.

    Asked and none named is nobody exposed; not asked is not known.
    """
    named = tuple(sorted(pointed, key=lambda p: (-(p.families or 0), -(p.year or 0), p.kind)))
    if not named:
        return Exposure(0.0, 0, ()) if asked else Exposure(None, None, ())
    counted = [p.families for p in named if p.families is not None]
    if not counted:
        return Exposure(None, None, named)
    most = max(counted)
    return Exposure(min(1.0, most / families) if families else None, most, named)
