"""What telephones speak: ODK Collect, KoboCollect, and our own application beside them.

Lives here: the XML and the status codes of OpenRosa, and the JSON of our own. Never here: SQL, a
rule, a page.
"""

from fastapi import FastAPI

from app.openrosa import own, routes, wire


def install(app: FastAPI) -> None:
    """Give an application the routes of this room."""
    app.state.render_openrosa = wire.refusal
    app.include_router(own.router, include_in_schema=False)
    app.include_router(routes.router, include_in_schema=False)
