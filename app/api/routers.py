"""The routers of this room, one a file, in the order of the documentation."""

from fastapi import APIRouter

from app.api import (
    accounts,
    attachments,
    budget,
    cycles,
    drafts,
    families,
    forms,
    goals,
    imports,
    indicators,
    instruments,
    layers,
    needs,
    own_account,
    pdlc,
    proposals,
    publication,
    sheet_files,
    territory,
    visits,
)

ROUTERS: tuple[APIRouter, ...] = (
    accounts.router,
    attachments.router,
    budget.router,
    cycles.router,
    drafts.router,
    families.router,
    forms.router,
    goals.router,
    imports.router,
    indicators.router,
    instruments.router,
    layers.router,
    needs.router,
    own_account.router,
    pdlc.router,
    proposals.router,
    publication.router,
    sheet_files.router,
    territory.router,
    visits.router,
)
