"""The application: wiring alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from app import api, ogc, openrosa, pages
from app.http import errors, health
from app.http.basic import Proved
from app.http.devices import Carriers
from app.http.known import Known
from app.http.limits import Limits
from app.http.middleware import Surround
from app.http.static_files import PackedFiles
from app.operations import folding
from app.operations.housekeeping import Housekeeping
from app.operations.keeping import Keeper
from app.operations.taking import Taker
from app.settings import ROOT, Settings, from_environment
from app.store.sessions import Store


def create_app(settings: Settings | None = None) -> FastAPI:
    """One installation, ready to serve; the store must be migrated already."""
    settings = settings or from_environment()

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        folding.resume(app.state.store)  # what a killed process had kept and not folded yet
        app.state.taker.start()
        app.state.housekeeping.start()
        yield
        app.state.housekeeping.stop()
        app.state.keeper.close()
        app.state.taker.stop()
        app.state.store.close()

    app = FastAPI(
        title="SISMUNI",
        version="1",
        summary="Diagnósticos, prácticas saludables y planes comunales, hasta el presupuesto",
        lifespan=life,
        openapi_url=None,  # the API room describes itself
        docs_url=None,
        redoc_url=None,
    )
    app.state.settings = settings
    app.state.store = Store(settings.url, settings.pool)
    app.state.limits = Limits()
    app.state.known = Known()
    app.state.carriers = Carriers()
    app.state.proved = Proved()
    app.state.keeper = Keeper(app.state.store)
    app.state.taker = Taker(app.state.store)
    app.state.housekeeping = Housekeeping(app.state.store, settings)
    errors.install(app)
    # First what is asked for most: the search for a route goes through all before it.
    app.mount("/static", PackedFiles(ROOT / "web" / "static"), name="static")
    openrosa.install(app)
    ogc.install(app)
    api.install(app)
    pages.install(app)
    app.include_router(health.router)
    app.add_middleware(GZipMiddleware, minimum_size=1_000, compresslevel=5)
    app.add_middleware(Surround, settings=settings)
    return app
