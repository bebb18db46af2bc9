"""The description of the API says what the API does, and shows it by examples."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator

from tests import builders
from tests.api.house import open_api
from tests.worlds import Worlds


@pytest.fixture(scope="module")
def client(worlds: Worlds, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The public, before one API for the whole file: nothing here changes it."""
    home = tmp_path_factory.mktemp("described")
    url = f"sqlite:///{(home / 'sismuni.db').as_posix()}"
    with open_api(worlds, url, home) as api:
        yield api.ask("public")


@pytest.fixture(scope="module")
def described(client: TestClient) -> dict[str, Any]:
    """The description, which takes a second to write."""
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def operations(described: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, item in described["paths"].items()
        for method, operation in item.items()
    ]


def test_every_operation_has_a_name_of_its_own_a_tag_and_a_summary(
    described: dict[str, Any],
) -> None:
    found = operations(described)

    names = [operation["operationId"] for _, _, operation in found]
    assert len(names) == len(set(names)) > 100
    assert all(operation["tags"] and operation["summary"] for _, _, operation in found)


def test_every_operation_says_who_may_and_how_it_refuses(described: dict[str, Any]) -> None:
    for path, method, operation in operations(described):
        assert operation["x-permit"], path
        assert {"bearer": []} in operation["security"], path
        assert {"401", "403", "404", "422", "429"} <= set(operation["responses"]), path
        if method != "get":
            assert "415" in operation["responses"], path
    kinds = described["components"]["responses"]
    for each in kinds.values():
        assert each["content"]["application/problem+json"]["example"]["detail"]


def test_every_place_in_a_path_is_a_parameter(described: dict[str, Any]) -> None:
    for path, _, operation in operations(described):
        named = {each["name"] for each in operation["parameters"] if each["in"] == "path"}
        assert named == set(re.findall(r"{(\w+)}", path)), path


@pytest.mark.parametrize("code", sorted(builders.BUILDERS))
def test_schema_takes_its_example_and_every_good_document(
    client: TestClient, described: dict[str, Any], code: str
) -> None:
    schema = client.get(f"/api/v1/instruments/{code}/schema").json()
    path = f"/api/v1/districts/{{ubigeo}}/communities/{{community}}/forms/{code}"
    operation = described["paths"][path]["post"]
    example = operation["requestBody"]["content"]["application/json"]["example"]["answers"]

    validator = Draft202012Validator(schema)
    assert list(validator.iter_errors(example)) == []
    assert list(validator.iter_errors(builders.BUILDERS[code]())) == []


def test_definition_of_an_instrument_is_open_to_all(client: TestClient) -> None:
    listed = client.get("/api/v1/instruments").json()
    plan = client.get("/api/v1/instruments/plan")

    assert {each["code"] for each in listed} == set(builders.BUILDERS)
    assert plan.headers["etag"]
    codes = [field["code"] for section in plan.json()["sections"] for field in section["fields"]]
    assert "actions" in codes
    assert client.get("/api/v1/instruments/none").status_code == 404


def test_page_of_the_operations_asks_nobody_else_for_anything(client: TestClient) -> None:
    answer = client.get("/api/v1/docs")

    assert answer.status_code == 200
    assert "send_diagnosis" in answer.text
    assert not re.findall(r"(?:src|href)=['\"](?:https?:)?//", answer.text)
    assert "<script" not in answer.text
