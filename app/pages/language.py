"""The two languages of the screens: Spanish as written, English from its catalogue.

Spanish is the source: a sentence in a template or in a refusal is its own key, so
the Spanish screen needs no catalogue at all. The English one is text that people
can review (``web/locale/en/sismuni.po``), compiled in memory when it is first asked
for: there is no binary file to forget.

``python -m app.pages.language extract`` walks the templates and the code and brings
the catalogue up to date without losing a translation.
"""

import ast
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from app.errors import Refusal

ROOT = Path(__file__).resolve().parents[2]
SOURCE = "es"
LANGUAGES = ("es", "en")

_ROW_ERROR_PLACES = {"message": 2, "remedy": 4}
_MARKERS = {"_", "N_", "gettext"}


def N_(message: str) -> str:  # noqa: N802 - the name that gettext gives to this marker
    """Mark a sentence for the catalogue where it is written but not yet said."""
    return message


@cache
def translator(lang: str) -> NullTranslations:
    """Return what says a sentence in a language; Spanish for a language that we lack."""
    path = catalogue_path(lang)
    if lang == SOURCE or not path.is_file():
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, read_catalogue(path))
    compiled.seek(0)
    return GNUTranslations(compiled)


def say(lang: str, message: str, **params: object) -> str:
    """Say a sentence with ``{named}`` places in a language; empty stays empty."""
    if not message:
        return ""
    said = translator(lang).gettext(message)
    return said.format(**params) if params else said


def message_of(refusal: Refusal, lang: str) -> str:
    """Say what was refused."""
    return say(lang, refusal.message, **refusal.params)


def remedy_of(refusal: Refusal, lang: str) -> str:
    """Say what to do about it; empty where the refusal names no remedy."""
    return say(lang, refusal.remedy, **refusal.params)


def preferred(header: str) -> str:
    """First of our languages that a browser's Accept-Language asks for; else Spanish."""
    asked = []
    for part in header.split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            asked.append((-float(weight or 1), tag.split("-")[0].lower()))
        except ValueError:
            continue
    return next((tag for _, tag in sorted(asked) if tag in LANGUAGES), SOURCE)


def catalogue_path(lang: str, root: Path = ROOT) -> Path:
    """Where the catalogue of a language stands."""
    return root / "web" / "locale" / lang / "sismuni.po"


def read_catalogue(path: Path) -> Catalog:
    """Read one catalogue; a broken one stops the start, since half a screen helps nobody."""
    with path.open("rb") as lines:
        return read_po(lines, locale=path.parent.name, abort_invalid=True)


def extract(root: Path = ROOT) -> Catalog:
    """Collect every sentence that a person may read, with the files that say it."""
    found = Catalog(project="sismuni", charset="utf-8")
    for path, message in _sentences(root):
        if isinstance(message, str) and not message.strip():
            continue
        # No line numbers: they would change the file whenever somebody adds a line above.
        found.add(message, locations=[(path.relative_to(root).as_posix(), 0)])
    return found


def missing(catalogue: Catalog, found: Catalog) -> list[str]:
    """Sentences that have no translation yet, each with the file that says it first."""
    lacking = []
    for message in found:
        if not message.id:
            continue
        there = catalogue.get(message.id)
        said = there.string if there is not None and not there.fuzzy else ""
        if not (all(said) if isinstance(said, list | tuple) else said):
            where = message.locations[0][0] if message.locations else "?"
            lacking.append(f"{where}: {message.id!r}")
    return sorted(lacking)


def update(lang: str, root: Path = ROOT) -> list[str]:
    """Bring the catalogue of a language up to date and return what it lacks."""
    path = catalogue_path(lang, root)
    catalogue = read_catalogue(path) if path.is_file() else _new_catalogue(lang)
    found = extract(root)
    # A guess at a similar sentence reads like a translation and is none.
    catalogue.update(found, no_fuzzy_matching=True, update_creation_date=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    written = BytesIO()
    write_po(written, catalogue, width=98, sort_by_file=True, include_lineno=False)
    path.write_bytes(written.getvalue())
    return missing(catalogue, found)


def _new_catalogue(lang: str) -> Catalog:
    return Catalog(
        locale=lang,
        project="SISMUNI",
        version="1",
        header_comment="# What the screens say, by the Spanish sentence that is its key.",
        last_translator="SISMUNI",
        language_team=lang,
        msgid_bugs_address="",
        fuzzy=False,
    )


def _sentences(root: Path) -> Iterator[tuple[Path, str | tuple[str, ...]]]:
    for path in sorted((root / "web" / "templates").rglob("*.html")):
        options = {"newstyle_gettext": "true", "trimmed": "true", "silent": "false"}
        options["extensions"] = "jinja2.ext.do"
        with path.open("rb") as lines:
            for _, _, message, _ in babel_extract(lines, ("_", "gettext", "ngettext"), (), options):
                yield path, _message_id(message)
    trees = {path: ast.parse(path.read_text("utf-8")) for path in sorted(root.glob("app/**/*.py"))}
    refusals = _refusal_names(trees.values())
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield from ((path, message) for message in _said_by(node, refusals))


def _message_id(found: object) -> str | tuple[str, ...]:
    """One sentence, or singular and plural; what is no literal comes as None."""
    parts = found if isinstance(found, tuple) else (found,)
    said = tuple(part for part in parts if isinstance(part, str))[:2]
    return said if len(said) == 2 else "".join(said)


def _refusal_names(trees: Iterable[ast.Module]) -> set[str]:
    """Names of the classes that stand under Refusal, however many steps below."""
    names = {"Refusal"}
    classes = [
        (node.name, {_last_name(base) for base in node.bases})
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    ]
    while new := {name for name, bases in classes if bases & names} - names:
        names |= new
    return names


def refused_in_words(refusal: Refusal, lang: str) -> str:
    """What happened and what to do, in one line."""
    return f"{message_of(refusal, lang)} {remedy_of(refusal, lang)}".strip()


def _said_by(call: ast.Call, refusals: set[str]) -> Iterator[str]:
    name = _last_name(call.func)
    keywords = {word.arg: word.value for word in call.keywords if word.arg}
    spoken: list[ast.expr | None] = []
    if name in _MARKERS or name in refusals:
        spoken += [call.args[0] if call.args else keywords.get("message")]
    if name in refusals:
        spoken += [keywords.get("remedy")]
    if name == "RowError":
        for word, place in _ROW_ERROR_PLACES.items():
            spoken += [call.args[place] if len(call.args) > place else keywords.get(word)]
    for node in spoken:
        yield from _texts(node)


def _texts(node: ast.expr | None) -> Iterator[str]:
    """Literal sentences of an argument; both arms of a choice count."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def main(arguments: list[str]) -> int:
    """Answer the shell: 0 when nothing is missing, 1 when something is."""
    if arguments != ["extract"]:
        print("usage: python -m app.pages.language extract", file=sys.stderr)
        return 2
    lacking = [line for lang in LANGUAGES if lang != SOURCE for line in update(lang)]
    for line in lacking:
        print(line)
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
