"""Aggregates refer to what they count without holding it"""

import sqlalchemy as sa
from alembic import op

from app.store.types import Key

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

HELD = {"community_id": "community", "round_id": "round", "indicator_id": "indicator"}


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for column in HELD:
            op.drop_constraint(f"fk_aggregate_{column}", "aggregate", type_="foreignkey")
    else:
        _rewrite()


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for column, target in HELD.items():
            op.create_foreign_key(f"fk_aggregate_{column}", "aggregate", target, [column], ["id"])
    else:
        _rewrite(
            *(
                sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_aggregate_{column}")
                for column, target in HELD.items()
            )
        )


def _rewrite(*held: sa.ForeignKeyConstraint) -> None:
    """SQLite changes no constraint: the table is written anew."""
    op.drop_index("ix_aggregate_indicator", "aggregate")
    op.rename_table("aggregate", "aggregate_before")
    op.create_table(
        "aggregate",
        sa.Column("community_id", Key, nullable=False),
        sa.Column("round_id", Key, nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("x", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("verified", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("typed_x", sa.Integer(), nullable=True),
        sa.Column("typed_n", sa.Integer(), nullable=True),
        *held,
        sa.PrimaryKeyConstraint("community_id", "round_id", "indicator_id", name="pk_aggregate"),
    )
    op.execute("INSERT INTO aggregate SELECT * FROM aggregate_before")
    op.drop_table("aggregate_before")
    op.create_index(
        "ix_aggregate_indicator", "aggregate", ["indicator_id", "round_id", "community_id"]
    )
