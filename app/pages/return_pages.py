"""Return sheets as pages and papers show them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from app.documents.return_sheet import Page, Row
from app.http.gate import Passage
from app.operations import acta_words, return_texts, returns
from app.operations.returns import Occasion, Said, State
from app.pages import look
from app.pages.language import N_
from app.pages.need_lines import community_href
from app.pages.wording import Words
from app.planning.chains import Ref
from app.records.places import Where
from app.records.returns import ReturnReply, ReturnSheet
from app.store.sessions import Reading

ORDINALS = ("primer", "segundo", "tercer", "cuarto")


def about(occasion: Occasion) -> str:
    """An occasion in Spanish, as a paper says it."""
    if occasion.kind != "quarter":
        return occasion.about
    year, _, turn = occasion.about.partition("-T")
    return f"{ORDINALS[int(turn) - 1]} trimestre de {year}"


def key(occasion: Occasion) -> str:
    """How a form names an occasion."""
    return f"{occasion.kind}|{occasion.about}"


def of_key(text: str) -> Occasion:
    """The occasion that a form names."""
    kind, _, told = text.partition("|")
    return Occasion(kind, told)


def long_day(text: str | None) -> str:
    """A day of a sheet's content as a paper says it."""
    if not text:
        return ""
    day = date.fromisoformat(text)
    return f"{day.day} de {acta_words.MONTHS[day.month - 1]} de {day.year}"


def short_day(text: str | None) -> str:
    """A day in a narrow column."""
    return look.day(date.fromisoformat(text), "es") if text else ""


def paper(sheet: ReturnSheet, site: str, community: str) -> Page:
    """A sheet as it is printed; ``community`` is its code."""
    content, district = sheet.content, sheet.content["district"]
    path = f"/comunidades/{community}/retorno"
    return Page(
        over=f"Municipalidad Distrital de {district}",
        community=content["community"],
        number=content["number"],
        about=about(Occasion(sheet.occasion, sheet.about)),
        day=long_day(content["on"]),
        own=tuple(content["own"]),
        rows=tuple(
            Row(
                line["number"],
                line["title"],
                line["who"][:1].upper() + line["who"][1:],
                line["what"][:1].upper() + line["what"][1:],
                short_day(line["since"]) or "no se anotó",
                short_day(line["next_on"]) or "se dirá en la próxima hoja",
            )
            for line in content["lines"]
        ),
        back=long_day(content["next_sheet"]),
        address=f"{site}{path}",
        digest=sheet.digest,
    )


def loudspeaker(sheets: Sequence[ReturnSheet]) -> str:
    """The loudspeaker texts of several sheets, one under the other."""
    return (
        "\n\n".join(
            f"{sheet.content['number']} · {sheet.content['community']}\n"
            f"{return_texts.loudspeaker(sheet.content)}"
            for sheet in sheets
        )
        + "\n"
    )


def row(words: Words, where: Where, state: State, day: date) -> dict[str, Any]:
    """A community in the district's list."""
    word, kind = answer(words, state.reply)
    if state.sheet is None:
        word, kind = "", ""
    return {
        "name": state.name,
        "href": f"{community_href(where, state.code)}/retorno",
        "number": returns.code_of(state.sheet) if state.sheet else "",
        "on": state.sheet.on_day if state.sheet else None,
        "answer": word,
        "look": kind,
        "text": state.reply.text if state.reply else "",
        "days": (day - state.sheet.on_day).days
        if state.sheet is not None and state.reply is None
        else None,
        "overdue": returns.overdue(state, day),
    }


def answer(words: Words, reply: ReturnReply | None) -> tuple[str, str]:
    """What a slip said, and how its chip looks."""
    if reply is None:
        return words.say(N_("falta el talón")), "warn"
    if reply.conforming:
        return words.say(N_("conforme")), "good"
    return words.say(N_("no conforme")), "bad"


def said_by(
    session: Reading, passage: Passage, words: Words, refs: Sequence[Ref]
) -> dict[Ref, list[dict[str, Any]]]:
    """What communities said of things on their slips, for whoever may read return sheets."""
    if not refs or not passage.may("returns", "read"):
        return {}
    named = {f"{kind}:{code}": (kind, code) for kind, code in refs}
    told = returns.said_of(session, passage.where, list(named))
    return {
        named[key]: [_said(passage.where, words, each) for each in found]
        for key, found in told.items()
    }


def said(session: Reading, passage: Passage, words: Words, ref: Ref) -> list[dict[str, Any]]:
    """What communities said of one thing."""
    return said_by(session, passage, words, [ref]).get(ref, [])


def _said(where: Where, words: Words, each: Said) -> dict[str, Any]:
    word, look_ = answer(words, each.reply)
    return {
        "community": each.community,
        "href": f"{community_href(where, each.code)}/retorno",
        "sheet": each.sheet,
        "answer": word,
        "look": look_,
        "text": each.reply.text,
        "on": each.reply.on_day,
    }
