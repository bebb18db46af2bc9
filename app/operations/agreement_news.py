"""Everything that was noted of agreements, read for many of them at once."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlmodel import col, select

from app.planning.works import Due, Facts, Money
from app.records.proposals import Agreement
from app.records.territory import Community
from app.records.works import (
    AgreementCommunity,
    AgreementStep,
    BudgetLine,
    Effort,
    Finding,
    Milestone,
    WorkPhoto,
)
from app.store.sessions import Reading, columns


@dataclass(frozen=True, slots=True)
class Place:
    """A community that an agreement serves, or that asked for the same and was not."""

    id: int
    code: str
    name: str
    served: bool


@dataclass(slots=True)
class News:
    """Every row of one agreement: readings and findings by day, the rest as they came."""

    places: list[Place] = field(default_factory=list)
    steps: list[AgreementStep] = field(default_factory=list)
    lines: list[BudgetLine] = field(default_factory=list)
    milestones: list[Milestone] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    efforts: list[Effort] = field(default_factory=list)
    photos: list[WorkPhoto] = field(default_factory=list)

    @property
    def served(self) -> list[Place]:
        """The communities that it serves."""
        return [each for each in self.places if each.served]

    @property
    def money(self) -> Money:
        """The newest amount known of each sort: a later reading may name some of them alone."""
        known: dict[str, int] = {}
        for line in self.lines:
            for name in ("pim", "certified", "accrued", "paid"):
                if (cents := getattr(line, f"{name}_cents")) is not None:
                    known[name] = cents
        return Money(**known)

    @property
    def words(self) -> dict[int | None, Finding]:
        """The newest word of each community that spoke."""
        return {f.community_id: f for f in self.findings if f.body == "community"}

    @property
    def oversight(self) -> Finding | None:
        """The newest finding of the oversight committee."""
        return next((f for f in reversed(self.findings) if f.body == "oversight"), None)

    @property
    def conforming_on(self) -> date | None:
        """The day on which the last of those served said that it is; None before all did."""
        words = self.words
        wanted: list[int | None] = [each.id for each in self.served] or list(words)
        said = [words[key] for key in wanted if key in words]
        if not said or len(said) < len(wanted) or any(f.verdict != "conforming" for f in said):
            return None
        return max(f.on_day for f in said)


def of_all(session: Reading, rows: Sequence[Agreement]) -> dict[int, News]:
    """Every row of these agreements, by their keys, in as many questions as there are tables."""
    found: dict[int, News] = {row.id: News() for row in rows}
    keys = list(found)
    for each in _places(session, keys):
        found[each[0]].places.append(Place(*each[1:]))
    for kind, name in (
        (AgreementStep, "steps"),
        (BudgetLine, "lines"),
        (Milestone, "milestones"),
        (Finding, "findings"),
        (Effort, "efforts"),
    ):
        for row in _rows(session, kind, keys):
            getattr(found[row.agreement_id], name).append(row)
    for told in found.values():
        told.lines.sort(key=lambda line: (line.on_day, line.id))
        told.findings.sort(key=lambda finding: (finding.on_day, finding.id))
        told.milestones.sort(key=lambda m: (m.due_on or date.max, m.id))
    _photos(session, found)
    return found


def _rows(session: Reading, kind: Any, keys: Sequence[int]) -> Sequence[Any]:
    wanted = select(kind).where(col(kind.agreement_id).in_(keys)).order_by(col(kind.id))
    return session.exec(wanted).all()


def _places(session: Reading, keys: Sequence[int]) -> Sequence[Any]:
    return session.rows(
        columns(
            AgreementCommunity.agreement_id,
            Community.id,
            Community.code,
            Community.name,
            AgreementCommunity.served,
        )
        .join(Community, col(Community.id) == AgreementCommunity.community_id)
        .where(col(AgreementCommunity.agreement_id).in_(keys))
        .order_by(col(Community.sort_key), col(Community.code))
    )


def _photos(session: Reading, found: dict[int, News]) -> None:
    owners = {m.id: key for key, told in found.items() for m in told.milestones}
    wanted = select(WorkPhoto).where(col(WorkPhoto.milestone_id).in_(list(owners)))
    for photo in session.exec(wanted.order_by(col(WorkPhoto.id))).all():
        found[owners[photo.milestone_id]].photos.append(photo)


def facts(row: Agreement, told: News) -> Facts:
    """An agreement as the rules of attention read it."""
    oversight = told.oversight
    return Facts(
        row.state,
        row.updated_on,
        row.cents,
        [(line.on_day, _money(line)) for line in told.lines],
        [Due(m.title, m.due_on, m.reached_on) for m in told.milestones if not m.struck],
        row.delivered_on,
        len(told.served),
        [finding.verdict for finding in told.words.values()],
        oversight.verdict if oversight else "",
        row.upkeep_by,
    )


def _money(line: BudgetLine) -> Money:
    return Money(line.pim_cents, line.certified_cents, line.accrued_cents, line.paid_cents)


def communities(session: Reading, rows: Sequence[Agreement]) -> dict[int, list[Place]]:
    """Whom these agreements serve, by their keys."""
    found: dict[int, list[Place]] = defaultdict(list)
    for each in _places(session, [row.id for row in rows]):
        if each[4]:
            found[each[0]].append(Place(*each[1:]))
    return found
