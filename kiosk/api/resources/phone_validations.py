"""Codes to phones: of a login (by number), of an onboarding (with its token), or by id.

Confirming is never repeated by itself: each try counts, and a code has three. Unlike e-mail, the code of an onboarding is
confirmed without an id in the path.
"""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.api.envelopes import Page, many, one
from kiosk.api.models.app_logins import OtpResult
from kiosk.api.models.email_validations import CodeStatus, CodeType
from kiosk.api.models.phone_validations import (
    AppRegistrationPhoneValidationCreate,
    PhoneGateway,
    PhoneValidateRequest,
    PhoneValidation,
    PhoneValidationCreate,
)
from kiosk.api.operation import Bearer, Call, Operation, Repeat, Transport
from kiosk.api.resources.checks import known, paged, wire_body
from kiosk.api.resources.query import given
from kiosk.api.tokens import RegistrationToken

_AT = "/v2/phone-validations/{id}"

CREATE = Operation(id="createPhoneValidation", method="POST", path="/v2/phone-validations")
CONFIRM_FOR_REGISTRATION = Operation(
    id="validateAppRegistrationPhone", method="PUT", path="/v2/phone-validations", bearer=Bearer.GIVEN
)
LIST = Operation(id="listPhoneValidations", method="GET", path="/v2/phone-validations", repeat=Repeat.SAFE)
CONFIRM = Operation(id="validatePhoneByNumber", method="POST", path="/v2/phone-validations/validate")
CONFIRM_BY_ID = Operation(id="validatePhoneById", method="POST", path=f"{_AT}/validate")
CREATE_FOR_REGISTRATION = Operation(
    id="createAppRegistrationPhoneValidation",
    method="POST",
    path="/v2/phone-validations/app-registration",
    bearer=Bearer.GIVEN,
)
RETRIEVE = Operation(id="retrievePhoneValidation", method="GET", path=_AT, repeat=Repeat.SAFE)

OPERATIONS: tuple[Operation, ...] = (
    CREATE,
    CONFIRM_FOR_REGISTRATION,
    LIST,
    CONFIRM,
    CONFIRM_BY_ID,
    CREATE_FOR_REGISTRATION,
    RETRIEVE,
)


class PhoneValidations:
    """Calls on phone codes. Any thread; each call raises :class:`~kiosk.domain.errors.ApiError` and nothing else."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(self, validation: PhoneValidationCreate, *, within_s: float | None = None) -> PhoneValidation:
        """Send a code to a phone."""
        call = Call(operation=CREATE, body=wire_body(CREATE, validation), within_s=within_s)
        return one(self._transport.send(call), PhoneValidation)

    def list(
        self,
        *,
        page: int | None = None,
        limit: int | None = None,
        project: str | None = None,
        status: CodeStatus | str | None = None,
        kind: CodeType | str | None = None,
        phone: str | None = None,
        populates: Sequence[str] = (),
        within_s: float | None = None,
    ) -> Page[PhoneValidation]:
        """One page of checks."""
        paged(LIST, page=page, limit=limit)
        query = given(
            page=page,
            limit=limit,
            project=project,
            status=status,
            type=kind,
            phone=phone,
            **{"populates[]": populates},
        )
        return many(self._transport.send(Call(operation=LIST, query=query, within_s=within_s)), PhoneValidation)

    def confirm(self, code: PhoneValidateRequest, *, within_s: float | None = None) -> OtpResult:
        """Confirm a code by number. For a login the answer holds its token, or asks for a second factor."""
        call = Call(operation=CONFIRM, body=wire_body(CONFIRM, code), within_s=within_s)
        return one(self._transport.send(call), OtpResult)

    def confirm_by_id(self, validation: str, code: str, *, within_s: float | None = None) -> OtpResult:
        """Confirm a code by the id of its check."""
        call = Call(
            operation=CONFIRM_BY_ID,
            at=known(CONFIRM_BY_ID, "id", validation),
            body={"verificationCode": code},
            within_s=within_s,
        )
        return one(self._transport.send(call), OtpResult)

    def create_for_registration(
        self,
        validation: AppRegistrationPhoneValidationCreate,
        token: RegistrationToken,
        *,
        within_s: float | None = None,
    ) -> PhoneValidation:
        """Send the code of an onboarding."""
        call = Call(
            operation=CREATE_FOR_REGISTRATION,
            body=wire_body(CREATE_FOR_REGISTRATION, validation),
            token=token,
            within_s=within_s,
        )
        return one(self._transport.send(call), PhoneValidation)

    def confirm_for_registration(
        self,
        token: RegistrationToken,
        *,
        phone: str,
        country_code: str,
        code: str,
        project: str | None = None,
        project_flow: str | None = None,
        phone_gateway: PhoneGateway | str | None = None,
        within_s: float | None = None,
    ) -> PhoneValidation:
        """Confirm the code of an onboarding, by number."""
        named = {
            "phone": phone,
            "countryCode": country_code,
            "otp": code,
            "project": project,
            "projectFlow": project_flow,
            "phoneGateway": None if phone_gateway is None else str(phone_gateway),
        }
        body = {name: value for name, value in named.items() if value is not None}
        call = Call(operation=CONFIRM_FOR_REGISTRATION, body=body, token=token, within_s=within_s)
        return one(self._transport.send(call), PhoneValidation)

    def retrieve(
        self, validation: str, *, populates: Sequence[str] = (), within_s: float | None = None
    ) -> PhoneValidation:
        """One check."""
        query = given(**{"populates[]": populates})
        call = Call(operation=RETRIEVE, at=known(RETRIEVE, "id", validation), query=query, within_s=within_s)
        return one(self._transport.send(call), PhoneValidation)
