"""Figures that other bodies publish, beside ours."""

import html
import re

from app.records.imports import ImportBatch
from app.records.territory import ExternalValue
from tests.http.town import Town
from tests.pages.district_town import AT, CODE


def test_what_others_publish_stands_beside_ours(district: Town) -> None:
    batch = ImportBatch(
        kind="indicators", state="published", sha256="0" * 64, file_name="cifras.csv"
    )
    with district.store.writing() as session:
        session.add(batch)
        session.flush()
        for code, value in (("NU-03", 43.7), ("lluvia_mm", 1200.0)):
            session.add(
                ExternalValue(
                    place_code=CODE,
                    indicator=code,
                    period="2024",
                    import_id=batch.id,
                    value=value,
                    unit="%" if code == "NU-03" else "mm",
                    source="Fuente de prueba",
                )
            )

    page = html.unescape(district.client("planner").get(f"{AT}/datos").text)
    need = html.unescape(district.client("planner").get(f"{AT}/prioridades/NU-03").text)

    assert re.search(r"43,7\s%", page)
    assert re.search(r"1\s?200\smm", page)
    assert "Según Fuente de prueba, 2024" in need
