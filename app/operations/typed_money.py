"""Money as people type it, on a page or in a sheet, in integer céntimos."""

import re

from app.errors import Invalid
from app.planning.reasons import grouped

_TYPED = re.compile(r"\d{1,3}(?:[ .,]\d{3})*(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?")
LONGEST = 40  # signs; no number of thousands of digits is ever read
MOST = 10**13  # a hundred thousand million soles: over it somebody slipped


def cents(typed: str, field: str) -> int | None:
    """Céntimos of ``12 500,50``, ``12,500.50``, ``12500`` or ``S/ 12.500``; None of nothing.

    Three figures behind a separator are thousands, one or two are céntimos: nobody writes
    thousandths of a sol.

    Raises
    ------
    Invalid
        It is no amount of money.
    """
    text = re.sub(r"[\s\u00a0\u202f]+", " ", typed).strip()
    text = re.sub(r"^S/\.?\s*", "", text, flags=re.IGNORECASE)
    if not text:
        return None
    if len(text) > LONGEST or not _TYPED.fullmatch(text):
        raise _refused(typed, field)
    whole, tail = text, ""
    if found := re.fullmatch(r"(.*?)[.,](\d{1,2})", text):
        whole, tail = found[1], found[2]
    amount = int(re.sub(r"\D", "", whole)) * 100 + int((tail + "00")[:2])
    if amount > MOST:
        raise _refused(typed, field)
    return amount


def _refused(typed: str, field: str) -> Invalid:
    return Invalid(
        "«{typed}» no es un monto en soles.",
        remedy="Escriba solo la cifra, como 12500 o {grouped}.",
        field=field,
        typed=typed[:40],
        grouped=f"{grouped(12_500)},50",
    )
