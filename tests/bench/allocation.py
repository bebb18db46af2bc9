"""Sharing a budget beside pabutools, and how long a planner waits for "what if".

Both programs read the same real elections and raise shares by one unit of money a ballot to
the first outcome that nothing more fits, which is what pabutools does. Each election is given
120 s; where pabutools needs more, 120 s are counted, so the ratio flatters it.
"""

import os
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any

from app.planning import ranges, weights
from app.planning.allocation import pabulib, rules
from app.planning.allocation.elections import Ballot, Election, Option
from app.planning.allocation.rules import Wording
from app.planning.counts import Count
from app.planning.criteria import CRITERIA
from app.planning.evidence import Community, Evidence, Indicator
from app.planning.gaps import Goal as Posts
from tests.bench.table import Goal, Row

LARGE = "Poland_Warszawa_2020_Praga-Poludnie.pb"
CAP_S = 120.0
ADD1 = Wording(
    "mes-add1",
    None,
    Fraction(100),
    step_in_money=True,
    exhausted=True,
    ties=("support", "cost", "id"),
)


def rows(full: bool) -> Iterator[Row]:
    """The figures of this part."""
    given = os.environ.get("SISMUNI_TEST_DATA")
    if given:
        folder = Path(given) / "pb"
        yield _small(folder, full)
        if full:
            yield _large(folder)
    else:
        print("  (no real elections here: the comparison with pabutools is left out)")
    yield from _waiting(3 if full else 1)


def _timed(act: Callable[[], Any]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _theirs(path: str, increment: int | None, pipe: Any) -> None:
    from pabutools.election import (
        Additive_Borda_Sat,
        Additive_Cardinal_Sat,
        Cost_Sat,
        parse_pabulib,
    )
    from pabutools.rules import method_of_equal_shares

    instance, profile = parse_pabulib(path)
    kind = instance.meta["vote_type"]
    worth = {"ordinal": Additive_Borda_Sat, "cumulative": Additive_Cardinal_Sat}.get(kind, Cost_Sat)
    ballots = profile.as_multiprofile() if worth is Cost_Sat else profile
    took = _timed(
        lambda: method_of_equal_shares(
            instance, ballots, sat_class=worth, voter_budget_increment=increment
        )
    )
    pipe.send(took)


def _pabutools(path: Path, increment: int | None = 1) -> float:
    """Seconds that pabutools needs once the file is read; the cap where it needs more."""
    inside, outside = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=_theirs, args=(str(path), increment, outside))
    process.start()
    outside.close()
    took = CAP_S
    try:
        if inside.poll(CAP_S + 30):
            took = min(CAP_S, inside.recv())
    except EOFError as error:
        raise RuntimeError(f"pabutools failed on {path.name}") from error
    finally:
        process.terminate()
        process.join()
    return took


def _ours(path: Path, wording: Wording = ADD1) -> float:
    election = pabulib.read(path.read_text("utf-8")).election
    return _timed(lambda: rules.allocate(election, wording))


def _small(folder: Path, full: bool) -> Row:
    paths = sorted(path for path in folder.glob("*.pb") if path.name != LARGE)
    paths = paths if full else [path for path in paths if "Assen" in path.name]
    mine, theirs = 0.0, 0.0
    for path in paths:
        mine += _ours(path)
        theirs += _pabutools(path)
    name = f"Equal Shares + Add1, {len(paths)} real elections, against pabutools"
    return Row(name, "s", [mine], [theirs], Goal("<=", 0.05, of_ratio=True))


def _large(folder: Path) -> Row:
    path = folder / LARGE
    theirs = _pabutools(path, None)
    name = "Add1 on 14,897 ballots x 134, against pabutools without raising"
    return Row(name, "s", [_ours(path)], [theirs], Goal("<", 1.0, of_ratio=True))


def _waiting(times: int) -> Iterator[Row]:
    election = a_workshop(300, 50)
    for rule in ("mes-add1", "max-welfare"):
        took = [_timed(lambda r=rule: rules.allocate(election, Wording(r))) for _ in range(times)]
        yield Row(f"What if, 300 ballots x 50, {rule}", "s", took, goal=Goal("<=", 1.0))
    district = a_district(60, 20)
    drawing = [_timed(lambda: ranges.draw_needs(district, "s")) for _ in range(times)]
    yield Row("Ranges of 60 x 20 in 2,000 draws", "s", drawing, goal=Goal("<=", 1.0))
    drawn = ranges.draw_needs(district, "s")
    even = weights.weighting(CRITERIA, [])
    sliding = [_timed(lambda: ranges.weigh_needs(drawn, even, "s", 5)) for _ in range(times)]
    yield Row("Other weights over draws made", "s", sliding, goal=Goal("<=", 0.15))


def a_workshop(ballots: int, proposals: int) -> Election:
    """A Peruvian workshop: a million soles, 1 to 5 marks a ballot, 20 communities."""
    random = Random(7)
    options = tuple(
        Option(f"{number:03}", 100 * random.randrange(15_000, 400_000, 500))
        for number in range(proposals)
    )
    cast = tuple(
        Ballot(
            {f"{number:03}": 1 for number in random.sample(range(proposals), random.randint(1, 5))},
            f"c{random.randrange(20)}",
        )
        for _ in range(ballots)
    )
    return Election(options, cast, 100_000_000)


def a_district(communities: int, indicators: int) -> Evidence:
    """A district where nine in ten cells are known and half of the homes were asked."""
    random = Random(7)
    asked = tuple(
        Indicator(f"i{k:02}", f"d{k % 6}", Posts(0.9, 0.1, "up"), ("home", "person")[k % 2])
        for k in range(indicators)
    )
    places = tuple(
        Community(f"c{c:02}", random.randint(60, 400), random.randint(15, 90), random.random())
        for c in range(communities)
    )
    counts = {}
    for indicator in asked:
        for place in places:
            if random.random() < 0.9:
                n = random.randint(5, 30)
                population = n + random.randint(0, 20)
                counts[indicator.code, place.code] = Count(random.randint(0, n), n, 0, population)
    return Evidence(asked, places, counts)
