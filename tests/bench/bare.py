"""The least that a web program can do: one trivial query, and bytes that it holds already.

python -m tests.bench.bare PORT    its store and its bytes are named by the environment
"""

import os
import sys
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Response

from app.store.sessions import Store


def create_app(url: str, body: bytes) -> FastAPI:
    """One endpoint, and ``/`` to see whether it is up."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    engine = Store(url).read_engine

    @app.get("/bytes")
    def answer() -> Response:
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1").scalar()
        return Response(body, media_type="application/geo+json")

    @app.get("/")
    def front() -> Response:
        return Response(b"")

    return app


if __name__ == "__main__":
    made = create_app(
        os.environ["SISMUNI_DATABASE_URL"], Path(os.environ["SISMUNI_BENCH_BODY"]).read_bytes()
    )
    # As the program itself is served: see app.cli.serving.
    uvicorn.run(
        made,
        port=int(sys.argv[1]),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
    )
