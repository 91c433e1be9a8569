"""Collections: what goes out and what comes back."""

from __future__ import annotations

from typing import Any

import pytest
from support.recording_transport import RecordingTransport

from kiosk.api.models.collections import CollectionInput, CollectionUpdate, Member, MovePeople
from kiosk.api.operation import Repeat
from kiosk.api.resources import collections as resource
from kiosk.api.resources.collections import Collections
from kiosk.domain.errors import ApiError, Code

ID = "64f0c0ffee00000000000012"
BODY: dict[str, Any] = {
    "_id": ID,
    "name": "Night shift",
    "description": "People of the night shift",
    "code": "7a1d0c1e-0000-4000-8000-000000000009",
    "project": None,
    "client": "64f0c0ffee00000000000001",
    "deleted": False,
    "colour": "blue",
    "createdAt": "2031-05-06T07:08:09.000Z",
    "__v": 2,
}


def test_create_sends_name_and_description() -> None:
    transport = RecordingTransport({"data": BODY})
    collection = Collections(transport).create(CollectionInput(name="Night shift", description="People"))
    assert transport.last.operation is resource.CREATE
    assert transport.last.body == {"name": "Night shift", "description": "People"}
    assert (collection.id, collection.code) == (ID, "7a1d0c1e-0000-4000-8000-000000000009")
    assert collection.wire() == BODY


def test_list_names_its_filters_as_the_wire_does() -> None:
    transport = RecordingTransport({"data": [BODY], "total": 1, "limit": 10, "page": 1, "pages": 1})
    page = Collections(transport).list(page=1, limit=10, sort="name", like_name="Night", codes=("a", "b"))
    assert transport.last.query == {
        "page": 1,
        "limit": 10,
        "sort": "name",
        "like_name": "Night",
        "in_code[]": ("a", "b"),
    }
    assert (page.total, page.pages, len(page)) == (1, 1, 1)


def test_retrieve_update_delete_name_the_collection() -> None:
    transport = RecordingTransport({"data": BODY})
    client = Collections(transport)
    client.retrieve(ID)
    client.update(ID, CollectionUpdate(name="Night", people=(Member(id="64f0c0ffee00000000000020"),)))
    assert transport.last.body == {"name": "Night", "people": [{"id": "64f0c0ffee00000000000020"}]}
    assert client.delete(ID).name == "Night shift"
    assert [(call.operation.method, call.at) for call in transport.calls] == [
        ("GET", {"id": ID}),
        ("PUT", {"id": ID}),
        ("DELETE", {"id": ID}),
    ]


def test_an_empty_membership_is_sent_and_an_unsaid_one_is_not() -> None:
    transport = RecordingTransport({"data": BODY})
    Collections(transport).update(ID, CollectionUpdate(name="Night", people=()))
    assert transport.last.body == {"name": "Night", "people": []}
    Collections(transport).update(ID, CollectionUpdate(name="Night"))
    assert transport.last.body == {"name": "Night"}


def test_move_people() -> None:
    transport = RecordingTransport({"data": {"moved": 2}})
    answer = Collections(transport).move_people(
        MovePeople(from_collection="a", to_collection="b", people_ids=("p", "q"))
    )
    assert transport.last.body == {"fromCollection": "a", "toCollection": "b", "peopleIds": ["p", "q"]}
    assert answer.wire() == {"moved": 2}


def test_no_collection_is_never_all_of_them() -> None:
    transport = RecordingTransport({"data": BODY})
    with pytest.raises(ApiError, match="deleteCollection: id") as caught:
        Collections(transport).delete(" ")
    assert caught.value.code is Code.API_BAD_REQUEST
    assert not transport.calls


def test_what_makes_or_moves_never_repeats_itself() -> None:
    never = {operation.id for operation in resource.OPERATIONS if operation.repeat is Repeat.NEVER}
    assert never == {"createCollection", "moveCollectionPeople"}
