"""Gestiones as their pages show them."""

from datetime import date
from typing import Any

from app.operations import needs, petitions
from app.operations.requests import Request
from app.pages.language import N_
from app.pages.need_lines import community_href, need_href, root
from app.pages.wording import Words
from app.planning.gate import Verdict
from app.records.petitions import Petition
from app.records.places import Where
from app.store.sessions import Reading

STATES = {
    "draft": N_("por presentar"),
    "filed": N_("presentada"),
    "answered": N_("respondida"),
    "accepted": N_("aceptada"),
    "refused": N_("rechazada"),
    "done": N_("cumplida"),
    "dropped": N_("dejada"),
}
KINDS = {"done": "ok", "accepted": "ok", "refused": "warn", "dropped": ""}
ROUTES = {
    "community": N_("La propia comunidad"),
    "activity": N_("Actividad de la municipalidad (POI)"),
    "health_network": N_("Red de salud"),
    "education": N_("UGEL"),
    "province": N_("Municipalidad provincial"),
    "region": N_("Gobierno regional"),
    "programme": N_("Programa o ministerio"),
    "fund": N_("Fondo concursable"),
}
QUESTIONS = ("competence", "nature", "unit_works", "in_pmi", "upkeep", "land")
_BOTH = (("yes", N_("sí")), ("no", N_("no")))
_ASKED: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "competence": (
        N_("¿De quién es la competencia?"),
        (
            ("district", N_("municipalidad distrital")),
            ("province", N_("municipalidad provincial")),
            ("region", N_("gobierno regional")),
            ("health", N_("red de salud")),
            ("education", N_("UGEL")),
            ("national", N_("programa o ministerio")),
        ),
    ),
    "nature": (
        N_("¿Qué es?"),
        (
            ("investment", N_("proyecto de inversión")),
            ("ioarr", N_("IOARR: mejora, ampliación o reposición de lo que hay")),
            ("activity", N_("actividad, servicio o capacitación")),
            ("labour", N_("faena: lo hace la comunidad")),
        ),
    ),
    "unit_works": (N_("Si es IOARR, ¿la unidad funciona?"), _BOTH),
    "in_pmi": (N_("¿Está en el PMI?"), _BOTH),
    "upkeep": (N_("¿Alguien responde por operación y mantenimiento?"), _BOTH),
    "land": (N_("¿El terreno está saneado?"), _BOTH),
}


def href(where: Where, row: Petition) -> str:
    """The address of a petition; it stands on its letter."""
    return f"{root(where)}/gestiones/{row.year}/{row.number}"


def questions(words: Words) -> list[dict[str, Any]]:
    """What the gate asks, with its answers."""
    return [
        {
            "code": code,
            "text": words.say(_ASKED[code][0]),
            "choices": [(value, words.say(text)) for value, text in _ASKED[code][1]],
        }
        for code in QUESTIONS
    ]


def routes(words: Words) -> list[tuple[str, str]]:
    """To whom a petition may go."""
    return [(code, words.say(text)) for code, text in ROUTES.items()]


def told(words: Words, found: Verdict) -> dict[str, Any]:
    """What the gate says."""
    return {
        "passes": found.passes,
        "route": found.route or "",
        "sentence": words.reason(found.reason),
        "open": [words.reason(reason) for reason in found.open],
        "advice": [words.reason(reason) for reason in found.advice],
    }


def row(
    session: Reading, where: Where, words: Words, petition: Petition, day: date
) -> dict[str, Any]:
    """A petition in a list, and at the top of its page."""
    late = petition.state == "filed" and petition.due_on is not None and petition.due_on < day
    return {
        "code": petitions.code_of(petition),
        "href": href(where, petition),
        "title": petition.title,
        "addressee": petition.addressee,
        "route": words.say(ROUTES[petition.route]),
        "state": words.say(STATES[petition.state]),
        "kind": KINDS.get(petition.state, "warn" if late else ""),
        "filing": petition.filing,
        "filed_on": petition.filed_on,
        "due_on": petition.due_on if petition.state == "filed" else None,
        "late": late,
        "reply": petition.reply,
        "replied_on": petition.replied_on,
        "stale": petitions.is_stale(session, petition, day),
        "need": words.need(petition.need) if petition.need else "",
        "need_href": need_href(where, petition.need) if petition.need else "",
    }


def asked(
    session: Reading, where: Where, words: Words, petition: Petition, day: date
) -> list[dict[str, Any]]:
    """The requests behind a petition, each a way back to its community."""
    return [
        {
            "title": r.title,
            "community": r.community_name,
            "href": community_href(where, r.community),
            "reach": reach(words, r),
        }
        for r in petitions.asked(session, where, day, petition)
    ]


def reach(words: Words, request: Request) -> str:
    """Whom a request reaches, as its plan says."""
    if request.people is None:
        return words.say(N_("no se sabe a cuántas personas"))
    return words.counted(N_("{n} persona"), N_("{n} personas"), request.people)


def steps(session: Reading, words: Words, petition: Petition) -> list[dict[str, Any]]:
    """Every step, the newest first."""
    return [
        {"day": step.on_day, "state": words.say(STATES[step.state]), "note": step.note}
        for step in petitions.steps(session, petition)
    ]


def evidence(session: Reading, where: Where, words: Words, petition: Petition, day: date) -> str:
    """What the figures say of the need behind it; empty where nothing is measured."""
    found = needs.of_district(session, where, day)
    code = found.gathered.told.get(petition.need, petition.need)
    need = next((n for n in found.listed.ranked if n.code == code), None)
    if need is None:
        return ""
    return words.say(
        N_("Según las fichas aprobadas, {name}: {basis}. Es la prioridad {place} del distrito."),
        name=words.need(code),
        basis=words.basis(code, need.count),
        place=need.place,
    )
