"""Sheets printed to be typed"""

import sqlalchemy as sa
from alembic import op

from app.store.types import Instant, Key

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

LINKS = ("community_id", "printed_by", "second_id")


def upgrade() -> None:
    op.create_table(
        "printed_sheet",
        sa.Column("id", Key, nullable=False),
        sa.Column("form_uuid", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("instrument", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("community_id", Key, nullable=False),
        sa.Column("round_uuid", sa.Uuid(), nullable=True),
        sa.Column("printed_by", Key, nullable=True),
        sa.Column("printed_at", Instant(), nullable=False),
        sa.Column("second_id", Key, nullable=True),
        sa.Column("second_at", Instant(), nullable=True),
        sa.Column("equal", sa.Integer(), nullable=True),
        sa.Column("compared", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name="fk_printed_sheet_community_id"
        ),
        sa.ForeignKeyConstraint(["printed_by"], ["account.id"], name="fk_printed_sheet_printed_by"),
        sa.ForeignKeyConstraint(["second_id"], ["account.id"], name="fk_printed_sheet_second_id"),
        sa.PrimaryKeyConstraint("id", name="pk_printed_sheet"),
        sa.UniqueConstraint("code", name="uq_printed_sheet_code"),
        sa.UniqueConstraint("form_uuid", name="uq_printed_sheet_form_uuid"),
    )
    for column in LINKS:
        op.create_index(f"ix_printed_sheet_{column}", "printed_sheet", [column])


def downgrade() -> None:
    op.drop_table("printed_sheet")
