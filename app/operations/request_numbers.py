"""The number of a request: P-0008-2027-2, as printed on the acta and said at the counter.

The community as its code ends, the year of its assembly, and the place in which its plans of
that year first wrote the request. Given once, never again to another request.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col

from app.records.returns import RequestNumber
from app.records.territory import Community
from app.store.sessions import Reading, Writing, columns

TAIL = 4  # of a community's code: short to say aloud


def give(session: Writing, community_id: int, assembled_on: date, uuids: Sequence[UUID]) -> None:
    """Number the requests of a plan that have no number yet, in their order."""
    session.hold(f"request numbers {community_id}")
    known = {
        row.action_uuid
        for row in session.rows(
            columns(RequestNumber.action_uuid).where(col(RequestNumber.action_uuid).in_(uuids))
        )
    }
    last = session.rows(
        columns(func.max(RequestNumber.number)).where(
            col(RequestNumber.community_id) == community_id,
            col(RequestNumber.year) == assembled_on.year,
        )
    )[0][0]
    fresh = [uuid for uuid in uuids if uuid not in known]
    session.add_all(
        RequestNumber(
            action_uuid=uuid, community_id=community_id, year=assembled_on.year, number=number
        )
        for number, uuid in enumerate(fresh, (last or 0) + 1)
    )


def named(session: Reading, uuids: Iterable[UUID]) -> dict[UUID, str]:
    """How each of these requests is called; all of approved plans are."""
    rows = session.rows(
        columns(RequestNumber.action_uuid, RequestNumber.year, RequestNumber.number, Community.code)
        .join(Community, col(Community.id) == RequestNumber.community_id)
        .where(col(RequestNumber.action_uuid).in_(list(uuids)))
    )
    return {uuid: called(code, year, number) for uuid, year, number, code in rows}


def called(community: str, year: int, number: int) -> str:
    """A request by the code of its community, the year and its number."""
    return f"P-{community.rsplit('-', 1)[-1][-TAIL:]}-{year}-{number}"
