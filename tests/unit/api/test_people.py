"""Looking for somebody after a lost reply: read back far enough to be sure, and no further."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from support.api_parts import transport_to
from support.camera_sources import RealClock
from support.http_server import Act, Handler, HttpServer, Request, answer

from kiosk.api.account import VerifikAccount
from kiosk.api.client import VerifikClient
from kiosk.api.conversation.places import Places
from kiosk.api.dialects import Dialect
from kiosk.api.people import LOOKED_AT, people_of
from kiosk.domain.errors import ApiError, Code
from kiosk.domain.person import Details, Person, PersonId

NOW = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
MARK = "018f0000-0000-7000-8000-000000000001"
PICTURE = b"\xff\xd8\xff" + bytes(100) + b"\xff\xd9"


def at(days: float) -> str:
    return (NOW + timedelta(days=days)).isoformat()


class People:
    """An account's people, newest first whatever is asked for; one who is sought may be on a late page."""

    def __init__(self, people: list[dict[str, Any]], *, counts: bool = True, deaf: bool = False) -> None:
        self.people = people
        self.counts = counts
        self.deaf = deaf
        self.pages: list[int] = []

    def __call__(self, request: Request) -> Act:
        query = {name: values[0] for name, values in parse_qs(urlsplit(request.target).query).items()}
        number = int(query.get("page", "1"))
        self.pages.append(number)
        if self.deaf:
            number = 1
        items = self.people[(number - 1) * LOOKED_AT : number * LOOKED_AT]
        pages = -(-len(self.people) // LOOKED_AT)
        return answer({"data": items} | ({"page": number, "pages": pages} if self.counts else {}))


@contextmanager
def account_with(people: Handler, dialect: Dialect = Dialect.PERSONS) -> Iterator[VerifikAccount]:
    with HttpServer(people) as server, transport_to(server.url) as transport:
        client = VerifikClient(transport)
        places = Places(client)
        mine = people_of(client, dialect, places)
        yield VerifikAccount(client, places=places, people=mine, clock=RealClock())


def somebody(number: int, days: float) -> dict[str, Any]:
    return {"id": f"person_{number}", "firstName": f"Somebody{number}", "createdAt": at(days)}


def ana(**details: str) -> Person:
    return Person(id=PersonId(MARK), details=Details(**{"first_name": "Ana", **details}), created_at=NOW.isoformat())


def test_a_look_ends_where_the_list_is_older_than_the_person() -> None:
    old = People([somebody(number, -10 - number) for number in range(5 * LOOKED_AT)])
    with account_with(old) as account:
        assert account.find_person(ana(email="ana@example.com"), mark=MARK, within_s=10) is None
    assert old.pages == [1]


@pytest.mark.parametrize("counts", [True, False])
def test_a_list_in_no_order_is_read_to_its_end(counts: bool) -> None:
    shuffled = [somebody(number, -10 - number % 7) for number in range(3 * LOOKED_AT)]
    shuffled.append({"id": "person_x", "firstName": "Ana", "email": "ANA@example.com", "createdAt": at(-99)})
    people = People(shuffled, counts=counts)
    with account_with(people) as account:
        found = account.find_person(ana(email="ana@example.com"), mark=MARK, within_s=10)
    assert found is not None
    assert found.remote_id == "person_x"
    assert people.pages == [1, 2, 3, 4]


def test_a_list_that_is_always_the_same_page_proves_nothing() -> None:
    people = People([somebody(number, 0) for number in range(3 * LOOKED_AT)], deaf=True)
    with account_with(people) as account, pytest.raises(ApiError) as caught:
        account.find_person(ana(email="ana@example.com"), mark=MARK, within_s=10)
    assert caught.value.code is Code.API_UNREADABLE


def test_the_same_name_alone_is_the_same_person_only_since_they_were_enrolled() -> None:
    for days, is_same in ((0.0, True), (-30.0, False)):
        people = People([{"id": "person_1", "firstName": "Ana", "createdAt": at(days)}])
        with account_with(people) as account:
            found = account.find_person(ana(), mark=MARK, within_s=10)
        assert (found is not None) is is_same


def test_another_name_or_address_is_somebody_else() -> None:
    people = People(
        [
            {"id": "person_1", "firstName": "Eva", "email": "ana@example.com", "createdAt": at(0)},
            {"id": "person_2", "firstName": "Ana", "email": "other@example.com", "createdAt": at(0)},
        ]
    )
    with account_with(people) as account:
        assert account.find_person(ana(email="ana@example.com"), mark=MARK, within_s=10) is None


def test_in_the_face_dialect_only_the_mark_counts() -> None:
    people = People(
        [
            {"_id": "1" * 24, "name": "Ana", "notes": "kiosk:another", "createdAt": at(0)},
            {"_id": "2" * 24, "name": "Ana", "createdAt": at(0)},
            {"_id": "3" * 24, "name": "Somebody", "notes": f"kiosk:{MARK}", "createdAt": at(0)},
        ]
    )
    with account_with(people, Dialect.FACE_RECOGNITION) as account:
        found = account.find_person(ana(), mark=MARK, within_s=10)
    assert found is not None
    assert found.remote_id == "3" * 24


def test_a_validation_is_found_by_its_session_and_a_list_that_hides_it_proves_nothing() -> None:
    shown = {"_id": "v1", "status": "validated", "livenessSession": {"_id": "s1", "identifier": MARK}}
    with account_with(People([shown | {"createdAt": at(0)}])) as account:
        assert [found.remote_id for found in account.find_validation(MARK, within_s=10)] == ["v1"]
        assert list(account.find_validation("another", within_s=10)) == []
    hidden = {"_id": "v1", "status": "validated", "livenessSession": "s1", "createdAt": at(0)}

    def account_that_hides(request: Request) -> Act:
        return answer({"data": hidden if "/v1" in request.target else [hidden]})

    with HttpServer(account_that_hides) as server, transport_to(server.url) as transport:
        client = VerifikClient(transport)
        places = Places(client)
        people = people_of(client, Dialect.PERSONS, places)
        account = VerifikAccount(client, places=places, people=people, clock=RealClock())
        with pytest.raises(ApiError) as caught:
            account.find_validation(MARK, within_s=10)
    assert caught.value.code is Code.API_UNREADABLE


class Answering:
    """An account that answers everything alike."""

    def __init__(self, status: int, body: object) -> None:
        self.act = answer(body, status=status)

    def __call__(self, request: Request) -> Act:
        return self.act


GONE = [
    {"code": "NotFound", "message": "Record not found."},
    {"error": "Person not found", "message": "PERSON_NOT_FOUND"},
    {"code": "NotFound", "message": "person_not_found"},
]
ELSEWHERE = [
    b"<html><h1>404 Not Found</h1>nginx</html>",
    b"",
    {"message": "no Route matched with those values"},
    {"code": "NotFound", "message": "there is nothing at this path"},
    {"code": "NotFound", "message": "project_not_found"},
]


@pytest.mark.parametrize("dialect", Dialect)
@pytest.mark.parametrize("body", GONE)
def test_who_is_gone_by_the_accounts_own_word_is_gone(dialect: Dialect, body: object) -> None:
    with account_with(Answering(404, body), dialect) as account:
        account.delete_person("5" * 24, within_s=10)
        assert not account.holds("5" * 24, within_s=10)


@pytest.mark.parametrize("dialect", Dialect)
@pytest.mark.parametrize("body", ELSEWHERE)
def test_another_404_deletes_nobody(dialect: Dialect, body: object) -> None:
    with account_with(Answering(404, body), dialect) as account:
        with pytest.raises(ApiError) as deleting:
            account.delete_person("5" * 24, within_s=10)
        with pytest.raises(ApiError) as asking:
            account.holds("5" * 24, within_s=10)
    wanted = {Code.API_UNREADABLE, Code.API_NOT_CONFIGURED}  # either way the deletion waits
    assert {deleting.value.code, asking.value.code} <= wanted
    assert not deleting.value.maybe_done


def test_a_validation_without_a_picture_is_never_sent() -> None:
    from kiosk.domain.record import Validation

    people = People([])
    validation = Validation(id="v", identifier=MARK, type="login", status="validated", created_at="", updated_at="")
    with account_with(people) as account, pytest.raises(ApiError) as caught:
        account.send_validation(validation, None, within_s=10)
    assert (caught.value.code, people.pages) == (Code.API_PICTURE_UNFIT, [])
