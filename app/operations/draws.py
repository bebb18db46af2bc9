"""What was drawn of a district's homes, kept by the digest of what it was drawn from.

Of its needs weights do not matter here, so a slider, a scenario or another member's points
find their draws made. A large district is drawn aside: whoever asks meanwhile is told "not
yet" and the page shows the scores with "rango en cálculo". The order of visits has one
weighting and is kept weighed.
"""

import hashlib
import json
import threading
from collections import OrderedDict
from typing import Any

from app.planning import evidence_text, ranges, visits, weights
from app.planning.evidence import Evidence
from app.planning.ranges import Drawn
from app.planning.smaa import Simulation

KEPT = 12  # of some megabytes each
AT_ONCE = 3_000  # cells (indicators by communities) that are drawn while somebody waits

_lock = threading.Lock()
_kept: OrderedDict[str, Any] = OrderedDict()  # Drawn of needs, Simulation of visits
_making: dict[str, threading.Thread] = {}


def of_needs(evidence: Evidence, seed: str) -> Drawn | None:
    """The draws of a district's needs; None while a large district is still being drawn."""
    key = _digest(evidence, seed)
    with _lock:
        if key in _kept:
            drawn: Drawn = _used(key)
            return drawn
        if len(evidence.indicators) * len(evidence.communities) > AT_ONCE:
            if key not in _making:
                made = threading.Thread(target=_make, args=(key, evidence, seed), daemon=True)
                _making[key] = made
                made.start()
            return None
    return _make(key, evidence, seed)


def wait(evidence: Evidence, seed: str) -> Drawn:
    """The draws, however long they take."""
    key = _digest(evidence, seed)
    with _lock:
        found: Drawn | None = _kept.get(key)
        making = _making.get(key)
    if found is not None:
        return found
    if making is not None:
        making.join()
    with _lock:
        found = _kept.get(key)
    return found or _make(key, evidence, seed)


def of_visits(evidence: Evidence, seed: str, top: int) -> Simulation | None:
    """How sure the place of each community is in the order of visits, all dimensions alike.

    It waits, however large the district; None where nothing can be asked about.
    """
    names = visits.dimensions(evidence)
    if not names:
        return None
    key = _digest(evidence, f"visits {top} {seed}")
    with _lock:
        if key in _kept:
            found: Simulation = _used(key)
            return found
    made = ranges.of_visits(evidence, weights.weighting(names), seed, top)
    _keep(key, made)
    return made


def _used(key: str) -> Any:
    _kept.move_to_end(key)
    return _kept[key]


def _keep(key: str, made: Drawn | Simulation) -> None:
    with _lock:
        _kept[key] = made
        while len(_kept) > KEPT:
            _kept.popitem(last=False)


def _make(key: str, evidence: Evidence, seed: str) -> Drawn:
    try:
        made = ranges.draw_needs(evidence, seed)
        _keep(key, made)
        return made
    finally:
        with _lock:
            _making.pop(key, None)


def _digest(evidence: Evidence, seed: str) -> str:
    text = json.dumps([evidence_text.to_plain(evidence), seed], separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
