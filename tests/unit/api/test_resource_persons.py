"""People of the face-recognition pages: what goes out, what comes back, and what is stopped before it goes."""

from __future__ import annotations

from typing import Any

import pytest
from support.recording_transport import RecordingTransport

from kiosk.api.models.persons import (
    Person,
    PersonCreate,
    PersonCreateWithLiveness,
    PersonHit,
    PersonLookupItem,
    PersonStatus,
    PersonUpdate,
)
from kiosk.api.models.values import Gender, SearchMode
from kiosk.api.operation import Bearer, Repeat
from kiosk.api.resources import persons
from kiosk.api.resources.persons import Persons
from kiosk.domain.errors import ApiError, Code

PICTURE = "/9j/" + "A" * 120
ID = "64f0c0ffee00000000000001"
BODY: dict[str, Any] = {
    "_id": ID,
    "name": "Lena Muster",
    "gender": "F",
    "date_of_birth": {"year": 1988, "month": 4, "day": 9},
    "nationality": None,
    "collections": [
        "64f0c0ffee00000000000002",
        {"_id": "64f0c0ffee00000000000003", "code": "c", "name": "n", "extra": 1},
    ],
    "thumbnails": [{"id": "face-1", "thumbnail": PICTURE}],
    "notes": "kiosk:0190",
    "status": "active",
    "emails": ["lena@example.org"],
    "livenessScore": 0,
    "somethingNew": {"deep": [1, None, 2.5]},
    "createdAt": "2031-05-06T07:08:09.000Z",
    "__v": 0,
}


def test_create_sends_what_was_given_and_reads_the_person() -> None:
    transport = RecordingTransport({"id": "Q1W2E", "data": BODY, "signature": "sealed"})
    request = PersonCreate(name="Lena Muster", images=(PICTURE,), collections=("64f0c0ffee00000000000002",), notes=None)
    person = Persons(transport).create(request, within_s=4.0)
    call = transport.last
    assert call.operation is persons.CREATE
    assert call.body == {"name": "Lena Muster", "images": [PICTURE], "collections": ["64f0c0ffee00000000000002"]}
    assert call.within_s == 4.0
    assert person.id == ID
    assert person.birth_date == "1988-04-09"
    assert person.status is PersonStatus.ACTIVE
    assert person.wire() == BODY


def test_what_writes_never_repeats_itself_and_reads_may() -> None:
    never = {operation.id for operation in persons.OPERATIONS if operation.repeat is Repeat.NEVER}
    assert never == {"createPerson", "createPersonWithLiveness", "updatePerson"}
    assert all(operation.bearer is Bearer.ACCOUNT for operation in persons.OPERATIONS)


def test_a_person_without_an_id_is_unreadable_and_may_have_been_made() -> None:
    transport = RecordingTransport({"data": {"name": "Lena Muster"}})
    with pytest.raises(ApiError) as caught:
        Persons(transport).create(PersonCreate(name="Lena Muster", images=(PICTURE,)))
    assert caught.value.code is Code.API_UNREADABLE
    assert caught.value.maybe_done
    assert "Lena" not in str(caught.value)


@pytest.mark.parametrize("count", [0, 4])
def test_one_to_three_pictures(count: int) -> None:
    transport = RecordingTransport()
    with pytest.raises(ApiError, match="createPerson: images") as caught:
        Persons(transport).create(PersonCreate(name="Lena", images=(PICTURE,) * count))
    assert caught.value.code is Code.API_BAD_REQUEST
    with pytest.raises(ApiError, match="updatePerson: images"):
        Persons(transport).update(ID, PersonUpdate(images=(PICTURE,) * count))
    assert not transport.calls


def with_liveness(**changes: Any) -> PersonCreateWithLiveness:
    fields: dict[str, Any] = {
        "name": "Lena Muster",
        "images": (PICTURE,),
        "gender": Gender.F,
        "date_of_birth": "1988-04-09T00:00:00.000Z",
        "collection_id": ID,
        "liveness_min_score": 0.6,
        "min_score": 0.85,
        "search_mode": SearchMode.ACCURATE,
    }
    return PersonCreateWithLiveness(**(fields | changes))


def test_create_with_liveness_sends_snake_case() -> None:
    transport = RecordingTransport({"data": BODY})
    Persons(transport).create_with_liveness(with_liveness())
    assert transport.last.operation.path == "/v2/face-recognition/persons/search-live-face"
    assert transport.last.body == {
        "name": "Lena Muster",
        "images": [PICTURE],
        "gender": "F",
        "date_of_birth": "1988-04-09T00:00:00.000Z",
        "collection_id": ID,
        "liveness_min_score": 0.6,
        "min_score": 0.85,
        "search_mode": "ACCURATE",
    }


@pytest.mark.parametrize(("field", "value"), [("min_score", 0.49), ("min_score", 1.01), ("liveness_min_score", 0.4)])
def test_scores_outside_of_the_printed_limits_stay_here(field: str, value: float) -> None:
    transport = RecordingTransport({"data": BODY})
    with pytest.raises(ApiError, match=f"createPersonWithLiveness: {field}"):
        Persons(transport).create_with_liveness(with_liveness(**{field: value}))
    assert not transport.calls


@pytest.mark.parametrize("value", [0.5, 1, 1.0])
def test_the_limits_themselves_are_allowed(value: float) -> None:
    transport = RecordingTransport({"data": BODY})
    Persons(transport).create_with_liveness(with_liveness(min_score=value, liveness_min_score=value))
    assert len(transport.calls) == 1


def test_list_names_its_parameters_as_the_wire_does() -> None:
    transport = RecordingTransport({"data": {"docs": [BODY]}, "total": 1})
    page = Persons(transport).list(
        page=2,
        limit=100,
        offset=0,
        sort="-createdAt",
        populates=("collections", "client"),
        like_name="Lena",
        sort_by="name",
        sort_order="asc",
    )
    assert transport.last.query == {
        "page": 2,
        "limit": 100,
        "offset": 0,
        "sort": "-createdAt",
        "populates[]": ("collections", "client"),
        "like_name": "Lena",
        "sortBy": "name",
        "sortOrder": "asc",
    }
    assert [person.id for person in page] == [ID]


@pytest.mark.parametrize(("page", "limit", "field"), [(0, 10, "page"), (1, 0, "limit"), (1, 101, "limit")])
def test_a_page_that_cannot_be_is_not_asked_for(page: int, limit: int, field: str) -> None:
    transport = RecordingTransport([])
    with pytest.raises(ApiError, match=f"listPersons: {field}"):
        Persons(transport).list(page=page, limit=limit)
    assert not transport.calls


def test_lookup_of_nobody_is_an_empty_page() -> None:
    transport = RecordingTransport({"data": [], "total": 0})
    page = Persons(transport).lookup("Lena 2", date_of_birth="1988-04-09")
    assert transport.last.query == {"name": "Lena 2", "date_of_birth": "1988-04-09"}
    assert len(page) == 0
    assert page.total == 0


@pytest.mark.parametrize("name", ["", "Al", "A1l2", "  1234  "])
def test_lookup_needs_three_letters(name: str) -> None:
    transport = RecordingTransport({"data": [], "total": 0})
    with pytest.raises(ApiError, match="lookupPersons: name"):
        Persons(transport).lookup(name)
    assert not transport.calls


def test_lookup_reads_the_collections_code() -> None:
    item = {"_id": ID, "name": "Lena", "date_of_birth": "1988-04-09", "collections": [{"_id": "x", "code": "y"}]}
    found = PersonLookupItem.model_validate(item)
    assert found.collections is not None
    assert found.collections[0].code == "y"
    assert found.wire() == item


def test_retrieve_update_delete_name_the_person_in_the_path() -> None:
    transport = RecordingTransport({"data": BODY})
    client = Persons(transport)
    client.retrieve(ID, populates=("collections",))
    assert (transport.last.at, transport.last.query) == ({"id": ID}, {"populates[]": ("collections",)})
    client.update(ID, PersonUpdate(name="Lena M.", date_of_birth="1988-04-09"))
    assert (transport.last.at, transport.last.body) == ({"id": ID}, {"name": "Lena M.", "date_of_birth": "1988-04-09"})
    removed = client.delete(ID, collection="64f0c0ffee00000000000002")
    assert (transport.last.at, transport.last.query) == ({"id": ID}, {"collection": "64f0c0ffee00000000000002"})
    assert removed.id == ID


@pytest.mark.parametrize("nobody", ["", "   "])
def test_nobody_is_never_the_whole_list(nobody: str) -> None:
    transport = RecordingTransport({"data": BODY})
    for call in (Persons(transport).retrieve, Persons(transport).delete):
        with pytest.raises(ApiError, match="id"):
            call(nobody)
    assert not transport.calls


def test_project_type_lists_and_searches() -> None:
    transport = RecordingTransport({"data": [BODY], "pagination": {"page": 1, "perPage": 20, "total": 1, "pages": 1}})
    client = Persons(transport)
    assert client.list_by_project_type("onboarding", page=1).limit == 20
    assert transport.last.at == {"type": "onboarding"}
    client.search_by_project_type("onboarding", {"images": [PICTURE]})
    assert transport.last.body == {"images": [PICTURE]}
    assert transport.last.operation.id == "searchPersonsByProjectType"


@pytest.mark.parametrize(
    ("given", "iso"),
    [
        ("1988-04-09", "1988-04-09"),
        ("1988-04-09T00:00:00.000Z", "1988-04-09"),
        ({"year": 1988, "month": 4, "day": 9}, "1988-04-09"),
        (None, ""),
        ("yesterday", ""),
        ("1988-13-40", ""),
        ({"year": 1988, "month": 13, "day": 9}, ""),
        ({"year": 10**12, "month": 1, "day": 1}, ""),
        ({"year": 1988}, ""),
    ],
)
def test_a_date_of_birth_in_every_form_is_one_date_and_comes_back_as_it_was(given: object, iso: str) -> None:
    body = {"_id": ID, "name": "Lena", "date_of_birth": given}
    person = Person.model_validate(body)
    assert person.birth_date == iso
    assert person.wire() == body


@pytest.mark.parametrize("ids", [{"_id": "a"}, {"id": "a"}, {"_id": "a", "id": "a"}])
def test_an_id_in_either_spelling_comes_back_as_it_was(ids: dict[str, str]) -> None:
    person = Person.model_validate({**ids, "name": "x"})
    assert person.id == "a"
    assert person.wire() == {**ids, "name": "x"}


def test_a_status_nobody_knows_yet_is_kept() -> None:
    body = {"_id": ID, "status": "archived", "gender": "X"}
    person = Person.model_validate(body)
    assert person.status == "archived"
    assert not isinstance(person.status, PersonStatus)
    assert person.wire() == body


@pytest.mark.parametrize("score", ["0.9", True, None, float("nan"), float("inf"), 10**400, [0.9]])
def test_a_score_that_is_no_number_decides_nothing(score: object) -> None:
    with pytest.raises(ValueError, match="score"):
        PersonHit.model_validate({"id": ID, "score": score})


def test_objects_show_nothing_of_what_they_hold() -> None:
    person = Person.model_validate(BODY)
    assert "Lena" not in f"{person} {person!r}"
