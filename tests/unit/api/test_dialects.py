"""One person in two shapes: what travels, what comes back, and when a record is surely ours."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.recording_transport import RecordingTransport

from kiosk.api.dialects import (
    CARRIED,
    Dialect,
    as_held,
    face_name,
    from_face,
    from_lookup,
    from_seed,
    identities,
    mark_in,
    same_person,
    split_name,
    to_face_create,
    to_face_update,
    to_seed_create,
    to_seed_liveness,
)
from kiosk.api.models.persons import Person as FacePerson
from kiosk.api.models.persons import PersonLookupItem
from kiosk.api.models.seed_persons import SeedPerson
from kiosk.api.resources.persons import Persons
from kiosk.api.resources.seed_persons import SeedPersons
from kiosk.domain.errors import ApiError, Code
from kiosk.domain.person import WIRE, Details, Person, PersonId
from kiosk.settings import Dialect as SettingsDialect

JPEG = b"\xff\xd8\xff\xe0" + b"not really a picture " * 8
TEXT = base64.b64encode(JPEG).decode()
MARK = "01900000-0000-7000-8000-00000000002a"
DETAILS = Details(
    first_name="Marta 2",
    last_name="Ruiz de la Peña",
    email="marta@example.org",
    phone="+573001112233",
    date_of_birth="1979-12-31",
    document_type="national_id",
    document_number="CC 1.234.567",
)
PERSON = Person(id=PersonId("p1"), details=DETAILS, face_image=JPEG, fingerprint=b"never sent")
ID = "64f0c0ffee00000000000020"


def test_the_words_are_those_of_the_settings() -> None:
    assert {str(dialect) for dialect in Dialect} == {str(dialect) for dialect in SettingsDialect}


def test_seed_creation_has_the_pages_names() -> None:
    transport = RecordingTransport({"id": "person_1"})
    SeedPersons(transport).create(to_seed_create(PERSON))
    assert transport.last.body == {
        "firstName": "Marta 2",
        "lastName": "Ruiz de la Peña",
        "email": "marta@example.org",
        "phone": "+573001112233",
        "dateOfBirth": "1979-12-31",
        "documentType": "national_id",
        "documentNumber": "CC 1.234.567",
    }


def test_seed_creation_with_liveness_carries_the_picture_and_never_the_fingerprint() -> None:
    transport = RecordingTransport({"id": "person_1"})
    SeedPersons(transport).create_with_liveness(to_seed_liveness(PERSON))
    body = dict(transport.last.body or {})
    assert body.pop("biometricData") == {"faceImage": TEXT, "livenessDetection": True}
    assert body == to_seed_create(PERSON).wire()


def test_what_was_not_given_is_left_out() -> None:
    person = Person(id=PersonId("p"), details=Details(first_name="Marta"))
    assert to_seed_create(person).wire() == {"firstName": "Marta"}
    assert to_face_update(person).wire() == {"name": "Marta"}


def test_what_is_empty_now_is_forgotten_there_too() -> None:
    person = Person(id=PersonId("p"), details=Details(first_name="Marta", email="new@example.org"))
    known = Details(first_name="Marta", email="old@example.org", phone="+573001112233")
    assert to_seed_create(person, known).wire() == {"firstName": "Marta", "email": "new@example.org", "phone": ""}
    assert to_face_update(person, known).wire() == {"name": "Marta", "email": "new@example.org", "phone": ""}


def test_face_creation_joins_the_name_without_digits_and_carries_the_mark() -> None:
    transport = RecordingTransport({"data": {"_id": ID}})
    Persons(transport).create(to_face_create(PERSON, mark=MARK, collections=("64f0c0ffee00000000000012",)))
    assert transport.last.body == {
        "name": "Marta Ruiz de la Peña",
        "images": [TEXT],
        "date_of_birth": "1979-12-31",
        "email": "marta@example.org",
        "phone": "+573001112233",
        "collections": ["64f0c0ffee00000000000012"],
        "notes": f"kiosk:{MARK}",
    }


def test_face_update_keeps_pictures_and_notes_as_they_are() -> None:
    assert set(to_face_update(PERSON).wire()) == {"name", "date_of_birth", "email", "phone"}


@pytest.mark.parametrize("name", ["", "   ", "12 34", "٣"])
def test_a_name_without_a_letter_is_not_sent(name: str) -> None:
    person = replace(PERSON, details=Details(first_name=name))
    for build in (lambda: to_face_create(person, mark=MARK, collections=()), lambda: to_face_update(person)):
        with pytest.raises(ApiError, match="name") as caught:
            build()
        assert caught.value.code is Code.API_BAD_REQUEST


def test_no_picture_no_enrolment() -> None:
    person = replace(PERSON, face_image=None)
    for build in (lambda: to_face_create(person, mark=MARK, collections=()), lambda: to_seed_liveness(person)):
        with pytest.raises(ApiError, match="image") as caught:
            build()
        assert caught.value.code is Code.API_BAD_REQUEST
        assert not caught.value.maybe_done


SEED_BODY = {
    "id": "person_000000042",
    **to_seed_create(PERSON).wire(),
    "dateOfBirth": "1979-12-31T00:00:00.000Z",
    "biometricData": {"faceImage": TEXT, "livenessScore": 1},
    "verificationStatus": "verified",
    "createdAt": "2031-05-06T07:08:09Z",
    "updatedAt": "2031-05-07T07:08:09Z",
}


def test_from_seed_reads_everything() -> None:
    remote = from_seed(SeedPerson.model_validate(SEED_BODY))
    assert remote.remote_id == "person_000000042"
    assert remote.details == DETAILS
    assert remote.image == JPEG
    assert remote.liveness_score == 1.0
    assert remote.verification_status == "verified"
    assert (remote.created_at, remote.updated_at) == ("2031-05-06T07:08:09Z", "2031-05-07T07:08:09Z")
    assert remote.mark == ""


def test_from_seed_of_a_bare_person() -> None:
    remote = from_seed(SeedPerson.model_validate({"id": "p", "firstName": None}))
    assert remote.details == Details(first_name="")
    assert (remote.image, remote.liveness_score, remote.verification_status) == (None, None, "")


def test_from_face_splits_the_name_and_finds_the_mark() -> None:
    remote = from_face(
        FacePerson.model_validate(
            {
                "_id": ID,
                "name": "Marta  Ruiz de la Peña",
                "date_of_birth": {"year": 1979, "month": 12, "day": 31},
                "emails": ["marta@example.org", "other@example.org"],
                "phones": [],
                "thumbnails": [
                    {"id": "f", "thumbnail": "broken"},
                    {"id": "g", "thumbnail": f"data:image/jpeg;base64,{TEXT}"},
                ],
                "notes": f"window seat; kiosk:{MARK}",
                "status": "active",
                "livenessScore": 0.9,
                "createdAt": "a",
                "updatedAt": "b",
            }
        )
    )
    assert remote.details == Details(
        first_name="Marta",
        last_name="Ruiz de la Peña",
        email="marta@example.org",
        date_of_birth="1979-12-31",
    )
    assert remote.image == JPEG
    assert remote.mark == MARK
    assert remote.verification_status == ""  # "active" is the record's
    assert (remote.liveness_score, remote.created_at, remote.updated_at) == (0.9, "a", "b")


def test_from_lookup_carries_no_mark() -> None:
    remote = from_lookup(PersonLookupItem.model_validate({"_id": ID, "name": "Marta", "date_of_birth": "1979-12-31"}))
    assert (remote.remote_id, remote.details.date_of_birth, remote.mark) == (ID, "1979-12-31", "")


@pytest.mark.parametrize("text", ["", "base64_encoded_image", "Zm9v", "/9j/4AAQ…", "data:image/jpeg;base64,", "ÿ"])
def test_a_picture_that_is_no_jpeg_is_none(text: str) -> None:
    assert from_seed(SeedPerson.model_validate({"id": "p", "biometricData": {"faceImage": text}})).image is None


@pytest.mark.parametrize(
    ("notes", "mark"),
    [(None, ""), ("", ""), ("window seat", ""), ("kiosk:", ""), ("mykiosk:abc", ""), ("a kiosk:ab-1 b", "ab-1")],
)
def test_the_mark_stands_anywhere_in_the_notes(notes: str | None, mark: str) -> None:
    assert mark_in(notes) == mark


_NAMES = st.text(alphabet=st.characters(codec="utf-8"), max_size=20)


@given(first=_NAMES, last=_NAMES)
def test_a_name_joined_and_split_is_the_same_name(first: str, last: str) -> None:
    name = face_name(Details(first_name=first, last_name=last))
    assert not any(letter.isdigit() for letter in name)
    again = Details(first_name=split_name(name)[0], last_name=split_name(name)[1])
    assert again.display_name == name
    assert face_name(again) == name


def test_what_tells_people_apart_the_strongest_first() -> None:
    assert list(identities(DETAILS).items()) == [
        ("document", ("national_id", "cc1234567")),
        ("email", ("marta@example.org",)),
        ("born", ("marta ruiz de la peña", "1979-12-31")),
    ]
    assert identities(Details(first_name="Marta", last_name="Ruiz", phone="+573001112233")) == {}
    assert identities(Details(first_name="", date_of_birth="1979-12-31")) == {}
    assert identities(Details(first_name="Marta", document_number="123")) == {}


def remote(details: Details, mark: str = "") -> FacePerson:
    body = {"_id": ID, "name": face_name(details), "date_of_birth": details.date_of_birth or None}
    return FacePerson.model_validate({**body, "emails": [details.email], "notes": f"kiosk:{mark}" if mark else None})


def test_a_mark_decides_whatever_else_is_there() -> None:
    stranger = replace(DETAILS, first_name="Olga", email="olga@example.org", date_of_birth="1990-01-01")
    assert same_person(PERSON, from_face(remote(stranger, MARK)), mark=MARK)
    assert not same_person(PERSON, from_face(remote(DETAILS, "another")), mark=MARK)


def test_without_a_mark_the_face_dialect_goes_by_what_it_carries() -> None:
    assert same_person(PERSON, from_face(remote(DETAILS)), mark=MARK)
    assert not same_person(PERSON, from_face(remote(replace(DETAILS, email="x@example.org"))), mark=MARK)


@pytest.mark.parametrize(
    ("theirs", "same"),
    [
        ({}, True),
        ({"documentNumber": "cc1234567", "firstName": "Corrected"}, True),
        ({"documentNumber": "CC 7654321"}, False),
        ({"documentType": "passport"}, False),
        ({"documentNumber": ""}, True),  # an account that did not keep it: e-mail and name are still the same
        ({"documentNumber": "", "firstName": "Olga"}, False),
        ({"documentNumber": "", "dateOfBirth": "1980-01-01"}, False),
        ({"documentNumber": "", "documentType": "", "email": None}, True),
        ({"documentNumber": "", "email": None, "dateOfBirth": None}, False),
    ],
)
def test_documents_tell_people_of_the_seed_dialect_apart(theirs: dict[str, str], same: bool) -> None:
    found = from_seed(SeedPerson.model_validate({**SEED_BODY, **theirs}))
    assert same_person(PERSON, found, mark=MARK) is same


def test_relatives_share_an_address_and_stay_two_people() -> None:
    mother = replace(PERSON, details=Details(first_name="Marta", last_name="Ruiz", email="home@example.org"))
    body = {"id": "p", "firstName": "Olga", "lastName": "Ruiz", "email": "Home@example.org"}
    child = from_seed(SeedPerson.model_validate(body))
    herself = from_seed(SeedPerson.model_validate({**body, "firstName": "MARTA"}))
    assert not same_person(mother, child, mark=MARK)
    assert same_person(mother, herself, mark=MARK)


def test_a_name_alone_is_nobody() -> None:
    person = replace(PERSON, details=Details(first_name="Marta", last_name="Ruiz"))
    found = from_seed(SeedPerson.model_validate({"id": "p", "firstName": "Marta", "lastName": "Ruiz"}))
    assert not same_person(person, found, mark=MARK)


def test_the_persons_dialect_carries_all_details_and_the_other_no_document() -> None:
    assert CARRIED[Dialect.PERSONS] == set(WIRE)
    assert set(WIRE) - CARRIED[Dialect.FACE_RECOGNITION] == {"document_type", "document_number"}


def test_how_an_account_gives_details_back() -> None:
    given = Details(
        first_name="Ana  María 2",
        last_name="Pérez",
        email="ana@example.com",
        phone="+571",
        date_of_birth="1990-01-02",
        document_type="passport",
        document_number="X1",
    )
    assert as_held(given, Dialect.PERSONS) == given
    assert as_held(given, Dialect.FACE_RECOGNITION) == Details(
        first_name="Ana", last_name="María Pérez", email="ana@example.com", phone="+571", date_of_birth="1990-01-02"
    )
