"""The worker process as the server sees it: started when there is work, ended with it."""

import logging
import os
import subprocess
import sys
import threading

from app.settings import ROOT, Settings

LOG = logging.getLogger("sismuni.jobs")
GRACE_S = 10.0
APART_ON_WINDOWS: int = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0) | getattr(
    subprocess, "CREATE_NO_WINDOW", 0
)


class Worker:
    """At most one child process that runs jobs."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.child: subprocess.Popen[bytes] | None = None
        self.lock = threading.Lock()

    def start(self) -> None:
        """Start it unless it runs already."""
        with self.lock:
            if self.child is not None and self.child.poll() is None:
                return
            self._forget()
            self.child = subprocess.Popen(
                [sys.executable, "-m", "app.worker", "--with-parent"],
                cwd=ROOT,
                env={**os.environ, **self.settings.to_environment()},
                stdin=subprocess.PIPE,
                # Ctrl-C in the terminal reaches the server alone, which then ends its worker.
                start_new_session=True,
                creationflags=APART_ON_WINDOWS,
            )
            LOG.info("worker started")

    def stop(self) -> None:
        """End it in order, its job back in line; by force if it does not hear."""
        with self.lock:
            if self.child is None:
                return
            assert self.child.stdin is not None
            self.child.stdin.close()  # the sign to end, the same on every system
            try:
                self.child.wait(GRACE_S)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()
            self.child = None

    def _forget(self) -> None:
        if self.child is not None and self.child.stdin is not None:
            self.child.stdin.close()
        self.child = None
