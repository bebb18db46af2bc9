"""Two versions of one document side by side: a person chooses answer by answer."""

from typing import Any

import pytest
from sqlmodel import col, select

from app.errors import Forbidden, Invalid, Stale, Unknown
from app.operations import access, acting, intake, side_by_side, tray
from app.operations import forms as drafting
from app.operations.forms import Sheet
from app.operations.side_by_side import Choice, Eyes, Pair
from app.operations.trail import Author
from app.records.intake import Derivation, Entry
from app.records.people import Account, Binding
from tests.openrosa.conftest import Phone
from tests.openrosa.test_server import ONE, THREE, TWO, forms
from tests.openrosa.test_tray import the_district, waiting
from tests.town import a_diagnosis, a_family, lines

PLANNER = Eyes(("planner",), "totals")
POST = Eyes(("facility",), "whole")


def compared(phone: Phone, eyes: Eyes = PLANNER) -> Pair:
    (one,) = waiting(phone, the_district(phone))
    with phone.town.store.reading() as session:
        return side_by_side.pair(session, the_district(phone), "delivery", one.uuid, eyes)


def settle(phone: Phone, pair: Pair, sides: dict[str, str], **over: Any) -> intake.Receipt | None:
    given = {"revision": pair.document.revision, "reason": "Se preguntó a la junta", **over}
    return side_by_side.settle(
        *(phone.town.store, phone.town.author, the_district(phone), "delivery", pair.uuid),
        Choice(sides, **given),
        PLANNER,
    )


def answers(phone: Phone) -> dict[str, Any]:
    (form,) = forms(phone)
    with phone.town.store.reading() as session:
        return intake.answers_of(session, form)


def contradicting(phone: Phone) -> None:
    """A diagnosis, and another: more families, one problem with fewer votes, one problem more."""
    first = a_diagnosis()
    phone.post(phone.document("diagnosis", first, ONE))
    problems = [dict(each) for each in first["problems"]]
    problems[0]["votes_women"] = 2
    third = {**first["problems"][1], "description": "No hay puente", "theme": "housing"} | {
        "votes_women": 0,
        "votes_men": 0,
    }
    again = a_diagnosis(families=40, problems=[*problems, third])
    phone.post(phone.document("diagnosis", again, ONE))


def test_only_what_differs_is_asked_and_rows_stand_beside_each_other(
    either_phone: Phone,
) -> None:
    contradicting(either_phone)

    pair = compared(either_phone)

    told = {d.path.rpartition(".")[2]: (d.first, d.second) for d in pair.found.differences}
    assert told["families"] == (31, 40)
    assert told["votes_women"] == (4, 2)
    assert sum(d.is_row for d in pair.found.differences) == 1
    assert pair.hidden == 0
    assert pair.proposed() == {}
    assert {d.path for d in pair.found.alike} >= {"date", "population"}


def test_what_was_chosen_becomes_the_correction_and_settles_what_came(
    either_phone: Phone,
) -> None:
    phone = either_phone
    contradicting(phone)
    pair = compared(phone)
    sides = {d.path: "first" for d in pair.found.differences}
    sides["families"] = "second"
    (row,) = [d.path for d in pair.found.differences if d.is_row]
    sides[row] = "second"

    receipt = settle(phone, pair, sides)

    said = answers(phone)
    assert receipt is not None
    assert receipt.state == "derived"
    assert (said["families"], len(said["problems"])) == (40, 3)
    assert said["problems"][0]["votes_women"] == 4
    assert forms(phone)[0].revision == 2
    assert waiting(phone, the_district(phone)) == []
    assert [(d.state, d.xml) for d in phone.deliveries()] == [("taken", None)] * 2


def test_a_blank_takes_what_came_unless_somebody_says_otherwise(phone: Phone) -> None:
    phone.post(phone.document("diagnosis", a_diagnosis(), ONE))
    again = a_diagnosis(families=40, capital_minutes_dry=50)
    phone.post(phone.document("diagnosis", again, ONE))

    assert compared(phone).proposed() == {"capital_minutes_dry": "second"}


def test_all_of_the_register_standing_sends_nothing(phone: Phone) -> None:
    contradicting(phone)
    pair = compared(phone)
    sides = {d.path: "first" for d in pair.found.differences}

    receipt = settle(phone, pair, sides)

    assert receipt is None
    assert forms(phone)[0].revision == 1
    assert [d.state for d in phone.deliveries()] == ["taken", "dismissed"]


@pytest.mark.parametrize(
    ("over", "refused"),
    [
        ({"reason": " "}, Invalid),
        ({"revision": 7}, Stale),
        ({"sides": {}}, Invalid),
        ({"sides": "families over the attendees"}, Invalid),
    ],
    ids=["no reason", "another revision", "no choice", "breaks a rule"],
)
def test_nothing_is_settled_by_half(
    phone: Phone, over: dict[str, Any], refused: type[Exception]
) -> None:
    phone.post(phone.document("diagnosis", a_diagnosis(children_under_5=20), ONE))
    again = a_diagnosis(children_under_5=7, children_under_2=3)
    phone.post(phone.document("diagnosis", again, ONE))
    pair = compared(phone)
    sides = {"children_under_5": "second", "children_under_2": "second"}
    if "sides" in over:
        # Fewer children under five than under two: the first has 8 of these.
        broken = {"children_under_5": "second", "children_under_2": "first"}
        sides = broken if over.pop("sides") else {}

    with pytest.raises(refused):
        settle(phone, pair, sides, **over)

    assert answers(phone)["children_under_5"] == 20
    assert len(waiting(phone, the_district(phone))) == 1


def test_a_correction_of_what_was_corrected_stands_against_the_document(phone: Phone) -> None:
    one, two, three = (f"uuid:{each}" for each in (ONE, TWO, THREE))
    phone.post(phone.document("diagnosis", a_diagnosis(), one))
    for name, families in ((two, 35), (three, 40)):
        again = phone.document("diagnosis", a_diagnosis(families=families), name)
        meta = f"<instanceID>{name}</instanceID>".encode()
        phone.post(again.replace(meta, meta + f"<deprecatedID>{one}</deprecatedID>".encode()))

    pair = compared(phone)

    assert pair.document.uuid == ONE
    assert [(d.first, d.second) for d in pair.found.differences] == [(35, 40)]


def test_homes_are_compared_by_who_sees_them_alone(either_phone: Phone) -> None:
    phone = either_phone
    for code in ("H1", "H2", "H3"):
        phone.town.send("family", a_family(code))
    sheet = lines(("H1", "meets"), ("H2", "not_yet"))
    phone.post(phone.document("household_monitoring", sheet, ONE))
    again = lines(("H2", "meets"), ("H3", "meets"))
    phone.post(phone.document("household_monitoring", again, ONE))

    pair = compared(phone, POST)

    assert [d.path for d in pair.found.differences] == [
        "households[H1]",
        "households[H2].observations[P-F1].value",
        "households[H3]",
    ]
    with pytest.raises(Forbidden, match="por hogar"):
        compared(phone, PLANNER)


def test_a_correction_in_quarantine_is_compared_as_well(either_phone: Phone) -> None:
    phone, town = either_phone, either_phone.town
    for code in ("H1", "H2"):
        town.send("family", a_family(code))
    sent = town.send("household_monitoring", lines(("H1", "meets")))
    again = lines(("H1", "not_yet"), ("H2", "meets"))
    town.send("household_monitoring", again, form_uuid=sent.form_uuid, revision=1)
    with town.store.writing() as session:
        entry = session.exec(select(Entry).order_by(col(Entry.id).desc())).first()
        assert entry is not None
        session.get_one(Derivation, entry.id).state = "quarantined"
        form = drafting.form(session, town.where, sent.form_uuid)
        form.entry_id, form.revision = entry.id - 1, 1
        uuid = entry.uuid
    with town.store.reading() as session:
        pair = side_by_side.pair(session, the_district(phone), "entry", uuid, POST)
    sides = {d.path: "second" for d in pair.found.differences}

    choice = Choice(sides, 1, "La segunda visita fue la buena")
    receipt = side_by_side.settle(
        town.store, town.author, the_district(phone), "entry", uuid, choice, POST
    )

    assert receipt is not None
    with town.store.reading() as session:
        assert tray.quarantine(session, the_district(phone)) == []
        said = intake.answers_of(session, drafting.form(session, town.where, sent.form_uuid))
    assert [home["household"] for home in said["households"]] == ["H1", "H2"]


def test_another_district_compares_nothing_of_this_one(phone: Phone) -> None:
    phone.post(phone.document("diagnosis", a_diagnosis(), ONE, sismuni_community="77"))
    (one,) = waiting(phone, the_district(phone))

    with phone.town.store.reading() as session, pytest.raises(Unknown):
        side_by_side.of(session, the_district(phone), "delivery", one.uuid)


def test_the_page_offers_asks_and_sends(phone: Phone) -> None:
    contradicting(phone)
    with phone.town.store.writing() as session:
        account = Account(login="planner", name="Carmen")
        session.add(account)
        session.flush()
        where = {"place_id": phone.town.where.place_id}
        session.add(Binding(account_id=account.id, role="planner", **where))
    token = access.open_session(phone.town.store, account.id, "test")
    phone.client.cookies.set("sismuni", token)
    with phone.town.store.reading() as session:
        found = access.by_session(session, token, 30)
    assert found is not None
    phone.client.headers["x-csrf-token"] = found[0].csrf
    pair = compared(phone)
    at = f"/d/109901/bandeja/celulares/{pair.uuid}/comparar"

    tray_page = phone.client.get("/d/109901/bandeja").text
    page = phone.client.get(at).text
    everything = phone.client.get(f"{at}?ver=todo").text
    sides = {d.path: "second" for d in pair.found.differences}
    without = phone.client.post(at, data={**sides, "revision": "1", "razon": ""})
    sent = phone.client.post(at, data={**sides, "revision": "1", "razon": "Vale la nueva"})

    assert at in tray_page
    assert "Vale la que llegó" in page
    assert "Lo que dicen igual" not in page
    assert "Lo que dicen igual" in everything
    assert (without.status_code, sent.status_code) == (422, 303)
    assert "Falta la razón" in without.text
    assert answers(phone)["families"] == 40


def test_what_was_sent_corrected_meanwhile_is_stale(phone: Phone) -> None:
    contradicting(phone)
    pair = compared(phone)
    (form,) = forms(phone)
    acting.act_on(
        phone.town.store, Author(phone.town.author.account_id), phone.town.where, form,
        {"verb": "return", "reason": "Faltan firmas"},
    )  # fmt: skip

    with pytest.raises(Stale):
        settle(phone, pair, {d.path: "second" for d in pair.found.differences})
    assert len(waiting(phone, the_district(phone))) == 1


def test_a_sheet_that_was_typed_is_never_chosen_by_hand(phone: Phone) -> None:
    contradicting(phone)
    pair = compared(phone)
    raw = {**pair.before, "families": 33}
    sheet = Sheet("diagnosis", ONE, raw, revision=1)
    drafting.send(phone.town.store, phone.town.author, phone.town.where, sheet)

    again = compared(phone)

    assert again.document.revision == 2
    assert {d.path: d.first for d in again.found.differences}["families"] == 33
