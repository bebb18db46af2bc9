"""What every request to this room must be before a route looks at it."""

from fastapi import Request

from app.errors import Malformed, UnsupportedFile
from app.http.middleware import UPLOADS


async def readable(request: Request) -> None:
    """Refuse what no route of this room reads.

    Raises
    ------
    Malformed
        The address holds a sign that is no text.
    UnsupportedFile
        The body is not JSON, where no file is taken.
    """
    asked = (*request.path_params.values(), *request.query_params.values())
    if any("\x00" in str(value) for value in asked):
        raise Malformed(
            "La dirección tiene signos que no son texto.", remedy="Revise la dirección."
        )
    if request.headers.get("content-length", "0") == "0" and (
        "transfer-encoding" not in request.headers
    ):
        return
    kind = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
    if kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json")):
        return
    if kind == "multipart/form-data" and any(part in request.url.path for part in UPLOADS):
        return
    raise UnsupportedFile(
        "Lo enviado no es JSON.", remedy="Envíe application/json en UTF-8.", field="Content-Type"
    )
