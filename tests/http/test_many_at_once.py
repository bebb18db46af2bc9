"""The first requests of a process come together, as after a restart in the morning."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.http.town import DISTRICT, a_town, an_account, found_town, seat_of
from tests.worlds import Worlds

AT_ONCE = 12


def test_first_requests_do_not_wait_for_each_others_connections(
    worlds: Worlds, postgis_url: str, tmp_path: Path
) -> None:
    worlds.fill_at(postgis_url, found_town)
    with a_town(postgis_url, tmp_path, pool=1) as town:
        an_account(town.store, "planner", seat_of("planner"))
        clients = [town.client("planner") for _ in range(AT_ONCE)]
        began = time.monotonic()

        with ThreadPoolExecutor(AT_ONCE) as pool:
            codes = list(
                pool.map(lambda c: c.get(f"/api/v1/districts/{DISTRICT}").status_code, clients)
            )

    assert codes == [200] * AT_ONCE
    assert time.monotonic() - began < 25  # a connection is waited for during thirty seconds
