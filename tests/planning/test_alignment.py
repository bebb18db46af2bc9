"""What a plan lacks is named, one thing at a time, with what to do."""

from app.planning import alignment
from app.planning.alignment import ActionSeen, IndicatorSeen, ObjectiveSeen, Priority

GOOD = ObjectiveSeen(
    "OE.01",
    ("AG-02",),
    (IndicatorSeen("IND.01", baseline=True, targets=True),),
    (ActionSeen("AE.01.01", responsible=True, lines=1),),
)
WATER = Priority("AG-02", "Agua", 1, "theme:water")


def codes(*objectives: ObjectiveSeen, priorities: tuple[Priority, ...] = ()) -> list[str]:
    return [f.reason.code for f in alignment.check(objectives, priorities)]


def test_a_plan_that_hangs_together_lacks_nothing() -> None:
    assert codes(GOOD, priorities=(WATER,)) == []


def test_each_missing_link_is_named() -> None:
    bare = ObjectiveSeen("OE.02", (), (), ())
    loose = ObjectiveSeen(
        "OE.03",
        ("theme:water",),
        (IndicatorSeen("IND.02", baseline=False, targets=False),),
        (ActionSeen("AE.03.01", responsible=False, lines=0),),
    )

    assert codes(bare) == [
        "objective_without_indicator",
        "objective_without_need",
        "objective_without_action",
    ]
    assert codes(loose) == [
        "without_baseline",
        "without_target",
        "without_responsible",
        "without_line",
    ]


def test_a_priority_is_answered_by_its_code_or_by_its_theme() -> None:
    by_theme = ObjectiveSeen("OE.01", ("theme:water",), GOOD.indicators, GOOD.actions)
    other = Priority("NU-05", "Lactancia", 2, "theme:nutrition")

    found = alignment.check([by_theme], [WATER, other])

    assert [(f.subject, f.reason.code) for f in found] == [("NU-05", "priority_without_objective")]
    assert found[0].reason.sentence == (
        "La prioridad 2, «Lactancia», no tiene objetivo en el plan."
    )


def test_priorities_after_the_first_are_told_as_a_number() -> None:
    many = tuple(Priority(f"X{n}", f"x{n}", n) for n in range(1, 12))

    found = alignment.check([GOOD], many)

    assert [f.reason.code for f in found] == ["priority_without_objective"] * 5 + [
        "more_without_objective"
    ]
    assert found[-1].reason.numbers == {"n": 6, "top": 5}
