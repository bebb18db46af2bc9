"""What was drawn of a district's homes, kept by the digest of what it was drawn from.

Weights do not matter here, so a slider, a scenario or another member's points find their
draws made. A large district is drawn aside: whoever asks meanwhile is told "not yet" and the
page shows the scores with "rango en cálculo".
"""

import hashlib
import json
import threading
from collections import OrderedDict

from app.planning import evidence_text, ranges
from app.planning.evidence import Evidence
from app.planning.ranges import Drawn

KEPT = 12  # of some megabytes each
AT_ONCE = 3_000  # cells (indicators by communities) that are drawn while somebody waits

_lock = threading.Lock()
_kept: OrderedDict[str, Drawn] = OrderedDict()
_making: dict[str, threading.Thread] = {}


def of_needs(evidence: Evidence, seed: str) -> Drawn | None:
    """The draws of a district's needs; None while a large district is still being drawn."""
    key = _digest(evidence, seed)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
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
        found, making = _kept.get(key), _making.get(key)
    if found is not None:
        return found
    if making is not None:
        making.join()
    with _lock:
        found = _kept.get(key)
    return found or _make(key, evidence, seed)


def _make(key: str, evidence: Evidence, seed: str) -> Drawn:
    try:
        made = ranges.draw_needs(evidence, seed)
        with _lock:
            _kept[key] = made
            while len(_kept) > KEPT:
                _kept.popitem(last=False)
        return made
    finally:
        with _lock:
            _making.pop(key, None)


def _digest(evidence: Evidence, seed: str) -> str:
    text = json.dumps([evidence_text.to_plain(evidence), seed], separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
