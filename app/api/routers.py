"""The routers of this room, one a file, in the order of the documentation."""

from fastapi import APIRouter

from app.api import attachments, cycles, drafts, families, forms, instruments

ROUTERS: tuple[APIRouter, ...] = (
    attachments.router,
    cycles.router,
    drafts.router,
    families.router,
    forms.router,
    instruments.router,
)
