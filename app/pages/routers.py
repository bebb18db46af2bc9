"""The routers of this room, one a file."""

from fastapi import APIRouter

from app.pages import (
    accounts,
    administration,
    audit,
    budget,
    communities,
    downloads,
    front,
    goals,
    login,
    maps,
    national_maps,
    one_need,
    own_account,
    policy,
    priorities,
    privacy,
    proposal_sheets,
    sheets,
    tray,
    visiting,
)

ROUTERS: tuple[APIRouter, ...] = (
    accounts.router,
    administration.router,
    audit.router,
    budget.router,
    communities.router,
    downloads.router,
    front.router,
    goals.router,
    login.router,
    maps.router,
    national_maps.router,
    one_need.router,
    own_account.router,
    policy.router,
    priorities.router,
    privacy.router,
    proposal_sheets.router,
    sheets.router,
    tray.router,
    visiting.router,
)
