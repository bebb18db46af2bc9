"""What people read is the same after the data was lost and a backup restored."""

import re
from pathlib import Path

from app.operations import backups
from app.settings import Settings
from app.store.sessions import Store
from tests.http.town import Town, a_town
from tests.operations.test_backups import wipe
from tests.pages.district_town import AT, YEAR, settle

PAGES = {
    "": ("/", AT, f"{AT}/mapas"),
    "planner": (
        *(AT, f"{AT}/bandeja", f"{AT}/comunidades", f"{AT}/visitas", f"{AT}/metas"),
        *(f"{AT}/prioridades", f"{AT}/prioridades/P-F2"),
        *(f"{AT}/presupuesto", f"{AT}/presupuesto/{YEAR}", f"/api/v1/districts/{AT[3:]}/needs"),
    ),
    "official": (f"{AT}/mapas", f"{AT}/mapas/indicador", f"{AT}/datos"),
    "council": ("/mi-comunidad", f"{AT}/comunidades/C1"),
}
NONCE = re.compile(r'nonce="[^"]+"')


def read(town: Town) -> dict[tuple[str, str], tuple[int, str]]:
    """Every page as each of its readers sees it, but for what is drawn by lot each time."""
    return {
        (login, path): (answer.status_code, NONCE.sub("", answer.text))
        for login, paths in PAGES.items()
        for path in paths
        if (answer := town.client(login).get(path))
    }


def test_backup_wipe_restore_gives_the_same_pages(store_url: str, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, database_url=store_url, backup_key="clave de prueba")
    store = Store(store_url)
    settle(store)
    store.close()
    with a_town(store_url, tmp_path) as town:
        before = read(town)

    made = backups.make(settings)
    wipe(settings)
    backups.restore(settings, made.path)

    with a_town(store_url, tmp_path) as restored:
        restored.tokens = town.tokens
        assert read(restored) == before
    assert {asked for asked, (status, _) in before.items() if status not in (200, 303)} == set()
