"""Process of a year and its agents"""

import sqlalchemy as sa
from alembic import op

from app.store.types import Instant, Json, Key

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# Every table: columns of its own, links (column, table, may be empty), unique sets, indexes.
TABLES = (
    (
        "budget_process",
        (("fiscal_year", sa.Integer(), False), ("created_at", Instant(), False)),
        (("place_id", "place", False), ("author_id", "account", True)),
        (("place_id", "fiscal_year"),),
        ("fiscal_year",),
    ),
    (
        "process_version",
        (
            ("version", sa.Integer(), False),
            ("ordinance", sa.String(length=80), False),
            ("ordinance_on", sa.Date(), True),
            ("article", sa.String(length=40), False),
            ("body", Json, False),
            ("reason", sa.String(length=500), False),
            ("at", Instant(), False),
        ),
        (("process_id", "budget_process", False), ("author_id", "account", True)),
        (("process_id", "version"),),
        (),
    ),
    (
        "process_step",
        (
            ("kind", sa.String(length=24), False),
            ("opened_on", sa.Date(), True),
            ("closed_on", sa.Date(), True),
            ("note", sa.String(length=500), False),
            ("at", Instant(), False),
        ),
        (("process_id", "budget_process", False), ("author_id", "account", True)),
        (),
        (),
    ),
    (
        "agent",
        (
            ("number", sa.Integer(), False),
            ("organisation", sa.String(length=160), False),
            ("kind", sa.String(length=24), False),
            ("womens", sa.Boolean(), False),
            ("recognition", sa.String(length=120), False),
            ("name", sa.String(length=120), False),
            ("sex", sa.String(length=1), False),
            ("dni", sa.String(length=8), False),
            ("phone", sa.String(length=20), False),
            ("voice_only", sa.Boolean(), False),
            ("state", sa.String(length=12), False),
            ("note", sa.String(length=300), False),
            ("enrolled_on", sa.Date(), False),
            ("revision", sa.Integer(), False),
            ("at", Instant(), False),
        ),
        (
            ("process_id", "budget_process", False),
            ("community_id", "community", True),
            ("author_id", "account", True),
        ),
        (("process_id", "number"),),
        ("dni",),
    ),
    (
        "agent_list",
        (
            ("kind", sa.String(length=12), False),
            ("on_day", sa.Date(), False),
            ("body", Json, False),
            ("digest", sa.String(length=64), False),
            ("at", Instant(), False),
        ),
        (("process_id", "budget_process", False), ("author_id", "account", True)),
        (("process_id", "kind"),),
        (),
    ),
    (
        "agent_objection",
        (
            ("number", sa.Integer(), False),
            ("text", sa.String(length=1000), False),
            ("by_whom", sa.String(length=160), False),
            ("on_day", sa.Date(), False),
            ("upheld", sa.Boolean(), True),
            ("answer", sa.String(length=1000), False),
            ("decided_on", sa.Date(), True),
            ("at", Instant(), False),
        ),
        (
            ("process_id", "budget_process", False),
            ("agent_id", "agent", True),
            ("decided_by", "account", True),
            ("author_id", "account", True),
        ),
        (("process_id", "number"),),
        (),
    ),
    (
        "training",
        (
            ("title", sa.String(length=160), False),
            ("held_on", sa.Date(), False),
            ("venue", sa.String(length=160), False),
            ("at", Instant(), False),
        ),
        (("process_id", "budget_process", False), ("author_id", "account", True)),
        (),
        (),
    ),
    (
        "team_seat",
        (
            ("body", sa.String(length=16), False),
            ("name", sa.String(length=120), False),
            ("sex", sa.String(length=1), False),
            ("institution", sa.String(length=160), False),
            ("post", sa.String(length=80), False),
            ("since", sa.Date(), False),
            ("until", sa.Date(), True),
            ("reason", sa.String(length=300), False),
            ("at", Instant(), False),
        ),
        (("process_id", "budget_process", False), ("author_id", "account", True)),
        (),
        (),
    ),
    (
        "enrolment_help",
        (
            ("whom", sa.String(length=160), False),
            ("womens", sa.Boolean(), False),
            ("taken_at", Instant(), True),
            ("closed_on", sa.Date(), True),
            ("outcome", sa.String(length=300), False),
            ("at", Instant(), False),
        ),
        (
            ("process_id", "budget_process", False),
            ("community_id", "community", True),
            ("taken_by", "account", True),
            ("author_id", "account", True),
        ),
        (),
        (),
    ),
)


def upgrade() -> None:
    for name, columns, links, unique, indexed in TABLES:
        op.create_table(
            name,
            sa.Column("id", Key, nullable=False),
            sa.Column("uuid", sa.Uuid(), nullable=False),
            *(sa.Column(column, kind, nullable=empty) for column, kind, empty in columns),
            *(sa.Column(column, Key, nullable=empty) for column, _, empty in links),
            *(
                sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{name}_{column}")
                for column, target, _ in links
            ),
            sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
            sa.UniqueConstraint("uuid", name=f"uq_{name}_uuid"),
            *(sa.UniqueConstraint(*group, name=f"uq_{name}_{'_'.join(group)}") for group in unique),
        )
        for column in (*indexed, *(column for column, _, _ in links)):
            op.create_index(f"ix_{name}_{column}", name, [column])
    op.create_table(
        "training_attendance",
        sa.Column("training_id", Key, nullable=False),
        sa.Column("agent_id", Key, nullable=False),
        sa.ForeignKeyConstraint(
            ["training_id"], ["training.id"], name="fk_training_attendance_training_id"
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_training_attendance_agent_id"),
        sa.PrimaryKeyConstraint("training_id", "agent_id", name="pk_training_attendance"),
    )
    op.create_index("ix_training_attendance_agent_id", "training_attendance", ["agent_id"])


def downgrade() -> None:
    op.drop_table("training_attendance")
    for name, *_ in reversed(TABLES):
        op.drop_table(name)
