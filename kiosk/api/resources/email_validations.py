"""Codes to e-mail addresses: of a login (by address), of an onboarding (with its token), or by id.

Confirming is never repeated by itself: each try counts, and a code has three.
"""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.api.envelopes import Page, many, one
from kiosk.api.models.app_logins import OtpResult
from kiosk.api.models.email_validations import (
    AppRegistrationEmailValidationCreate,
    CodeStatus,
    CodeType,
    EmailValidateRequest,
    EmailValidation,
    EmailValidationCreate,
)
from kiosk.api.operation import Bearer, Call, Operation, Repeat, Transport
from kiosk.api.resources.checks import known, paged, wire_body
from kiosk.api.resources.query import given
from kiosk.api.tokens import RegistrationToken

_AT = "/v2/email-validations/{id}"

CREATE = Operation(id="createEmailValidation", method="POST", path="/v2/email-validations")
LIST = Operation(id="listEmailValidations", method="GET", path="/v2/email-validations", repeat=Repeat.SAFE)
CONFIRM = Operation(id="validateEmailByAddress", method="POST", path="/v2/email-validations/validate")
CONFIRM_BY_ID = Operation(id="validateEmailById", method="POST", path=f"{_AT}/validate")
CREATE_FOR_REGISTRATION = Operation(
    id="createAppRegistrationEmailValidation",
    method="POST",
    path="/v2/email-validations/app-registration",
    bearer=Bearer.GIVEN,
)
CONFIRM_FOR_REGISTRATION = Operation(id="validateAppRegistrationEmail", method="PUT", path=_AT, bearer=Bearer.GIVEN)
RETRIEVE = Operation(id="retrieveEmailValidation", method="GET", path=_AT, repeat=Repeat.SAFE)

OPERATIONS: tuple[Operation, ...] = (
    CREATE,
    LIST,
    CONFIRM,
    CONFIRM_BY_ID,
    CREATE_FOR_REGISTRATION,
    CONFIRM_FOR_REGISTRATION,
    RETRIEVE,
)


class EmailValidations:
    """Calls on e-mail codes. Any thread; each call raises :class:`~kiosk.domain.errors.ApiError` and nothing else."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(self, validation: EmailValidationCreate, *, within_s: float | None = None) -> EmailValidation:
        """Send a code or a link to an address."""
        call = Call(operation=CREATE, body=wire_body(CREATE, validation), within_s=within_s)
        return one(self._transport.send(call), EmailValidation)

    def list(
        self,
        *,
        page: int | None = None,
        limit: int | None = None,
        project: str | None = None,
        status: CodeStatus | str | None = None,
        kind: CodeType | str | None = None,
        email: str | None = None,
        populates: Sequence[str] = (),
        within_s: float | None = None,
    ) -> Page[EmailValidation]:
        """One page of checks."""
        paged(LIST, page=page, limit=limit)
        query = given(
            page=page,
            limit=limit,
            project=project,
            status=status,
            type=kind,
            email=email,
            **{"populates[]": populates},
        )
        return many(self._transport.send(Call(operation=LIST, query=query, within_s=within_s)), EmailValidation)

    def confirm(self, code: EmailValidateRequest, *, within_s: float | None = None) -> OtpResult:
        """Confirm a code by address. For a login the answer holds its token, or asks for a second factor."""
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
        validation: AppRegistrationEmailValidationCreate,
        token: RegistrationToken,
        *,
        within_s: float | None = None,
    ) -> EmailValidation:
        """Send the code of an onboarding."""
        call = Call(
            operation=CREATE_FOR_REGISTRATION,
            body=wire_body(CREATE_FOR_REGISTRATION, validation),
            token=token,
            within_s=within_s,
        )
        return one(self._transport.send(call), EmailValidation)

    def confirm_for_registration(
        self, validation: str, token: RegistrationToken, *, email: str, code: str, within_s: float | None = None
    ) -> EmailValidation:
        """Confirm the code of an onboarding, by the id of its check."""
        body = {"email": email, "otp": code}
        call = Call(
            operation=CONFIRM_FOR_REGISTRATION,
            at=known(CONFIRM_FOR_REGISTRATION, "id", validation),
            body=body,
            token=token,
            within_s=within_s,
        )
        return one(self._transport.send(call), EmailValidation)

    def retrieve(
        self, validation: str, *, populates: Sequence[str] = (), within_s: float | None = None
    ) -> EmailValidation:
        """One check."""
        query = given(**{"populates[]": populates})
        call = Call(operation=RETRIEVE, at=known(RETRIEVE, "id", validation), query=query, within_s=within_s)
        return one(self._transport.send(call), EmailValidation)
