"""A place on a date: last figures of the year, rolled up, and how many communities that is."""

from datetime import date, timedelta
from pathlib import Path

from app.operations import counts, standing
from app.planning.counts import Count
from app.planning.questions import FormVersion
from app.records import places
from app.records.practices import YES
from app.records.territory import Community, Place
from app.store.sessions import Store, Writing
from tests import world
from tests.worlds import built_once

LATE = date(2027, 12, 10)


@built_once
def seeded(store: Store) -> Store:
    """A district of three communities: two rounds, one round, none."""
    with store.writing() as session:
        world.catalogue(session)
        of = world.district(session)
        for code, figures in (("A", ((4, 10), (7, 9, 1))), ("B", ((2, 8),)), ("C", ())):
            here = world.community(session, of, code)
            a_life(session, here, figures)
        counts.recompute_many(
            session, session.rows(standing.columns(world.Round.community_id, world.Round.id))
        )
    return store


def a_life(session: Writing, here: Community, figures: tuple[tuple[int, ...], ...]) -> None:
    """One round each half-year with a typed total of handwashing."""
    cycle = world.cycle(session, here)
    for number, figure in enumerate(figures, start=1):
        held = world.a_round(session, cycle, number, [world.DAY, LATE][number - 1])
        world.totals(session, world.form(session, "monitoring", here, held), {"P-F1": figure})


def where(store: Store, community: str = "") -> places.Where:
    with store.reading() as session:
        found = places.district(session, world.UBIGEO)
        return places.community(session, found, community) if community else found


def test_each_community_gives_its_last_figure(seeded: Store) -> None:
    with seeded.reading() as session:
        found = standing.of_place(session, where(seeded), LATE)

    assert {c: f.count.x for c, f in found.figures["P-F1"].items()} == {"A": 7, "B": 2}
    rolled = found.rolled("P-F1")
    assert (rolled.count, rolled.with_data, rolled.communities) == (Count(9, 17, 1), 2, 3)
    assert found.current == 2


def test_a_figure_older_than_twelve_months_is_not_current(seeded: Store) -> None:
    with seeded.reading() as session:
        found = standing.of_place(session, where(seeded), world.DAY + timedelta(days=365))

    assert list(found.figures["P-F1"]) == ["A"]
    assert found.current == 1


def test_before_the_second_round_the_first_one_counts(seeded: Store) -> None:
    with seeded.reading() as session:
        found = standing.of_place(session, where(seeded), world.DAY)

    assert found.figures["P-F1"]["A"].count == Count(4, 10)


def test_a_change_is_seen_at_the_next_question(seeded: Store) -> None:
    with seeded.reading() as session:
        before = standing.of_place(session, where(seeded), LATE).rolled("P-F1")
    with seeded.writing() as session:
        here = session.get_one(Community, where(seeded, "C").community_id)
        a_life(session, here, ((5, 5),))
        counts.recompute(session, here.id)

    with seeded.reading() as session:
        after = standing.of_place(session, where(seeded), LATE).rolled("P-F1")

    assert (before.count.x, after.count.x, after.with_data) == (9, 14, 3)


def test_a_region_rolls_up_its_districts(seeded: Store) -> None:
    with seeded.writing() as session:
        world.community(session, world.district(session, "220998", "Otro"), "Z")

    with seeded.reading() as session:
        found = standing.of_place(session, places.district(session, "22"), LATE)
        everywhere = standing.of_place(session, places.EVERYWHERE, LATE)

    assert [m.code for m in found.members] == ["A", "B", "C", "Z"]
    assert found.rolled("P-F1").count == Count(9, 17, 1)
    assert everywhere.figures == found.figures


def test_a_trend_tells_the_rounds_and_how_many_stand_behind_each(seeded: Store) -> None:
    with seeded.reading() as session:
        of_district = standing.trend(session, where(seeded), health=False)["P-F1"]
        of_one = standing.trend(session, where(seeded, "A"), health=False)["P-F1"]

    assert [(p.label, p.count, p.communities) for p in of_district] == [
        ("2027-I", Count(6, 18), 2),
        ("2027-II", Count(7, 9, 1), 1),
    ]
    assert [p.count.x for p in of_one] == [4, 7]


def test_a_card_shows_the_figure_with_its_rounds_and_its_change(seeded: Store) -> None:
    with seeded.reading() as session:
        lines = standing.community_card(session, where(seeded, "A"), LATE)

    line = next(each for each in lines if each.indicator.code == "P-F1")
    assert line.figure.count == Count(7, 9, 1)
    assert line.change is not None
    assert line.change.verdict == "not_told"


def test_rounds_between_which_the_question_changed_are_not_compared(
    seeded: Store, tmp_path: Path
) -> None:
    with seeded.writing() as session:
        world.reworded(session, tmp_path, "P-F1", LATE)
        counts.recompute(session, where(seeded, "A").community_id or 0)

    with seeded.reading() as session:
        found = standing.of_place(session, where(seeded), LATE)
        lines = standing.community_card(session, where(seeded, "A"), LATE)

    figures = found.figures["P-F1"]
    assert figures["A"].forms == (FormVersion("monitoring", 2),)
    assert figures["B"].forms == (FormVersion("monitoring", 1),)
    line = next(each for each in lines if each.indicator.code == "P-F1")
    assert [point.forms for point in line.points] == [
        (FormVersion("monitoring", 1),),
        (FormVersion("monitoring", 2),),
    ]
    assert line.change is not None
    assert (line.change.verdict, line.change.difference) == ("unknown", None)
    assert line.change.reason.code == "asked_otherwise"


def test_sensitive_figures_are_summed_for_all_and_by_community_for_health_alone(
    seeded: Store,
) -> None:
    with seeded.writing() as session:
        here = session.get_one(Community, where(seeded, "A").community_id)
        held = standing.columns(world.Round).where(world.Round.community_id == here.id)
        first = session.exec(held).scalars().first()
        sheet = world.form(session, "monitoring", here, first)
        world.totals(session, sheet, {"P-G7": (3, 4)})
        counts.recompute(session, here.id, first.id)

    with seeded.reading() as session:
        found = standing.of_place(session, where(seeded), world.DAY)
        card = standing.community_card(session, where(seeded, "A"), world.DAY)
        own = standing.community_card(session, where(seeded, "A"), world.DAY, health=True)

    assert found.rolled("P-G7").count == Count(3, 4)
    assert found.by_community("P-G7", health=False) == {}
    assert found.by_community("P-G7", health=True)["A"].count == Count(3, 4)
    assert "P-G7" not in {line.indicator.code for line in card}
    assert "P-G7" in {line.indicator.code for line in own}


def test_lines_that_say_something_else_than_the_total_are_marked(seeded: Store) -> None:
    with seeded.writing() as session:
        here = session.get_one(Community, where(seeded, "B").community_id)
        held = (
            session.exec(standing.columns(world.Round).where(world.Round.community_id == here.id))
            .scalars()
            .one()
        )
        sheet = world.form(session, "household_monitoring", here, held)
        homes = world.families(session, here, 3)
        world.answers(session, sheet, "P-F1", {home.id: YES for home in homes})
        counts.recompute(session, here.id, held.id)

    with seeded.reading() as session:
        figure = standing.of_place(session, where(seeded), world.DAY).figures["P-F1"]["B"]

    assert (figure.count.x, figure.count.n, figure.typed) == (3, 3, (2, 8))
    assert figure.differs


def test_a_community_that_left_the_district_is_no_longer_in_its_figures(seeded: Store) -> None:
    with seeded.writing() as session:
        code = (
            world.select(world.Belonging)
            .join(Community, Community.id == world.Belonging.community_id)
            .where(Community.code == "B")
        )
        session.exec(code).one().valid_to = world.DAY
        counts.changed(session, [where(seeded, "A").community_id or 0])

    with seeded.reading() as session:
        found = standing.of_place(session, where(seeded), LATE)
        place = session.get(Place, where(seeded).place_id)

    assert place is not None
    assert [m.code for m in found.members] == ["A", "C"]
