"""As many requests as a server answers: by ``wrk`` where it is installed, else by our own.

Both keep their connections open and send the next request when the last answer is whole.
"""

import asyncio
import itertools
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence

CONNECTIONS = 16


def requests_a_second(port: int, path: str, token: str, seconds: float) -> float:
    """Answers with status 200 a second; any other answer is an error.

    Raises
    ------
    RuntimeError
        The server gave another status, or hung up.
    """
    if shutil.which("wrk"):
        return _by_wrk(port, path, token, seconds)
    return asyncio.run(_by_ourselves(port, path, token, seconds))


def over_paths(port: int, paths: Sequence[str], seconds: float) -> float:
    """As ``requests_a_second`` for nobody in particular, asking one path after another.

    So nobody is measured by an answer that he kept.
    """
    return asyncio.run(_over(port, paths, seconds))


async def _over(port: int, paths: Sequence[str], seconds: float) -> float:
    requests = [
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n\r\n".encode() for path in paths
    ]
    began = time.perf_counter()
    until = began + seconds
    turn = itertools.cycle(requests)
    answered = await asyncio.gather(*(_one(port, turn, until) for _ in range(CONNECTIONS)))
    return sum(answered) / (time.perf_counter() - began)


def _by_wrk(port: int, path: str, token: str, seconds: float) -> float:
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:.0f}s"]
    header = ["-H", f"Authorization: Bearer {token}"]
    said = subprocess.run(
        [*command, *header, f"http://127.0.0.1:{port}{path}"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    if found is None or "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(said)
    return float(found[1])


async def _by_ourselves(port: int, path: str, token: str, seconds: float) -> float:
    request = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n"
    ).encode()
    began = time.perf_counter()
    until = began + seconds
    answered = await asyncio.gather(
        *(_one(port, itertools.repeat(request), until) for _ in range(CONNECTIONS))
    )
    return sum(answered) / (time.perf_counter() - began)


async def _one(port: int, requests: Iterator[bytes], until: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answered = 0
    try:
        while time.perf_counter() < until:
            writer.write(next(requests))
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
            if not head.startswith(b"HTTP/1.1 200") or length is None:
                raise RuntimeError(head.decode())
            await reader.readexactly(int(length[1]))
            answered += 1
    finally:
        writer.close()
    return answered
