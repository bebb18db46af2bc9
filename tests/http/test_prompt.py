"""A path is told apart quickly, and still taken by the same route."""

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient

from app.http.prompt import prompt


def _app(*, quick: bool) -> TestClient:
    app = FastAPI()
    one, two = APIRouter(), APIRouter(prefix="/d/{ubigeo}")
    for router, paths in (
        (one, ("/", "/places/{code}", "/places/{code}/{rest:path}")),
        (two, ("", "/{code}", "/a.b")),
    ):
        for path in paths:
            router.add_api_route(path, lambda path=path: path, methods=["GET"])
    two.add_api_route("/{code}", lambda: "posted", methods=["POST"])
    for router, prefix in ((one, ""), (two, ""), (one, "/api/v1.0")):
        included = APIRouter()
        included.routes.extend(router.routes)
        app.include_router(prompt(included, prefix) if quick else included, prefix=prefix)
    return TestClient(app, follow_redirects=False)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "path",
    [
        *("/", "/places/1", "/places/1/2/3", "/places/", "/places", "/d/990101", "/d/990101/"),
        *("/d/990101/x", "/d/990101/a.b", "/d/990101/aXb", "/d/990101/x/y", "/nothing"),
        *("/api/v1.0/places/1", "/api/v1X0/places/1", "/api/v1.0/", "/places/%0a", "/d/a%2Fb"),
    ],
)
def test_every_path_is_answered_as_without_it(method: str, path: str) -> None:
    quick, plain = (_app(quick=each).request(method, path) for each in (True, False))

    assert (quick.status_code, quick.content) == (plain.status_code, plain.content)
    assert quick.headers.get("location") == plain.headers.get("location")
