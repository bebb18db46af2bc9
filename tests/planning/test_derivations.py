"""What follows from public sums, held against plain linear algebra."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from app.planning.derivations import Line, exposed, sums


def solved(lines: list[Line]) -> set[tuple[str, str]]:
    """Cells that Gauss finds: rows of the reduced matrix with a single number."""
    points = {("row", line.row) for line in lines if line.row is not None}
    points |= {("column", line.column) for line in lines if line.column is not None}
    matrix = [
        [Fraction(int(point in (("row", line.row), ("column", line.column)))) for line in lines]
        for point in sorted(points, key=str)
    ]
    reduce_rows(matrix)
    alone = [row for row in matrix if sum(1 for value in row if value) == 1]
    return {lines[next(i for i, value in enumerate(row) if value)].cell for row in alone}


def reduce_rows(matrix: list[list[Fraction]]) -> None:
    """Gauss and Jordan, exact."""
    lead = 0
    for column in range(len(matrix[0]) if matrix else 0):
        pivot = next((r for r in range(lead, len(matrix)) if matrix[r][column]), None)
        if pivot is None:
            continue
        matrix[lead], matrix[pivot] = matrix[pivot], matrix[lead]
        first = matrix[lead][column]
        matrix[lead] = [value / first for value in matrix[lead]]
        for r, row in enumerate(matrix):
            if r != lead and row[column]:
                factor = row[column]
                matrix[r] = [a - factor * b for a, b in zip(row, matrix[lead], strict=True)]
        lead += 1


@st.composite
def drawings(draw: st.DrawFn) -> list[Line]:
    cells = draw(
        st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from("1234")), unique=True)
    )
    pooled = draw(st.sets(st.sampled_from("abcde")))
    totalled = draw(st.sets(st.sampled_from("1234")))
    return [
        Line((p, r), p if p in pooled else None, r if r in totalled else None) for p, r in cells
    ]


@given(drawings())
def test_bridges_are_what_linear_algebra_solves(lines: list[Line]) -> None:
    assert exposed(lines) == solved(lines)


def test_a_lone_cell_under_a_total_is_exposed() -> None:
    assert exposed([Line(("a", "1"), None, "1")]) == {("a", "1")}


def test_two_cells_under_a_total_protect_each_other() -> None:
    pair = [Line(("a", "1"), None, "1"), Line(("b", "1"), None, "1")]

    assert exposed(pair) == set()


def test_totals_less_a_pool_tell_the_sum_of_the_other_place() -> None:
    square = [Line((p, r), p if p == "a" else None, r) for p in "ab" for r in "12"]

    ((ends, part),) = sums(square)

    assert {line.cell for line in ends} == {("b", "1"), ("b", "2")}
    assert len(part) == 4
