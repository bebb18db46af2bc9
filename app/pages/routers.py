"""The routers of this room, one a file."""

from fastapi import APIRouter

from app.pages import (
    accounts,
    audit,
    communities,
    login,
    own_account,
    policy,
    privacy,
    sheets,
    tray,
)

ROUTERS: tuple[APIRouter, ...] = (
    accounts.router,
    audit.router,
    communities.router,
    login.router,
    own_account.router,
    policy.router,
    privacy.router,
    sheets.router,
    tray.router,
)
