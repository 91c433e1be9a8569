"""Documents: sides that were given and no others, both spellings of a status, charged look-ups once."""

from __future__ import annotations

from support.api_recorder import ID, PICTURE, REGISTRATION
from support.recording_transport import RecordingTransport

from kiosk.api.models.document_validations import DocumentStatus, DocumentValidation
from kiosk.api.operation import Repeat
from kiosk.api.resources.document_validations import BACKGROUND_CHECK, OPERATIONS, DocumentValidations


def test_only_the_sides_that_were_given_go_out() -> None:
    transport = RecordingTransport({"data": {"documentValidation": {"_id": "d", "status": "ASSESSING"}}})
    answer = DocumentValidations(transport).create_for_registration(REGISTRATION, back_image=PICTURE)
    assert transport.calls[0].body == {"backImage": PICTURE}
    assert answer.document_validation is not None
    assert answer.document_validation.status is DocumentStatus.ASSESSING


def test_both_spellings_of_a_status_are_known() -> None:
    read = [DocumentValidation.model_validate({"_id": "d", "status": word}).status for word in ("FAILED", "failed")]
    assert read == [DocumentStatus.FAILED, DocumentStatus.FAILED_LOWER]


def test_what_was_read_has_an_odd_name() -> None:
    body = {"_id": "d", "OCRExtraction": {"firstName": "Ana"}, "fullNameMatchPercentage": 100}
    document = DocumentValidation.model_validate(body)
    assert document.extraction == {"firstName": "Ana"}
    assert document.wire() == body


def test_a_charged_look_up_goes_out_once() -> None:
    transport = RecordingTransport({"data": {"started": True}})
    assert DocumentValidations(transport).background_check(ID, REGISTRATION).wire() == {"started": True}
    assert BACKGROUND_CHECK.repeat is Repeat.NEVER
    never = {one.id for one in OPERATIONS if one.repeat is Repeat.NEVER}
    assert never == {"createAppRegistrationDocumentValidation", "runBackgroundCheck"}
