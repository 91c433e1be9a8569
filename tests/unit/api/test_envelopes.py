"""Every wrapping that the pages show is taken off; what is none of them is an error that repeats nothing."""

from __future__ import annotations

import traceback
from typing import Any

import pytest
from pydantic import Field

from kiosk.api.envelopes import Page, many, one, raw
from kiosk.api.model import Model
from kiosk.api.operation import Operation, Repeat, Reply
from kiosk.domain.errors import ApiError, Code


class Inner(Model):
    score: float


class Thing(Model):
    id: str = Field(alias="_id")
    first_name: str = ""
    inner: Inner | None = None
    notes: dict[str, int] = Field(default_factory=dict)


MAKE = Operation(id="createThing", method="POST", path="/v2/things")
READ = Operation(id="listThings", method="GET", path="/v2/things", repeat=Repeat.SAFE)
OBJECT = {"_id": "a", "firstName": "X"}


def reply(body: Any, operation: Operation = READ) -> Reply:
    return Reply(status=200, body=body, headers={}, operation=operation)


@pytest.mark.parametrize(
    "body",
    [
        OBJECT,
        {"data": OBJECT},
        {"data": OBJECT, "signature": {"dateTime": "x", "message": "y"}, "id": "ABCDE"},
        {"success": True, "data": OBJECT},
    ],
)
def test_one_object_comes_out_of_every_wrapping(body: Any) -> None:
    thing = one(reply(body), Thing)
    assert (thing.id, thing.first_name) == ("a", "X")


@pytest.mark.parametrize(
    ("body", "counts"),
    [
        ({"data": [OBJECT], "total": 7, "limit": 1, "page": 2, "pages": 7}, (7, 2, 7, 1)),
        ({"data": [OBJECT], "pagination": {"page": 2, "limit": 1, "total": 7, "pages": 7}}, (7, 2, 7, 1)),
        ({"success": True, "data": [OBJECT], "pagination": {"page": 1, "perPage": 20, "total": 1}}, (1, 1, None, 20)),
        ({"data": {"docs": [OBJECT], "totalDocs": 7, "limit": 1, "page": 2, "totalPages": 7}}, (7, 2, 7, 1)),
        ({"data": {"docs": [OBJECT]}, "total": 7}, (7, None, None, None)),
        ({"data": [OBJECT], "total": 1}, (1, None, None, None)),
        ({"data": [OBJECT], "total": "many", "page": -1, "pages": True}, (None, None, None, None)),
        ([OBJECT], (None, None, None, None)),
    ],
)
def test_a_list_comes_out_of_every_wrapping(body: Any, counts: tuple[int | None, ...]) -> None:
    page = many(reply(body), Thing)
    assert [thing.id for thing in page] == ["a"]
    assert (page.total, page.page, page.pages, page.limit) == counts


def test_an_empty_list_is_a_page() -> None:
    assert many(reply({"data": [], "total": 0}), Thing) == Page(items=(), total=0)


def test_raw_is_what_stands_in_data_or_everything() -> None:
    assert raw(reply({"data": 3})) == 3
    assert raw(reply({"ok": True})) == {"ok": True}


@pytest.mark.parametrize("body", [None, 3, "text", [OBJECT], {"data": None}, {"data": [OBJECT]}, {"data": "x"}, {}])
def test_another_shape_is_unreadable_as_one(body: Any) -> None:
    with pytest.raises(ApiError) as caught:
        one(reply(body), Thing)
    assert caught.value.code is Code.API_UNREADABLE


@pytest.mark.parametrize("body", [None, 3, "text", {}, {"data": OBJECT}, {"data": [3]}, {"data": {"docs": 1}}, [[]]])
def test_another_shape_is_unreadable_as_list(body: Any) -> None:
    with pytest.raises(ApiError) as caught:
        many(reply(body), Thing)
    assert caught.value.code is Code.API_UNREADABLE


def test_a_field_that_does_not_fit_is_named_and_its_value_is_not() -> None:
    body = {"data": {"_id": 5, "inner": {"score": "SECRET"}, "notes": {"Maria": "SECRET"}, "firstName": ["SECRET"]}}
    with pytest.raises(ApiError) as caught:
        one(reply(body), Thing)
    text = "".join(traceback.format_exception(caught.value))
    assert "_id, firstName, inner.score, notes.*" in caught.value.detail
    assert "SECRET" not in text
    assert "Maria" not in text
    assert caught.value.__context__ is None


def test_an_unreadable_answer_to_a_creation_leaves_open_whether_it_was_done() -> None:
    with pytest.raises(ApiError) as made:
        one(reply({}, MAKE), Thing)
    with pytest.raises(ApiError) as read:
        one(reply({}, READ), Thing)
    assert (made.value.maybe_done, read.value.maybe_done) == (True, False)
    assert made.value.detail.startswith("createThing: ")
