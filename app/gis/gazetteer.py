"""Which place of a gazetteer a community is: by its name as it sounds, and how far it stands.

The confidence is a rule of thumb, said as such, that orders what a person looks at; nothing
is ever joined by it alone. Likeness is that of the sounding keys of the names (Indel ratio,
0 to 1); nearness is 1 on the spot, a half at three kilometres and falls with the square of
the distance, since a point may be the school's, the square's or the council's. Both together
weigh two to one; a name without a point counts four fifths of its likeness.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from pyproj import Geod
from rapidfuzz import fuzz, process

from app.gis.place_names import sound

LEAST_LIKENESS = 0.6
NEAR_M = 1_000.0
"""A place this near is offered whatever its name: names change."""
HALF_M = 3_000.0
SURE, LIKELY = 0.9, 0.7
APART = 0.08
"""Two candidates closer than this in confidence are told apart by nobody but a person."""
_ELLIPSOID = Geod(ellps="WGS84")


@dataclass(frozen=True, slots=True)
class Named:
    """A place with its name, and where it stands (degrees), None where nobody said."""

    code: str
    name: str
    at: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that may be the one asked for; ``word`` is sure, likely or doubtful.

    ``likeness`` and ``confidence`` go from 0 to 1; ``distance_m`` is None without both points.
    """

    place: Named
    likeness: float
    distance_m: float | None
    confidence: float
    word: str


def candidates(
    asked: Sequence[Named], gazetteer: Sequence[Named], most: int = 4
) -> list[tuple[Candidate, ...]]:
    """The likeliest places for each of those asked for, best first; none where nothing is like.

    Ties go to the nearer, then to the lower code. A best one that another runs close is
    doubtful, and so is one that another asked for has as good a claim to.
    """
    if not asked or not gazetteer:
        return [() for _ in asked]
    likeness = process.cdist(
        [sound(each.name) for each in asked],
        [sound(each.name) for each in gazetteer],
        scorer=fuzz.ratio,
        dtype=np.float32,
    ) / np.float32(100)
    far = _distances(asked, gazetteer)
    confidence = _confidence(likeness, far)
    offered = (likeness >= LEAST_LIKENESS) | (far <= NEAR_M)
    found = []
    for row in range(len(asked)):
        columns = np.flatnonzero(offered[row]).tolist()
        columns.sort(key=lambda c: (-confidence[row, c], far[row, c], gazetteer[c].code))
        best = [(gazetteer[c], likeness[row, c], far[row, c], confidence[row, c])
                for c in columns[:most]]  # fmt: skip
        found.append(tuple(_candidate(best, place) for place in range(len(best))))
    return _told_apart(found)


def _distances(asked: Sequence[Named], gazetteer: Sequence[Named]) -> np.ndarray:
    """Metres on the ellipsoid; not a number where one of the two has no point."""
    nowhere = (np.nan, np.nan)
    ours = np.array([each.at or nowhere for each in asked])
    theirs = np.array([each.at or nowhere for each in gazetteer])
    shape = (len(asked), len(gazetteer))
    lon, lat = (np.broadcast_to(ours[:, [side]], shape).ravel() for side in (0, 1))
    to_lon, to_lat = (np.broadcast_to(theirs[:, side], shape).ravel() for side in (0, 1))
    both = ~(np.isnan(lon) | np.isnan(to_lon))
    far = np.full(lon.shape, np.nan)
    far[both] = _ELLIPSOID.inv(lon[both], lat[both], to_lon[both], to_lat[both])[2]
    return far.reshape(shape)


def _confidence(likeness: np.ndarray, far: np.ndarray) -> np.ndarray:
    near = 1 / (1 + (far / HALF_M) ** 2)
    both: np.ndarray = np.where(np.isnan(far), 0.8 * likeness, (2 * likeness + near) / 3)
    return both


def _candidate(best: Sequence[tuple[Named, float, float, float]], place: int) -> Candidate:
    named, likeness, far, confidence = best[place]
    word = "sure" if confidence >= SURE else "likely" if confidence >= LIKELY else "doubtful"
    if place == 0 and len(best) > 1 and confidence - best[1][3] < APART:
        word = "doubtful"
    return Candidate(
        *(named, round(float(likeness), 3), None if np.isnan(far) else float(far)),
        *(round(float(confidence), 3), "doubtful" if place else word),
    )


def _told_apart(found: list[tuple[Candidate, ...]]) -> list[tuple[Candidate, ...]]:
    """One place cannot be two communities: where it is the best of both, the likelier has it,
    and a person decides where neither is.
    """
    claims: dict[str, list[float]] = {}
    for each in found:
        if each:
            claims.setdefault(each[0].place.code, []).append(each[0].confidence)
    return [
        (replace(each[0], word="doubtful"), *each[1:])
        if each and _disputed(each[0], claims)
        else each
        for each in found
    ]


def _disputed(best: Candidate, claims: Mapping[str, Sequence[float]]) -> bool:
    rivals = sorted(claims[best.place.code], reverse=True)
    # Its own claim is among them: the second is the nearest rival of the first.
    other = rivals[0] if best.confidence < rivals[0] else rivals[1] if len(rivals) > 1 else -1.0
    return best.confidence - other < APART
