"""Agreements as their pages show them: cards of the board, and one whole."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from app.operations import agreement_news, agreements, standing
from app.operations.agreement_news import News
from app.operations.expectations import Card
from app.pages import look
from app.pages.budget_lines import AGREED, year_href
from app.pages.language import N_
from app.pages.need_lines import community_href, need_href, root
from app.pages.wording import Words
from app.planning import works as rules
from app.planning.before_after import Pairs, Verdict, bare
from app.planning.reasons import Reason
from app.records.places import Where
from app.records.proposals import Agreement, Proposal
from app.records.works import Effort, Finding
from app.store.sessions import Reading

ORIGINS = {
    "voting": N_("de la votación"),
    "merit": N_("de la evaluación"),
    "imported": N_("de la hoja de años anteriores"),
    "entered": N_("anotado a mano"),
}
VERDICTS = {
    "conforming": (N_("conforme"), "good"),
    "observed": (N_("con observaciones"), "warn"),
    "not_conforming": (N_("no conforme"), "bad"),
}
EFFORTS = {
    "labour": N_("Faena"),
    "cofinancing": N_("Cofinanciamiento"),
    "materials": N_("Materiales"),
    "maintenance": N_("Mantenimiento"),
}
WORDS = {
    "improved": (N_("mejoró"), "good"),
    "same": (N_("igual"), ""),
    "worsened": (N_("empeoró"), "bad"),
    "unknown": (N_("no se puede saber"), "warn"),
}
MONEY = (
    ("pim", N_("PIM")),
    ("certified", N_("Certificado")),
    ("accrued", N_("Devengado")),
    ("paid", N_("Pagado")),
)
PRESSING = ("not_conforming", "oversight_against", "late_milestone", "money_still", "stopped")


def href(where: Where, row: Agreement) -> str:
    """The address of an agreement; it is printed and never changes."""
    return f"{root(where)}/seguimiento/{row.fiscal_year}/{row.number}"


def reason(words: Words, told: Reason) -> str:
    """A sentence, its days as people write them."""
    numbers = dict(told.numbers)
    if "opens" in numbers:
        day = date.fromisoformat(str(numbers["opens"]))
        numbers["opens"] = look.long_day(day, words.lang)
    return words.reason(replace(told, numbers=numbers))


def card(words: Words, where: Where, row: Agreement, told: News, day: date) -> dict[str, Any]:
    """An agreement on the board, and at the head of its page."""
    word, kind = AGREED.get(row.state, (row.state, ""))
    money = told.money
    needs = rules.attention(agreement_news.facts(row, told), day)
    stale = rules.stale(row.state, row.updated_on, day)
    return {
        "code": agreements.code_of(row),
        "href": href(where, row),
        "title": row.title,
        "year": row.fiscal_year,
        "number": row.number,
        "state_code": row.state,
        "state": words.say(word),
        "look": "" if stale else kind,
        "stale": stale,
        "origin": words.say(ORIGINS.get(row.origin, row.origin)),
        "communities": [
            {"name": each.name, "code": each.code, "href": community_href(where, each.code)}
            for each in told.served
        ],
        "cents": row.cents,
        "accrued": money.accrued,
        "share": part(money.accrued, row.cents),
        "delivered_on": row.delivered_on,
        "conforming_on": told.conforming_on,
        "oversight": verdict(words, told.oversight),
        "attention": [reason(words, each) for each in needs],
        "pressing": any(each.code in PRESSING for each in needs),
        "updated": row.updated_on,
        "note": row.note,
        "revision": row.revision,
    }


def part(cents: int | None, whole: int | None) -> float | None:
    """One amount as a part of another, at most all of it; None where one is not known."""
    return min(1.0, cents / whole) if cents is not None and whole else None


def verdict(words: Words, found: Finding | None) -> dict[str, Any] | None:
    """A finding in one word with its day."""
    if found is None:
        return None
    word, kind = VERDICTS[found.verdict]
    return {"word": words.say(word), "look": kind, "on": found.on_day, "text": found.text}


def money(words: Words, row: Agreement, told: News) -> dict[str, Any]:
    """The four amounts as bars of one scale, and every reading, the newest first."""
    now = told.money
    amounts = [row.cents, *(getattr(now, name) for name, _ in MONEY)]
    most = max((each for each in amounts if each is not None), default=0) or 1
    bars = [(words.say(N_("Acordado")), row.cents, "f2")]
    bars += [(words.say(word), getattr(now, name), "f1") for name, word in MONEY]
    last = told.lines[-1] if told.lines else None
    return {
        "bars": [
            {"name": name, "cents": cents, "share": part(cents, most), "look": shade}
            for name, cents, shade in bars
        ],
        "on": last.on_day if last else None,
        "source": next((line.source for line in reversed(told.lines) if line.source), row.source),
        "advice": [reason(words, each) for each in rules.money_advice(now, row.cents)],
        "readings": [
            {
                "on": line.on_day,
                **{name: getattr(line, f"{name}_cents") for name, _ in MONEY},
                "note": line.note,
            }
            for line in reversed(told.lines)
        ],
    }


def milestones(
    where: Where, row: Agreement, told: News, day: date, *, inside: bool
) -> list[dict[str, Any]]:
    """What is to be reached, with the photographs that whoever asks may see."""
    here = href(where, row)
    return [
        {
            "uuid": str(mark.uuid),
            "title": mark.title,
            "due": mark.due_on,
            "reached": mark.reached_on,
            "late": not mark.struck
            and rules.Due(mark.title, mark.due_on, mark.reached_on).late(day)
            and row.state in rules.OPEN,
            "note": mark.note,
            "struck": mark.struck,
            "photos": [
                {
                    "href": f"{here}/fotos/{photo.sha256}",
                    "caption": photo.caption or mark.title,
                    "public": photo.public,
                }
                for photo in told.photos
                if photo.milestone_id == mark.id and (inside or photo.public)
            ],
        }
        for mark in told.milestones
    ]


def conformity(words: Words, where: Where, row: Agreement, told: News) -> list[dict[str, Any]]:
    """What each community served says; None as its word where it said nothing yet."""
    said = told.words
    here = f"seguimiento/{row.fiscal_year}/{row.number}/conformidad"
    found = [
        {
            "community": each.name,
            "code": each.code,
            "href": community_href(where, each.code),
            "said": verdict(words, said.get(each.id)),
            "action": f"{community_href(where, each.code)}/{here}",
        }
        for each in told.served
    ]
    if not found and None in said:
        found = [{"community": "", "code": "", "href": "", "said": verdict(words, said[None]),
                  "action": ""}]  # fmt: skip
    return found


def efforts(words: Words, told: News, *, inside: bool) -> dict[str, Any]:
    """The ledger of efforts by kind, promised and given; who gave it is not for the public."""
    standing_ = [each for each in told.efforts if not each.struck]
    return {
        "lines": [_effort(words, each, inside=inside) for each in reversed(told.efforts)],
        "sums": [
            {
                "kind": words.say(EFFORTS[kind]),
                "promised": _sum(words, [e for e in standing_ if e.kind == kind and e.promised]),
                "given": _sum(words, [e for e in standing_ if e.kind == kind and not e.promised]),
            }
            for kind in EFFORTS
            if any(each.kind == kind for each in standing_)
        ],
    }


def _effort(words: Words, row: Effort, *, inside: bool) -> dict[str, Any]:
    return {
        "uuid": str(row.uuid),
        "kind": words.say(EFFORTS[row.kind]),
        "promised": row.promised,
        "who": row.who if inside else "",
        "much": _sum(words, [row]),
        "on": row.on_day,
        "note": row.note if inside else "",
        "struck": row.struck,
    }


def _sum(words: Words, rows: Sequence[Effort]) -> str:
    """``120 jornadas de 30 personas, S/ 4 800``; a dash of nothing."""
    days = sum(e.days or 0 for e in rows)
    people = max((e.people or 0 for e in rows), default=0)
    cents = sum(e.cents or 0 for e in rows)
    parts = []
    if days:
        parts.append(words.counted(N_("{n} jornada"), N_("{n} jornadas"), days))
    if people:
        parts.append(words.counted(N_("{n} persona"), N_("{n} personas"), people))
    if cents:
        parts.append(look.soles(cents, words.lang, 0))
    return ", ".join(parts) or "—"


def before_after(words: Words, found: Card, *, inside: bool) -> dict[str, Any]:
    """The card of before and after; the public gets its word without the counts."""
    told, shut = found.verdict, found.shut
    stated = found.stated
    word, kind = WORDS[told.word] if told else ("", "")
    says = told.reason if told and inside else bare(told) if told else shut
    better = found.indicator.direction if found.indicator else "up"
    return {
        "indicator": words.need(found.indicator.code) if found.indicator else "",
        "code": found.indicator.code if found.indicator else "",
        "stated": _stated(words, stated) if stated else None,
        "open": told is not None,
        "word": words.say(word) if word else "",
        "look": kind,
        "sentence": reason(words, says) if says else "",
        "rounds": found.rounds,
        "missing": found.missing,
        "served": _pairs(told.pairs) if told and inside and told.pairs.n else None,
        "beside": _pairs(told.beside) if told and inside and told.beside else None,
        "low": told.interval.low if told and told.interval and inside else None,
        "high": told.interval.high if told and told.interval and inside else None,
        "returns": _returns(told, better) if told and inside else None,
    }


def _returns(told: Verdict, direction: str) -> float | None:
    """The improvement that was to be expected by itself, from half a point on."""
    by_itself = (told.returns or 0.0) * (1 if direction == "up" else -1)
    return by_itself if by_itself >= 0.005 else None


def _stated(words: Words, stated: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "before": stated["x"] / stated["n"] if stated["n"] else None,
        "basis": look.of(stated["x"], stated["n"], words.lang) if stated["n"] else "",
        "to": stated["to"],
        "on": date.fromisoformat(stated["stated_on"]),
        "by_goal": stated["by"] == "goal",
        "words": stated["words"],
        "earlier": [
            {**each, "on": date.fromisoformat(each["stated_on"])} for each in stated["before"]
        ],
    }


def _pairs(pairs: Pairs) -> dict[str, Any]:
    return {
        "n": pairs.n,
        "before": pairs.before.share,
        "after": pairs.after.share,
        "before_x": pairs.before.x,
        "after_x": pairs.after.x,
    }


def links(session: Reading, words: Words, where: Where, row: Agreement) -> list[dict[str, str]]:
    """The ways back: proposal, result and need."""
    found = []
    proposal = session.get(Proposal, row.proposal_id) if row.proposal_id is not None else None
    if proposal is not None:
        base = year_href(where, proposal.fiscal_year)
        found.append(
            {
                "what": words.say(N_("Propuesta")),
                "text": proposal.title,
                "href": f"{base}/propuestas/{proposal.number}",
            }
        )
        found.append(
            {
                "what": words.say(N_("Resultado")),
                "text": words.say(N_("Presupuesto {year}"), year=proposal.fiscal_year),
                "href": f"{base}/resultado",
            }
        )
    if row.need:
        found.append(
            {
                "what": words.say(N_("Necesidad")),
                "text": words.need(row.need),
                "href": need_href(where, row.need),
            }
        )
    return found


def indicators(session: Reading, where: Where, words: Words) -> list[tuple[str, str]]:
    """Every indicator of the catalogue, to choose what an agreement should change."""
    found = standing.indicators(session, where)
    return sorted(((code, words.need(code)) for code in found), key=lambda pair: pair[1].casefold())
