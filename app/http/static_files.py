"""The files of the pages: packed once, kept by the browser as long as they hold.

A page names a file with the version of all of them (``?v=``): under that address it never
changes. What a module asks for by itself has no version, and is asked after each time, which
costs no body. Without a word on it a browser may keep an old module beside a new page.
"""

import gzip
import os
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from fastapi.staticfiles import StaticFiles

FOR_EVER = "public, max-age=31536000, immutable"
PACKED = frozenset((".css", ".js", ".json", ".geojson", ".svg", ".txt", ".wasm", ".webmanifest"))
"""Kinds that packing makes smaller: pictures and fonts are packed already."""
LEAST = 500
"""Bytes below which packing gains nothing."""


class PackedFiles(StaticFiles):
    """``StaticFiles`` whose texts are packed once in the life of a process."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory=directory)
        self._packed: dict[str, tuple[int, bytes]] = {}

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: MutableMapping[str, Any],
        status_code: int = 200,
    ) -> Response:
        """The file, how long it may be kept, and packed where the browser takes that."""
        found = super().file_response(full_path, stat_result, scope, status_code)
        asked = Request(scope)
        found.headers["Cache-Control"] = FOR_EVER if "v" in asked.query_params else "no-cache"
        path = Path(full_path)
        small = stat_result.st_size < LEAST or path.suffix not in PACKED
        if found.status_code != 200 or small or "range" in asked.headers:
            return found
        found.headers["Vary"] = "Accept-Encoding"
        if "gzip" not in asked.headers.get("accept-encoding", ""):
            return found
        headers = {**found.headers, "Content-Encoding": "gzip"}
        del headers["content-length"]
        return Response(self._body(path, stat_result.st_mtime_ns), headers=headers)

    def _body(self, path: Path, changed: int) -> bytes:
        kept = self._packed.get(str(path))
        if kept is None or kept[0] != changed:
            kept = self._packed[str(path)] = (changed, gzip.compress(path.read_bytes(), 9, mtime=0))
        return kept[1]
