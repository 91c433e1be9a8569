from __future__ import annotations

import json
from pathlib import Path

from support.records import DETAILS, JPEG, SESSION, validation

from kiosk.domain.person import Person, PersonId
from kiosk.store.wire import liveness_session_to_wire, person_to_wire, validation_to_wire

SEED_PERSON = {
    "id", "firstName", "lastName", "email", "phone", "dateOfBirth", "documentType", "documentNumber",
    "biometricData", "verificationStatus", "createdAt", "updatedAt",
}  # fmt: skip
SEED_VALIDATION = {
    "client", "project", "projectFlow", "livenessSession", "status", "type", "url", "livenessScore",
    "assignedCollection", "collectionCode", "requires2FA", "_id", "updatedAt", "createdAt", "__v",
}  # fmt: skip
SEED_SESSION = {
    "client", "project", "projectFlow", "identifier", "status", "livenessResult", "comparisonResult",
    "generalInformation", "documentTypeFields", "location", "proFields", "studioFields", "promptFields", "expiresAt",
    "_id", "activatedAt", "updatedAt", "createdAt", "__v",
}  # fmt: skip


def test_a_person_has_the_seeds_names_and_no_picture():
    person = Person(id=PersonId("p1"), details=DETAILS, face_image=JPEG, fingerprint=b"finger", liveness_score=0.9)
    wire = person_to_wire(person)
    assert set(wire) == SEED_PERSON | {"truth", "remoteId"}
    assert wire["firstName"] == "Grażyna"
    assert wire["biometricData"] == {"livenessScore": 0.9}
    assert "finger" not in json.dumps(wire)


def test_a_result_has_the_seeds_names_and_ours():
    wire = validation_to_wire(validation(person="p1"))
    ours = {"identifier", "person", "outcome", "reason", "truth", "similarity", "monoMs", "clockOffsetS", "remoteId"}
    assert set(wire) == SEED_VALIDATION | ours
    assert json.loads(json.dumps(wire)) == wire
    assert (wire["_id"], wire["livenessSession"], wire["requires2FA"], wire["__v"]) == ("v1", SESSION.id, True, 7)
    assert (wire["type"], wire["outcome"], wire["reason"]) == ("login", "granted", "recognised")


def test_a_liveness_session_has_the_seeds_names_and_its_lists():
    wire = liveness_session_to_wire(SESSION)
    assert set(wire) == SEED_SESSION
    assert wire["livenessResult"] == [1]
    assert wire["promptFields"] == [8]
    assert validation_to_wire(validation(session=None))["livenessSession"] is None


def test_the_lists_above_are_the_seeds(shared: Path):
    page = (shared / "api" / "seed-biometric-validations.txt").read_text(encoding="utf-8")
    answer = json.JSONDecoder().raw_decode(page, page.index('{\n    "data"'))[0]["data"]
    assert set(answer["biometricValidation"]) == SEED_VALIDATION
    assert set(answer["livenessSession"]) == SEED_SESSION
    persons = (shared / "api" / "seed-persons.md").read_text(encoding="utf-8")
    assert set(json.JSONDecoder().raw_decode(persons, persons.index('{\n  "id"'))[0]) == SEED_PERSON
