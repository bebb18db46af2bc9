"""Layers as files for other programs: what their reader may see, in the format that they read."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse

from app.api.layers import Language, MapsDep
from app.http.errors import responses
from app.http.gate import ReadDep, StoreDep
from app.operations import instruments
from app.operations.layers import export_files, exports, taken
from app.operations.layers.exports import Wanted
from app.operations.layers.offered import Reader

router = APIRouter(tags=["layers"])
Format = Annotated[
    Literal["gpkg", "geojson", "kml", "parquet", "csv", "qgis"],
    Query(
        alias="format",
        description="qgis: ZIP con un proyecto de QGIS y su GeoPackage.",
    ),
]
BINARY: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "El archivo; de varias capas en geojson, parquet o csv, un ZIP.",
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}}
            for kind in (*export_files.TYPES.values(), export_files.ZIP)
        },
    }
}


@router.get(
    "/districts/{ubigeo}/layers/{code}/file",
    response_class=StreamingResponse,
    responses={**BINARY, **responses(401, 403, 404, 422, 429)},
)
def layer_file(
    passage: MapsDep,
    session: ReadDep,
    store: StoreDep,
    code: str,
    kind: Format = "gpkg",
    lang: Language = "es",
) -> Response:
    """A layer with one of its choices (`gap.AG-02`), or `all` of them, as a file."""
    reader = Reader(passage.policy, passage.actor, passage.where)
    found = exports.tables(session, reader, Wanted(code, instruments.today(), lang))
    name = f"{passage.where.code}-{code}"
    if kind == "qgis":
        file = export_files.project(found, name, passage.where.name, lang)
    else:
        file = export_files.take(found, kind, name, lang)
    taken.note(store, passage.author, reader, f"export {kind}", taken.of_tables(reader, found))
    return StreamingResponse(
        file.parts,
        media_type=file.media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{file.name}"',
            "Cache-Control": "private, no-store",
            "Vary": "Cookie, Authorization",
        },
    )
