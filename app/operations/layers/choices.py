"""What a reader may choose for a layer: indicators, needs, rounds, in the words of a language."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func
from sqlmodel import col

from app.capture.fields import Text
from app.errors import Unknown
from app.operations import instruments, needs, publishing, standing
from app.operations.layers import words
from app.operations.layers.declared import Asked, Choice, Told
from app.operations.remembered import remembered
from app.records.aggregates import Publication
from app.records.cycles import Round
from app.records.territory import Belonging
from app.store.sessions import Reading, columns

FIFTHS = (0, 0.2, 0.4, 0.6, 0.8, 1)
ROUND = Text("Ronda", "Round")
NO_FIGURES = Text(
    "Todavía no hay cifras aprobadas que poner en el mapa.",
    "There are no approved figures to map yet.",
)
ON_MAP = ("published", "pooled", "suppressed")


def themes(session: Reading) -> Mapping[str, Text]:
    """The themes of problems, which are also the dimensions of indicators."""
    return labels(session, "diagnosis", "theme")


def labels(session: Reading, instrument: str, field: str) -> Mapping[str, Text]:
    """The words of the choices of a field."""
    found = instruments.current(session, instrument)
    return {
        choice.code: choice.label
        for each, _ in found.walk()
        if each.code == field
        for choice in each.choices
    }


def indicators(session: Reading, asked: Asked) -> list[Choice]:
    """Indicators of which the reader may see a figure of some community, by name."""
    known = standing.indicators(session, asked.where)
    if asked.public:
        codes = most_published(session, asked)
    else:
        figures = standing.of_place(session, asked.where, asked.day).figures
        codes = [code for code in figures if not known[code].sensitive]
    found = [(code, words.name(known[code], asked.lang)) for code in codes if code in known]
    return sorted(found, key=lambda choice: (choice[1].casefold(), choice[0]))


def with_goal(session: Reading, asked: Asked) -> list[Choice]:
    """Indicators that have a figure and a target."""
    goals = {i.code for i in needs.evidence_of(session, asked.where, asked.day).evidence.indicators}
    return [choice for choice in indicators(session, asked) if choice[0] in goals]


def ranked_needs(session: Reading, asked: Asked) -> list[Choice]:
    """The needs of the district in their order, then the problems without an indicator."""
    found = needs.of_district(session, asked.where, asked.day)
    known, kinds = found.gathered.indicators, themes(session)
    listed = [
        (need.code, words.name(known[need.code], asked.lang))
        for need in found.listed.ranked
        if not known[need.code].sensitive
    ]
    for problem in found.listed.without_indicator:
        theme = problem.code.removeprefix("theme:")
        listed.append((problem.code, kinds[theme].of(asked.lang) if theme in kinds else theme))
    return listed


def most_urgent(session: Reading, asked: Asked) -> list[str]:
    """The codes of the needs in their order: what to show to who did not choose."""
    found = needs.of_district(session, asked.where, asked.day)
    return [need.code for need in found.listed.ranked]


def most_published(session: Reading, asked: Asked) -> list[str]:
    """Published indicators: first in the order of the published list of needs, then by figures."""
    rows = session.rows(
        columns(Publication.indicator)
        .where(
            col(Publication.place_id) == asked.where.place_id,
            col(Publication.community_id).is_not(None),
            col(Publication.state).in_(ON_MAP[:2]),
        )
        .group_by(col(Publication.indicator))
        .order_by(func.count().desc(), col(Publication.indicator))
    )
    lists = publishing.texts(session, asked.where, "needs")
    place = {need["code"]: at for at, need in enumerate(lists[0].body["needs"] if lists else ())}
    return sorted((row[0] for row in rows), key=lambda code: place.get(code, len(place)))


def rounds(session: Reading, asked: Asked) -> list[str]:
    """Labels of the rounds that the communities of the district held, newest first."""
    key = ("layer rounds", asked.where.place_id, asked.public)
    return remembered(session, asked.where, key, lambda: _rounds(session, asked))


def _rounds(session: Reading, asked: Asked) -> list[str]:
    if asked.public:
        wanted = (
            columns(Publication.round_label)
            .where(
                col(Publication.place_id) == asked.where.place_id,
                col(Publication.community_id).is_not(None),
            )
            .distinct()
        )
    else:
        wanted = (
            columns(Round.label)
            .join(Belonging, col(Belonging.community_id) == Round.community_id)
            .where(
                col(Belonging.place_id) == asked.where.place_id,
                col(Belonging.valid_to).is_(None),
                col(Round.held_on) <= asked.day,
            )
            .distinct()
        )
    # A label is a year and a half: its text sorts as its time.
    return sorted((row[0] for row in session.rows(wanted)), reverse=True)


def two_rounds(session: Reading, asked: Asked) -> tuple[str, str] | None:
    """The earlier and the later round asked for, else the last two; None where there is one.

    The first round of all has none before it, and is compared with the one that came after.

    Raises
    ------
    Unknown
        The district held no such round, or the two are one.
    """
    held = rounds(session, asked)
    if len(held) < 2:
        return None
    later = asked.round or held[0]
    if later == held[-1] and not asked.since:
        later = held[-2]  # nothing came before the first: it is compared with the next
    before = [label for label in held if label < later]
    earlier = asked.since or (before[0] if before else "")
    for label, name in ((later, "round"), (earlier, "since")):
        if label not in held or (name == "since" and label >= later):
            raise Unknown(
                "No hay dos rondas que comparar con «{round}».",
                remedy="Elija dos rondas de la lista, la anterior primero.",
                field=name,
                round=label[:40],
            )
    return earlier, later


def nothing(asked: Asked, why: Text) -> Told:
    return Told("", {}, "", why.of(asked.lang))


def chosen(code: str, offered: Sequence[Choice], preferred: Sequence[str] = ()) -> str | None:
    """The code asked for, else the first preferred that is offered, else the first.

    Raises
    ------
    Unknown
        It is not among those that this reader may see here.
    """
    if not code:
        return next((one for one in preferred if one in dict(offered)), None) or (
            offered[0][0] if offered else None
        )
    if code not in dict(offered):
        raise Unknown(
            "Este mapa no tiene «{code}».",
            remedy="Elija un indicador de la lista.",
            field="indicator",
            code=code[:40],
        )
    return code
