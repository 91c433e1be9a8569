"""Every answer that is not the wanted one, as an error that a caller can tell apart.

    ApiError                 kiosk.domain.errors: code, token, score, status, maybe_done, retry_after_s
    ├── LinkError            no complete answer: no link, name server, TLS, proxy, time limit, reply lost
    ├── UnreadableError      an answer that nobody can read
    └── AnsweredError        the server said no                                   + fields
        ├── UnauthorizedError   401, 403 token_expired: the account's token      api_unauthorized
        ├── SessionEndedError   the same of a session's own token                api_forbidden
        ├── ForbiddenError      403                                              api_forbidden
        ├── NoCreditsError      402                                              api_no_credits
        ├── ThrottledError      425, 429                                         api_throttled
        ├── ServerError         5xx, 408                                         api_server_error
        ├── MissingParameterError  409 MissingParameter, 400, 422                api_bad_request
        ├── NotFoundError       404                                              api_not_found
        ├── NotConfiguredError  no such project, flow, collection, setting       api_not_configured
        ├── ConflictError       409, 412, 423                                    api_conflict     + existing
        ├── PictureUnfitError   the picture breaks a rule                        api_picture_unfit
        └── RefusedError        liveness_failed, wrong code, no match ...        api_refused

No text of an error holds what was sent or received: the operation's name, the status, and the server's word where it is one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from kiosk.api.messages import Message, missing_fields, parse
from kiosk.api.operation import Bearer, Operation, Repeat
from kiosk.domain.errors import ApiError, Code

LONGEST_PAUSE_S = 3600.0
"""A server that asks for more is asked again after this."""


class LinkError(ApiError):
    """No complete answer came."""


class UnreadableError(ApiError):
    """An answer came that nobody can read."""


class AnsweredError(ApiError):
    """The server answered, and not with what was asked for.

    Attributes:
        fields: names of the fields it complains about.
        existing: the record it already has, as it came; not part of any text of this error.
    """

    fields: tuple[str, ...] = ()
    existing: Mapping[str, Any] | None = None


class UnauthorizedError(AnsweredError):
    """The account's token is not accepted."""


class SessionEndedError(AnsweredError):
    """The token of a liveness session, registration or login is not accepted any more."""


class ForbiddenError(AnsweredError):
    """Not with these rights, or with another kind of token."""


class NoCreditsError(AnsweredError):
    """The account cannot pay for the call."""


class ThrottledError(AnsweredError):
    """Too many calls."""


class ServerError(AnsweredError):
    """The server has a problem of its own."""


class MissingParameterError(AnsweredError):
    """A field is missing or wrong; ``fields`` says which."""


class NotFoundError(AnsweredError):
    """No such record."""


class NotConfiguredError(AnsweredError):
    """The project, its flow or a setting of them is not there."""


class ConflictError(AnsweredError):
    """Something that is already there stands against it."""


class PictureUnfitError(AnsweredError):
    """The picture breaks one of the service's rules; ``token`` says which."""


class RefusedError(AnsweredError):
    """The service looked at it and said no; ``token`` says why."""


KINDS: dict[Code, type[AnsweredError]] = {
    Code.API_UNAUTHORIZED: UnauthorizedError,
    Code.API_FORBIDDEN: ForbiddenError,
    Code.API_NO_CREDITS: NoCreditsError,
    Code.API_THROTTLED: ThrottledError,
    Code.API_SERVER_ERROR: ServerError,
    Code.API_BAD_REQUEST: MissingParameterError,
    Code.API_NOT_FOUND: NotFoundError,
    Code.API_NOT_CONFIGURED: NotConfiguredError,
    Code.API_CONFLICT: ConflictError,
    Code.API_PICTURE_UNFIT: PictureUnfitError,
    Code.API_REFUSED: RefusedError,
}

_BY_STATUS = {
    400: Code.API_BAD_REQUEST,
    401: Code.API_UNAUTHORIZED,
    402: Code.API_NO_CREDITS,
    403: Code.API_FORBIDDEN,
    404: Code.API_NOT_FOUND,
    405: Code.API_BAD_REQUEST,
    407: Code.API_PROXY,
    408: Code.API_SERVER_ERROR,
    409: Code.API_CONFLICT,
    410: Code.API_NOT_FOUND,
    412: Code.API_REFUSED,
    413: Code.API_BAD_REQUEST,
    415: Code.API_BAD_REQUEST,
    422: Code.API_BAD_REQUEST,
    423: Code.API_CONFLICT,
    425: Code.API_THROTTLED,
    429: Code.API_THROTTLED,
}

_PICTURE = (
    "only_images_in_base64", "could_not_compress_image", "insecure_image_url", "image_is_required", "no_face_detected",
    "multiple_faces_detected", "face_occluded", "face_close_to_border", "face_not_centered", "face_too_far",
    "face_too_close", "face_rotation_too_large", "poor_lighting", "image_is_invalid_for_checking_liveness",
    "err_no_face_detected", "err_multiple_faces_detected", "err_liveness_face_close_to_border",
    "err_liveness_face_too_small", "invalid_biometric_data",
)  # fmt: skip
_REFUSED = (
    "liveness_failed", "liveness_error", "err_liveness_failed", "liveness_check_failed", "liveness_detection_failed",
    "liveness_score_not_acceptable", "identity_verification_failed", "otp_does_not_match", "invalid_otp", "invalid_code",
    "code_expired", "max_attempts_exceeded", "emailvalidation_has_expired", "phonevalidation_has_expired",
    "signupform_validation_not_passed", "person_linked_to_another_email", "person_linked_to_another_phone",
    "email_domain_not_allowed",
)  # fmt: skip
_CONFLICT = (
    "person_already_set", "duplicated_person", "already_exists", "email_is_registered_already",
    "phone_is_registered_already", "cannot_resend_link_for_this_status", "project_name_exists",
)  # fmt: skip
_NOT_CONFIGURED = (
    "project_not_found_or_featured_disabled", "project_not_found", "projectflow_not_found", "security_not_set",
    "document_settings_not_set", "collection_not_set", "invalid_collection", "plan_not_found",
    "clientsmartenrollplan_not_found",
)  # fmt: skip
_BY_TOKEN: dict[str, Code] = {
    **dict.fromkeys(_PICTURE, Code.API_PICTURE_UNFIT),
    **dict.fromkeys(_REFUSED, Code.API_REFUSED),
    **dict.fromkeys(_CONFLICT, Code.API_CONFLICT),
    **dict.fromkeys(_NOT_CONFIGURED, Code.API_NOT_CONFIGURED),
    "token_not_right": Code.API_FORBIDDEN,
    "step_not_supported": Code.API_BAD_REQUEST,
    "err_entity_not_found": Code.API_NOT_FOUND,
    "person_not_found": Code.API_NOT_FOUND,
    "token_expired": Code.API_UNAUTHORIZED,
}
_STATUS_WINS = frozenset({401, 402, 407, 408, 425, 429})


def error_of(
    status: int, headers: Mapping[str, str], body: Any, *, operation: Operation, sent: Mapping[str, Any] | None = None
) -> ApiError:
    """The error of an answer outside 2xx.

    Args:
        status: HTTP status.
        headers: lower-case names.
        body: parsed JSON of any shape, None where there was none that could be read.
        operation: what was asked.
        sent: the body of the request; words of it are never taken for the server's own.
    """
    words = frozenset(_strings(sent, 0)) if sent else frozenset[str]()
    message = _message(body, words)
    code = _code(status, message, is_service=isinstance(body, Mapping))
    pause = retry_after(headers.get("retry-after", ""), headers.get("date", ""))
    kind = KINDS.get(code, AnsweredError)
    missing = status in {400, 409, 412, 422} and code in {Code.API_CONFLICT, Code.API_BAD_REQUEST, Code.API_REFUSED}
    fields = _fields(body, words) if missing else ()
    if (fields and code is Code.API_CONFLICT) or (status == 409 and _says(body, "missingparameter")):
        code, kind = Code.API_BAD_REQUEST, MissingParameterError
    if code is Code.API_UNAUTHORIZED and operation.bearer is not Bearer.ACCOUNT:
        code, kind = Code.API_FORBIDDEN, SessionEndedError  # the account's own token is not what was refused
    maybe_done = operation.repeat is Repeat.NEVER and _in_doubt(status, pause, code)
    words_said = [f"{operation.id}: HTTP {status}", message.token, f"({', '.join(fields)})" if fields else ""]
    error = kind(
        code,
        " ".join(word for word in words_said if word),
        token=message.token,
        score=message.score,
        status=status,
        maybe_done=maybe_done,
        retry_after_s=pause,
    )
    if isinstance(error, AnsweredError):
        error.fields = fields
        if code is Code.API_CONFLICT and isinstance(body, Mapping) and isinstance(body.get("data"), Mapping):
            error.existing = body["data"]
    return error


def retry_after(value: str, date: str = "") -> float | None:
    """Seconds of a ``Retry-After`` header, at most :data:`LONGEST_PAUSE_S`; None where it says nothing usable.

    Args:
        value: seconds, or an HTTP date.
        date: the answer's own ``Date``, which a date is measured from (our clock may be wrong).
    """
    value = value.strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:9]), LONGEST_PAUSE_S)
    try:
        pause = (parsedate_to_datetime(value) - parsedate_to_datetime(date)).total_seconds()
    except (TypeError, ValueError, IndexError, OverflowError):  # the library's reader of dates raises any of these
        return None
    return min(max(pause, 0.0), LONGEST_PAUSE_S) if math.isfinite(pause) else None


def _in_doubt(status: int, pause: float | None, code: Code) -> bool:
    """Whether the server may have done it all the same: it broke on the way, or something in between gave up on it."""
    if status < 500 or code is not Code.API_SERVER_ERROR:
        return False
    return not (status == 501 or (status == 503 and pause is not None))


def _code(status: int, message: Message, *, is_service: bool) -> Code:
    if status not in _STATUS_WINS:
        token = message.token.lower()
        if token in _BY_TOKEN:
            return _BY_TOKEN[token]
        if token.endswith("_validation_not_found") and status < 500:
            return Code.API_NOT_FOUND
    if status == 404 and not is_service:
        return Code.API_UNREADABLE  # something on the way that knows no such path: nothing is said about a record
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status >= 500:
        return Code.API_SERVER_ERROR
    return Code.API_UNREADABLE if status < 400 else Code.API_BAD_REQUEST


def _message(body: Any, sent: frozenset[str]) -> Message:
    """The most telling word of a body of any shape: nested engine faults first, then the message, then code and error."""
    best = Message()
    for text in _candidates(body):
        found = parse(text, sent)
        if found.token and (found.score is not None or not best.token):
            best = found
        if best.score is not None:
            break
    return best


def _candidates(body: Any) -> Iterator[str]:
    if isinstance(body, str):
        yield body
    if not isinstance(body, Mapping):
        return
    inner = body.get("data")
    if isinstance(inner, Mapping):
        yield from _texts(inner, ("code", "message"))
        yield from _detail_texts(inner.get("detail"))
    yield from _texts(body, ("message", "code", "error"))
    for key in ("details", "detail"):
        yield from _detail_texts(body.get(key))


def _texts(body: Mapping[str, Any], keys: tuple[str, ...]) -> Iterator[str]:
    for key in keys:
        value = body.get(key)
        if isinstance(value, str):
            yield value


def _detail_texts(detail: Any) -> Iterator[str]:
    for entry in detail[:20] if isinstance(detail, list) else [detail]:
        if isinstance(entry, str):
            yield entry
        elif isinstance(entry, Mapping):
            yield from _texts(entry, ("code", "msg", "message"))


def _says(body: Any, code: str) -> bool:
    return isinstance(body, Mapping) and isinstance(body.get("code"), str) and body["code"].lower() == code


def _fields(body: Any, sent: frozenset[str]) -> tuple[str, ...]:
    """Names of fields in the message and in ``details``/``detail`` lists (``field``, ``path`` or ``loc``)."""
    if not isinstance(body, Mapping):
        return ()
    found: list[str] = []
    for text in _texts(body, ("message",)):
        found += missing_fields(text, sent)
    inner = body.get("data")
    for detail in (
        body.get("details"),
        body.get("detail"),
        inner.get("detail") if isinstance(inner, Mapping) else None,
    ):
        for entry in detail[:20] if isinstance(detail, list) else ():
            found += _field_of(entry, sent)
    return tuple(dict.fromkeys(found))


def _field_of(entry: Any, sent: frozenset[str]) -> tuple[str, ...]:
    if not isinstance(entry, Mapping):
        return ()
    at = entry.get("field") or entry.get("path") or entry.get("loc")
    parts = at if isinstance(at, list) else [at]
    name = ".".join(part for part in parts if isinstance(part, str) and part not in {"body", "query"})
    return missing_fields(f"missing {name}", sent)


def _strings(value: Any, depth: int) -> Iterator[str]:
    """Strings of what was sent, where they are short enough to be mistaken for a word."""
    if isinstance(value, str):
        if len(value) <= 80:
            yield value
    elif depth < 4 and isinstance(value, Mapping):
        for part in value.values():
            yield from _strings(part, depth + 1)
    elif depth < 4 and isinstance(value, list | tuple):
        for part in value:
            yield from _strings(part, depth + 1)
