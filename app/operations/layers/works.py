"""What was agreed of the budget: works with their state and money, and money per person.

An agreement without a place of its own stands at the communities that it serves. Its money is
what was agreed; what several communities share is divided by their people. A dropped agreement
counts for nobody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry
from sqlmodel import col

from app.capture.fields import Text
from app.gis.classes import COOL, Method, of_values
from app.operations import agreement_news, agreements, standing
from app.operations.agreement_news import News
from app.operations.layers import words
from app.operations.layers.declared import Asked, Mark, Told, Value
from app.operations.layers.ground import communities
from app.operations.remembered import remembered
from app.planning import works as rules
from app.records.proposals import Agreement, Proposal
from app.store.sessions import Reading, columns
from app.store.spatial import from_column

FIRST = 5

STATES = {
    "agreed": Text("acordado", "agreed"),
    "procured": Text("en contratación", "being procured"),
    "works": Text("en obra", "works under way"),
    "stopped": Text("parado", "stopped"),
    "delivered": Text("entregado", "handed over"),
    "dropped": Text("dejado sin efecto", "dropped"),
}
_STATE = Text("Estado", "State")
_AGREED = Text("Se acordó", "Agreed")
_ACCRUED = Text("Devengado", "Accrued")
_SERVES = Text("Sirve a", "Serves")
_PER_PERSON = Text("Por persona servida", "A person served")
_NEWS = Text("Última noticia", "Last news")
_STALE = Text("hace más de 90 días", "more than 90 days ago")
_NEVER = Text("ninguna", "none")
_ONE = Text("{n} acuerdo del presupuesto.", "{n} agreement of the budget.")
_MANY = Text("{n} acuerdos del presupuesto: {states}.", "{n} agreements of the budget: {states}.")
_PLACED = Text(
    "Un acuerdo sin lugar propio se dibuja en las comunidades a las que sirve.",
    "An agreement without a place of its own is drawn at the communities that it serves.",
)
_TITLE = Text("Dinero acordado por persona", "Money agreed per person")
_UNIT = Text("soles por persona", "soles per person")
_EACH = Text("{money} por persona", "{money} per person")
_NOTHING = Text("ningún acuerdo la sirve", "no agreement serves it")
_UNCOUNTED = Text("no se sabe cuántas personas viven ahí", "how many people live there is unknown")
_WORKS = Text("Acuerdos que la sirven", "Agreements that serve it")
_SINCE = Text("Desde el año {year}", "Since {year}")
_SENTENCE = Text(
    "{served} de {all} comunidades tienen algún acuerdo; a {none} no las sirve ninguno.",
    "{served} of {all} communities have some agreement; {none} are served by none.",
)
_NONE_YET = Text("Todavía no hay acuerdos con monto.", "There are no agreements with money yet.")
_NOTE = Text(
    "Lo acordado, repartido entre las personas de las comunidades a las que sirve cada acuerdo; "
    "sin los dejados sin efecto.",
    "What was agreed, divided among the people of the communities that each agreement serves; "
    "without those dropped.",
)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The agreements of a district with their news, and the people of its communities."""

    rows: Sequence[Agreement]
    news: Mapping[int, News]
    people: Mapping[str, int | None]
    places: Mapping[int, BaseGeometry]

    def per_person(self, row: Agreement) -> float | None:
        """Céntimos a person whom it serves; None where the people or the money are unknown."""
        served = [self.people.get(place.code) for place in self.news[row.id].served]
        known = [people for people in served if people]
        if row.cents is None or not known or len(known) < len(served):
            return None
        return row.cents / sum(known)


def marks(session: Reading, asked: Asked) -> Sequence[Mark]:
    """Every agreement, the newest year first."""
    key = ("layer works", asked.where.place_id, asked.day, asked.lang)
    return remembered(session, asked.where, key, lambda: _marks(session, asked))


def _marks(session: Reading, asked: Asked) -> tuple[Mark, ...]:
    found = ledger(session, asked)
    points = {mark.code: mark.shape for mark in communities(session, asked)}
    return tuple(_mark(found, row, points, asked) for row in found.rows)


def ledger(session: Reading, asked: Asked) -> Ledger:
    """What the layers of works are made from."""
    key = ("layer ledger", asked.where.place_id, asked.day)
    return remembered(session, asked.where, key, lambda: _ledger(session, asked))


def _ledger(session: Reading, asked: Asked) -> Ledger:
    rows = agreements.listed(session, asked.where)
    found = standing.of_place(session, asked.where, asked.day)
    wanted = [row.proposal_id for row in rows if row.proposal_id is not None]
    shapes = session.rows(
        columns(Proposal.id, Proposal.geom).where(
            col(Proposal.id).in_(wanted), col(Proposal.geom).is_not(None)
        )
    )
    return Ledger(
        rows,
        agreement_news.of_all(session, rows),
        {member.code: member.people for member in found.members},
        {key: shape for key, geom in shapes if (shape := from_column(geom)) is not None},
    )


def _mark(
    found: Ledger, row: Agreement, points: Mapping[str, BaseGeometry | None], asked: Asked
) -> Mark:
    lang, news = asked.lang, found.news[row.id]
    served = news.served
    lines = [(_STATE.of(lang), state_of(row, lang))]
    for label, cents in ((_AGREED, row.cents), (_ACCRUED, news.money.accrued)):
        if cents is not None:
            lines.append((label.of(lang), words.soles(cents, lang)))
    each = found.per_person(row)
    if each is not None and not asked.public:
        lines.append((_PER_PERSON.of(lang), words.soles(round(each), lang)))
    if served:
        names = words.listing([place.name for place in served], lang)
        lines.append((_SERVES.of(lang), names))
    if rules.stale(row.state, row.updated_on, asked.day):
        lines.append((_NEWS.of(lang), (_STALE if row.updated_on else _NEVER).of(lang)))
    people = [found.people.get(place.code) or 0 for place in served]
    return Mark(
        str(row.uuid),
        f"{agreements.code_of(row)}: {row.title}",
        found.places.get(row.proposal_id or 0) or _at([points.get(p.code) for p in served]),
        f"/d/{asked.where.code}/seguimiento/{row.fiscal_year}/{row.number}",
        Value(people=sum(people) or None, lines=tuple(lines)),
    )


def state_of(row: Agreement, lang: str) -> str:
    """The state of an agreement in words; one of an older time as it was written."""
    return STATES[row.state].of(lang) if row.state in STATES else row.state


def _at(points: Sequence[BaseGeometry | None]) -> BaseGeometry | None:
    known = [point for point in points if point is not None]
    return shapely.union_all(known) if known else None


def tell_marks(session: Reading, asked: Asked, marks: Sequence[Mark]) -> Told:
    """How many there are, and in which states."""
    lang = asked.lang
    rows = ledger(session, asked).rows
    times: dict[str, int] = {}
    for row in rows:
        times[row.state] = times.get(row.state, 0) + 1
    often = sorted(times, key=lambda state: (-times[state], state))
    states = [f"{STATES[s].of(lang) if s in STATES else s} ({times[s]})" for s in often]
    said = words.some(_ONE, _MANY, len(rows), lang, states=words.listing(states, lang))
    return Told(
        "",
        {},
        words.num(len(marks), lang),
        said,
        on=max((row.updated_on for row in rows if row.updated_on), default=None),
        note=_PLACED.of(lang),
    )


def tell_money(session: Reading, asked: Asked, marks: Sequence[Mark]) -> Told:
    """Communities by what was agreed for each of their people, those with least first."""
    lang = asked.lang
    found = ledger(session, asked)
    each, titles = _by_community(found)
    values = {mark.code: _value(found, mark.code, (each, titles), lang) for mark in marks}
    known = {code: value.value for code, value in values.items() if value.value is not None}
    served = sum(1 for value in known.values() if value)
    least = sorted(known, key=lambda code: (known[code] or 0, -(found.people[code] or 0), code))
    said = words.say(_SENTENCE, lang, served=served, all=len(marks), none=len(marks) - len(each))
    return Told(
        title=_TITLE.of(lang),
        values=values,
        n=words.of_all(len(known), len(marks), lang),
        sentence=said if each else _NONE_YET.of(lang),
        unit=_UNIT.of(lang),
        classes=of_values(
            known.values(),
            Method.NATURAL,
            unit=_UNIT.of(lang),
            ramp=COOL,
            wording=words.wording(lang),
        )
        if each
        else None,
        on=max((row.updated_on for row in found.rows if row.updated_on), default=None),
        note=_NOTE.of(lang),
        first=tuple(least[:FIRST]) if each else (),
    )


def _by_community(found: Ledger) -> tuple[dict[str, float], dict[str, list[str]]]:
    """Céntimos a person of each community served, and the agreements behind them."""
    each: dict[str, float] = {}
    titles: dict[str, list[str]] = {}
    for row in found.rows:
        share = found.per_person(row)
        if row.state == "dropped":
            continue
        for place in found.news[row.id].served:
            titles.setdefault(place.code, []).append(agreements.code_of(row))
            if share is not None:
                each[place.code] = each.get(place.code, 0.0) + share
    return each, titles


def _value(
    found: Ledger,
    code: str,
    told: tuple[Mapping[str, float], Mapping[str, Sequence[str]]],
    lang: str,
) -> Value:
    each, titles = told
    people = found.people.get(code)
    served = titles.get(code, ())
    lines = ((_WORKS.of(lang), words.listing(served, lang)),) if served else ()
    if code not in each:
        if served or not people:
            return Value(text=_UNCOUNTED.of(lang), people=people, lines=lines)
        return Value(value=0.0, text=_NOTHING.of(lang), people=people)
    money = words.soles(round(each[code]), lang)
    return Value(
        value=round(each[code] / 100, 2),
        text=words.say(_EACH, lang, money=money),
        people=people,
        lines=lines,
    )
