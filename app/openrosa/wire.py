"""The XML that OpenRosa clients read.

References
----------
OpenRosa 1.0: "Form discovery API", "Form manifest", "HTTP request/response". What Collect
makes of a status code, read from its source: 201 and 202 alone are success, 200 is taken for
the page of a captive portal, and any other status shows our message.
"""

from collections.abc import Iterable
from xml.sax.saxutils import escape

from fastapi import Request, Response

from app.http.errors import Problem
from app.operations.keeping import Kept

HEADERS = {"X-OpenRosa-Version": "1.0", "X-OpenRosa-Accept-Content-Length": "10000000"}
XML = "text/xml; charset=utf-8"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def _tag(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"


def form_list(forms: Iterable[dict[str, str]]) -> str:
    """The forms to download; each a mapping of tag to text."""
    items = "".join(
        "<xform>" + "".join(_tag(name, text) for name, text in form.items()) + "</xform>"
        for form in forms
    )
    return f'{_HEAD}<xforms xmlns="http://openrosa.org/xforms/xformsList">{items}</xforms>'


def manifest(files: Iterable[dict[str, str]]) -> str:
    """The files beside a form; each a mapping of tag to text."""
    items = "".join(
        "<mediaFile>" + "".join(_tag(name, text) for name, text in file.items()) + "</mediaFile>"
        for file in files
    )
    return f'{_HEAD}<manifest xmlns="http://openrosa.org/xforms/xformsManifest">{items}</manifest>'


def response(message: str, nature: str = "submit_success") -> str:
    """What the telephone shows."""
    said = f'<message nature="{nature}">{escape(message)}</message>'
    return (
        f'{_HEAD}<OpenRosaResponse xmlns="http://openrosa.org/http/response">'
        f"{said}</OpenRosaResponse>"
    )


def refusal(request: Request, problem: Problem) -> Response:
    """What a telephone is told that was not served: it shows this message, and no other."""
    said = response(f"{problem.detail} {problem.remedy}".strip(), "submit_error")
    return Response(said, problem.status, dict(HEADERS), XML)


def outcome(found: Kept) -> tuple[int, str]:
    """Status code and words for a delivery that was kept."""
    if found.state == "quarantined":
        return 202, "Recibida. La municipalidad la revisará: " + " ".join(found.problems[:3])
    if not found.new:
        return 202, "Ya se había recibido."
    if found.state == "waiting":
        return 201, "Recibida. Faltan fotos que el celular enviará después."
    return 201, "Recibida."
