"""Somebody whom a pull could bring in, or has brought in, beside their own enrolment: an account that keeps no mark of ours."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from support.fake_account import LATE, LOST_REPLY, FakeAccount, Fault
from support.records import DETAILS, JPEG, WEIGHTS, enrolment
from support.syncing import Station, station

from kiosk.domain.errors import Code
from kiosk.domain.person import Person, PersonId, Truth
from kiosk.domain.remote import PeoplePage, RemotePerson
from kiosk.gallery.exact import ExactGallery
from kiosk.sync.pictures import Pictures
from kiosk.sync.pull import Pull
from kiosk.sync.push import Push
from kiosk.sync.worker import Did, SyncWorker

ANA = PersonId("ana")
FACE = enrolment(seeds=(1,)).templates[0]


class Unmarked(FakeAccount):
    """People are told apart by their document, also when they are created."""

    def people(self, cursor: str, *, limit: int, within_s: float) -> PeoplePage:
        page = super().people(cursor, limit=limit, within_s=within_s)
        return replace(page, people=tuple(replace(person, mark="") for person in page.people))

    def create_person(self, person: Person, *, mark: str, within_s: float) -> RemotePerson:
        document = person.details.document_number
        known = next((held for held in self.held.values() if held.details.document_number == document), None)
        if known is not None:
            return self._call("create_person", lambda: replace(known, mark=""))
        return super().create_person(person, mark=mark, within_s=within_s)


def with_gallery(desk: Station) -> ExactGallery:
    """A worker as a station has it."""
    gallery = ExactGallery.from_store(desk.store, WEIGHTS)
    replica = desk.store.replica
    desk.worker = SyncWorker(
        desk.store.outbox,
        Push(desk.store.outbox, desk.account, clock=desk.clock, jitter=lambda: 0.0, within_s=5.0),
        pull=Pull(replica, desk.account, gallery, within_s=5.0),
        pictures=Pictures(replica, desk.store, gallery, lambda _: (FACE,), model_sha256=WEIGHTS),
        clock=desk.clock,
        told=desk.heard.append,
    )
    return gallery


def enrolled(desk: Station) -> None:
    details = replace(DETAILS, first_name="Ana", document_number="X1")
    desk.store.enrol(enrolment(ANA, details=details, seeds=(1,)))


def matches(gallery: ExactGallery) -> list[str]:
    return [str(candidate.person) for candidate in gallery.identify(FACE).candidates]


@pytest.mark.parametrize("fault", [LOST_REPLY, LATE])
def test_a_pull_brings_nobody_in_whose_creation_is_in_doubt(tmp_path: Path, fault: Fault) -> None:
    left = [fault]
    account = Unmarked(plan=lambda name: left.pop() if name == "create_person" and left else None)
    with station(tmp_path, account) as desk:
        enrolled(desk)
        gallery = with_gallery(desk)
        for _ in range(4):
            assert Did.HALTED not in {step.did for step in desk.steps()}
            assert [person.id for person in desk.store.people()] == [ANA]
            assert matches(gallery) == [ANA]
            desk.clock.forward(25)
            desk.worker.pull_now()
        desk.settle()
        assert (desk.person(ANA).truth, len(account.held)) == (Truth.CONFIRMED, 1)


def test_nobody_comes_back_while_their_deletion_is_looked_for(tmp_path: Path) -> None:
    left = [LOST_REPLY]
    account = Unmarked(plan=lambda name: left.pop() if name == "create_person" and left else None)
    with station(tmp_path, account) as desk:
        enrolled(desk)
        gallery = with_gallery(desk)
        desk.worker.step()
        desk.store.delete(ANA)
        gallery.remove(ANA)
        account.plan = lambda name: Fault("before", Code.API_SERVER_ERROR) if name == "find_person" else None
        desk.steps()
        desk.worker.pull_now()
        desk.steps()
        assert account.held
        assert desk.store.people() == []
        desk.settle()
        assert not account.held
        assert gallery.people == 0


def test_whom_a_pull_brought_in_is_the_one_who_was_enrolled_here(tmp_path: Path) -> None:
    """The account had them already, from elsewhere, and says so when they are created."""
    account = Unmarked(plan=lambda name: Fault("before", Code.API_SERVER_ERROR) if name == "create_person" else None)
    known = replace(DETAILS, first_name="Ana", document_number="X1")
    account.held["remote-9"] = RemotePerson(remote_id="remote-9", details=known, image=JPEG)
    with station(tmp_path, account) as desk:
        enrolled(desk)
        gallery = with_gallery(desk)
        desk.steps()
        (twin,) = (person for person in desk.store.people() if person.id != ANA)
        assert set(matches(gallery)) == {ANA, twin.id}
        number = desk.store.passes.issue(twin.id, None).number
        whole = desk.person(twin.id)
        desk.store.update(replace(whole, details=replace(whole.details, phone="+577")))
        account.plan = lambda name: Fault("before", Code.API_SERVER_ERROR) if name == "update_person" else None
        desk.clock.forward(60)
        desk.worker.link_back()
        desk.steps()
        assert [person.id for person in desk.store.people()] == [ANA]
        assert matches(gallery) == [ANA]
        (conflict,) = desk.store.replica.conflicts()
        assert (conflict.person, desk.store.replica.kept(conflict.id)) == (ANA, {"phone": "+577"})
        assert desk.store.passes.number_of(ANA) == number
        desk.settle()
        assert (desk.person(ANA).truth, desk.person(ANA).remote_id) == (Truth.CONFIRMED, "remote-9")
