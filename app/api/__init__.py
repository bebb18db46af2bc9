"""JSON over HTTP under /api/v1: parse, ask, answer.

Lives here: wire shapes and status codes. Never here: SQL, a rule, HTML other than the
page that lists the operations.
"""

from fastapi import Depends, FastAPI

from app.api import openapi
from app.api.reading import readable
from app.api.routers import ROUTERS


def install(app: FastAPI) -> None:
    """Give an application every route of this room, and its own description."""
    app.state.api_routers = ROUTERS
    for router in (*ROUTERS, openapi.router):
        app.include_router(router, prefix=openapi.PREFIX, dependencies=[Depends(readable)])
