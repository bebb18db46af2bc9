"""A small district with catalogues, one community with an open cycle and round."""

import csv
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import select

from app.operations import forms, instruments, stepping
from app.operations.forms import Sheet
from app.operations.intake import Receipt
from app.operations.trail import Author
from app.records import places
from app.records.catalogues import IndicatorRow, PracticeRow
from app.records.people import Account
from app.records.places import Where
from app.records.territory import Belonging, Community, Place
from app.settings import ROOT
from app.store.sessions import Store
from app.store.types import uuid7


@dataclass(frozen=True)
class Town:
    """Who and where the tests of operations act."""

    store: Store
    author: Author
    where: Where
    round_uuid: UUID

    def send(self, instrument: str, raw: dict[str, Any], **over: Any) -> Receipt:
        """Send a sheet as the community's council."""
        uuid = over.pop("form_uuid", None) or uuid7()
        sheet = Sheet(instrument, uuid, raw, **over)
        return forms.send(self.store, self.author, self.where, sheet)


def _catalogues(store: Store) -> None:
    with store.writing() as session:
        instruments.publish_all(
            session, ROOT / "seeds" / "instruments", ROOT / "seeds" / "choices.yaml"
        )
        with (ROOT / "seeds" / "practices.csv").open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                session.add(
                    PracticeRow(
                        code=row["code"],
                        name_es=row["name_es"],
                        name_en=row["name_en"],
                        stage=row["stage"],
                        unit=row["unit"],
                        denominator=row["denominator_code"],
                        age_min_months=int(row["age_min_months"] or 0) or None,
                        age_max_months=int(row["age_max_months"] or 0) or None,
                        sensitivity=row["sensitivity"],
                    )
                )
                session.add(
                    IndicatorRow(
                        code=row["code"],
                        name_es=row["name_es"],
                        name_en=row["name_en"],
                        unit=row["unit"],
                        practices=[row["code"]],
                    )
                )


def _territory(store: Store) -> None:
    with store.writing() as session:
        place = Place(kind="district", code="109901", name="Demo", search="demo", sort_key="demo")
        community = Community(
            code="1099010001", name="Quebrada", search="quebrada", sort_key="quebrada"
        )
        other = Community(code="1099010002", name="Otra", search="otra", sort_key="otra")
        session.add_all([place, community, other, Account(login="junta", name="Junta")])
        session.flush()
        session.add_all(
            Belonging(community_id=c.id, place_id=place.id, valid_from=date(2020, 1, 1))
            for c in (community, other)
        )


def a_town(store: Store) -> Town:
    """Fill a store with the district, its community's cycle and its round."""
    _catalogues(store)
    _territory(store)
    with store.reading() as session:
        where = places.community(session, places.district(session, "109901"), "1099010001")
        author = Author(session.exec(select(Account.id)).one())
    cycle = {"starts_on": "2026-01-01", "ends_on": "2028-12-31"}
    stepping.open_cycle(store, author, where, uuid7(), cycle)
    round_uuid = uuid7()
    about = {"label": "2026-I", "held_on": "2026-03-01"}
    stepping.open_round(store, author, where, round_uuid, about)
    return Town(store, author, where, round_uuid)


def a_diagnosis(**over: Any) -> dict[str, Any]:
    """A sound diagnosis with two problems; name what differs."""
    point = {"type": "Point", "coordinates": [-76.1, -9.9]}
    return {
        "date": "2026-03-01",
        "attendees_women": 12,
        "attendees_men": 10,
        "families": 31,
        "dwellings": 30,
        "population": 140,
        "children_under_5": 20,
        "children_under_2": 8,
        "pregnant_women": 3,
        "minutes_dry": 60,
        "minutes_rain": 90,
        "water_source": "spring",
        "dwellings_with_water": 12,
        "dwellings_with_toilet": 15,
        "problems": [
            {
                "description": "El agua llega sin cloro",
                "theme": "water",
                "people_affected": 140,
                "votes_women": 4,
                "votes_men": 8,
                "place": point,
            },
            {
                "description": "La posta queda lejos",
                "theme": "health_service",
                "people_affected": 60,
                "votes_women": 8,
                "votes_men": 2,
            },
        ],
        "hazards_gate": "none",
        **over,
    }


def totals(**figures: tuple[int, int, int]) -> dict[str, Any]:
    """A monitoring sheet of typed totals: code=(x, n, missing), with ``_`` for ``-``."""
    return {
        "date": "2026-03-10",
        "homes_visited": 20,
        "practices": [
            {"practice": code.replace("_", "-"), "x": x, "n": n, "missing": missing}
            for code, (x, n, missing) in figures.items()
        ],
    }


def a_family(code: str, consent: str = "yes") -> dict[str, Any]:
    """A family's sheet, with or without its consent."""
    if consent != "yes":
        return {"date": "2026-03-02", "household": code, "consent_method": "refused"}
    return {
        "date": "2026-03-02",
        "household": code,
        "sector": "Alto",
        "consent_method": "signature",
        "consent_form": "yes",
        "consent_aggregate": "yes",
        "consent_map": "no",
    }


def lines(*homes: tuple[str, str]) -> dict[str, Any]:
    """A sheet of household lines on handwashing: (code, value)."""
    return {
        "date": "2026-03-10",
        "households": [
            {
                "household": code,
                "consent": "on_file",
                "visit": "interviewed",
                "observations": [
                    {"practice": "P-F1", "value": value, "verified": "observed"}
                    if value in ("meets", "not_yet")
                    else {"practice": "P-F1", "value": value}
                ],
            }
            for code, value in homes
        ],
    }


def a_plan(theme: str = "water") -> dict[str, Any]:
    """A sound plan of one action on one theme."""
    return {
        "date": "2026-03-05",
        "attendees_women": 12,
        "attendees_men": 10,
        "vision": "Agua segura para todas las familias",
        "period_start": "2026-03-06",
        "period_end": "2028-03-05",
        "actions": [
            {
                "action": "Cercar y limpiar el manantial",
                "kind": "faena",
                "theme": theme,
                "responsible": "Comité de agua",
                "start": "2026-04-01",
                "end": "2026-05-01",
                "families_benefited": 30,
                "raise_to_budget": "no",
            }
        ],
    }
