"""Reviewing over HTTP: appeal, validation, a comment, one act for a round, and a second visit."""

import re
from typing import Any
from uuid import UUID

from app.operations import forms
from app.operations.forms import Sheet
from app.store.types import uuid7
from tests.builders import a_household_monitoring
from tests.http.town import DISTRICT, an_account, seat_of
from tests.pages.test_paper import ROOT, Desk, desk

__all__ = ["desk"]


def sent(desk: Desk) -> UUID:
    """Household lines that the council sent."""
    sheet = Sheet("household_monitoring", uuid7(), a_household_monitoring(), roles=("council",))
    forms.send(desk.town.store, desk.author(), desk.where(), sheet)
    return sheet.form_uuid


def posted(desk: Desk, login: str, path: str, **data: Any) -> int:
    return desk.client(login).post(f"{ROOT}{path}", data=data).status_code


def test_a_return_is_appealed_and_the_reviewer_reads_both_reasons(desk: Desk) -> None:
    uuid = sent(desk)
    decision = {"verbo": "return", "razon": "Parece mucho", "revision": "1"}
    assert posted(desk, "plan", f"/fichas/{uuid}/decision", **decision) == 303
    page = desk.client("junta").get(f"{ROOT}/monitoreo-hogares/{uuid}").text

    done = posted(desk, "junta", f"/monitoreo-hogares/{uuid}/reclamo", razon="Casa por casa")

    read = desk.client("plan").get(f"{ROOT}/monitoreo-hogares/{uuid}").text
    assert "No estoy de acuerdo con la devolución" in page
    assert done == 303
    assert "Parece mucho" in read
    assert "Casa por casa" in read
    assert "reclamo" in desk.client("plan").get(f"/d/{DISTRICT}/bandeja").text


def test_only_the_facility_validates_practices(desk: Desk) -> None:
    uuid = sent(desk)

    told = {"verbo": "validate", "revision": "1"}

    assert posted(desk, "plan", f"/fichas/{uuid}/decision", **told) == 403
    assert desk.form(uuid).state == "sent"


def test_whoever_decides_without_the_tray_goes_back_to_a_page_that_opens(desk: Desk) -> None:
    an_account(desk.town.store, "posta", seat_of("facility"))
    uuid = sent(desk)
    decided = {"verbo": "validate", "revision": "1"}

    answer = desk.client("posta").post(
        f"{ROOT}/fichas/{uuid}/decision", data=decided, follow_redirects=False
    )

    assert answer.headers["location"] == ROOT
    assert desk.client("posta").get(ROOT).status_code == 200
    assert (
        "validada por la posta" in desk.client("plan").get(f"{ROOT}/monitoreo-hogares/{uuid}").text
    )


def test_a_comment_stands_beside_its_answer_for_its_readers(desk: Desk) -> None:
    uuid = sent(desk)
    at = f"/monitoreo-hogares/{uuid}"

    said = posted(
        desk, "junta", f"{at}/comentario", lugar="households[0]", comentario="¿Era lunes?"
    )
    wrong = posted(desk, "junta", f"{at}/comentario", lugar="households[9]", comentario="¿Y esto?")

    assert (said, wrong) == (303, 404)
    assert "¿Era lunes?" in desk.client("junta").get(ROOT + at).text
    assert "1 comentario" in desk.client("junta").get(f"{ROOT}/monitoreo-hogares").text


def test_a_round_is_approved_after_its_drawn_lines_and_one_home_is_asked_again(
    desk: Desk,
) -> None:
    uuid = sent(desk)
    planner = desk.client("plan")
    page = planner.get(f"{ROOT}/revision").text
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))
    (line,) = set(re.findall(r'name="(linea [^"]+)"', page))
    assert "H-001" not in page
    assert planner.post(f"{ROOT}/revision", data=hidden).status_code == 422

    done = planner.post(f"{ROOT}/revision", data={**hidden, line: "ok"})

    listed = desk.client("agente").get(f"{ROOT}/reentrevistas").text
    link = re.search(r'href="([^"]+/reentrevistas/[^"]+)"', listed)
    assert done.status_code == 303
    assert desk.form(uuid).state == "approved"
    assert link is not None
    home = desk.client("agente").get(link[1]).text
    asked = dict.fromkeys(re.findall(r'name="(respuesta [^"]+)"', home), "meets")
    round_ = link[1].partition("ronda=")[2]
    kept = desk.client("agente").post(
        link[1].partition("?")[0], data={"ronda": round_, "visita": "interviewed", **asked}
    )
    assert kept.status_code == 303
    assert "respuestas iguales" in desk.client("junta").get(ROOT).text


def test_the_score_is_for_its_author_and_her_companions(desk: Desk) -> None:
    at = f"{ROOT}/monitoreo-hogares/{sent(desk)}"
    an_account(desk.town.store, "vocal", seat_of("council"))

    seen = {
        login: "Cuidado con que se llenó" in desk.client(login).get(at).text
        for login in ("junta", "agente", "plan", "vocal")
    }

    assert seen == {"junta": True, "agente": True, "plan": True, "vocal": False}
    assert "de 100" not in desk.client("plan").get(f"/d/{DISTRICT}/bandeja").text
    assert "de 100" not in desk.client("junta").get(f"{ROOT}/monitoreo-hogares").text
