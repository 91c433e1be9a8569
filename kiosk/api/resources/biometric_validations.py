"""Biometric validations: open a session of about four minutes, bring one picture, read what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from kiosk.api.envelopes import Page, many, one
from kiosk.api.models.app_registrations import AppRegistration
from kiosk.api.models.biometric_validations import (
    BiometricAppRegistrationRequest,
    BiometricValidateRequest,
    BiometricValidateResult,
    BiometricValidation,
    BiometricValidationCreate,
    BiometricValidationCreated,
)
from kiosk.api.models.values import Opaque, OperatingSystem, picture_text
from kiosk.api.operation import Bearer, Call, Operation, Repeat, Transport
from kiosk.api.resources.checks import bad_request, known, paged, wire_body
from kiosk.api.resources.query import given
from kiosk.api.tokens import LivenessToken, LoginToken, RegistrationToken
from kiosk.domain.record import ValidationType

_ROOT = "/v2/biometric-validations"
_ONE = f"{_ROOT}/{{id}}"

CREATE = Operation(id="createBiometricValidation", method="POST", path=_ROOT)
CREATE_FOR_LOGIN = Operation(
    id="createAppLoginBiometricValidation", method="POST", path=f"{_ROOT}/app-login", bearer=Bearer.GIVEN
)
CREATE_FOR_REGISTRATION = Operation(
    id="createAppRegistrationBiometricValidation", method="POST", path=f"{_ROOT}/app-registration", bearer=Bearer.GIVEN
)
VALIDATE = Operation(
    id="validateBiometricValidation", method="POST", path=f"{_ROOT}/validate", bearer=Bearer.GIVEN
)  # never again by itself: it uses the session up and makes an app login
LIST = Operation(id="listBiometricValidations", method="GET", path=_ROOT, repeat=Repeat.SAFE)
RETRIEVE = Operation(id="retrieveBiometricValidation", method="GET", path=_ONE, repeat=Repeat.SAFE)
DELETE = Operation(id="deleteBiometricValidation", method="DELETE", path=_ONE, repeat=Repeat.SAFE)
DELETE_IN_REGISTRATION = replace(DELETE, bearer=Bearer.GIVEN)  # the same operation, as the onboarding page calls it
CREATE_SESSION = Operation(id="createLivenessSession", method="POST", path="/v2/liveness-sessions")

OPERATIONS: tuple[Operation, ...] = (
    CREATE,
    CREATE_FOR_LOGIN,
    CREATE_FOR_REGISTRATION,
    VALIDATE,
    LIST,
    RETRIEVE,
    DELETE,
    CREATE_SESSION,
)


class BiometricValidations:
    """``/v2/biometric-validations``. Any thread. Every call raises ``ApiError`` only; a refusal is one, with its token."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(
        self, request: BiometricValidationCreate, *, within_s: float | None = None
    ) -> BiometricValidationCreated:
        """Open a session of one of the four types, with the account's token (pages disagree on whether one is needed)."""
        body = _created_from(CREATE, request)
        return one(
            self._transport.send(Call(operation=CREATE, body=body, within_s=within_s)), BiometricValidationCreated
        )

    def create_for_login(
        self, token: LoginToken, request: BiometricValidationCreate, *, within_s: float | None = None
    ) -> BiometricValidationCreated:
        """Open a session for somebody who came in by e-mail or phone code: a face added to that login. Type ``login`` only."""
        if request.type != ValidationType.LOGIN:
            raise bad_request(CREATE_FOR_LOGIN, "type")
        body = _created_from(CREATE_FOR_LOGIN, request)
        call = Call(operation=CREATE_FOR_LOGIN, body=body, token=token, within_s=within_s)
        return one(self._transport.send(call), BiometricValidationCreated)

    def create_for_registration(
        self, token: RegistrationToken, request: BiometricAppRegistrationRequest, *, within_s: float | None = None
    ) -> AppRegistration:
        """Bring the selfie of an onboarding: judged at once, the answer is the registration with its validation and person."""
        body = wire_body(CREATE_FOR_REGISTRATION, request)
        call = Call(operation=CREATE_FOR_REGISTRATION, body=body, token=token, within_s=within_s)
        return one(self._transport.send(call), AppRegistration)

    def validate(
        self,
        token: LivenessToken,
        image: bytes | str,
        *,
        os: OperatingSystem | None = OperatingSystem.DESKTOP,
        location: Mapping[str, Any] | None = None,
        within_s: float | None = None,
    ) -> BiometricValidateResult:
        """Have a picture judged in an open session: live, then who. ``image`` is JPEG bytes, or base64 text as it is.

        Refusals: 409 ``liveness_failed`` with its score, ``person_not_found``, 404 ``biometric_validation_not_found``,
        403 ``liveness_session_token_missing``, 402. See :attr:`BiometricValidateResult.succeeded` before believing a 200.
        """
        request = BiometricValidateRequest(
            image=picture_text(image), os=os, location=dict(location) if location is not None else None
        )
        body = wire_body(VALIDATE, request)
        call = Call(operation=VALIDATE, body=body, token=token, within_s=within_s)
        return one(self._transport.send(call), BiometricValidateResult)

    def list(
        self,
        *,
        page: int | None = None,
        per_page: int | None = None,
        offset: int | None = None,
        sort: str | None = None,
        populates: Sequence[str] = (),
        client: str | None = None,
        status: str | None = None,
        validation_type: ValidationType | None = None,
        liveness_session: str | None = None,
        statuses: Sequence[str] = (),
        created_after: str | None = None,
        within_s: float | None = None,
    ) -> Page[BiometricValidation]:
        """One page. No filter takes the identifier: populate ``livenessSession``, which carries it, and look there."""
        paged(LIST, page=page, limit=per_page)
        query = given(
            page=page,
            perPage=per_page,
            offset=offset,
            sort=sort,
            where_client=client,
            where_status=status,
            where_type=validation_type,
            where_livenessSession=liveness_session,
            **{
                "populates[]": tuple(populates),
                "in_status[]": tuple(statuses),
                "where>_createdAt": created_after,
            },
        )
        return many(self._transport.send(Call(operation=LIST, query=query, within_s=within_s)), BiometricValidation)

    def retrieve(
        self, validation: str, *, populates: Sequence[str] = (), within_s: float | None = None
    ) -> BiometricValidation:
        """One validation by Mongo id."""
        query = given(**{"populates[]": tuple(populates)})
        call = Call(operation=RETRIEVE, at=known(RETRIEVE, "id", validation), query=query, within_s=within_s)
        return one(self._transport.send(call), BiometricValidation)

    def delete(self, validation: str, *, token: RegistrationToken | None = None, within_s: float | None = None) -> None:
        """Drop a validation so that its step can be repeated; with an onboarding's token, else the account's."""
        operation = DELETE if token is None else DELETE_IN_REGISTRATION
        at = known(operation, "id", validation)
        self._transport.send(Call(operation=operation, at=at, token=token, within_s=within_s))

    def create_session(self, body: Mapping[str, Any], *, within_s: float | None = None) -> Opaque:
        """A bare liveness session. Neither its body nor its answer is described; a first-party demo uses it."""
        return one(self._transport.send(Call(operation=CREATE_SESSION, body=dict(body), within_s=within_s)), Opaque)


def _created_from(operation: Operation, request: BiometricValidationCreate) -> dict[str, Any]:
    if request.send_via_email and not request.email:
        raise bad_request(operation, "email")
    return wire_body(operation, request)
