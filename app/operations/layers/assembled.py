"""The counted documents of assemblies that a map may tell: approved, not older than a cycle."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import col

from app.operations.gathering import ASSEMBLY_HOLDS, COUNTED
from app.operations.layers.declared import Asked
from app.records.diagnoses import Diagnosis
from app.records.intake import Form
from app.records.plans import Plan
from app.records.territory import Belonging, Community
from app.store.sessions import Reading, columns


def of(
    session: Reading, asked: Asked, table: type[Diagnosis] | type[Plan], *wanted: Any
) -> Sequence[Any]:
    """These columns of a register, its community's among them, the oldest assembly first."""
    return session.rows(
        columns(*wanted)
        .join(Form, col(Form.id) == table.form_id)
        .join(Community, col(Community.id) == table.community_id)
        .join(Belonging, col(Belonging.community_id) == Community.id)
        .where(
            col(Belonging.place_id) == asked.where.place_id,
            col(Belonging.valid_to).is_(None),
            col(Community.merged_into_id).is_(None),
            col(Form.state).in_(COUNTED),
            col(table.assembled_on) <= asked.day,
            col(table.assembled_on) > asked.day - ASSEMBLY_HOLDS,
        )
        .order_by(col(table.assembled_on), col(table.id))
    )
