"""The loudspeaker text of a return sheet: a minute aloud, its numbers in words.

A speaker says some 140 words in a minute. Requests are told in the order of the sheet as long
as they fit; how many more there are is said.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from app.documents import aloud
from app.operations import return_lines

MOST_WORDS = 150
_DIGITS = re.compile(r"\d+(?:[ \N{NO-BREAK SPACE}]\d{3})*(?:\.\d{2})?")
_CODE = re.compile(r"\b[A-Z]-(?:\d+-)*(\d{4})-(\d+)\b")


def loudspeaker(content: Mapping[str, Any]) -> str:
    """The text for a sheet's content."""
    on = date.fromisoformat(content["on"])
    opening = (
        f"Atención, {content['community']}. La municipalidad de {content['district']} informa,"
        f" al {aloud.day(on)}."
    )
    back = date.fromisoformat(content["next_sheet"])
    closing = (
        "La hoja completa está en el local comunal. Firmen el talón, conforme o no conforme, y"
        f" devuélvanlo. La próxima hoja llega el {aloud.day(back, year=False)}."
    )
    said, left = [opening], MOST_WORDS - _words(opening) - _words(closing) - 10
    own = [f"Lo que hicimos nosotros: {each}." for each in content["own"][: content["begun"]]][:1]
    told = 0
    for sentence in [*own, *(_request(line) for line in content["lines"])]:
        spoken = plain(sentence)
        if _words(spoken) > left:
            break
        said.append(spoken)
        left -= _words(spoken)
        told += 1
    rest = len(own) + len(content["lines"]) - told
    if rest > 0 and content["lines"]:
        said.append(
            "En la hoja hay un punto más."
            if rest == 1
            else f"En la hoja hay {aloud.before_noun(rest)} puntos más."
        )
    if not content["lines"]:
        said.append("No hay pedidos pendientes de esta comunidad.")
    return " ".join([*said, closing])


def _request(line: Mapping[str, Any]) -> str:
    since = f" desde el {aloud.day(date.fromisoformat(line['since']))}" if line["since"] else ""
    then = (
        f" Próxima fecha: {aloud.day(date.fromisoformat(line['next_on']), year=False)}."
        if line["next_on"]
        else ""
    )
    if line["who"] == return_lines.NOBODY:
        return f"{line['title']}: todavía no lo tiene nadie; {first(line['what'])}.{then}"
    return f"{line['title']}: lo tiene {line['who']}{since}; {first(line['what'])}.{then}"


def first(text: str) -> str:
    """The first sentence of a text, without its full stop."""
    return text.split(". ", maxsplit=1)[0].rstrip(".")


def plain(text: str) -> str:
    """A text whose codes and figures are words: A-2027-03 is ``tres de dos mil veintisiete``."""
    text = _CODE.sub(lambda m: f"{aloud.number(int(m[2]))} de {aloud.number(int(m[1]))}", text)
    text = text.replace("S/\N{NO-BREAK SPACE}", "").replace("S/ ", "").replace(" %", " por ciento")
    return _DIGITS.sub(_figure, text)


def _figure(found: re.Match[str]) -> str:
    digits = found[0].partition(".")[0].replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
    return aloud.number(int(digits)) if int(digits) < aloud.MOST else found[0]


def _words(text: str) -> int:
    return len(text.split())
