"""The instruments in force, and what their rules may ask of the registers.

A version is kept for ever with its own choices, so that a document of an old version
reads as it did on its day.
"""

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from app.capture import definitions, yaml_text
from app.capture.fields import Choice, Instrument, Text
from app.capture.problems import Known
from app.errors import Conflict, Unknown
from app.operations import sealing
from app.records import catalogues, plans, stamps
from app.records.catalogues import InstrumentVersion, PracticeRow
from app.records.diagnoses import Diagnosis, Problem
from app.records.families import Family
from app.records.intake import Form, Payload
from app.records.places import Where
from app.records.plans import Action
from app.store import types
from app.store.sessions import Reading, Writing

# Addresses are printed and never change; a test holds them against the definitions.
SLUGS = {
    "council": "junta",
    "diagnosis": "diagnostico",
    "monitoring": "monitoreo",
    "household_monitoring": "monitoreo-hogares",
    "plan": "plan",
    "activity": "actividad",
    "progress": "avance",
    "social_capital": "capital-social",
    "evaluation": "autoevaluacion-comunal",
    "family": "familia",
    "self_assessment": "autoevaluacion-familiar",
}


def publish_all(session: Writing, folder: Path, choices: Path) -> int:
    """Take up the versions of a folder that are new; returns how many.

    Raises
    ------
    Conflict
        A file says something else under a version that is already published.
    """
    lists = yaml_text.read(choices.read_text(encoding="utf-8"))
    given = definitions.choice_lists(choices)
    new = 0
    for path in sorted(folder.glob("*.yaml")):
        content = yaml_text.read(path.read_text(encoding="utf-8"))
        read = definitions.instrument(content, given, path.name)
        used = {name: lists[name] for name in _lists_of(content) if name in lists}
        new += _publish(session, read, {"content": _plain(content), "choices": used})
    if new:
        stamps.bump(session, "instruments")
    return new


def _plain(content: Any) -> Any:
    return json.loads(json.dumps(content, default=str))


def _lists_of(content: Any) -> set[str]:
    if isinstance(content, dict):
        own = {content["choices"]} if isinstance(content.get("choices"), str) else set()
        if content.get("type") == "yes_no_unknown":
            own.add("yes_no_unknown")
        return own.union(*(_lists_of(value) for value in content.values()), set())
    if isinstance(content, list):
        return set().union(*(_lists_of(value) for value in content), set())
    return set()


def _publish(session: Writing, read: Instrument, definition: dict[str, Any]) -> int:
    found = session.exec(
        select(InstrumentVersion).where(
            InstrumentVersion.code == read.code, InstrumentVersion.version == str(read.version)
        )
    ).first()
    if found is None:
        session.add(
            InstrumentVersion(
                code=read.code,
                version=str(read.version),
                digest=read.digest,
                definition=definition,
            )
        )
        return 1
    if found.digest != read.digest:
        raise Conflict(
            "La versión {version} de «{code}» ya está publicada y no puede cambiar.",
            remedy="Publique el cambio como una versión nueva.",
            version=read.version,
            code=read.code,
        )
    return 0


@lru_cache(maxsize=64)
def _built(digest: str, text: str) -> Instrument:
    definition = json.loads(text)
    lists = {
        name: tuple(Choice(str(c["code"]), Text(c["es"], c["en"])) for c in choices)
        for name, choices in definition["choices"].items()
    }
    return definitions.instrument(definition["content"], lists, digest[:8])


# Reading the row costs more than comparing the stamp; a version itself never changes.
_cache: dict[tuple[str, int], dict[tuple[str, str], Instrument]] = {}


def _all(session: Reading) -> dict[tuple[str, str], Instrument]:
    key = (str(session.get_bind().url), stamps.version(session, "instruments"))  # type: ignore[union-attr]
    if key not in _cache:
        rows = session.exec(select(InstrumentVersion)).all()
        if len(_cache) > 8:
            _cache.clear()
        _cache[key] = {
            (r.code, r.version): _built(r.digest, json.dumps(r.definition, sort_keys=True))
            for r in rows
        }
    return _cache[key]


def current(session: Reading, code: str) -> Instrument:
    """The newest version of an instrument.

    Raises
    ------
    Unknown
        There is no such instrument.
    """
    found = [i for (name, _), i in _all(session).items() if name == code]
    if not found:
        raise Unknown("No existe el instrumento «{code}».", code=code)
    return max(found, key=lambda instrument: instrument.version)


def by_slug(session: Reading, slug: str) -> Instrument:
    """The newest version of the instrument with this Spanish address.

    Raises
    ------
    Unknown
        There is no such instrument.
    """
    codes = {i.code for i in _all(session).values() if i.slug == slug}
    if not codes:
        raise Unknown("No existe la ficha «{slug}».", slug=slug)
    return current(session, codes.pop())


def of_version(session: Reading, code: str, version: str) -> Instrument:
    """One version of an instrument, for documents that were filled with it.

    Raises
    ------
    Unknown
        There is no such version.
    """
    found = _all(session).get((code, version))
    if found is None:
        raise Unknown("No existe la versión {version} de «{code}».", version=version, code=code)
    return found


def every(session: Reading) -> list[Instrument]:
    """The newest version of each instrument, by code."""
    return [current(session, code) for code in sorted({code for code, _ in _all(session)})]


def versions(session: Reading) -> list[Instrument]:
    """Every published version of every instrument."""
    return list(_all(session).values())


def today() -> date:
    """The day in Lima, where the forms are filled."""
    return types.today()


def known(session: Reading, where: Where, instrument: Instrument) -> Known:
    """What an instrument's rules and lists may know about a community."""
    sources = {
        field.source: frozenset(code for code, _ in choices(session, where, field.source))
        for field, _ in instrument.walk()
        if field.source and field.source != "sectors"
    }
    lookups: dict[str, Mapping[str, Mapping[str, Any]]] = {}
    if "practices" in sources:
        rows = session.exec(select(PracticeRow)).all()
        lookups["practices"] = {
            r.code: {
                "unit": r.unit,
                "age_min_months": r.age_min_months,
                "age_max_months": r.age_max_months,
            }
            for r in rows
        }
    lookups["diagnosis"] = _last_diagnosis(session, where)
    lookups["previous"] = _previous(session, where, instrument)
    if instrument.code == "progress":
        lookups["progress"] = shares(session, where)
    return Known(today(), sources, lookups)


def choices(session: Reading, where: Where, source: str) -> list[tuple[str, Text]]:
    """Codes and words that a register or a catalogue offers to a question."""
    if source == "practices":
        practices = session.exec(select(PracticeRow).order_by(PracticeRow.code)).all()
        return [(p.code, Text(p.name_es, p.name_en)) for p in practices]
    if source == "indicators":
        rows = session.exec(
            select(catalogues.IndicatorRow).order_by(catalogues.IndicatorRow.code)
        ).all()
        return [(r.code, Text(r.name_es, r.name_en)) for r in rows]
    if source == "households":
        families = session.exec(
            select(Family.code)
            .where(Family.community_id == where.community_id, Family.state == "active")
            .order_by(Family.code)
        ).all()
        return [(code, Text(code, code)) for code in families]
    if source == "problems":
        return _of_last_form(session, where, Problem, "description")
    if source == "actions":
        return _of_last_form(session, where, Action, "title")
    return []


def shares(session: Reading, where: Where) -> dict[str, dict[str, Any]]:
    """How far each action had come when it was last told, by its key."""
    told = plans.how_actions_stand(session, where.community_id or 0)
    return {str(key): {"share": "" if p.share is None else p.share} for key, p in told.items()}


def _of_last_form(
    session: Reading, where: Where, table: type[Problem] | type[Action], name: str
) -> list[tuple[str, Text]]:
    instrument = "diagnosis" if table is Problem else "plan"
    form = _last_form(session, where, instrument)
    if form is None:
        return []
    rows = session.exec(
        select(table).where(col(table.form_id) == form.id).order_by(col(table.position))
    ).all()
    return [(str(r.uuid), Text(getattr(r, name), getattr(r, name))) for r in rows]


def _last_form(session: Reading, where: Where, instrument: str) -> Form | None:
    return session.exec(
        select(Form)
        .where(
            Form.community_id == where.community_id,
            Form.instrument == instrument,
            col(Form.state).in_(("sent", "approved", "locked")),
        )
        .order_by(col(Form.sent_at).desc(), col(Form.id).desc())
        .limit(1)
    ).first()


def _last_diagnosis(session: Reading, where: Where) -> dict[str, dict[str, Any]]:
    form = _last_form(session, where, "diagnosis")
    found = None
    if form is not None:
        found = session.exec(select(Diagnosis).where(Diagnosis.form_id == form.id)).first()
    return {"last": {"families": found.families}} if found else {}


def previous_answers(session: Reading, where: Where, instrument: Instrument) -> dict[str, Any]:
    """The answers of the community's last approved document of this instrument, or none."""
    form = session.exec(
        select(Form)
        .where(
            Form.community_id == where.community_id,
            Form.instrument == instrument.code,
            col(Form.state).in_(("approved", "locked")),
        )
        .order_by(col(Form.sent_at).desc(), col(Form.id).desc())
        .limit(1)
    ).first()
    payload = session.get(Payload, form.entry_id) if form is not None else None
    if payload is None or payload.body is None:
        return {}
    return sealing.unseal(session, payload.body)


def _previous(session: Reading, where: Where, instrument: Instrument) -> dict[str, dict[str, Any]]:
    if instrument.subject == "family":
        return {}
    answers = previous_answers(session, where, instrument)
    plain = {k: v for k, v in answers.items() if isinstance(v, str | int)}
    return {"last": plain} if plain else {}
