"""Typst templates of this room, filled with plain values, as PDF or as pictures.

The values go in as JSON: whatever a person wrote stays text and is never read as markup.
Only the fonts inside Typst are used, so that a page looks the same on every machine.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

TEMPLATES = Path(__file__).parent


def pdf(template: str, values: Mapping[str, Any], made: datetime) -> bytes:
    """A template of this folder as PDF; the same values and moment give the same bytes."""
    return bytes(_compiled(template, values, format="pdf", timestamp=made.replace(microsecond=0)))


def pictures(template: str, values: Mapping[str, Any], ppi: float = 100) -> list[bytes]:
    """The same, each page a PNG of so many points an inch."""
    made = _compiled(template, values, format="png", ppi=ppi)
    return [made] if isinstance(made, bytes) else list(made)


def _compiled(template: str, values: Mapping[str, Any], **how: Any) -> Any:
    # Some thirty megabytes that a server which prints nothing need not carry.
    import typst  # noqa: PLC0415

    source = (TEMPLATES / template).read_bytes()
    return typst.compile(
        source,
        ignore_system_fonts=True,
        sys_inputs={"values": json.dumps(values, ensure_ascii=False)},
        **how,
    )
