"""Whatever is sent to whatever operation, by whomever: no defect, and nothing undocumented.

Schemathesis makes requests that fit the description of the API and requests that do not;
every answer must be one that the description names, in the shape that it gives. What the gate
closes to a role is asked once, since nothing of the request is looked at.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.python import asgi

from app.records import policy
from tests.api.house import DISTRICT, HERE, ROLES, Api, fill_all, open_api
from tests.worlds import Worlds

load_all_checks()
HELD = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
CHECKED = CHECKS.get_by_names(HELD)
SHORT, LONG = 2, 40  # requests of each kind to an operation that is open to the role
EVERYBODY = ("public", *ROLES)


Operation = APIOperation[Any, Any, Any, Any]


@dataclass
class Filled:
    """A town with a document of each instrument, and every operation that its API describes."""

    api: Api
    documents: dict[str, str]
    operations: list[Operation]
    made: dict[tuple[str, int], list[Case]] = field(default_factory=dict)

    def cases(self, operation: Operation, count: int) -> list[Case]:
        """The requests to send to an operation, made once."""
        key = (operation.label, count)
        if key not in self.made:
            self.made[key] = cases(operation, self.documents, count)
        return self.made[key]


@pytest.fixture(scope="module")
def filled(worlds: Worlds, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """The same town for all the tests of this file: reading its description takes a while."""
    home = tmp_path_factory.mktemp("fuzz")
    url = f"sqlite:///{(home / 'sismuni.db').as_posix()}"
    with open_api(worlds, url, home) as api:
        described = api.ask().get("/api/v1/openapi.json").json()
        schema = schemathesis.openapi.from_dict(described)
        schema.app = without_its_life(api.town.app)
        yield Filled(api, fill_all(api), [each.ok() for each in schema.get_all_operations()])
    asgi.shutdown_lifespans()


def without_its_life(app: Any) -> Any:
    """The application without its start and end, which belong to one server alone."""

    async def answering(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            raise NotImplementedError  # how ASGI says that an application has no lifespan
        await app(scope, receive, send)

    return answering


def is_open(api: Api, role: str, operation: Operation) -> bool:
    """Whether the policy has a row for a role, so that the gate lets it through somewhere."""
    register, _, verb = operation.definition.raw["x-permit"].partition(":")
    with api.store.reading() as session:
        return policy.read(session).grant((role, "public"), (role,), register, verb) is not None


def known_places(path: str, documents: dict[str, str]) -> dict[str, str]:
    """What the names in a path stand for in this town."""
    document = next((uuid for code, uuid in documents.items() if f"/{code}/" in path), None)
    known = {"ubigeo": DISTRICT, "community": HERE, "code": "plan"}
    return known | ({"uuid": document} if document else {})


def aim(case: Case, documents: dict[str, str], chance: int) -> None:
    """Most requests go to what exists, since everything else ends in the same 404."""
    if chance == 0:
        return
    known = known_places(case.path, documents)
    for name in case.path_parameters or {}:
        if name in known:
            case.path_parameters[name] = known[name]
    if chance > 2 and any(name.lower() == "if-match" for name in case.headers or {}):
        case.headers["if-match"] = '"1"'


def cases(operation: Operation, documents: dict[str, str], count: int) -> list[Case]:
    """Requests that fit an operation's description, and then half as many that do not.

    They are the same at each time, so that they are made once and asked by every role.
    """
    made: list[Case] = []
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

        @settings(
            max_examples=count if mode is GenerationMode.POSITIVE else max(1, count // 2),
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode), chance=st.integers(0, 5))
        def gather(case: Case, chance: int) -> None:
            aim(case, documents, chance)
            made.append(case)

        # What takes nothing at all cannot be asked wrongly.
        with suppress(Unsatisfiable):
            gather()
    return made


def knock(headers: dict[str, str], operation: Operation, documents: dict[str, str]) -> None:
    """Ask once for what is closed."""
    known = known_places(operation.path, documents)
    names = re.findall(r"{(\w+)}", operation.path)
    case = operation.Case(path_parameters={name: known.get(name, "x") for name in names})
    response = case.call(headers=headers)
    case.validate_response(response, checks=CHECKED)
    assert 400 <= response.status_code < 500, response.status_code


def answer_to_everything(filled: Filled, role: str, count: int) -> None:
    token = filled.api.tokens.get(role)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    failures: list[str] = []
    for operation in filled.operations:
        try:
            if is_open(filled.api, role, operation):
                for case in filled.cases(operation, count):
                    case.validate_response(case.call(headers=headers), checks=CHECKED)
            else:
                knock(headers, operation, filled.documents)
        except (Exception, BaseExceptionGroup) as failure:  # all are tried before any is told
            failures.append(f"{operation.label}: {failure}"[:1500])
    assert failures == [], "\n\n".join(failures)


@pytest.mark.parametrize("role", EVERYBODY)
def test_every_answer_is_one_that_is_described(filled: Filled, role: str) -> None:
    answer_to_everything(filled, role, SHORT)


@pytest.mark.verify
@pytest.mark.parametrize("role", EVERYBODY)
def test_every_answer_is_one_that_is_described_at_length(filled: Filled, role: str) -> None:
    answer_to_everything(filled, role, LONG)
