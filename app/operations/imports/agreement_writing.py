"""Writing the agreements of a sheet, and taking them back."""

from datetime import date

from sqlalchemy import Table, delete
from sqlmodel import SQLModel, col, select

from app.errors import Conflict
from app.operations import agreements
from app.operations.imports import journal
from app.operations.imports.agreements import MONEY, Line
from app.operations.imports.asked import Checked
from app.operations.trail import Author
from app.records import places
from app.records.imports import ImportBatch, ImportChange
from app.records.proposals import Agreement
from app.records.works import (
    AgreementCommunity,
    AgreementStep,
    BudgetLine,
    Effort,
    Finding,
    Milestone,
)
from app.store.sessions import Writing

AGREEMENTS: Table = SQLModel.metadata.tables["agreement"]


def publish(session: Writing, batch: ImportBatch, checked: Checked) -> set[str]:
    """Open an agreement for each row, with its money and what the sheet says of its hand-over."""
    where, lines, today = checked.writes
    agreements.hold(session, where)
    author = Author(batch.author_id)
    made = [_open(session, author, where, line, today) for line in lines]
    journal.made(session, batch.id, AGREEMENTS, [row.id for row in made])
    return {f"district:{where.code}"}


def _open(
    session: Writing, author: Author, where: places.Where, line: Line, today: date
) -> Agreement:
    delivered = line.days["delivered_on"]
    on_day = line.days["on_day"] or delivered or today
    given = agreements.Given(
        line.year,
        line.title,
        line.money["agreed"],
        "imported",
        line.state,
        need=line.need,
        cui=line.cui,
        source=line.source,
        upkeep_by=line.upkeep_by,
        served=tuple(line.served),
        note=line.note,
    )
    row = agreements.open_one(session, author, where, given, on_day)
    row.delivered_on = delivered
    if any(line.money[name] is not None for name in MONEY[1:]):
        reading = BudgetLine(
            agreement_id=row.id,
            on_day=on_day,
            cui=line.cui,
            source=line.source,
            pim_cents=line.money["pim"],
            certified_cents=line.money["certified"],
            accrued_cents=line.money["accrued"],
            paid_cents=line.money["paid"],
            author_id=author.account_id,
        )
        session.add(reading)
    if (said := line.days["conforming_on"]) is not None:
        spoken: list[int | None] = [*line.served] or [None]
        for key in spoken:
            word = Finding(
                agreement_id=row.id,
                body="community",
                community_id=key,
                verdict="conforming",
                text="Según la hoja de la municipalidad.",
                on_day=said,
                author_id=author.account_id,
            )
            session.add(word)
    session.flush()
    return row


def undo(session: Writing, batch: ImportBatch) -> set[str]:
    """Take the agreements back; refused where something was noted of one since.

    Raises
    ------
    Conflict
        It was.
    """
    changes = select(ImportChange.row_id).where(ImportChange.batch_id == batch.id)
    rows = session.exec(select(Agreement).where(col(Agreement.id).in_(changes))).all()
    used = [agreements.code_of(row) for row in rows if row.revision > 1]
    if used:
        raise Conflict(
            "No se puede deshacer: en {codes} ya se anotó algo después.",
            remedy="Siga esos acuerdos, o márquelos como dejados con su razón.",
            codes=", ".join(used[:5]),
        )
    keys = [row.id for row in rows]
    connection = session.connection()
    for table in (AgreementCommunity, AgreementStep, BudgetLine, Finding, Effort, Milestone):
        connection.execute(delete(table).where(col(table.agreement_id).in_(keys)))
    connection.execute(delete(Agreement).where(col(Agreement.id).in_(keys)))
    connection.execute(delete(ImportChange).where(col(ImportChange.batch_id) == batch.id))
    return {f"district:{batch.place_code}"}
