"""``sismuni forms check``: what the screen would say of an XLSForm before publishing it.

With ``--json`` the verdict as one object::

    {"file", "accepted", "form", "version", "title", "questions", "languages", "files",
     "odk_validate": "passed" | "failed" | "not_run",
     "problems": [{"sheet", "row", "column", "message", "remedy", "original"}],
     "warnings": [as the problems]}

The exit code is 0 for a form that may be published and 1 for any other.
"""

import argparse
from typing import Any

from app.cli.entry import DONE, REFUSED
from app.cli.speaking import answer
from app.errors import Unknown
from app.operations import form_checks
from app.settings import Settings

VALIDATE = {
    "passed": "ODK Validate lo acepta.",
    "failed": "ODK Validate no lo acepta.",
    "not_run": "No se pasó ODK Validate: en este equipo no hay Java.",
}


def check(asked: argparse.Namespace, _: Settings) -> int:
    """``sismuni forms check``."""
    if not asked.file.is_file():
        raise Unknown("No existe el archivo {file}.", file=asked.file)
    verdict, _xform = form_checks.checked(asked.file)
    answer(verdict, "\n".join(_in_words(verdict)), as_json=asked.json)
    return DONE if verdict["accepted"] else REFUSED


def _in_words(verdict: dict[str, Any]) -> list[str]:
    lines = [_line(problem) for problem in verdict["problems"]]
    if verdict["accepted"]:
        lines.append(
            f"Se puede publicar: {verdict['form']}, versión {verdict['version']}, "
            f"{verdict['questions']} preguntas. {VALIDATE[verdict['odk_validate']]}"
        )
    else:
        lines.append("No se puede publicar: corrija lo de arriba y repita la orden.")
    if verdict["files"]:
        lines.append("Usa al lado: " + ", ".join(verdict["files"]))
    return lines + [f"Aviso: {_line(each)}" for each in verdict["warnings"]]


def _line(reason: dict[str, Any]) -> str:
    places = (("hoja", reason["sheet"]), ("fila", reason["row"]), ("columna", reason["column"]))
    where = ", ".join(f"{word} {value}" for word, value in places if value)
    said = f"{reason['message']} {reason['remedy']}".strip()
    original = f"\n    {reason['original']}" if reason["original"] else ""
    return f"{where}: {said}{original}" if where else said + original
