"""The bundle lists all that it holds, and the installer takes nothing that differs."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tools import bundle, install
from tools.steps import ROOT, StepError

INSTALLED = "sismuni.cmd" if os.name == "nt" else "sismuni"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A bundle of few files, laid as the real one."""
    path = tmp_path / "sismuni-0.1.0-here"
    (path / "source" / "app").mkdir(parents=True)
    (path / "wheels").mkdir()
    (path / "source" / "pyproject.toml").write_text('[project]\nversion = "0.1.0"\n')
    (path / "source" / "app" / "niño.txt").write_text("ñ", encoding="utf-8")
    (path / "wheels" / "some-1-py3-none-any.whl").write_bytes(b"wheel")
    (path / "install.py").write_text("")
    bundle.seal(path, "abc123")
    return path


def test_manifest_lists_every_file_and_what_it_is_for(folder: Path) -> None:
    manifest = json.loads((folder / "MANIFEST.json").read_text(encoding="utf-8"))

    assert set(manifest["files"]) == {
        "install.py",
        "source/app/niño.txt",
        "source/pyproject.toml",
        "wheels/some-1-py3-none-any.whl",
    }
    assert (manifest["version"], manifest["commit"]) == ("0.1.0", "abc123")


def test_zip_holds_what_the_folder_held(folder: Path, tmp_path: Path) -> None:
    bundle.pack(folder, tmp_path / "dist" / "sismuni.zip")

    with zipfile.ZipFile(tmp_path / "dist" / "sismuni.zip") as archive:
        held = {name.partition("/")[2] for name in archive.namelist()}
    assert held == {*bundle.hashes(folder), "MANIFEST.json"}


def test_a_whole_bundle_opens_as_its_release(folder: Path) -> None:
    assert install.opened(folder).release == "0.1.0-abc123"


def test_a_changed_file_is_refused_by_name(folder: Path) -> None:
    (folder / "wheels" / "some-1-py3-none-any.whl").write_bytes(b"other")

    with pytest.raises(StepError, match=r"some-1-py3-none-any\.whl está dañado"):
        install.opened(folder)


def test_a_missing_file_is_refused_by_name(folder: Path) -> None:
    (folder / "install.py").unlink()

    with pytest.raises(StepError, match=r"falta install\.py"):
        install.opened(folder)


def test_a_bundle_for_another_python_is_refused(folder: Path) -> None:
    manifest = json.loads((folder / "MANIFEST.json").read_text(encoding="utf-8"))
    manifest["platform"] = "somewhere-py399"
    (folder / "MANIFEST.json").write_text(json.dumps(manifest), encoding="utf-8")

    with pytest.raises(StepError, match=r"para Python 3\.99"):
        install.opened(folder)


def test_command_calls_the_release_in_force(tmp_path: Path) -> None:
    install.write_command(tmp_path, "0.1.0-abc")
    install.write_command(tmp_path, "0.2.0-def")

    assert install.in_force(tmp_path) == "0.2.0-def"
    for name in ("sismuni", "sismuni.cmd"):
        text = (tmp_path / name).read_text()
        assert "0.2.0-def" in text
        assert "0.1.0-abc" not in text
        assert "{" not in text.replace("${SISMUNI_HOME:-$here/data}", "")


def test_the_lock_of_the_bundle_loses_only_node() -> None:
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")

    kept = bundle.without(lock, bundle.NODE)

    lost = set(lock.splitlines()) - set(kept.splitlines())
    assert f"{bundle.NODE}==" in lock
    assert bundle.NODE not in kept
    assert all(line.startswith((bundle.NODE, "    ")) for line in lost)
    assert kept.count("==") == lock.count("==") - 1


def test_platform_names_this_python() -> None:
    assert bundle.platform().endswith(f"-py{sys.version_info[0]}{sys.version_info[1]}")


def a_release(folder: Path, commit: str, *, migrates: bool = True) -> install.Bundle:
    """A bundle whose program only notes what it is asked, and needs no package."""
    (folder / "source" / "app").mkdir(parents=True)
    (folder / "wheels").mkdir()
    (folder / "requirements.txt").touch()
    (folder / "source" / "pyproject.toml").write_text('[project]\nversion = "1"\n')
    (folder / "source" / "app" / "cli.py").write_text(
        "import os, pathlib, sys\n"
        "home = pathlib.Path(os.environ['SISMUNI_HOME'])\n"
        "home.mkdir(exist_ok=True)\n"
        "with (home / 'asked').open('a') as asked:\n"
        f"    print('{commit}', *sys.argv[1:], file=asked)\n"
        f"sys.exit(3 if sys.argv[1] == 'migrate' and not {migrates} else 0)\n"
    )
    bundle.seal(folder, commit)
    return install.opened(folder)


@pytest.mark.verify
def test_upgrade_backs_up_with_the_old_migrates_with_the_new_and_falls_back(
    tmp_path: Path,
) -> None:
    target = tmp_path / "sismuni"
    target.mkdir()
    install.install(a_release(tmp_path / "one", "one"), target)
    install.install(a_release(tmp_path / "two", "two"), target)

    with pytest.raises(StepError, match="código 3"):
        install.install(a_release(tmp_path / "three", "three", migrates=False), target)

    subprocess.run([target / INSTALLED, "serve"], check=True)
    asked = (target / "data" / "asked").read_text().splitlines()
    assert asked == [
        "one migrate",
        "one backup",
        "two migrate",
        "two backup",
        "three migrate",
        "two serve",
    ]
