"""Write the locks: every package of Python and of the browser, by version and hash.

The locks name no registry, so that each machine uses its own; they hold for Linux, macOS
and Windows. What is locked stays as it is unless ``--upgrade`` is given. A package of
which some platform has no wheel is refused, since a town hall has no compiler.

    python -m tools.lock [--upgrade]
"""

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tools import browser, venv
from tools.steps import ROOT, StepError, run, step, utf8_output

UV = "uv==0.13.9"
LOCKS = {
    "requirements.txt": [],
    "requirements-dev.txt": ["--extra", "dev", "-c", "requirements.txt"],
}
COMPILE = [
    "--quiet",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--universal",
    "--python-version=3.11",
    "--custom-compile-command=make lock",
]
PLATFORMS = (
    "x86_64-manylinux_2_28",
    "aarch64-manylinux_2_28",
    "aarch64-apple-darwin",
    "x86_64-pc-windows-msvc",
)


def _uv(folder: Path) -> Path:
    """The program that resolves, in an environment of its own, so that no lock depends on it."""
    run([sys.executable, "-m", "venv", folder])
    place = folder / venv.SCRIPTS
    run([place / "python", "-m", "pip", "install", "--quiet", UV])
    return place / "uv"


def _lock_python(uv: Path, scratch: Path, upgrade: bool) -> None:
    for lock, options in LOCKS.items():
        with step(f"Resolving {lock}"):
            more = ["--upgrade"] if upgrade else []
            run([uv, "pip", "compile", *COMPILE, *more, *options, "pyproject.toml", "-o", lock])
        with step(f"Looking for the wheels of {lock}"):
            for platform in PLATFORMS:
                _try_wheels(uv, scratch, lock, platform)


def _try_wheels(uv: Path, scratch: Path, lock: str, platform: str) -> None:
    options = ["--quiet", "--dry-run", "--no-deps", "--only-binary=:all:", "--require-hashes"]
    where = ["--python-version=3.11", f"--python-platform={platform}", f"--target={scratch}/none"]
    run(
        [uv, "pip", "install", *options, *where, "-r", lock],
        # The oldest macOS that still gets corrections; wheels for it abound.
        environment={**os.environ, "MACOSX_DEPLOYMENT_TARGET": "14.0"},
        remedy=f"Choose versions that have wheels for {platform}.",
    )


def package_json(listed: dict[str, dict[str, object]]) -> dict[str, object]:
    """The browser's packages as npm wants them: those of the list, at exact versions."""
    versions = {name: entry["version"] for name, entry in listed.items()}
    return {
        "name": "sismuni",
        "description": "Files that the pages of SISMUNI take from others",
        "license": "Apache-2.0",
        "private": True,
        "dependencies": dict(sorted((browser.BACKGROUND | versions).items())),
    }


def _lock_browser(upgrade: bool) -> None:
    """Lay ``package.json`` after ``web/vendor.json`` and lock what hangs from it."""
    npm = shutil.which("npm")
    if npm is None:
        raise StepError("Locking the browser's packages needs npm.")
    text = json.dumps(package_json(browser.listed()), indent=2, ensure_ascii=False)
    (ROOT / "package.json").write_text(text + "\n", encoding="utf-8")
    if upgrade:
        (ROOT / "package-lock.json").unlink(missing_ok=True)
    with step("Resolving package-lock.json"):
        run([npm, "install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund"])
    _without_appeals(ROOT / "package-lock.json")


def _without_appeals(lock: Path) -> None:
    """Take out where packages ask for money: a lock names no address at all."""
    content = json.loads(lock.read_text(encoding="utf-8"))
    for package in content["packages"].values():
        package.pop("funding", None)
    text = json.dumps(content, indent=2, ensure_ascii=False)
    lock.write_text(text + "\n", encoding="utf-8")


def main(arguments: Sequence[str]) -> None:
    """Write all locks."""
    upgrade = "--upgrade" in arguments
    with tempfile.TemporaryDirectory() as scratch:
        _lock_python(_uv(Path(scratch) / "uv"), Path(scratch), upgrade)
    _lock_browser(upgrade)


if __name__ == "__main__":
    utf8_output()
    try:
        main(sys.argv[1:])
    except StepError as error:
        sys.exit(str(error))
