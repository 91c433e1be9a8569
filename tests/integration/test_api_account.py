"""The account as the sync worker sees it, against the sandbox, in both dialects."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from support.online import DIALECTS, LONG_S, connected, person
from support.sandbox import Sandbox

from kiosk.api.errors import NoCreditsError
from kiosk.domain.errors import ApiError, Code
from kiosk.domain.record import Validation
from kiosk.domain.remote import Answer


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_persons_life_at_the_account(sandbox: Sandbox, face_b: bytes, dialect: str) -> None:
    dora = person(face_b, first_name="Dora", last_name="Vidal", email="dora@example.com")
    with connected(sandbox, dialect) as connection:
        account = connection.account
        account.probe(within_s=LONG_S)
        assert account.find_person(dora, mark=dora.id, within_s=LONG_S) is None
        made = account.create_person(dora, mark=dora.id, within_s=LONG_S)
        found = account.find_person(dora, mark=dora.id, within_s=LONG_S)
        assert found is not None
        assert found.remote_id == made.remote_id
        assert account.holds(made.remote_id, within_s=LONG_S)
        changed = replace(dora, details=replace(dora.details, last_name="Vidal Soto", email=""))
        there = account.person(made.remote_id, within_s=LONG_S)
        assert there is not None
        assert there.details == account.as_held(dora.details)
        updated = account.update_person(made.remote_id, changed, known=there.details, within_s=LONG_S)
        assert updated.details == account.as_held(changed.details)
        assert updated.details.last_name == "Vidal Soto"
        assert connection.gateway.login(face_b, mark="v", within_s=LONG_S).remote_id == made.remote_id
        account.delete_person(made.remote_id, within_s=LONG_S)
        account.delete_person(made.remote_id, within_s=LONG_S)
        assert not account.holds(made.remote_id, within_s=LONG_S)
        assert account.find_person(dora, mark=dora.id, within_s=LONG_S) is None


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("fault", ["lost_reply", "truncated", "not_json"])
def test_a_creation_whose_reply_is_lost_is_found_again(
    sandbox: Sandbox, face_b: bytes, dialect: str, fault: str
) -> None:
    eva = person(face_b, first_name="Eva", email=f"{fault}.{dialect}@example.com", last_name=fault.replace("_", ""))
    with connected(sandbox, dialect) as connection:
        connection.gateway.prepare(within_s=LONG_S)
        path = "/v2/persons" if dialect == "persons" else "/v2/face-recognition/persons"
        sandbox.set_faults(f"{fault}=1", times=1, path=path)
        with pytest.raises(ApiError) as caught:
            connection.account.create_person(eva, mark=eva.id, within_s=LONG_S)
        assert caught.value.maybe_done
        found = connection.account.find_person(eva, mark=eva.id, within_s=LONG_S)
        assert found is not None
        connection.account.delete_person(found.remote_id, within_s=LONG_S)


def test_the_same_creation_twice_is_one_person(sandbox: Sandbox, face_b: bytes) -> None:
    fey = person(face_b, first_name="Fey", email="fey@example.com")
    with connected(sandbox, "face_recognition") as connection:
        first = connection.account.create_person(fey, mark=fey.id, within_s=LONG_S)
        again = connection.account.create_person(fey, mark=fey.id, within_s=LONG_S)
        with pytest.raises(ApiError) as caught:
            connection.account.create_person(fey, mark="018f0000-0000-7000-8000-00000000ffff", within_s=LONG_S)
        connection.account.delete_person(first.remote_id, within_s=LONG_S)
    assert again.remote_id == first.remote_id
    assert (caught.value.code, caught.value.token) == (Code.API_CONFLICT, "person_already_set")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_everybody_comes_page_by_page(sandbox: Sandbox, ana: str, dialect: str) -> None:
    for number in range(4):
        body = {"firstName": f"Page{'abcd'[number]}", "lastName": dialect}
        sandbox.client.post("/v2/persons", json=body).raise_for_status()
    with connected(sandbox, dialect) as connection:
        cursor, ids, pages = "", [], 0
        while pages == 0 or cursor:
            page = connection.account.people(cursor, limit=2, within_s=LONG_S)
            ids += [found.remote_id for found in page.people]
            cursor, pages = page.cursor, pages + 1
    assert len(ids) == len(set(ids)) == page.total
    assert pages == -(-len(ids) // 2) >= 2


def validation(mark: str) -> Validation:
    now = datetime.now(UTC).isoformat()
    return Validation(id=mark, identifier=mark, type="login", status="validated", created_at=now, updated_at=now)


def test_a_validation_is_sent_and_found_by_its_mark(sandbox: Sandbox, ana: str, face_a2: bytes) -> None:
    mark = "018f0000-0000-7000-8000-0000000000aa"
    with connected(sandbox) as connection:
        sent = connection.account.send_validation(validation(mark), face_a2, within_s=LONG_S)
        found = connection.account.find_validation(mark, within_s=LONG_S)
        none = connection.account.find_validation("018f0000-0000-7000-8000-0000000000ab", within_s=LONG_S)
    assert (sent.status, [entry.remote_id for entry in found], list(none)) == ("validated", [sent.remote_id], [])
    assert found[0].session is not None
    assert found[0].session.identifier == mark


def test_no_credits_end_a_conversation(sandbox: Sandbox, ana: str, face_a2: bytes) -> None:
    with connected(sandbox) as connection:
        sandbox.set_faults("http402=1", times=1, path="/v2/biometric-validations/validate")
        with pytest.raises(NoCreditsError):
            connection.account.send_validation(validation("mark"), face_a2, within_s=LONG_S)


def test_two_doors_share_one_connection(sandbox: Sandbox, ana: str, face_a2: bytes) -> None:
    answers: list[Answer] = []
    with connected(sandbox) as connection:

        def visit(mark: str) -> None:
            answers.append(connection.gateway.login(face_a2, mark=mark, within_s=LONG_S).answer)

        doors = [threading.Thread(target=visit, args=(f"door-{number}",)) for number in range(2)]
        for door in doors:
            door.start()
        for door in doors:
            door.join()
    assert answers == [Answer.ACCEPTED] * 2
