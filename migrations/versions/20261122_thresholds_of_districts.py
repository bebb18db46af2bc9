"""Thresholds that a district sets, and what indicators of registers count by its own noun"""

import sqlalchemy as sa
from alembic import op

from app.store.types import Instant, Key

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

INDICATOR = sa.table(
    "indicator",
    *map(sa.column, ("code", "unit", "denominator_code")),
    *map(sa.column, ("name_es", "name_en", "numerator", "denominator")),
)
UNITS = {
    "commitments_due": "commitment",
    "actions_due": "action",
    "requests": "request",
    "posts": "post",
}
SAID = {  # what the indicator of requests was called, and what it is called since it is counted
    "name_es": (
        "Pedidos comunales en el presupuesto participativo",
        "Pedidos comunales priorizados",
    ),
    "name_en": (
        "Communal requests in the participatory budget",
        "Communal requests prioritised",
    ),
    "numerator": (
        "priorizados; ejecutados",
        "con acuerdo del presupuesto participativo hasta la ronda",
    ),
    "denominator": (
        "pedidos elevados",
        "pedidos al presupuesto de los planes comunales hasta la ronda",
    ),
}


def upgrade() -> None:
    op.create_table(
        "threshold",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("place_id", Key, nullable=False),
        sa.Column("indicator", sa.String(length=20), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("author_id", Key, nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name="fk_threshold_place_id"),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name="fk_threshold_author_id"),
        sa.PrimaryKeyConstraint("id", name="pk_threshold"),
        sa.UniqueConstraint("uuid", name="uq_threshold_uuid"),
        sa.UniqueConstraint(
            *("place_id", "indicator", "valid_from"),
            name="uq_threshold_place_id_indicator_valid_from",
        ),
    )
    for column in ("place_id", "indicator", "author_id"):
        op.create_index(f"ix_threshold_{column}", "threshold", [column])
    for code, unit in UNITS.items():
        _count(code, unit)
    _name(1)


def downgrade() -> None:
    for code in UNITS:
        _count(code, "person")
    _name(0)
    op.drop_table("threshold")


def _name(which: int) -> None:
    told = {column: words[which] for column, words in SAID.items()}
    op.execute(INDICATOR.update().where(INDICATOR.c.code == "GO-04").values(**told))


def _count(denominator: str, unit: str) -> None:
    told = INDICATOR.c.denominator_code == denominator
    op.execute(INDICATOR.update().where(told).values(unit=unit))
