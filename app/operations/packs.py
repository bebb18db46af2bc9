"""The language packs of the districts, as telephones get them: what two speakers confirmed."""

from collections.abc import Collection

from app.capture import packs
from app.capture.fields import Instrument
from app.capture.packs import EMPTY, Pack, Tongue, Words
from app.errors import Unknown
from app.records import stamps, translations
from app.records.translations import Translation
from app.store.sessions import Reading, Writing

STAMP = "translations"
MEDIA_TYPES = {
    "webm": "audio/webm",
    "ogg": "audio/ogg",
    "m4a": "audio/mp4",
    "mp3": "audio/mpeg",
    "png": "image/png",
    "jpg": "image/jpeg",
    "webp": "image/webp",
}
"""Endings of the sounds and pictures that are kept."""

# A telephone asks file by file; the rows are read again when some line changed.
_cache: dict[tuple[object, ...], tuple[Pack, dict[str, str]]] = {}


def changed(session: Writing) -> None:
    """Some line is another one."""
    stamps.bump(session, STAMP)


def media_type(name: str) -> str:
    """What a file of a pack is, by its ending."""
    return MEDIA_TYPES.get(name.rpartition(".")[2], "application/octet-stream")


def of(session: Reading, instrument: Instrument, places: Collection[int]) -> Pack:
    """The pack of an instrument for a telephone of these districts.

    Where two districts say a line otherwise, that of the district with the lower key stands.
    """
    return _found(session, instrument, places)[0]


def sha256_of(session: Reading, instrument: Instrument, places: Collection[int], name: str) -> str:
    """Which kept file a name in a pack means.

    Raises
    ------
    Unknown
        The pack has no such file.
    """
    found = _found(session, instrument, places)[1].get(name)
    if found is None:
        raise Unknown("El formulario no tiene ese archivo: {name}.", name=name)
    return found


def _found(
    session: Reading, instrument: Instrument, places: Collection[int]
) -> tuple[Pack, dict[str, str]]:
    version = stamps.version(session, STAMP)
    if not version:
        return EMPTY, {}
    address = str(session.get_bind().url)  # type: ignore[union-attr]
    key = (address, version, instrument.code, instrument.version, *sorted(places))
    if key not in _cache:
        if len(_cache) >= 128:
            _cache.clear()
        _cache[key] = _read(session, instrument, places)
    return _cache[key]


def _read(
    session: Reading, instrument: Instrument, places: Collection[int]
) -> tuple[Pack, dict[str, str]]:
    sources = {line.path: line.source for line in packs.lines(instrument)}
    rows = sorted(
        (r for r in translations.of_places(session, places, instrument.code) if r.stands),
        key=lambda row: (row.tag, row.place_id, row.path),
    )
    said: dict[str, dict[str, Words]] = {}
    files: dict[str, str] = {}
    for row in rows:
        # Of other Spanish words than those of this version, it would say something else.
        if sources.get(row.path) == row.source and row.tag in packs.TONGUES:
            said.setdefault(row.tag, {}).setdefault(row.path, words(row))
            files |= {row.file(part): getattr(row, part) for part in ("audio", "picture")}
    tongues = [Tongue(tag, packs.spread(instrument, lines)) for tag, lines in said.items()]
    return Pack(tuple(tongues)), files


def words(row: Translation) -> Words:
    """A line as forms say it."""
    return Words(row.label, row.hint, row.file("audio"), row.file("picture"))
