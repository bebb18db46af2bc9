"""Agreements: where each stands, its money, milestones, findings, and before and after."""

from collections.abc import Callable
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response

from app.api.agreement_shapes import (
    AgreementOut,
    AgreementWholeOut,
    EffortIn,
    FindingIn,
    MilestoneIn,
    ReadingIn,
    StepIn,
)
from app.api.figure_shapes import DayDep
from app.api.paging import PagingDep
from app.api.proposals import Year
from app.api.shapes import IfMatch, Page, etag, revision_of
from app.http.errors import responses
from app.http.gate import Passage, Permit, ReadDep, StoreDep
from app.operations import (
    agreement_news,
    agreement_starts,
    agreements,
    allocations,
    expectations,
    works,
)
from app.operations.agreements import Seen, Step
from app.operations.works import Name, Said
from app.records.places import Where
from app.store.sessions import Reading, Store, Writing

router = APIRouter(tags=["budget"])
SeeDep = Annotated[Passage, Depends(Permit("agreements", "read"), scope="function")]
WriteDep = Annotated[Passage, Depends(Permit("agreements", "write"), scope="function")]
FindDep = Annotated[Passage, Depends(Permit("findings", "write"), scope="function")]
SayDep = Annotated[Passage, Depends(Permit("conformity", "write"), scope="function")]
YearPath = Annotated[int, Path(ge=2000, le=2999, examples=[2027])]
NumberPath = Annotated[int, Path(ge=1, le=100_000, examples=[3])]
YearQuery = Annotated[Year | None, Query(description="Año fiscal.")]
LIST = "/districts/{ubigeo}/agreements"
ONE = LIST + "/{year}/{number}"
HERE = "/districts/{ubigeo}/communities/{community}/agreements/{year}/{number}/findings"


@router.get(LIST, responses=responses(400))
def list_agreements(
    passage: SeeDep,
    session: ReadDep,
    paging: PagingDep,
    day: DayDep,
    year: YearQuery = None,
    state: Annotated[str | None, Query(max_length=20)] = None,
) -> Page[AgreementOut]:
    """Agreements of the budgets, the newest year first."""
    found = agreements.listed(session, passage.where, year, state)
    told = agreement_news.of_all(session, found)
    return paging.page(
        found, lambda row: str(row.uuid), lambda row: AgreementOut.of(row, told[row.id], day)
    )


@router.get(ONE)
def read_agreement(
    year: YearPath,
    number: NumberPath,
    passage: SeeDep,
    session: ReadDep,
    day: DayDep,
    response: Response,
) -> AgreementWholeOut:
    """One agreement with every news of it; its version is the ETag."""
    return _whole(session, passage, (year, number), day, response)


def _whole(
    session: Reading,
    passage: Passage,
    name: tuple[int, int],
    day: date,
    response: Response,
) -> AgreementWholeOut:
    row = agreements.find(session, passage.where, *name)
    told = agreement_news.of_all(session, [row])[row.id]
    card = expectations.measured(session, passage.where, (row, told), day, health=passage.health)
    response.headers["ETag"] = etag(row.revision)
    return AgreementWholeOut.whole(row, told, card, day, inside=passage.view != "public")


@router.post("/districts/{ubigeo}/allocations/{uuid}/agreements", status_code=201,
             responses=responses(409))  # fmt: skip
def follow_up(uuid: UUID, passage: WriteDep, store: StoreDep, day: DayDep) -> list[AgreementOut]:
    """Open an agreement for each funded proposal of a result; none twice."""
    with store.writing() as session:
        made = allocations.find(session, passage.where, uuid)
        opened = agreement_starts.follow_up(session, passage.author, passage.where, made, day)
        told = agreement_news.of_all(session, opened)
        return [AgreementOut.of(row, told[row.id], day) for row in opened]


Change = Callable[[Writing, Seen], object]


def _changed(
    store: Store,
    passage: Passage,
    about: tuple[int, int, str | None, date],
    response: Response,
    change: Change,
) -> AgreementWholeOut:
    year, number, if_match, day = about
    seen = Seen(year, number, revision_of(if_match))
    with store.writing() as session:
        change(session, seen)
        return _whole(session, passage, (year, number), day, response)


@router.post(ONE + "/steps", status_code=201, responses=responses(409, 412, 428))
def add_step(
    year: YearPath,
    number: NumberPath,
    given: StepIn,
    passage: WriteDep,
    store: StoreDep,
    day: DayDep,
    response: Response,
    if_match: IfMatch = None,
) -> AgreementWholeOut:
    """Write down that it took another state."""
    step = Step(given.state, given.on_day, given.note)
    return _changed(
        store,
        passage,
        (year, number, if_match, day),
        response,
        lambda session, seen: agreements.advance(
            session, passage.author, passage.where, seen, step, day
        ),
    )


@router.post(ONE + "/readings", status_code=201, responses=responses(412, 428))
def add_reading(
    year: YearPath,
    number: NumberPath,
    given: ReadingIn,
    passage: WriteDep,
    store: StoreDep,
    day: DayDep,
    response: Response,
    if_match: IfMatch = None,
) -> AgreementWholeOut:
    """Note what the budget line said on a day."""
    return _changed(
        store,
        passage,
        (year, number, if_match, day),
        response,
        lambda session, seen: works.read_money(
            session, passage.author, passage.where, seen, given.given(), day
        ),
    )


@router.post(ONE + "/milestones", status_code=201, responses=responses(412, 428))
def add_milestone(
    year: YearPath,
    number: NumberPath,
    given: MilestoneIn,
    passage: WriteDep,
    store: StoreDep,
    day: DayDep,
    response: Response,
    if_match: IfMatch = None,
) -> AgreementWholeOut:
    """Put a milestone on its way."""
    return _changed(
        store,
        passage,
        (year, number, if_match, day),
        response,
        lambda session, seen: works.set_milestone(
            session, passage.author, passage.where, seen, given.given(), day
        ),
    )


@router.post(ONE + "/efforts", status_code=201, responses=responses(412, 428))
def add_effort(
    year: YearPath,
    number: NumberPath,
    given: EffortIn,
    passage: WriteDep,
    store: StoreDep,
    day: DayDep,
    response: Response,
    if_match: IfMatch = None,
) -> AgreementWholeOut:
    """Put an effort into its ledger."""
    return _changed(
        store,
        passage,
        (year, number, if_match, day),
        response,
        lambda session, seen: works.add_effort(
            session, passage.author, passage.where, seen, given.given(), day
        ),
    )


@router.post(ONE + "/findings", status_code=201)
def add_finding(
    year: YearPath,
    number: NumberPath,
    given: FindingIn,
    passage: FindDep,
    store: StoreDep,
    day: DayDep,
    response: Response,
) -> AgreementWholeOut:
    """Write down what the oversight committee found."""
    return _found(store, passage, passage.where, (Name(year, number), given, day), response)


@router.post(HERE, status_code=201, responses=responses(409))
def add_conformity(
    year: YearPath,
    number: NumberPath,
    given: FindingIn,
    passage: SayDep,
    store: StoreDep,
    day: DayDep,
    response: Response,
) -> AgreementWholeOut:
    """Write down what a community served says of the work."""
    return _found(store, passage, passage.where, (Name(year, number), given, day), response)


def _found(
    store: Store,
    passage: Passage,
    where: Where,
    about: tuple[Name, FindingIn, date],
    response: Response,
) -> AgreementWholeOut:
    name, given, day = about
    said = Said(given.verdict, given.on_day, given.text)
    with store.writing() as session:
        works.find(session, passage.author, where, name, said, day)
        return _whole(session, passage, (name.year, name.number), day, response)
