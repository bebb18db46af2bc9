"""The council, and families by code: consent, self-assessment, commitments."""

from uuid import uuid5

from sqlalchemy import insert
from sqlmodel import select

from app.errors import Conflict, Invalid
from app.operations.registers.filled import Filled, day
from app.records.councils import Council, Post
from app.records.families import Commitment, Consent, Family, SelfAssessment


def council(filled: Filled) -> None:
    """The acta, the posts and the vision."""
    filled.clear()
    answers = filled.answers
    made = Council(
        uuid=uuid5(filled.form.uuid, "council"),
        **filled.head,
        acta_number=answers.get("acta_number") or "",
        assembled_on=filled.date,
        mandate_from=filled.day("mandate_from"),
        mandate_to=filled.day("mandate_to"),
        resolution=answers.get("resolution_number") or "",
        women=answers.get("attendees_women"),
        men=answers.get("attendees_men"),
        vision=answers.get("vision") or "",
        vision_on=filled.day("vision_date"),
    )
    filled.session.add(made)
    filled.session.flush()
    for index, row in enumerate(filled.rows("posts")):
        filled.session.add(
            Post(
                uuid=filled.uuid("post", index, row),
                council_id=made.id,
                role=row["post"],
                person=row.get("holder_name") or "",
                sex={"woman": "F", "man": "M"}.get(row.get("holder_sex") or "", ""),
            )
        )


def family(filled: Filled) -> None:
    """A household by its code, and what it allows."""
    filled.clear()
    answers, session = filled.answers, filled.session
    code = answers["household"]
    found = session.exec(
        select(Family).where(Family.community_id == filled.form.community_id, Family.code == code)
    ).first()
    if found is not None and found.uuid != filled.entry.family_uuid:
        raise Conflict(
            "El código de hogar {code} ya existe en la comunidad.",
            remedy="Use otro código o corrija la ficha que ya existe.",
            code=code,
        )
    if found is None:
        found = Family(
            uuid=filled.entry.family_uuid or uuid5(filled.form.uuid, "family"),
            community_id=filled.form.community_id,
            code=code,
        )
        session.add(found)
    found.sector = answers.get("sector") or ""
    found.consents = answers.get("consent_form") == "yes"
    session.flush()
    allowed = [
        {
            "uuid": uuid5(filled.form.uuid, f"consent {purpose}"),
            "family_id": found.id,
            "form_id": filled.form.id,
            "purpose": purpose,
            "given": answers.get(f"consent_{purpose}") == "yes",
            "method": answers["consent_method"],
            "at": filled.date,
        }
        for purpose in ("form", "aggregate", "map")
    ]
    session.connection().execute(insert(Consent), allowed)


def self_assessment(filled: Filled) -> None:
    """How a family sees itself, and what it set out to do."""
    filled.clear()
    answers, session = filled.answers, filled.session
    owner = session.exec(
        select(Family).where(
            Family.community_id == filled.form.community_id,
            Family.code == answers["household"],
        )
    ).first()
    if owner is None:
        raise Invalid(
            "No existe el hogar {code} en esta comunidad.",
            remedy="Registre primero la ficha de la familia con su consentimiento.",
            code=answers["household"],
        )
    items = [value for name, value in answers.items() if name.startswith("item_")]
    session.add(
        SelfAssessment(
            uuid=uuid5(filled.form.uuid, "self assessment"),
            form_id=filled.form.id,
            family_id=owner.id,
            on=filled.date,
            yes=items.count("yes"),
            on_the_way=items.count("on_the_way"),
            no=items.count("no"),
        )
    )
    for index, row in enumerate(filled.rows("commitments")):
        key = filled.uuid("commitment", index, row)
        session.add(
            Commitment(
                uuid=key,
                key=key,
                form_id=filled.form.id,
                family_id=owner.id,
                item=row["commitment_item"],
                due=day(row.get("due_date")),
                state=row["state"],
            )
        )
