"""What a body must look like, in the words of the service; which statuses stand in for undocumented ones; how paths are found."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from kiosk.sandbox.errors import Fault, missing
from kiosk.sandbox.fields import (
    check,
    either,
    flag,
    may,
    need,
    nullable,
    number,
    object_id,
    one_of,
    picture,
    several,
    shape,
    text,
    when,
    whole,
)
from kiosk.sandbox.ids import call_id, is_object_id, seed_person_id
from kiosk.sandbox.replies import signature, stamp
from kiosk.sandbox.routing import Table, documented, encoded, route
from kiosk.sandbox.shapes import is_address


def fault_of(body: dict[str, Any], *fields: Any) -> str:
    with pytest.raises(Fault) as wrong:
        check(body, *fields)
    assert wrong.value.status == 409
    assert wrong.value.body["code"] == "MissingParameter"
    return str(wrong.value.body["message"])


def test_missing_fields_are_joined_as_the_service_joins_them() -> None:
    fields = (need("project", text()), need("type", text()))
    assert fault_of({}, *fields) == "missing project\n. missing type\n"
    assert missing("url").body == {"code": "MissingParameter", "message": "missing url\n"}


def test_an_unknown_word_is_answered_in_the_seeds_own_words() -> None:
    rule = one_of("validation", "login", "onboarding", "oneTimeLink")
    said = fault_of({"type": "x"}, need("type", rule))
    assert said == "type must be one of: [validation,login,onboarding,oneTimeLink]"


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [
        (text(shortest=2, longest=3), ["ab", "abc"], ["a", "abcd", 1, None, ["ab"]]),
        (text(pattern=r"^\+\d{1,3}$"), ["+57"], ["57", "+", "+5777"]),
        (whole(lowest=1, highest=5), [1, 5, 3.0], [0, 6, 1.5, True, "1", None]),
        (number(lowest=0.5, highest=1), [0.5, 1], [0.49, 1.1, True, "0.6"]),
        (number(lowest=1), [1], [0]),
        (number(highest=1), [1], [2]),
        (flag, [True, False], [0, "true", None]),
        (object_id, ["66df5bf5c4d855fb0bdf5da2"], ["66df", 1, None, "g" * 24]),
        (when, ["2030-01-02T03:04:05.000Z", "2030-01-02T03:04:05+02:00"], ["2030-01-02", "x", 1]),
        (nullable(flag), [None, True], [1]),
        (either(text(), whole()), ["1", 1], [1.5, None]),
        (several(text(), fewest=1, most=2), [["a"], ["a", "b"]], [[], ["a", "b", "c"], [1], "a"]),
        (shape(need("a", flag)), [{"a": True, "b": 1}], [{}, {"a": 1}, []]),
    ],
)
def test_a_rule_takes_and_refuses(rule: Any, good: list[Any], bad: list[Any]) -> None:
    for value in good:
        assert rule("f", value) is None
        assert check({"f": value}, may("f", rule)) == {"f": value}
    for value in bad:
        assert fault_of({"f": value}, may("f", rule)).startswith("f")


def test_a_picture_is_base64_of_some_length() -> None:
    content = bytes(range(90))
    written = base64.b64encode(content).decode()
    assert picture(written) == content
    assert picture(f"data:image/jpeg;base64,{written}", data_uri=True) == content
    for wrong in (written[:96], "!" * 200, f"data:image/jpeg;base64,{written}", "é" * 200):
        with pytest.raises(Fault) as refused:
            picture(wrong)
        assert (refused.value.status, refused.value.body["message"]) == (412, "only_images_in_base64")


@pytest.mark.parametrize(
    ("status", "answers", "sent"),
    [
        (409, (200, 409), 409),
        (409, (200, 401, 404), 404),
        (409, (200, 401), 401),
        (404, (200, 409), 409),
        (401, (200, 403), 403),
        (401, (200, 404, 409), 401),
        (403, (200, 401), 401),
        (412, (200, 409), 409),
        (500, (200, 409), 500),
    ],
)
def test_an_undocumented_status_becomes_the_nearest_documented_one(
    status: int, answers: tuple[int, ...], sent: int
) -> None:
    assert documented(status, answers) == sent


def test_fixed_paths_go_before_paths_with_places() -> None:
    async def answer(request: Any, sandbox: Any) -> dict[str, Any]:
        return {}

    made = [
        route(method, path, operation=f"{method} {path}", answers=(200,))(answer)
        for method, path in [
            ("GET", "/v2/things/{id}"),
            ("POST", "/v2/things/validate"),
            ("PUT", "/v2/things/{id}/sync"),
            ("DELETE", "/v2/things/{id}"),
        ]
    ]
    table = Table(made)
    found = table.find("/v2/things/validate")
    assert found is not None
    assert list(found[0]) == ["POST"]
    found = table.find("/v2/things/7")
    assert found is not None
    assert (sorted(found[0]), found[1]) == (["DELETE", "GET"], {"id": "7"})
    assert table.find("/v2/things/7/sync") is not None
    assert table.find("/v2/things/{id}") is not None  # an odd id, but one
    assert table.find("/v2/things/7/8") is None
    assert table.find("/v2/thingsX7") is None
    with pytest.raises(ValueError, match="twice"):
        Table([*made, made[0]])


def test_ids_and_seals_look_like_the_services() -> None:
    from datetime import UTC, datetime

    from kiosk.sandbox.ids import object_id as made

    at = datetime(2030, 1, 2, 15, 4, 5, 678_999, tzinfo=UTC)
    assert is_object_id(made(at))
    assert made(at) != made(at)
    assert seed_person_id().removeprefix("person_").isdigit()
    assert len(call_id()) == 5
    assert stamp(at) == "2030-01-02T15:04:05.678Z"
    assert signature(at) == {"dateTime": "January 2, 2030 3:04 PM", "message": "Certified by Verifik.co"}
    assert encoded({"a": "\ud800é"}) == b'{"a":"\\ud800\\u00e9"}'


@pytest.mark.parametrize(
    ("value", "good"),
    [("ana@example.com", True), ("a@b", True), ("@b", False), ("a@", False), ("a b@c.d", False), ("a@é.com", False)],
)
def test_addresses(value: str, good: bool) -> None:
    assert is_address(value) is good
