"""Works of agreements: whom they serve, money, milestones, findings, effort"""

from collections import defaultdict
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

from app.store.types import Instant, Json, Key, now

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# Every table of rows: columns of its own (None of the sizes: may be empty), links.
TABLES = (
    (
        "agreement_step",
        (
            ("on_day", sa.Date(), False),
            ("state", sa.String(length=20), False),
            ("note", sa.String(length=500), False),
            ("at", Instant(), False),
        ),
        (("agreement_id", "agreement", False), ("author_id", "account", True)),
    ),
    (
        "budget_line",
        (
            ("on_day", sa.Date(), False),
            ("cui", sa.String(length=10), False),
            ("source", sa.String(length=120), False),
            ("pim_cents", Key, True),
            ("certified_cents", Key, True),
            ("accrued_cents", Key, True),
            ("paid_cents", Key, True),
            ("note", sa.String(length=300), False),
            ("at", Instant(), False),
        ),
        (("agreement_id", "agreement", False), ("author_id", "account", True)),
    ),
    (
        "milestone",
        (
            ("title", sa.String(length=200), False),
            ("due_on", sa.Date(), True),
            ("reached_on", sa.Date(), True),
            ("note", sa.String(length=300), False),
            ("struck", sa.String(length=200), False),
            ("at", Instant(), False),
        ),
        (("agreement_id", "agreement", False), ("author_id", "account", True)),
    ),
    (
        "work_photo",
        (
            ("sha256", sa.String(length=64), False),
            ("media_type", sa.String(length=80), False),
            ("caption", sa.String(length=200), False),
            ("public", sa.Boolean(), False),
            ("at", Instant(), False),
        ),
        (("milestone_id", "milestone", False), ("author_id", "account", True)),
    ),
    (
        "finding",
        (
            ("body", sa.String(length=10), False),
            ("verdict", sa.String(length=16), False),
            ("text", sa.String(length=1000), False),
            ("on_day", sa.Date(), False),
            ("at", Instant(), False),
        ),
        (
            ("agreement_id", "agreement", False),
            ("community_id", "community", True),
            ("author_id", "account", True),
        ),
    ),
    (
        "effort",
        (
            ("kind", sa.String(length=12), False),
            ("promised", sa.Boolean(), False),
            ("who", sa.String(length=200), False),
            ("people", sa.Integer(), True),
            ("days", sa.Integer(), True),
            ("cents", Key, True),
            ("on_day", sa.Date(), False),
            ("note", sa.String(length=300), False),
            ("struck", sa.String(length=200), False),
            ("at", Instant(), False),
        ),
        (("agreement_id", "agreement", False), ("author_id", "account", True)),
    ),
)
AGREEMENT = (
    ("fiscal_year", sa.Integer(), False),
    ("number", sa.Integer(), False),
    ("title", sa.String(length=200), False),
    ("state", sa.String(length=20), False),
    ("origin", sa.String(length=10), False),
    ("need", sa.String(length=60), False),
    ("cui", sa.String(length=10), False),
    ("source", sa.String(length=120), False),
    ("cents", Key, True),
    ("delivered_on", sa.Date(), True),
    ("upkeep_by", sa.String(length=200), False),
    ("upkeep_cents", Key, True),
    ("expectation", Json, True),
    ("note", sa.String(length=500), False),
    ("updated_on", sa.Date(), True),
    ("revision", sa.Integer(), False),
    ("created_at", Instant(), False),
)
BEFORE = (
    ("fiscal_year", sa.Integer(), False),
    ("title", sa.String(length=200), False),
    ("state", sa.String(length=20), False),
    ("cents", Key, True),
    ("spent_cents", Key, True),
    ("note", sa.String(length=300), False),
    ("updated_on", sa.Date(), True),
)
NOW_LINKS = (
    ("place_id", "place", False),
    ("proposal_id", "proposal", True),
    ("allocation_id", "allocation", True),
    ("author_id", "account", True),
)
BEFORE_LINKS = (("place_id", "place", False), ("community_id", "community", True))
RENAMED = {"pending": "agreed", "done": "delivered"}
BACK = {"agreed": "pending", "delivered": "done", "stopped": "works"}


def _create(name: str, columns: tuple, links: tuple, *unique: str) -> None:
    op.create_table(
        name,
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        *(sa.Column(column, kind, nullable=empty) for column, kind, empty in columns),
        *(sa.Column(column, Key, nullable=empty) for column, _, empty in links),
        *(
            sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{name}_{column}")
            for column, target, _ in links
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        sa.UniqueConstraint("uuid", name=f"uq_{name}_uuid"),
        *([sa.UniqueConstraint(*unique, name=f"uq_{name}_{'_'.join(unique)}")] if unique else []),
    )
    for column, _, _ in links:
        op.create_index(f"ix_{name}_{column}", name, [column])


def _bare(name: str, columns: tuple, links: tuple) -> sa.TableClause:
    """The table to read and write by; its types as the columns say."""
    own = (sa.column(column, kind) for column, kind, _ in columns)
    tied = (sa.column(column, Key) for column, _, _ in links)
    return sa.table(name, sa.column("id", Key), sa.column("uuid", sa.Uuid()), *own, *tied)


def _taken(table: sa.TableClause) -> list[dict]:
    rows = op.get_bind().execute(sa.select(table).order_by(table.c.id)).mappings()
    return [dict(row) for row in rows]


def _put(table: sa.TableClause, rows: list[dict]) -> None:
    if rows:
        op.get_bind().execute(table.insert(), rows)


def upgrade() -> None:
    # SQLite changes a table by making it again; reading its links would need SpatiaLite.
    standing = _taken(_bare("agreement", BEFORE, BEFORE_LINKS))
    op.drop_table("agreement")
    _create("agreement", AGREEMENT, NOW_LINKS, "place_id", "fiscal_year", "number")
    op.create_index("ix_agreement_fiscal_year", "agreement", ["fiscal_year"])
    for name, columns, links in TABLES:
        _create(name, columns, links)
    op.create_table(
        "agreement_community",
        sa.Column("agreement_id", Key, nullable=False),
        sa.Column("community_id", Key, nullable=False),
        sa.Column("served", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name="fk_agreement_community_agreement_id"
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name="fk_agreement_community_community_id"
        ),
        sa.PrimaryKeyConstraint("agreement_id", "community_id", name="pk_agreement_community"),
    )
    op.create_index("ix_agreement_community_community_id", "agreement_community", ["community_id"])
    _carry(standing)


def _carry(standing: list[dict]) -> None:
    """Number what stands, and put its community, state and money into rows of their own."""
    table = _bare("agreement", AGREEMENT, NOW_LINKS)
    numbers: dict[tuple[int, int], int] = defaultdict(int)
    empty = {"origin": "entered", "need": "", "cui": "", "source": "", "upkeep_by": ""}
    for row in standing:
        key = row["place_id"], row["fiscal_year"]
        numbers[key] += 1
        kept = {name: row[name] for name in ("uuid", "title", "cents", "note", "updated_on")}
        kept |= {"place_id": key[0], "fiscal_year": key[1], "number": numbers[key], **empty}
        state = RENAMED.get(row["state"], row["state"])
        _put(table, [{**kept, "state": state, "revision": 1, "created_at": now()}])
    keys = {row["uuid"]: row["id"] for row in _taken(table)}
    for row in standing:
        _carry_rows(keys[row["uuid"]], row)


def _carry_rows(key: int, row: dict) -> None:
    parts = {name: _bare(name, columns, links) for name, columns, links in TABLES}
    if row["community_id"] is not None:
        served = sa.table(
            "agreement_community",
            *(sa.column(each) for each in ("agreement_id", "community_id", "served")),
        )
        known = {"agreement_id": key, "community_id": row["community_id"], "served": True}
        _put(served, [known])
    if row["updated_on"] is None:
        return
    dated = {"agreement_id": key, "on_day": row["updated_on"], "at": now()}
    state = RENAMED.get(row["state"], row["state"])
    step = {"uuid": uuid4(), "state": state, "note": row["note"], **dated}
    _put(parts["agreement_step"], [step])
    if row["spent_cents"] is not None:
        money = {"cui": "", "source": "", "note": "", "accrued_cents": row["spent_cents"]}
        _put(parts["budget_line"], [{"uuid": uuid4(), **money, **dated}])


def downgrade() -> None:
    standing = _taken(_bare("agreement", AGREEMENT, NOW_LINKS))
    bind = op.get_bind()
    read = "SELECT agreement_id, community_id FROM agreement_community ORDER BY community_id DESC"
    served = dict(bind.execute(sa.text(read)).all())
    read = "SELECT agreement_id, accrued_cents FROM budget_line ORDER BY on_day, id"
    spent = dict(bind.execute(sa.text(read)).all())
    op.drop_table("agreement_community")
    for name, *_ in reversed(TABLES):
        op.drop_table(name)
    op.drop_table("agreement")
    _create("agreement", BEFORE, BEFORE_LINKS)
    names = ("uuid", "place_id", "fiscal_year", "title", "cents", "updated_on")
    rows = [
        {name: row[name] for name in names}
        | {"state": BACK.get(row["state"], row["state"]), "note": row["note"][:300]}
        | {"community_id": served.get(row["id"]), "spent_cents": spent.get(row["id"])}
        for row in standing
    ]
    _put(_bare("agreement", BEFORE, BEFORE_LINKS), rows)
