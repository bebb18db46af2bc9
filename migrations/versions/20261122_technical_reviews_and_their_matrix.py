"""Technical reviews and their matrix"""

import sqlalchemy as sa
from alembic import op

from app.store.types import Instant, Json, Key

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("cost_on", sa.Date(), nullable=True),
        sa.Column("cost_method", sa.String(length=20), nullable=False, server_default=""),
        sa.Column("cost_class", sa.Integer(), nullable=True),
        sa.Column("gate", Json, nullable=False, server_default="{}"),
    ):
        op.add_column("proposal", column)
    op.create_table(
        "review_rules",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("place_id", Key, nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ordinance", sa.String(length=80), nullable=False),
        sa.Column("ordinance_on", sa.Date(), nullable=True),
        sa.Column("article", sa.String(length=40), nullable=False),
        sa.Column("body", Json, nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("author_id", Key, nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name="fk_review_rules_place_id"),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name="fk_review_rules_author_id"),
        sa.PrimaryKeyConstraint("id", name="pk_review_rules"),
        sa.UniqueConstraint("uuid", name="uq_review_rules_uuid"),
        sa.UniqueConstraint(
            "place_id",
            "fiscal_year",
            "version",
            name="uq_review_rules_place_id_fiscal_year_version",
        ),
    )
    for name in ("place_id", "author_id"):
        op.create_index(f"ix_review_rules_{name}", "review_rules", [name])
    op.create_table(
        "review_batch",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("place_id", Key, nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("missing", Json, nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("author_id", Key, nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("count", Key, nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name="fk_review_batch_place_id"),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name="fk_review_batch_author_id"),
        sa.PrimaryKeyConstraint("id", name="pk_review_batch"),
        sa.UniqueConstraint("uuid", name="uq_review_batch_uuid"),
    )
    for name in ("place_id", "author_id"):
        op.create_index(f"ix_review_batch_{name}", "review_batch", [name])
    _reviews()


def _reviews() -> None:
    links = {
        "proposal_id": "proposal",
        "rules_id": "review_rules",
        "author_id": "account",
        "first_id": "account",
        "second_id": "account",
        "batch_id": "review_batch",
    }
    op.create_table(
        "technical_review",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        *(sa.Column(name, Key, nullable=name != "proposal_id") for name in links),
        sa.Column("proposal_revision", sa.Integer(), nullable=False),
        sa.Column("chosen", Json, nullable=False),
        sa.Column("opinion", sa.String(length=12), nullable=False),
        sa.Column("findings", sa.String(length=2000), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("parts", Json, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("first_at", Instant(), nullable=True),
        sa.Column("second_at", Instant(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        *(
            sa.ForeignKeyConstraint([name], [f"{table}.id"], name=f"fk_technical_review_{name}")
            for name, table in links.items()
        ),
        sa.PrimaryKeyConstraint("id", name="pk_technical_review"),
        sa.UniqueConstraint("uuid", name="uq_technical_review_uuid"),
    )
    for name in links:
        op.create_index(f"ix_technical_review_{name}", "technical_review", [name])


def downgrade() -> None:
    for name in ("technical_review", "review_batch", "review_rules"):
        op.drop_table(name)
    for name in ("gate", "cost_class", "cost_method", "cost_on"):
        op.drop_column("proposal", name)
