"""Map pictures in one file: what it holds, tile by tile, and what is refused in which words."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pmtiles.tile import TileType

from app.errors import Invalid, Malformed, Refusal, UnsupportedFile
from app.gis import background_files
from app.gis.background_files import Archive, Source
from app.gis.vector_tiles import Tile
from tests.pictures import HERE, MINE, ZOOMS, mbtiles, picture, pmtiles, tiles

Maker = Callable[..., bytes]
SPOT = next(tiles(zooms=range(12, 13)))


def inspected(path: Path) -> Archive:
    return background_files.inspected(background_files.opened(path))


@pytest.mark.parametrize("make", [mbtiles, pmtiles])
def test_both_kinds_tell_the_same_of_the_same_pictures(tmp_path: Path, make: Maker) -> None:
    make(tmp_path / "fondo")

    found = inspected(tmp_path / "fondo")

    assert (found.title, found.attribution) == ("Ortofoto 2024", MINE)
    assert found.zooms == ZOOMS
    assert found.count == len(list(tiles()))
    assert found.spoilt == 0
    assert found.kinds == {"png"}
    assert set(found.samples) == set(ZOOMS)
    west, south, east, north = found.box
    assert west <= HERE[0] < HERE[2] <= east <= HERE[2] + 0.05
    assert south <= HERE[1] < HERE[3] <= north <= HERE[3] + 0.05


@pytest.mark.parametrize("make", [mbtiles, pmtiles])
def test_a_tile_comes_as_it_is_and_where_there_is_none_nothing_does(
    tmp_path: Path, make: Maker
) -> None:
    own = {tile: picture("#ff0000" if tile == SPOT else "#0000ff") for tile in tiles()}
    make(tmp_path / "fondo", own)

    source = background_files.opened(tmp_path / "fondo")

    assert source.get(SPOT) == picture("#ff0000")
    assert source.get(Tile(12, SPOT.x + 1, SPOT.y)) == picture("#0000ff")
    assert source.get(Tile(12, 0, 0)) is None


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_pictures_are_known_by_their_bytes_whatever_the_file_says(
    tmp_path: Path, kind: str
) -> None:
    mbtiles(tmp_path / "fondo", {SPOT: picture(kind=kind)}, {"name": "x", "format": "png"})

    assert inspected(tmp_path / "fondo").kinds == {{"JPEG": "jpg"}.get(kind, kind.lower())}


def test_a_view_is_as_good_as_a_table(tmp_path: Path) -> None:
    mbtiles(tmp_path / "fondo")
    with sqlite3.connect(tmp_path / "fondo") as db:
        db.execute("ALTER TABLE tiles RENAME TO images")
        db.execute("CREATE VIEW tiles AS SELECT * FROM images")
    db.close()

    assert inspected(tmp_path / "fondo").count == len(list(tiles()))


@pytest.mark.parametrize("ask", [lambda source: source.get(SPOT), background_files.inspected])
def test_a_view_without_end_is_given_up(tmp_path: Path, ask: Callable[[Source], object]) -> None:
    mbtiles(tmp_path / "fondo")
    endless = (
        "CREATE VIEW tiles AS WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n) "
        "SELECT 12 AS zoom_level, i AS tile_column, random() AS tile_row, x'00' AS tile_data "
        "FROM n WHERE random() = 1"
    )
    with sqlite3.connect(tmp_path / "fondo") as db:
        db.execute("DROP TABLE tiles")
        db.execute(endless)
    db.close()

    with pytest.raises(Malformed, match="dañado o incompleto"):
        ask(background_files.opened(tmp_path / "fondo"))


@pytest.mark.parametrize("make", [mbtiles, pmtiles])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.9])
def test_a_file_that_was_cut_off_is_refused(tmp_path: Path, make: Maker, share: float) -> None:
    whole = make(tmp_path / "fondo", {tile: picture(side=250 + tile.x % 7) for tile in tiles()})
    (tmp_path / "fondo").write_bytes(whole[: int(len(whole) * share)])

    with pytest.raises(Malformed, match="dañado o incompleto"):
        inspected(tmp_path / "fondo")


@pytest.mark.parametrize("make", [mbtiles, pmtiles])
def test_vector_tiles_are_refused_with_the_way_to_make_pictures(
    tmp_path: Path, make: Maker
) -> None:
    make(tmp_path / "fondo", {SPOT: b"\x1f\x8b\x08\x00" + b"0" * 40}, {"format": "pbf"})

    with pytest.raises(Invalid, match="teselas vectoriales") as refused:
        inspected(tmp_path / "fondo")

    assert "QGIS" in refused.value.remedy


def test_a_pmtiles_that_says_vector_is_refused_too(tmp_path: Path) -> None:
    pmtiles(tmp_path / "fondo", {SPOT: b"\x1a\x03abc"}, kind=TileType.MVT)

    with pytest.raises(Invalid, match="teselas vectoriales"):
        inspected(tmp_path / "fondo")


@pytest.mark.parametrize("content", [b"PK\x03\x04" + b"0" * 200, b"hola, mapa\n", b"\x89PNG", b""])
def test_what_is_neither_kind_is_told_by_its_bytes(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "fondo.mbtiles").write_bytes(content)

    with pytest.raises(UnsupportedFile, match=r"fondo\.mbtiles no es un MBTiles ni un PMTiles"):
        background_files.opened(tmp_path / "fondo.mbtiles", "fondo.mbtiles")


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DROP TABLE tiles", "le falta la tabla «tiles»"),
        ("DROP TABLE metadata", "le falta la tabla «metadata»"),
        ("ALTER TABLE tiles RENAME COLUMN tile_data TO data", "no tienen las columnas"),
        ("CREATE TABLE gpkg_contents (a)", "Es un GeoPackage"),
        ("DELETE FROM tiles", "no trae ninguna tesela"),
        ("UPDATE tiles SET tile_data = 'no'", "Ninguna de sus"),
        ("UPDATE tiles SET tile_row = 'uno'", "Ninguna de sus"),
        ("UPDATE tiles SET zoom_level = 40", "Ninguna de sus"),
    ],
)
def test_an_mbtiles_that_keeps_no_norm_is_refused_by_what_it_lacks(
    tmp_path: Path, statement: str, said: str
) -> None:
    mbtiles(tmp_path / "fondo")
    with sqlite3.connect(tmp_path / "fondo") as db:
        db.execute(statement)
    db.close()

    with pytest.raises(Invalid, match=said):
        inspected(tmp_path / "fondo")


def test_an_older_pmtiles_is_refused_with_the_way_on(tmp_path: Path) -> None:
    whole = bytearray(pmtiles(tmp_path / "fondo"))
    whole[7] = 2
    (tmp_path / "fondo").write_bytes(whole)

    with pytest.raises(Malformed, match="versión que no se lee"):
        background_files.opened(tmp_path / "fondo")


@given(at=st.integers(0, 400), put=st.binary(min_size=1, max_size=12))
def test_bytes_written_over_a_pmtiles_are_read_or_refused_never_worse(
    tmp_path_factory: pytest.TempPathFactory, at: int, put: bytes
) -> None:
    path = tmp_path_factory.mktemp("cortes") / "fondo"
    whole = bytearray(pmtiles(path))
    whole[at : at + len(put)] = put
    path.write_bytes(whole)

    try:
        found = inspected(path)
    except Refusal:
        return
    assert found.count > 0
