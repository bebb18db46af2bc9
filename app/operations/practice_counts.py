"""The statements that count practices: household lines first, typed totals where none are.

One pass over the answers of the rounds, which lie side by side under (department, round);
sums by round, practice and age, joined to what each indicator is fed by.
"""

import json
import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    and_,
    case,
    column,
    exists,
    func,
    literal,
    null,
    or_,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.expression import cast
from sqlmodel import col, select

from app.operations import answer_sums
from app.operations.request_counts import COUNTED
from app.records.aggregates import Aggregate
from app.records.catalogues import IndicatorRow, PracticeRow
from app.records.cycles import Round
from app.records.families import Family
from app.records.imports import ImportBatch
from app.records.intake import Form
from app.records.practices import (
    Answer,
    PracticeTotal,
    Residual,
)
from app.records.territory import Belonging, Place
from app.store.sessions import Reading, columns

PART = re.compile(r"(?P<practice>[^@\[]+)@(?P<low>\d+)-(?P<high>\d+)")

Feed = tuple[int, int, str, int | None, int | None]
"""Indicator, practice, unit, and the ages in months that count, where not all do."""

NAMES = [
    "community_id",
    "round_id",
    "indicator_id",
    "x",
    "n",
    "missing",
    "population",
    "verified",
    "source",
    "typed_x",
    "typed_n",
]


class Tables:
    """The statements over the answers and totals of some rounds."""

    def __init__(
        self,
        session: Reading,
        rounds: Sequence[int],
        communities: Sequence[int],
        feeds: Sequence[Feed],
    ) -> None:
        self.rounds = rounds
        self.departments = _departments(session, communities)
        self.feeds = _as_table(session, feeds)
        self.aged = sorted({p for _, p, _, low, _ in feeds if low is not None})
        self.homes = (
            columns(col(Family.community_id), func.count().label("n"))
            .where(
                col(Family.community_id).in_(communities),
                col(Family.state) == "active",
                col(Family.consents).is_(True),
            )
            .group_by(col(Family.community_id))
            .cte("homes")
        )
        self.latest = _latest(rounds)
        self.approved = _approved(session, rounds)

    def lines(self) -> Any:
        """Rows for what household lines say."""
        got, feed, homes, latest = self._answered(), self.feeds, self.homes, self.latest
        fits = or_(feed.c.low.is_(None), got.c.age.between(feed.c.low, feed.c.high))
        n, missing = func.sum(got.c.n), func.sum(got.c.missing)
        nobody = func.sum(got.c.not_applicable)
        return (
            columns(
                col(Round.community_id),
                got.c.round_id,
                feed.c.indicator_id,
                _whole(func.sum(got.c.x)),
                _whole(n),
                _whole(missing),
                # Everybody was asked and it applies to none: that is known, not missing.
                case(
                    (and_(n + missing == 0, nobody >= homes.c.n), 0),
                    (feed.c.home == 1, homes.c.n),
                    else_=null(),
                ),
                _whole(func.sum(got.c.verified)),
                literal("lines"),
                func.max(latest.c.x),
                func.max(latest.c.n),
            )
            .select_from(got)
            .join(feed, and_(feed.c.practice_id == got.c.practice_id, fits))
            .join(Round, col(Round.id) == got.c.round_id)
            .join(homes, homes.c.community_id == Round.community_id, isouter=True)
            .join(
                latest,
                and_(
                    latest.c.round_id == got.c.round_id,
                    latest.c.practice_id == got.c.practice_id,
                    feed.c.low.is_(None),
                ),
                isouter=True,
            )
            .group_by(
                col(Round.community_id), got.c.round_id, feed.c.indicator_id, feed.c.home, homes.c.n
            )
            .having(or_(n + missing > 0, nobody > 0))
        )

    def totals(self) -> Any:
        """Rows for what was typed where no household line says anything."""
        latest, feed, homes = self.latest, self.feeds, self.homes
        counted = exists().where(
            col(Aggregate.community_id) == Round.community_id,
            col(Aggregate.round_id) == latest.c.round_id,
            col(Aggregate.indicator_id) == feed.c.indicator_id,
        )
        registered = case((feed.c.home == 1, homes.c.n), else_=null())
        return (
            columns(
                Round.community_id,
                latest.c.round_id,
                feed.c.indicator_id,
                latest.c.x,
                latest.c.n,
                latest.c.missing,
                func.coalesce(latest.c.population, registered),
                func.coalesce(latest.c.verified, 0),
                literal("totals"),
                null(),
                null(),
            )
            .select_from(latest)
            .join(feed, and_(feed.c.practice_id == latest.c.practice_id, feed.c.low.is_(None)))
            .join(Round, col(Round.id) == latest.c.round_id)
            .join(homes, homes.c.community_id == Round.community_id, isouter=True)
            .where(latest.c.n + latest.c.missing > 0, ~counted)
        )

    def _answered(self) -> CTE:
        """Sums by round, practice and, where it matters, age; what erased families left too."""
        seen = answer_sums.sums(
            self.aged,
            col(Answer.department).in_(self.departments),
            col(Answer.round_id).in_(self.rounds),
            self.approved,
        )
        left = columns(
            col(Residual.round_id),
            col(Residual.practice_id),
            cast(null(), Integer),
            col(Residual.x),
            col(Residual.n),
            col(Residual.missing),
            literal(0),
            col(Residual.verified),
        ).where(col(Residual.round_id).in_(self.rounds))
        return union_all(seen, left).cte("answered")


def _as_table(session: Reading, feeds: Sequence[Feed]) -> CTE:
    """The feeds as one JSON parameter, so that the statement is compiled once and for all."""
    given = [[i, p, int(unit == "home"), low, high] for i, p, unit, low, high in feeds]
    if session.get_bind().dialect.name == "sqlite":
        each: Any = func.json_each(json.dumps(given)).table_valued("value")
        parts: list[ColumnElement[Any]] = [
            func.json_extract(each.c.value, f"$[{index}]") for index in range(5)
        ]
    else:
        each = func.jsonb_array_elements(literal(given, JSONB)).table_valued(column("value", JSONB))
        parts = [cast(each.c.value[index].astext, Integer) for index in range(5)]
    names = ("indicator_id", "practice_id", "home", "low", "high")
    named = [part.label(name) for part, name in zip(parts, names, strict=True)]
    return columns(*named).cte("feed")


def _whole(number: Any) -> Any:
    # PostgreSQL sums into wider types than the column's own.
    return cast(number, Integer)


def _approved(session: Reading, rounds: Sequence[int]) -> ColumnElement[bool]:
    """``approved``; where nothing waits, what says so without asking of each of millions."""
    forms = columns(Form.id).where(col(Form.round_id).in_(rounds), col(Form.state).not_in(COUNTED))
    batches = columns(ImportBatch.id).where(col(ImportBatch.state) != "published")
    if any(session.rows(each.limit(1)) for each in (forms, batches)):
        return approved(rounds)
    return or_(col(Answer.form_id).is_not(None), col(Answer.batch_id).is_not(None))


def approved(rounds: Sequence[int]) -> ColumnElement[bool]:
    """Of an approved document, or of a published import that wrote no document."""
    forms = select(Form.id).where(col(Form.round_id).in_(rounds), col(Form.state).in_(COUNTED))
    batches = select(ImportBatch.id).where(ImportBatch.state == "published")
    return or_(
        col(Answer.form_id).in_(forms),
        and_(col(Answer.form_id).is_(None), col(Answer.batch_id).in_(batches)),
    )


def _latest(rounds: Sequence[int]) -> CTE:
    """Of each round and practice the typed total that was approved last."""
    newest = func.row_number().over(
        partition_by=(col(PracticeTotal.round_id), col(PracticeTotal.practice_id)),
        order_by=(col(Form.decided_at).desc(), col(Form.id).desc(), col(PracticeTotal.id).desc()),
    )
    ranked = (
        columns(
            col(PracticeTotal.round_id),
            col(PracticeTotal.practice_id),
            col(PracticeTotal.x),
            col(PracticeTotal.n),
            col(PracticeTotal.missing),
            col(PracticeTotal.population),
            col(PracticeTotal.verified),
            newest.label("nth"),
        )
        .join(Form, col(Form.id) == PracticeTotal.form_id)
        .where(col(PracticeTotal.round_id).in_(rounds), col(Form.state).in_(COUNTED))
        .subquery()
    )
    return columns(ranked).where(ranked.c.nth == 1).cte("latest")


def feeds(session: Reading) -> list[Feed]:
    """Which practice counts for which indicator, and for which ages in months."""
    practices = dict(session.exec(select(PracticeRow.code, PracticeRow.id)).all())
    found: list[Feed] = []
    for code, *rest in session.rows(
        columns(
            IndicatorRow.code,
            IndicatorRow.id,
            IndicatorRow.unit,
            IndicatorRow.computed_by,
            IndicatorRow.practices,
            IndicatorRow.household_rule,
        ).where(col(IndicatorRow.computed_by).in_(("practices", "lines")))
    ):
        indicator_id, unit, computed_by, named, rule = rest
        if computed_by == "practices":
            found += [
                (indicator_id, practices[p], unit, None, None)
                for p in named or [code]
                if p in practices
            ]
            continue
        parts = [PART.fullmatch(part) for part in rule.split("|")]
        if all(part and part["practice"] in practices for part in parts):
            found += [
                (indicator_id, practices[p["practice"]], unit, int(p["low"]), int(p["high"]))
                for p in parts
                if p
            ]
    return found


def _departments(session: Reading, communities: Sequence[int]) -> list[int]:
    """The first two digits of every district that these communities ever belonged to."""
    rows = session.rows(
        columns(func.substr(col(Place.code), 1, 2))
        .join(Belonging, col(Belonging.place_id) == Place.id)
        .where(col(Belonging.community_id).in_(communities))
        .distinct()
    )
    return sorted({0, *(int(row[0]) for row in rows)})
