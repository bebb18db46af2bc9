"""Whatever happens to the telephone, its line or its rights: no form is lost, none counts twice."""

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlmodel import col, select

from app.operations import devices, parcels, tls
from app.operations.trail import SYSTEM
from app.records import places
from app.records.devices import Delivery, Device
from app.records.intake import Form
from app.records.tables import METADATA
from app.settings import Settings
from app.store import migrations
from app.store.sessions import Store
from tests.browser.phone import PIN, Application
from tests.browser.slow_line import SlowLine
from tests.openrosa.conftest import COMMUNITY, enrol
from tests.openrosa.serving import Yard, found, serving

pytestmark = pytest.mark.browser
NAME = "sismuni.local"
VILLAGE = 50_000 // 8  # bytes a second
ACTIVITY = {
    "date": "2026-05-23",
    "kind": "faena",
    "theme": "waste",
    "activity": "Limpieza de la quebrada",
    "attendees_women": 20,
    "attendees_men": 17,
}
# Finishes documents with the application's own modules, as fast as the telephone can.
FINISH = """async ([pin, count, given]) => {
  const [{ people }, { unlock }, { Desk, DONE }, forms, { started }] = await Promise.all(
    ['shelf', 'vault', 'desk', 'forms', 'fill'].map(name => import(`/static/capture/${name}.js`)))
  const [person] = await people()
  const desk = await new Desk(person, await unlock(person.lock, pin)).open()
  const form = desk.newest.find(each => each.id === 'sismuni_activity')
  const put = (node, value) =>
    node.nodeType === 'select' ? node.selectValue(value) : node.setValue(String(value))
  const find = (node, name) => forms.children(node)
    .map(each => forms.nameOf(each) === name ? each : find(each, name)).find(Boolean)
  for (let n = 0; n < count; n++) {
    const root = await forms.blank(form)
    for (const [name, value] of Object.entries(given)) put(find(root, name), value)
    if (forms.faults(root).length) throw new Error('the document is not whole')
    await desk.keep({ ...started(form, root, ''), state: DONE })
  }
}"""

# What a browser does whose disk is full.
FULL = """() => {
  const put = IDBObjectStore.prototype.put
  globalThis.isFull = true
  IDBObjectStore.prototype.put = function (...what) {
    if (globalThis.isFull) throw new DOMException('full', 'QuotaExceededError')
    return put.apply(this, what)
  }
}"""
SENT = """async ([pin, id]) => {
  const [{ people }, { unlock }, { Desk }] = await Promise.all(
    ['shelf', 'vault', 'desk'].map(name => import(`/static/capture/${name}.js`)))
  const [person] = await people()
  return (await new Desk(person, await unlock(person.lock, pin)).open()).documents.get(id).xml
}"""
NO_PARCELS = """() => import('/static/capture/shelf.js')
  .then(shelf => shelf.parcels()).then(all => all.length === 0)"""


@dataclass
class Village:
    """A server over a small store, at the end of a line."""

    yard: Yard
    address: str
    line: SlowLine

    @property
    def store(self) -> Store:
        """Its store."""
        return Store(self.yard.url)

    def forms(self) -> list[str]:
        """The documents in the registers."""
        store = self.store
        with store.reading() as session:
            found = session.exec(select(Form.uuid).order_by(col(Form.uuid))).all()
        store.close()
        return [str(each) for each in found]


@contextmanager
def a_village(
    home: Path, options: tuple[str, ...] = (), host: str = "http://127.0.0.1"
) -> Iterator[Village]:
    url = f"sqlite:///{(home / 'sismuni.db').as_posix()}"
    migrations.upgrade(url, METADATA)
    yard = found(url, home)
    with (
        serving(yard, options=options) as (_, base),
        SlowLine(int(base.split(":")[2].split("/")[0])) as line,
    ):
        yield Village(yard, f"{host}:{line.port}", line)


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Village]:
    """One for all: each test sets up a telephone of its own."""
    with a_village(tmp_path_factory.mktemp("village")) as found_:
        yield found_


def a_phone(context: BrowserContext, village: Village, token: str = "") -> Application:
    """A browser set up by the camera: the key stands behind the # of the address."""
    context.set_default_timeout(30_000)
    phone = Application(context.new_page(), village.address)
    phone.page.goto(f"{village.address}/captura/#k={token or enrol(village.store)}")
    phone.choose_pin()
    return phone


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A small screen."""
    made = browser.new_context(
        viewport={"width": 360, "height": 740}, locale="es-PE", accept_downloads=True
    )
    yield made
    made.close()


def finish(page: Page, count: int = 1) -> None:
    page.evaluate(FINISH, [PIN, count, ACTIVITY])


def proof(page: Page, done: int, received: int) -> None:
    expect(page.locator("[data-proof]")).to_contain_text(
        f"{done} hechas, {received} recibidas", timeout=120_000 + 5_000 * done
    )


def approved(page: Page, count: int) -> None:
    """Until the town hall took them: it may take seconds, and is asked again by hand."""
    for _ in range(30):
        if page.locator("[data-state=approved]").count() == count:
            return
        page.get_by_role("button", name="Enviar y revisar").click()
        page.wait_for_timeout(1_000)
    raise AssertionError("the town hall did not take them")


def names(page: Page) -> list[str]:
    found = page.locator("[data-document]").evaluate_all("all => all.map(e => e.dataset.document)")
    return sorted(str(each).removeprefix("uuid:") for each in found)


@pytest.mark.parametrize("waiting", [20, pytest.param(200, marks=pytest.mark.verify)])
def test_queued_forms_arrive_over_a_slow_line_from_a_slow_telephone(
    browser: Browser, tmp_path: Path, waiting: int
) -> None:
    settings = Settings(home=tmp_path)
    tls.make(settings, [NAME])
    folder = tls.folder(settings)
    options = (
        "--ssl-certfile",
        str(folder / tls.SERVER),
        "--ssl-keyfile",
        str(folder / tls.SERVER_KEY),
    )
    flags = [
        f"--host-resolver-rules=MAP {NAME} 127.0.0.1",
        "--ignore-certificate-errors",
        "--no-sandbox",
    ]
    opened = browser.browser_type.launch(
        executable_path=os.environ.get("SISMUNI_TEST_CHROMIUM") or "/usr/bin/chromium", args=flags
    )
    try:
        with a_village(tmp_path, options, f"https://{NAME}") as village:
            context = opened.new_context(
                viewport={"width": 360, "height": 740}, locale="es-PE", ignore_https_errors=True
            )
            phone = a_phone(context, village)
            context.set_offline(True)
            finish(phone.page, waiting)
            context.new_cdp_session(phone.page).send("Emulation.setCPUThrottlingRate", {"rate": 6})
            village.line.rate = VILLAGE
            context.set_offline(False)
            phone.reload()
            proof(phone.page, waiting, waiting)
            kept = names(phone.page)
            assert len(kept) == waiting
            approved(phone.page, waiting)
            assert village.forms() == kept
    finally:
        opened.close()


def test_a_tab_killed_while_it_saves_leaves_the_last_whole_answer(
    context: BrowserContext, village: Village
) -> None:
    phone = a_phone(context, village)
    context.set_offline(True)
    phone.begin("activity")
    phone.answer({"date": "2026-05-23", "kind": "faena"})
    box = phone.seek("theme").locator("select")
    box.evaluate("e => { e.value = 'waste'; e.dispatchEvent(new Event('change')) }")
    phone.page.close(run_before_unload=False)
    phone.page = context.new_page()
    phone.page.goto(f"{village.address}/captura/")
    phone.unlock()
    phone.page.get_by_role("link", name="Seguir").click()
    expect(phone.page.locator(".filling-head h1")).to_be_visible()

    assert phone.seek("kind").locator("input[value=faena]").is_checked()


def test_a_place_taken_by_the_telephone_says_how_exactly(
    context: BrowserContext, village: Village
) -> None:
    context.grant_permissions(["geolocation"])
    context.set_geolocation({"latitude": -9.61, "longitude": -75.31, "accuracy": 12})
    phone = a_phone(context, village)
    phone.begin("activity")
    phone.answer({**ACTIVITY, "place_kind": "point"})
    phone.question("place_point").get_by_role("button", name="Usar mi ubicación").click()
    expect(phone.question("place_point")).to_contain_text("con 12 m de margen")
    phone.finish()
    proof(phone.page, 1, 1)

    (name,) = names(phone.page)
    store = village.store
    with store.reading() as session:
        wanted = select(Delivery.digest, Delivery.salt).where(col(Delivery.form_uuid) == UUID(name))
        digest, salt = session.exec(wanted).one()
    store.close()
    sent = phone.page.evaluate(SENT, [PIN, f"uuid:{name}"])
    assert re.search(r"<place_point>-9\.61 -75\.31 0(\.0)? 12(\.0)?</place_point>", sent)
    assert hashlib.sha256((salt + sent).encode()).hexdigest() == digest


def test_a_full_telephone_says_so_and_keeps_what_is_on_the_screen(
    context: BrowserContext, village: Village
) -> None:
    phone = a_phone(context, village)
    phone.begin("activity")
    phone.answer({"date": "2026-05-23", "kind": "faena"})
    phone.page.evaluate(FULL)
    phone.answer({"theme": "waste"})
    expect(phone.page.locator(".saved.bad")).to_contain_text("El celular está lleno")

    phone.page.evaluate("globalThis.isFull = false")
    phone.answer({"activity": "Limpieza", "attendees_women": 1, "attendees_men": 0})
    expect(phone.page.locator(".saved")).to_contain_text("Guardado en este celular")
    phone.finish()
    proof(phone.page, 1, 1)


def test_a_new_version_waits_and_strands_no_draft(
    context: BrowserContext, village: Village
) -> None:
    phone = a_phone(context, village)
    phone.begin("activity")
    phone.answer({"date": "2026-05-23", "kind": "faena"})
    phone.page.evaluate(
        "navigator.serviceWorker.register('/captura/sw.js?newer', { scope: '/captura/' })"
    )
    take = phone.page.get_by_role("button", name="Usar la versión nueva")
    expect(take).to_be_visible()
    assert phone.question("kind").locator("input[value=faena]").is_checked()

    take.click()
    expect(phone.page.locator("input[type=password]").first).to_be_visible()
    phone.unlock()
    assert phone.question("kind").locator("input[value=faena]").is_checked()


def test_another_person_neither_sees_nor_sends_what_is_not_hers(
    context: BrowserContext, village: Village
) -> None:
    phone = a_phone(context, village)
    context.set_offline(True)
    finish(phone.page)
    mine = village.forms()
    context.set_offline(False)
    other = enrol(village.store)
    phone.page.goto("about:blank")
    phone.page.goto(f"{village.address}/captura/#k={other}")
    phone.choose_pin("999999")
    proof(phone.page, 0, 0)
    expect(phone.page.locator("[data-outbox=idle]")).to_be_visible()

    assert village.forms() == mine
    phone.page.get_by_role("button", name="Cerrar con llave").click()
    phone.page.locator("form").last.locator("input").fill(PIN)
    phone.page.locator("form").last.get_by_role("button", name="Abrir mis fichas").click()
    proof(phone.page, 1, 1)


def test_a_revoked_telephone_keeps_its_forms_and_hands_them_over_as_a_file(
    context: BrowserContext, village: Village, tmp_path: Path
) -> None:
    token = enrol(village.store)
    phone = a_phone(context, village, token)
    context.set_offline(True)
    finish(phone.page)
    revoke(village, token)
    context.set_offline(False)
    phone.reload()
    expect(phone.page.get_by_text("Sus fichas siguen aquí")).to_be_visible()
    with phone.page.expect_download() as saved:
        phone.page.get_by_role("button", name="Guardar el archivo").first.click()

    found_ = open_file(village, saved.value.path())

    assert (found_.new, found_.unfinished, found_.unread) == (1, 0, 0)


def test_a_telephone_prepared_again_sends_what_it_had(
    context: BrowserContext, village: Village
) -> None:
    token = enrol(village.store)
    phone = a_phone(context, village, token)
    context.set_offline(True)
    finish(phone.page)
    revoke(village, token)
    context.set_offline(False)
    phone.page.goto("about:blank")
    phone.page.goto(f"{village.address}/captura/#k={enrol(village.store)}")
    phone.page.locator("form").first.locator("input").fill(PIN)
    phone.page.get_by_role("button", name="Usar la llave nueva").click()

    proof(phone.page, 1, 1)
    expect(phone.page.get_by_text("Este celular fue anulado")).to_have_count(0)


def test_a_forgotten_pin_loses_nothing(context: BrowserContext, village: Village) -> None:
    phone = a_phone(context, village)
    context.set_offline(True)
    finish(phone.page, 2)
    phone.begin("activity")
    phone.answer({"date": "2026-05-23"})
    phone.page.goto(f"{village.address}/captura/")
    phone.page.reload()
    phone.page.get_by_text("Olvidé mi PIN").click()
    with phone.page.expect_download() as saved:
        phone.page.get_by_role("button", name="Guardar mis fichas en un archivo").click()

    before = len(village.forms())
    found_ = open_file(village, saved.value.path(), unfinished=True)

    assert (found_.new, found_.unread) == (3, 0)
    assert open_file(village, saved.value.path(), unfinished=True).new == 0
    assert len(village.forms()) >= before


def test_a_neighbour_carries_what_she_cannot_read(
    context: BrowserContext, browser: Browser, village: Village, tmp_path: Path
) -> None:
    mine = a_phone(context, village)
    context.set_offline(True)
    finish(mine.page)
    mine.reload()
    (name,) = names(mine.page)
    mine.page.get_by_text("Más: fichas nuevas").click()
    with mine.page.expect_download() as saved:
        mine.page.get_by_role("button", name="Guardar el archivo").click()
    neighbours = browser.new_context(locale="es-PE")
    neighbour = a_phone(neighbours, village)
    neighbour.page.get_by_role("button", name="Cerrar con llave").click()
    neighbour.page.get_by_text("Llevar las fichas de un vecino").click()
    with neighbour.page.expect_file_chooser() as chooser:
        neighbour.page.get_by_role("button", name="Recibir el archivo").click()
    chooser.value.set_files(saved.value.path())
    expect(neighbour.page.get_by_text("Recibido lo de")).to_be_visible()
    assert str(ACTIVITY["activity"]) not in Path(saved.value.path()).read_text()

    neighbour.unlock()
    expect(neighbour.page.locator("[data-outbox=idle]")).to_be_visible()
    neighbour.page.wait_for_function(NO_PARCELS)
    neighbours.close()
    context.set_offline(False)
    mine.page.get_by_role("button", name="Enviar y revisar").click()
    proof(mine.page, 1, 1)
    approved(mine.page, 1)
    assert village.forms().count(name) == 1


def revoke(village: Village, token: str) -> None:
    store = village.store
    with store.reading() as session:
        where = places.community(session, places.district(session, COMMUNITY[:6]), COMMUNITY)
        device = devices.once_of_token(session, token)
    assert isinstance(device, Device)
    devices.revoke(store, SYSTEM, where, device.uuid, "Se perdió")
    store.close()


def open_file(village: Village, path: Path | str, *, unfinished: bool = False) -> parcels.Opened:
    store = village.store
    lane = parcels.Lane(store, village.yard.files)
    found_ = parcels.opened(lane, Path(path).read_bytes(), unfinished=unfinished)
    store.close()
    return found_
