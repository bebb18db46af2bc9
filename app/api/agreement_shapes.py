"""Agreements as machines read and write them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from app.api.figure_shapes import ReasonOut
from app.api.money import Soles, cents, soles
from app.api.shapes import Shape, Words
from app.operations import agreement_news, agreements, works
from app.operations.agreement_news import News
from app.operations.expectations import Card
from app.planning import works as rules
from app.planning.before_after import Pairs, bare
from app.records.proposals import Agreement
from app.records.works import BudgetLine, Effort, Finding, Milestone

State = Literal["agreed", "procured", "works", "stopped", "delivered", "dropped"]
Verdict = Literal["conforming", "observed", "not_conforming"]
Kind = Literal["labour", "cofinancing", "materials", "maintenance"]
Line = Annotated[Words, Field(max_length=300)]


class MoneyOut(BaseModel):
    """The newest amount known of each sort, since the beginning; null is not known."""

    pim: str | None = Field(description="Soles.", examples=["118000.00"])
    certified: str | None = Field(description="Soles.")
    accrued: str | None = Field(description="Soles.")
    paid: str | None = Field(description="Soles.")


class AgreementOut(BaseModel):
    """An agreement of a budget, and where it stands."""

    uuid: UUID
    code: str = Field(examples=["A-2027-03"])
    fiscal_year: int
    number: int
    title: str
    state: str = Field(examples=["works"])
    origin: str = Field(examples=["voting"])
    need: str
    cui: str
    source: str
    communities: list[str] = Field(description="Códigos de las comunidades a las que sirve.")
    amount: str | None = Field(description="Lo acordado, en soles.")
    money: MoneyOut
    delivered_on: date | None = Field(description="Entregada, según la municipalidad.")
    conforming_on: date | None = Field(description="Conforme, según la comunidad.")
    note: str
    updated_on: date | None
    stale: bool = Field(description="Sin noticias hace más de 90 días.")
    attention: list[ReasonOut]
    revision: int

    @classmethod
    def of(cls, row: Agreement, told: News, day: date) -> "AgreementOut":
        """An agreement as machines read it."""
        return cls(**_head(row, told, day))


def _head(row: Agreement, told: News, day: date) -> dict[str, Any]:
    money = told.money
    facts = agreement_news.facts(row, told)
    return {
        **{
            name: getattr(row, name)
            for name in (
                *("uuid", "fiscal_year", "number", "title", "state", "origin", "need", "cui"),
                *("source", "delivered_on", "note", "updated_on", "revision"),
            )
        },
        "code": agreements.code_of(row),
        "communities": [each.code for each in told.served],
        "amount": soles(row.cents),
        "money": MoneyOut(
            pim=soles(money.pim),
            certified=soles(money.certified),
            accrued=soles(money.accrued),
            paid=soles(money.paid),
        ),
        "conforming_on": told.conforming_on,
        "stale": rules.stale(row.state, row.updated_on, day),
        "attention": [ReasonOut.of(reason) for reason in rules.attention(facts, day)],
    }


class StepOut(BaseModel):
    """The state that it took on a day."""

    on_day: date
    state: str
    note: str


class ReadingOut(MoneyOut):
    """The budget line as its source gave it on a day."""

    on_day: date
    cui: str
    source: str
    note: str

    @classmethod
    def of(cls, line: BudgetLine) -> "ReadingOut":
        """A reading as machines read it."""
        return cls(
            on_day=line.on_day,
            cui=line.cui,
            source=line.source,
            note=line.note,
            pim=soles(line.pim_cents),
            certified=soles(line.certified_cents),
            accrued=soles(line.accrued_cents),
            paid=soles(line.paid_cents),
        )


class MilestoneOut(BaseModel):
    """Something to be reached by a day; ``photos`` are the digests of those one may see."""

    uuid: UUID
    title: str
    due_on: date | None
    reached_on: date | None
    note: str
    struck: str
    photos: list[str]

    @classmethod
    def of(cls, mark: Milestone, photos: Sequence[str]) -> "MilestoneOut":
        """A milestone as machines read it."""
        names = ("uuid", "title", "due_on", "reached_on", "note", "struck")
        return cls(**{name: getattr(mark, name) for name in names}, photos=list(photos))


class FindingOut(BaseModel):
    """What the committee or a community said on a day."""

    body: str = Field(examples=["oversight"])
    community: str | None
    verdict: str = Field(examples=["conforming"])
    text: str
    on_day: date

    @classmethod
    def of(cls, found: Finding, codes: dict[int, str]) -> "FindingOut":
        """A finding as machines read it."""
        return cls(
            body=found.body,
            community=codes.get(found.community_id or 0),
            verdict=found.verdict,
            text=found.text,
            on_day=found.on_day,
        )


class EffortOut(BaseModel):
    """What was promised or given beside the budget; ``who`` is not for the public."""

    uuid: UUID
    kind: str
    promised: bool
    who: str | None
    people: int | None
    days: int | None
    value: str | None = Field(description="Soles.")
    on_day: date
    note: str | None
    struck: str

    @classmethod
    def of(cls, row: Effort, *, inside: bool) -> "EffortOut":
        """An effort as machines read it."""
        names = ("uuid", "kind", "promised", "people", "days", "on_day", "struck")
        return cls(
            **{name: getattr(row, name) for name in names},
            who=row.who if inside else None,
            note=row.note if inside else None,
            value=soles(row.cents),
        )


class PairsOut(BaseModel):
    """Families seen both times: with the trait before, with it after, better, worse."""

    families: int
    before: int
    after: int


class BeforeAfterOut(BaseModel):
    """What the same families say: one of four words, or why it is too early."""

    word: str | None = Field(description="improved, same, worsened, unknown; nulo si no toca.")
    reason: ReasonOut
    indicator: str | None
    expected: float | None = Field(description="La parte esperada, de 0 a 1.")
    first_round: date | None
    last_round: date | None
    families: PairsOut | None = Field(description="Solo para quien trabaja en el distrito.")
    unserved: PairsOut | None = Field(description="Quienes pidieron lo mismo y no lo recibieron.")
    returns: float | None = Field(description="Lo que volvería hacia el promedio por sí solo.")

    @classmethod
    def of(cls, card: Card, *, inside: bool) -> "BeforeAfterOut":
        """A card as machines read it; the public gets the word without the counts."""
        verdict = card.verdict
        reason = card.shut or (verdict.reason if verdict else None)
        assert reason is not None  # a card is either shut or has its verdict
        pairs = verdict.pairs if verdict and inside else None
        beside = verdict.beside if verdict and inside else None
        if verdict is not None and not inside:
            reason = bare(verdict)
        return cls(
            word=verdict.word if verdict else None,
            reason=ReasonOut.of(reason),
            indicator=card.indicator.code if card.indicator else None,
            expected=(card.stated or {}).get("to"),
            first_round=card.rounds[0] if card.rounds else None,
            last_round=card.rounds[1] if card.rounds else None,
            families=_pairs(pairs),
            unserved=_pairs(beside),
            returns=verdict.returns if verdict and inside else None,
        )


def _pairs(found: Pairs | None) -> PairsOut | None:
    if found is None or not found.n:
        return None
    return PairsOut(families=found.n, before=found.before.x, after=found.after.x)


class AgreementWholeOut(AgreementOut):
    """An agreement with every news of it."""

    upkeep_by: str
    upkeep: str | None = Field(description="Costo anual del mantenimiento, en soles.")
    steps: list[StepOut]
    readings: list[ReadingOut]
    milestones: list[MilestoneOut]
    findings: list[FindingOut]
    efforts: list[EffortOut]
    before_after: BeforeAfterOut

    @classmethod
    def whole(
        cls, row: Agreement, told: News, card: Card, day: date, *, inside: bool
    ) -> "AgreementWholeOut":
        """An agreement with every news of it, as machines read it."""
        codes = {each.id: each.code for each in told.places}
        shown = [p for p in told.photos if inside or p.public]
        return cls(
            **_head(row, told, day),
            upkeep_by=row.upkeep_by,
            upkeep=soles(row.upkeep_cents),
            steps=[StepOut(on_day=s.on_day, state=s.state, note=s.note) for s in told.steps],
            readings=[ReadingOut.of(line) for line in told.lines],
            milestones=[
                MilestoneOut.of(m, [p.sha256 for p in shown if p.milestone_id == m.id])
                for m in told.milestones
            ],
            findings=[FindingOut.of(found, codes) for found in told.findings],
            efforts=[EffortOut.of(effort, inside=inside) for effort in told.efforts],
            before_after=BeforeAfterOut.of(card, inside=inside),
        )


class StepIn(Shape):
    """The state that an agreement took."""

    state: State
    on_day: date
    note: Annotated[Words, Field(max_length=500)] = ""


class ReadingIn(Shape):
    """What the budget line said on a day."""

    on_day: date
    pim: Soles | None = None
    certified: Soles | None = None
    accrued: Soles | None = None
    paid: Soles | None = None
    cui: Annotated[Words, Field(max_length=20)] = ""
    source: Annotated[Words, Field(max_length=120)] = ""
    note: Line = ""

    def given(self) -> works.Money:
        """As the operation takes it."""
        return works.Money(
            self.on_day,
            cents(self.pim),
            cents(self.certified),
            cents(self.accrued),
            cents(self.paid),
            self.cui,
            self.source,
            self.note,
        )


class MilestoneIn(Shape):
    """A milestone to be reached."""

    title: Annotated[Words, Field(min_length=1, max_length=200)]
    due_on: date | None = None
    reached_on: date | None = None
    note: Line = ""

    def given(self) -> works.Mark:
        """As the operation takes it."""
        return works.Mark(self.title, self.due_on, self.reached_on, self.note)


class EffortIn(Shape):
    """What somebody promised or gave."""

    kind: Kind
    who: Annotated[Words, Field(min_length=1, max_length=200)]
    on_day: date
    promised: bool = False
    people: Annotated[int | None, Field(ge=0, le=1_000_000)] = None
    days: Annotated[int | None, Field(ge=0, le=1_000_000)] = None
    value: Soles | None = None
    note: Line = ""

    def given(self) -> works.Help:
        """As the operation takes it."""
        return works.Help(
            self.kind,
            self.who,
            self.on_day,
            self.promised,
            self.people,
            self.days,
            cents(self.value),
            self.note,
        )


class FindingIn(Shape):
    """What the committee, or a community, says of a work."""

    verdict: Verdict
    on_day: date
    text: Annotated[Words, Field(max_length=1000)] = ""


class Stamped(BaseModel):
    """That it was written, and the version that now stands."""

    revision: int
    at: datetime
