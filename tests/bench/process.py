"""How heavy the web process is, and how soon it answers."""

import time
from collections.abc import Iterator

from tests.bench import nation, stores
from tests.bench.serving import serving
from tests.bench.table import Goal, Row

IDLE_S = 5.0


def rows(full: bool) -> Iterator[Row]:
    """Seconds from its start to its first answer, and the memory it holds idle then."""
    bed = nation.made(stores.SQLITE, full)
    first, memory = [], []
    with stores.copy_of(bed, "process") as copy:
        for _ in range(5 if full else 1):
            with serving(copy.url) as server:
                first.append(server.first_answer_s)
                time.sleep(IDLE_S if full else 0.5)
                if (held := server.rss_mb()) is not None:
                    memory.append(held)
    yield Row("start to first answer on an existing store", "s", first, (), Goal("<", 5))
    if memory:
        yield Row("web process, idle", "MB", memory, (), Goal("<", 250))
