"""Which place of INEI's gazetteer each community is"""

import sqlalchemy as sa
from alembic import op

from app.store.types import Instant, Key

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "place_match",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("community_id", Key, nullable=False),
        sa.Column("settlement_code", sa.String(length=10), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("likeness", sa.Float(), nullable=True),
        sa.Column("distance_m", sa.Float(), nullable=True),
        sa.Column("author_id", Key, nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("withdrawn_at", Instant(), nullable=True),
        sa.Column("withdrawn_by_id", Key, nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name="fk_place_match_community_id"
        ),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name="fk_place_match_author_id"),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"], ["account.id"], name="fk_place_match_withdrawn_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_place_match"),
        sa.UniqueConstraint("uuid", name="uq_place_match_uuid"),
    )
    for column in ("community_id", "author_id", "withdrawn_by_id"):
        op.create_index(f"ix_place_match_{column}", "place_match", [column])
    for name, column, more in (
        ("community", "community_id", ""),
        ("settlement", "settlement_code", " AND settlement_code <> ''"),
    ):
        held = sa.text(f"withdrawn_at IS NULL{more}")
        op.create_index(
            f"uq_place_match_{name}",
            "place_match",
            [column],
            unique=True,
            sqlite_where=held,
            postgresql_where=held,
        )


def downgrade() -> None:
    op.drop_table("place_match")
