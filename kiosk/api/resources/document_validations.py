"""Documents of an onboarding, and the check of its person's record that hangs on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kiosk.api.envelopes import Page, many, one
from kiosk.api.models.common import Loose
from kiosk.api.models.document_validations import (
    AppRegistrationDocument,
    DocumentInput,
    DocumentMethod,
    DocumentPurpose,
    DocumentStatus,
    DocumentValidation,
)
from kiosk.api.operation import Bearer, Call, Operation, Repeat, Transport
from kiosk.api.resources.checks import known, paged
from kiosk.api.resources.query import given
from kiosk.api.tokens import RegistrationToken

_AT = "/v2/document-validations/{id}"

CREATE = Operation(
    id="createAppRegistrationDocumentValidation",
    method="POST",
    path="/v2/document-validations/app-registration",
    bearer=Bearer.GIVEN,
)
LIST = Operation(id="listDocumentValidations", method="GET", path="/v2/document-validations", repeat=Repeat.SAFE)
RETRIEVE = Operation(id="retrieveDocumentValidation", method="GET", path=_AT, repeat=Repeat.SAFE)
DELETE = Operation(id="deleteDocumentValidation", method="DELETE", path=_AT, repeat=Repeat.SAFE)
VALIDATE = Operation(
    id="validateDocumentValidation", method="PUT", path=f"{_AT}/validate", bearer=Bearer.GIVEN, repeat=Repeat.SAFE
)
BACKGROUND_CHECK = Operation(  # a PUT, but each one is a charged look-up
    id="runBackgroundCheck",
    method="PUT",
    path="/v2/information-validations/{id}/background-check",
    bearer=Bearer.GIVEN,
)

OPERATIONS: tuple[Operation, ...] = (CREATE, LIST, RETRIEVE, DELETE, VALIDATE, BACKGROUND_CHECK)


class DocumentValidations:
    """Calls on documents. Any thread; each call raises :class:`~kiosk.domain.errors.ApiError` and nothing else."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create_for_registration(
        self,
        token: RegistrationToken,
        *,
        image: str | None = None,
        back_image: str | None = None,
        force: bool | None = None,
        within_s: float | None = None,
    ) -> AppRegistrationDocument:
        """Send a document, front or back or both, base64 JPEG; ``force`` replaces an earlier one."""
        given_body = {"image": image, "backImage": back_image, "force": force}
        body = {name: value for name, value in given_body.items() if value is not None}
        call = Call(operation=CREATE, body=body, token=token, within_s=within_s)
        return one(self._transport.send(call), AppRegistrationDocument)

    def list(
        self,
        *,
        page: int | None = None,
        per_page: int | None = None,
        populates: Sequence[str] = (),
        status: DocumentStatus | str | None = None,
        document_type: str | None = None,
        validation_method: DocumentMethod | str | None = None,
        purpose: DocumentPurpose | str | None = None,
        input_method: DocumentInput | str | None = None,
        within_s: float | None = None,
    ) -> Page[DocumentValidation]:
        """One page of documents."""
        paged(LIST, page=page, limit=per_page)
        query = given(
            page=page,
            perPage=per_page,
            where_status=status,
            where_documentType=document_type,
            where_validationMethod=validation_method,
            where_type=purpose,
            where_inputMethod=input_method,
            **{"populates[]": populates},
        )
        return many(self._transport.send(Call(operation=LIST, query=query, within_s=within_s)), DocumentValidation)

    def retrieve(
        self, document: str, *, populates: Sequence[str] = (), within_s: float | None = None
    ) -> DocumentValidation:
        """One document."""
        query = given(**{"populates[]": populates})
        call = Call(operation=RETRIEVE, at=known(RETRIEVE, "id", document), query=query, within_s=within_s)
        return one(self._transport.send(call), DocumentValidation)

    def delete(self, document: str, *, within_s: float | None = None) -> None:
        """Delete a document; the answer says no more than that it was done."""
        self._transport.send(Call(operation=DELETE, at=known(DELETE, "id", document), within_s=within_s))

    def validate(
        self,
        document: str,
        names: Mapping[str, Any],
        token: RegistrationToken,
        *,
        within_s: float | None = None,
    ) -> DocumentValidation:
        """Check the names that were read from a document; the fields are undocumented."""
        call = Call(
            operation=VALIDATE, at=known(VALIDATE, "id", document), body=dict(names), token=token, within_s=within_s
        )
        return one(self._transport.send(call), DocumentValidation)

    def background_check(
        self, information_validation: str, token: RegistrationToken, *, within_s: float | None = None
    ) -> Loose:
        """Ask for the criminal-record check of an onboarding, by the id of its information validation."""
        call = Call(
            operation=BACKGROUND_CHECK,
            at=known(BACKGROUND_CHECK, "id", information_validation),
            body={},
            token=token,
            within_s=within_s,
        )
        return one(self._transport.send(call), Loose)
