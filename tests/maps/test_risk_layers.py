"""The two risk maps and what stands beside them: what each community's card says."""

from pathlib import Path

import pytest
from sqlmodel import col, select

from app.errors import Invalid, Unknown
from app.operations import agreements, instruments, risk_bands
from app.operations.agreements import Given
from app.operations.layers import choices, registry, serving
from app.operations.layers.declared import Asked, Told, Value
from app.operations.ordinances import Ordinance
from app.operations.risk_bands import Agreed
from app.operations.trail import Author
from app.records import places
from app.records.cycles import Round
from app.records.territory import Community
from app.store.sessions import Store
from tests import world
from tests.http.town import Town


def _told(store: Store, code: str, **choices: str) -> tuple[Told, dict[str, Value]]:
    """What a planner is told of a layer, by the letter of the community."""
    layer = registry.by_code(code)
    with store.reading() as session:
        where = places.district(session, world.UBIGEO)
        day = instruments.today()
        _, told = serving.drawn(session, layer, Asked(where, False, day, **choices))
    return told, {code[-1]: value for code, value in told.values.items()}


def test_each_card_says_what_drives_the_need_and_in_what_support_is_needed(settled: Store) -> None:
    told, by = _told(settled, "maternal_child")

    lines = dict(by["A"].lines)
    # By hand: births lack 7/8; breastfeeding 6/10 and meals 6/12 are one theme: mean of the two.
    assert by["A"].value == pytest.approx(round(100 * (7 / 8 + (0.6 + 0.5) / 2) / 2, 1))
    assert lines["Necesita apoyo en"] == "Embarazo y parto; Alimentación y nutrición"
    assert lines["Parto en establecimiento de salud"].startswith("1 de 8")
    assert lines["Niñas y niños a quienes les falta algo"] == "al menos 6"
    assert lines["Menores de 5 años"] == "14"
    assert lines["Gestantes"] == "2"
    assert "necesidad muy alta" in by["A"].text
    assert by["A"].rank == "1"
    assert told.first[0].endswith("A")


def test_intensity_and_people_are_two_things(settled: Store) -> None:
    _, by = _told(settled, "maternal_child")

    assert by["A"].people == 16
    assert by["B"].value == 0
    assert by["B"].people is None


def test_who_was_not_asked_is_not_known_and_never_zero(settled: Store) -> None:
    told, by = _told(settled, "maternal_child")

    assert by["E"].value is None
    assert by["D"].value is None
    assert "no se sabe" in by["E"].text
    assert told.n == "3 de 5 comunidades"


def test_data_older_than_a_year_are_told_and_fade(settled: Store) -> None:
    told, by = _told(settled, "maternal_child")

    assert by["C"].old
    assert not by["A"].old
    assert ("Dato antiguo", "tiene más de 12 meses") in by["C"].lines
    assert "Más tenue" in told.note


def test_hazards_by_community_tell_kinds_families_and_levels_of_the_district(
    settled: Store,
) -> None:
    told, by = _told(settled, "hazard_exposure")

    lines = dict(by["A"].lines)
    assert (by["A"].x, by["A"].n, by["A"].value) == (30, 40, 0.75)
    assert lines["Helada o friaje"] == "30 familias"
    assert lines["En todo el distrito, según CENEPRED 2025"] == "inundación: muy alto"
    assert by["B"].value is None
    assert by["B"].text == "no hubo asamblea"
    assert told.sentence.startswith("No es una evaluación de riesgo (EVAR).")
    assert "Más familias expuestas en" in told.sentence


def test_the_points_of_hazards_keep_a_name_of_their_own() -> None:
    names = [layer.title.es for layer in registry.LAYERS]

    assert len(names) == len(set(names))


def test_travel_time_is_what_the_assembly_said(settled: Store) -> None:
    told, by = _told(settled, "travel")

    assert by["A"].value == 150
    assert by["A"].text == "2 h 30 min en lluvia"
    assert by["B"].value is None
    assert "1 de 1 comunidades están a más de una hora" in told.sentence


def test_a_change_is_told_only_where_both_rounds_saw_the_community(settled: Store) -> None:
    told, by = _told(settled, "change", indicator="P-F1")

    # A went from 6 to 12 of 31 homes.
    assert by["A"].value == pytest.approx(round(600 / 31, 2))
    assert told.unit == "puntos"
    assert by["A"].text == "mejoró 19 puntos"
    assert by["E"].value is None
    assert by["E"].text == "no se la vio en ninguna de las dos"
    assert told.n == "4 de 5 comunidades"
    assert told.classes is not None
    assert told.classes.labels[-1] == "mejoró 20 puntos o más"


def test_a_change_of_the_question_is_no_change_of_the_community(
    settled: Store, tmp_path: Path
) -> None:
    with settled.writing() as session:
        last = session.exec(select(Round.held_on).order_by(col(Round.held_on).desc())).first()
        assert last is not None
        world.reworded(session, tmp_path, "P-F1", last)

    told, by = _told(settled, "change", indicator="P-F1")

    assert by["A"].value is None
    assert by["A"].text == "no se compara: la ficha cambió la pregunta"
    assert told.sentence.startswith("Entre las dos rondas la ficha cambió la pregunta")


def test_the_first_round_is_compared_with_the_next(settled: Store) -> None:
    where = world.UBIGEO
    with settled.reading() as session:
        asked = Asked(places.district(session, where), False, instruments.today(), round="2025-A")
        pair = choices.two_rounds(session, asked)

    assert pair == ("2025-A", "2026-A")


def test_two_rounds_that_cannot_be_compared_are_refused(settled: Store) -> None:
    with pytest.raises(Unknown):
        _told(settled, "change", indicator="P-F1", round="2026-A", since="2026-B")


def test_under_thirty_communities_no_cluster_is_looked_for(settled: Store) -> None:
    told, by = _told(settled, "clusters", indicator="P-F1")

    assert not by
    assert "hacen falta 30" in told.sentence


def test_works_tell_state_money_and_whom_they_serve(mapped: Town) -> None:
    author = Author(None)
    with mapped.store.writing() as session:
        where = places.district(session, world.UBIGEO)
        codes = select(Community.id).order_by(col(Community.code)).limit(2)
        given = Given(2027, "Reservorio", 52_000_00, served=tuple(session.exec(codes).all()))
        agreements.open_one(session, author, where, given, instruments.today())

    told, _ = _told(mapped.store, "works")
    money, by = _told(mapped.store, "money")

    layer = registry.by_code("works")
    with mapped.store.reading() as session:
        where = places.district(session, world.UBIGEO)
        (mark,) = layer.marks(session, Asked(where, False, instruments.today()))
    lines = dict(mark.about.lines)
    assert mark.name == "A-2027-01: Reservorio"
    assert lines["Estado"] == "acordado"
    assert lines["Por persona servida"] == "S/\N{NO-BREAK SPACE}200"  # 52,000 for 100 and 160
    assert told.sentence == "1 acuerdo del presupuesto."
    assert by["A"].value == 200
    assert by["C"].value == 0
    assert "2 de 5 comunidades tienen algún acuerdo" in money.sentence


def _agree(store: Store, reason: str = "", **given: object) -> None:
    wish: dict[str, object] = {"edges": (30.0,), "words": ("baja", "alta"), "by": "Acta 3"}
    wish |= given
    with store.writing() as session:
        where = places.district(session, world.UBIGEO)
        agreed = Agreed("maternal_child", wish["edges"], wish["words"])  # type: ignore[arg-type]
        ordinance = Ordinance(str(wish["by"]))
        risk_bands.agree(session, Author(None), where, agreed, ordinance, reason)


def test_agreed_bands_colour_the_map_and_the_legend_says_which_and_since_when(
    mapped: Town,
) -> None:
    before, _ = _told(mapped.store, "maternal_child")

    _agree(mapped.store)
    after, by = _told(mapped.store, "maternal_child")

    assert "por verificar" in before.note
    assert after.classes is not None
    assert after.classes.labels == ("baja · 0 a 30", "alta · 30 a 100")
    assert "Acta 3, versión 1" in after.note
    assert "necesidad alta" in by["A"].text


def test_a_change_of_bands_needs_its_reason_and_keeps_the_version_before(mapped: Town) -> None:
    _agree(mapped.store)
    with pytest.raises(Invalid):
        _agree(mapped.store, edges=(50.0,))

    _agree(mapped.store, "Quedaban todas en alta", edges=(50.0,))

    with mapped.store.reading() as session:
        where = places.district(session, world.UBIGEO)
        kept = risk_bands.versions(session, where, "maternal_child")
    assert [row.version for row in kept] == [2, 1]


def test_bands_without_ordinance_or_acta_are_refused(mapped: Town) -> None:
    with pytest.raises(Invalid, match="ordenanza o el acta") as refused:
        _agree(mapped.store, by=" ")

    assert "Acta de la mesa de salud" in refused.value.remedy


def test_the_planner_writes_bands_on_the_page_of_the_method(mapped: Town) -> None:
    client = mapped.client("planificadora")
    at = f"/d/{world.UBIGEO}/mapas/metodo"
    form = {"word_0": "poca", "word_1": "mucha", "from_1": "25", "ordinance": "Acta 7"}

    shown = client.get(at)
    answer = client.post(
        f"{at}/peligros-por-comunidad", data={**form, "_csrf": mapped.csrf("planificadora")}
    )
    again = client.get(at)

    assert "No es una evaluación de riesgo (EVAR)" in shown.text
    assert answer.status_code == 303
    assert "Acta 7, versión 1" in again.text
    told, _ = _told(mapped.store, "hazard_exposure")
    assert told.classes is not None
    assert told.classes.edges == (0, 0.25, 1)


def test_who_may_only_read_the_maps_gets_no_form(mapped: Town) -> None:
    answer = mapped.client("oficial").get(f"/d/{world.UBIGEO}/mapas/metodo")

    assert answer.status_code == 200
    assert '<form method="post" action="/d/1099' not in answer.text


def test_nothing_of_the_risk_maps_is_published(mapped: Town) -> None:
    client = mapped.client()

    for slug in ("salud-materna-infantil", "peligros-por-comunidad", "cambio", "agrupaciones"):
        assert client.get(f"/d/{world.UBIGEO}/mapas/{slug}").status_code == 303
