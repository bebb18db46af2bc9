"""Goals that count for an incentive"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "goal", sa.Column("incentive", sa.String(length=120), nullable=False, server_default="")
    )


def downgrade() -> None:
    op.drop_column("goal", "incentive")
