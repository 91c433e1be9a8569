"""The sandbox against the contract, all its operations.

Three questions an operation: the contract's own example must be answered with success; generated valid requests must not be
refused without a documented reason; generated invalid ones must be. Every answer must have a documented status, content type and
body. Each operation gets the kind of token that it takes (:mod:`support.contract_world`).

schemathesis' checks are all on, with one made wider and one left out here and there:

- ``positive_data_acceptance`` also takes 400, 402, 410, 412 and 422 (which ``status_code_conformance`` lets pass only where they
  are documented): a schema can't say that a code must be the one that was sent, or that a picture must show a face.
- ``negative_data_rejection`` is left out where the contract documents no status for bad input, as for most lists: the sandbox
  then passes over what it cannot use. Unknown query parameters are not sent: servers ignore them, and so does this one.

Requests without a token are left to ``ignored_auth``, which must see 401 or 403 even where the contract documents neither.
Checks that need several calls (``use_after_free``, ``ensure_resource_availability``) find nothing to do in single ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.schemas import BaseSchema
from support.contract import ContractOperation, Fill, contract, faults, instance, operations
from support.contract_world import World
from support.sandbox import running_sandbox

from kiosk.sandbox.app import routes
from kiosk.vision.models import ModelFiles

EXAMPLES = 2
LONG_EXAMPLES = 60
OPERATIONS = sorted(operations())

BAD_INPUT = {400, 409, 410, 412, 422}
CHECKS = {
    "positive_data_acceptance": {
        "expected-statuses": ["2xx", "400", "401", "402", "403", "404", "409", "410", "412", "422"]
    },
    "negative_data_rejection": {"expected-statuses": ["400", "401", "403", "404", "409", "412", "422"]},
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, models: ModelFiles) -> Iterator[World]:
    with running_sandbox(tmp_path_factory.mktemp("contract"), credits=10_000_000) as sandbox:
        yield World.build(sandbox, models)


@cache
def schema() -> BaseSchema:
    """The contract as schemathesis reads it."""
    return schemathesis.openapi.from_dict(contract(), config=SchemathesisConfig.from_dict({"checks": CHECKS}))


def test_every_operation_of_the_contract_is_served_and_no_other() -> None:
    served = {route.operation: (route.method, route.path) for route in routes()}
    assert served == {one.id: (one.method, one.path) for one in operations().values()}


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_the_example_of_the_contract_is_answered(world: World, operation_id: str) -> None:
    operation = operations()[operation_id]
    body = None if operation.body is None else world.sensible(instance(operation.body, Fill.FIRST))
    required = [one for one in operation.parameters if one["in"] == "query" and one.get("required")]
    query = {one["name"]: instance(one["schema"], Fill.FIRST) for one in required}
    at = world.path_values(operation)
    world.make_ready(operation_id, at, query, body)
    answer = world.send(operation, at=at, query=query, body=body)
    assert answer.is_success, (answer.status_code, answer.text[:300])
    documented = {one.status: one.schema for one in operation.answers}
    told = documented[answer.status_code]
    if told is not None:
        assert faults(told, answer.json()) == []


def hammer(world: World, operation: ContractOperation, mode: GenerationMode, examples: int) -> None:
    """Send generated requests and check the answers."""
    api = schema().find_operation_by_id(operation.id)
    documented = {one.status for one in operation.answers}
    excluded = [] if documented & BAD_INPUT else [schemathesis.checks.negative_data_rejection]
    known = {one["name"] for one in operation.parameters if one["in"] == "query"}

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=api.as_strategy(generation_mode=mode))
    def run(case: schemathesis.Case) -> None:
        at, query = {**case.path_parameters}, {name: value for name, value in case.query.items() if name in known}
        if mode is GenerationMode.POSITIVE:
            at |= world.path_values(operation)
            if isinstance(case.body, dict):
                case.body = world.sensible(case.body)
            world.make_ready(operation.id, at, query, case.body)
        case.path_parameters, case.query = at, query
        token = world.headers(operation.id)
        case.headers = {**case.headers, **token}
        response = case.call(world.sandbox.base_url, session=session, headers=token)
        case.validate_response(response, excluded_checks=excluded, headers=token)

    try:
        with requests.Session() as session:
            session.trust_env = False
            run()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE, "no valid request can be made"


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_valid_requests(world: World, operation_id: str) -> None:
    hammer(world, operations()[operation_id], GenerationMode.POSITIVE, EXAMPLES)


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_invalid_requests(world: World, operation_id: str) -> None:
    hammer(world, operations()[operation_id], GenerationMode.NEGATIVE, EXAMPLES)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_many_requests(world: World, operation_id: str, mode: GenerationMode) -> None:
    hammer(world, operations()[operation_id], mode, LONG_EXAMPLES)
