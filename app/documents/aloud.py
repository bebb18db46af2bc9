"""Numbers, days and money in Spanish words, for a text that is read aloud."""

from datetime import date

_BELOW = (
    *("cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"),
    *("diez", "once", "doce", "trece", "catorce", "quince", "dieciséis", "diecisiete"),
    *("dieciocho", "diecinueve", "veinte", "veintiuno", "veintidós", "veintitrés"),
    *("veinticuatro", "veinticinco", "veintiséis", "veintisiete", "veintiocho", "veintinueve"),
)
_TENS = ("treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa")
_HUNDREDS = (
    *("ciento", "doscientos", "trescientos", "cuatrocientos", "quinientos", "seiscientos"),
    *("setecientos", "ochocientos", "novecientos"),
)
MONTHS = (
    *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
    *("julio", "agosto", "setiembre", "octubre", "noviembre", "diciembre"),
)
MOST = 10**12


def number(n: int) -> str:
    """A whole number from 0 to 999,999,999,999, as it is counted: ``veintiuno``.

    Raises
    ------
    ValueError
        It is outside.
    """
    if not 0 <= n < MOST:
        raise ValueError(f"cannot be read aloud: {n}")
    millions, rest = divmod(n, 1_000_000)
    thousands, below = divmod(rest, 1_000)
    parts = []
    if millions:
        parts.append("un millón" if millions == 1 else f"{before_noun(millions)} millones")
    if thousands:
        parts.append("mil" if thousands == 1 else f"{before_noun(thousands)} mil")
    if below or not parts:
        parts.append(_hundreds(below))
    return " ".join(parts)


def _hundreds(n: int) -> str:
    if n == 100:
        return "cien"
    above, below = divmod(n, 100)
    parts = [_HUNDREDS[above - 1]] if above else []
    if below or not above:
        parts.append(_tens(below))
    return " ".join(parts)


def _tens(n: int) -> str:
    if n < len(_BELOW):
        return _BELOW[n]
    ten, one = divmod(n, 10)
    return _TENS[ten - 3] + (f" y {_BELOW[one]}" if one else "")


def before_noun(n: int) -> str:
    """The same before a masculine noun: ``veintiún``, ``treinta y un``."""
    said = number(n)
    if said.endswith("veintiuno"):
        return said.removesuffix("veintiuno") + "veintiún"
    return said.removesuffix("uno") + "un" if said.endswith("uno") else said


def day(when: date, *, year: bool = True) -> str:
    """``tres de marzo de dos mil veintisiete``; the first is ``primero``."""
    first = "primero" if when.day == 1 else number(when.day)
    said = f"{first} de {MONTHS[when.month - 1]}"
    return f"{said} de {number(when.year)}" if year else said


def soles(cents: int) -> str:
    """``doce mil quinientos soles``; of céntimos nothing is said aloud."""
    whole = round(cents / 100)
    of = " de" if whole and whole % 1_000_000 == 0 else ""
    return "un sol" if whole == 1 else f"{before_noun(whole)}{of} soles"
