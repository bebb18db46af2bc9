"""Gestiones and their steps"""

import sqlalchemy as sa
from alembic import op

from app.store.types import Instant, Json, Key

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "petition",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("place_id", Key, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("need", sa.String(length=60), nullable=False),
        sa.Column("route", sa.String(length=20), nullable=False),
        sa.Column("addressee", sa.String(length=200), nullable=False),
        sa.Column("answers", Json, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("filing", sa.String(length=60), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("replied_on", sa.Date(), nullable=True),
        sa.Column("reply", sa.String(length=1000), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("author_id", Key, nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name="fk_petition_place_id"),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name="fk_petition_author_id"),
        sa.PrimaryKeyConstraint("id", name="pk_petition"),
        sa.UniqueConstraint("uuid", name="uq_petition_uuid"),
        sa.UniqueConstraint("place_id", "year", "number", name="uq_petition_place_id_year_number"),
    )
    for column in ("place_id", "author_id"):
        op.create_index(f"ix_petition_{column}", "petition", [column])
    op.create_table(
        "petition_origin",
        sa.Column("petition_id", Key, nullable=False),
        sa.Column("action_uuid", sa.Uuid(), nullable=False),
        sa.Column("community_id", Key, nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name="fk_petition_origin_petition_id"
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name="fk_petition_origin_community_id"
        ),
        sa.PrimaryKeyConstraint("petition_id", "action_uuid", name="pk_petition_origin"),
    )
    for column in ("action_uuid", "community_id"):
        op.create_index(f"ix_petition_origin_{column}", "petition_origin", [column])
    op.create_table(
        "petition_step",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("petition_id", Key, nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("author_id", Key, nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name="fk_petition_step_petition_id"
        ),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name="fk_petition_step_author_id"),
        sa.PrimaryKeyConstraint("id", name="pk_petition_step"),
        sa.UniqueConstraint("uuid", name="uq_petition_step_uuid"),
    )
    for column in ("petition_id", "author_id"):
        op.create_index(f"ix_petition_step_{column}", "petition_step", [column])


def downgrade() -> None:
    for name in ("petition_step", "petition_origin", "petition"):
        op.drop_table(name)
