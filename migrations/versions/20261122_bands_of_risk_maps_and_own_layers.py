"""Bands of the risk maps as districts agree them, and layers of their own"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

from app.store.types import Instant, Json, Key

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "risk_bands",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("place_id", Key, nullable=False),
        sa.Column("layer", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("edges", Json, nullable=False),
        sa.Column("words", Json, nullable=False),
        sa.Column("ordinance", sa.String(length=80), nullable=False),
        sa.Column("ordinance_on", sa.Date(), nullable=True),
        sa.Column("article", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("author_id", Key, nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name="fk_risk_bands_place_id"),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name="fk_risk_bands_author_id"),
        sa.PrimaryKeyConstraint("id", name="pk_risk_bands"),
        sa.UniqueConstraint("uuid", name="uq_risk_bands_uuid"),
        sa.UniqueConstraint(
            "place_id", "layer", "version", name="uq_risk_bands_place_id_layer_version"
        ),
    )
    op.create_table(
        "overlay_feature",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("place_id", Key, nullable=False),
        sa.Column("import_id", Key, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("geom", Geometry("GEOMETRY", srid=4326, spatial_index=False), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name="fk_overlay_feature_place_id"),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import_batch.id"], name="fk_overlay_feature_import_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_overlay_feature"),
        sa.UniqueConstraint("uuid", name="uq_overlay_feature_uuid"),
    )
    for table, column in (
        ("risk_bands", "place_id"),
        ("risk_bands", "author_id"),
        ("overlay_feature", "place_id"),
        ("overlay_feature", "import_id"),
    ):
        op.create_index(f"ix_{table}_{column}", table, [column])
    if op.get_bind().dialect.name == "postgresql":
        op.create_index(
            "gist_overlay_feature_geom", "overlay_feature", ["geom"], postgresql_using="gist"
        )


def downgrade() -> None:
    for name in ("overlay_feature", "risk_bands"):
        op.drop_table(name)
