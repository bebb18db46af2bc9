"""JSON over HTTP under /api/v1: parse, ask, answer.

Lives here: wire shapes and status codes. Never here: SQL, a rule, HTML other than the
page that lists the operations.
"""

from fastapi import Depends, FastAPI

from app.api import openapi
from app.api.reading import readable
from app.api.routers import ROUTERS
from app.http.prompt import prompt


def install(app: FastAPI) -> None:
    """Give an application every route of this room, and its own description."""
    app.state.api_routers = ROUTERS
    for router in (*ROUTERS, openapi.router):
        quick = prompt(router, openapi.PREFIX)
        app.include_router(quick, prefix=openapi.PREFIX, dependencies=[Depends(readable)])
