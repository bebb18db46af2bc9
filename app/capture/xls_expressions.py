"""The rules of a definition as an XLSForm spells them.

``pulldata`` becomes a look into the file's instance, which every engine knows; ``substring``
becomes ODK's ``substr``, which counts from 0; ``current()`` becomes the node that it means;
``string()`` of rows that may be several takes the first, as XPath does and JavaRosa refuses to.
Everything else is written as it stands: definitions and forms speak the same XPath.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from app.capture.fields import Rule

__all__ = [
    "ONLY_COMMUNITY",
    "Rule",
    "alone",
    "both",
    "columns",
    "fails",
    "lookups",
    "previous",
    "said",
]

COMMUNITY = "${sismuni_community}"
# JavaRosa finds nothing at ``item[1]`` of a CSV file, so the first is asked for by its position.
ONLY_COMMUNITY = (
    "if(count(instance('communities')/root/item) = 1, "
    "string(instance('communities')/root/item[position() = 1]/name), '')"
)
_PULLED = re.compile(r"pulldata\(\s*'(\w+)'\s*,\s*'(\w+)'\s*,\s*'(\w+)'\s*,\s*([^()]*?)\s*\)")
_CUT = re.compile(r"\bsubstring\(\s*([^,()]+)\s*,\s*(\d+)\s*,\s*(\d+)\s*\)")
_CURRENT = re.compile(r"\bcurrent\(\s*\)(?!\s*/)")
_CURRENT_ITSELF = re.compile(r"\bcurrent\(\s*\)/\.(?![.\w])")
# A dot that stands for the answer: no part of a number, a name or a path.
_ITSELF = re.compile(r"(?<![\w.)\]/*])\.(?![\w./])")
# What a row says that is found by what it holds.
_FOUND = re.compile(r"\bstring\(\s*([\w./]+\[[^\[\]]*\])/(\w+)\s*\)")
_FIRST = "[position() = 1]"
_INSTANCE = re.compile(r"instance\('(\w+)'\)")


def said(expression: str, instrument: str) -> str:
    """An expression of a definition, for a form of this instrument."""

    def pulled(found: re.Match[str]) -> str:
        name, column, key, value = found.groups()
        # The last of a community stands in the file under its community's code.
        by = COMMUNITY if key == "key" else value
        if name == "previous":
            name = f"previous_{instrument}"
        return f"instance('{name}')/root/item[name = {by}]/{column}"

    def cut(found: re.Match[str]) -> str:
        begin, length = int(found[2]) - 1, int(found[3])
        return f"substr({found[1].strip()}, {begin}, {begin + length})"

    spelt = _FOUND.sub(rf"string(\1{_FIRST}/\2)", expression)
    return _CURRENT.sub("current()/.", _CUT.sub(cut, _PULLED.sub(pulled, spelt)))


def previous(instrument: str, column: str) -> str:
    """What the community answered last time, for the beginning of a question."""
    return f"instance('previous_{instrument}')/root/item[name = {COMMUNITY}]/{column}"


def both(rules: Sequence[str]) -> str:
    """All of them."""
    if len(rules) < 2:
        return "".join(rules)
    return " and ".join(f"({rule})" for rule in rules)


def fails(rules: Sequence[str], code: str) -> str:
    """Whether one of a question's rules fails, said from beside the question."""
    answer = f"${{{code}}}"
    held = both([_ITSELF.sub(answer, _CURRENT_ITSELF.sub(answer, rule)) for rule in rules])
    return f"string({answer}) != '' and not({held})"


def alone(repeat: str, keys: tuple[str, ...], code: str) -> str:
    """That no other row of a repeat has the same keys; said from one of the key questions."""
    same = (f"{key} = current()/{'.' if key == code else '../' + key}" for key in keys)
    return f"count(../../{repeat}[{' and '.join(same)}]) <= 1"


def lookups(rows: Iterable[Mapping[str, str]]) -> set[str]:
    """The files that the expressions of a survey look into."""
    return {name for row in rows for value in row.values() for name in _INSTANCE.findall(value)}


def columns(rows: Iterable[Mapping[str, str]], file: str) -> set[str]:
    """The columns of a file that the expressions of a survey read."""
    read = re.compile(rf"instance\('{file}'\)/root/item\[[^\]]*\]/(\w+)")
    return {name for row in rows for value in row.values() for name in read.findall(value)}
