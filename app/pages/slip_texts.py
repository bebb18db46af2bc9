"""What market-day slips say, in full for paper and in 160 plain letters for a telephone."""

import unicodedata
from collections.abc import Mapping

from app.documents.slips import Line
from app.documents.slips import Slip as PaperSlip
from app.operations.slips import Bundle, Slip
from app.pages import look
from app.pages.language import N_, say

LONGEST = 160  # letters of one message where all are of the 7-bit alphabet of GSM 03.38
STATES = {
    "sent": N_("recibida, en revisión"),
    "returned": N_("devuelta"),
    "approved": N_("aprobada"),
    "locked": N_("aprobada"),
    "open": N_("recibida, por resolver"),
}
SUMMARY = (
    ("approved", N_("Aprobadas: {n}.")),
    ("returned", N_("Devueltas: {n}.")),
    ("sent", N_("En revisión: {n}.")),
    ("open", N_("Por resolver: {n}.")),
)
MOST_INDICATORS = 4

Titles = Mapping[str, look.Words]


def plain(text: str) -> str:
    """The text in letters that every telephone sends as one each: without accents, ñ as n."""
    spread = unicodedata.normalize("NFKD", text)
    return "".join(c for c in spread if " " <= c <= "~" and c not in "[\\]^{|}~`")


def cut(text: str, longest: int = LONGEST) -> str:
    """At most so many letters, ending at a word."""
    if len(text) <= longest:
        return text
    kept = text[: longest - 3]
    return (kept.rpartition(" ")[0] or kept).rstrip(" ,;:.") + "..."


def summary(bundle: Bundle, lang: str) -> str:
    """How many arrived, and how many of them stand how."""
    tally = bundle.tally
    told = [say(lang, words, n=tally[state]) for state, words in SUMMARY if tally[state]]
    return " ".join([say(lang, N_("Fichas recibidas: {n}."), n=len(bundle.slips)), *told])


def counted(slip: Slip, lang: str) -> str:
    """The indicators in which it counts, the first few by name; empty where in none."""
    asked = [each for each in slip.indicators if each.n]  # of nobody nothing was counted
    names = [
        f"{each.en if lang == 'en' and each.en else each.es} {each.x}/{each.n}"
        for each in asked[:MOST_INDICATORS]
    ]
    if not names:
        return ""
    more = len(asked) - len(names)
    rest = say(lang, N_(" y {n} más"), n=more) if more > 0 else ""
    return say(lang, N_("Cuenta en: {names}"), names="; ".join(names)) + rest


def messages(bundle: Bundle, titles: Titles, lang: str) -> list[str]:
    """Messages for a telephone: the count of all, then one for each that has news to tell."""
    head = f"SISMUNI {bundle.name}: "
    told = [head + summary(bundle, lang)]
    for slip in bundle.slips:
        title = look.label(titles.get(slip.instrument, slip.instrument), lang)
        state = say(lang, STATES.get(slip.state, slip.state))
        if slip.state == "returned":
            told.append(f"{head}{title} {slip.number} {state}: {slip.reason}")
        elif said := counted(slip, lang):
            told.append(f"{head}{title} {slip.number} {state}. {said}")
    return [cut(plain(text)) for text in told]


def on_paper(bundle: Bundle, place: str, titles: Titles, lang: str) -> PaperSlip:
    """The slip of a community."""
    lines = []
    for slip in bundle.slips:
        reason = say(lang, N_("Razón: {reason}"), reason=slip.reason) if slip.reason else ""
        notes = tuple(note for note in (reason, counted(slip, lang)) if note)
        lines.append(
            Line(
                look.label(titles.get(slip.instrument, slip.instrument), lang),
                slip.number,
                look.day(slip.at, lang),
                say(lang, STATES.get(slip.state, slip.state)),
                notes,
            )
        )
    foot = say(lang, N_("Lo devuelto se corrige y se envía otra vez; no se llena de nuevo."))
    return PaperSlip(bundle.name, place, summary(bundle, lang), tuple(lines), foot)
