"""Comments on answers, and second interviews"""

import sqlalchemy as sa
from alembic import op

from app.store.types import Instant, Json, Key

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "comment",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("form_uuid", sa.Uuid(), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("family_uuid", sa.Uuid(), nullable=True),
        sa.Column("author_id", Key, nullable=True),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name="fk_comment_author_id"),
        sa.PrimaryKeyConstraint("id", name="pk_comment"),
        sa.UniqueConstraint("uuid", name="uq_comment_uuid"),
    )
    for column in ("form_uuid", "family_uuid", "author_id"):
        op.create_index(f"ix_comment_{column}", "comment", [column])
    op.create_table(
        "reinterview",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("community_id", Key, nullable=False),
        sa.Column("round_uuid", sa.Uuid(), nullable=False),
        sa.Column("family_uuid", sa.Uuid(), nullable=False),
        sa.Column("form_uuid", sa.Uuid(), nullable=False),
        sa.Column("seed", sa.String(length=16), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("answers", Json, nullable=False),
        sa.Column("author_id", Key, nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name="fk_reinterview_community_id"
        ),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name="fk_reinterview_author_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reinterview"),
        sa.UniqueConstraint("uuid", name="uq_reinterview_uuid"),
        sa.UniqueConstraint(
            "round_uuid", "family_uuid", name="uq_reinterview_round_uuid_family_uuid"
        ),
    )
    for column in ("community_id", "family_uuid", "author_id"):
        op.create_index(f"ix_reinterview_{column}", "reinterview", [column])


def downgrade() -> None:
    op.drop_table("reinterview")
    op.drop_table("comment")
