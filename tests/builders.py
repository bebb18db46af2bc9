"""Good documents of every instrument, as a council would send them; a test states what differs.

Each builder gives fresh plain JSON. ``today`` of the demo world is 2026-06-30.
"""

from copy import deepcopy
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from app.capture import catalogue_rows, definitions
from app.capture.catalogue import Catalogue
from app.capture.definitions import Instrument
from app.capture.problems import Known

SEEDS = Path(__file__).parent.parent / "seeds"
TODAY = date(2026, 6, 30)

Raw = dict[str, Any]


@cache
def instruments() -> dict[str, Instrument]:
    """Give the shipped instruments, by code."""
    loaded = definitions.load_all(SEEDS / "instruments", SEEDS / "choices.yaml")
    return definitions.latest(loaded)


@cache
def catalogue() -> Catalogue:
    """Give the shipped practices and indicators."""
    return catalogue_rows.load(SEEDS / "practices.csv", SEEDS / "indicators.csv")


def known(**over: Any) -> Known:
    """Give what the rules may ask for: today, the practices, no earlier round."""
    lookups = {"practices": catalogue().lookup(), **over.pop("lookups", {})}
    codes = frozenset(p.code for p in catalogue().practices)
    sources = {"practices": codes, **over.pop("sources", {})}
    return Known(today=over.pop("today", TODAY), sources=sources, lookups=lookups)


def a_point(lon: float = -76.24, lat: float = -9.93) -> Raw:
    """Mark a place near Huánuco."""
    return {"type": "Point", "coordinates": [lon, lat]}


def a_problem(**over: Any) -> Raw:
    """Write a problem with a place and the votes of 5 women and 4 men."""
    problem = {
        "description": "El agua llega turbia cuando llueve",
        "theme": "water",
        "cause": "La captación no tiene filtro",
        "people_affected": 90,
        "since_year": 2019,
        "votes_women": 5,
        "votes_men": 4,
        "place": a_point(),
    }
    return {**problem, **over}


def a_diagnosis(**over: Any) -> Raw:
    """Core of a diagnosis of 31 families: 12 women and 9 men met, two problems."""
    document = {
        "date": "2026-05-02",
        "attendees_women": 12,
        "attendees_men": 9,
        "families": 31,
        "dwellings": 29,
        "population": 128,
        "children_under_5": 17,
        "children_under_2": 7,
        "pregnant_women": 3,
        "minutes_dry": 75,
        "minutes_rain": 120,
        "water_source": "spring",
        "dwellings_with_water": 18,
        "dwellings_with_toilet": 14,
        "problems": [
            a_problem(),
            a_problem(
                description="Los niños tienen anemia",
                theme="nutrition",
                people_affected=17,
                votes_women=7,
                votes_men=2,
                place=a_point(-76.25, -9.94),
            ),
        ],
        "assets_gate": "none",
        "hazards_gate": "some",
        "hazards": [{"hazard_kind": "debris_flow", "hazard_families": 6}],
    }
    return deepcopy({**document, **over})


def a_practice_total(practice: str = "P-F1", **over: Any) -> Raw:
    """Count 31 homes, 12 of which do it; two not known."""
    total = {"practice": practice, "n": 29, "x": 12, "missing": 2, "observed": 20, "said": 9}
    return {**total, **over}


def a_monitoring(**over: Any) -> Raw:
    """Totals of a round: handwashing, treated water, exclusive breastfeeding, the council."""
    document = {
        "date": "2026-06-01",
        "homes_visited": 29,
        "practices": [
            a_practice_total(),
            a_practice_total("P-F2", x=20),
            {"practice": "P-A1", "n": 3, "x": 2, "missing": 0, "said": 3},
            {"practice": "P-K1", "n": 1, "x": 1, "missing": 0, "documented": 1},
        ],
        "children_asked_diarrhoea": 16,
        "children_with_diarrhoea": 3,
    }
    return deepcopy({**document, **over})


def a_household(code: str = "H-001", **over: Any) -> Raw:
    """Write a home with a child of 9 months and four practices."""
    home = {
        "household": code,
        "sector": "Alto",
        "consent": "on_file",
        "visit": "interviewed",
        "persons": [{"person_no": 1, "person_kind": "child", "birth_date": "2025-08-20"}],
        "observations": [
            {"practice": "P-F1", "value": "meets", "verified": "observed"},
            {"practice": "P-F3", "value": "not_yet", "verified": "observed"},
            {"practice": "P-F2", "value": "unknown"},
            {"practice": "P-B6", "person": 1, "value": "meets", "verified": "said"},
        ],
    }
    return {**home, **over}


def a_household_monitoring(**over: Any) -> Raw:
    """Three homes of a round: one interviewed, one absent, one that preferred not to."""
    document = {
        "date": "2026-06-01",
        "households": [
            a_household(),
            {"household": "H-002", "consent": "on_file", "visit": "absent"},
            {"household": "H-003", "consent": "refused"},
        ],
    }
    return deepcopy({**document, **over})


def an_action(**over: Any) -> Raw:
    """Write works with a place, raised to the budget."""
    action = {
        "action": "Poner un filtro en la captación",
        "kind": "obra",
        "theme": "water",
        "responsible": "Comité de agua",
        "start": "2026-07-01",
        "end": "2026-12-15",
        "place": a_point(),
        "families_benefited": 18,
        "cost_soles": "12500.50",
        "funders": ["community", "municipality"],
        "raise_to_budget": "yes",
        "priority": 1,
        "votes_women": 12,
        "votes_men": 8,
    }
    return {**action, **over}


def a_plan(**over: Any) -> Raw:
    """Give a plan of one year with works and a change of practice."""
    document = {
        "date": "2026-05-16",
        "attendees_women": 12,
        "attendees_men": 9,
        "vision": "Una comunidad con agua segura y niños sanos",
        "period_start": "2026-06-01",
        "period_end": "2027-05-31",
        "actions": [
            an_action(),
            {
                "action": "Lavado de manos en cada casa",
                "kind": "cambio_practica",
                "theme": "hygiene",
                "practice": "P-F1",
                "responsible": "Secretaría de salud",
                "start": "2026-06-01",
                "end": "2026-11-30",
                "families_benefited": 31,
                "raise_to_budget": "no",
            },
        ],
    }
    return deepcopy({**document, **over})


def a_council(**over: Any) -> Raw:
    """Give a recognised council of four posts, two held by women."""
    document = {
        "date": "2026-02-10",
        "acta_kind": "election",
        "acta_number": "Libro 2, folio 14",
        "attendees_women": 15,
        "attendees_men": 14,
        "election_date": "2026-02-10",
        "mandate_from": "2026-02-15",
        "mandate_to": "2028-02-14",
        "recognised": "yes",
        "resolution_number": "RA 031-2026",
        "resolution_date": "2026-03-02",
        "posts": [
            {"post": "president", "holder_name": "Rosa Ficticia", "holder_sex": "woman"},
            {"post": "secretary", "holder_name": "Juan Inventado", "holder_sex": "man"},
            {"post": "health", "holder_sex": "woman", "holder_phone": "962 000 000"},
            {"post": "member", "holder_sex": "man"},
        ],
        "vision": "Una comunidad con agua segura y niños sanos",
        "vision_date": "2025-11-08",
    }
    return deepcopy({**document, **over})


def a_family(**over: Any) -> Raw:
    """Give a family that consented by signature, with its members in numbers."""
    document = {
        "date": "2026-04-04",
        "household": "H-001",
        "sector": "Alto",
        "consent_method": "signature",
        "consent_form": "yes",
        "consent_aggregate": "yes",
        "consent_map": "no",
        "members_women": 3,
        "members_men": 2,
        "children_under_5": 1,
        "children_under_2": 1,
        "pregnant_women": 0,
    }
    return deepcopy({**document, **over})


def a_commitment(**over: Any) -> Raw:
    """Write a commitment under way for three months."""
    commitment = {
        "commitment_item": "kitchen",
        "commitment": "Hacer la chimenea de la cocina",
        "agreed_on": "2026-04-04",
        "due_date": "2026-07-04",
        "state": "in_progress",
    }
    return {**commitment, **over}


def a_self_assessment(**over: Any) -> Raw:
    """Give a family that is on its way in everything, with one commitment."""
    document: Raw = {"date": "2026-04-04", "household": "H-001", "consent": "on_file"}
    for field, _ in instruments()["self_assessment"].walk():
        if field.code.startswith("item_"):
            document[field.code] = "on_the_way"
    document["commitments"] = [a_commitment()]
    return deepcopy({**document, **over})


def an_activity(**over: Any) -> Raw:
    """Give a cleaning day with 20 women and 17 men."""
    document = {
        "date": "2026-05-23",
        "kind": "faena",
        "theme": "waste",
        "activity": "Limpieza de la quebrada",
        "attendees_women": 20,
        "attendees_men": 17,
        "place": a_point(),
    }
    return deepcopy({**document, **over})


def an_evaluation(**over: Any) -> Raw:
    """Give the end of a cycle: one action achieved, one in part, a new challenge."""
    document = {
        "date": "2026-06-20",
        "attendees_women": 10,
        "attendees_men": 11,
        "results": [
            {"action": "A-1", "outcome": "achieved"},
            {"action": "A-2", "outcome": "partly", "why": "Faltaron materiales"},
        ],
        "challenges": [{"challenge": "Mantener el filtro", "theme": "water"}],
        "close_cycle": "yes",
    }
    return deepcopy({**document, **over})


def a_progress(**over: Any) -> Raw:
    """Tell a month: one action half done, the other stopped."""
    document = {
        "date": "2026-06-20",
        "told": [
            {
                "action": "A-1",
                "state": "in_progress",
                "done": "Se abrió la zanja",
                "share": 50,
                "total": 31,
                "ready": 12,
            },
            {"action": "A-2", "state": "stopped", "obstacle": "Faltan materiales"},
        ],
    }
    return deepcopy({**document, **over})


def a_survey(**over: Any) -> Raw:
    """Ask a woman drawn by lot who trusts and feels part of the community."""
    document = {
        "consent": "given",
        "date": "2026-06-02",
        "drawn": "drawn",
        "sex": "woman",
        "adult_age": "y30_59",
        "trust": "yes",
        "harmony": "no",
        "belonging": "yes",
        "advantage": "unknown",
        "efficacy_together": "likely",
        "member_of": ["women", "community"],
        "joined_others": "yes",
    }
    return deepcopy({**document, **over})


BUILDERS = {
    "diagnosis": a_diagnosis,
    "monitoring": a_monitoring,
    "household_monitoring": a_household_monitoring,
    "plan": a_plan,
    "council": a_council,
    "family": a_family,
    "self_assessment": a_self_assessment,
    "activity": an_activity,
    "evaluation": an_evaluation,
    "progress": a_progress,
    "social_capital": a_survey,
}
