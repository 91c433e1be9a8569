"""What is done here while a request about the same person is under way: worker, real store, a model of the account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support.fake_account import FakeAccount, Fault
from support.records import enrolment
from support.syncing import Station, station

from kiosk.domain.outbox import RowState
from kiosk.domain.person import Person, PersonId, Truth
from kiosk.domain.remote import RemotePerson

ANA = PersonId("ana")


class Between(FakeAccount):
    """Runs ``meanwhile`` once, while a creation is under way."""

    meanwhile: Callable[[], object] | None = None

    def create_person(self, person: Person, *, mark: str, within_s: float) -> RemotePerson:
        act, self.meanwhile = self.meanwhile, None
        if act is not None:
            act()
        return super().create_person(person, mark=mark, within_s=within_s)


class Known(FakeAccount):
    """Answers a creation with the record that has the same document, as an account does that keeps no mark."""

    def create_person(self, person: Person, *, mark: str, within_s: float) -> RemotePerson:
        for held in self.held.values():
            if held.details.document_number == person.details.document_number:
                return replace(held, mark="")
        return super().create_person(person, mark=mark, within_s=within_s)


def withdraw(desk: Station) -> None:
    desk.store.withdraw_consent(ANA)


def withdraw_and_agree(desk: Station) -> None:
    desk.store.withdraw_consent(ANA)
    desk.store.renew(enrolment(ANA, details=desk.person(ANA).details))


FAULTS = [None, Fault("after"), Fault("late"), Fault("before")]


@pytest.mark.parametrize("fault", FAULTS)
def test_consent_withdrawn_while_the_creation_is_under_way(tmp_path: Path, fault: Fault | None) -> None:
    account = Between()
    with station(tmp_path, account, pulls=True) as desk:
        desk.enrol(ANA)
        left = [fault]
        account.plan = lambda name: left.pop() if name == "create_person" and left else None
        account.meanwhile = lambda: withdraw(desk)
        desk.steps()
        desk.settle()
        desk.worker.pull_now()
        desk.steps()
        ana = desk.person(ANA)
        assert (ana.truth, ana.remote_id, ana.face_image) == (Truth.LOCAL, "", None)
        assert not account.held
        assert [consent.withdrawn_at != "" for consent in desk.store.consents(ANA)] == [True]
        assert [certificate.complete for certificate in desk.store.deletions()] == [True]


@pytest.mark.parametrize("fault", FAULTS)
def test_consent_given_again_while_the_creation_is_under_way(tmp_path: Path, fault: Fault | None) -> None:
    account = Between()
    with station(tmp_path, account, pulls=True) as desk:
        desk.enrol(ANA)
        left = [fault]
        account.plan = lambda name: left.pop() if name == "create_person" and left else None
        account.meanwhile = lambda: withdraw_and_agree(desk)
        desk.steps()
        desk.settle()
        (held,) = account.held.values()
        assert held.mark == ANA
        assert (desk.person(ANA).truth, desk.person(ANA).remote_id) == (Truth.CONFIRMED, held.remote_id)


def test_a_second_enrolment_with_the_first_ones_document_is_for_review(tmp_path: Path) -> None:
    with station(tmp_path, Known()) as desk:
        desk.enrol("ana", document="X1")
        desk.settle()
        desk.enrol("ben", document="X1")
        desk.settle()
        assert {person.id: person.truth for person in desk.store.people()} == {
            "ana": Truth.CONFIRMED,
            "ben": Truth.REFUSED,
        }
        (row,) = desk.store.outbox.buried()
        assert (row.state, row.subject, row.reason) == (RowState.BURIED, "ben", "person_already_set")
        desk.store.outbox.retry(row.id, reason="once more")
        desk.settle()
        assert len(desk.store.outbox.buried()) == 1
        assert len(desk.store.people()) == 2
