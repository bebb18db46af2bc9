"""The least that a web program can do: one trivial query and bytes that it holds already, or
one file kept with one commit.

python -m tests.bench.bare PORT    its store and its bytes are named by the environment
"""

import os
import sys
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Response, UploadFile

from app.store.sessions import Store


def create_app(url: str, body: bytes) -> FastAPI:
    """One endpoint, and ``/`` to see whether it is up."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    store = Store(url)
    engine = store.read_engine
    kind, mark = ("BLOB", "?") if store.is_sqlite else ("BYTEA", "%s")
    with store.writing() as session:
        made = f"CREATE TABLE IF NOT EXISTS bench_kept (body {kind})"
        session.connection().exec_driver_sql(made)

    @app.get("/bytes")
    def answer() -> Response:
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1").scalar()
        return Response(body, media_type="application/geo+json")

    @app.post("/keep", status_code=201)
    def keep(xml_submission_file: UploadFile) -> Response:
        content = xml_submission_file.file.read()
        with store.writing() as session:
            connection = session.connection()
            connection.exec_driver_sql(f"INSERT INTO bench_kept (body) VALUES ({mark})", (content,))
        return Response(b"kept", 201)

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
