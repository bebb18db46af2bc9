"""What the tests need from the machine: PostgreSQL with PostGIS, a Chromium, and Java.

The long checks open our files in other programs too: QGIS, GDAL and LibreOffice.

Found where it stands; on Debian and its kin installed by their own packages where it is
wanting; elsewhere said plainly. Running the program needs none of this.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from ctypes.util import find_library
from pathlib import Path

from tools import localpg
from tools.steps import StepError, run, step

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
CHROMIUM_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
PACKAGES = {
    # Shows that the disk was forced before a delivery is acknowledged.
    "strace": "strace",
    "PostgreSQL with PostGIS": "postgresql-postgis",
    "Chromium": "chromium",
    # ODK Validate and JavaRosa, which pyxform carries, are programs of Java; the one that fills
    # forms with JavaRosa is run from its source, for which the compiler must be there.
    "Java": "default-jdk-headless",
    # The program of Playwright that speaks with the browser is linked to it.
    "libatomic": "libatomic1",
}
LONG_PACKAGES = {
    "QGIS": "python3-qgis qgis-providers",
    "GDAL": "python3-gdal gdal-bin",
    "LibreOffice": "libreoffice-writer libreoffice-calc",
}
"""Only for the long checks: a gigabyte that nobody else need wait for."""
DEBIAN_PYTHON = Path("/usr/bin/python3")
# Another program may be installing: wait for it rather than fail.
APT = ["apt-get", "-o", "DPkg::Lock::Timeout=300", "-q"]


def chromium() -> str | None:
    """The path of a browser that the tests may drive, the one named by the caller first."""
    named = os.environ.get("SISMUNI_TEST_CHROMIUM")
    known = [path for path in CHROMIUM_PLACES if Path(path).is_file()]
    found = (shutil.which(name) for name in CHROMIUMS)
    return next(filter(None, [named, *found, *known]), None)


def _has_postgis() -> bool:
    try:
        return localpg.has_postgis(localpg.programs())
    except localpg.LocalPgError:
        return False


def wanting() -> list[str]:
    """The parts that are not on this machine."""
    here = {
        "PostgreSQL with PostGIS": bool(os.environ.get("SISMUNI_TEST_PG_URL")) or _has_postgis(),
        "Chromium": chromium() is not None,
        "strace": sys.platform != "linux" or shutil.which("strace") is not None,
        "Java": None not in (shutil.which("java"), shutil.which("javac")),
        "libatomic": sys.platform != "linux" or find_library("atomic") is not None,
    }
    return [part for part, found in here.items() if not found]


def wanting_long() -> list[str]:
    """The parts of the long checks that are not on this machine; elsewhere they skip."""
    if sys.platform != "linux":
        return []
    here = {
        "QGIS": _debian_has("qgis.core"),
        "GDAL": _debian_has("osgeo_utils") and shutil.which("ogrinfo") is not None,
        "LibreOffice": _has_office(),
    }
    return [part for part, found in here.items() if not found]


def _has_office() -> bool:
    """Whether LibreOffice opens texts and workbooks: each is a package of its own."""
    program = shutil.which("soffice")
    parts = Path(program).resolve().parent if program else Path()
    return program is not None and all(
        (parts / name).exists() for name in ("libswlo.so", "libsclo.so")
    )


def _debian_has(module: str) -> bool:
    """Whether the system's own Python finds a module; ours knows nothing of its packages."""
    words = [str(DEBIAN_PYTHON), "-c", f"import {module}"]
    return (
        DEBIAN_PYTHON.exists()
        and not subprocess.run(words, check=False, capture_output=True).returncode
    )


def _as_root() -> list[str]:
    """The words before a command that root must run; a refusal where we cannot become root."""
    if os.name == "posix" and os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo is None:
        raise StepError("Neither root nor sudo: ask whoever keeps this machine to install it.")
    if sys.stdin is not None and sys.stdin.isatty():
        subprocess.run([sudo, "-v"], check=False)  # asks for the password once, on the terminal
    return [sudo, "-n"]


def ensure(*, long: bool = False) -> None:
    """Install what is wanting, also for the long checks; ``StepError`` where that cannot be."""
    _install(wanting, PACKAGES)
    if long:
        _install(wanting_long, LONG_PACKAGES)


def _install(look: Callable[[], list[str]], packages: Mapping[str, str]) -> None:
    parts = look()
    if not parts:
        return
    names = [name for part in parts for name in packages[part].split()]
    advice = f"The tests need {' and '.join(parts)}. On Debian: apt-get install {' '.join(names)}"
    if shutil.which("apt-get") is None:
        raise StepError(advice)
    try:
        before = [*_as_root(), "env", "DEBIAN_FRONTEND=noninteractive", *APT]
        with step(f"Installing {', '.join(names)} (some minutes)"):
            run([*before, "update"])
            run([*before, "install", "-y", "--no-install-recommends", *names])
    except StepError as error:
        raise StepError(f"{advice}\n{error}") from error
    if still := look():
        raise StepError(f"Still wanting after the installation: {', '.join(still)}.\n{advice}")
