"""Whether an XLSForm of somebody else can be used, and the XForm that it becomes.

``python -m app.capture.form_check FORM TO`` writes the XForm to TO and says its verdict as
JSON. Whoever serves people calls it so: a workbook made to exhaust its reader exhausts a
process of its own, which has a time to live.

The verdict
    accepted      whether it may be published
    form, version, title, questions, languages, files (names that it looks for beside it)
    odk_validate  passed, failed or not_run (no Java on this machine)
    problems, warnings   each with sheet, row, column, message, remedy, original
"""

import json
import re
import shutil
import subprocess
import sys
import warnings
import zipfile
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

from app.capture import form_model, form_rules
from app.capture.form_reasons import Reason, explained

MOST_UNPACKED = 30_000_000
MOST_MEMBERS = 500
MOST_XFORM = 5_000_000
MOST_QUESTIONS = 3_000
JAVA_S = 60
NAME = re.compile(r"[^\W](?:[^\W]|[ .:+-]){0,63}")
VERSION = re.compile(r"[^\W](?:[^\W]|[ .:+-]){0,39}")
OURS = "sismuni_"
HEADS = {".xlsx": b"PK\x03\x04", ".xls": b"\xd0\xcf\x11\xe0"}
MEDIA = re.compile(r"jr://(?:images|audio|video|file|file-csv)/([^\"'<>\s]+)")
SUBMISSION = re.compile(r"<submission\b[^<>]*/>|<submission\b[^<>]*>.*?</submission>", re.DOTALL)
_VALIDATE = re.compile(r"^(?:>>|\s*at |Caused by|Warning|\s*$)")


@dataclass
class Verdict:
    """What there is to say of one file; see the module."""

    file: str
    accepted: bool = False
    form: str = ""
    version: str = ""
    title: str = ""
    questions: int = 0
    languages: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    odk_validate: str = "not_run"
    problems: list[Reason] = field(default_factory=list)
    warnings: list[Reason] = field(default_factory=list)

    def wrong(self, message: str, remedy: str, **where: Any) -> None:
        """Add a problem of our own finding."""
        given = {"sheet": "", "row": None, "column": "", "original": "", **where}
        self.problems.append(Reason(message=message, remedy=remedy, **given))

    def doubtful(self, message: str, remedy: str, **where: Any) -> None:
        """Add a warning of our own."""
        given = {"sheet": "settings", "row": None, "column": "", "original": "", **where}
        self.warnings.append(Reason(message=message, remedy=remedy, **given))


def check(path: Path, to: Path) -> Verdict:
    """Convert the workbook, try what it became, and leave the XForm at ``to``."""
    verdict = Verdict(path.name)
    xform = _converted(path, verdict) if _readable(path, verdict) else b""
    if xform:
        _known(xform, verdict)
    if not verdict.problems:
        xform = with_version(xform, verdict)
        to.write_bytes(xform)
        _validate(to, verdict)
    verdict.accepted = not verdict.problems
    return verdict


def _readable(path: Path, verdict: Verdict) -> bool:
    """Whether the file is what it says, and not more than this machine can bear."""
    ending = path.suffix.lower()
    with path.open("rb") as file:
        head = file.read(4)
    if ending not in HEADS or head != HEADS[ending]:
        verdict.wrong("El archivo no es un libro de Excel.", "Guárdelo como .xlsx o .xls y súbalo.")
        return False
    if ending == ".xls":
        return True
    try:
        with zipfile.ZipFile(path) as book:
            members = book.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        verdict.wrong("El libro está cortado o dañado.", "Ábralo, guárdelo otra vez y súbalo.")
        return False
    if len(members) > MOST_MEMBERS or sum(m.file_size for m in members) > MOST_UNPACKED:
        verdict.wrong(
            "El libro es demasiado grande para ser un formulario.",
            "Deje solo las hojas del formulario, sin filas de sobra, imágenes ni formatos.",
        )
        return False
    return True


def _converted(path: Path, verdict: Verdict) -> bytes:
    said: list[str] = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the readers of workbooks, about looks
            found: str = convert(path, warnings=said, pretty_print=False).xform
    except PyXFormError as wrong:
        verdict.problems.append(explained(str(wrong)))
        return b""
    except Exception as broken:  # the readers of workbooks fail in many ways of their own
        verdict.wrong(
            "El libro no se puede leer como formulario.",
            "Ábralo, guárdelo otra vez como .xlsx y súbalo.",
            original=f"{type(broken).__name__}: {broken}"[:500],
        )
        return b""
    verdict.warnings = [explained(each) for each in said]
    if len(found) > MOST_XFORM:
        verdict.wrong(
            "El formulario es demasiado grande para un celular.",
            "Divídalo en dos, o lleve sus listas a un archivo CSV (select_one_from_file).",
        )
        return b""
    return _addressed_here(found, verdict)


def _addressed_here(xform: str, verdict: Verdict) -> bytes:
    """The form without an address and key of others: what it collects comes here, readable."""
    found = SUBMISSION.sub("", xform)
    if found != xform:
        verdict.doubtful(
            "El formulario enviaba sus respuestas a otra dirección o las cifraba; se quitó.",
            "Quite submission_url y public_key de la hoja settings.",
            column="submission_url",
        )
    return found.encode()


def _known(xform: bytes, verdict: Verdict) -> None:
    """What it says of itself, and whether we can keep it by that."""
    model = form_model.read(xform)
    verdict.form, verdict.version, verdict.title = model.form, model.version, model.title
    verdict.questions, verdict.languages = len(model.questions), list(model.languages)
    verdict.files = sorted({*(name for name in MEDIA.findall(xform.decode()) if name != "-")})
    settings = {"sheet": "settings", "column": "form_id"}
    if not NAME.fullmatch(model.form):
        verdict.wrong(
            "El identificador del formulario no vale: lleva signos que no valen o pasa de 64.",
            "Escriba en la hoja settings, columna form_id, un nombre como «censo_chacras».",
            **settings,
        )
    elif model.form.lower().startswith(OURS):
        verdict.wrong(
            "Los identificadores que empiezan con «sismuni_» son de las fichas del sistema.",
            "Ponga otro form_id en la hoja settings.",
            **settings,
        )
    if model.version and not VERSION.fullmatch(model.version):
        verdict.wrong(
            "La versión del formulario no vale: lleva signos o pasa de 40.",
            "Escriba en la hoja settings, columna version, algo como 2026112201.",
            sheet="settings",
            column="version",
        )
    if not model.questions or len(model.questions) > MOST_QUESTIONS:
        verdict.wrong(
            "El formulario no tiene preguntas, o tiene más de 3000.",
            "Revise la hoja survey.",
            sheet="survey",
        )
    for name, expression in form_rules.untried(model):
        verdict.doubtful(
            f"El servidor no puede comprobar una regla de «{name}»; el celular sí.",
            "No hace falta hacer nada.",
            sheet="survey",
            column=name,
            original=expression[:300],
        )


def with_version(xform: bytes, verdict: Verdict) -> bytes:
    """The XForm with a version: one that its content gives, where the author wrote none."""
    if verdict.version:
        return xform
    verdict.version = f"c{sha256(xform).hexdigest()[:10]}"
    verdict.doubtful(
        "El formulario no dice su versión; se le puso una.",
        "Escriba una en la hoja settings, columna version, y auméntela en cada cambio.",
        column="version",
    )
    said = f'id="{verdict.form}"'
    return xform.decode().replace(said, f'{said} version="{verdict.version}"', 1).encode()


def jar() -> Path | None:
    """Where ODK Validate stands, inside the package of pyxform."""
    spec = find_spec("pyxform")
    found = Path(spec.origin).parent if spec and spec.origin else Path()
    path = found / "validators" / "odk_validate" / "bin" / "ODK_Validate.jar"
    return path if path.is_file() else None


def _validate(path: Path, verdict: Verdict) -> None:
    java, validator = shutil.which("java"), jar()
    if java is None or validator is None:
        return
    command = [java, "-Xmx384m", "-jar", str(validator), str(path)]
    try:
        ran = subprocess.run(
            command, capture_output=True, timeout=JAVA_S, check=False, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired:
        verdict.wrong("ODK Validate no terminó a tiempo.", "Divida el formulario en dos.")
        return
    except OSError:
        return  # a Java that cannot be started is none
    verdict.odk_validate = "passed" if ran.returncode == 0 else "failed"
    if ran.returncode:
        said = (ran.stderr or ran.stdout).decode("utf-8", "replace").replace(str(path), "")
        told = "\n".join(line for line in said.splitlines() if not _VALIDATE.match(line))
        verdict.problems.append(explained(told or said))


def main() -> None:
    """Check the file of the command line."""
    print(json.dumps(asdict(check(Path(sys.argv[1]), Path(sys.argv[2]))), ensure_ascii=True))


if __name__ == "__main__":
    main()
