"""Every table, so that whoever needs the whole schema imports one module."""

from sqlmodel import SQLModel

from app.records import (
    aggregates,
    catalogues,
    councils,
    cycles,
    devices,
    diagnoses,
    families,
    imports,
    intake,
    jobs,
    own_forms,
    paper,
    people,
    plans,
    practices,
    proposals,
    surveys,
    territory,
    trail,
    translations,
)

METADATA = SQLModel.metadata

__all__ = [
    "METADATA",
    "aggregates",
    "catalogues",
    "councils",
    "cycles",
    "devices",
    "diagnoses",
    "families",
    "imports",
    "intake",
    "jobs",
    "own_forms",
    "paper",
    "people",
    "plans",
    "practices",
    "proposals",
    "surveys",
    "territory",
    "trail",
    "translations",
]
