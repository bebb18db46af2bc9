"""Priorities frozen and questioned"""

import sqlalchemy as sa
from alembic import op

from app.store.types import Instant, Json, Key

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def _table(name: str, *columns: sa.schema.SchemaItem, links: dict[str, str]) -> None:
    """A table with our keys, its links to others, and an index on each of them."""
    op.create_table(
        name,
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        *columns,
        *(
            sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{name}_{column}")
            for column, target in links.items()
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        sa.UniqueConstraint("uuid", name=f"uq_{name}_uuid"),
    )
    for column in links:
        op.create_index(f"ix_{name}_{column}", name, [column])


def upgrade() -> None:
    _table(
        "priority_version",
        sa.Column("place_id", Key, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("freezes_on", sa.Date(), nullable=False),
        sa.Column("announced_at", Instant(), nullable=False),
        sa.Column("author_id", Key, nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("frozen_at", Instant(), nullable=True),
        sa.Column("frozen_by", Key, nullable=True),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("inputs", Json, nullable=False),
        sa.Column("outcome", Json, nullable=False),
        sa.Column("pending", Json, nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("acta", sa.String(length=200), nullable=False),
        sa.UniqueConstraint("place_id", "number", name="uq_priority_version_place_id_number"),
        links={"place_id": "place", "author_id": "account", "frozen_by": "account"},
    )
    _table(
        "figure_card",
        sa.Column("version_id", Key, nullable=False),
        sa.Column("community_id", Key, nullable=False),
        sa.Column("lines", Json, nullable=False),
        sa.Column("answer", sa.String(length=12), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("answered_by", sa.String(length=120), nullable=False),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("author_id", Key, nullable=True),
        sa.UniqueConstraint(
            "version_id", "community_id", name="uq_figure_card_version_id_community_id"
        ),
        links={
            "version_id": "priority_version",
            "community_id": "community",
            "author_id": "account",
        },
    )
    _table(
        "priority_decision",
        sa.Column("version_id", Key, nullable=False),
        sa.Column("need", sa.String(length=60), nullable=False),
        sa.Column("decision", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("author_id", Key, nullable=True),
        sa.Column("at", Instant(), nullable=False),
        links={"version_id": "priority_version", "author_id": "account"},
    )
    _table(
        "needs_scenario",
        sa.Column("place_id", Key, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("change", Json, nullable=False),
        sa.Column("author_id", Key, nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        links={"place_id": "place", "author_id": "account"},
    )
    _table(
        "need_rating",
        sa.Column("place_id", Key, nullable=False),
        sa.Column("need", sa.String(length=60), nullable=False),
        sa.Column("given_by", sa.String(length=120), nullable=False),
        sa.Column("gravity", sa.Float(), nullable=False),
        sa.Column("effect", sa.Float(), nullable=False),
        sa.Column("noes", Json, nullable=False),
        sa.Column("author_id", Key, nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        links={"place_id": "place", "author_id": "account"},
    )


def downgrade() -> None:
    for name in (
        "need_rating",
        "needs_scenario",
        "priority_decision",
        "figure_card",
        "priority_version",
    ):
        op.drop_table(name)
