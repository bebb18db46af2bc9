"""Install or upgrade SISMUNI from an unpacked bundle, without a network.

    python -m tools.install BUNDLE [FOLDER]      (from ``source`` of the bundle)

FOLDER keeps one release beside another, the data apart, and a command that calls the
release in force::

    FOLDER/releases/VERSION-COMMIT/    program and its environment
    FOLDER/data/                       store, files, backups
    FOLDER/sismuni, sismuni.cmd        the command

An upgrade backs the data up with the old release, migrates with the new one and only then
lets the command call it. A failure before that leaves the old release in force.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools import venv
from tools.steps import StepError, run, say, step, utf8_output

MANIFEST = "MANIFEST.json"
IN_FORCE = "release.txt"
POSIX_COMMAND = """#!/bin/sh
here=$(dirname -- "$(readlink -f -- "$0")")
export SISMUNI_HOME="${{SISMUNI_HOME:-$here/data}}"
exec "$here/releases/{release}/.venv/bin/python" -P -m app.cli "$@"
"""
WINDOWS_COMMAND = """@echo off
if not defined SISMUNI_HOME set "SISMUNI_HOME=%~dp0data"
"%~dp0releases\\{release}\\.venv\\Scripts\\python.exe" -P -m app.cli %*
"""


@dataclass(frozen=True)
class Bundle:
    """An unpacked bundle that was found whole."""

    folder: Path
    release: str


def opened(folder: Path) -> Bundle:
    """The bundle, if every file is there as it was packed and it is for this machine."""
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    for name, expected in manifest["files"].items():
        path = folder / name
        if not path.is_file():
            raise StepError(f"Al paquete le falta {name}. Descomprímalo de nuevo.")
        if hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            raise StepError(f"{name} está dañado. Copie el paquete de nuevo.")
    made_for, here = manifest["platform"].rsplit("-py", 1)[1], sys.version_info
    if made_for != f"{here[0]}{here[1]}":
        wanted = f"{made_for[0]}.{made_for[1:]}"
        raise StepError(f"Este paquete es para Python {wanted} y este es el {here[0]}.{here[1]}.")
    return Bundle(folder, f"{manifest['version']}-{manifest['commit']}")


def _home(target: Path) -> Path:
    named = os.environ.get("SISMUNI_HOME")
    return Path(named).expanduser().resolve() if named else target / "data"


def _sismuni(program: Path, target: Path, *words: str) -> None:
    """Run a command of the release at ``program`` on the data of this installation."""
    environment = {**os.environ, "SISMUNI_HOME": str(_home(target))}
    command: list[str | Path] = [venv.python(program), "-P", "-m", "app.cli", *words]
    run(command, cwd=program, environment=environment)


def _lay(bundle: Bundle, program: Path) -> None:
    """The release in its folder, complete or not at all."""
    if program.exists():
        shutil.rmtree(program)
    with step("Copiando el programa"):
        shutil.copytree(bundle.folder / "source", program)
    with step("Creando el entorno de Python"):
        run(
            [sys.executable, "-m", "venv", program / ".venv"],
            remedy="En Debian o Ubuntu hace falta el paquete python3-venv.",
        )
    with step("Instalando los paquetes de Python"):
        # --isolated: neither the environment nor a file of pip may send it to a network.
        options = ["--isolated", "--no-index", "--find-links", str(bundle.folder / "wheels")]
        venv.install(bundle.folder / "requirements.txt", program, options)


def in_force(target: Path) -> str | None:
    """The release that the command calls now, or None where nothing is installed."""
    note = target / IN_FORCE
    return note.read_text(encoding="utf-8").strip() if note.is_file() else None


def write_command(target: Path, release: str) -> None:
    """Let the command of the installation call this release from now on."""
    texts = {
        "sismuni": POSIX_COMMAND.format(release=release),
        "sismuni.cmd": WINDOWS_COMMAND.format(release=release).replace("\n", "\r\n"),
        IN_FORCE: release + "\n",
    }
    for name, text in texts.items():
        part = target / f"{name}.part"
        part.write_bytes(text.encode())
        part.chmod(0o755)
        part.replace(target / name)


def _prune(target: Path, kept: set[str | None]) -> None:
    """Remove old releases; the one before stays, should the new one disappoint."""
    for folder in (target / "releases").iterdir():
        if folder.name not in kept:
            # A file still open on Windows must not spoil an upgrade that is done.
            shutil.rmtree(folder, ignore_errors=True)


def install(bundle: Bundle, target: Path) -> None:
    """Bring ``target`` to the release of the bundle."""
    before = in_force(target)
    program = target / "releases" / bundle.release
    if before == bundle.release:
        say(f"SISMUNI {bundle.release} ya está instalado en {target}.")
        return
    if before is not None:
        say("Cierre SISMUNI en esta computadora antes de seguir, si está abierto.")
    _lay(bundle, program)
    if before is not None:
        with step("Respaldando los datos antes de actualizar"):
            _sismuni(target / "releases" / before, target, "backup")
    with step("Preparando el almacén de datos"):
        _sismuni(program, target, "migrate")
    write_command(target, bundle.release)
    _prune(target, {bundle.release, before})
    say(f"Listo: SISMUNI {bundle.release} en {target}.")
    say(f"Para abrirlo:  {target / ('sismuni.cmd' if os.name == 'nt' else 'sismuni')} serve")


def main(arguments: Sequence[str]) -> None:
    """Check the bundle, then install it."""
    folder = Path(arguments[0])
    target = Path(arguments[1]) if arguments[1:] else Path.home() / "sismuni"
    target.mkdir(parents=True, exist_ok=True)
    install(opened(folder), target.resolve())


if __name__ == "__main__":
    utf8_output()
    try:
        main(sys.argv[1:])
    except (StepError, OSError, subprocess.SubprocessError) as error:
        sys.exit(f"\nNo se pudo instalar SISMUNI.\n{error}")
