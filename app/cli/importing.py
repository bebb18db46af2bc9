"""``sismuni import``: look at a file, and bring it in whole or not at all."""

import argparse
import json
from collections.abc import Mapping, Sequence
from typing import Any

from app.cli.entry import DONE, REFUSED
from app.cli.keeping import the_store
from app.cli.speaking import answer, progress
from app.errors import Malformed, Unknown
from app.operations import importing, trail
from app.operations.importing import Wish
from app.records import places
from app.records.imports import ImportBatch
from app.settings import Settings
from app.store.sessions import Store

TOLD = 20
COUNTED = {
    "new": "nuevas",
    "new_above": "nuevas por encima",
    "changed": "cambiadas",
    "renamed": "con otro nombre",
    "same": "iguales",
    "limits": "límites",
    "missing": "sin dato",
}


def import_file(asked: argparse.Namespace, settings: Settings) -> int:
    """``sismuni import``."""
    if not asked.file.is_file():
        raise Unknown("No existe el archivo {file}.", file=asked.file)
    options = _options(asked.option)
    with the_store(settings, quiet=asked.json) as store:
        place = _place(store, asked.place) if asked.place else None
        wish = Wish(asked.kind, asked.file.name, options, place, health=asked.health)
        with asked.file.open("rb") as stream:
            batch = importing.preview(store, settings, trail.SYSTEM, wish, stream, progress)
        if batch.report.get("publishable") and not asked.dry_run:
            batch = importing.publish(store, settings, trail.SYSTEM, batch.uuid, progress)
    answer(_as_json(batch), "\n".join(_in_words(batch)), as_json=asked.json)
    return DONE if batch.report.get("publishable") else REFUSED


def _place(store: Store, code: str) -> tuple[str, int]:
    with store.reading() as session:
        where = places.district(session, code)
    assert where.place_id is not None
    return code, where.place_id


def _options(given: Sequence[str]) -> dict[str, Any]:
    options: dict[str, Any] = {}
    for each in given:
        name, sign, value = each.partition("=")
        if not sign or not name:
            raise Malformed(
                "«{each}» no es una opción.",
                remedy="Escríbala como --option nombre=valor.",
                each=each,
            )
        try:
            options[name] = json.loads(value)
        except ValueError:
            options[name] = value  # a plain word needs no quotes
    return options


def _as_json(batch: ImportBatch) -> dict[str, Any]:
    return {
        "id": str(batch.uuid),
        "kind": batch.kind,
        "state": batch.state,
        "rows": batch.rows,
        "report": batch.report,
    }


def _in_words(batch: ImportBatch) -> list[str]:
    report: Mapping[str, Any] = batch.report
    if "refusal" in report:
        told = report["refusal"]
        return [f"No se puede leer: {told['message']} {told['remedy']}".rstrip(), *_errors(report)]
    counted = ", ".join(
        f"{count} {COUNTED.get(name, name)}" for name, count in report.get("counts", {}).items()
    )
    lines = [f"{batch.rows} filas leídas ({counted or 'sin cambios'})."]
    lines += _errors(report)
    if not report.get("publishable"):
        lines.append("No se guardó nada: corrija esas filas y repita la orden.")
    elif batch.state == "published":
        lines.append(f"Publicado. Para deshacerlo, su clave es {batch.uuid}.")
    else:
        lines.append("Nada se ha publicado: repita sin --dry-run.")
    return lines


def _errors(report: Mapping[str, Any]) -> list[str]:
    errors = report.get("errors", [])
    lines = []
    for each in errors[:TOLD]:
        where = f"fila {each['row']}" if each["row"] is not None else "archivo"
        what = " ".join(filter(None, (each["field"], each["message"], each["remedy"])))
        lines.append(f"  {where}: {what}")
    if report.get("error_count", 0) > TOLD:
        lines.append(f"  … y {report['error_count'] - TOLD} errores más")
    return lines
