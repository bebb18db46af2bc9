"""An instrument as other programs read it: a JSON Schema, and the fields of a page.

The schema says what a document of answers looks like; rules between answers are
checked on reading and told one by one.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from app.capture.fields import Choice, Field, Instrument
from app.capture.places import MOST_VERTICES, SHAPES

Schema = dict[str, Any]

_DECIMAL_TEXT: Schema = {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}
_FILE: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_LONG_TEXT = 200  # from here on a page gives several lines to write on


def json_schema(instrument: Instrument, language: str = "es") -> Schema:
    """JSON Schema (2020-12) of the answers to an instrument; strict about names.

    Required fields are only those asked of everybody: one that depends on others stands
    in the description.
    """
    schema = _object(tuple(instrument.fields()), language)
    schema["properties"]["_reasons"] = {
        "type": "object",
        "description": "Razón escrita de cada regla blanda que no se cumple, por camino.",
        "additionalProperties": {"type": "string", "maxLength": 500},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": instrument.title.of(language),
        "description": instrument.purpose.of(language),
        "x-instrument": instrument.code,
        "x-version": instrument.version,
        **schema,
    }


def page_fields(
    fields: Sequence[Field],
    sources: Mapping[str, Sequence[Choice]],
) -> list[dict[str, Any]]:
    """Fields as the form templates draw them: plain mappings, labels as ``{es, en}``.

    ``sources`` gives the choices of registers (practices, problems...). Worked-out values
    have no place on a page.
    """
    return [_page_field(field, sources) for field in fields if field.type != "calculated"]


def _object(fields: Sequence[Field], language: str) -> Schema:
    asked = [field for field in fields if field.answered]
    schema: Schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {field.code: _schema(field, language) for field in asked},
    }
    required = [field.code for field in asked if field.required and not field.relevant]
    if required:
        schema["required"] = required
    return schema


def _schema(field: Field, language: str) -> Schema:
    schema: Schema = {"title": field.label.of(language), **_shape(field, language)}
    if field.hint:
        schema["description"] = field.hint.of(language)
    if field.unit:
        schema["x-unit"] = field.unit
    if field.sensitivity != "none":
        schema["x-sensitivity"] = field.sensitivity
    if field.relevant:
        schema["x-relevant"] = field.relevant
    return schema


def _shape(field: Field, language: str) -> Schema:
    if field.type in ("select_one", "yes_no_unknown"):
        return _code(field)
    if field.type == "select_many":
        return {"type": "array", "items": _code(field), "uniqueItems": True}
    if field.type == "repeat":
        return _rows(field, language)
    if field.type == "text":
        return {"type": "string", "maxLength": field.max_length}
    if field.type == "geometry":
        return {"oneOf": [_geometry(kind) for kind in field.kinds]}
    return _number_day_or_file(field)


def _number_day_or_file(field: Field) -> Schema:
    number: Schema = {"type": "integer", **_bounds(field)}
    shapes: dict[str, Schema] = {
        "integer": number,
        "decimal": {"anyOf": [{**number, "type": "number"}, _DECIMAL_TEXT]},
        "date": {"type": "string", "format": "date"},
    }
    return shapes.get(field.type, _FILE)


def _bounds(field: Field) -> Schema:
    bounds = {"minimum": field.minimum, "maximum": field.maximum}
    return {name: limit for name, limit in bounds.items() if limit is not None}


def _code(field: Field) -> Schema:
    if field.source:
        return {"type": "string", "maxLength": 80, "x-source": field.source}
    return {"type": "string", "enum": [choice.code for choice in field.choices]}


def _rows(field: Field, language: str) -> Schema:
    items = _object(field.fields, language)
    items["properties"]["_id"] = {"type": "string", "maxLength": 64}
    rows: Schema = {"type": "array", "items": items}
    if field.maximum is not None:
        rows["maxItems"] = field.maximum
    if field.minimum:
        rows["minItems"] = field.minimum
    return rows


def _geometry(kind: str) -> Schema:
    position: Schema = {
        "type": "array",
        "prefixItems": [
            {"type": "number", "minimum": -180, "maximum": 180},
            {"type": "number", "minimum": -90, "maximum": 90},
        ],
        "minItems": 2,
        "maxItems": 4,
    }
    line: Schema = {"type": "array", "items": position, "maxItems": MOST_VERTICES}
    coordinates = {
        "point": position,
        "line": {**line, "minItems": 2},
        "polygon": {"type": "array", "items": {**line, "minItems": 4}, "minItems": 1},
    }
    return {
        "type": "object",
        "required": ["type", "coordinates"],
        "properties": {"type": {"const": SHAPES[kind]}, "coordinates": coordinates[kind]},
    }


def _page_field(field: Field, sources: Mapping[str, Sequence[Choice]]) -> dict[str, Any]:
    choices = sources.get(field.source, ()) if field.source else field.choices
    long = field.type == "text" and field.max_length > _LONG_TEXT
    types = {"photo": "file", "text": "note_long" if long else "text"}
    drawn: dict[str, Any] = {
        "name": field.code,
        "type": types.get(field.type, field.type),
        "label": {"es": field.label.es, "en": field.label.en},
        "required": field.required,
        "relevant": field.relevant,
        "prefill": field.prefill,
    }
    if field.hint:
        drawn["hint"] = {"es": field.hint.es, "en": field.hint.en}
    if field.type.startswith("select_"):
        drawn["choices"] = [_page_choice(choice) for choice in choices]
    if field.type == "text":
        drawn["max_length"] = field.max_length
    if field.type in ("integer", "decimal"):
        drawn |= {"min": field.minimum, "max": field.maximum, "unit": field.unit}
    if field.type == "geometry":
        drawn["geometry"] = field.kinds[0] if len(field.kinds) == 1 else "any"
    if field.type == "photo":
        drawn["accept"] = "image/*"
    if field.type == "repeat":
        drawn["fields"] = page_fields(field.fields, sources)
        drawn["max_rows"] = field.maximum
    return drawn


def _page_choice(choice: Choice) -> dict[str, Any]:
    return {"name": choice.code, "label": {"es": choice.label.es, "en": choice.label.en}}
