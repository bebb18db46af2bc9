"""Screens: HTML routes under Spanish addresses, rendered on the server.

Lives here: what a page shows and what its forms post. Never here: SQL, a rule,
JSON for machines.
"""

from fastapi import FastAPI

from app.http.prompt import prompt
from app.pages import refused, shell
from app.pages.routers import ROUTERS


def install(app: FastAPI) -> None:
    """Give an application every screen of this room."""
    shell.install(app)
    refused.install(app)
    for router in ROUTERS:
        app.include_router(prompt(router), include_in_schema=False)
