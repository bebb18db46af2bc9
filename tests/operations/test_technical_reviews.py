"""Technical reviews: by the ordinance's matrix, signed by two, published together."""

from dataclasses import replace

import pytest

from app.errors import Conflict, Invalid, Stale
from app.operations import (
    allocations,
    proposals,
    review_publishing,
    review_rules,
    technical_reviews,
    voting_options,
)
from app.operations.proposals import Edit, Seen
from app.operations.review_rules import Body
from app.operations.technical_reviews import Judged, Line
from app.operations.trail import Author
from app.planning.merits import Criterion, InvalidMatrix, Step
from app.records.reviews import TechnicalReview
from app.store.sessions import Reading, Store, Writing
from tests.operations.voting_town import DAY, ORDINANCE, YEAR, VotingTown, a_voting_town, here
from tests.worlds import built_once

MATRIX = (
    Criterion("people", "Personas", 40, "people"),
    Criterion("study", "Estudio", 60, None, (Step(60, "expediente"), Step(10, "idea"))),
)
GOOD = Judged({"study": 0}, "feasible")
BAD = Judged({"study": 1}, "unfeasible", "El terreno se inunda cada año.")


@built_once
def town(store: Store) -> VotingTown:
    """Five proposals presented, and the matrix of their year."""
    made = a_voting_town(store)
    with store.writing() as session:
        review_rules.save(session, made.third, here(session), YEAR, ORDINANCE, Body(MATRIX))
    return made


def lines(session: Reading) -> dict[int, Line]:
    found = technical_reviews.board(session, here(session), YEAR, DAY)
    return {each.sheet.proposal.number: each for each in found}


def judge(session: Writing, by: Author, number: int, judged: Judged) -> TechnicalReview:
    line = lines(session)[number]
    seen = line.review.revision if line.review else 0
    proposal = line.sheet.proposal
    return technical_reviews.write(
        session, by, here(session), proposal, seen, judged, reason="Cambió el estudio."
    )


def sign(session: Writing, by: Author, number: int) -> TechnicalReview:
    line = lines(session)[number]
    seen = line.review.revision if line.review else 0
    return technical_reviews.sign(session, by, here(session), line.sheet.proposal, seen, DAY)


def ready(town: VotingTown, number: int, judged: Judged = GOOD) -> None:
    with town.store.writing() as session:
        judge(session, town.first, number, judged)
        sign(session, town.first, number)
        sign(session, town.second, number)


def publish(town: VotingTown, reason: str = "") -> None:
    with town.store.writing() as session:
        review_publishing.publish(session, town.third, here(session), YEAR, DAY, reason)


def test_a_review_adds_what_is_judged_to_what_is_measured(town: VotingTown) -> None:
    ready(town, 1)
    with town.store.reading() as session:
        line = lines(session)[1]

    assert line.ready
    # 10 people of the 500 of the district, and a study with its file.
    assert line.merit.score == pytest.approx(40 * 10 / 500 + 60)
    assert line.merit.open == ()


def test_the_second_signature_is_of_somebody_else(town: VotingTown) -> None:
    with town.store.writing() as session:
        judge(session, town.first, 1, GOOD)
        sign(session, town.first, 1)

    with pytest.raises(Conflict, match="ya firmó"), town.store.writing() as session:
        sign(session, town.first, 1)


def test_nobody_signs_what_is_not_judged_whole(town: VotingTown) -> None:
    with town.store.writing() as session:
        judge(session, town.first, 1, Judged({}, "feasible"))
    with pytest.raises(Conflict, match="falta calificar"), town.store.writing() as session:
        sign(session, town.first, 1)
    with pytest.raises(Invalid, match="qué se halló"), town.store.writing() as session:
        judge(session, town.first, 1, replace(BAD, findings=" "))
    with pytest.raises(Invalid, match="tramo"), town.store.writing() as session:
        judge(session, town.first, 1, Judged({"study": 9}, "feasible"))


def test_another_text_takes_the_signatures_away(town: VotingTown) -> None:
    ready(town, 1)
    with town.store.writing() as session:
        row = judge(session, town.second, 1, BAD)

    assert (row.state, row.first_id, row.second_id) == ("draft", None, None)


def test_a_proposal_that_changed_is_read_again(town: VotingTown) -> None:
    ready(town, 1)
    with town.store.writing() as session:
        proposal = lines(session)[1].sheet.proposal
        seen = Seen(proposal.uuid, proposal.revision)
        proposals.edit(session, town.third, here(session), seen, Edit(cost_cents=1_000_00))

    with town.store.reading() as session:
        assert lines(session)[1].stale
        assert not lines(session)[1].ready
    with pytest.raises(Conflict, match="dos firmas"):
        publish(town)


def test_two_who_write_at_once_do_not_overwrite_each_other(town: VotingTown) -> None:
    with town.store.writing() as session:
        judge(session, town.first, 1, GOOD)

    with pytest.raises(Stale), town.store.writing() as session:
        proposal = lines(session)[1].sheet.proposal
        technical_reviews.write(session, town.second, here(session), proposal, 0, BAD)


def test_all_are_published_at_once_and_what_is_left_out_is_named(town: VotingTown) -> None:
    ready(town, 1)
    ready(town, 2, BAD)
    with pytest.raises(Invalid, match="3 propuestas") as refused:
        publish(town)
    assert [row.row for row in refused.value.rows] == [3, 4, 5]
    with town.store.reading() as session:
        assert review_publishing.told_of(session, here(session), YEAR) == []

    publish(town, "Faltan sus estudios.")

    with town.store.reading() as session:
        told = review_publishing.told_of(session, here(session), YEAR)
        (batch,) = review_rules.batches(session, here(session), YEAR)
    assert [(each["number"], each["opinion"]) for each in told] == [
        (1, "feasible"),
        (2, "unfeasible"),
    ]
    assert [each["number"] for each in batch.missing] == [3, 4, 5]


def test_what_is_not_feasible_takes_part_no_more_and_says_why(town: VotingTown) -> None:
    for number in (1, 3, 4, 5):
        ready(town, number)
    ready(town, 2, BAD)
    publish(town)
    with town.store.writing() as session:
        where = here(session)
        ballot = voting_options.on_the_ballot(session, where, YEAR, DAY)
        run = allocations.run(session, town.third, where, YEAR, DAY)
        lost = next(each for each in run.outcomes if each["title"] == "Obra 2")

    assert [each["code"] for each in ballot] == ["1", "3", "4", "5"]
    assert not lost["funded"]
    assert lost["reason"] == "unfeasible"
    assert "no viable" in lost["sentence"]


def test_one_that_is_published_is_reopened_with_a_reason_and_the_old_stands_meanwhile(
    town: VotingTown,
) -> None:
    for number in (1, 2, 3, 4, 5):
        ready(town, number)
    publish(town)
    with pytest.raises(Invalid, match="razón"), town.store.writing() as session:
        line = lines(session)[1]
        assert line.review is not None
        technical_reviews.write(
            session, town.first, here(session), line.sheet.proposal, line.review.revision, BAD
        )
    ready(town, 1, BAD)
    with town.store.reading() as session:
        told = review_publishing.told_of(session, here(session), YEAR)
    assert told[0]["opinion"] == "feasible"

    publish(town)

    with town.store.reading() as session:
        told = review_publishing.told_of(session, here(session), YEAR)
    assert told[0]["opinion"] == "unfeasible"


def test_a_matrix_changes_by_versions_until_reviews_are_out(town: VotingTown) -> None:
    with pytest.raises(Invalid, match="razón del cambio"), town.store.writing() as session:
        review_rules.save(session, town.third, here(session), YEAR, ORDINANCE, Body(MATRIX))
    with pytest.raises(InvalidMatrix), town.store.writing() as session:
        review_rules.save(
            session, town.third, here(session), YEAR, ORDINANCE, Body(MATRIX[:1]), "otra"
        )
    with town.store.writing() as session:
        row = review_rules.save(
            session, town.third, here(session), YEAR, ORDINANCE, Body(MATRIX), "Fe de erratas"
        )
        assert (row.version, review_rules.body_of(row).criteria) == (2, MATRIX)
    ready(town, 1)
    publish(town, "Las otras no tienen estudio.")
    with pytest.raises(Conflict, match="ya se publicaron"), town.store.writing() as session:
        review_rules.save(
            session, town.third, here(session), YEAR, ORDINANCE, Body(MATRIX), "tarde"
        )
