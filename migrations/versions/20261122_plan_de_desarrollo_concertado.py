"""The PDLC of a district: objectives, actions, indicator sheets, links, amendments"""

import sqlalchemy as sa
from alembic import op

from app.store.types import Instant, Json, Key

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pdlc",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("place_id", Key, nullable=False),
        sa.Column("first_year", sa.Integer(), nullable=False),
        sa.Column("last_year", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("vision", sa.String(length=2000), nullable=False),
        sa.Column("ordinance", sa.String(length=160), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("author_id", Key, nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name="fk_pdlc_place_id"),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name="fk_pdlc_author_id"),
        sa.PrimaryKeyConstraint("id", name="pk_pdlc"),
        sa.UniqueConstraint("uuid", name="uq_pdlc_uuid"),
    )
    _indexes("pdlc", "place_id", "author_id")
    op.create_table(
        "pdlc_objective",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("pdlc_id", Key, nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("statement", sa.String(length=500), nullable=False),
        sa.Column("expected", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(["pdlc_id"], ["pdlc.id"], name="fk_pdlc_objective_pdlc_id"),
        sa.PrimaryKeyConstraint("id", name="pk_pdlc_objective"),
        sa.UniqueConstraint("uuid", name="uq_pdlc_objective_uuid"),
        sa.UniqueConstraint("pdlc_id", "code", name="uq_pdlc_objective_pdlc_id_code"),
    )
    _indexes("pdlc_objective", "pdlc_id")
    op.create_table(
        "pdlc_action",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("objective_id", Key, nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("statement", sa.String(length=500), nullable=False),
        sa.Column("responsible", sa.String(length=200), nullable=False),
        sa.Column("route", sa.String(length=300), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["objective_id"], ["pdlc_objective.id"], name="fk_pdlc_action_objective_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_pdlc_action"),
        sa.UniqueConstraint("uuid", name="uq_pdlc_action_uuid"),
        sa.UniqueConstraint("objective_id", "code", name="uq_pdlc_action_objective_id_code"),
    )
    _indexes("pdlc_action", "objective_id")
    op.create_table(
        "pdlc_indicator",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("objective_id", Key, nullable=False),
        sa.Column("action_id", Key, nullable=True),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("justification", sa.String(length=1000), nullable=False),
        sa.Column("responsible", sa.String(length=200), nullable=False),
        sa.Column("limitations", sa.String(length=1000), nullable=False),
        sa.Column("method", sa.String(length=1000), nullable=False),
        sa.Column("direction", sa.String(length=4), nullable=False),
        sa.Column("assumptions", sa.String(length=1000), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("frequency", sa.String(length=60), nullable=False),
        sa.Column("baseline_year", sa.Integer(), nullable=True),
        sa.Column("baseline", sa.Float(), nullable=True),
        sa.Column("indicator", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["objective_id"], ["pdlc_objective.id"], name="fk_pdlc_indicator_objective_id"
        ),
        sa.ForeignKeyConstraint(
            ["action_id"], ["pdlc_action.id"], name="fk_pdlc_indicator_action_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_pdlc_indicator"),
        sa.UniqueConstraint("uuid", name="uq_pdlc_indicator_uuid"),
    )
    _indexes("pdlc_indicator", "objective_id", "action_id", "indicator")
    op.create_table(
        "pdlc_target",
        sa.Column("sheet_id", Key, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["pdlc_indicator.id"], name="fk_pdlc_target_sheet_id"
        ),
        sa.PrimaryKeyConstraint("sheet_id", "year", name="pk_pdlc_target"),
    )
    op.create_table(
        "pdlc_value",
        sa.Column("sheet_id", Key, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("author_id", Key, nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["sheet_id"], ["pdlc_indicator.id"], name="fk_pdlc_value_sheet_id"),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name="fk_pdlc_value_author_id"),
        sa.PrimaryKeyConstraint("sheet_id", "year", name="pk_pdlc_value"),
    )
    _indexes("pdlc_value", "author_id")
    op.create_table(
        "pdlc_need",
        sa.Column("objective_id", Key, nullable=False),
        sa.Column("need", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["objective_id"], ["pdlc_objective.id"], name="fk_pdlc_need_objective_id"
        ),
        sa.PrimaryKeyConstraint("objective_id", "need", name="pk_pdlc_need"),
    )
    _indexes("pdlc_need", "need")
    op.create_table(
        "pdlc_proposal",
        sa.Column("objective_id", Key, nullable=False),
        sa.Column("proposal_id", Key, nullable=False),
        sa.ForeignKeyConstraint(
            ["objective_id"], ["pdlc_objective.id"], name="fk_pdlc_proposal_objective_id"
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name="fk_pdlc_proposal_proposal_id"
        ),
        sa.PrimaryKeyConstraint("objective_id", "proposal_id", name="pk_pdlc_proposal"),
    )
    _indexes("pdlc_proposal", "proposal_id")
    op.create_table(
        "pdlc_line",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("action_id", Key, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["action_id"], ["pdlc_action.id"], name="fk_pdlc_line_action_id"),
        sa.PrimaryKeyConstraint("id", name="pk_pdlc_line"),
        sa.UniqueConstraint("uuid", name="uq_pdlc_line_uuid"),
    )
    _indexes("pdlc_line", "action_id")
    op.create_table(
        "pdlc_amendment",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("pdlc_id", Key, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("what", sa.String(length=600), nullable=False),
        sa.Column("why", sa.String(length=1000), nullable=False),
        sa.Column("need", sa.String(length=60), nullable=False),
        sa.Column("change", Json, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("ordinance", sa.String(length=160), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("author_id", Key, nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["pdlc_id"], ["pdlc.id"], name="fk_pdlc_amendment_pdlc_id"),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name="fk_pdlc_amendment_author_id"),
        sa.PrimaryKeyConstraint("id", name="pk_pdlc_amendment"),
        sa.UniqueConstraint("uuid", name="uq_pdlc_amendment_uuid"),
        sa.UniqueConstraint("pdlc_id", "number", name="uq_pdlc_amendment_pdlc_id_number"),
    )
    _indexes("pdlc_amendment", "pdlc_id", "author_id")


def downgrade() -> None:
    for table in (
        *("pdlc_amendment", "pdlc_line", "pdlc_proposal", "pdlc_need", "pdlc_value"),
        *("pdlc_target", "pdlc_indicator", "pdlc_action", "pdlc_objective", "pdlc"),
    ):
        op.drop_table(table)


def _indexes(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])
