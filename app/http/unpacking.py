"""A body that comes packed with gzip, unpacked piece by piece and never beyond a bound.

The offline application packs what it sends, since a village's connection is slow. Only routes
that ask for it take packed bodies: a few kilobytes may unpack to gigabytes.
"""

import zlib
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from fastapi import Request

from app.errors import Malformed, TooLarge, UnsupportedFile

GZIP = 31  # what zlib calls a window of 32 kB with the frame of gzip around it
PIECE = 256 * 1024  # bytes unpacked at a time
ENCODING = b"content-encoding"

Message = MutableMapping[str, Any]


def unpacked(request: Request, most: int) -> Request:
    """The same request with a plain body of at most ``most`` bytes.

    Reading it raises ``Malformed`` where the packing is broken or ends too soon, and
    ``TooLarge`` as soon as more comes out.

    Raises
    ------
    UnsupportedFile
        It is packed otherwise than with gzip.
    """
    encoding = request.headers.get("content-encoding", "").strip().casefold()
    if encoding in {"", "identity"}:
        return request
    if encoding not in {"gzip", "x-gzip"}:
        raise UnsupportedFile(
            "Lo enviado viene comprimido de otro modo que gzip: {encoding}.",
            remedy="Envíelo sin comprimir o con gzip.",
            encoding=encoding[:40],
        )
    plain = [(k, v) for k, v in request.scope["headers"] if k.lower() != ENCODING]
    return Request({**request.scope, "headers": plain}, _Unpacking(request.receive, most))


class _Unpacking:
    """The body's messages, plain; one that came is given on in pieces."""

    def __init__(self, receive: Callable[[], Awaitable[Message]], most: int) -> None:
        self.receive = receive
        self.most = most
        self.read = 0
        self.packed = b""
        self.ended = False
        self.stream = zlib.decompressobj(GZIP)

    async def __call__(self) -> Message:
        if not self.packed and not self.ended:
            message = await self.receive()
            if message["type"] != "http.request":
                return message
            self.packed = message.get("body", b"")
            self.ended = not message.get("more_body", False)
        body = self._piece()
        more = bool(self.packed) or not self.ended
        if not more and not self.stream.eof:
            raise _broken()
        return {"type": "http.request", "body": body, "more_body": more}

    def _piece(self) -> bytes:
        try:
            body = self.stream.decompress(self.packed, PIECE)
        except zlib.error as error:
            raise _broken() from error
        if self.stream.unused_data:
            raise _broken()  # something else follows: nobody would have read it
        # What is still inside the stream comes out with the next piece, even of no bytes.
        self.packed = self.stream.unconsumed_tail
        self.read += len(body)
        if self.read > self.most:
            raise TooLarge(
                "Lo enviado, descomprimido, pasa de {most} bytes.",
                remedy="Envíe menos fotos a la vez.",
                most=self.most,
            )
        return body


def _broken() -> Malformed:
    return Malformed(
        "Lo enviado llegó mal comprimido o cortado.",
        remedy="Vuelva a enviarlo; lo que guarda el celular sigue en él.",
    )
