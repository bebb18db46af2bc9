"""The browser's files are taken exactly as listed, from the version that is listed."""

import json
from pathlib import Path

import pytest

from tools import browser, lock
from tools.steps import ROOT, StepError

LISTED = {
    "maps": {
        "version": "1.2.3",
        "files": {"dist/maps.js": "maps/maps.js", "dist/images": "maps/images"},
    }
}


@pytest.fixture
def modules(tmp_path: Path) -> Path:
    """What npm leaves behind for one small package."""
    package = tmp_path / "node_modules" / "maps"
    (package / "dist" / "images").mkdir(parents=True)
    (package / "package.json").write_text('{"version": "1.2.3"}')
    (package / "dist" / "maps.js").write_text("draw()")
    (package / "dist" / "images" / "pin.png").write_bytes(b"pin")
    return tmp_path / "node_modules"


def test_files_and_folders_are_copied_where_the_list_says(modules: Path, tmp_path: Path) -> None:
    browser.take(LISTED, modules, tmp_path / "vendor")

    assert (tmp_path / "vendor/maps/maps.js").read_text() == "draw()"
    assert (tmp_path / "vendor/maps/images/pin.png").read_bytes() == b"pin"


def test_what_the_list_no_longer_names_goes(modules: Path, tmp_path: Path) -> None:
    stale = tmp_path / "vendor" / "old.js"
    stale.parent.mkdir()
    stale.write_text("old")

    browser.take(LISTED, modules, tmp_path / "vendor")

    assert not stale.exists()


def test_another_version_than_listed_is_refused(modules: Path, tmp_path: Path) -> None:
    newer = {"maps": {**LISTED["maps"], "version": "1.2.4"}}

    with pytest.raises(StepError, match=r"wants maps 1\.2\.4 and npm brought 1\.2\.3"):
        browser.take(newer, modules, tmp_path / "vendor")


def test_a_listed_file_that_is_not_there_is_refused(modules: Path, tmp_path: Path) -> None:
    wrong = {"maps": {"version": "1.2.3", "files": {"dist/none.js": "none.js"}}}

    with pytest.raises(StepError, match=r"has no file dist/none\.js"):
        browser.take(wrong, modules, tmp_path / "vendor")


@pytest.mark.parametrize("path", ["../out.js", "/etc/out.js", "a/../../out.js", "", "..\\out.js"])
def test_a_path_that_leaves_its_folder_is_refused(path: str) -> None:
    with pytest.raises(StepError, match="leaves its folder"):
        list(browser.copies({"maps": {"version": "1", "files": {"maps.js": path}}}))


def test_a_changed_lock_or_list_asks_for_new_copies(tmp_path: Path) -> None:
    before = browser.key(tmp_path)
    (tmp_path / "package-lock.json").write_text("{}")

    assert browser.key(tmp_path) != before


def test_npm_is_asked_for_what_the_list_names() -> None:
    asked = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))

    assert asked == lock.package_json(browser.listed())


def test_the_list_of_the_tree_can_be_read() -> None:
    taken = list(browser.copies(browser.listed()))

    assert {"leaflet"} <= {copy.package for copy in taken}
    assert len({copy.target for copy in taken}) == len(taken)
