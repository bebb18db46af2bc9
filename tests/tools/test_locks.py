"""The locks pin all by hash, hold for every machine and tell no place to fetch from."""

import json
import re
import tomllib

import pytest

from tools.steps import ROOT

PYTHON_LOCKS = ("requirements.txt", "requirements-dev.txt")


def pinned(lock: str) -> dict[str, str]:
    """Version by package."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", text, flags=re.MULTILINE))


@pytest.mark.parametrize("lock", [*PYTHON_LOCKS, "package.json", "package-lock.json", ".npmrc"])
def test_a_lock_tells_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")

    assert not re.search(r"://|find-links|index-url|\bregistry=|resolved\"", text)


@pytest.mark.parametrize("lock", PYTHON_LOCKS)
def test_every_python_package_is_pinned_by_hash(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[a-z0-9])", text.split("\n", 2)[2])

    assert len(entries) == len(pinned(lock)) > 50
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_developers_have_the_versions_that_run() -> None:
    dev = pinned("requirements-dev.txt")

    assert {name: dev.get(name) for name in pinned("requirements.txt")} == pinned(
        "requirements.txt"
    )


def test_all_that_the_project_names_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["dev"]
    names = {re.split(r"[\[<>=~! ;]", word)[0].lower() for word in wanted}

    assert names - set(pinned("requirements-dev.txt")) == set()


def test_every_browser_package_is_pinned_by_hash() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    asked = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    locked = {name: entry for name, entry in lock["packages"].items() if name}

    assert lock["packages"][""]["dependencies"] == asked
    assert {f"node_modules/{name}" for name in asked} <= set(locked)
    assert all(entry["integrity"].startswith("sha512-") for entry in locked.values())
