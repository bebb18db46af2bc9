"""The forms in the languages of a district: what two speakers confirmed, and nothing else."""

import io
import subprocess
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from PIL import Image
from sqlmodel import select

from app.capture import packs as pack_lines
from app.capture.fields import Instrument
from app.capture.packs import Pack, Tongue, Words
from app.capture.xform_files import of_instrument
from app.documents import tables
from app.errors import Conflict, Forbidden, Invalid, TooLarge, Unknown, UnsupportedFile
from app.operations import attachments, instruments, packs, translation_sheets, translations
from app.operations.trail import Author
from app.operations.translation_sheets import Sheet
from app.operations.translations import At, Given
from app.records.intake import Attachment
from app.records.people import Account
from app.records.places import Where
from app.records.translations import Translation
from app.store.types import uuid7
from tests import builders
from tests.capture.test_xlsforms import INSTRUMENTS
from tests.openrosa.conftest import Phone

SOUND = b"\x1a\x45\xdf\xa3" + b"what a microphone heard"
FORM = "/forms/sismuni_activity/1.1"


class Village:
    """A telephone of a district, and three people who speak Quechua there."""

    def __init__(self, phone: Phone) -> None:
        self.phone, self.store, self.folder = phone, phone.town.store, phone.files
        where = phone.town.where
        self.where = Where(where.place_id, where.code, where.name, where.kind, where.lineage)
        people = [Account(login=f"speaker{n}", name=f"Hablante {n}") for n in range(3)]
        with self.store.writing() as session:
            session.add_all(people)
            session.flush()
            self.author, self.one, self.two = (Author(each.id) for each in people)

    @property
    def instrument(self) -> Instrument:
        with self.store.reading() as session:
            return instruments.current(session, "activity")

    def give(self, path: str = "theme", author: Author | None = None, **given: object) -> None:
        at = At(self.instrument, "quz", path)
        what = Given(**(given or {"label": "Imamanta"}))  # type: ignore[arg-type]
        translations.give(self.store, author or self.author, self.where, {at: what})

    def row(self, path: str = "theme") -> Translation:
        with self.store.reading() as session:
            return session.exec(select(Translation).where(Translation.path == path)).one()

    def confirm(self, *reviewers: Author, path: str = "theme") -> None:
        for each in reviewers:
            row = self.row(path)
            translations.confirm(self.store, each, self.where, f"{row.uuid}.{row.seen}")

    def pack(self) -> Pack:
        with self.store.reading() as session:
            return packs.of(session, self.instrument, {self.where.place_id or 0})

    def form(self) -> str:
        return self.phone.client.get(self.phone.base + FORM).text

    def files(self) -> dict[str, str]:
        text = self.phone.client.get(f"{self.phone.base}{FORM}/manifest").text
        found = ElementTree.fromstring(text).iter(
            "{http://openrosa.org/xforms/xformsManifest}mediaFile"
        )
        return {each[0].text or "": each[2].text or "" for each in found}

    def sheet(self) -> bytes:
        with self.store.reading() as session:
            table = translation_sheets.table(session, self.where, self.instrument, "quz")
        return tables.as_xlsx([table])

    def take(self, content: bytes, name: str = "a.xlsx", **beside: bytes) -> int:
        files = [(n.replace("_", "."), io.BytesIO(c)) for n, c in beside.items()]
        sheet = Sheet(name, io.BytesIO(content), files)
        at = At(self.instrument, "quz", "")
        return translation_sheets.take(self.store, self.folder, self.author, self.where, sheet, at)


@pytest.fixture
def village(either_phone: Phone) -> Village:
    return Village(either_phone)


def a_picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 40), (9, 99, 9)).save(out, "PNG")
    return out.getvalue()


def changed(content: bytes, **cells: str) -> bytes:
    """The sheet with cells written, by their address."""
    book = load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    for address, value in cells.items():
        sheet[address] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def line_of(content: bytes, path: str) -> int:
    sheet: Worksheet = load_workbook(io.BytesIO(content)).worksheets[0]
    return next(row[0].row or 0 for row in sheet.iter_rows() if row[0].value == path)


def test_a_line_reaches_no_form_until_two_speakers_confirmed_it(village: Village) -> None:
    before = village.form()
    village.give()
    given = village.form()
    village.confirm(village.one)
    half = village.form()
    village.confirm(village.two)

    after = village.form()

    assert before == given == half
    assert "Imamanta" not in half
    assert "<value>Imamanta</value>" in after
    assert 'lang="Quechua cusqueño (quz)"' in after


def test_who_gave_a_line_does_not_confirm_it(village: Village) -> None:
    village.give()

    with pytest.raises(Forbidden, match="Quien dio una línea"):
        village.confirm(village.author)


def test_one_speaker_counts_once(village: Village) -> None:
    village.give()
    village.confirm(village.one)

    with pytest.raises(Forbidden, match="ya confirmó"):
        village.confirm(village.one)


def test_who_recorded_a_line_does_not_confirm_the_words_of_another(village: Village) -> None:
    village.give()
    village.give(
        author=village.one, audio=translations.keep_sound(village.folder, io.BytesIO(SOUND))
    )

    with pytest.raises(Forbidden):
        village.confirm(village.one)
    with pytest.raises(Forbidden):
        village.confirm(village.author)


def test_a_change_takes_both_confirmations_back(village: Village) -> None:
    village.give()
    village.confirm(village.one, village.two)
    village.give(label="Imamantataq")

    row = village.row()

    assert row.reviewers == ()
    assert "Imamanta" not in village.form()


def test_the_same_words_again_change_nothing(village: Village) -> None:
    village.give()
    village.confirm(village.one, village.two)

    village.give()

    assert village.row().stands


def test_what_changed_while_somebody_read_it_is_not_confirmed(village: Village) -> None:
    village.give()
    key = f"{village.row().uuid}.{village.row().seen}"
    village.give(label="Otra cosa")

    with pytest.raises(Conflict, match="cambió"):
        translations.confirm(village.store, village.one, village.where, key)


def test_words_of_an_older_sentence_are_not_said(village: Village) -> None:
    village.give()
    village.confirm(village.one, village.two)
    with village.store.writing() as session:
        session.exec(select(Translation)).one().source = "of another day"
        packs.changed(session)

    assert village.pack().tongues == ()


def test_another_pack_is_another_version_and_both_are_taken(village: Village) -> None:
    old = village.phone.document("activity", builders.an_activity(), uuid7())
    village.give()
    village.confirm(village.one, village.two)
    pack = village.pack()
    new = old.replace(b'version="1.1"', f'version="1.1.{pack.stamp}"'.encode())
    new = new.replace(
        old[old.index(b"uuid:") : old.index(b"uuid:") + 41], b"uuid:%b" % str(uuid7()).encode()
    )

    listed = village.phone.client.get(f"{village.phone.base}/formList").text
    taken = [village.phone.post(each).status_code for each in (old, new)]

    assert f"<version>1.1.{pack.stamp}</version>" in listed
    assert new != old
    assert taken == [201, 201]
    assert {each.state for each in village.phone.deliveries()} == {"taken"}


def test_sounds_and_pictures_stand_in_the_manifest_and_come_whole(village: Village) -> None:
    drawn = translations.keep_picture(village.folder, io.BytesIO(a_picture()))
    village.give(audio=translations.keep_sound(village.folder, io.BytesIO(SOUND)), picture=drawn)
    unheard = village.files()
    village.confirm(village.one, village.two)

    files = village.files()
    sound = next(name for name in files if name.endswith(".webm"))
    picture = next(name for name in files if name.endswith(".png"))
    came = village.phone.client.get(files[sound])

    assert not any(name.endswith((".webm", ".png")) for name in unheard)
    assert came.content == SOUND
    assert came.headers["content-type"] == "audio/webm"
    assert f"jr://audio/{sound}" in village.form()
    assert f"jr://images/{picture}" in village.form()


def test_the_file_of_a_former_recording_is_let_go(village: Village) -> None:
    village.give(audio=translations.keep_sound(village.folder, io.BytesIO(SOUND)))
    first = village.row().audio
    village.give(audio=translations.keep_sound(village.folder, io.BytesIO(SOUND + b"again")))

    with village.store.reading() as session:
        kept = session.exec(select(Attachment)).all()

    assert {row.sha256: row.erased_at is None for row in kept} == {
        first: False,
        village.row().audio: True,
    }
    assert attachments.existing(village.folder, village.row().audio).is_file()


def test_a_sheet_goes_out_and_comes_back_filled(village: Village) -> None:
    empty = village.sheet()
    row, choice = line_of(empty, "theme"), line_of(empty, "kind:faena")
    filled = changed(empty, **{f"E{row}": "Imamanta", f"G{row}": "voz.webm",
                               f"E{choice}": "-Faena", f"H{choice}": "dibujo.png"})  # fmt: skip

    count = village.take(filled, voz_webm=SOUND, dibujo_png=a_picture())
    again = village.take(village.sheet())

    assert (count, again) == (2, 0)
    assert village.row().label == "Imamanta"
    assert village.row().audio_kind == "webm"
    assert village.row("kind:faena").label == "-Faena"
    assert village.row("kind:faena").picture_kind == "png"


def test_a_sheet_in_csv_is_read_too(village: Village) -> None:
    content = "codigo;espanol;traduccion\ntheme;{};Imamanta\n".format(
        next(x.label.es for x in pack_lines.lines(village.instrument) if x.path == "theme")
    )

    count = village.take(content.encode("latin-1"), "pack.csv")

    assert count == 1


def test_every_dirty_row_is_told_and_nothing_is_taken(village: Village) -> None:
    empty = village.sheet()
    rows = [line_of(empty, path) for path in ("theme", "kind", "date", "s_what", "activity")]
    dirty = changed(empty, **{
        f"A{rows[0]}": "tema", f"E{rows[0]}": "Imamanta",
        f"C{rows[1]}": "Otra frase", f"E{rows[1]}": "x",
        f"E{rows[2]}": "Say ${kind}",
        f"G{rows[3]}": "titulo.webm",
        f"G{rows[4]}": "no-vino.webm",
    })  # fmt: skip

    with pytest.raises(Invalid) as refused:
        village.take(dirty)

    told = {(e.row, e.field, e.message) for e in refused.value.rows}
    assert told == {
        (rows[0], "codigo", "La ficha no tiene esta línea."),
        (rows[1], "espanol", "La frase en español ya no es esta."),
        (rows[2], "traduccion", "Tiene signos que un formulario no puede guardar."),
        (rows[3], "audio", "Un título no lleva audio ni imagen."),
        (rows[4], "audio", "Falta este archivo junto a la hoja."),
    }
    with village.store.reading() as session:
        assert session.exec(select(Translation)).all() == []


def test_a_sheet_without_its_columns_says_which_are_missing(village: Village) -> None:
    with pytest.raises(Invalid, match="espanol, traduccion"):
        village.take(b"codigo,x\ntheme,y\n", "pack.csv")


def test_a_language_that_is_not_offered_is_refused(village: Village) -> None:
    at = At(village.instrument, "xxx", "theme")

    with pytest.raises(Unknown, match="xxx"):
        translations.give(village.store, village.author, village.where, {at: Given("a")})


def test_what_is_no_recording_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedFile):
        translations.keep_sound(tmp_path, io.BytesIO(b"<script>"))
    with pytest.raises(TooLarge):
        translations.keep_sound(tmp_path, io.BytesIO(SOUND + bytes(500_000)))


@pytest.mark.parametrize("code", ["diagnosis", "plan", "family"])
def test_odk_validate_accepts_a_form_with_half_a_pack(code: str, tmp_path: Path) -> None:
    instrument = INSTRUMENTS[code]
    half = {
        line.path: Words(f"Ñ {n} <&>", "yanapay" if line.hint else "",
                         f"quz-{n}.webm" if line.heard else "", "quz-a.png" if line.heard else "")
        for n, line in enumerate(pack_lines.lines(instrument)) if n % 2
    }  # fmt: skip
    tongues = Tongue("quz", pack_lines.spread(instrument, half)), Tongue("shp", {})
    spec = find_spec("pyxform")
    assert spec is not None
    assert spec.origin is not None
    jar = Path(spec.origin).parent / "validators/odk_validate/bin/ODK_Validate.jar"
    path = tmp_path / "form.xml"
    path.write_bytes(of_instrument(instrument, Pack(tongues)).xml)

    said = subprocess.run(
        ["java", "-jar", jar, path], capture_output=True, text=True, timeout=120, check=False
    )

    assert "Xform is valid" in said.stdout + said.stderr


def test_a_list_is_said_wherever_it_is_used() -> None:
    instrument = INSTRUMENTS["diagnosis"]
    shared = [f for f, _ in instrument.walk() if f.choices and f.choices[0].code == "yes"]
    first, second = shared[0], next(f for f in shared[1:] if f.choices == shared[0].choices)

    found = pack_lines.spread(instrument, {f"{first.code}:yes": Words("Arí")})

    assert found[f"{second.code}:yes"] == Words("Arí")
