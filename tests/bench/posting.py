"""Documents posted to a server: as many as it takes, or so many a second whatever it does."""

import asyncio
import re
import time
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable, Iterator

from tests.bench.load import CONNECTIONS

BOUNDARY = b"----sismuni"
KEPT = (b"HTTP/1.1 201", b"HTTP/1.1 202")
Make = Callable[[], bytes]


def request(path: str, document: bytes) -> bytes:
    """One document as a multipart post over a kept connection."""
    head = b'Content-Disposition: form-data; name="xml_submission_file"; filename="a.xml"'
    lines = (b"--" + BOUNDARY, head, b"Content-Type: text/xml", b"", document)
    body = b"\r\n".join((*lines, b"--" + BOUNDARY + b"--", b""))
    about = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY.decode()}\r\n\r\n"
    )
    return about.encode() + body


def flat_out(port: int, make: Make, seconds: float) -> float:
    """Documents kept a second.

    Raises
    ------
    RuntimeError
        One was answered otherwise than 201 or 202.
    """

    async def run() -> float:
        began = time.perf_counter()
        kept = await asyncio.gather(*(until(began + seconds) for _ in range(CONNECTIONS)))
        return sum(kept) / (time.perf_counter() - began)

    async def until(end: float) -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        kept = 0
        while time.perf_counter() < end:
            await _post(reader, writer, make())
            kept += 1
        writer.close()
        return kept

    return asyncio.run(run())


def steadily(port: int, make: Make, rate: float, seconds: float) -> list[float]:
    """Milliseconds of each document from the moment at which it was due; raises as ``flat_out``.

    The moments do not wait for the server: who falls behind is seen to fall behind.
    """
    took: list[float] = []

    async def run() -> None:
        began = time.perf_counter()
        due = iter([began + nth / rate for nth in range(int(rate * seconds))])
        await asyncio.gather(*(serve(due) for _ in range(4 * CONNECTIONS)))

    async def serve(due: Iterator[float]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for moment in due:
            await asyncio.sleep(max(0.0, moment - time.perf_counter()))
            await _post(reader, writer, make())
            took.append((time.perf_counter() - moment) * 1000)
        writer.close()

    asyncio.run(run())
    return took


async def _post(reader: StreamReader, writer: StreamWriter, content: bytes) -> None:
    writer.write(content)
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"\r\ncontent-length: (\d+)", head, re.IGNORECASE)
    said = await reader.readexactly(int(length[1])) if length else b""
    if not head.startswith(KEPT):
        raise RuntimeError((head + said).decode())
