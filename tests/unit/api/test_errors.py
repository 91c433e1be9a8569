"""Every documented error, with its documented body, becomes the error that a caller can tell apart."""

from __future__ import annotations

import logging
import traceback
from typing import Any

import pytest

from kiosk.api.errors import (
    KINDS,
    AnsweredError,
    ConflictError,
    ForbiddenError,
    MissingParameterError,
    NoCreditsError,
    NotConfiguredError,
    NotFoundError,
    PictureUnfitError,
    RefusedError,
    ServerError,
    SessionEndedError,
    ThrottledError,
    UnauthorizedError,
    error_of,
    retry_after,
)
from kiosk.api.operation import Bearer, Operation, Repeat
from kiosk.domain.errors import ApiError, Code
from kiosk.domain.link import Link, link_after

READ = Operation(id="readThing", method="GET", path="/v2/things", repeat=Repeat.SAFE)
MAKE = Operation(id="makeThing", method="POST", path="/v2/things")
JUDGE = Operation(id="judgeThing", method="POST", path="/v2/judge", bearer=Bearer.GIVEN)


def said(code: str, message: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "message": message, **more}


def flagged(code: str) -> dict[str, Any]:
    return {"success": False, "error": "Some words for people", "code": code}


DOCUMENTED: list[tuple[int, Any, type[ApiError], str]] = [
    (400, said("ERROR", "invalid_otp"), RefusedError, "invalid_otp"),
    (400, said("BadRequest", "bad request"), MissingParameterError, ""),
    (
        400,
        said("BadRequest", "x", status=400, timestamp="2030-01-02T03:04:05.000Z", details=[]),
        MissingParameterError,
        "",
    ),
    (401, said("UNAUTHORIZED", "Authentication required"), UnauthorizedError, "authentication_required"),
    (401, said("Unauthorized", "Invalid or expired token."), UnauthorizedError, "token_expired"),
    (401, said("Forbidden", "Access forbidden"), UnauthorizedError, "access_forbidden"),
    (401, {"error": "Unauthorized"}, UnauthorizedError, ""),
    (403, said("Forbidden", "Access forbidden"), ForbiddenError, "access_forbidden"),
    (402, said("PaymentRequired", "insufficient_credits"), NoCreditsError, "insufficient_credits"),
    (402, said("PaymentRequired", "plan_not_found"), NoCreditsError, "plan_not_found"),
    (
        402,
        said("PaymentRequired", "ClientSmartEnrollPlan_not_found"),
        NoCreditsError,
        "ClientSmartEnrollPlan_not_found",
    ),
    (403, said("FORBIDDEN", "token_expired"), UnauthorizedError, "token_expired"),
    (403, said("token_not_right", "403:token_not_right"), ForbiddenError, "token_not_right"),
    (403, said("Forbidden", "403:liveness_session_token_missing"), ForbiddenError, "liveness_session_token_missing"),
    (403, said("Forbidden", "otp_does_not_match"), RefusedError, "otp_does_not_match"),
    (403, said("Forbidden", "access_denied"), ForbiddenError, "access_denied"),
    (403, {"error": "Forbidden"}, ForbiddenError, ""),
    (404, said("NotFound", "invalid_email"), NotFoundError, "invalid_email"),
    (
        404,
        said("NotFound", "404:Project_not_found_or_featured_disabled"),
        NotConfiguredError,
        "Project_not_found_or_featured_disabled",
    ),
    (404, said("NotFound", "404:biometric_validation_not_found"), NotFoundError, "biometric_validation_not_found"),
    (404, said("NotFound", "appRegistration_not_found"), NotFoundError, "appRegistration_not_found"),
    (404, said("NotFound", "AppRegistration_not_found"), NotFoundError, "AppRegistration_not_found"),
    (404, said("NotFound", "document_settings_not_set"), NotConfiguredError, "document_settings_not_set"),
    (404, said("NotFound", "project_not_found"), NotConfiguredError, "project_not_found"),
    (404, said("NotFound", "projectFlow_not_found"), NotConfiguredError, "projectFlow_not_found"),
    (404, said("NotFound", "security_not_set"), NotConfiguredError, "security_not_set"),
    (404, said("NotFound", "Record not found."), NotFoundError, "record_not_found"),
    (404, said("ERROR", "invalid_collection"), NotConfiguredError, "invalid_collection"),
    (404, {"error": "Person not found", "message": "PERSON_NOT_FOUND"}, NotFoundError, "PERSON_NOT_FOUND"),
    (404, flagged("BIOMETRIC_VALIDATION_NOT_FOUND"), NotFoundError, "BIOMETRIC_VALIDATION_NOT_FOUND"),
    (404, said("NotFound", "email_validation_not_found"), NotFoundError, "email_validation_not_found"),
    (404, said("NotFound", "person_not_found"), NotFoundError, "person_not_found"),
    (409, said("NotFound", "person_not_found"), NotFoundError, "person_not_found"),
    (409, said("MissingParameter", "missing project\n"), MissingParameterError, ""),
    (
        409,
        said("MissingParameter", "Needs an email or a phone at least", status=409),
        MissingParameterError,
        "needs_email_or_phone",
    ),
    (409, said("liveness_failed", "409:liveness_failed@0.41"), RefusedError, "liveness_failed"),
    (409, said("liveness_failed", "liveness_failed@0.41"), RefusedError, "liveness_failed"),
    (409, said("ERROR", "409:duplicated_person"), ConflictError, "duplicated_person"),
    (409, said("Conflict", "person_already_set"), ConflictError, "person_already_set"),
    (409, said("Conflict", "collection_not_set"), NotConfiguredError, "collection_not_set"),
    (409, said("Conflict", "signUpForm_validation_not_passed"), RefusedError, "signUpForm_validation_not_passed"),
    (409, said("Conflict", "email_is_registered_already"), ConflictError, "email_is_registered_already"),
    (409, said("Conflict", "phone_is_registered_already"), ConflictError, "phone_is_registered_already"),
    (409, said("Conflict", "cannot_resend_link_for_this_status"), ConflictError, "cannot_resend_link_for_this_status"),
    (409, said("Conflict", "person_linked_to_another_email"), RefusedError, "person_linked_to_another_email"),
    (409, said("Conflict", "person_linked_to_another_phone"), RefusedError, "person_linked_to_another_phone"),
    (409, said("Conflict", "Liveness_score_not_acceptable"), RefusedError, "Liveness_score_not_acceptable"),
    (409, said("Conflict", "active project"), ConflictError, "active_project"),
    (409, said("PreconditionFailed", "email domain not allowed", status=409), RefusedError, "email_domain_not_allowed"),
    (412, said("ERROR", "only_images_in_base64"), PictureUnfitError, "only_images_in_base64"),
    (412, said("PreconditionFailed", "person_already_set", data={"_id": "65a0"}), ConflictError, "person_already_set"),
    (412, said("PreconditionFailed", "emailValidation_has_expired"), RefusedError, "emailValidation_has_expired"),
    (412, said("PreconditionFailed", "phoneValidation_has_expired"), RefusedError, "phoneValidation_has_expired"),
    (412, said("PreconditionFailed", "could_not_compress_image"), PictureUnfitError, "could_not_compress_image"),
    (412, said("PreconditionFailed", "insecure_image_url"), PictureUnfitError, "insecure_image_url"),
    (412, said("PreconditionFailed", "image_is_required"), PictureUnfitError, "image_is_required"),
    (422, said("MissingParameter", "missing image\n"), MissingParameterError, ""),
    (423, said("Locked", "locked"), ConflictError, ""),
    (429, said("TooManyRequests", "too many"), ThrottledError, ""),
    (500, said("ERROR", "internal_error"), ServerError, "internal_error"),
    (500, said("InternalServer", "step_not_supported"), MissingParameterError, "step_not_supported"),
    (504, said("Timeout", "timeout"), ServerError, ""),
    # engine faults, nested, and the generated pages
    (400, flagged("INVALID_BIOMETRIC_DATA"), PictureUnfitError, "INVALID_BIOMETRIC_DATA"),
    (400, flagged("LIVENESS_DETECTION_FAILED"), RefusedError, "LIVENESS_DETECTION_FAILED"),
    (400, flagged("IDENTITY_VERIFICATION_FAILED"), RefusedError, "IDENTITY_VERIFICATION_FAILED"),
    (400, flagged("INVALID_CODE"), RefusedError, "INVALID_CODE"),
    (400, flagged("CODE_EXPIRED"), RefusedError, "CODE_EXPIRED"),
    (429, flagged("MAX_ATTEMPTS_EXCEEDED"), ThrottledError, "MAX_ATTEMPTS_EXCEEDED"),
    (404, {"message": "not found", "data": {"code": "ERR_ENTITY_NOT_FOUND"}}, NotFoundError, "ERR_ENTITY_NOT_FOUND"),
    *(
        (409, {"message": "engine", "data": {"code": token}}, PictureUnfitError, token)
        for token in (
            "ERR_NO_FACE_DETECTED",
            "ERR_MULTIPLE_FACES_DETECTED",
            "ERR_LIVENESS_FACE_CLOSE_TO_BORDER",
            "ERR_LIVENESS_FACE_TOO_SMALL",
        )
    ),
    (409, {"message": "engine", "data": {"code": "ERR_LIVENESS_FAILED"}}, RefusedError, "ERR_LIVENESS_FAILED"),
    (
        500,
        {"message": "engine", "data": {"detail": [{"loc": ["body"], "msg": "LIVENESS_CHECK_FAILED"}]}},
        RefusedError,
        "LIVENESS_CHECK_FAILED",
    ),
    (
        400,
        said("BadRequest", "image is invalid for checking liveness"),
        PictureUnfitError,
        "image_is_invalid_for_checking_liveness",
    ),
    (400, said("BadRequest", "the image has more than one face"), PictureUnfitError, "multiple_faces_detected"),
    *(
        (409, said("Conflict", token), PictureUnfitError, token)
        for token in (
            "no_face_detected",
            "multiple_faces_detected",
            "face_occluded",
            "face_close_to_border",
            "face_not_centered",
            "face_too_far",
            "face_too_close",
            "face_rotation_too_large",
            "poor_lighting",
        )
    ),
    (409, said("Conflict", "liveness_error"), RefusedError, "liveness_error"),
]


@pytest.mark.parametrize(("status", "body", "kind", "token"), DOCUMENTED)
def test_every_documented_error_is_told_apart(status: int, body: Any, kind: type[ApiError], token: str) -> None:
    error = error_of(status, {}, body, operation=READ)
    assert type(error) is kind
    assert (error.token, error.status) == (token, status)
    assert KINDS[error.code] is kind
    assert error.detail.startswith(f"readThing: HTTP {status}")


@pytest.mark.parametrize(
    ("status", "code", "link"),
    [
        (400, Code.API_BAD_REQUEST, Link.ONLINE),
        (401, Code.API_UNAUTHORIZED, Link.UNAUTHORIZED),
        (402, Code.API_NO_CREDITS, Link.NO_CREDITS),
        (403, Code.API_FORBIDDEN, Link.ONLINE),
        (409, Code.API_CONFLICT, Link.ONLINE),
        (412, Code.API_REFUSED, Link.ONLINE),
        (422, Code.API_BAD_REQUEST, Link.ONLINE),
        (423, Code.API_CONFLICT, Link.ONLINE),
        (429, Code.API_THROTTLED, Link.THROTTLED),
        (500, Code.API_SERVER_ERROR, Link.SERVER_ERROR),
        (504, Code.API_SERVER_ERROR, Link.SERVER_ERROR),
        (418, Code.API_BAD_REQUEST, Link.ONLINE),
        (599, Code.API_SERVER_ERROR, Link.SERVER_ERROR),
        (302, Code.API_UNREADABLE, Link.SERVER_ERROR),
    ],
)
@pytest.mark.parametrize("body", [None, "", [], 7, {}, {"message": 3, "code": [], "data": 1, "details": {"a": 1}}])
def test_a_status_alone_is_enough(status: int, code: Code, link: Link, body: Any) -> None:
    error = error_of(status, {}, body, operation=READ)
    assert (error.code, link_after(error)) == (code, link)


@pytest.mark.parametrize(
    ("body", "code", "link"),
    [
        (None, Code.API_UNREADABLE, Link.SERVER_ERROR),  # a page of HTML, or nothing
        ("Not Found", Code.API_UNREADABLE, Link.SERVER_ERROR),
        ([], Code.API_UNREADABLE, Link.SERVER_ERROR),
        ({}, Code.API_NOT_FOUND, Link.ONLINE),
        (said("NotFound", "there is nothing at this path"), Code.API_NOT_FOUND, Link.ONLINE),
    ],
)
def test_a_404_that_is_not_the_services_says_nothing_about_a_record(body: Any, code: Code, link: Link) -> None:
    error = error_of(404, {}, body, operation=READ)
    assert (error.code, link_after(error)) == (code, link)


@pytest.mark.parametrize(("status", "message"), [(401, "Invalid or expired token."), (403, "token_expired")])
def test_the_end_of_a_sessions_token_says_nothing_about_the_accounts(status: int, message: str) -> None:
    error = error_of(status, {}, said("X", message), operation=JUDGE)
    assert (type(error), error.code) == (SessionEndedError, Code.API_FORBIDDEN)
    assert link_after(error) is Link.ONLINE


def test_score_fields_and_the_existing_record_are_kept() -> None:
    assert error_of(409, {}, said("liveness_failed", "409:liveness_failed@0.41"), operation=READ).score == 0.41
    missing = error_of(409, {}, said("MissingParameter", "missing project\n. missing type\n"), operation=READ)
    nested = {"message": "x", "data": {"detail": [{"loc": ["body", "image"], "msg": "field required"}]}}
    details = {"code": "MissingParameter", "message": "x", "details": [{"field": "country"}, {"path": "name"}]}
    assert isinstance(missing, AnsweredError)
    assert missing.fields == ("project", "type")
    assert error_of(422, {}, nested, operation=READ).fields == ("image",)  # type: ignore[attr-defined]
    assert error_of(409, {}, details, operation=READ).fields == ("country", "name")  # type: ignore[attr-defined]
    existing = error_of(412, {}, said("X", "person_already_set", data={"_id": "1", "name": "Ana"}), operation=READ)
    assert isinstance(existing, ConflictError)
    assert existing.existing == {"_id": "1", "name": "Ana"}


def test_no_text_of_an_error_repeats_what_was_sent_or_received(caplog: pytest.LogCaptureFixture) -> None:
    body = {
        "code": "maria_lopez",
        "message": "missing maria_lopez\n",
        "error": "Maria Lopez 1017234567",
        "data": {"name": "Maria Lopez", "document": "1017234567", "code": "1017234567"},
    }
    error = error_of(412, {}, body, operation=READ, sent={"name": "maria_lopez", "more": [{"x": "1017234567"}]})
    existing = error_of(
        409, {}, {**body, "message": "person_already_set"}, operation=READ, sent={"name": "maria_lopez"}
    )
    for each in (error, existing):
        logging.getLogger("kiosk.test").info("%s %r", each, each, exc_info=each)
        text = caplog.text + str(each) + repr(each) + "".join(traceback.format_exception(each))
        assert "maria" not in text.lower()
        assert "1017234567" not in text


@pytest.mark.parametrize(
    ("status", "headers", "doubt"),
    [
        (500, {}, True),
        (502, {}, True),
        (503, {}, True),
        (503, {"retry-after": "3"}, False),
        (504, {}, True),
        (501, {}, False),
        (408, {}, False),
        (429, {}, False),
        (409, {}, False),
        (402, {}, False),
    ],
)
def test_a_broken_server_may_have_done_it(status: int, headers: dict[str, str], doubt: bool) -> None:
    assert error_of(status, headers, None, operation=MAKE).maybe_done is doubt
    assert not error_of(status, headers, None, operation=READ).maybe_done


def test_a_fault_that_names_its_reason_was_not_carried_out() -> None:
    body = {"message": "x", "data": {"code": "ERR_NO_FACE_DETECTED"}}
    assert not error_of(500, {}, body, operation=MAKE).maybe_done


NOW = "Tue, 15 Nov 2022 08:12:31 GMT"


@pytest.mark.parametrize(
    ("value", "date", "pause"),
    [
        ("7", "", 7.0),
        ("0", "", 0.0),
        ("999999999999999999", "", 3600.0),
        ("Tue, 15 Nov 2022 08:12:41 GMT", NOW, 10.0),
        ("Tue, 15 Nov 2022 08:12:01 GMT", NOW, 0.0),
        ("Tue, 15 Nov 2032 08:12:01 GMT", NOW, 3600.0),
        ("Tue, 15 Nov 2022 08:12:41 GMT", "", None),
        ("-5", "", None),
        ("1.5", "", None),
        ("soon", NOW, None),
        ("٣", "", None),
        ("", "", None),
    ],
)
def test_retry_after_in_both_spellings(value: str, date: str, pause: float | None) -> None:
    assert retry_after(value, date) == pause
