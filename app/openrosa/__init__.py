"""What ODK Collect and KoboCollect speak: forms to download, deliveries to receive.

Lives here: the XML and the status codes of OpenRosa. Never here: SQL, a rule, a page.
"""

from fastapi import FastAPI

from app.openrosa import routes, wire


def install(app: FastAPI) -> None:
    """Give an application the routes of this room."""
    app.state.render_openrosa = wire.refusal
    app.include_router(routes.router, include_in_schema=False)
