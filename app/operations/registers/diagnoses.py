"""The communal diagnosis: the assembly, its problems, assets and hazards."""

from collections.abc import Sequence
from uuid import uuid5

from app.operations.registers.filled import Filled, geom
from app.records.diagnoses import Asset, Diagnosis, Hazard, Problem


def diagnosis(filled: Filled) -> None:
    """The assembly, its problems with both orders of votes, its assets and hazards."""
    filled.clear()
    answers, session = filled.answers, filled.session
    facts = {
        name: value
        for name, value in answers.items()
        if isinstance(value, int | str) and not name.startswith("_")
    }
    session.add(
        Diagnosis(
            uuid=uuid5(filled.form.uuid, "diagnosis"),
            **filled.head,
            cycle_id=filled.form.cycle_id,
            assembled_on=filled.date,
            women=answers.get("attendees_women"),
            men=answers.get("attendees_men"),
            families=answers.get("families"),
            dwellings=answers.get("dwellings"),
            population=answers.get("population"),
            facility_min_dry=answers.get("minutes_dry"),
            facility_min_rain=answers.get("minutes_rain"),
            facts=facts,
            assets_asked=bool(answers.get("assets_gate")),
            hazards_asked=bool(answers.get("hazards_gate")),
        )
    )
    _problems(filled)
    for index, row in enumerate(filled.rows("assets")):
        session.add(
            Asset(
                uuid=filled.uuid("asset", index, row),
                **filled.head,
                kind=row["asset_kind"],
                name=row.get("asset_name") or "",
                state=row.get("asset_state") or "",
                geom=geom(row.get("asset_place")),
            )
        )
    for index, row in enumerate(filled.rows("hazards")):
        session.add(
            Hazard(
                uuid=filled.uuid("hazard", index, row),
                **filled.head,
                kind=row["hazard_kind"],
                year=row.get("hazard_last_year"),
                families=row.get("hazard_families"),
                geom=geom(row.get("hazard_place")),
            )
        )


def _problems(filled: Filled) -> None:
    rows = filled.rows("problems")
    every = _ranks([(row.get("votes_women") or 0) + (row.get("votes_men") or 0) for row in rows])
    women = _ranks([row.get("votes_women") or 0 for row in rows])
    for index, row in enumerate(rows):
        filled.session.add(
            Problem(
                uuid=filled.uuid("problem", index, row),
                **filled.head,
                position=index,
                description=row["description"],
                theme=row.get("theme") or "",
                cause=row.get("cause") or "",
                people=row.get("people_affected"),
                since_year=row.get("since_year"),
                votes_women=row.get("votes_women"),
                votes_men=row.get("votes_men"),
                rank=every[index],
                rank_women=women[index],
                geom=geom(row.get("place")),
            )
        )


def _ranks(votes: Sequence[int]) -> list[int]:
    # Equal votes share the better rank: no order is invented between them.
    return [1 + sum(other > mine for other in votes) for mine in votes]
