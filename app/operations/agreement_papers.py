"""What the agreements say on paper: accountability of earlier years, and the hand-over report.

Both are made from the rows of the follow-up, in Spanish, for a town hall to sign. No person is
named but in the lines to sign.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from app.documents.acta import Acta, Part, Signer, Table
from app.operations import agreement_news, agreements, expectations, petitions, signing
from app.operations.acta_words import MONTHS
from app.operations.agreement_news import News
from app.operations.expectations import Card
from app.planning import works as rules
from app.planning.before_after import bare
from app.planning.reasons import soles
from app.records.petitions import Petition
from app.records.places import Where
from app.records.proposals import Agreement
from app.store.sessions import Reading

STATES = {
    "agreed": "por empezar",
    "procured": "contratada",
    "works": "en obra",
    "stopped": "parada",
    "delivered": "entregada",
    "dropped": "no se hizo",
}

HANDING = ("Autoridad que entrega", "Autoridad que recibe")


@dataclass(frozen=True, slots=True)
class Told:
    """One agreement with its news and its card of before and after."""

    row: Agreement
    news: News
    card: Card


def gathered(
    session: Reading, where: Where, day: date, year: int | None = None, *, health: bool = False
) -> list[Told]:
    """The agreements of a district, or of one year, with all that is told of them."""
    rows = agreements.listed(session, where, year)
    news = agreement_news.of_all(session, rows)
    return [
        Told(
            row,
            news[row.id],
            expectations.measured(session, where, (row, news[row.id]), day, health=health),
        )
        for row in rows
    ]


def accountability(session: Reading, where: Where, found: Sequence[Told], day: date) -> Acta:
    """What became of what was agreed, year by year: it opens the phase of Concertación."""
    years = sorted({told.row.fiscal_year for told in found}, reverse=True)
    parts = [
        _year(year, [told for told in found if told.row.fiscal_year == year]) for year in years
    ]
    parts += [part for part in (_changes(found), _wanting(found, day)) if part is not None]
    return Acta(
        f"Municipalidad Distrital de {where.name}",
        "Rendición de cuentas de los acuerdos del presupuesto participativo",
        _facts(found, day),
        tuple(parts),
        _signers(session, where, day),
        f"Rendición de cuentas, {where.name}, {_spoken(day)}",
    )


def _signers(session: Reading, where: Where, day: date) -> tuple[Signer, ...]:
    seats = signing.seats_on(session, where, day)
    heads = (signing.official(seats, each) for each in (signing.MAYOR, signing.PLANNING))
    return (*heads, *signing.members(seats, "oversight"))


def _facts(found: Sequence[Told], day: date) -> tuple[tuple[str, str], ...]:
    done = sum(1 for told in found if told.row.state == "delivered")
    agreed = sum(told.row.cents or 0 for told in found)
    accrued = sum(told.news.money.accrued or 0 for told in found)
    unknown = sum(1 for told in found if told.news.money.accrued is None)
    beside = f" (de {unknown} no se sabe)" if unknown else ""
    return (
        ("A la fecha", _spoken(day)),
        ("Acuerdos", f"{len(found)}, con {done} obras entregadas"),
        ("Acordado", soles(agreed)),
        ("Devengado", f"{soles(accrued)}{beside}"),
    )


def _year(year: int, found: Sequence[Told]) -> Part:
    rows = tuple(
        (
            agreements.code_of(told.row),
            _titled(told),
            _money(told.row.cents),
            _money(told.news.money.accrued),
            STATES.get(told.row.state, told.row.state),
            _day(told.row.delivered_on),
            _day(told.news.conforming_on),
        )
        for told in found
    )
    table = Table(
        ("Código", "Acuerdo", "Acordado", "Devengado", "Estado", "Entregada", "Conforme"),
        rows,
        (13, 38, 16, 16, 14, 15, 15),
        (2, 3),
    )
    dropped = tuple(
        f"{agreements.code_of(told.row)} no se hizo: {told.row.note or 'no se dijo por qué'}."
        for told in found
        if told.row.state == "dropped"
    )
    return Part(f"Año {year}", (), table, dropped)


def _titled(told: Told) -> str:
    """The agreement and whom it serves, unless its title says so."""
    names = [each.name for each in told.news.served]
    if names and all(name in told.row.title for name in names):
        return told.row.title
    return f"{told.row.title}. {whom(told.news)}"


def whom(news: News) -> str:
    names = [each.name for each in news.served]
    return ", ".join(names) if names else "Todo el distrito"


def _spoken(day: date) -> str:
    return f"{day.day} de {MONTHS[day.month - 1]} de {day.year}"


def _money(cents: int | None) -> str:
    return soles(cents) if cents is not None else "no se sabe"


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day is not None else "—"


def _changes(found: Sequence[Told]) -> Part | None:
    """What the same families say, where it was time to measure; the word without the counts."""
    rows = tuple(
        (
            agreements.code_of(told.row),
            told.row.title,
            told.card.indicator.name_es if told.card.indicator else "",
            bare(told.card.verdict).sentence.rstrip("."),
        )
        for told in found
        if told.card.verdict is not None
    )
    if not rows:
        return None
    table = Table(("Código", "Acuerdo", "Qué se mira", "Antes y después"), rows, (14, 40, 40, 24))
    note = (
        "Compara las familias que se vieron antes y seis meses después de la entrega. "
        "Dice qué cambió, no por qué."
    )
    return Part("Qué cambió en las familias", (), table, (note,))


def _wanting(found: Sequence[Told], day: date) -> Part | None:
    rows = []
    for told in found:
        needs = rules.attention(agreement_news.facts(told.row, told.news), day)
        if needs:
            said = " ".join(each.sentence for each in needs)
            rows.append((agreements.code_of(told.row), told.row.title, said))
    if not rows:
        return None
    table = Table(("Código", "Acuerdo", "Qué falta"), tuple(rows), (14, 40, 64))
    return Part("Lo que está por atender", (), table)


def handover(session: Reading, where: Where, found: Sequence[Told], day: date) -> Acta:
    """What the next authorities receive: what is under way, what is to be cared for, what waits."""
    under_way = [told for told in found if told.row.state in rules.OPEN]
    done = [told for told in found if told.row.state == "delivered"]
    dropped = [told for told in found if told.row.state == "dropped"]
    waiting = [p for p in petitions.listed(session, where) if p.state not in ("done", "dropped")]
    parts = [_under_way(told, day) for told in under_way]
    for part in (_cared(done), _left(dropped), _petitions(waiting), _wanting(found, day)):
        if part is not None:
            parts.append(part)
    return Acta(
        f"Municipalidad Distrital de {where.name}",
        "Informe de entrega de acuerdos y gestiones a las autoridades que siguen",
        (
            *_facts(found, day),
            ("En camino", f"{len(under_way)} acuerdos"),
            ("Gestiones abiertas", str(len(waiting))),
        ),
        tuple(parts),
        (*map(Signer, HANDING), *_signers(session, where, day)[1:]),
        f"Informe de entrega, {where.name}, {_spoken(day)}",
    )


def _under_way(told: Told, day: date) -> Part:
    row, news = told.row, told.news
    money = news.money
    needs = [each.sentence for each in rules.attention(agreement_news.facts(row, news), day)]
    sentences = [
        f"Sirve a: {whom(news)}. Estado: {STATES.get(row.state, row.state)}"
        f"{f'. {row.note}' if row.note else ''}. CUI: {row.cui or 'no tiene'}.",
        f"Acordado {_money(row.cents)}; PIM {_money(money.pim)}; certificado "
        f"{_money(money.certified)}; devengado {_money(money.accrued)}; pagado "
        f"{_money(money.paid)}.",
        f"Mantenimiento a cargo de: {row.upkeep_by or 'nadie todavía'}.",
    ]
    ahead = tuple(
        (m.title, _day(m.due_on), "atrasado" if _late(m.due_on, day) else "por alcanzar")
        for m in news.milestones
        if m.reached_on is None and not m.struck
    )
    table = Table(("Hito que falta", "Hasta", "Cómo está"), ahead, (60, 20, 20)) if ahead else None
    return Part(f"{agreements.code_of(row)} {row.title}", tuple(sentences), table, tuple(needs))


def _late(due: date | None, day: date) -> bool:
    return due is not None and due < day


def _cared(found: Sequence[Told]) -> Part | None:
    if not found:
        return None
    rows = tuple(
        (
            agreements.code_of(told.row),
            _titled(told),
            told.row.upkeep_by or "nadie todavía",
            _money(told.row.upkeep_cents),
            _day(told.row.delivered_on),
            _day(told.news.conforming_on),
        )
        for told in found
    )
    heads = ("Código", "Obra", "La cuida", "Costo al año", "Entregada", "Conforme")
    return Part("Obras entregadas y quién las cuida", (),
                Table(heads, rows, (13, 38, 26, 15, 15, 15), (3,)))  # fmt: skip


def _left(found: Sequence[Told]) -> Part | None:
    if not found:
        return None
    rows = tuple(
        (agreements.code_of(told.row), told.row.title, told.row.note or "no se dijo")
        for told in found
    )
    table = Table(("Código", "Acuerdo", "Por qué no se hizo"), rows, (14, 44, 60))
    return Part("Lo que no se hizo", (), table)


def _petitions(found: Sequence[Petition]) -> Part | None:
    if not found:
        return None
    rows = tuple(
        (
            petitions.code_of(each),
            each.title,
            each.addressee,
            each.filing or "—",
            _day(each.due_on),
        )
        for each in found
    )
    heads = ("Código", "Gestión", "Ante quién", "Expediente", "Responde hasta")
    return Part("Gestiones ante otras entidades", (), Table(heads, rows, (14, 40, 30, 18, 16)))


def code_of(told: Told) -> str:
    """How an agreement is called on these papers."""
    return agreements.code_of(told.row)


def moment(found: Sequence[Told]) -> datetime:
    """When the newest of their rows was written: the same rows give the same file."""
    made = [told.row.created_at for told in found]
    for told in found:
        news = told.news
        made += [row.at for row in news.steps] + [row.at for row in news.lines]
        made += [row.at for row in news.findings] + [row.at for row in news.efforts]
    return max(made, default=datetime(2020, 1, 1, tzinfo=UTC))
