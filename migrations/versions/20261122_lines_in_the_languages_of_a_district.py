"""Lines in the languages of a district"""

import sqlalchemy as sa
from alembic import op

from app.store.types import Instant, Key

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

LINKS = {
    "place_id": "place",
    "text_by": "account",
    "audio_by": "account",
    "picture_by": "account",
    "reviewed_by_1": "account",
    "reviewed_by_2": "account",
}


def upgrade() -> None:
    op.create_table(
        "translation",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("place_id", Key, nullable=False),
        sa.Column("instrument", sa.String(length=40), nullable=False),
        sa.Column("tag", sa.String(length=3), nullable=False),
        sa.Column("path", sa.String(length=120), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("label", sa.String(length=1000), nullable=False),
        sa.Column("hint", sa.String(length=1000), nullable=False),
        sa.Column("audio", sa.String(length=64), nullable=False),
        sa.Column("audio_kind", sa.String(length=4), nullable=False),
        sa.Column("picture", sa.String(length=64), nullable=False),
        sa.Column("picture_kind", sa.String(length=4), nullable=False),
        sa.Column("text_by", Key, nullable=True),
        sa.Column("audio_by", Key, nullable=True),
        sa.Column("picture_by", Key, nullable=True),
        sa.Column("reviewed_by_1", Key, nullable=True),
        sa.Column("reviewed_by_2", Key, nullable=True),
        sa.Column("changed_at", Instant(), nullable=False),
        *(
            sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_translation_{column}")
            for column, target in LINKS.items()
        ),
        sa.PrimaryKeyConstraint("id", name="pk_translation"),
        sa.UniqueConstraint(
            "place_id",
            "instrument",
            "tag",
            "path",
            name="uq_translation_place_id_instrument_tag_path",
        ),
        sa.UniqueConstraint("uuid", name="uq_translation_uuid"),
    )
    for column in LINKS:
        op.create_index(f"ix_translation_{column}", "translation", [column])


def downgrade() -> None:
    op.drop_table("translation")
