"""A background of the maps: pictures in one file, of a district or of the whole installation.

Nothing is copied out of the file: it is kept by its content as every imported file, and a
published batch is the background. Its report says what a map needs to know of it; see
``app.operations.backgrounds``.
"""

import io

import shapely
from PIL import Image, UnidentifiedImageError

from app.errors import Invalid
from app.gis import background_files
from app.gis.background_files import Archive, Source
from app.gis.crs import PERU, Bounds
from app.operations.imports import tree
from app.operations.imports.asked import Asked, Checked, Found, Say
from app.records import boundaries
from app.records.imports import ImportBatch
from app.store.sessions import Reading, Writing

SHOWN = 18
"""The deepest zoom of the maps."""
SIDES = range(64, 2_049)
_FORMATS = ("PNG", "JPEG", "WEBP")
_FAILURES = (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError)


def check(session: Reading, asked: Asked, say: Say) -> Checked:
    """Look at every tile, open one of each zoom, and see that they lie where they are to."""
    found = Found()
    say(0, 2, "Leyendo las imágenes")
    source = background_files.opened(asked.path, asked.name)
    held = background_files.inspected(source)
    attribution = asked.text("source") or held.attribution
    if not attribution:
        raise Invalid(
            "El archivo no dice de quién son las imágenes, y un mapa tiene que decirlo.",
            remedy="Escriba la fuente, por ejemplo «© colaboradores de OpenStreetMap».",
            field="source",
        )
    say(1, 2, "Comprobando las imágenes y su lugar")
    _refuse_spoilt(source, held)
    _refuse_misplaced(held)
    _refuse_elsewhere(session, asked.place_code, held.box, found)
    _tell(held, found)
    summary = {
        "title": held.title or asked.name.rsplit(".", 1)[0][:80],
        "attribution": attribution,
        "zooms": [held.zooms[0], held.zooms[-1]],
        "box": [round(each, 6) for each in held.box],
        "pictures": sorted(held.kinds),
    }
    counts = {"new": held.count, "changed": 0, "same": 0}
    version = tree.load(session).version
    return Checked(held.count, found, counts, None, summary, version)


def _refuse_spoilt(source: Source, held: Archive) -> None:
    """One picture of each zoom has to open: a file may be cut off within its pictures."""
    for zoom, tile in held.samples.items():
        body = source.get(tile) or b""
        if not _opens(body):
            raise Invalid(
                "Una imagen del nivel {zoom} no se puede abrir: el archivo está dañado.",
                remedy="Expórtelo o descárguelo otra vez.",
                field="file",
                zoom=zoom,
            )


def _opens(body: bytes) -> bool:
    try:
        with Image.open(io.BytesIO(body), formats=_FORMATS) as picture:
            fit = all(side in SIDES for side in picture.size)
            if fit:
                picture.load()
    except _FAILURES:
        return False
    return fit


def _refuse_misplaced(held: Archive) -> None:
    """Rows counted from the wrong end lay the pictures on the other side of the equator."""
    if held.declared and not shapely.box(*held.box).intersects(shapely.box(*held.declared)):
        raise Invalid(
            "Las imágenes no están donde el archivo dice que están.",
            remedy="Las filas pueden estar contadas al revés: expórtelo otra vez, sin cambiar el "
            "orden de las filas.",
            field="file",
        )


def _refuse_elsewhere(session: Reading, code: str | None, box: Bounds, found: Found) -> None:
    """Refuse pictures of another place than the district, or than Peru."""
    held = shapely.box(*box)
    limits = boundaries.in_force(session, "district", code) if code else []
    if code and not limits:
        found.tell("El distrito no tiene límites: no se sabe si las imágenes lo cubren.")
    where = limits[0].shape if limits else shapely.box(*PERU)
    if not held.intersects(where):
        raise Invalid(
            "Las imágenes no tocan el distrito: van de {west}° a {east}° de longitud y de "
            "{south}° a {north}° de latitud."
            if limits
            else "Las imágenes no tocan el Perú: van de {west}° a {east}° de longitud y de "
            "{south}° a {north}° de latitud.",
            remedy="Suba un fondo de este lugar.",
            field="file",
            west=f"{box.west:.2f}",
            east=f"{box.east:.2f}",
            south=f"{box.south:.2f}",
            north=f"{box.north:.2f}",
        )
    part = held.intersection(where).area / where.area if limits else 1
    if part < 0.99:
        found.tell(
            "Las imágenes cubren {share} % del distrito; en lo demás se ve el fondo simple.",
            share=round(part * 100),
        )


def _tell(held: Archive, found: Found) -> None:
    if held.spoilt:
        found.tell("{count} teselas no son imágenes: ahí se verá el fondo simple.",
                   count=held.spoilt)  # fmt: skip
    if held.zooms[0] > SHOWN:
        raise Invalid(
            "El archivo empieza en el nivel {zoom} y los mapas llegan al {most}.",
            remedy="Expórtelo con niveles de 8 a 16, por ejemplo.",
            field="file",
            zoom=held.zooms[0],
            most=SHOWN,
        )
    if held.zooms[-1] > SHOWN:
        found.tell("Los niveles de más de {most} no se muestran.", most=SHOWN)


def publish(session: Writing, batch: ImportBatch, checked: Checked) -> set[str]:
    """Offer it under the maps: the batch itself says so by its state."""
    return _stamps(batch)


def undo(session: Writing, batch: ImportBatch) -> set[str]:
    """Take it from under the maps."""
    return _stamps(batch)


def _stamps(batch: ImportBatch) -> set[str]:
    return {f"district:{batch.place_code}"} if batch.place_code else {"territory"}
