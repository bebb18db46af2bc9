"""How a test uses the application of the telephone: by what a person sees and touches."""

from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Locator, Page, expect

PIN = "274916"
DRAWN = """() => document.querySelector("[data-at]")?.dataset.at
    === decodeURIComponent(location.hash).split("/").slice(2).join("/")"""


class Application:
    """One browser as a telephone; whatever it does is done by hand."""

    def __init__(self, page: Page, server: str) -> None:
        self.page = page
        self.server = server

    def prepare(self, button: str) -> None:
        """Come in once with a log-in of the demonstration, and set the telephone up."""
        self.page.goto(f"{self.server}/entrar?next=/captura/preparar")
        self.page.get_by_role("button", name=button).click()
        self.page.goto(f"{self.server}/captura/preparar")
        self.page.get_by_role("button", name="Preparar este celular").click()
        self.choose_pin()

    def choose_pin(self, pin: str = PIN) -> None:
        """End the setting up, and wait until the forms are there."""
        self.page.locator("#pin-1").fill(pin)
        self.page.locator("#pin-2").fill(pin)
        self.page.get_by_role("button", name="Preparar el celular").click()
        expect(self.page.locator("[data-form=sismuni_diagnosis]")).to_be_visible(timeout=60_000)
        self.await_worker()

    def await_worker(self) -> None:
        """Until the telephone keeps the whole application."""
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    def reload(self) -> None:
        """Begin again, as after the telephone was switched off, and open the lock."""
        self.page.goto(f"{self.server}/captura/")
        self.page.reload()
        self.unlock()

    def unlock(self) -> None:
        """Open the only door with its PIN."""
        self.page.locator("input[type=password]").first.fill(PIN)
        self.page.get_by_role("button", name="Abrir mis fichas").first.click()
        opened = self.page.locator("[data-proof], .filling-head")
        expect(opened.first).to_be_visible(timeout=30_000)

    def begin(self, form: str) -> None:
        """A new document of a form."""
        self.page.locator(f"[data-form=sismuni_{form}]").click()
        expect(self.page.locator(".filling-head h1")).to_be_visible(timeout=30_000)

    def question(self, name: str) -> Locator:
        """A question of this page of the form."""
        return self.page.locator(f'[data-question="{name}"]')

    def next(self) -> None:
        """Turn the page."""
        self._turn("Siguiente")

    def _turn(self, button: str) -> None:
        before = self.page.url
        self.page.get_by_role("button", name=button).click()
        self.page.wait_for_url(lambda address: address != before)
        self.page.wait_for_function(DRAWN)

    def seek(self, name: str) -> Locator:
        """Turn pages until a question is there."""
        for _ in range(80):
            if self.question(name).count():
                return self.question(name)
            self.next()
        raise AssertionError(f"no page asks {name}")

    def answer(self, given: Mapping[str, Any]) -> None:
        """Answer questions in their order, turning pages as needed."""
        for name, value in given.items():
            self.put(self.seek(name), value)

    def put(self, found: Locator, value: Any) -> None:
        """Answer one question, whatever it looks like."""
        if isinstance(value, tuple):
            details = found.locator("details")
            details.evaluate("e => { e.open = true }")
            details.locator("textarea").fill("\n".join(f"{lat}, {lon}" for lat, lon in value))
            return
        if found.locator("select").count():
            found.locator("select").select_option(str(value))
        elif found.locator("input[type=radio], input[type=checkbox]").count():
            found.locator(f'input[value="{value}"]').check(force=True)
        else:
            found.locator("input, textarea").first.fill(str(value))

    def row(self, repeat: str, given: Mapping[str, Any], index: int) -> None:
        """Fill one row of a list, adding it if it is not there yet."""
        self.open_row(repeat, index)
        self.answer(given)
        self.close_row()

    def open_row(self, repeat: str, index: int) -> None:
        """Step into a row."""
        box = self.seek(repeat)
        links = box.locator("ol > li > a")
        if links.count() > index:
            links.nth(index).click()
        else:
            box.get_by_role("button", name="Agregar").click()
        self.page.wait_for_url(lambda address: f"{repeat}:{index}" in address.replace("%3A", ":"))
        self.page.wait_for_function(DRAWN)

    def close_row(self) -> None:
        """Step out of it again."""
        for _ in range(40):
            ready = self.page.get_by_role("button", name="Listo")
            if ready.count():
                self._turn("Listo")
                return
            self.next()
        raise AssertionError("the row has no end")

    def finish(self) -> None:
        """Go to the end, see that nothing is wanting, and finish."""
        for _ in range(80):
            if self.page.get_by_role("button", name="Revisar y terminar").count():
                self._turn("Revisar y terminar")
                break
            self.next()
        expect(self.page.get_by_text("La ficha está completa")).to_be_visible()
        self.page.get_by_role("button", name="Terminar la ficha").click()
        expect(self.page.locator("[data-proof]")).to_be_visible()

    def document(self, title: str) -> Locator:
        """What the list says of the documents with this title."""
        return self.page.locator("[data-document]", has_text=title)
