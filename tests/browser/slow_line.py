"""A line as a village has it: bytes pass at a given rate, both ways together."""

import socket
import threading
import time

CHUNK = 1_024


class SlowLine:
    """Carries connections to a server, at most ``rate`` bytes a second over all of them."""

    def __init__(self, port: int) -> None:
        self.server = port
        self.rate = 10**9
        self.free_at = 0.0
        self.lock = threading.Lock()
        self.ending = threading.Event()
        self.door = socket.create_server(("127.0.0.1", 0))
        self.door.settimeout(0.2)
        self.carried = 0

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self.door.getsockname()[1]
        return port

    def __enter__(self) -> "SlowLine":
        threading.Thread(target=self._open, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ending.set()
        self.door.close()

    def _open(self) -> None:
        while not self.ending.is_set():
            try:
                near, _ = self.door.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self.server))
            except OSError:
                near.close()
                continue
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        try:
            while not self.ending.is_set() and (part := one.recv(CHUNK)):
                self._wait(len(part))
                other.sendall(part)
        except OSError:
            pass
        finally:
            for each in (one, other):
                each.close()

    def _wait(self, count: int) -> None:
        with self.lock:
            self.carried += count
            start = max(self.free_at, time.monotonic())
            self.free_at = start + count / self.rate
        time.sleep(max(0.0, self.free_at - time.monotonic()))
