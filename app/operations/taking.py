"""Takes what telephones delivered, beside the requests that brought it.

A telephone waits only until its document is on the disk; the registers follow within seconds.
"""

import logging
import threading
import time

from app.operations import bulk_taking, deliveries
from app.store.sessions import Store

LOG = logging.getLogger("sismuni.intake")
PAUSE_S, PATIENCE_S = 0.2, 3.0
"""After so long without another one what came is taken; or after so long whatever comes."""
FEW, FEWER = 20, 5
"""So many at a time; so many while telephones go on sending."""
RETRY_S = 10.0
LOOK_S = 600.0
"""So often what waits for photographs is looked at, although nothing came."""


class Taker:
    """The thread; ``start`` and ``stop`` with the server."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.called = threading.Event()
        self.ending = threading.Event()
        self.is_calm = True
        self.thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin with what was left by the process before."""
        self.ending.clear()
        self.thread = threading.Thread(target=self._run, name="taker", daemon=True)
        self.thread.start()

    def stop(self) -> None:
        """End after the delivery in hand; the next process takes up the others."""
        self.ending.set()
        self.called.set()
        if self.thread is not None:
            self.thread.join(10)
            self.thread = None

    def call(self) -> bool:
        """Something came; False where no thread runs that would take it."""
        self.called.set()
        return self.thread is not None

    def call_or_take(self) -> None:
        """As ``call``, for whoever may wait: where no thread runs it is taken at once."""
        if not self.call():
            bulk_taking.take_kept(self.store)

    def _came(self) -> bool:
        """Wait for a delivery, then for a pause: telephones that send together come first."""
        if not self.called.wait(LOOK_S):
            return False
        until = time.monotonic() + PATIENCE_S
        while self.called.is_set() and time.monotonic() < until and not self.ending.is_set():
            self.called.clear()
            self.called.wait(PAUSE_S)
        self.is_calm = not self.called.is_set()
        self.called.clear()
        return True

    def _run(self) -> None:
        self.called.set()  # for what was left by the process before
        resumed = False
        while not self.ending.is_set():
            try:
                came = self._came()
                most = FEW if self.is_calm else FEWER
                if came and bulk_taking.take_kept(self.store, most) >= most:
                    self.called.set()  # there may be more; whoever sends has his turn between
                elif not came or not resumed:
                    deliveries.resume(self.store)
                    resumed = True
            except Exception:  # a store that is away for a while must not end the thread
                LOG.exception("deliveries could not be taken; they are kept")
                self.called.set()
                self.ending.wait(RETRY_S)
