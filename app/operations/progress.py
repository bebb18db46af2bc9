"""How a running job tells how far it is, and learns that it must stop.

The report itself only remembers; ``Pulse`` writes it down from a thread of its own, so
that a runner inside a long write is never kept waiting by its own progress.
"""

import logging
import threading
import time
from collections.abc import Callable
from types import TracebackType

from sqlalchemy.exc import DBAPIError

from app.settings import Settings

LOG = logging.getLogger("sismuni.jobs")
BEAT_S = 1.0  # a change is written down after this long
QUIET_S = 10.0  # a job that has nothing new still says this often that it lives


class Cancelled(Exception):
    """A person asked to stop the job."""


class Interrupted(Exception):
    """The worker must end, or the job is no longer its own."""


class Report:
    """What a runner is given: call it often."""

    def __init__(self, settings: Settings, ending: threading.Event) -> None:
        self.settings = settings
        self.ending = ending
        self.cancelled = threading.Event()
        self.lost = threading.Event()
        self.done = 0
        self.total = 0
        self.message = ""

    def __call__(self, done: int, total: int | None = None, message: str | None = None) -> None:
        """Remember how far the job is.

        Raises
        ------
        Cancelled
            A person asked to stop it: leave nothing half done.
        Interrupted
            It will be run again later.
        """
        self.done = done
        if total is not None:
            self.total = total
        if message is not None:
            self.message = message
        if self.cancelled.is_set():
            raise Cancelled
        if self.ending.is_set() or self.lost.is_set():
            raise Interrupted


class Pulse:
    """A thread that writes a report down while the block lasts.

    ``write(done, total, message)`` returns whether the job is to be cancelled, and
    raises ``lost`` where it is no longer ours.
    """

    def __init__(
        self,
        report: Report,
        write: Callable[[int, int, str], bool],
        lost: type[Exception],
    ) -> None:
        self.report = report
        self.write = write
        self.lost = lost
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._beat, name="pulse", daemon=True)

    def __enter__(self) -> None:
        """Begin."""
        self.thread.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End after the beat under way."""
        self.over.set()
        self.thread.join()

    def _beat(self) -> None:
        written: tuple[int, int, str] | None = None
        at = time.monotonic()
        while not self.over.wait(BEAT_S):
            report = self.report
            now = (report.done, report.total, report.message)
            if now == written and time.monotonic() - at < QUIET_S and not report.ending.is_set():
                continue
            try:
                if self.write(*now):
                    report.cancelled.set()
            except self.lost:
                report.lost.set()
                return
            except DBAPIError:
                # The runner itself may hold the write lock for longer than we may wait.
                LOG.info("the store was busy: progress will be written later")
                continue
            written, at = now, time.monotonic()
