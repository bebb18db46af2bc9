"""Return sheets, their replies, and the numbers of requests"""

import sqlalchemy as sa
from alembic import op

from app.store.types import Instant, Json, Key

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# Requests that were there before get their numbers in the order in which assemblies wrote them.
NUMBERED = """
INSERT INTO request_number (action_uuid, community_id, year, number)
SELECT uuid, community_id, year, ROW_NUMBER() OVER (
    PARTITION BY community_id, year ORDER BY plan_id, position, id
) FROM (
    SELECT a.uuid, a.community_id, a.plan_id, a.position, a.id,
        CAST(SUBSTR(CAST(p.assembled_on AS VARCHAR(10)), 1, 4) AS INTEGER) AS year
    FROM action a JOIN plan p ON p.id = a.plan_id
) AS dated
"""


def upgrade() -> None:
    op.create_table(
        "request_number",
        sa.Column("action_uuid", sa.Uuid(), nullable=False),
        sa.Column("community_id", Key, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name="fk_request_number_community_id"
        ),
        sa.PrimaryKeyConstraint("action_uuid", name="pk_request_number"),
        sa.UniqueConstraint(
            "community_id", "year", "number", name="uq_request_number_community_id_year_number"
        ),
    )
    op.execute(NUMBERED)
    op.create_table(
        "return_sheet",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("place_id", Key, nullable=False),
        sa.Column("community_id", Key, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("occasion", sa.String(length=10), nullable=False),
        sa.Column("about", sa.String(length=60), nullable=False),
        sa.Column("content", Json, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("author_id", Key, nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name="fk_return_sheet_place_id"),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name="fk_return_sheet_community_id"
        ),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name="fk_return_sheet_author_id"),
        sa.PrimaryKeyConstraint("id", name="pk_return_sheet"),
        sa.UniqueConstraint("uuid", name="uq_return_sheet_uuid"),
        sa.UniqueConstraint(
            "place_id", "year", "number", name="uq_return_sheet_place_id_year_number"
        ),
        sa.UniqueConstraint(
            "community_id", "occasion", "about", name="uq_return_sheet_community_id_occasion_about"
        ),
    )
    for column in ("place_id", "community_id", "author_id"):
        op.create_index(f"ix_return_sheet_{column}", "return_sheet", [column])
    op.create_table(
        "return_reply",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("sheet_id", Key, nullable=False),
        sa.Column("conforming", sa.Boolean(), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("speaks_of", Json, nullable=False),
        sa.Column("signed_by", sa.String(length=120), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("author_id", Key, nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["sheet_id"], ["return_sheet.id"], name="fk_return_reply_sheet_id"),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name="fk_return_reply_author_id"),
        sa.PrimaryKeyConstraint("id", name="pk_return_reply"),
        sa.UniqueConstraint("uuid", name="uq_return_reply_uuid"),
    )
    for column in ("sheet_id", "author_id"):
        op.create_index(f"ix_return_reply_{column}", "return_reply", [column])


def downgrade() -> None:
    for name in ("return_reply", "return_sheet", "request_number"):
        op.drop_table(name)
