"""``.pb`` files: every column kept, every wrong row named, nothing guessed."""

import pytest

from app.planning.allocation import pabulib
from app.planning.allocation.pabulib import UnreadableElection

GOOD = """META
key;value
description;Distrito; con punto y coma
budget;1000.50
vote_type;approval
min_project_vote_threshold;2
PROJECTS
project_id;cost;name;category;neighborhood
1;100;"Pozo; con comillas";agua;Alto
2;250.5;Posta;salud;
VOTES
voter_id;vote;neighborhood;age
v1;1,2;Alto;33
v2;2;Bajo;
v3;;Bajo;20
"""


def test_reads_costs_marks_and_places() -> None:
    found = pabulib.read(GOOD)

    assert found.election.budget == 100_050
    assert [(o.code, o.cost, o.zone) for o in found.election.options] == [
        ("1", 10_000, "agua"),
        ("2", 25_050, "salud"),
    ]
    assert [dict(b.points) for b in found.election.ballots] == [{"1": 1, "2": 1}, {"2": 1}, {}]
    assert [b.community for b in found.election.ballots] == ["Alto", "Bajo", "Bajo"]
    assert found.meta["description"] == "Distrito; con punto y coma"
    assert found.least_votes == 2


def test_writing_and_reading_again_keeps_every_column() -> None:
    found = pabulib.read(GOOD)
    again = pabulib.read(pabulib.write(found.meta, found.projects, found.votes))

    assert again.projects.columns == found.projects.columns
    assert again.projects.rows == found.projects.rows
    assert again.votes.columns == ("voter_id", "vote", "neighborhood", "age")
    assert again.votes.rows == found.votes.rows
    assert dict(again.meta) == dict(found.meta)


def test_ranks_give_the_points_of_their_place() -> None:
    text = GOOD.replace("approval", "ordinal").replace(
        "min_project_vote_threshold;2", "max_length;3"
    )

    assert dict(pabulib.read(text).election.ballots[0].points) == {"1": 3, "2": 2}


def test_points_are_read_beside_their_marks() -> None:
    text = (
        GOOD.replace("approval", "cumulative")
        .replace("voter_id;vote;neighborhood;age", "voter_id;vote;points;age")
        .replace("v1;1,2;Alto;33", "v1;1,2;7,3;33")
        .replace("v2;2;Bajo;", "v2;2;10;")
        .replace("v3;;Bajo;20", "v3;;;20")
    )

    assert [dict(b.points) for b in pabulib.read(text).election.ballots] == [
        {"1": 7, "2": 3},
        {"2": 10},
        {},
    ]


@pytest.mark.parametrize(
    ("old", "new", "row", "name"),
    [
        ("budget;1000.50", "budget;1,000", None, "budget"),
        ("budget;1000.50", "budget;1,000.50", None, "budget"),
        ("budget;1000.50", "budget;-5", None, "budget"),
        ("budget;1000.50", "presupuesto;5", None, "budget"),
        ("vote_type;approval", "vote_type;aplausos", None, "vote_type"),
        ("2;250.5;", "2;S/ 250;", 10, "cost"),
        ("2;250.5;Posta;salud;", "1;250.5;Posta;salud;", 10, "project_id"),
        ("2;250.5;Posta;salud;", "2;250.5;Posta", 10, ""),
        ("v1;1,2;", "v1;1, 2;", 13, "vote"),
        ("v1;1,2;", "v1;1,9;", 13, "vote"),
        ("v1;1,2;", "v1;1,1;", 13, "vote"),
        ("v2;2;Bajo;", "v,2;2;Bajo;", 14, "voter_id"),
        ("v2;2;Bajo;", "v1;2;Bajo;", 14, "voter_id"),
        ("VOTES\n", "VOTOS\n", None, "VOTES"),
    ],
)
def test_what_cannot_be_read_is_named_and_never_guessed(
    old: str, new: str, row: int | None, name: str
) -> None:
    assert old in GOOD
    with pytest.raises(UnreadableElection) as refused:
        pabulib.read(GOOD.replace(old, new))

    assert (row, name) in [(fault.row, fault.field) for fault in refused.value.rows]
    assert refused.value.remedy


def test_all_faults_are_told_at_once() -> None:
    text = GOOD.replace("1000.50", "1,000").replace("250.5", "dos").replace("v1;1,2;", "v1;9;")

    with pytest.raises(UnreadableElection) as refused:
        pabulib.read(text)

    assert len(refused.value.rows) == 3
