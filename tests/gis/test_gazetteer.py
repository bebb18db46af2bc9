"""Which place a community is: by how its name sounds and how far it stands."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from app.gis.gazetteer import Named, candidates

HERE = (-76.5, -7.0)
NEAR = (-76.502, -7.001)  # some 250 m
FAR = (-76.6, -7.2)  # some 25 km


def best(asked: Named, *gazetteer: Named) -> tuple[str, str]:
    """Code and word of the first candidate."""
    found = candidates([asked], gazetteer)[0]
    return found[0].place.code, found[0].word


def test_a_name_that_sounds_alike_on_the_spot_is_sure() -> None:
    asked = Named("A", "Wakaybamba", HERE)

    assert best(asked, Named("1", "HUACAYBAMBA", NEAR), Named("2", "San Juan", NEAR)) == (
        "1",
        "sure",
    )


def test_of_two_of_the_same_name_the_near_one_is_meant() -> None:
    asked = Named("A", "San Juan", HERE)

    assert best(asked, Named("1", "San Juan", FAR), Named("2", "San Juan", NEAR)) == ("2", "sure")


def test_two_of_the_same_name_as_near_are_for_a_person() -> None:
    asked = Named("A", "San Juan", HERE)

    assert best(asked, Named("1", "San Juan", NEAR), Named("2", "San Juan", NEAR)) == (
        "1",
        "doubtful",
    )


def test_one_place_is_not_two_communities() -> None:
    asked = [Named("A", "San Juan", HERE), Named("B", "San Juan", NEAR)]

    found = candidates(asked, [Named("1", "San Juan", NEAR)])

    assert [each[0].word for each in found] == ["doubtful", "doubtful"]


def test_the_likelier_of_two_has_the_place() -> None:
    asked = [Named("A", "Puerto Achira", HERE), Named("B", "Alto Achira", FAR)]

    found = candidates(asked, [Named("1", "PUERTO ACHIRA", NEAR)])

    assert [each[0].word for each in found] == ["sure", "doubtful"]


def test_a_name_alone_is_never_sure() -> None:
    assert best(Named("A", "Quillca"), Named("1", "Qillqa", HERE)) == ("1", "likely")


def test_another_name_on_the_spot_is_offered_and_doubtful() -> None:
    asked = Named("A", "Nueva Esperanza", HERE)

    assert best(asked, Named("1", "Tingo", HERE), Named("2", "Palca", FAR)) == ("1", "doubtful")


def test_nothing_alike_gives_nothing() -> None:
    assert candidates([Named("A", "Tingo", HERE)], [Named("1", "Palca", FAR)]) == [()]
    assert candidates([Named("A", "Tingo", HERE)], []) == [()]
    assert candidates([], [Named("1", "Palca")]) == []


@pytest.fixture
def district(data_dir: Path) -> list[Named]:
    """The populated places of a real district with many of them."""
    frame = pd.read_csv(data_dir / "puntos" / "centros_poblados_4regiones.csv", dtype=str)
    largest = frame["inei_distrito"].value_counts().index[0]
    rows = frame[frame["inei_distrito"] == largest].to_dict("records")
    return [
        Named(row["inei_ccpp"], row["ccpp"], (float(row["longitude"]), float(row["latitude"])))
        for row in rows
    ]


def test_real_places_written_otherwise_and_moved_a_little_find_themselves(
    district: list[Named],
) -> None:
    random = np.random.default_rng(7)
    spelt = [
        Named(
            each.code,
            each.name.lower().replace("hua", "wa").replace("qui", "ki").replace("o", "u"),
            (each.at[0] + random.normal(0, 0.002), each.at[1] + random.normal(0, 0.002)),
        )
        for each in district
        if each.at
    ]

    found = candidates(spelt, district)

    right = [
        asked.code == each[0].place.code for asked, each in zip(spelt, found, strict=True) if each
    ]
    sure = [
        asked.code == each[0].place.code
        for asked, each in zip(spelt, found, strict=True)
        if each and each[0].word == "sure"
    ]
    assert len(district) > 100
    assert np.mean(right) > 0.95
    assert np.mean(sure) > 0.99
    assert len(sure) > 0.5 * len(district)
