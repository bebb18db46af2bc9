"""The routers of this room, one a file, in the order of the documentation."""

from fastapi import APIRouter

from app.api import accounts, attachments, cycles, drafts, families, forms, instruments, own_account

ROUTERS: tuple[APIRouter, ...] = (
    accounts.router,
    attachments.router,
    cycles.router,
    drafts.router,
    families.router,
    forms.router,
    instruments.router,
    own_account.router,
)
