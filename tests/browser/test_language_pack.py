"""A form in a language of the district on the telephone: its words, its voice, its pictures."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from app.capture.fields import Instrument
from app.operations import instruments, translations
from app.operations.trail import Author
from app.operations.translations import At, Given
from app.records import places
from app.records import translations as translation_records
from app.records.people import Account
from tests.browser.phone import Application
from tests.browser.test_capture_failures import Village, a_phone, a_village
from tests.openrosa.conftest import COMMUNITY

pytestmark = pytest.mark.browser
SOUND = b"\x1a\x45\xdf\xa3 spoken"


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    with a_village(tmp_path) as found:
        speak(found)
        yield found


def given(folder: Path, instrument: Instrument) -> dict[At, Given]:
    drawn = io.BytesIO()
    Image.new("RGB", (40, 40), (20, 90, 60)).save(drawn, "PNG")
    drawn.seek(0)
    voice = translations.keep_sound(folder, io.BytesIO(SOUND))
    picture = translations.keep_picture(folder, drawn)
    return {
        At(instrument, "quz", "kind"): Given("Ima ruway", None, voice),
        At(instrument, "quz", "kind:faena"): Given("Faena ruway", None, voice, picture),
    }


def speak(village: Village) -> None:
    """Two lines of a form, given by one speaker and confirmed by two."""
    store = village.store
    with store.writing() as session:
        people = [Account(login=f"speaker{n}", name=f"Hablante {n}") for n in range(3)]
        session.add_all(people)
        session.flush()
        giver, *speakers = (Author(each.id) for each in people)
        where = places.district(session, COMMUNITY[:6])
        instrument = instruments.current(session, "activity")
    translations.give(store, giver, where, given(village.yard.files, instrument))
    with store.reading() as session:
        rows = translation_records.of_places(session, [where.place_id or 0])
    for row in rows:
        for speaker in speakers:
            translations.confirm(store, speaker, where, f"{row.uuid}.{row.seen}")
    store.close()


def ask_in_quechua(phone: Application) -> None:
    phone.begin("activity")
    phone.page.get_by_label("Lengua").select_option("quz")


def test_a_question_is_heard_and_its_answers_are_seen_in_the_chosen_language(
    village: Village, browser: Browser
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="es-PE")
    phone = a_phone(context, village, village.yard.token)
    ask_in_quechua(phone)
    asked = phone.seek("kind")

    expect(asked.locator("legend")).to_contain_text("Ima ruway")
    expect(asked.get_by_role("button", name="Escuchar").first).to_be_visible()
    expect(asked.locator(".voiced", has_text="Faena ruway").locator("button")).to_be_visible()
    expect(asked.locator(".choice img")).to_have_js_property("naturalWidth", 40)
    context.set_offline(True)
    phone.reload()
    phone.page.locator("[data-document]").get_by_text("Seguir").click()
    expect(phone.seek("kind").locator(".choice img")).to_have_js_property("naturalWidth", 40)
    expect(asked.locator("legend")).to_contain_text("Ima ruway")
    context.close()
