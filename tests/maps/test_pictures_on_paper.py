"""A background that was chosen lies under the printed map too, with its source below."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader

from app.operations import importing, trail
from app.operations.importing import Wish
from app.records import places
from tests import world
from tests.http.town import Town
from tests.pictures import MINE, mbtiles, picture, tiles

AT = f"/d/{world.UBIGEO}/mapas/apoyo/imprimir"
BOX = (-76.8, -7.2, -76.2, -6.8)  # the district's
PINK = (255, 20, 147)


def bring(town: Town, path: Path, kind: str) -> str:
    """A published background of one colour; its key."""
    body = picture("#ff1493", kind)
    mbtiles(path, dict.fromkeys(tiles(BOX, range(8, 14)), body))
    with town.store.reading() as session:
        where = places.district(session, world.UBIGEO)
    assert where.place_id is not None
    wish = Wish("backgrounds", "fondo.mbtiles", {}, (where.code, where.place_id))
    stream = io.BytesIO(path.read_bytes())
    batch = importing.preview(town.store, town.settings, trail.SYSTEM, wish, stream)
    importing.publish(town.store, town.settings, trail.SYSTEM, batch.uuid)
    return batch.uuid.hex[-8:]


def share_of_pink(town: Town, query: str) -> float:
    """How much of the printed picture has the colour of the background."""
    answer = town.client("oficial").get(f"{AT}.png?tabla=no&{query}")
    assert answer.status_code == 200, answer.text[:300]
    drawn = Image.open(io.BytesIO(answer.content)).convert("RGB").resize((300, 200))
    off = np.abs(np.asarray(drawn, dtype=int) - PINK).max(axis=2)
    return float((off < 24).mean())


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_the_background_lies_under_the_printed_map(mapped: Town, tmp_path: Path, kind: str) -> None:
    key = bring(mapped, tmp_path / "fondo", kind)

    assert share_of_pink(mapped, f"imagenes={key}") > 0.3
    assert share_of_pink(mapped, "") == 0
    assert share_of_pink(mapped, "imagenes=mentira") == 0


def test_the_page_offers_it_and_the_paper_says_whose_it_is(mapped: Town, tmp_path: Path) -> None:
    key = bring(mapped, tmp_path / "fondo", "PNG")

    page = mapped.client("oficial").get(f"/d/{world.UBIGEO}/mapas/apoyo").text
    paper = mapped.client("oficial").get(f"{AT}.pdf?imagenes={key}")

    assert f'<option value="{key}">Ortofoto 2024</option>' in page
    text = " ".join(each.extract_text() for each in PdfReader(io.BytesIO(paper.content)).pages)
    assert f"Fondo: {MINE}; Natural Earth." in " ".join(text.split())
