"""Everything that the first version keeps"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

from app.store.types import Instant, Json, Key

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SHAPES = (
    "settlement",
    "boundary",
    "facility",
    "proposal",
    "community",
    "outline",
    "asset",
    "hazard",
    "problem",
    "action",
)


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("login", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("card_hash", sa.String(length=64), nullable=True),
        sa.Column("pin_hash", sa.String(), nullable=True),
        sa.Column("pin_until", sa.Date(), nullable=True),
        sa.Column("pin_misses", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("card_hash", name=op.f("uq_account_card_hash")),
        sa.UniqueConstraint("login", name=op.f("uq_account_login")),
        sa.UniqueConstraint("uuid", name=op.f("uq_account_uuid")),
    )
    op.create_table(
        "answer",
        sa.Column("department", sa.SmallInteger(), nullable=False),
        sa.Column("round_id", Key, nullable=False),
        sa.Column("family_id", Key, nullable=False),
        sa.Column("person", sa.SmallInteger(), nullable=False),
        sa.Column("practice_id", sa.SmallInteger(), nullable=False),
        sa.Column("age_months", sa.SmallInteger(), nullable=True),
        sa.Column("value", sa.SmallInteger(), nullable=False),
        sa.Column("verified", sa.SmallInteger(), nullable=False),
        sa.Column("form_id", Key, nullable=True),
        sa.Column("batch_id", Key, nullable=True),
        sa.Column("row", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint(
            "department", "round_id", "family_id", "person", "practice_id", name=op.f("pk_answer")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "family_key",
        sa.Column("family_uuid", sa.Uuid(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("family_uuid", name=op.f("pk_family_key")),
    )
    op.create_table(
        "indicator",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name_es", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("numerator", sa.String(length=300), nullable=False),
        sa.Column("denominator", sa.String(length=300), nullable=False),
        sa.Column("direction", sa.String(length=4), nullable=False),
        sa.Column("unit", sa.String(length=12), nullable=False),
        sa.Column("dimension", sa.String(length=30), nullable=False),
        sa.Column("practices", Json, nullable=False),
        sa.Column("fed_by", Json, nullable=False),
        sa.Column("denominator_code", sa.String(length=30), nullable=False),
        sa.Column("computed_by", sa.String(length=12), nullable=False),
        sa.Column("household_rule", sa.String(length=120), nullable=False),
        sa.Column("answer_rule", sa.String(length=120), nullable=False),
        sa.Column("sensitivity", sa.String(length=12), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator")),
        sa.UniqueConstraint("code", name=op.f("uq_indicator_code")),
    )
    op.create_table(
        "instrument_version",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("definition", Json, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instrument_version")),
        sa.UniqueConstraint("code", "version", name=op.f("uq_instrument_version_code_version")),
        sa.UniqueConstraint("uuid", name=op.f("uq_instrument_version_uuid")),
    )
    with op.batch_alter_table("instrument_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_instrument_version_code"), ["code"], unique=False)

    op.create_table(
        "norm",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("value", Json, nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("verified_by", sa.String(length=120), nullable=True),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_norm")),
        sa.UniqueConstraint("uuid", name=op.f("uq_norm_uuid")),
    )
    with op.batch_alter_table("norm", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_norm_code"), ["code"], unique=False)

    op.create_table(
        "policy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("register_code", sa.String(length=30), nullable=False),
        sa.Column("verb", sa.String(length=20), nullable=False),
        sa.Column("view", sa.String(length=10), nullable=False),
        sa.Column("health", sa.Boolean(), nullable=False),
        sa.Column("reach", sa.String(length=6), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy")),
        sa.UniqueConstraint(
            "role", "register_code", "verb", name=op.f("uq_policy_role_register_code_verb")
        ),
    )
    with op.batch_alter_table("policy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_policy_role"), ["role"], unique=False)

    op.create_table(
        "practice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name_es", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("stage", sa.String(length=30), nullable=False),
        sa.Column("unit", sa.String(length=12), nullable=False),
        sa.Column("denominator", sa.String(length=120), nullable=False),
        sa.Column("age_min_months", sa.Integer(), nullable=True),
        sa.Column("age_max_months", sa.Integer(), nullable=True),
        sa.Column("theme", sa.String(length=30), nullable=False),
        sa.Column("sensitivity", sa.String(length=12), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice")),
        sa.UniqueConstraint("code", name=op.f("uq_practice_code")),
    )
    op.create_table(
        "seal",
        sa.Column("id", Key, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("from_id", Key, nullable=False),
        sa.Column("to_id", Key, nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal")),
    )
    op.create_table(
        "stamp",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("version", Key, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_stamp")),
    )
    op.create_table(
        "access_entry",
        sa.Column("id", Key, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor_id", Key, nullable=True),
        sa.Column("family_uuid", sa.String(length=36), nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("request_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["account.id"], name=op.f("fk_access_entry_actor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_entry")),
    )
    with op.batch_alter_table("access_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_entry_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_access_entry_family_uuid"), ["family_uuid"], unique=False
        )

    op.create_table(
        "api_token",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("account_id", Key, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=True),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_api_token_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
        sa.UniqueConstraint("uuid", name=op.f("uq_api_token_uuid")),
    )
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_token_account_id"), ["account_id"], unique=False)

    op.create_table(
        "import_batch",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("author_id", Key, nullable=True),
        sa.Column("place_code", sa.String(length=6), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("options", Json, nullable=False),
        sa.Column("report", Json, nullable=False),
        sa.Column("undone_reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["author_id"], ["account.id"], name=op.f("fk_import_batch_author_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
        sa.UniqueConstraint("uuid", name=op.f("uq_import_batch_uuid")),
    )
    with op.batch_alter_table("import_batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_batch_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_import_batch_kind"), ["kind"], unique=False)

    op.create_table(
        "login",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("account_id", Key, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=200), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_login_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_login_token_hash")),
        sa.UniqueConstraint("uuid", name=op.f("uq_login_uuid")),
    )
    with op.batch_alter_table("login", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_account_id"), ["account_id"], unique=False)

    op.create_table(
        "one_time_code",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("account_id", Key, nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("issued_by", Key, nullable=True),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_one_time_code_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["issued_by"], ["account.id"], name=op.f("fk_one_time_code_issued_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_one_time_code_code_hash")),
        sa.UniqueConstraint("uuid", name=op.f("uq_one_time_code_uuid")),
    )
    with op.batch_alter_table("one_time_code", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_one_time_code_account_id"), ["account_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_one_time_code_issued_by"), ["issued_by"], unique=False)

    op.create_table(
        "code_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("old_code", sa.String(length=6), nullable=True),
        sa.Column("new_code", sa.String(length=6), nullable=True),
        sa.Column("old_name", sa.String(length=120), nullable=True),
        sa.Column("new_name", sa.String(length=120), nullable=True),
        sa.Column("container_code", sa.String(length=6), nullable=True),
        sa.Column("import_id", Key, nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import_batch.id"], name=op.f("fk_code_change_import_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_change")),
    )
    with op.batch_alter_table("code_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_code_change_import_id"), ["import_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_code_change_new_code"), ["new_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_code_change_old_code"), ["old_code"], unique=False)

    op.create_table(
        "external_value",
        sa.Column("place_code", sa.String(length=10), nullable=False),
        sa.Column("indicator", sa.String(length=60), nullable=False),
        sa.Column("period", sa.String(length=20), nullable=False),
        sa.Column("import_id", Key, nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("text", sa.String(length=60), nullable=True),
        sa.Column("unit", sa.String(length=30), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import_batch.id"], name=op.f("fk_external_value_import_id")
        ),
        sa.PrimaryKeyConstraint(
            "place_code", "indicator", "period", name=op.f("pk_external_value")
        ),
    )
    with op.batch_alter_table("external_value", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_external_value_import_id"), ["import_id"], unique=False
        )

    op.create_table(
        "import_change",
        sa.Column("batch_id", Key, nullable=False),
        sa.Column("table", sa.String(length=40), nullable=False),
        sa.Column("row_id", Key, nullable=False),
        sa.Column("before", Json, nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_import_change_batch_id")
        ),
        sa.PrimaryKeyConstraint("batch_id", "table", "row_id", name=op.f("pk_import_change")),
    )
    op.create_table(
        "place",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("search", sa.String(length=120), nullable=False),
        sa.Column("sort_key", sa.String(length=160), nullable=False),
        sa.Column("parent_id", Key, nullable=True),
        sa.Column("reniec", sa.String(length=6), nullable=True),
        sa.Column("capital", sa.String(length=120), nullable=True),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("altitude_m", sa.Integer(), nullable=True),
        sa.Column("fictitious", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("import_id", Key, nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import_batch.id"], name=op.f("fk_place_import_id")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["place.id"], name=op.f("fk_place_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint("uuid", name=op.f("uq_place_uuid")),
    )
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_place_code"), ["code"], unique=False)
        batch_op.create_index(batch_op.f("ix_place_import_id"), ["import_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_place_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_place_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_place_search"), ["search"], unique=False)
        batch_op.create_index(
            "uq_place_code_living",
            ["code"],
            unique=True,
            sqlite_where=sa.text("valid_to IS NULL"),
            postgresql_where=sa.text("valid_to IS NULL"),
        )

    op.create_table(
        "settlement",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("search", sa.String(length=120), nullable=False),
        sa.Column("district_code", sa.String(length=6), nullable=False),
        sa.Column("urban", sa.Boolean(), nullable=True),
        sa.Column("import_id", Key, nullable=True),
        sa.Column("geom", Geometry("POINT", srid=4326, spatial_index=False), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import_batch.id"], name=op.f("fk_settlement_import_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement")),
        sa.UniqueConstraint("code", name=op.f("uq_settlement_code")),
        sa.UniqueConstraint("uuid", name=op.f("uq_settlement_uuid")),
    )
    with op.batch_alter_table("settlement", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_settlement_district_code"), ["district_code"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_settlement_import_id"), ["import_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_settlement_search"), ["search"], unique=False)

    op.create_table(
        "allocation",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("place_id", Key, nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=30), nullable=False),
        sa.Column("cents", Key, nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("outcomes", Json, nullable=False),
        sa.Column("author_id", Key, nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["account.id"], name=op.f("fk_allocation_author_id")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_allocation_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation")),
        sa.UniqueConstraint("uuid", name=op.f("uq_allocation_uuid")),
    )
    with op.batch_alter_table("allocation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_allocation_author_id"), ["author_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_allocation_fiscal_year"), ["fiscal_year"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_allocation_place_id"), ["place_id"], unique=False)

    op.create_table(
        "audit",
        sa.Column("id", Key, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor_id", Key, nullable=True),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("register_code", sa.String(length=30), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("place_id", Key, nullable=True),
        sa.Column("request_id", sa.String(length=36), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["account.id"], name=op.f("fk_audit_actor_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_audit_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_place_id"), ["place_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_register_code"), ["register_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_subject"), ["subject"], unique=False)

    op.create_table(
        "boundary",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("place_id", Key, nullable=False),
        sa.Column("import_id", Key, nullable=True),
        sa.Column("vintage", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("area_m2", sa.Float(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("geom", Geometry("MULTIPOLYGON", srid=4326, spatial_index=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import_batch.id"], name=op.f("fk_boundary_import_id")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_boundary_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_boundary")),
        sa.UniqueConstraint("uuid", name=op.f("uq_boundary_uuid")),
    )
    with op.batch_alter_table("boundary", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_boundary_import_id"), ["import_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_boundary_place_id"), ["place_id"], unique=False)

    op.create_table(
        "ceiling",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("place_id", Key, nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("cents", Key, nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_ceiling_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ceiling")),
        sa.UniqueConstraint(
            "place_id", "fiscal_year", name=op.f("uq_ceiling_place_id_fiscal_year")
        ),
        sa.UniqueConstraint("uuid", name=op.f("uq_ceiling_uuid")),
    )
    with op.batch_alter_table("ceiling", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ceiling_place_id"), ["place_id"], unique=False)

    op.create_table(
        "facility",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("search", sa.String(length=160), nullable=False),
        sa.Column("place_id", Key, nullable=True),
        sa.Column("category", sa.String(length=10), nullable=True),
        sa.Column("import_id", Key, nullable=True),
        sa.Column("geom", Geometry("POINT", srid=4326, spatial_index=False), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import_batch.id"], name=op.f("fk_facility_import_id")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_facility_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facility")),
        sa.UniqueConstraint("code", name=op.f("uq_facility_code")),
        sa.UniqueConstraint("uuid", name=op.f("uq_facility_uuid")),
    )
    with op.batch_alter_table("facility", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_facility_import_id"), ["import_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_facility_place_id"), ["place_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_facility_search"), ["search"], unique=False)

    op.create_table(
        "goal",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("indicator", sa.String(length=20), nullable=False),
        sa.Column("place_id", Key, nullable=True),
        sa.Column("target", sa.Float(), nullable=False),
        sa.Column("worst", sa.Float(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_goal_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal")),
        sa.UniqueConstraint("uuid", name=op.f("uq_goal_uuid")),
    )
    with op.batch_alter_table("goal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_goal_indicator"), ["indicator"], unique=False)
        batch_op.create_index(batch_op.f("ix_goal_place_id"), ["place_id"], unique=False)

    op.create_table(
        "job",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("params", Json, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("message", sa.String(length=500), nullable=False),
        sa.Column("result", Json, nullable=False),
        sa.Column("author_id", Key, nullable=True),
        sa.Column("place_id", Key, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("cancel", sa.Boolean(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("beat_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_job_author_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_job_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("uuid", name=op.f("uq_job_uuid")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_job_place_id"), ["place_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_job_state"), ["state"], unique=False)

    op.create_table(
        "proposal",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("place_id", Key, nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.String(length=2000), nullable=False),
        sa.Column("need", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("cost_cents", Key, nullable=True),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("author_id", Key, nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("geom", Geometry("GEOMETRY", srid=4326, spatial_index=False), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_proposal_author_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_proposal_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("uuid", name=op.f("uq_proposal_uuid")),
    )
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposal_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposal_fiscal_year"), ["fiscal_year"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposal_place_id"), ["place_id"], unique=False)

    op.create_table(
        "public_text",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("place_id", Key, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("body", Json, nullable=False),
        sa.Column("published_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_public_text_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_text")),
        sa.UniqueConstraint("uuid", name=op.f("uq_public_text_uuid")),
    )
    with op.batch_alter_table("public_text", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_public_text_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_public_text_place_id"), ["place_id"], unique=False)

    op.create_table(
        "weighting",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("place_id", Key, nullable=False),
        sa.Column("given_by", sa.String(length=120), nullable=False),
        sa.Column("points", Json, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_weighting_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weighting")),
        sa.UniqueConstraint("uuid", name=op.f("uq_weighting_uuid")),
    )
    with op.batch_alter_table("weighting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_weighting_place_id"), ["place_id"], unique=False)

    op.create_table(
        "community",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("search", sa.String(length=120), nullable=False),
        sa.Column("sort_key", sa.String(length=160), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("altitude_m", sa.Integer(), nullable=True),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("households", sa.Integer(), nullable=True),
        sa.Column("founded", sa.Integer(), nullable=True),
        sa.Column("facility_id", Key, nullable=True),
        sa.Column("merged_into_id", Key, nullable=True),
        sa.Column("import_id", Key, nullable=True),
        sa.Column("geom", Geometry("POINT", srid=4326, spatial_index=False), nullable=True),
        sa.ForeignKeyConstraint(
            ["facility_id"], ["facility.id"], name=op.f("fk_community_facility_id")
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import_batch.id"], name=op.f("fk_community_import_id")
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["community.id"], name=op.f("fk_community_merged_into_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community")),
        sa.UniqueConstraint("code", name=op.f("uq_community_code")),
        sa.UniqueConstraint("uuid", name=op.f("uq_community_uuid")),
    )
    with op.batch_alter_table("community", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_community_facility_id"), ["facility_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_community_import_id"), ["import_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_community_merged_into_id"), ["merged_into_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_community_search"), ["search"], unique=False)

    op.create_table(
        "agreement",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("place_id", Key, nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("community_id", Key, nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("cents", Key, nullable=True),
        sa.Column("spent_cents", Key, nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("updated_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_agreement_community_id")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_agreement_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sa.UniqueConstraint("uuid", name=op.f("uq_agreement_uuid")),
    )
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_agreement_community_id"), ["community_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_agreement_place_id"), ["place_id"], unique=False)

    op.create_table(
        "belonging",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("community_id", Key, nullable=False),
        sa.Column("place_id", Key, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_belonging_community_id")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_belonging_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_belonging")),
        sa.UniqueConstraint(
            "community_id",
            "place_id",
            "valid_from",
            name=op.f("uq_belonging_community_id_place_id_valid_from"),
        ),
        sa.UniqueConstraint("uuid", name=op.f("uq_belonging_uuid")),
    )
    with op.batch_alter_table("belonging", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_belonging_community_id"), ["community_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_belonging_place_id"), ["place_id"], unique=False)

    op.create_table(
        "binding",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("account_id", Key, nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("place_id", Key, nullable=True),
        sa.Column("community_id", Key, nullable=True),
        sa.Column("facility_id", Key, nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_binding_account_id")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_binding_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["facility_id"], ["facility.id"], name=op.f("fk_binding_facility_id")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_binding_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_binding")),
        sa.UniqueConstraint("uuid", name=op.f("uq_binding_uuid")),
    )
    with op.batch_alter_table("binding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_binding_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_binding_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_binding_facility_id"), ["facility_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_binding_place_id"), ["place_id"], unique=False)

    op.create_table(
        "cycle",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("community_id", Key, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_cycle_community_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycle")),
        sa.UniqueConstraint("uuid", name=op.f("uq_cycle_uuid")),
    )
    with op.batch_alter_table("cycle", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cycle_community_id"), ["community_id"], unique=False)

    op.create_table(
        "draft",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("account_id", Key, nullable=False),
        sa.Column("community_id", Key, nullable=False),
        sa.Column("instrument", sa.String(length=40), nullable=False),
        sa.Column("form_uuid", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("body", Json, nullable=False),
        sa.Column("saved_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_draft_account_id")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_draft_community_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint(
            "account_id",
            "community_id",
            "instrument",
            "form_uuid",
            name=op.f("uq_draft_account_id_community_id_instrument_form_uuid"),
        ),
        sa.UniqueConstraint("uuid", name=op.f("uq_draft_uuid")),
    )
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draft_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_draft_community_id"), ["community_id"], unique=False)

    op.create_table(
        "entry",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("instrument", sa.String(length=40), nullable=True),
        sa.Column("version", sa.String(length=20), nullable=True),
        sa.Column("form_uuid", sa.Uuid(), nullable=False),
        sa.Column("community_id", Key, nullable=True),
        sa.Column("cycle_uuid", sa.Uuid(), nullable=True),
        sa.Column("round_uuid", sa.Uuid(), nullable=True),
        sa.Column("family_uuid", sa.Uuid(), nullable=True),
        sa.Column("author_id", Key, nullable=True),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("device", sa.String(length=80), nullable=False),
        sa.Column("idempotency_key", sa.String(length=120), nullable=True),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_entry_author_id")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_entry_community_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sa.UniqueConstraint(
            "author_id", "idempotency_key", name=op.f("uq_entry_author_id_idempotency_key")
        ),
        sa.UniqueConstraint("uuid", name=op.f("uq_entry_uuid")),
    )
    with op.batch_alter_table("entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_entry_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_entry_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_entry_family_uuid"), ["family_uuid"], unique=False)
        batch_op.create_index(batch_op.f("ix_entry_form_uuid"), ["form_uuid"], unique=False)

    op.create_table(
        "family",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("community_id", Key, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("sector", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("merged_into_id", Key, nullable=True),
        sa.Column("consents", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_family_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["family.id"], name=op.f("fk_family_merged_into_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family")),
        sa.UniqueConstraint("community_id", "code", name=op.f("uq_family_community_id_code")),
        sa.UniqueConstraint("uuid", name=op.f("uq_family_uuid")),
    )
    with op.batch_alter_table("family", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_family_community_id"), ["community_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_family_merged_into_id"), ["merged_into_id"], unique=False
        )

    op.create_table(
        "origin",
        sa.Column("proposal_id", Key, nullable=False),
        sa.Column("action_uuid", sa.Uuid(), nullable=False),
        sa.Column("community_id", Key, nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_origin_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_origin_proposal_id")
        ),
        sa.PrimaryKeyConstraint("proposal_id", "action_uuid", name=op.f("pk_origin")),
    )
    with op.batch_alter_table("origin", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_origin_action_uuid"), ["action_uuid"], unique=False)
        batch_op.create_index(batch_op.f("ix_origin_community_id"), ["community_id"], unique=False)

    op.create_table(
        "outline",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("community_id", Key, nullable=False),
        sa.Column("form_uuid", sa.String(length=36), nullable=True),
        sa.Column("geom", Geometry("GEOMETRY", srid=4326, spatial_index=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_outline_community_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outline")),
        sa.UniqueConstraint("uuid", name=op.f("uq_outline_uuid")),
    )
    with op.batch_alter_table("outline", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outline_community_id"), ["community_id"], unique=False)

    op.create_table(
        "publication",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("place_id", Key, nullable=False),
        sa.Column("community_id", Key, nullable=True),
        sa.Column("indicator", sa.String(length=20), nullable=False),
        sa.Column("round_label", sa.String(length=60), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("rounds", Json, nullable=False),
        sa.Column("x", sa.Integer(), nullable=True),
        sa.Column("n", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("published_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_publication_community_id")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_publication_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sa.UniqueConstraint("uuid", name=op.f("uq_publication_uuid")),
    )
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_publication_community_id"), ["community_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_publication_indicator"), ["indicator"], unique=False)
        batch_op.create_index(batch_op.f("ix_publication_place_id"), ["place_id"], unique=False)

    op.create_table(
        "visit_task",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("place_id", Key, nullable=False),
        sa.Column("community_id", Key, nullable=False),
        sa.Column("need", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("author_id", Key, nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("done_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["author_id"], ["account.id"], name=op.f("fk_visit_task_author_id")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_visit_task_community_id")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_visit_task_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_task")),
        sa.UniqueConstraint("uuid", name=op.f("uq_visit_task_uuid")),
    )
    with op.batch_alter_table("visit_task", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_task_author_id"), ["author_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_visit_task_community_id"), ["community_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_visit_task_place_id"), ["place_id"], unique=False)

    op.create_table(
        "attachment",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("entry_id", Key, nullable=True),
        sa.Column("form_uuid", sa.Uuid(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("erased_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_attachment_entry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("uuid", name=op.f("uq_attachment_uuid")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attachment_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attachment_form_uuid"), ["form_uuid"], unique=False)
        batch_op.create_index(batch_op.f("ix_attachment_sha256"), ["sha256"], unique=False)

    op.create_table(
        "derivation",
        sa.Column("entry_id", Key, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("problems", Json, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("resolved_by", Key, nullable=True),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_derivation_entry_id")),
        sa.ForeignKeyConstraint(
            ["resolved_by"], ["account.id"], name=op.f("fk_derivation_resolved_by")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_derivation")),
    )
    with op.batch_alter_table("derivation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_derivation_resolved_by"), ["resolved_by"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_derivation_state"), ["state"], unique=False)

    op.create_table(
        "payload",
        sa.Column("entry_id", Key, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("nonce", sa.LargeBinary(), nullable=True),
        sa.Column("erased_at", Instant(), nullable=True),
        sa.Column("erased_reason", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_payload_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_payload")),
    )
    op.create_table(
        "round",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("cycle_id", Key, nullable=False),
        sa.Column("community_id", Key, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=20), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("locked_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_round_community_id")
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_round_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
        sa.UniqueConstraint("community_id", "number", name=op.f("uq_round_community_id_number")),
        sa.UniqueConstraint("uuid", name=op.f("uq_round_uuid")),
    )
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_round_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_round_cycle_id"), ["cycle_id"], unique=False)

    op.create_table(
        "aggregate",
        sa.Column("community_id", Key, nullable=False),
        sa.Column("round_id", Key, nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("x", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("verified", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("typed_x", sa.Integer(), nullable=True),
        sa.Column("typed_n", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_aggregate_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["indicator.id"], name=op.f("fk_aggregate_indicator_id")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_aggregate_round_id")),
        sa.PrimaryKeyConstraint(
            "community_id", "round_id", "indicator_id", name=op.f("pk_aggregate")
        ),
    )
    with op.batch_alter_table("aggregate", schema=None) as batch_op:
        batch_op.create_index(
            "ix_aggregate_indicator", ["indicator_id", "round_id", "community_id"], unique=False
        )

    op.create_table(
        "form",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("instrument", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("community_id", Key, nullable=False),
        sa.Column("cycle_id", Key, nullable=True),
        sa.Column("round_id", Key, nullable=True),
        sa.Column("family_uuid", sa.Uuid(), nullable=True),
        sa.Column("entry_id", Key, nullable=False),
        sa.Column("author_id", Key, nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=False),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("decided_by", Key, nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_form_author_id")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_form_community_id")
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_form_cycle_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_form_decided_by")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_form_entry_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_form_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form")),
        sa.UniqueConstraint("uuid", name=op.f("uq_form_uuid")),
    )
    with op.batch_alter_table("form", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_form_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_form_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_form_cycle_id"), ["cycle_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_form_decided_by"), ["decided_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_form_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_form_instrument"), ["instrument"], unique=False)
        batch_op.create_index(batch_op.f("ix_form_round_id"), ["round_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_form_state"), ["state"], unique=False)

    op.create_table(
        "residual",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("entry_id", Key, nullable=False),
        sa.Column("round_id", Key, nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("x", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("verified", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_residual_entry_id")),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_residual_practice_id")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_residual_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_residual")),
        sa.UniqueConstraint("uuid", name=op.f("uq_residual_uuid")),
    )
    with op.batch_alter_table("residual", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_residual_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_residual_round_id"), ["round_id"], unique=False)

    op.create_table(
        "activity",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("form_id", Key, nullable=False),
        sa.Column("community_id", Key, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("theme", sa.String(length=160), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("women", sa.Integer(), nullable=False),
        sa.Column("men", sa.Integer(), nullable=False),
        sa.Column("action_uuid", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_activity_community_id")
        ),
        sa.ForeignKeyConstraint(["form_id"], ["form.id"], name=op.f("fk_activity_form_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
        sa.UniqueConstraint("uuid", name=op.f("uq_activity_uuid")),
    )
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_activity_community_id"), ["community_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_activity_form_id"), ["form_id"], unique=False)

    op.create_table(
        "asset",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("form_id", Key, nullable=False),
        sa.Column("community_id", Key, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("geom", Geometry("GEOMETRY", srid=4326, spatial_index=False), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_asset_community_id")
        ),
        sa.ForeignKeyConstraint(["form_id"], ["form.id"], name=op.f("fk_asset_form_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset")),
        sa.UniqueConstraint("uuid", name=op.f("uq_asset_uuid")),
    )
    with op.batch_alter_table("asset", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_asset_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_asset_form_id"), ["form_id"], unique=False)

    op.create_table(
        "challenge",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("form_id", Key, nullable=False),
        sa.Column("community_id", Key, nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("theme", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_challenge_community_id")
        ),
        sa.ForeignKeyConstraint(["form_id"], ["form.id"], name=op.f("fk_challenge_form_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenge")),
        sa.UniqueConstraint("uuid", name=op.f("uq_challenge_uuid")),
    )
    with op.batch_alter_table("challenge", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_challenge_community_id"), ["community_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_challenge_form_id"), ["form_id"], unique=False)

    op.create_table(
        "commitment",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("form_id", Key, nullable=False),
        sa.Column("family_id", Key, nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("item", sa.String(length=60), nullable=False),
        sa.Column("what", sa.String(length=300), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("history", Json, nullable=False),
        sa.Column("changed_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_commitment_family_id")),
        sa.ForeignKeyConstraint(["form_id"], ["form.id"], name=op.f("fk_commitment_form_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment")),
        sa.UniqueConstraint("uuid", name=op.f("uq_commitment_uuid")),
    )
    with op.batch_alter_table("commitment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_commitment_family_id"), ["family_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_commitment_form_id"), ["form_id"], unique=False)

    op.create_table(
        "consent",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("family_id", Key, nullable=False),
        sa.Column("form_id", Key, nullable=True),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("method", sa.String(length=12), nullable=False),
        sa.Column("at", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_consent_family_id")),
        sa.ForeignKeyConstraint(["form_id"], ["form.id"], name=op.f("fk_consent_form_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sa.UniqueConstraint("uuid", name=op.f("uq_consent_uuid")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_family_id"), ["family_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_consent_form_id"), ["form_id"], unique=False)

    op.create_table(
        "council",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("form_id", Key, nullable=False),
        sa.Column("community_id", Key, nullable=False),
        sa.Column("acta_number", sa.String(length=40), nullable=False),
        sa.Column("assembled_on", sa.Date(), nullable=True),
        sa.Column("mandate_from", sa.Date(), nullable=True),
        sa.Column("mandate_to", sa.Date(), nullable=True),
        sa.Column("resolution", sa.String(length=80), nullable=False),
        sa.Column("women", sa.Integer(), nullable=True),
        sa.Column("men", sa.Integer(), nullable=True),
        sa.Column("vision", sa.String(length=2000), nullable=False),
        sa.Column("vision_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_council_community_id")
        ),
        sa.ForeignKeyConstraint(["form_id"], ["form.id"], name=op.f("fk_council_form_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_council")),
        sa.UniqueConstraint("uuid", name=op.f("uq_council_uuid")),
    )
    with op.batch_alter_table("council", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_council_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_council_form_id"), ["form_id"], unique=False)

    op.create_table(
        "diagnosis",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("form_id", Key, nullable=False),
        sa.Column("community_id", Key, nullable=False),
        sa.Column("cycle_id", Key, nullable=True),
        sa.Column("assembled_on", sa.Date(), nullable=False),
        sa.Column("women", sa.Integer(), nullable=True),
        sa.Column("men", sa.Integer(), nullable=True),
        sa.Column("families", sa.Integer(), nullable=True),
        sa.Column("dwellings", sa.Integer(), nullable=True),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("facility_min_dry", sa.Integer(), nullable=True),
        sa.Column("facility_min_rain", sa.Integer(), nullable=True),
        sa.Column("facts", Json, nullable=False),
        sa.Column("assets_asked", sa.Boolean(), nullable=False),
        sa.Column("hazards_asked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_diagnosis_community_id")
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_diagnosis_cycle_id")),
        sa.ForeignKeyConstraint(["form_id"], ["form.id"], name=op.f("fk_diagnosis_form_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_diagnosis")),
        sa.UniqueConstraint("uuid", name=op.f("uq_diagnosis_uuid")),
    )
    with op.batch_alter_table("diagnosis", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_diagnosis_community_id"), ["community_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_diagnosis_cycle_id"), ["cycle_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_diagnosis_form_id"), ["form_id"], unique=False)

    op.create_table(
        "hazard",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("form_id", Key, nullable=False),
        sa.Column("community_id", Key, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("families", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("geom", Geometry("GEOMETRY", srid=4326, spatial_index=False), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_hazard_community_id")
        ),
        sa.ForeignKeyConstraint(["form_id"], ["form.id"], name=op.f("fk_hazard_form_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hazard")),
        sa.UniqueConstraint("uuid", name=op.f("uq_hazard_uuid")),
    )
    with op.batch_alter_table("hazard", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hazard_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_hazard_form_id"), ["form_id"], unique=False)

    op.create_table(
        "outcome",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("form_id", Key, nullable=False),
        sa.Column("community_id", Key, nullable=False),
        sa.Column("cycle_id", Key, nullable=True),
        sa.Column("action_uuid", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("result", sa.String(length=12), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_outcome_community_id")
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_outcome_cycle_id")),
        sa.ForeignKeyConstraint(["form_id"], ["form.id"], name=op.f("fk_outcome_form_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome")),
        sa.UniqueConstraint("uuid", name=op.f("uq_outcome_uuid")),
    )
    with op.batch_alter_table("outcome", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outcome_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outcome_cycle_id"), ["cycle_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outcome_form_id"), ["form_id"], unique=False)

    op.create_table(
        "plan",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("form_id", Key, nullable=False),
        sa.Column("community_id", Key, nullable=False),
        sa.Column("cycle_id", Key, nullable=True),
        sa.Column("assembled_on", sa.Date(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("women", sa.Integer(), nullable=True),
        sa.Column("men", sa.Integer(), nullable=True),
        sa.Column("takes_up_women", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_plan_community_id")
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_plan_cycle_id")),
        sa.ForeignKeyConstraint(["form_id"], ["form.id"], name=op.f("fk_plan_form_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("uuid", name=op.f("uq_plan_uuid")),
    )
    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_cycle_id"), ["cycle_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_form_id"), ["form_id"], unique=False)

    op.create_table(
        "practice_total",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("form_id", Key, nullable=False),
        sa.Column("community_id", Key, nullable=False),
        sa.Column("round_id", Key, nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("x", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("verified", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_practice_total_community_id")
        ),
        sa.ForeignKeyConstraint(["form_id"], ["form.id"], name=op.f("fk_practice_total_form_id")),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_practice_total_practice_id")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_practice_total_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_total")),
        sa.UniqueConstraint("uuid", name=op.f("uq_practice_total_uuid")),
    )
    with op.batch_alter_table("practice_total", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_practice_total_community_id"), ["community_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_practice_total_form_id"), ["form_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_practice_total_round_id"), ["round_id"], unique=False)

    op.create_table(
        "problem",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("form_id", Key, nullable=False),
        sa.Column("community_id", Key, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("description", sa.String(length=500), nullable=False),
        sa.Column("theme", sa.String(length=60), nullable=False),
        sa.Column("indicator", sa.String(length=20), nullable=True),
        sa.Column("cause", sa.String(length=500), nullable=False),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("since_year", sa.Integer(), nullable=True),
        sa.Column("votes_women", sa.Integer(), nullable=True),
        sa.Column("votes_men", sa.Integer(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("rank_women", sa.Integer(), nullable=True),
        sa.Column("geom", Geometry("GEOMETRY", srid=4326, spatial_index=False), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_problem_community_id")
        ),
        sa.ForeignKeyConstraint(["form_id"], ["form.id"], name=op.f("fk_problem_form_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problem")),
        sa.UniqueConstraint("uuid", name=op.f("uq_problem_uuid")),
    )
    with op.batch_alter_table("problem", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_problem_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_problem_form_id"), ["form_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_problem_indicator"), ["indicator"], unique=False)

    op.create_table(
        "self_assessment",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("form_id", Key, nullable=False),
        sa.Column("family_id", Key, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("yes", sa.Integer(), nullable=False),
        sa.Column("on_the_way", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_self_assessment_family_id")
        ),
        sa.ForeignKeyConstraint(["form_id"], ["form.id"], name=op.f("fk_self_assessment_form_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_self_assessment")),
        sa.UniqueConstraint("uuid", name=op.f("uq_self_assessment_uuid")),
    )
    with op.batch_alter_table("self_assessment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_self_assessment_family_id"), ["family_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_self_assessment_form_id"), ["form_id"], unique=False)

    op.create_table(
        "action",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("form_id", Key, nullable=False),
        sa.Column("plan_id", Key, nullable=False),
        sa.Column("community_id", Key, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("theme", sa.String(length=60), nullable=False),
        sa.Column("problem", sa.String(length=300), nullable=False),
        sa.Column("indicator", sa.String(length=20), nullable=True),
        sa.Column("expected", sa.String(length=300), nullable=False),
        sa.Column("families", sa.Integer(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("responsible", sa.String(length=160), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("cost_cents", sa.Integer(), nullable=True),
        sa.Column("votes", sa.Integer(), nullable=True),
        sa.Column("to_budget", sa.Boolean(), nullable=False),
        sa.Column("geom", Geometry("GEOMETRY", srid=4326, spatial_index=False), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_action_community_id")
        ),
        sa.ForeignKeyConstraint(["form_id"], ["form.id"], name=op.f("fk_action_form_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_action_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action")),
        sa.UniqueConstraint("uuid", name=op.f("uq_action_uuid")),
    )
    with op.batch_alter_table("action", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_action_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_action_form_id"), ["form_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_action_indicator"), ["indicator"], unique=False)
        batch_op.create_index(batch_op.f("ix_action_plan_id"), ["plan_id"], unique=False)

    op.create_table(
        "post",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("council_id", Key, nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("person", sa.String(length=120), nullable=False),
        sa.Column("sex", sa.String(length=1), nullable=False),
        sa.ForeignKeyConstraint(["council_id"], ["council.id"], name=op.f("fk_post_council_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
        sa.UniqueConstraint("uuid", name=op.f("uq_post_uuid")),
    )
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_post_council_id"), ["council_id"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        for table in SHAPES:
            op.create_index(f"gist_{table}_geom", table, ["geom"], postgresql_using="gist")


def downgrade() -> None:
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_post_council_id"))

    op.drop_table("post")
    with op.batch_alter_table("action", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_action_plan_id"))
        batch_op.drop_index(batch_op.f("ix_action_indicator"))
        batch_op.drop_index(batch_op.f("ix_action_form_id"))
        batch_op.drop_index(batch_op.f("ix_action_community_id"))

    op.drop_table("action")
    with op.batch_alter_table("self_assessment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_self_assessment_form_id"))
        batch_op.drop_index(batch_op.f("ix_self_assessment_family_id"))

    op.drop_table("self_assessment")
    with op.batch_alter_table("problem", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_problem_indicator"))
        batch_op.drop_index(batch_op.f("ix_problem_form_id"))
        batch_op.drop_index(batch_op.f("ix_problem_community_id"))

    op.drop_table("problem")
    with op.batch_alter_table("practice_total", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_practice_total_round_id"))
        batch_op.drop_index(batch_op.f("ix_practice_total_form_id"))
        batch_op.drop_index(batch_op.f("ix_practice_total_community_id"))

    op.drop_table("practice_total")
    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_form_id"))
        batch_op.drop_index(batch_op.f("ix_plan_cycle_id"))
        batch_op.drop_index(batch_op.f("ix_plan_community_id"))

    op.drop_table("plan")
    with op.batch_alter_table("outcome", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outcome_form_id"))
        batch_op.drop_index(batch_op.f("ix_outcome_cycle_id"))
        batch_op.drop_index(batch_op.f("ix_outcome_community_id"))

    op.drop_table("outcome")
    with op.batch_alter_table("hazard", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hazard_form_id"))
        batch_op.drop_index(batch_op.f("ix_hazard_community_id"))

    op.drop_table("hazard")
    with op.batch_alter_table("diagnosis", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_diagnosis_form_id"))
        batch_op.drop_index(batch_op.f("ix_diagnosis_cycle_id"))
        batch_op.drop_index(batch_op.f("ix_diagnosis_community_id"))

    op.drop_table("diagnosis")
    with op.batch_alter_table("council", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_council_form_id"))
        batch_op.drop_index(batch_op.f("ix_council_community_id"))

    op.drop_table("council")
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consent_form_id"))
        batch_op.drop_index(batch_op.f("ix_consent_family_id"))

    op.drop_table("consent")
    with op.batch_alter_table("commitment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_commitment_form_id"))
        batch_op.drop_index(batch_op.f("ix_commitment_family_id"))

    op.drop_table("commitment")
    with op.batch_alter_table("challenge", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_challenge_form_id"))
        batch_op.drop_index(batch_op.f("ix_challenge_community_id"))

    op.drop_table("challenge")
    with op.batch_alter_table("asset", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_asset_form_id"))
        batch_op.drop_index(batch_op.f("ix_asset_community_id"))

    op.drop_table("asset")
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_activity_form_id"))
        batch_op.drop_index(batch_op.f("ix_activity_community_id"))

    op.drop_table("activity")
    with op.batch_alter_table("residual", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_residual_round_id"))
        batch_op.drop_index(batch_op.f("ix_residual_entry_id"))

    op.drop_table("residual")
    with op.batch_alter_table("form", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_form_state"))
        batch_op.drop_index(batch_op.f("ix_form_round_id"))
        batch_op.drop_index(batch_op.f("ix_form_instrument"))
        batch_op.drop_index(batch_op.f("ix_form_entry_id"))
        batch_op.drop_index(batch_op.f("ix_form_decided_by"))
        batch_op.drop_index(batch_op.f("ix_form_cycle_id"))
        batch_op.drop_index(batch_op.f("ix_form_community_id"))
        batch_op.drop_index(batch_op.f("ix_form_author_id"))

    op.drop_table("form")
    with op.batch_alter_table("aggregate", schema=None) as batch_op:
        batch_op.drop_index("ix_aggregate_indicator")

    op.drop_table("aggregate")
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_round_cycle_id"))
        batch_op.drop_index(batch_op.f("ix_round_community_id"))

    op.drop_table("round")
    op.drop_table("payload")
    with op.batch_alter_table("derivation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_derivation_state"))
        batch_op.drop_index(batch_op.f("ix_derivation_resolved_by"))

    op.drop_table("derivation")
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attachment_sha256"))
        batch_op.drop_index(batch_op.f("ix_attachment_form_uuid"))
        batch_op.drop_index(batch_op.f("ix_attachment_entry_id"))

    op.drop_table("attachment")
    with op.batch_alter_table("visit_task", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_task_place_id"))
        batch_op.drop_index(batch_op.f("ix_visit_task_community_id"))
        batch_op.drop_index(batch_op.f("ix_visit_task_author_id"))

    op.drop_table("visit_task")
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_publication_place_id"))
        batch_op.drop_index(batch_op.f("ix_publication_indicator"))
        batch_op.drop_index(batch_op.f("ix_publication_community_id"))

    op.drop_table("publication")
    with op.batch_alter_table("outline", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outline_community_id"))

    op.drop_table("outline")
    with op.batch_alter_table("origin", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_origin_community_id"))
        batch_op.drop_index(batch_op.f("ix_origin_action_uuid"))

    op.drop_table("origin")
    with op.batch_alter_table("family", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_family_merged_into_id"))
        batch_op.drop_index(batch_op.f("ix_family_community_id"))

    op.drop_table("family")
    with op.batch_alter_table("entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_entry_form_uuid"))
        batch_op.drop_index(batch_op.f("ix_entry_family_uuid"))
        batch_op.drop_index(batch_op.f("ix_entry_community_id"))
        batch_op.drop_index(batch_op.f("ix_entry_author_id"))

    op.drop_table("entry")
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draft_community_id"))
        batch_op.drop_index(batch_op.f("ix_draft_account_id"))

    op.drop_table("draft")
    with op.batch_alter_table("cycle", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cycle_community_id"))

    op.drop_table("cycle")
    with op.batch_alter_table("binding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_binding_place_id"))
        batch_op.drop_index(batch_op.f("ix_binding_facility_id"))
        batch_op.drop_index(batch_op.f("ix_binding_community_id"))
        batch_op.drop_index(batch_op.f("ix_binding_account_id"))

    op.drop_table("binding")
    with op.batch_alter_table("belonging", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_belonging_place_id"))
        batch_op.drop_index(batch_op.f("ix_belonging_community_id"))

    op.drop_table("belonging")
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agreement_place_id"))
        batch_op.drop_index(batch_op.f("ix_agreement_community_id"))

    op.drop_table("agreement")
    with op.batch_alter_table("community", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_community_search"))
        batch_op.drop_index(batch_op.f("ix_community_merged_into_id"))
        batch_op.drop_index(batch_op.f("ix_community_import_id"))
        batch_op.drop_index(batch_op.f("ix_community_facility_id"))

    op.drop_table("community")
    with op.batch_alter_table("weighting", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_weighting_place_id"))

    op.drop_table("weighting")
    with op.batch_alter_table("public_text", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_public_text_place_id"))
        batch_op.drop_index(batch_op.f("ix_public_text_kind"))

    op.drop_table("public_text")
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposal_place_id"))
        batch_op.drop_index(batch_op.f("ix_proposal_fiscal_year"))
        batch_op.drop_index(batch_op.f("ix_proposal_author_id"))

    op.drop_table("proposal")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_job_state"))
        batch_op.drop_index(batch_op.f("ix_job_place_id"))
        batch_op.drop_index(batch_op.f("ix_job_author_id"))

    op.drop_table("job")
    with op.batch_alter_table("goal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_goal_place_id"))
        batch_op.drop_index(batch_op.f("ix_goal_indicator"))

    op.drop_table("goal")
    with op.batch_alter_table("facility", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_facility_search"))
        batch_op.drop_index(batch_op.f("ix_facility_place_id"))
        batch_op.drop_index(batch_op.f("ix_facility_import_id"))

    op.drop_table("facility")
    with op.batch_alter_table("ceiling", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ceiling_place_id"))

    op.drop_table("ceiling")
    with op.batch_alter_table("boundary", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_boundary_place_id"))
        batch_op.drop_index(batch_op.f("ix_boundary_import_id"))

    op.drop_table("boundary")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_subject"))
        batch_op.drop_index(batch_op.f("ix_audit_register_code"))
        batch_op.drop_index(batch_op.f("ix_audit_place_id"))
        batch_op.drop_index(batch_op.f("ix_audit_at"))
        batch_op.drop_index(batch_op.f("ix_audit_actor_id"))

    op.drop_table("audit")
    with op.batch_alter_table("allocation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_allocation_place_id"))
        batch_op.drop_index(batch_op.f("ix_allocation_fiscal_year"))
        batch_op.drop_index(batch_op.f("ix_allocation_author_id"))

    op.drop_table("allocation")
    with op.batch_alter_table("settlement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_settlement_search"))
        batch_op.drop_index(batch_op.f("ix_settlement_import_id"))
        batch_op.drop_index(batch_op.f("ix_settlement_district_code"))

    op.drop_table("settlement")
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_place_code_living",
            sqlite_where=sa.text("valid_to IS NULL"),
            postgresql_where=sa.text("valid_to IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_place_search"))
        batch_op.drop_index(batch_op.f("ix_place_parent_id"))
        batch_op.drop_index(batch_op.f("ix_place_kind"))
        batch_op.drop_index(batch_op.f("ix_place_import_id"))
        batch_op.drop_index(batch_op.f("ix_place_code"))

    op.drop_table("place")
    op.drop_table("import_change")
    with op.batch_alter_table("external_value", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_external_value_import_id"))

    op.drop_table("external_value")
    with op.batch_alter_table("code_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_code_change_old_code"))
        batch_op.drop_index(batch_op.f("ix_code_change_new_code"))
        batch_op.drop_index(batch_op.f("ix_code_change_import_id"))

    op.drop_table("code_change")
    with op.batch_alter_table("one_time_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_one_time_code_issued_by"))
        batch_op.drop_index(batch_op.f("ix_one_time_code_account_id"))

    op.drop_table("one_time_code")
    with op.batch_alter_table("login", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_account_id"))

    op.drop_table("login")
    with op.batch_alter_table("import_batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_batch_kind"))
        batch_op.drop_index(batch_op.f("ix_import_batch_author_id"))

    op.drop_table("import_batch")
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_api_token_account_id"))

    op.drop_table("api_token")
    with op.batch_alter_table("access_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_access_entry_family_uuid"))
        batch_op.drop_index(batch_op.f("ix_access_entry_actor_id"))

    op.drop_table("access_entry")
    op.drop_table("stamp")
    op.drop_table("seal")
    op.drop_table("practice")
    with op.batch_alter_table("policy", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_policy_role"))

    op.drop_table("policy")
    with op.batch_alter_table("norm", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_norm_code"))

    op.drop_table("norm")
    with op.batch_alter_table("instrument_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_instrument_version_code"))

    op.drop_table("instrument_version")
    op.drop_table("indicator")
    op.drop_table("family_key")
    op.drop_table("answer")
    op.drop_table("account")
