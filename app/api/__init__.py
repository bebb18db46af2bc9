"""JSON over HTTP under /api/v1: parse, ask, answer.

Lives here: wire shapes and status codes. Never here: SQL, a rule, HTML.
"""

from fastapi import FastAPI

from app.api.routers import ROUTERS


def install(app: FastAPI) -> None:
    """Give an application every route of this room."""
    for router in ROUTERS:
        app.include_router(router, prefix="/api/v1")
