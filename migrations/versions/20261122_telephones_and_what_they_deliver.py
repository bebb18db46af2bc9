"""Telephones and what they deliver"""

import sqlalchemy as sa
from alembic import op

from app.store.types import Instant, Json, Key

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

LINKS = {
    "device": ("account_id", "community_id", "issued_by"),
    "delivery": ("device_id", "account_id", "community_id", "decided_by"),
}


def upgrade() -> None:
    op.create_table(
        "device",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("account_id", Key, nullable=False),
        sa.Column("community_id", Key, nullable=True),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("ha1", sa.String(length=64), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("issued_by", Key, nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=True),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_device_account_id"),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name="fk_device_community_id"),
        sa.ForeignKeyConstraint(["issued_by"], ["account.id"], name="fk_device_issued_by"),
        sa.PrimaryKeyConstraint("id", name="pk_device"),
        sa.UniqueConstraint("name", name="uq_device_name"),
        sa.UniqueConstraint("token_hash", name="uq_device_token_hash"),
        sa.UniqueConstraint("uuid", name="uq_device_uuid"),
    )
    op.create_table(
        "delivery",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.String(length=120), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.Column("deprecated_id", sa.String(length=120), nullable=False),
        sa.Column("form", sa.String(length=80), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("device_id", Key, nullable=True),
        sa.Column("account_id", Key, nullable=True),
        sa.Column("community_id", Key, nullable=True),
        sa.Column("form_uuid", sa.Uuid(), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("xml", sa.LargeBinary(), nullable=True),
        sa.Column("files", Json, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("problems", Json, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("decided_by", Key, nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_delivery_account_id"),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name="fk_delivery_community_id"
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name="fk_delivery_decided_by"),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name="fk_delivery_device_id"),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
        sa.UniqueConstraint("instance_id", "nth", name="uq_delivery_instance_id_nth"),
        sa.UniqueConstraint("uuid", name="uq_delivery_uuid"),
    )
    for table, columns in LINKS.items():
        for column in columns:
            op.create_index(f"ix_{table}_{column}", table, [column])
    op.create_index("ix_delivery_form_uuid", "delivery", ["form_uuid"])
    op.create_index("ix_delivery_state", "delivery", ["state"])


def downgrade() -> None:
    op.drop_table("delivery")
    op.drop_table("device")
