"""Many people at once: nothing is lost, nothing is counted twice, and the counts are exact."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from sqlmodel import col, func, select

from app.operations import acting, forms, intake
from app.operations.forms import Sheet
from app.records.aggregates import Aggregate
from app.records.catalogues import IndicatorRow
from app.records.intake import Entry, Form
from app.store.types import uuid7
from tests.town import Town, totals

WRITERS = 8


def the_figure(town: Town, code: str) -> tuple[int, int]:
    with town.store.reading() as session:
        found = session.exec(
            select(Aggregate)
            .join(IndicatorRow, col(IndicatorRow.id) == Aggregate.indicator_id)
            .where(IndicatorRow.code == code)
        ).one()
    return found.x, found.n


def test_same_sheet_from_many_at_once_is_one_document(town: Town) -> None:
    uuid = uuid7()

    def post(_: int) -> UUID:
        return town.send("monitoring", totals(P_F1=(3, 9, 1)), form_uuid=uuid).entry_uuid

    with ThreadPoolExecutor(WRITERS) as pool:
        receipts = set(pool.map(post, range(24)))

    assert len(receipts) == 1
    with town.store.reading() as session:
        entries = select(func.count()).select_from(Entry).where(Entry.form_uuid == uuid)
        assert session.exec(entries).one() == 1


def test_sheets_sent_and_approved_by_many_at_once_all_count(town: Town) -> None:
    def work(n: int) -> None:
        uuid = uuid7()
        sheet = Sheet("monitoring", uuid, totals(P_F1=(n, 20 + n, 0)))
        forms.send(town.store, town.author, town.where, sheet)
        with town.store.reading() as session:
            form = session.exec(select(Form).where(Form.uuid == uuid)).one()
        acting.act_on(town.store, town.author, town.where, form, {"verb": "approve"})

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(work, range(16)))

    with town.store.reading() as session:
        last = session.exec(
            select(Form)
            .where(Form.state == "approved", Form.instrument == "monitoring")
            .order_by(col(Form.decided_at).desc(), col(Form.id).desc())
        ).all()
        answers = intake.answers_of(session, last[0])["practices"][0]
    assert len(last) == 16
    assert the_figure(town, "P-F1") == (answers["x"], answers["n"])
