"""The routers of this room, one a file."""

from fastapi import APIRouter

from app.pages import login, own_account

ROUTERS: tuple[APIRouter, ...] = (
    login.router,
    own_account.router,
)
