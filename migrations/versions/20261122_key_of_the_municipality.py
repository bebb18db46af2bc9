"""The key pair for which telephones wrap their own"""

import sqlalchemy as sa
from alembic import op

from app.store.types import Instant, Key

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "handover_key",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("public_half", sa.LargeBinary(), nullable=False),
        sa.Column("private_half", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_handover_key"),
        sa.UniqueConstraint("key_id", name="uq_handover_key_key_id"),
        sa.UniqueConstraint("uuid", name="uq_handover_key_uuid"),
    )


def downgrade() -> None:
    op.drop_table("handover_key")
