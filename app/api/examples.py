"""Examples for the documentation: a small document of each instrument, and each kind of error."""

from typing import Any

from app.capture.fields import Field, Instrument
from app.capture.places import SHAPES
from app.http.errors import TITLES

POINT = [-76.52, -9.93]
COORDINATES: dict[str, Any] = {
    "point": POINT,
    "line": [POINT, [-76.51, -9.92]],
    "polygon": [[POINT, [-76.51, -9.93], [-76.51, -9.92], POINT]],
}
DETAILS = {
    400: ("La solicitud no tiene la forma esperada.", "Corrija los campos señalados."),
    401: (
        "Para ver esto hay que entrar con una cuenta.",
        "Entre con su usuario y contraseña, o con su tarjeta y PIN.",
    ),
    403: (
        "Su cuenta no tiene permiso para esto en este lugar.",
        "Si lo necesita, pida a quien administra las cuentas que le dé el rol.",
    ),
    404: (
        "No hay ningún lugar con el código 150199.",
        "Revise el UBIGEO: son seis cifras, con su cero inicial.",
    ),
    409: (
        "La ronda 2027-I ya está cerrada.",
        "Abra una ronda nueva o pida que la reabran, con su razón.",
    ),
    412: (
        "Otra persona cambió esta ficha mientras usted la llenaba.",
        "Abra la versión nueva y compare; su borrador sigue guardado.",
    ),
    413: (
        "Lo enviado pasa de 2000000 bytes.",
        "Envíe un archivo más pequeño o pártalo en varios.",
    ),
    415: ("Lo enviado no es JSON.", "Envíe application/json en UTF-8."),
    422: (
        "Datos por corregir en la ficha: 1. El primero, en Votos de mujeres: no puede ser "
        "negativo.",
        "Corrija lo señalado y envíe otra vez; lo escrito no se pierde.",
    ),
    428: (
        "Falta decir sobre qué versión se hace el cambio.",
        "Lea primero el documento y envíe su ETag en If-Match.",
    ),
    429: ("Demasiados intentos seguidos.", "Espere 5 segundos y vuelva a intentar."),
    503: ("El almacén está ocupado.", "Intente otra vez en unos segundos."),
}
ROW = {
    "row": 1,
    "field": "problems[0].votes_women",
    "message": "Votos de mujeres: no puede ser negativo.",
    "value": "-1",
    "remedy": "",
}


def problem(status: int) -> dict[str, Any]:
    """How a refusal with this status reads."""
    detail, remedy = DETAILS[status]
    return {
        "type": "about:blank",
        "title": TITLES[status],
        "status": status,
        "detail": detail,
        "remedy": remedy,
        "field": ROW["field"] if status == 422 else None,
        "rows": [ROW] if status == 422 else [],
        "request_id": "5f1c0a9be2d34c77",
    }


def answers(instrument: Instrument) -> dict[str, Any]:
    """The least that everybody is asked, in the shape of the instrument's schema."""
    return _row(tuple(instrument.fields()))


def _row(fields: tuple[Field, ...]) -> dict[str, Any]:
    asked = [f for f in fields if f.answered and f.required and not f.relevant]
    return {field.code: _value(field) for field in asked}


def _value(field: Field) -> Any:
    code = field.choices[0].code if field.choices else "P-F1"
    lowest = max(field.minimum or 0, 0)
    values: dict[str, Any] = {
        "integer": lowest,
        "decimal": lowest,
        "date": "2027-03-01",
        "yes_no_unknown": code,
        "select_one": code,
        "select_many": [code],
        "repeat": [_row(field.fields)] * max(field.minimum or 1, 1),
        "photo": "9f" * 32,
        "file": "9f" * 32,
    }
    if field.type == "geometry":
        kind = field.kinds[0]
        return {"type": SHAPES[kind], "coordinates": COORDINATES[kind]}
    return values.get(field.type, "Texto")
