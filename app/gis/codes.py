"""UBIGEO and populated-place codes: cleaned, and followed through their changes.

UBIGEO (INEI) is text of 6 digits: 2 department, 2 province, 2 district; a place has 10, the
last 4 its own. Spreadsheets read them as numbers and eat the leading zero of the departments
01 to 09: that is mended and said. Source of the rule: INEI, Ubicación Geográfica.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from app.errors import Invalid
from app.gis.notices import Notice, notice

DISTRICT = 6
PLACE = 10
_LEVELS = {"0000": "region", "00": "province"}
_NAMES = {2: "de región", 4: "de provincia", DISTRICT: "UBIGEO", PLACE: "de centro poblado"}
_WHOLE_FLOAT = re.compile(r"(\d+)[.,]0+")
_SCIENTIFIC = re.compile(r"\d([.,]\d+)?E\+?\d+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Code:
    """A clean code and what had to be done to it."""

    value: str
    notices: tuple[Notice, ...] = ()


def ubigeo(text: str, *, field: str = "ubigeo") -> Code:
    """The 6 digits of a UBIGEO, whatever a spreadsheet made of it.

    Raises
    ------
    Invalid
        It is empty or is no code (``000nan``, letters, a wrong length, department 00 or
        over 25); the refusal names ``field``.
    """
    return _clean(text, DISTRICT, field)


def place_code(text: str, *, field: str = "codigo") -> Code:
    """The 10 digits of a populated place (6 of its district and 4 of its own)."""
    return _clean(text, PLACE, field)


def _clean(text: str, digits: int, field: str) -> Code:
    raw = text.strip().strip("'").strip()
    float_text = _WHOLE_FLOAT.fullmatch(raw)
    bare = float_text[1] if float_text else raw
    if not (bare.isascii() and bare.isdigit()):
        raise _refusal(raw, digits, field)
    notices = []
    if len(bare) == digits - 1:
        bare = f"0{bare}"
        notices.append(
            notice("El código {raw} perdió su cero: se leyó como {code}.", raw=raw, code=bare)
        )
    elif float_text:
        notices.append(
            notice("El código {raw} venía como número: se leyó {code}.", raw=raw, code=bare)
        )
    if len(bare) != digits or not "01" <= bare[:2] <= "25":
        raise _refusal(raw, digits, field)
    return Code(bare, tuple(notices))


def _refusal(raw: str, digits: int, field: str) -> Invalid:
    if not raw:
        message = "Falta el código {name}."
    elif _SCIENTIFIC.fullmatch(raw):
        message = "«{value}»: la hoja de cálculo cambió el código {name} por un número corto."
    else:
        message = "«{value}» no es un código {name}."
    return Invalid(
        message,
        remedy="Son {digits} cifras, con el cero adelante (como {example}); dé formato de texto "
        "a la columna.".format(digits=digits, example="0501010001"[:digits]),
        field=field,
        value=raw[:40],
        name=_NAMES[digits],
    )


def level(code: str) -> str:
    """``region``, ``province``, ``district`` or ``place`` of a clean code.

    Tables of provinces and regions write ``050100`` and ``050000``: the zeros say the level.
    """
    if len(code) in (2, 4):
        return "region" if len(code) == 2 else "province"
    if len(code) == PLACE:
        return "place"
    return next((name for zeros, name in _LEVELS.items() if code.endswith(zeros)), "district")


def short(code: str) -> str:
    """``05`` for a region written ``050000``, ``0501`` for a province, else the code itself."""
    if len(code) != DISTRICT:
        return code
    return {"region": code[:2], "province": code[:4]}.get(level(code), code)


def parent(code: str) -> str | None:
    """Code of the place above: 10 digits to 6, 6 to 4, 4 to 2; ``None`` for a region."""
    cut = {PLACE: 6, DISTRICT: 4, 4: 2}.get(len(code))
    return code[:cut] if cut else None


def matched(
    code: str, known: Collection[str], changes: Mapping[str, str], *, field: str = "ubigeo"
) -> Code:
    """The code as it stands today.

    Parameters
    ----------
    code
        Clean, from ``ubigeo`` or ``place_code``.
    known
        Codes in force.
    changes
        Old code to new code; followed as far as it leads.
    field
        The column that the refusal names.

    Raises
    ------
    Invalid
        The code is not in force and no change leads from it to one that is.
    """
    if code in known:
        return Code(code)
    seen, now = {code}, code
    while now in changes and changes[now] not in seen:
        now = changes[now]
        seen.add(now)
        if now in known:
            return Code(
                now, (notice("El código {old} hoy es {new}: se cambió.", old=code, new=now),)
            )
    raise Invalid(
        "El código {code} no existe o ya no está en uso.",
        remedy="Revise el código, o cargue primero los límites o la tabla de cambios que lo trae.",
        field=field,
        code=code,
    )
