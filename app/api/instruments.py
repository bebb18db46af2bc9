"""The instruments: which there are, what they ask, and the JSON Schema of their answers."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel

from app.capture import wire
from app.capture.fields import Field, Instrument
from app.http.gate import Passage, Permit, ReadDep
from app.operations import instruments

router = APIRouter(prefix="/instruments", tags=["instruments"])
# What is asked is no secret; what was answered is.
AnyoneDep = Annotated[Passage, Depends(Permit("home", "read"), scope="function")]
Code = Annotated[str, Path(pattern="^[a-z_]{1,40}$", openapi_examples={"acta": {"value": "plan"}})]


class Wording(BaseModel):
    """The same words in both languages."""

    es: str
    en: str


class InstrumentOut(BaseModel):
    """An instrument in force, without its questions."""

    code: str
    version: int
    slug: str
    subject: str
    period: str
    title: Wording
    purpose: Wording
    fill: list[str]
    see: list[str]
    digest: str


class SectionOut(BaseModel):
    """A page of questions, each as it is defined."""

    code: str
    core: bool
    relevant: str
    title: Wording
    fields: list[dict[str, Any]]


class DefinitionOut(InstrumentOut):
    """An instrument with its questions."""

    sections: list[SectionOut]


def _heading(instrument: Instrument) -> dict[str, Any]:
    return {
        "code": instrument.code,
        "version": instrument.version,
        "slug": instrument.slug,
        "subject": instrument.subject,
        "period": instrument.period,
        "title": asdict(instrument.title),
        "purpose": asdict(instrument.purpose),
        "fill": sorted(instrument.fill),
        "see": sorted(instrument.see),
        "digest": instrument.digest,
    }


def _field(field: Field) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in asdict(field).items():
        if name == "fields" or value in (None, "", (), False):
            continue
        found[name] = sorted(value) if isinstance(value, frozenset) else value
    if field.fields:
        found["fields"] = [_field(each) for each in field.fields]
    return found


@router.get("", summary="Instrumentos en vigencia")
def list_instruments(_: AnyoneDep, session: ReadDep) -> list[InstrumentOut]:
    """The newest version of each instrument."""
    return [InstrumentOut(**_heading(each)) for each in instruments.every(session)]


@router.get("/{code}", summary="Definición de un instrumento")
def read_instrument(
    code: Code, _: AnyoneDep, session: ReadDep, response: Response
) -> DefinitionOut:
    """Sections, questions, rules and choices of the newest version."""
    instrument = instruments.current(session, code)
    response.headers["ETag"] = f'"{instrument.digest[:32]}"'
    sections = [
        SectionOut(
            code=section.code,
            core=section.core,
            relevant=section.relevant,
            title=Wording(**asdict(section.title)),
            fields=[_field(field) for field in section.fields],
        )
        for section in instrument.sections
    ]
    return DefinitionOut(**_heading(instrument), sections=sections)


@router.get("/{code}/schema", summary="JSON Schema de las respuestas")
def read_schema(code: Code, _: AnyoneDep, session: ReadDep) -> dict[str, Any]:
    """What a document of answers looks like; rules between answers are told on sending."""
    return wire.json_schema(instruments.current(session, code))
