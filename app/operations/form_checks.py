"""Have somebody else's XLSForm looked at in a process of its own, which has a time to live."""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app.settings import ROOT

PATIENCE_S = 120
GAVE_UP = {
    "sheet": "",
    "row": None,
    "column": "",
    "message": "El libro no se pudo revisar a tiempo.",
    "remedy": "Deje solo las hojas survey, choices y settings, sin filas de sobra.",
    "original": "",
}
_NO_WINDOW: int = getattr(subprocess, "CREATE_NO_WINDOW", 0)

Verdict = dict[str, Any]
"""As ``app.capture.form_check`` describes it."""


def checked(path: Path) -> tuple[Verdict, bytes]:
    """The verdict on a file, and the XForm that it becomes; nothing where it is refused.

    The name of the file stands for the form's identifier where it gives none.
    """
    with TemporaryDirectory() as folder:
        to = Path(folder) / "form.xml"
        command = [sys.executable, "-m", "app.capture.form_check", str(path.resolve()), str(to)]
        try:
            ran = subprocess.run(
                command,
                cwd=ROOT,
                capture_output=True,
                timeout=PATIENCE_S,
                check=True,
                stdin=subprocess.DEVNULL,
                creationflags=_NO_WINDOW,
            )
            verdict: Verdict = json.loads(ran.stdout)
        except (subprocess.SubprocessError, OSError, ValueError):
            return _gave_up(path), b""
        return verdict, to.read_bytes() if verdict["accepted"] else b""


def _gave_up(path: Path) -> Verdict:
    return {
        "file": path.name,
        "accepted": False,
        "form": "",
        "version": "",
        "title": "",
        "questions": 0,
        "languages": [],
        "files": [],
        "odk_validate": "not_run",
        "problems": [GAVE_UP],
        "warnings": [],
    }
