"""``sismuni priorities``: a frozen list of priorities made again from its export.

With ``--json`` one object: ``{"same", "digest", "kept_digest", "ranked": [code],
"differences": [{"code", "kept", "redone"}]}``. The exit code is 0 where list and digest are
those of the file and 1 where they are not.
"""

import argparse
import json
from typing import Any

from app.cli.entry import DONE, REFUSED
from app.cli.speaking import answer
from app.errors import Malformed, Unknown
from app.planning import versions
from app.settings import Settings


def redo(asked: argparse.Namespace, _: Settings) -> int:
    """``sismuni priorities``."""
    kept = _read(asked)
    inputs = versions.from_plain(kept["inputs"])
    outcome, digest = versions.outcome(inputs), versions.digest(inputs)
    parted = versions.differences(kept["outcome"], outcome)
    same = digest == kept["digest"] and outcome == kept["outcome"]
    content = {
        "same": same,
        "digest": digest,
        "kept_digest": kept["digest"],
        "ranked": [need["code"] for need in outcome["ranked"]],
        "differences": [{"code": d.code, "kept": d.here, "redone": d.there} for d in parted],
    }
    answer(content, "\n".join(_in_words(content)), as_json=asked.json)
    return DONE if same else REFUSED


def _read(asked: argparse.Namespace) -> dict[str, Any]:
    if not asked.file.is_file():
        raise Unknown("No existe el archivo {file}.", file=asked.file)
    try:
        kept = json.loads(asked.file.read_text(encoding="utf-8"))
        if not {"inputs", "outcome", "digest"} <= set(kept):
            raise ValueError
    except (ValueError, TypeError) as error:
        raise Malformed(
            "El archivo {file} no es una versión completa de prioridades.",
            remedy="Descargue los datos desde la página de la versión, con su cuenta.",
            file=asked.file,
        ) from error
    return dict(kept)


def _in_words(content: dict[str, Any]) -> list[str]:
    order = [f"{place:>3}. {code}" for place, code in enumerate(content["ranked"], start=1)]
    if content["same"]:
        return [*order, "Sale la misma lista, puesto por puesto, con la misma huella."]
    parted = [
        f"«{each['code']}»: en el archivo {each['kept'] or 'sin puesto'}, aquí"
        f" {each['redone'] or 'sin puesto'}."
        for each in content["differences"]
    ]
    told = "No sale la lista del archivo: sus datos no son todos los de la oficial."
    return [*order, told, *parted]
