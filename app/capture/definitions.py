"""Read instruments from their YAML files and say what is wrong with a file, all at once.

The shape of a file is written in seeds/instruments/README.md. A loaded instrument is
immutable; two files of the same code must have different versions.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from app.capture import expressions, yaml_text
from app.capture.definition_reader import DefinitionReader, Lists
from app.capture.fields import Choice, Field, Instrument, Rule, Section, Text
from app.errors import Malformed, RowError

__all__ = [
    "Choice",
    "Field",
    "Instrument",
    "Rule",
    "Section",
    "Text",
    "choice_lists",
    "instrument",
    "latest",
    "load",
    "load_all",
]


def load_all(folder: Path, choices_file: Path) -> dict[str, dict[int, Instrument]]:
    """Every version of every instrument of a folder: ``{code: {version: instrument}}``.

    Raises
    ------
    Malformed
        A file breaks the schema, or the same version of a code stands in two files.
    """
    lists = choice_lists(choices_file)
    found: dict[str, dict[int, Instrument]] = {}
    for path in sorted(folder.glob("*.yaml")):
        read = load(path, lists)
        versions = found.setdefault(read.code, {})
        if read.version in versions:
            raise Malformed(
                "El instrumento {code} tiene dos veces la versión {version}.",
                code=read.code,
                version=read.version,
            )
        versions[read.version] = read
    return found


def latest(loaded: Mapping[str, Mapping[int, Instrument]]) -> dict[str, Instrument]:
    """Keep the highest version of each instrument, by code."""
    return {code: versions[max(versions)] for code, versions in loaded.items()}


def choice_lists(path: Path) -> dict[str, tuple[Choice, ...]]:
    """Lists of choices of a file, by name."""
    content = _content(path)
    reader = DefinitionReader(path.name, {})
    lists = {
        str(name): tuple(
            Choice(str(item["code"]), reader.text(item, f"{name}[{index}]"))
            for index, item in enumerate(items)
        )
        for name, items in content.items()
    }
    for name, choices in lists.items():
        codes = [choice.code for choice in choices]
        reader.expect(len(codes) == len(set(codes)), name, "un código está dos veces")
    reader.finish()
    return lists


def load(path: Path, lists: Lists) -> Instrument:
    """Read the instrument of one file; see ``instrument``."""
    return instrument(_content(path), lists, path.name)


def instrument(content: Mapping[str, Any], lists: Lists, name: str = "") -> Instrument:
    """Build an instrument from what its file holds.

    Raises
    ------
    Malformed
        With one row for each thing that is wrong and where in the file it stands.
    """
    reader = DefinitionReader(name, lists)
    read = reader.instrument(content)
    reader.finish()
    assert read is not None
    for problem in expressions.problems_of(read):
        reader.errors.append(RowError(None, problem[0], problem[1]))
    reader.finish()
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    used = {
        f.code: [(c.code, c.label.es, c.label.en) for c in f.choices]
        for f, _ in read.walk()
        if f.choices
    }
    whole = canonical + json.dumps(used, sort_keys=True, ensure_ascii=False)
    return replace(read, digest=hashlib.sha256(whole.encode()).hexdigest())


def _content(path: Path) -> dict[str, Any]:
    try:
        content = yaml_text.read(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as broken:
        raise Malformed(
            "No se puede leer {name}: {why}", name=path.name, why=str(broken)
        ) from broken
    if not isinstance(content, dict):
        raise Malformed("No se puede leer {name}: no tiene claves.", name=path.name)
    return content
