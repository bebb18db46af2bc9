"""Progress of plans and the survey of adults"""

import sqlalchemy as sa
from alembic import op

from app.store.types import Json, Key

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

LINKS = {"progress": ("form", "community"), "survey_answer": ("form", "community", "round")}
# Indicators whose instrument was not there yet; what an administrator changed stays.
AGREE = {
    "CS-01": "social_capital:trust=yes",
    "CS-02": "social_capital:belonging=yes",
    "CS-03": "social_capital:efficacy_together=likely",
}


def _links(table: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([f"{to}_id"], [f"{to}.id"], name=f"fk_{table}_{to}_id")
        for to in LINKS[table]
    ]


def upgrade() -> None:
    op.create_table(
        "progress",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("form_id", Key, nullable=False),
        sa.Column("community_id", Key, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("action_uuid", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("share", sa.Integer(), nullable=True),
        sa.Column("ready", sa.Integer(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("done", sa.String(length=500), nullable=False),
        sa.Column("obstacle", sa.String(length=500), nullable=False),
        *_links("progress"),
        sa.PrimaryKeyConstraint("id", name="pk_progress"),
        sa.UniqueConstraint("uuid", name="uq_progress_uuid"),
    )
    op.create_table(
        "survey_answer",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("form_id", Key, nullable=False),
        sa.Column("community_id", Key, nullable=False),
        sa.Column("round_id", Key, nullable=False),
        sa.Column("sex", sa.String(length=10), nullable=False),
        sa.Column("facts", Json, nullable=False),
        *_links("survey_answer"),
        sa.PrimaryKeyConstraint("id", name="pk_survey_answer"),
        sa.UniqueConstraint("uuid", name="uq_survey_answer_uuid"),
    )
    for table, linked in LINKS.items():
        for to in linked:
            op.create_index(f"ix_{table}_{to}_id", table, [f"{to}_id"])
    op.create_index("ix_progress_action_uuid", "progress", ["action_uuid"])
    for code, rule in AGREE.items():
        _count(code, "pending", computed_by="answers", answer_rule=rule, fed_by=["social_capital"])


def downgrade() -> None:
    for code in AGREE:
        _count(code, "answers", computed_by="pending", answer_rule="", fed_by=[])
    op.drop_table("survey_answer")
    op.drop_table("progress")


def _count(code: str, before: str, **values: object) -> None:
    indicator = sa.table(
        "indicator",
        sa.column("code", sa.String()),
        sa.column("computed_by", sa.String()),
        sa.column("answer_rule", sa.String()),
        sa.column("fed_by", Json),
    )
    standing = (indicator.c.code == code) & (indicator.c.computed_by == before)
    op.execute(sa.update(indicator).where(standing).values(**values))
