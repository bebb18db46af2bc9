"""Pictures under the maps: checked before anything is offered, kept to their place, taken back."""

from pathlib import Path
from typing import Any

import pytest

from app.operations import backgrounds
from app.operations.backgrounds import Background
from app.records import places
from app.records.imports import ImportBatch
from tests.operations.imports.house import House, notices
from tests.pictures import ABOUT, HERE, MINE, mbtiles, picture, pmtiles, tiles

FAR = (-70.1, -15.6, -70.0, -15.5)
LONDON = (-0.2, 51.4, 0.1, 51.6)


def _brought(house: House, content: bytes, *, mine: bool = True, **options: Any) -> ImportBatch:
    place = None
    if mine:
        key = house.rows("SELECT id FROM place WHERE code = '100101'")[0][0]
        place = ("100101", key)
    found: ImportBatch = house.check(
        "backgrounds", content, name="fondo.mbtiles", place=place, **options
    )
    return found


def _offered(house: House, district: str = "100101") -> list[Background]:
    with house.store.reading() as session:
        return list(backgrounds.of_district(session, places.district(session, district)))


def _refused(batch: ImportBatch) -> str:
    assert batch.state == "failed"
    return str(batch.report["refusal"]["message"])


def test_a_background_is_offered_once_published_and_no_longer_once_undone(
    settled: House, tmp_path: Path
) -> None:
    before = settled.dump()
    batch = _brought(settled, mbtiles(tmp_path / "m"))
    assert _offered(settled) == []

    settled.publish(batch)

    (found,) = _offered(settled)
    assert (found.title, found.attribution, found.zooms) == ("Ortofoto 2024", MINE, (10, 13))
    assert _offered(settled, "100102") == []
    tile = next(iter(tiles()))
    drawn = backgrounds.picture(settled.settings.files, found.sha256, tile)
    assert drawn is not None
    assert (drawn.body, drawn.media_type) == (picture(), "image/png")
    settled.undo(batch)
    assert _offered(settled) == []
    assert settled.dump() == before


def test_one_of_the_whole_installation_comes_after_the_district_s_own(
    settled_local: House, tmp_path: Path
) -> None:
    everybody = ABOUT | {"name": "Perú"}
    settled_local.publish(_brought(settled_local, mbtiles(tmp_path / "m")))
    settled_local.publish(
        _brought(settled_local, pmtiles(tmp_path / "p", about=everybody), mine=False)
    )

    assert [each.title for each in _offered(settled_local)] == ["Ortofoto 2024", "Perú"]
    assert [each.title for each in _offered(settled_local, "100102")] == ["Perú"]


def test_whose_pictures_they_are_has_to_be_said(settled_local: House, tmp_path: Path) -> None:
    silent = mbtiles(tmp_path / "m", about={"name": "Sin dueño"})

    refused = _brought(settled_local, silent)
    taken = _brought(settled_local, silent, source="IGN 2020")

    assert "no dice de quién son las imágenes" in _refused(refused)
    assert refused.report["refusal"]["field"] == "source"
    assert taken.report["summary"]["attribution"] == "IGN 2020"


def test_pictures_of_another_place_are_refused(settled_local: House, tmp_path: Path) -> None:
    far = mbtiles(tmp_path / "far", dict.fromkeys(tiles(FAR), picture()))
    abroad = mbtiles(tmp_path / "abroad", dict.fromkeys(tiles(LONDON), picture()))

    assert "no tocan el distrito" in _refused(_brought(settled_local, far))
    assert "no tocan el Perú" in _refused(_brought(settled_local, abroad, mine=False))


def test_rows_counted_from_the_wrong_end_are_noticed(settled_local: House, tmp_path: Path) -> None:
    about = ABOUT | {"bounds": ",".join(map(str, HERE))}
    upside_down = mbtiles(tmp_path / "m", about=about, south_first=False)

    assert "no están donde el archivo dice" in _refused(_brought(settled_local, upside_down))


def test_a_picture_that_does_not_open_refuses_the_file(
    settled_local: House, tmp_path: Path
) -> None:
    spoilt = mbtiles(tmp_path / "m", dict.fromkeys(tiles(), picture()[:90]))

    assert "no se puede abrir" in _refused(_brought(settled_local, spoilt))


def test_what_is_only_in_part_is_taken_and_told(settled_local: House, tmp_path: Path) -> None:
    some = dict.fromkeys(tiles((-76.3, -9.95, -76.28, -9.94), range(13, 20)), picture())
    first = next(iter(some))
    some[first] = b"nada"

    said = notices(_brought(settled_local, mbtiles(tmp_path / "m", some)))

    assert "1 teselas no son imágenes: ahí se verá el fondo simple." in said
    assert any("% del distrito" in each for each in said)
    assert "Los niveles de más de 18 no se muestran." in said


@pytest.mark.parametrize("content", [b"PK\x03\x04" + b"0" * 300, b"solo texto", b"PMTiles\x03"])
def test_what_is_no_such_file_fails_with_a_sentence(settled_local: House, content: bytes) -> None:
    batch = _brought(settled_local, content)

    assert _refused(batch)
    assert batch.report["refusal"]["remedy"]
    assert _offered(settled_local) == []
