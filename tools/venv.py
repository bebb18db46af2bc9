"""The virtual environment ``.venv``: laid once, filled from the lock, with a ``sismuni`` command.

The program runs from where it stands and is not built into a package: a path file
makes it importable, a two-line script makes it a command.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.steps import ROOT, StepError, digest, is_done, run, step

OLDEST = (3, 11)
SCRIPTS = "Scripts" if os.name == "nt" else "bin"
# -P: a folder named app where the person stands must not be taken for ours.
POSIX_COMMAND = """#!/bin/sh
exec "$(dirname -- "$(readlink -f -- "$0")")/python" -P -m app.cli "$@"
"""
WINDOWS_COMMAND = '@"%~dp0python.exe" -P -m app.cli %*\r\n'


def python(root: Path = ROOT) -> Path:
    """The interpreter of the environment of the program at ``root``."""
    return root / ".venv" / SCRIPTS / ("python.exe" if os.name == "nt" else "python")


def _check_version() -> None:
    if sys.version_info < OLDEST:
        wanted, found = (".".join(map(str, v[:2])) for v in (OLDEST, sys.version_info))
        raise StepError(f"Hace falta Python {wanted} o más nuevo; este es el {found}.")


def _lay(root: Path) -> None:
    """A new environment; over a broken one where its interpreter is gone."""
    with step("Creando el entorno de Python en .venv"):
        run(
            [sys.executable, "-m", "venv", "--clear", root / ".venv"],
            cwd=root,
            remedy="En Debian o Ubuntu: apt-get install -y python3-venv",
        )


def _site_packages(root: Path) -> Path:
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    answer = subprocess.run(
        [python(root), "-c", ask], check=True, capture_output=True, text=True, encoding="utf-8"
    )
    return Path(answer.stdout.strip())


def write_command(root: Path = ROOT) -> Path:
    """Make the program importable in its environment, and callable as ``sismuni``."""
    (_site_packages(root) / "sismuni.pth").write_text(f"{root}\n", encoding="utf-8")
    folder = python(root).parent
    if os.name == "nt":
        command = folder / "sismuni.cmd"
        command.write_bytes(WINDOWS_COMMAND.encode())
    else:
        command = folder / "sismuni"
        command.write_text(POSIX_COMMAND, encoding="ascii")
        command.chmod(0o755)
    return command


def install(lock: Path, root: Path = ROOT, options: Sequence[str] = ()) -> None:
    """Install the locked packages, each checked against its hash, and nothing else."""
    quiet = ["--disable-pip-version-check", "--no-input", "--quiet", "--progress-bar", "off"]
    run(
        [python(root), "-m", "pip", "install", *quiet, "--require-hashes", *options, "-r", lock],
        cwd=root,
        remedy="¿Hay conexión a internet? Sin ella, instale desde el paquete de «make bundle».",
    )
    write_command(root)


def ensure(*, dev: bool = False) -> Path:
    """The interpreter of ``.venv``, with the packages of the lock in it.

    The packages of the developers include all others at the same versions, so an
    environment of theirs also serves to run.
    """
    _check_version()
    lock = ROOT / ("requirements-dev.txt" if dev else "requirements.txt")
    made_by = f"{sys.version_info[0]}.{sys.version_info[1]} {ROOT}"
    names = ["requirements-dev.txt"] if dev else ["requirements-dev.txt", "requirements.txt"]
    stamps = {name: ROOT / ".venv" / f"{name}.installed" for name in names}
    if not python().exists():
        _lay(ROOT)
    if not any(is_done(stamps[name], digest(ROOT / name, made_by)) for name in names):
        with step("Instalando los paquetes de Python (unos minutos la primera vez)"):
            install(lock)
        stamps[lock.name].write_text(digest(lock, made_by), encoding="ascii")
    return python()
