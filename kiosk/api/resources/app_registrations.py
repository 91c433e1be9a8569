"""Onboardings: started and looked after with the account's token, walked through with their own.

The pictures that an onboarding keeps are in :mod:`kiosk.api.resources.identity_images`, its codes with the e-mail and phone
validations, its document with the document validations and its selfie with the biometric validations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kiosk.api.envelopes import Page, many, one
from kiosk.api.models.app_registrations import (
    AppRegistration,
    AppRegistrationCreate,
    AppRegistrationCreated,
    AppRegistrationStatus,
    AppRegistrationSyncResult,
    ResentLink,
    SyncStep,
)
from kiosk.api.operation import Bearer, Call, Operation, Repeat, Transport
from kiosk.api.resources.checks import known, paged, wire_body
from kiosk.api.resources.query import given
from kiosk.api.tokens import RegistrationToken

_AT = "/v2/app-registrations/{id}"

CREATE = Operation(id="createAppRegistration", method="POST", path="/v2/app-registrations")
LIST = Operation(id="listAppRegistrations", method="GET", path="/v2/app-registrations", repeat=Repeat.SAFE)
RETRIEVE_OWN = Operation(  # a POST that only reads
    id="retrieveOwnAppRegistration",
    method="POST",
    path="/v2/app-registrations/me",
    bearer=Bearer.GIVEN,
    repeat=Repeat.SAFE,
)
RETRIEVE = Operation(id="retrieveAppRegistration", method="GET", path=_AT, repeat=Repeat.SAFE)
UPDATE = Operation(id="updateAppRegistration", method="PUT", path=_AT, bearer=Bearer.GIVEN, repeat=Repeat.SAFE)
DELETE = Operation(id="deleteAppRegistration", method="DELETE", path=_AT, repeat=Repeat.SAFE)
SYNC = Operation(id="syncAppRegistration", method="PUT", path=f"{_AT}/sync", bearer=Bearer.GIVEN, repeat=Repeat.SAFE)
RESEND_LINK = Operation(id="resendAppRegistrationLink", method="POST", path=f"{_AT}/resend-link")

OPERATIONS: tuple[Operation, ...] = (
    CREATE,
    LIST,
    RETRIEVE_OWN,
    RETRIEVE,
    UPDATE,
    DELETE,
    SYNC,
    RESEND_LINK,
)


class AppRegistrations:
    """Calls on onboardings. Any thread; each call raises :class:`~kiosk.domain.errors.ApiError` and nothing else."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(self, registration: AppRegistrationCreate, *, within_s: float | None = None) -> AppRegistrationCreated:
        """Start an onboarding. A known address gets a fresh token or a refusal: the pages disagree."""
        call = Call(operation=CREATE, body=wire_body(CREATE, registration), within_s=within_s)
        return one(self._transport.send(call), AppRegistrationCreated)

    def list(
        self,
        *,
        page: int | None = None,
        limit: int | None = None,
        sort: str | None = None,
        populates: Sequence[str] = (),
        status: AppRegistrationStatus | str | None = None,
        statuses: Sequence[str] = (),
        project: str | None = None,
        project_flow: str | None = None,
        within_s: float | None = None,
    ) -> Page[AppRegistration]:
        """One page of onboardings; ``limit`` 1 to 100."""
        paged(LIST, page=page, limit=limit)
        query = given(
            page=page,
            limit=limit,
            sort=sort,
            where_status=status,
            where_project=project,
            where_projectFlow=project_flow,
            **{"in_status[]": statuses, "populates[]": populates},
        )
        return many(self._transport.send(Call(operation=LIST, query=query, within_s=within_s)), AppRegistration)

    def retrieve_own(self, token: RegistrationToken, *, within_s: float | None = None) -> AppRegistration:
        """The onboarding that a token belongs to."""
        call = Call(operation=RETRIEVE_OWN, token=token, body={}, within_s=within_s)
        return one(self._transport.send(call), AppRegistration)

    def retrieve(
        self, registration: str, *, populates: Sequence[str] = (), within_s: float | None = None
    ) -> AppRegistration:
        """One onboarding."""
        query = given(**{"populates[]": populates})
        call = Call(operation=RETRIEVE, at=known(RETRIEVE, "id", registration), query=query, within_s=within_s)
        return one(self._transport.send(call), AppRegistration)

    def update(
        self,
        registration: str,
        change: Mapping[str, Any],
        token: RegistrationToken,
        *,
        within_s: float | None = None,
    ) -> AppRegistration:
        """Change fields of an onboarding, by wire name; which ones may change is undocumented."""
        call = Call(
            operation=UPDATE, at=known(UPDATE, "id", registration), body=dict(change), token=token, within_s=within_s
        )
        return one(self._transport.send(call), AppRegistration)

    def delete(self, registration: str, *, within_s: float | None = None) -> None:
        """Delete an onboarding; the body of the answer is undocumented and not read."""
        self._transport.send(Call(operation=DELETE, at=known(DELETE, "id", registration), within_s=within_s))

    def sync(
        self,
        registration: str,
        token: RegistrationToken,
        *,
        step: SyncStep | str,
        status: AppRegistrationStatus | str,
        note: str | None = None,
        within_s: float | None = None,
    ) -> AppRegistrationSyncResult:
        """Report that a step was reached or ended. The server decides the final status, whatever is sent."""
        body = {"step": str(step), "status": str(status)} | ({} if note is None else {"note": note})
        call = Call(operation=SYNC, at=known(SYNC, "id", registration), body=body, token=token, within_s=within_s)
        return one(self._transport.send(call), AppRegistrationSyncResult)

    def resend_link(
        self,
        registration: str,
        *,
        send_email: bool | None = None,
        recipient_email: str | None = None,
        within_s: float | None = None,
    ) -> ResentLink:
        """A fresh link into an unfinished onboarding, valid 30 minutes."""
        body = {} if send_email is None else {"sendEmail": send_email}
        named: dict[str, Any] = {} if recipient_email is None else {"recipientEmail": recipient_email}
        call = Call(
            operation=RESEND_LINK, at=known(RESEND_LINK, "id", registration), body=body | named, within_s=within_s
        )
        return one(self._transport.send(call), ResentLink)
