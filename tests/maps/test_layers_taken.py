"""Whoever takes a layer that is not for everybody stands in the trail, with which and how many."""

import pytest
from sqlmodel import col, select

from app.records.trail import AuditEntry
from tests import world
from tests.http.town import Town
from tests.maps.district import NAMES

AT = f"/d/{world.UBIGEO}/mapas"
API = f"/api/v1/districts/{world.UBIGEO}/layers"
ALL = len(NAMES)


def noted(town: Town, path: str, login: str = "oficial") -> list[AuditEntry]:
    """What asking for an address writes into the trail."""
    with town.store.reading() as session:
        before = session.exec(select(AuditEntry.id).order_by(col(AuditEntry.id).desc())).first()
    answer = town.client(login).get(path)
    assert answer.status_code == 200, answer.text[:300]
    with town.store.reading() as session:
        wanted = select(AuditEntry).where(col(AuditEntry.id) > (before or 0))
        return list(session.exec(wanted.where(AuditEntry.register_code == "maps")).all())


@pytest.mark.parametrize(
    ("path", "action", "subject"),
    [
        (f"{AT}/apoyo/datos.csv", "export csv", "support"),
        (f"{AT}/indicador/datos.gpkg?indicador=P-F1", "export gpkg", "indicator.P-F1"),
        (f"{AT}/apoyo/imprimir.pdf", "print pdf", "support"),
        (f"{API}/gap.P-F1/file?format=kml", "export kml", "gap.P-F1"),
    ],
)
def test_a_layer_that_was_taken_is_noted_with_its_rows(
    mapped: Town, path: str, action: str, subject: str
) -> None:
    (row,) = noted(mapped, path)

    assert row.actor_id == mapped.account("oficial").id
    assert (row.action, row.subject, row.reason) == (action, subject, f"{ALL} filas")
    assert row.place_id is not None
    assert row.request_id


@pytest.mark.parametrize(
    ("path", "action"),
    [
        (f"{AT}/todas/datos.gpkg", "export gpkg"),
        (f"{AT}/todas/qgis.zip", "export qgis"),
        (f"{API}/all/file?format=csv", "export csv"),
        (f"{AT}/apoyo/imprimir.png?con=problemas", "print png"),
    ],
)
def test_several_at_once_are_one_row_that_lists_them(mapped: Town, path: str, action: str) -> None:
    (row,) = noted(mapped, path)

    assert (row.action, row.subject) == (action, "all")
    assert "capas" in row.reason
    assert f"support {ALL}" in row.reason


@pytest.mark.parametrize(
    "path",
    [f"{AT}/indicador/datos.csv?indicador=P-F1", f"{AT}/todas/datos.gpkg", f"{API}/all/file"],
)
def test_what_is_public_is_taken_by_anybody_and_noted_of_nobody(mapped: Town, path: str) -> None:
    assert noted(mapped, path, "") == []
