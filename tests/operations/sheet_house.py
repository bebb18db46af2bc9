"""A small district whose council fills workbooks: templates, files on the spot, imports."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from openpyxl import Workbook, load_workbook
from sqlmodel import select

from app.operations import acting, form_books, forms, importing, instruments, intake
from app.operations.importing import Wish
from app.operations.seeding import SEEDS, policy_rows
from app.operations.trail import Author
from app.records import places
from app.records.aggregates import Aggregate
from app.records.catalogues import IndicatorRow
from app.records.imports import ImportBatch
from app.records.intake import Form
from app.records.people import Account, Binding
from app.records.places import Where
from app.records.territory import Community
from app.settings import Settings
from app.store.sessions import Store
from tests.town import Town

TEMPLATE = UUID("00000000-0000-0000-0000-0000000000aa")


@dataclass(frozen=True)
class Desk:
    """The town, its files folder, and short ways to bring a workbook."""

    town: Town
    settings: Settings

    @property
    def store(self) -> Store:
        """The store of the town."""
        return self.town.store

    def bind(self, role: str, community: str | None = "1099010001") -> Author:
        """A new account with a role in a community, or in the district."""
        with self.store.writing() as session:
            account = Account(login=f"{role}-{community}", name=role)
            session.add(account)
            session.flush()
            where = places.district(session, "109901")
            known = session.exec(select(Community).where(Community.code == community)).first()
            session.add(
                Binding(
                    account_id=account.id,
                    role=role,
                    community_id=known.id if known else None,
                    place_id=None if known else where.place_id,
                )
            )
            return Author(account.id)

    def where(self, community: str | None = "1099010001") -> Where:
        """A community, or the district."""
        with self.store.reading() as session:
            district = places.district(session, "109901")
            return places.community(session, district, community) if community else district

    def template(
        self, instrument: str, community: str | None = "1099010001", roles: Sequence[str] = ()
    ) -> Any:
        """The template as openpyxl opens it."""
        with self.store.reading() as session:
            made = form_books.template(
                session,
                self.where(community),
                instruments.current(session, instrument),
                roles or ("council",),
                key=TEMPLATE,
            )
        return load_workbook(io.BytesIO(made))

    def check(
        self, instrument: str, content: Any, author: Author | None = None, **options: Any
    ) -> ImportBatch:
        """Bring a workbook or a CSV for the community and have it checked."""
        community = options.pop("community", "1099010001")
        name = options.pop("name", "hoja.xlsx")
        if isinstance(content, str):
            content, name = content.encode(), "hoja.csv"
        elif isinstance(content, bytes):
            name = "hoja.csv"
        elif not isinstance(content, bytes):
            content = saved(content)
        where = self.where()
        wish = Wish(
            "forms",
            name,
            options,
            (where.code, where.place_id or 0),
            sheet_of=(instrument, community),
        )
        author = author or self.council
        stream = io.BytesIO(content)
        return importing.preview(self.store, self.settings, author, wish, stream)

    @property
    def council(self) -> Author:
        """The council's account of the town, bound to its community."""
        return self.town.author

    def publish(self, batch: ImportBatch) -> ImportBatch:
        """Publish a checked file."""
        return importing.publish(self.store, self.settings, self.council, batch.uuid)

    def undo(self, batch: ImportBatch, reason: str = "era una prueba") -> ImportBatch:
        """Take it back."""
        return importing.undo(self.store, self.council, batch.uuid, reason)

    def forms(self, instrument: str) -> list[Form]:
        """The documents of an instrument."""
        with self.store.reading() as session:
            wanted = select(Form).where(Form.instrument == instrument).order_by(Form.id)  # type: ignore[arg-type]
            return list(session.exec(wanted).all())

    def answers(self, form: Form) -> dict[str, Any]:
        """What a document says."""
        with self.store.reading() as session:
            return intake.answers_of(session, form)

    def approve(self, form: Form) -> None:
        """As the planner does in the tray."""
        acting.act_on(self.store, self.town.author, self.where(), form, {"verb": "approve"})

    def figure(self, code: str) -> tuple[int, int] | None:
        """Count of an indicator of the community: x and n."""
        with self.store.reading() as session:
            row = session.exec(
                select(Aggregate.x, Aggregate.n)
                .join(IndicatorRow, IndicatorRow.id == Aggregate.indicator_id)  # type: ignore[arg-type]
                .where(IndicatorRow.code == code, Aggregate.n > 0)
            ).first()
            return (row[0], row[1]) if row else None

    def typed(self, instrument: str, raw: dict[str, Any]) -> Form:
        """The same document as the page would send it."""
        receipt = self.town.send(instrument, raw, roles=("council",))
        with self.store.reading() as session:
            return forms.form(session, self.where(), receipt.form_uuid)


def open_desk(town: Town, settings: Settings) -> Desk:
    """The town with its policy, its council bound to its community."""
    with town.store.writing() as session:
        session.add_all(policy_rows(SEEDS / "policy.csv"))
        session.add(
            Binding(
                account_id=town.author.account_id, role="council",
                community_id=town.where.community_id,
            )
        )  # fmt: skip
    return Desk(town, settings)


def saved(book: Any) -> bytes:
    """The bytes of a workbook."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def codes(sheet: Any) -> dict[str, int]:
    """The place of each column of a template's sheet, by its code."""
    return {cell.value: cell.column for cell in sheet[2] if cell.value}


def put(sheet: Any, row: int, values: Mapping[str, Any]) -> None:
    """Fill cells of a line of a template, by their codes."""
    there = codes(sheet)
    for code, value in values.items():
        sheet.cell(row=row, column=there[code], value=value)


def a_book(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> Any:
    """A workbook of our own, without any template."""
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    return book


def errors(batch: ImportBatch) -> list[tuple[int, str, str]]:
    """Row, place and message of each error of a report."""
    return [(e["row"], e["field"], e["message"]) for e in batch.report["errors"]]


def notices(batch: ImportBatch) -> list[str]:
    """What a report tells besides, in words."""
    return [each["message"].format(**each["params"]) for each in batch.report["notices"]]
