"""Every table, so that whoever needs the whole schema imports one module."""

from sqlmodel import SQLModel

from app.records import (
    aggregates,
    catalogues,
    comments,
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
    pdlc,
    people,
    plans,
    practices,
    proposals,
    reinterviews,
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
    "comments",
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
    "pdlc",
    "people",
    "plans",
    "practices",
    "proposals",
    "reinterviews",
    "surveys",
    "territory",
    "trail",
    "translations",
]
