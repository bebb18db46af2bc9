"""What each layer tells, on both stores: x of n and no more, unknown apart, the words beside."""

from dataclasses import replace

import pytest
from sqlmodel import col, select

from app.errors import Unknown
from app.operations import instruments, visits
from app.operations.layers import choices, registry, serving
from app.operations.layers.declared import Asked, Mark, Told
from app.records import places, stamps
from app.records.aggregates import Publication, PublicText
from app.records.territory import Community, Facility
from app.store.sessions import Reading, Store
from tests import world
from tests.maps.district import KEPT, NAMED, SAID


def drawn(store: Store, code: str, public: bool = False, **more: object) -> tuple[list[Mark], Told]:
    """One layer as the totals view sees it."""
    with store.reading() as session:
        marks, told = serving.drawn(
            session, registry.by_code(code), replace(asked(session, public), **more)
        )
    return list(marks), told


def asked(session: Reading, public: bool = False) -> Asked:
    return Asked(places.district(session, world.UBIGEO), public, instruments.today())


def test_communities_are_told_by_x_of_n_and_what_is_not_known_has_no_value(
    settled: Store,
) -> None:
    _, told = drawn(settled, "indicator", indicator="P-F1")

    assert (told.values["A"].x, told.values["A"].n) == (12, 31)
    assert told.values["A"].value == pytest.approx(12 / 31, abs=1e-4)
    assert told.values["E"].value is None
    assert told.n == "4 de 5 comunidades"
    assert "64 de 108 hogares" in told.sentence


def test_an_earlier_round_can_be_looked_at(settled: Store) -> None:
    _, told = drawn(settled, "indicator", indicator="P-F1", round="2026-A")

    assert (told.values["A"].x, told.values["A"].n) == (6, 31)


def test_only_communities_short_of_the_target_when_asked(settled: Store) -> None:
    _, told = drawn(settled, "gap", indicator="P-F1", only_gap=True)

    assert [code for code, value in told.values.items() if not value.hidden] == ["A", "C"]
    assert told.first[0] == "C"


def test_what_stays_with_the_health_role_is_on_no_map(settled: Store) -> None:
    with settled.reading() as session:
        offered = [
            code
            for offer in (choices.indicators, choices.with_goal, choices.ranked_needs)
            for code, _ in offer(session, asked(session))
        ]
    _, support = drawn(settled, "support")

    assert "P-F1" in offered
    assert KEPT not in offered
    said = repr(support)
    assert "Se tratan sin violencia" not in said
    with pytest.raises(Unknown):
        drawn(settled, "indicator", indicator=KEPT)


def test_the_first_to_support_is_named_numbered_and_told_in_what(settled: Store) -> None:
    _, told = drawn(settled, "support")

    first = told.values[told.first[0]]
    assert told.first[0] == "C"
    assert first.rank == "1"
    assert first.lines[0][0] == "Necesita apoyo en"
    assert told.sentence.startswith("Primero Cerro")
    assert "De 1 comunidad faltan datos" in told.sentence
    assert told.values["E"].value is None


def test_a_turn_of_visit_is_a_tier_with_its_range_and_no_exact_place(
    settled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visits, "TOP", 2)

    with settled.reading() as session:
        told = registry.by_code("turn").tell(session, asked(session), ())

    assert told.classes is not None
    tiers = {code: told.classes.class_of(value.value) for code, value in told.values.items()}
    assert (tiers["C"], tiers["D"], tiers["E"]) == (2, 0, None)
    assert told.first[0] == "C"
    assert told.sentence.startswith("Seguras entre las 2 primeras: Cerro")
    assert told.values["C"].text.startswith("Alta: ")
    assert told.values["C"].lines[0][0] == "Entre las 2 primeras"
    assert told.values["E"].text.startswith("faltan datos")
    assert not any(value.rank for value in told.values.values())
    assert "Ordena visitas y acompañamiento, nada más." in told.note
    assert "Se tratan sin violencia" not in repr(told)


def test_the_same_figures_give_the_same_turns(settled: Store) -> None:
    _, first = drawn(settled, "turn")

    with settled.reading() as session:
        about = asked(session)
        again = registry.by_code("turn").tell(session, about, ())

    assert again == first


def test_no_data_at_all_is_no_value_of_coverage(settled: Store) -> None:
    _, told = drawn(settled, "coverage")

    assert told.values["E"].value is None
    assert told.values["A"].value == 1


def test_a_need_is_sized_by_whom_it_reaches(settled: Store) -> None:
    _, told = drawn(settled, "need", indicator="P-F1")

    reached = {code: value.value for code, value in told.values.items()}
    assert reached["D"] == 0
    assert reached["E"] is None
    assert max(reached, key=lambda code: reached[code] or 0) == told.first[0] == "C"
    assert "Les falta a unas" in told.sentence


@pytest.mark.parametrize("code", ["problems", "hazards", "assets", "actions", "proposals"])
def test_what_assemblies_said_is_drawn_where_they_said(settled: Store, code: str) -> None:
    marks, told = drawn(settled, code)

    assert any(mark.shape is not None for mark in marks)
    assert told.sentence


def test_what_has_no_place_is_counted_and_kept_for_the_table(settled: Store) -> None:
    marks, told = drawn(settled, "problems")

    assert [mark.shape is None for mark in marks] == [False, True]
    assert "1 sin lugar en el mapa" in told.note


def test_a_hazard_is_said_to_be_no_official_assessment(settled: Store) -> None:
    _, told = drawn(settled, "hazards")

    assert "EVAR" in told.note


def test_who_is_responsible_for_an_action_is_not_on_the_map(settled: Store) -> None:
    marks, _ = drawn(settled, "actions")

    assert NAMED not in repr(marks)


def test_the_public_sees_published_figures_and_nothing_else(settled: Store) -> None:
    _, told = drawn(settled, "indicator", public=True)

    assert {code: (v.x, v.n, v.value is None) for code, v in told.values.items()} == {
        "A": (13, 29, False),
        "B": (None, None, True),
    }


def test_the_public_is_first_shown_the_need_that_was_published_as_first(settled: Store) -> None:
    with settled.writing() as session:
        place = places.district(session, world.UBIGEO).place_id
        some = {"place_id": place, "round_label": "2026-A", "as_of": instruments.today()}
        here = session.exec(select(Community.id).where(col(Community.code).endswith("A"))).first()
        figure = {"indicator": "P-F2", "state": "published", "x": 13, "n": 29}
        session.add(Publication(**some, **figure, community_id=here))  # P-F1 has two
        listed = [{"code": "P-B6"}, {"code": "P-F2"}, {"code": "P-F1"}]
        session.add(PublicText(place_id=place, kind="needs", body={"needs": listed}))

    _, told = drawn(settled, "indicator", public=True)

    assert told.chosen == "P-F2"


def test_the_public_sees_proposals_presented_and_no_word_that_a_person_wrote(
    settled: Store,
) -> None:
    marks, _ = drawn(settled, "proposals", public=True)

    assert [mark.name for mark in marks] == ["Propuesta n.º 2 de 2028"]
    assert SAID not in repr(marks)


def test_a_change_in_the_district_is_seen_at_the_next_request(settled: Store) -> None:
    before, _ = drawn(settled, "facilities")
    with settled.writing() as session:
        session.add(
            Facility(
                code="00009999",
                name="Otra",
                search="otra",
                place_id=places.district(session, world.UBIGEO).place_id,
            )
        )
        stamps.bump(session, "territory")

    after, _ = drawn(settled, "facilities")

    assert len(after) == len(before) + 1


def test_english_says_the_same_in_english(settled: Store) -> None:
    _, told = drawn(settled, "indicator", indicator="P-F1", lang="en")

    assert told.n == "4 of 5 communities"
    assert told.classes is not None
    assert told.classes.labels[0] == "0 to 20\N{NO-BREAK SPACE}%"
