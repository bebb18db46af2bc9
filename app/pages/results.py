"""What a community's rounds say, as the page draws it: dots with intervals, then the table."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.operations.figures import CardLine
from app.pages.language import N_, say
from app.planning.changes import Change
from app.planning.gaps import lacking
from app.planning.intervals import wilson

FEW = 3  # answers under which a practice tells nothing of a community
VERDICTS = {
    "better": N_("Desde la ronda anterior: mejora"),
    "worse": N_("Desde la ronda anterior: retrocede"),
    "not_told": N_("Desde la ronda anterior: no se distingue un cambio"),
    "unknown": "",
}


@dataclass(frozen=True, slots=True)
class Result:
    """One indicator of a community, ready to draw; shares 0..1, None where not known."""

    code: str
    name: str
    x: int
    n: int
    missing: int
    value: float | None
    low: float | None
    high: float | None
    round_label: str
    moved: str
    differs: tuple[int, int] | None
    unit: str
    practice: bool
    lacking: float | None
    better: bool
    points: list[dict[str, object]]


def of_card(lines: Sequence[CardLine], language: str) -> list[Result]:
    """The lines of a community's card, in the order in which it has them."""
    return [_result(line, language) for line in lines]


def _result(line: CardLine, language: str) -> Result:
    count = line.figure.count
    interval = wilson(count)
    indicator = line.indicator
    return Result(
        code=indicator.code,
        name=indicator.name_en if language == "en" else indicator.name_es,
        x=count.x,
        n=count.n,
        missing=count.missing,
        value=count.x / count.n if count.n else None,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        round_label=line.figure.label,
        moved=_moved(line.change, language),
        differs=line.figure.typed if line.figure.differs else None,
        unit=indicator.unit,
        practice=indicator.practice,
        lacking=None if count.share is None else lacking(count.share, indicator.direction),
        better=line.change is not None and line.change.verdict == "better",
        points=[_point(point.label, point.count.x, point.count.n) for point in line.points],
    )


def _moved(moved: Change | None, language: str) -> str:
    if moved is not None and moved.reason.code == "threshold_moved":
        return say(language, N_("No se compara con la ronda anterior: cambió el umbral"))
    if moved is not None and moved.reason.code == "asked_otherwise":
        return say(language, N_("No se compara con la ronda anterior: la ficha cambió la pregunta"))
    return say(language, VERDICTS[moved.verdict]) if moved else ""


def _point(label: str, x: int, n: int) -> dict[str, object]:
    value = x / n if n else None
    return {"label": label, "value": value, "low": None, "high": None, "basis": f"{x} / {n}"}


def pictured(results: Sequence[Result]) -> Result | None:
    """The practice of homes with most answers: the one to draw home by home."""
    homes = [each for each in results if each.practice and each.unit == "home" and each.n]
    return max(homes, key=lambda each: each.n + each.missing) if homes else None


def most_lacking(results: Sequence[Result], most: int = 6) -> list[Result]:
    """The practices that fewest follow yet; those asked of hardly anybody are left aside."""
    asked = [r for r in results if r.practice and r.n >= FEW and r.unit != "community"]
    return sorted(asked, key=lambda r: (-(r.lacking or 0.0), r.code))[:most]


def improved(results: Sequence[Result], most: int = 4) -> list[Result]:
    """The practices that rose since the round before, beyond chance."""
    return [r for r in results if r.practice and r.better][:most]
