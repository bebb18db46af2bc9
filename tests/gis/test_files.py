"""A file is what its bytes say, within limits, or it is not let in."""

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from app.errors import Invalid, Malformed, Refusal, TooLarge, UnsupportedFile
from app.gis import files
from app.gis.files import Kind, Limits, Upload, admitted
from tests.gis.conftest import Write

PARTS = {"d.shp": b"\0\0\x27\x0a", "d.shx": b"", "d.dbf": b""}


def a_workbook() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["a"])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.geojson", '{"type": "FeatureCollection"}', Kind.GEOJSON),
        ("sin_nombre", '\ufeff  {"type": "Feature"}', Kind.GEOJSON),
        ("a.csv", "a,b\n1,2\n", Kind.CSV),
        ("a.txt", "a;b\n".encode("utf-16"), Kind.CSV),
        ("a.csv.gz", b"\x1f\x8b\x08", Kind.CSV_GZIP),
        ("datos.csv", a_workbook(), Kind.XLSX),
        ("a.gpkg", b"SQLite format 3\0" + b"\0" * 52 + b"GPKG", Kind.GEOPACKAGE),
    ],
)
def test_the_bytes_tell_the_kind_whatever_the_name(
    upload: Callable[..., Upload], name: str, content: str | bytes, kind: Kind
) -> None:
    assert upload(name, content).kind is kind


@pytest.mark.parametrize(
    ("name", "content", "refusal", "said"),
    [
        ("a.csv", b"", Malformed, "vacío"),
        ("a.xls", b"\xd0\xcf\x11\xe0", UnsupportedFile, "antiguo de Excel"),
        ("a.pdf", b"%PDF-1.7", UnsupportedFile, "PDF"),
        ("a.rar", b"Rar!\x1a", UnsupportedFile, "RAR"),
        ("a.shp", b"\0\0\x27\x0a", UnsupportedFile, "suelto"),
        ("a.gml", "<?xml version='1.0'?><gml/>", UnsupportedFile, "XML"),
        ("a.vrt", "<OGRVRTDataSource/>", UnsupportedFile, "XML"),
        ("a.geojson", 'ature","geometry":null}]}', Malformed, "cortado"),
        ("a.db", b"SQLite format 3\0" + b"\0" * 80, UnsupportedFile, "no un GeoPackage"),
        ("a.bin", b"\x01\x00\x02\x00", UnsupportedFile, "no es un archivo que se lea"),
        ("a.zip", b"PK\x03\x04 y nada mas", Malformed, "dañado"),
    ],
)
def test_other_kinds_are_refused_with_what_to_do(
    upload: Callable[..., Upload], name: str, content: bytes, refusal: type[Refusal], said: str
) -> None:
    with pytest.raises(refusal, match=said) as found:
        upload(name, content)

    assert found.value.remedy


def test_a_file_over_the_limit_is_refused_with_both_sizes(upload: Callable[..., Upload]) -> None:
    with pytest.raises(TooLarge, match="pesa 2 MB y el límite es 1 MB"):
        upload("a.csv", b"a" * 1_100_000, Limits(upload_bytes=1024**2))


@pytest.mark.parametrize(
    "inner",
    ["../d.shp", "/etc/d.shp", "a/../../d.shp", "C:/d.shp", "..\\d.shp", "\\\\servidor\\d.shp"],
)
def test_a_name_that_leaves_its_folder_is_refused(zipped: Write, inner: str) -> None:
    with pytest.raises(Invalid, match="sale de su carpeta"):
        admitted(zipped("a.zip", {inner: b"x"}), "a.zip")


def test_a_link_in_an_archive_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("d.shp")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")

    with pytest.raises(Invalid, match="sale de su carpeta"):
        admitted(tmp_path / "a.zip", "a.zip")


def test_an_archive_in_an_archive_is_refused(zipped: Write) -> None:
    with pytest.raises(Invalid, match="otro archivo comprimido"):
        admitted(zipped("a.zip", PARTS | {"más.zip": b"PK"}), "a.zip")


def test_a_bomb_is_refused_by_what_it_declares(zipped: Write) -> None:
    bomb = zipped("a.zip", PARTS | {"d.dbf": b"\0" * 3_000_000})

    with pytest.raises(TooLarge, match="descomprimido pasa de 1 MB"):
        admitted(bomb, "a.zip", Limits(unpacked_bytes=1024**2))


def test_a_bomb_that_lies_about_its_size_never_unpacks_more(zipped: Write) -> None:
    path = zipped("a.zip", PARTS | {"d.dbf": b"\0" * 3_000_000})
    path.write_bytes(path.read_bytes().replace(struct.pack("<I", 3_000_000), struct.pack("<I", 9)))
    let_in = admitted(path, "a.zip")

    with pytest.raises(Malformed), files.unpacked_shapefile(let_in, Limits()):
        pass


def test_members_that_share_their_bytes_are_refused(zipped: Write) -> None:
    path = zipped("a.zip", {"d.shp": b"0123456789" * 50, "e.shp": b"0123456789" * 50})
    content = path.read_bytes()
    size = len(zipfile.ZipFile(path).read("d.shp"))
    packed = struct.pack("<I", zipfile.ZipFile(path).getinfo("d.shp").compress_size)
    path.write_bytes(content.replace(packed, struct.pack("<I", len(content) + size)))

    with pytest.raises(Invalid, match="no es un archivo común"):
        admitted(path, "a.zip")


def test_a_locked_archive_is_refused(zipped: Write) -> None:
    path = zipped("a.zip", PARTS)
    content = bytearray(path.read_bytes())
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)

    with pytest.raises(UnsupportedFile, match="contraseña"):
        admitted(path, "a.zip")


def test_the_same_name_twice_is_refused(zipped: Write) -> None:
    with pytest.raises(Invalid, match="mismo nombre"):
        admitted(zipped("a.zip", PARTS | {"D.SHP": b"x"}), "a.zip")


def test_a_truncated_archive_is_refused(zipped: Write) -> None:
    path = zipped("a.zip", PARTS | {"d.dbf": bytes(range(256)) * 40})
    path.write_bytes(path.read_bytes()[:-30])

    with pytest.raises(Malformed, match="cortado o dañado"):
        admitted(path, "a.zip")


def test_an_archive_without_a_layer_is_refused(zipped: Write) -> None:
    with pytest.raises(UnsupportedFile, match="no trae un Shapefile"):
        admitted(zipped("a.zip", {"a.geojson": b"{}"}), "a.zip")
