"""Maps on paper: what stands on them, for whom, in which size and language."""

import io
import re

import pytest
from PIL import Image
from pypdf import PdfReader
from shapely.geometry import LineString
from sqlmodel import select

from app.records import places, stamps
from app.records.imports import ImportBatch
from app.records.risk_maps import OverlayFeature
from app.store.spatial import to_column
from tests import world
from tests.http.town import Town
from tests.maps.district import EVIL, KEPT, NAMED, NAMES, SAID

AT = f"/d/{world.UBIGEO}/mapas"
MILLIMETRE = 72 / 25.4


def printed(town: Town, path: str, login: str = "oficial", lang: str = "") -> PdfReader:
    """The PDF at this address under the maps."""
    headers = {"Accept-Language": lang} if lang else {}
    answer = town.client(login).get(AT + path, headers=headers)
    assert answer.status_code == 200, answer.text[:300]
    assert answer.headers["content-type"] == "application/pdf"
    return PdfReader(io.BytesIO(answer.content))


def words(paper: PdfReader) -> str:
    """All of its text on one line."""
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in paper.pages))


def test_a_sheet_says_what_where_when_and_from_whom(mapped: Town) -> None:
    text = words(printed(mapped, "/indicador/imprimir.pdf?indicador=P-F1"))

    for said in (
        "Se lavan las manos",
        "En las 4 comunidades con dato",
        "n = 4 de 5 comunidades",
        "Datos al",
        "Fuente: Fichas de monitoreo aprobadas",
        "Límites referenciales, sin efecto legal.",
        "Escala 1:",
        "UTM 18S, WGS 84 (EPSG:32718)",
        "0 a 20 %",
        "Sin datos",
        "12 de 31 hogares (39 %)",
        "no se sabe",
        "76°30′ O",
    ):
        assert said in text, said


@pytest.mark.parametrize(
    ("size", "way", "across", "down"),
    [
        ("a4", "horizontal", 297, 210),
        ("a4", "vertical", 210, 297),
        ("a3", "horizontal", 420, 297),
        ("a3", "vertical", 297, 420),
    ],
)
def test_paper_has_its_size_and_its_way(
    mapped: Town, size: str, way: str, across: int, down: int
) -> None:
    paper = printed(mapped, f"/apoyo/imprimir.pdf?hoja={size}&sentido={way}")

    box = paper.pages[0].mediabox
    assert float(box.width) == pytest.approx(across * MILLIMETRE, abs=1)
    assert float(box.height) == pytest.approx(down * MILLIMETRE, abs=1)
    beside = (size, way) == ("a3", "horizontal")
    assert len(paper.pages) == (1 if beside else 2)


def test_names_of_people_are_text_on_paper(mapped: Town) -> None:
    text = words(printed(mapped, "/apoyo/imprimir.pdf?tabla=no"))

    assert NAMES["B"] in text
    assert "alert(1)" in text
    assert "49" not in re.sub(r"\d+[,.]?\d* km|1:[\d\s]+", "", text.split("Escala")[0])
    assert EVIL.split(">")[0] in text


def test_only_some_communities_when_so_asked(mapped: Town) -> None:
    known = words(printed(mapped, "/indicador/imprimir.pdf?indicador=P-F1&comunidades=con-dato"))
    first = words(printed(mapped, "/apoyo/imprimir.pdf?comunidades=primeras"))

    assert NAMES["E"] not in known
    assert NAMES["D"] in known
    assert NAMES["C"] in first
    assert NAMES["E"] not in first


def test_layers_beside_have_their_own_key(mapped: Town) -> None:
    text = words(printed(mapped, "/apoyo/imprimir.pdf?con=establecimientos&con=peligros"))

    assert "Register" not in text
    assert "Registro de establecimientos (RENIPRESS)" in text
    assert "No es una evaluación de riesgo (EVAR)." in text


def test_what_has_no_place_is_named(mapped: Town) -> None:
    text = words(printed(mapped, "/problemas/imprimir.pdf"))

    assert f"Sin lugar en el mapa: {SAID} sin lugar." in text


def test_a_picture_is_of_three_hundred_points_an_inch(mapped: Town) -> None:
    answer = mapped.client("oficial").get(f"{AT}/apoyo/imprimir.png")

    assert answer.headers["content-type"] == "image/png"
    picture = Image.open(io.BytesIO(answer.content))
    assert picture.size == (3508, 2480)
    assert len(picture.convert("L").getcolors() or ()) > 20


def test_the_public_prints_what_is_published(mapped: Town) -> None:
    text = words(printed(mapped, "/indicador/imprimir.pdf", login=""))
    closed = mapped.client().get(f"{AT}/problemas/imprimir.pdf", follow_redirects=False)
    beside = words(printed(mapped, "/indicador/imprimir.pdf?con=problemas", login=""))

    assert "13 de 29 hogares" in text
    assert all(word not in text + beside for word in (SAID, NAMED, KEPT))
    assert "20 de 25" not in text
    assert closed.status_code in (303, 401)


def test_english_is_printed_too(mapped: Town) -> None:
    text = words(printed(mapped, "/indicador/imprimir.pdf?indicador=P-F1", login="", lang="en"))

    assert "for reference only" in text
    assert "Límites" not in text
    assert "76°30′ W" in text


def test_another_kind_of_file_is_refused_in_words(mapped: Town) -> None:
    answer = mapped.client("oficial").get(f"{AT}/apoyo/imprimir.exe")

    assert answer.status_code == 404
    assert "no se imprime" in answer.text


def test_the_country_and_a_region_are_printed(mapped: Town) -> None:
    mapped.client().get("/mapa")
    answer = mapped.client().get("/mapa/imprimir.pdf?indicador=anemia_pct&hoja=a3&tabla=si")
    region = mapped.client().get(
        f"/mapa/imprimir.pdf?indicador=anemia_pct&region={world.UBIGEO[:2]}"
    )

    text = words(PdfReader(io.BytesIO(answer.content)))
    assert answer.status_code == region.status_code == 200
    assert all(said in text for said in ("Anemia pct", "43,2 %", "MINSA 2025", "Perú", "UBIGEO"))
    named = words(PdfReader(io.BytesIO(region.content)))
    assert "n = 1 de 1 distritos" in named
    assert mapped.client().get("/mapa/imprimir.pdf?region=99").status_code == 404


def test_own_rivers_and_roads_lie_under_the_map(mapped: Town) -> None:
    before = words(printed(mapped, "/indicador/imprimir.pdf?tabla=no"))
    with mapped.store.writing() as session:
        here = places.district(session, world.UBIGEO)
        batch = session.exec(select(ImportBatch)).first()
        assert batch is not None
        river = to_column(LineString([(-76.7, -7.1), (-76.3, -6.9)]))
        session.add(
            OverlayFeature(place_id=here.place_id, import_id=batch.id, kind="water", geom=river)
        )
        stamps.bump(session, f"district:{world.UBIGEO}")

    text = words(printed(mapped, "/indicador/imprimir.pdf?tabla=no"))

    assert "ríos y agua" not in before
    assert "ríos y agua" in text
    assert "Importadas por la municipalidad." in text
    assert "caminos" not in text


def test_the_table_goes_on_as_the_figures_of_the_first_ones_do(mapped: Town) -> None:
    text = words(printed(mapped, "/indicador/imprimir.pdf?indicador=P-F1"))

    table = text.split("En el mapa:")[1]
    places = [table.index(NAMES[code]) for code in ("C", "A", "B", "D", "E")]
    assert places == sorted(places)


def test_own_lines_are_drawn_and_named_by_their_kind(mapped: Town) -> None:
    with mapped.store.writing() as session:
        here = places.district(session, world.UBIGEO)
        batch = session.exec(select(ImportBatch)).first()
        assert batch is not None
        for kind in ("water", "road"):
            line = to_column(LineString([(-76.7, -7.1), (-76.3, -6.9)]))
            session.add(
                OverlayFeature(place_id=here.place_id, import_id=batch.id, kind=kind, geom=line)
            )
        stamps.bump(session, f"district:{world.UBIGEO}")

    text = words(printed(mapped, "/lineas-propias/imprimir.pdf?tabla=no"))
    screen = mapped.client("oficial").get(f"{AT}/lineas-propias").text

    assert "agua" in text
    assert "camino" in text
    assert "otra línea" not in text + screen
    assert "Bajo el mapa" not in text


def test_a_legend_names_the_kinds_of_shape_that_there_are(mapped: Town) -> None:
    page = mapped.client("oficial").get(f"{AT}/peligros").text

    assert "Lugares con peligro: tramo" in page
    assert "Lugares con peligro: zona" not in page
