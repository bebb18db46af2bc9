"""What GIS programs speak: OGC API - Features and Tiles, of the country and of each district.

Lives here: the documents, links and status codes of those standards. Never here: SQL, a rule,
who may see what.
"""

from fastapi import FastAPI

from app.http.prompt import prompt
from app.ogc import documents, features, tiles
from app.ogc.roots import both

ROUTERS = (documents.router, features.router, tiles.router)


def install(app: FastAPI) -> None:
    """Give an application the routes of this room, under both roots."""
    for router in ROUTERS:
        app.include_router(prompt(both(router)), include_in_schema=False)
