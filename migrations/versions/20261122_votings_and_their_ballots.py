"""Votings and their ballots"""

import sqlalchemy as sa
from alembic import op

from app.store.types import Instant, Json, Key

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# Every table: columns of its own, links (column, table, may be empty), unique sets, indexes.
TABLES = (
    (
        "voting_rules",
        (
            ("fiscal_year", sa.Integer(), False),
            ("version", sa.Integer(), False),
            ("ordinance", sa.String(length=80), False),
            ("ordinance_on", sa.Date(), True),
            ("article", sa.String(length=40), False),
            ("body", Json, False),
            ("reason", sa.String(length=500), False),
            ("at", Instant(), False),
        ),
        (("place_id", "place", False), ("author_id", "account", True)),
        (("place_id", "fiscal_year", "version"),),
        ("fiscal_year",),
    ),
    (
        "voting",
        (
            ("fiscal_year", sa.Integer(), False),
            ("state", sa.String(length=12), False),
            ("mode", sa.String(length=12), False),
            ("cents", Key, False),
            ("options", Json, False),
            ("communities", Json, False),
            ("given", sa.Integer(), True),
            ("file", Json, False),
            ("created_at", Instant(), False),
            ("opened_at", Instant(), True),
            ("closed_at", Instant(), True),
            ("note", sa.String(length=500), False),
        ),
        (
            ("place_id", "place", False),
            ("rules_id", "voting_rules", False),
            ("author_id", "account", True),
        ),
        (),
        ("fiscal_year",),
    ),
    (
        "ballot_sheet",
        (
            ("number", sa.Integer(), False),
            ("code", sa.String(length=12), False),
            ("community", sa.String(length=20), False),
            ("state", sa.String(length=10), False),
            ("marks", Json, False),
            ("weight", sa.Integer(), False),
            ("extra", Json, False),
            ("decided_at", Instant(), True),
            ("reason", sa.String(length=500), False),
        ),
        (("voting_id", "voting", False), ("decided_by", "account", True)),
        (("code",),),
        ("state",),
    ),
    (
        "ballot_typing",
        (
            ("marks", Json, False),
            ("community", sa.String(length=20), False),
            ("unreadable", sa.Boolean(), False),
            ("note", sa.String(length=300), False),
            ("at", Instant(), False),
        ),
        (("sheet_id", "ballot_sheet", False), ("author_id", "account", False)),
        (),
        (),
    ),
    (
        "agreed_list",
        (("funded", Json, False), ("changes", Json, False), ("at", Instant(), False)),
        (("allocation_id", "allocation", False), ("author_id", "account", True)),
        (),
        (),
    ),
    (
        "workshop",
        (
            ("held_on", sa.Date(), False),
            ("venue", sa.String(length=200), False),
            ("body", Json, False),
            ("at", Instant(), False),
        ),
        (("voting_id", "voting", False), ("author_id", "account", True)),
        (),
        (),
    ),
    (
        "voting_scenario",
        (
            ("name", sa.String(length=80), False),
            ("change", Json, False),
            ("result", Json, False),
            ("at", Instant(), False),
        ),
        (("voting_id", "voting", False), ("author_id", "account", True)),
        (),
        (),
    ),
)


def upgrade() -> None:
    for name, columns, links, unique, indexed in TABLES:
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
            *(sa.UniqueConstraint(*group, name=f"uq_{name}_{'_'.join(group)}") for group in unique),
        )
        for column in (*indexed, *(column for column, _, _ in links)):
            op.create_index(f"ix_{name}_{column}", name, [column])
    with op.batch_alter_table("allocation") as table:
        table.add_column(sa.Column("voting_id", Key, nullable=True))
        table.add_column(sa.Column("detail", Json, nullable=True))
        table.create_foreign_key("fk_allocation_voting_id", "voting", ["voting_id"], ["id"])
        table.create_index("ix_allocation_voting_id", ["voting_id"])


def downgrade() -> None:
    with op.batch_alter_table("allocation") as table:
        table.drop_index("ix_allocation_voting_id")
        table.drop_constraint("fk_allocation_voting_id", type_="foreignkey")
        table.drop_column("detail")
        table.drop_column("voting_id")
    for name, *_ in reversed(TABLES):
        op.drop_table(name)
