"""People of the persons overview page."""

from __future__ import annotations

from typing import Any

import pytest
from support.recording_transport import RecordingTransport

from kiosk.api.models.seed_persons import SeedFaceInput, SeedPerson, SeedPersonCreate, SeedPersonCreateWithLiveness
from kiosk.api.operation import Repeat
from kiosk.api.resources import seed_persons
from kiosk.api.resources.seed_persons import SeedPersons
from kiosk.domain.errors import ApiError, Code
from kiosk.domain.person import VerificationStatus

PICTURE = "/9j/" + "B" * 120
BODY: dict[str, Any] = {
    "id": "person_000000042",
    "firstName": "Lena",
    "lastName": "Muster",
    "email": "lena@example.org",
    "phone": "+4930000000",
    "dateOfBirth": "1988-04-09",
    "documentType": "passport",
    "documentNumber": "C01X0006H",
    "biometricData": {"faceImage": PICTURE, "fingerprint": "Zm9v", "livenessScore": 0.93},
    "verificationStatus": "verified",
    "createdAt": "2031-05-06T07:08:09Z",
    "updatedAt": "2031-05-06T07:08:09Z",
}


@pytest.mark.parametrize("answer", [BODY, {"data": BODY}, {"success": True, "data": BODY}])
def test_create_reads_the_bare_person_and_the_wrapped_one(answer: dict[str, Any]) -> None:
    transport = RecordingTransport(answer)
    person = SeedPersons(transport).create(
        SeedPersonCreate(first_name="Lena", last_name="Muster", document_number="C01X0006H", phone=None)
    )
    assert transport.last.operation is seed_persons.CREATE
    assert transport.last.body == {"firstName": "Lena", "lastName": "Muster", "documentNumber": "C01X0006H"}
    assert person.id == "person_000000042"
    assert person.verification_status is VerificationStatus.VERIFIED
    assert person.wire() == BODY


def test_create_with_liveness_is_the_printed_request() -> None:
    transport = RecordingTransport(BODY)
    SeedPersons(transport).create_with_liveness(
        SeedPersonCreateWithLiveness(
            first_name="Lena",
            last_name="Muster",
            email="lena@example.org",
            biometric_data=SeedFaceInput(face_image=PICTURE, liveness_detection=True),
        )
    )
    assert transport.last.operation.path == "/v2/persons/liveness"
    assert transport.last.body == {
        "firstName": "Lena",
        "lastName": "Muster",
        "email": "lena@example.org",
        "biometricData": {"faceImage": PICTURE, "livenessDetection": True},
    }


def test_what_writes_never_repeats_itself() -> None:
    never = {operation.id for operation in seed_persons.OPERATIONS if operation.repeat is Repeat.NEVER}
    assert never == {"seedCreatePerson", "seedCreatePersonWithLiveness", "seedUpdatePerson"}


@pytest.mark.parametrize("answer", [[BODY], {"data": [BODY]}, {"data": [BODY], "pagination": {"total": 1}}])
def test_list_reads_every_envelope(answer: object) -> None:
    transport = RecordingTransport(answer)
    page = SeedPersons(transport).list(page=1, limit=50, sort="createdAt")
    assert transport.last.query == {"page": 1, "limit": 50, "sort": "createdAt"}
    assert [person.id for person in page] == ["person_000000042"]


def test_retrieve_update_delete_name_the_person_in_the_path() -> None:
    transport = RecordingTransport(BODY)
    client = SeedPersons(transport)
    assert client.retrieve("person_000000042").birth_date == "1988-04-09"
    client.update("person_000000042", SeedPersonCreate(email=""))
    assert transport.last.body == {"email": ""}
    transport.body = None
    client.delete("person_000000042")
    assert all(call.at == {"personId": "person_000000042"} for call in transport.calls)
    assert [call.operation.method for call in transport.calls] == ["GET", "PUT", "DELETE"]


def test_nobody_is_never_the_whole_list() -> None:
    transport = RecordingTransport(BODY)
    with pytest.raises(ApiError, match="personId") as caught:
        SeedPersons(transport).delete("")
    assert caught.value.code is Code.API_BAD_REQUEST
    assert not transport.calls


def test_a_status_nobody_knows_yet_is_kept() -> None:
    body = {"id": "p", "verificationStatus": "under_review", "tags": ["a"]}
    person = SeedPerson.model_validate(body)
    assert person.verification_status == "under_review"
    assert person.wire() == body
