"""The client against its contract: every operation, every request it can send, every answer and every error that is documented.

Nothing can be forgotten: the cases come from the contract file and from the client's own classes.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.api_calls import CALLS, call, public_methods
from support.api_recorder import Given
from support.contract import ContractAnswer, ContractOperation, Fill, TokenNeed, faults, instance, operations, resolved
from support.recording_transport import RecordingTransport

from kiosk.api.envelopes import Page, raw
from kiosk.api.errors import error_of
from kiosk.api.operation import Bearer, Call, Operation, Reply
from kiosk.api.resources import OPERATIONS
from kiosk.api.tokens import Token
from kiosk.domain.errors import ApiError, Code

UNREAD = {"deleteDocumentValidation"}
"""Operations whose answer says no more than that it was done."""

EMPTY_IS_UNREADABLE = {
    "authRenewAndRevoke",
    "authProjectLogin",
    "seedCreatePerson",
    "seedCreatePersonWithLiveness",
    "seedRetrievePerson",
    "seedUpdatePerson",
    "faceCompare",
    "faceCompareLive",
    "faceCompareWithLiveness",
    "retrievePublicProject",
    "retrieveIdentityImage",
    "retrieveCredit",
}
"""The contract requires no field of these answers; the client cannot do without a token, an id or a score."""

POSSIBLE = {
    400: {Code.API_BAD_REQUEST, Code.API_REFUSED},
    401: {Code.API_UNAUTHORIZED, Code.API_FORBIDDEN},
    402: {Code.API_NO_CREDITS},
    403: {Code.API_FORBIDDEN, Code.API_UNAUTHORIZED, Code.API_REFUSED},
    404: {Code.API_NOT_FOUND, Code.API_NOT_CONFIGURED},
    409: {Code.API_BAD_REQUEST, Code.API_CONFLICT, Code.API_REFUSED, Code.API_NOT_CONFIGURED},
    410: {Code.API_REFUSED},
    412: {Code.API_CONFLICT, Code.API_REFUSED, Code.API_PICTURE_UNFIT},
    422: {Code.API_BAD_REQUEST},
    500: {Code.API_SERVER_ERROR, Code.API_BAD_REQUEST},
}
"""HTTP status -> what an answer with it may mean."""

MEANT = {
    "MissingParameter": Code.API_BAD_REQUEST,
    "liveness_failed": Code.API_REFUSED,
    "LIVENESS_DETECTION_FAILED": Code.API_REFUSED,
    "otp_does_not_match": Code.API_REFUSED,
    "invalid_otp": Code.API_REFUSED,
    "INVALID_CODE": Code.API_REFUSED,
    "CODE_EXPIRED": Code.API_REFUSED,
    "MAX_ATTEMPTS_EXCEEDED": Code.API_REFUSED,
    "Validation_has_expired": Code.API_REFUSED,
    "person_linked_to_another": Code.API_REFUSED,
    "signUpForm_validation_not_passed": Code.API_REFUSED,
    "person_already_set": Code.API_CONFLICT,
    "duplicated_person": Code.API_CONFLICT,
    "is_registered_already": Code.API_CONFLICT,
    "cannot_resend_link_for_this_status": Code.API_CONFLICT,
    "only_images_in_base64": Code.API_PICTURE_UNFIT,
    "Project_not_found_or_featured_disabled": Code.API_NOT_CONFIGURED,
    "project_not_found": Code.API_NOT_CONFIGURED,
    "projectFlow_not_found": Code.API_NOT_CONFIGURED,
    "security_not_set": Code.API_NOT_CONFIGURED,
    "document_settings_not_set": Code.API_NOT_CONFIGURED,
    "collection_not_set": Code.API_NOT_CONFIGURED,
    "invalid_collection": Code.API_NOT_CONFIGURED,
    "biometric_validation_not_found": Code.API_NOT_FOUND,
    "ppRegistration_not_found": Code.API_NOT_FOUND,
    "Record not found.": Code.API_NOT_FOUND,
    "ERR_ENTITY_NOT_FOUND": Code.API_NOT_FOUND,
    "token_not_right": Code.API_FORBIDDEN,
    "insufficient_credits": Code.API_NO_CREDITS,
    "internal_error": Code.API_SERVER_ERROR,
}
"""A word of the documented bodies -> what it means, whatever the status."""


def _rows() -> list[tuple[str, Given]]:
    return [(method, one) for method, given in sorted(CALLS.items()) for one in given]


def _sent(method: str, arguments: Given, answer: Any = None) -> tuple[list[Call], Any]:
    transport = RecordingTransport(answer)
    try:
        return transport.calls, call(method, arguments, transport)
    except ApiError:
        if answer is not None:
            raise
        return transport.calls, None  # nothing to read in no answer; only the request matters


def _callers() -> dict[str, tuple[str, Given]]:
    """Operation -> the first row that makes its call."""
    found: dict[str, tuple[str, Given]] = {}
    for method, given in _rows():
        for made in _sent(method, given)[0]:
            found.setdefault(made.operation.id, (method, given))
    return found


CALLERS = _callers()
OPERATION_BY_ID = {one.id: one for one in OPERATIONS}
WANTED = [answer for one in operations().values() for answer in one.answers if answer.status < 300]
REFUSED = [answer for one in operations().values() for answer in one.answers if answer.status >= 300]


def test_client_and_contract_have_the_same_operations() -> None:
    told = {(one.id, one.method, one.path) for one in operations().values()}
    assert {(one.id, one.method, one.path) for one in OPERATIONS} == told
    assert len(OPERATIONS) == len(told) == 109


def test_every_method_of_the_client_has_a_row_and_every_operation_a_method() -> None:
    assert set(CALLS) == set(public_methods())
    assert set(CALLERS) == set(operations())


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.id)
def test_a_token_goes_where_one_is_wanted_and_nowhere_else(operation: Operation) -> None:
    need = operations()[operation.id].token
    assert need is not (TokenNeed.ALWAYS if operation.bearer is Bearer.NONE else TokenNeed.NEVER)


@pytest.mark.parametrize(("method", "arguments"), _rows(), ids=lambda value: value if isinstance(value, str) else "")
def test_every_request_keeps_the_contract(method: str, arguments: Given) -> None:
    calls, _ = _sent(method, arguments)
    assert len(calls) == 1
    (made,) = calls
    told = operations()[made.operation.id]
    assert (made.operation.method, made.operation.path) == (told.method, told.path)
    assert (made.token is not None) == (made.operation.bearer is Bearer.GIVEN)
    assert _path_faults(made, told) == []
    assert _query_faults(made, told) == []
    assert _body_faults(made, told) == []


def _path_faults(made: Call, told: ContractOperation) -> list[str]:
    places = {one["name"]: one["schema"] for one in told.parameters if one["in"] == "path"}
    wrong = sorted(set(places) ^ set(made.at))
    return wrong + [fault for name, value in made.at.items() for fault in faults(places[name], value)]


def _query_faults(made: Call, told: ContractOperation) -> list[str]:
    found = [f"unknown {name}" for name in made.query if told.parameter(name) is None]
    for one in told.parameters:
        if one["in"] != "query":
            continue
        if one["name"] in made.query:
            found += [f"{one['name']} {fault}" for fault in faults(one["schema"], _plain(made.query[one["name"]]))]
        elif one.get("required"):
            found.append(f"missing {one['name']}")
    return found


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _body_faults(made: Call, told: ContractOperation) -> list[str]:
    if made.body is None:
        return ["no body"] if told.body_required else []
    if told.body is None:
        return ["a body where none is documented"]
    known = _known_fields(told.body)
    unknown = [f"unknown {name}" for name in made.body if known and name not in known]
    return unknown + faults(told.body, dict(made.body))


def _known_fields(schema: Any) -> set[str]:
    """Top-level fields that a body may have; empty where anything goes."""
    schema = resolved(schema)
    names = set(schema.get("properties", {}))
    for key in ("anyOf", "oneOf"):
        for choice in schema.get(key, ()):
            names |= set(resolved(choice).get("properties", {}))
    return names


def _read(answer: ContractAnswer, body: Any) -> Any:
    method, arguments = CALLERS[answer.operation]
    transport = RecordingTransport(body, answer.status)
    return call(method, arguments, transport)


def _round_trip(result: Any, answer: ContractAnswer, body: Any) -> None:
    data = raw(Reply(status=answer.status, body=body, headers={}, operation=OPERATION_BY_ID[answer.operation]))
    if answer.operation in UNREAD:
        assert result is None
    elif isinstance(result, Token):
        assert result.reveal() in (data.get("accessToken"), data.get("token"))
    elif isinstance(result, Page | tuple):
        assert [one.wire() for one in result] == (data["docs"] if isinstance(data, dict) else data)
    else:
        assert result.wire() == data


@pytest.mark.parametrize(
    ("answer", "body"),
    [pytest.param(one, body, id=f"{one.operation}-{name}") for one in WANTED for name, body in one.examples.items()],
)
def test_every_documented_answer_is_read_and_given_back_as_it_was(answer: ContractAnswer, body: Any) -> None:
    _round_trip(_read(answer, body), answer, body)


@pytest.mark.parametrize("fill", list(Fill), ids=lambda fill: fill.name.lower())
@pytest.mark.parametrize("answer", [one for one in WANTED if one.schema is not None], ids=lambda one: one.operation)
def test_every_answer_that_fits_the_contract_is_read_and_given_back_as_it_was(
    answer: ContractAnswer, fill: Fill
) -> None:
    body = instance(answer.schema, fill)
    if fill is Fill.REQUIRED and answer.operation in EMPTY_IS_UNREADABLE:
        with pytest.raises(ApiError) as caught:
            _read(answer, body)
        assert caught.value.code is Code.API_UNREADABLE
    else:
        _round_trip(_read(answer, body), answer, body)


@pytest.mark.parametrize(
    ("answer", "name"),
    [pytest.param(one, name, id=f"{one.operation}-{one.status}-{name}") for one in REFUSED for name in one.examples],
)
def test_every_documented_error_is_one_of_ours(answer: ContractAnswer, name: str) -> None:
    body = answer.examples[name]
    operation = OPERATION_BY_ID[answer.operation]
    error = error_of(answer.status, {}, body, operation=operation)
    assert isinstance(error, ApiError)
    assert error.status == answer.status
    assert error.code in POSSIBLE[answer.status]
    said = json.dumps(body)
    wanted = {code for word, code in MEANT.items() if word in said}
    assert wanted <= {error.code}
    assert error.score == (0.41 if "@0.41" in said else None)


def test_every_status_that_is_documented_was_thought_of() -> None:
    assert {one.status for one in REFUSED} == set(POSSIBLE)


def test_every_word_that_was_thought_of_is_documented() -> None:
    said = json.dumps([list(one.examples.values()) for one in REFUSED])
    assert [word for word in MEANT if word not in said] == []
