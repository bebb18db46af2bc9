"""Rate limits by person, device and address: a bucket each, in this process's memory."""

import threading
import time
from dataclasses import dataclass, field

from app.errors import TooMany
from app.settings import Settings

KEPT = 20_000  # buckets; the least recently used go first


@dataclass
class Limits:
    """Buckets that fill steadily: ``a_minute`` requests on average, as many at once."""

    buckets: dict[str, tuple[float, float]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, key: str, a_minute: int) -> None:
        """Use one request of a key.

        Raises
        ------
        TooMany
            The bucket is empty; it says after how many seconds there is one again.
        """
        moment = time.monotonic()
        with self.lock:
            left, seen = self.buckets.pop(key, (float(a_minute), moment))
            left = min(float(a_minute), left + (moment - seen) * a_minute / 60)
            self.buckets[key] = (left - 1 if left >= 1 else left, moment)
            if len(self.buckets) > KEPT:
                del self.buckets[next(iter(self.buckets))]
        if left < 1:
            raise TooMany(
                "Demasiados intentos seguidos.",
                remedy="Espere {seconds} segundos y vuelva a intentar.",
                seconds=int((1 - left) * 60 / a_minute) + 1,
            )


# One address may be a whole workshop behind one antenna.
ADDRESS_SHARE = 6


def count_try(limits: Limits, settings: Settings, whence: str, key: str) -> None:
    """Few tries for one name, card or code; more for an address, which many may share.

    Raises
    ------
    TooMany
        There were too many.
    """
    limits.take(f"try {key}", settings.logins_a_minute)
    limits.take(f"try from {whence}", settings.logins_a_minute * ADDRESS_SHARE)
