"""Forms of a municipality's own"""

import sqlalchemy as sa
from alembic import op

from app.store.types import Instant, Json, Key

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

LINKS = {
    "own_form": {"place_id": "place", "published_by": "account"},
    "own_submission": {
        "own_form_id": "own_form",
        "entry_id": "entry",
        "community_id": "community",
    },
}


def _links(table: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}")
        for column, target in LINKS[table].items()
    ]


def upgrade() -> None:
    op.create_table(
        "own_form",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("place_id", Key, nullable=False),
        sa.Column("form", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("xml", sa.LargeBinary(), nullable=False),
        sa.Column("source_name", sa.String(length=120), nullable=False),
        sa.Column("source_sha256", sa.String(length=64), nullable=False),
        sa.Column("files", Json, nullable=False),
        sa.Column("lists", Json, nullable=False),
        sa.Column("odk_validate", sa.String(length=10), nullable=False),
        sa.Column("warnings", Json, nullable=False),
        sa.Column("published_at", Instant(), nullable=False),
        sa.Column("published_by", Key, nullable=True),
        sa.Column("withdrawn_at", Instant(), nullable=True),
        *_links("own_form"),
        sa.PrimaryKeyConstraint("id", name="pk_own_form"),
        sa.UniqueConstraint(
            "place_id", "form", "version", name="uq_own_form_place_id_form_version"
        ),
        sa.UniqueConstraint("uuid", name="uq_own_form_uuid"),
    )
    op.create_table(
        "own_submission",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("own_form_id", Key, nullable=False),
        sa.Column("entry_id", Key, nullable=False),
        sa.Column("community_id", Key, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        *_links("own_submission"),
        sa.PrimaryKeyConstraint("id", name="pk_own_submission"),
        sa.UniqueConstraint("uuid", name="uq_own_submission_uuid"),
    )
    for table, columns in LINKS.items():
        for column in columns:
            op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade() -> None:
    op.drop_table("own_submission")
    op.drop_table("own_form")
