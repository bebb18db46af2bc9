"""A GeoJSON list of a thousand communities, held against a bare endpoint of the same bytes."""

from collections.abc import Iterator
from pathlib import Path

from tests.bench import country, load, stores
from tests.bench.country import TOKEN, Size
from tests.bench.serving import Person, Server, serving, serving_bare
from tests.bench.stores import FOLDER
from tests.bench.table import Goal, Row

LIST = f"/api/v1/districts/{country.district(1)}/communities.geojson"
COMMUNITIES = 1_000


def rows(full: bool) -> Iterator[Row]:
    """Requests a second, authenticated, each with status 200, on each store."""
    size = Size(1, COMMUNITIES, 1, 1, 1)
    times, seconds = (3, 8.0) if full else (1, 1.0)
    for kind in stores.kinds():
        bed = stores.kept(
            kind,
            f"empty_{size}",
            (Path(country.__file__),),
            lambda store: country.settle(store, size),
        )
        with stores.copy_of(bed, "list") as copy, serving(copy.url) as server:
            body = _body(server)
            with serving_bare(copy.url, body) as bare:
                ours, theirs = [], []
                for _ in range(times):
                    theirs.append(load.requests_a_second(bare.port, "/bytes", TOKEN, seconds))
                    ours.append(load.requests_a_second(server.port, LIST, TOKEN, seconds))
        name = f"GeoJSON of {COMMUNITIES:,} communities, {kind}"
        yield Row(name, "requests/s", ours, theirs, Goal(">=", 0.6, of_ratio=True))


def _body(server: Server) -> Path:
    """The list as we serve it, for the bare endpoint to give."""
    person = Person(server.port, TOKEN)
    found = person.read(LIST)
    if len(found["features"]) != COMMUNITIES:
        raise AssertionError(f"{len(found['features'])} communities")
    path = FOLDER / "list.geojson"
    path.write_bytes(person.ask("GET", LIST, more={"Accept-Encoding": "identity"}))
    person.close()
    return path
