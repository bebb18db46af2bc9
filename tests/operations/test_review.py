"""Decisions on documents: the days they wait, appeals, validations by the facility, reopening."""

from datetime import timedelta
from typing import Any

import pytest

from app.errors import Conflict, Forbidden, Invalid
from app.operations import acting, decisions, forms, rebuilding, receipts, tray, waits
from app.operations.intake import Receipt
from app.operations.trail import Author
from app.records import places
from app.records.intake import Form
from app.records.people import Account, Binding, PolicyRow
from app.records.places import Where
from app.store.types import now
from tests.town import Town, totals

ALL = frozenset({"monitoring", "household_monitoring", "diagnosis", "plan"})


def the_district(town: Town) -> Where:
    with town.store.reading() as session:
        return places.district(session, "109901")


def a_reviewer(town: Town, name: str) -> Author:
    """Another account that reviews in the district."""
    with town.store.writing() as session:
        if session.get(PolicyRow, 1) is None:
            row = {"register_code": "review", "verb": "approve", "view": "totals"}
            session.add(PolicyRow(role="planner", **row))
        account = Account(login=name, name=name)
        session.add(account)
        session.flush()
        place = town.where.place_id
        session.add(Binding(account_id=account.id, role="planner", place_id=place))
        return Author(account.id)


def sent(town: Town) -> Form:
    receipt = town.send("monitoring", totals(P_F1=(3, 9, 0)))
    return the_form(town, receipt)


def the_form(town: Town, receipt: Receipt) -> Form:
    with town.store.reading() as session:
        return forms.form(session, town.where, receipt.form_uuid)


def act(town: Town, author: Author, form: Form, verb: str, reason: str = "") -> Form:
    with town.store.reading() as session:
        form = forms.form(session, town.where, form.uuid)
    body: dict[str, Any] = {"verb": verb, "reason": reason}
    return the_form(town, acting.act_on(town.store, author, town.where, form, body))


def age(town: Town, form: Form, days: int) -> None:
    with town.store.writing() as session:
        session.get_one(Form, form.id).sent_at = now() - timedelta(days=days, hours=1)


def test_a_document_counts_as_not_reviewed_after_fifteen_days(town: Town) -> None:
    form = sent(town)
    age(town, form, 16)

    with town.store.reading() as session:
        (line,) = receipts.sheets(session, town.where)
        (waiting,) = tray.waiting(session, the_district(town), ALL)

    assert (line.days_waiting, line.late) == (16, True)
    assert (waiting.days, waiting.late) == (16, True)


def test_nothing_waits_once_it_is_decided_and_anew_once_reopened(town: Town) -> None:
    planner = a_reviewer(town, "Carmen")
    form = sent(town)
    age(town, form, 40)
    approved = act(town, planner, form, "approve")
    with town.store.reading() as session:
        (line,) = receipts.sheets(session, town.where)

    again = act(town, planner, approved, "reopen", "Se contó dos veces una familia")

    assert line.days_waiting == 0
    assert waits.days(again.state, again.sent_at, again.decided_at) == 0


def test_an_appeal_goes_back_to_the_tray_with_both_reasons(town: Town) -> None:
    planner = a_reviewer(town, "Carmen")
    form = act(town, planner, sent(town), "return", "Parece mucho")

    appealed = act(town, town.author, form, "appeal", "Contamos casa por casa")

    with town.store.reading() as session:
        found = decisions.appeal_of(session, appealed)
        (waiting,) = tray.waiting(session, the_district(town), ALL)
    assert found is not None
    assert (found.returned.reason, found.returned.name) == ("Parece mucho", "Carmen")
    assert found.appealed.reason == "Contamos casa por casa"
    assert (waiting.state, waiting.appealed) == ("sent", True)


def test_who_returned_it_decides_the_appeal_only_where_nobody_else_can(town: Town) -> None:
    planner = a_reviewer(town, "Carmen")
    form = act(town, planner, sent(town), "return", "Parece mucho")
    appealed = act(town, town.author, form, "appeal", "Contamos casa por casa")
    other = a_reviewer(town, "Elsa")

    with pytest.raises(Forbidden, match="otra persona"):
        act(town, planner, appealed, "approve")

    assert act(town, other, appealed, "approve").state == "approved"


def test_a_town_hall_of_one_decides_its_appeals_itself(town: Town) -> None:
    planner = a_reviewer(town, "Carmen")
    form = act(town, planner, sent(town), "return", "Parece mucho")
    appealed = act(town, town.author, form, "appeal", "Contamos casa por casa")

    assert act(town, planner, appealed, "approve").state == "approved"


def test_a_return_is_appealed_once_with_words(town: Town) -> None:
    planner = a_reviewer(town, "Carmen")
    form = act(town, planner, sent(town), "return", "Parece mucho")
    with pytest.raises(Invalid, match="razón"):
        act(town, town.author, form, "appeal", "  ")
    appealed = act(town, town.author, form, "appeal", "Contamos casa por casa")
    returned = act(town, planner, appealed, "return", "Faltan dos sectores")

    with pytest.raises(Conflict, match="ya se reclamó"):
        act(town, town.author, returned, "appeal", "Otra vez")


def test_corrected_and_sent_again_it_may_be_appealed_anew(town: Town) -> None:
    planner = a_reviewer(town, "Carmen")
    form = act(town, planner, sent(town), "return", "Parece mucho")
    appealed = act(town, town.author, form, "appeal", "Contamos casa por casa")
    form = act(town, planner, appealed, "return", "Faltan dos sectores")
    town.send(
        "monitoring", totals(P_F1=(4, 12, 0)), form_uuid=form.uuid, revision=form.revision
    )  # fmt: skip
    again = act(town, planner, form, "return", "Sigue igual")

    with town.store.reading() as session:
        assert decisions.may_appeal(session, again)


def test_the_facility_validates_without_deciding(town: Town) -> None:
    post = a_reviewer(town, "Posta")
    form = sent(town)

    after = act(town, post, form, "validate")

    with town.store.reading() as session:
        found = decisions.validation_of(session, after)
    assert found is not None
    assert found.name == "Posta"
    assert (after.state, after.revision) == ("sent", form.revision)
    assert act(town, post, after, "approve").state == "approved"


def test_a_correction_has_to_be_validated_anew(town: Town) -> None:
    post = a_reviewer(town, "Posta")
    form = act(town, post, sent(town), "validate")
    town.send("monitoring", totals(P_F1=(4, 12, 0)), form_uuid=form.uuid, revision=form.revision)

    with town.store.reading() as session:
        corrected = forms.form(session, town.where, form.uuid)
        assert decisions.validation_of(session, corrected) is None


def test_appeals_and_validations_are_rebuilt_alike(town: Town) -> None:
    planner = a_reviewer(town, "Carmen")
    form = act(town, planner, sent(town), "validate")
    form = act(town, planner, form, "return", "Parece mucho")
    before = act(town, town.author, form, "appeal", "Contamos casa por casa")

    rebuilding.rebuild(town.store)

    with town.store.reading() as session:
        after = forms.form(session, town.where, form.uuid)
    told = ("state", "revision", "reason", "decided_at")
    assert [getattr(after, n) for n in told] == [getattr(before, n) for n in told]
