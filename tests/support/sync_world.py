"""One station and one account, with everything that was acknowledged to somebody, and the rules that must hold whatever happened.

People are known by their document number. Each edit writes a value that nobody wrote before, so that it can be told afterwards
whose word stands, and whether whoever wrote over it had seen it.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from support.fake_account import LATE, LOST_REPLY, FakeAccount, Fault, Killed
from support.records import DETAILS, WEIGHTS, enrolment, template
from support.syncing import MovingClock, Station

from kiosk.domain.errors import Code, StoreError
from kiosk.domain.person import Person, PersonId, Truth
from kiosk.domain.record import Erasure
from kiosk.domain.remote import PeoplePage, RemotePerson
from kiosk.gallery.exact import ExactGallery
from kiosk.sync.pictures import Pictures
from kiosk.sync.pull import Pull
from kiosk.sync.push import Push
from kiosk.sync.worker import SyncWorker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiosk.domain.face import Embedding

REFUSALS = (Code.API_BAD_REQUEST, Code.API_CONFLICT, Code.API_REFUSED, Code.API_FORBIDDEN)
LINKS = (Code.API_NO_LINK, Code.API_DNS, Code.API_TLS, Code.API_UNAUTHORIZED, Code.API_NO_CREDITS, Code.API_THROTTLED)
SERVERS = (Code.API_SERVER_ERROR, Code.API_UNREADABLE)
KINDS = (LOST_REPLY, LATE, *(Fault("before", code) for code in (*LINKS, *SERVERS, *REFUSALS)))
LOST = len(KINDS)  # the number that draws a lost reply
SENDING = frozenset({"create_person", "update_person", "delete_person", "send_validation"})
MOST_GONE = 8
"""So many the account deletes at most: more at once are not believed, which is another test's."""


@dataclass(frozen=True)
class Wrote:
    """One version of somebody's record at the account. ``late``: by a request whose sender had given it up."""

    phone: str
    email: str
    by_account: bool
    late: bool


class Held(dict[str, RemotePerson]):
    """What the account holds, and every version of it that there ever was."""

    def __init__(self) -> None:
        super().__init__()
        self.versions: dict[str, list[Wrote]] = {}
        self.by_account = False
        self.late = False

    def __setitem__(self, remote_id: str, person: RemotePerson) -> None:
        wrote = Wrote(person.details.phone, person.details.email, self.by_account, self.late)
        self.versions.setdefault(remote_id, []).append(wrote)
        super().__setitem__(remote_id, person)


class Account(FakeAccount):
    """``marked``: whether it keeps our mark; where it does not, people are known by their document."""

    def __init__(self, *, marked: bool) -> None:
        self.book = Held()
        super().__init__(held=self.book)
        self.marked = marked

    def catch_up(self) -> None:
        self.book.late = True
        super().catch_up()
        self.book.late = False

    def find_person(self, person: Person, *, mark: str, within_s: float) -> RemotePerson | None:
        if self.marked:
            return super().find_person(person, mark=mark, within_s=within_s)
        document = person.details.document_number
        return self._call(
            "find_person", lambda: next((p for p in self.held.values() if document_of(p) == document), None)
        )

    def people(self, cursor: str, *, limit: int, within_s: float) -> PeoplePage:
        page = super().people(cursor, limit=limit, within_s=within_s)
        return page if self.marked else replace(page, people=tuple(replace(person, mark="") for person in page.people))

    def changed(self, person: RemotePerson) -> None:
        """By somebody at the account."""
        self.book.by_account = True
        self.held[person.remote_id] = person
        self.book.by_account = False

    def new_id(self) -> str:
        self._made += 1
        return f"remote-{self._made}"

    def of(self, name: str) -> RemotePerson | None:
        return next((person for person in self.held.values() if document_of(person) == name), None)


def document_of(person: RemotePerson | Person) -> str:
    return person.details.document_number


def embed(picture: bytes) -> Sequence[Embedding]:
    """One face for each picture."""
    return (template(zlib.crc32(picture)),)


class WholeStation(Station):
    """With a gallery, and pictures that become templates."""

    def start(self) -> None:
        super().start()
        replica = self.store.replica
        self.gallery = ExactGallery.from_store(self.store, WEIGHTS)
        self.worker = SyncWorker(
            self.store.outbox,
            Push(self.store.outbox, self.account, clock=self.clock, jitter=lambda: 0.0, within_s=5.0),
            pull=Pull(replica, self.account, self.gallery, within_s=5.0, page=2),
            pictures=Pictures(replica, self.store, self.gallery, embed, model_sha256=WEIGHTS),
            clock=self.clock,
            told=self.heard.append,
            ahead_from=self._ahead_from,
        )

    def settle(self) -> None:
        """As before; but what comes after a refused row of the same person waits with it for somebody to look at it."""
        self.account.plan = lambda _: None
        for _ in range(200):
            self.worker.link_back()
            self.steps()
            refused = {row.chain for row in self.store.outbox.buried()}
            if all(row.chain in refused for row in self.store.outbox.waiting()):
                return
            self.clock.forward(1000.0)
        raise AssertionError(f"rows wait for ever: {self.store.outbox.waiting()}")

    def pull(self) -> None:
        """A whole one, with everybody whom it brings."""
        self.worker.pull_now()
        self.steps()


@dataclass
class Human:
    """What was acknowledged about one of them.

    Attributes:
        deleted: here, asked for or because their time was up. ``deleted_there``, ``edited_there``: at the account.
        withdrawn: their consent, now; ``stripped``: at any time.
        edit: the last value that was written here; ``seen``: value -> what this station had shown before it was written.
    """

    from_account: bool
    deleted: bool = False
    deleted_there: bool = False
    edited_there: bool = False
    withdrawn: bool = False
    stripped: bool = False
    edit: str = ""
    shown: set[str] = field(default_factory=set)
    seen: dict[str, frozenset[str]] = field(default_factory=dict)


class World:
    """Every action is acknowledged when it returns."""

    def __init__(self, desk: WholeStation, account: Account) -> None:
        self.desk = desk
        self.account = account
        self.humans: dict[str, Human] = {}
        self.logins: dict[str, str | None] = {}
        self.kill = ""
        self.faults: list[Fault] = []
        self.link_is_down = False
        self._values = 0
        account.plan = self.plan

    def plan(self, call: str) -> Fault | None:
        if self.link_is_down:
            return Fault("before", Code.API_NO_LINK)
        if self.kill == "before":
            self.kill = ""
            raise Killed
        if self.faults and call in SENDING:
            return self.faults.pop()
        return None

    def here(self, number: int) -> tuple[str, Human, Person] | None:
        """Somebody whom the station has: half of the numbers are people who were enrolled here, half who were there."""
        name = f"a{number}" if number % 2 else f"p{number}"
        human = self.humans.get(name)
        found = [person for person in self.desk.store.people() if document_of(person) == name]
        return (name, human, found[0]) if human is not None and found else None

    # people at the station

    def enrol(self, number: int) -> None:
        name = f"p{number}"
        if name not in self.humans:
            self.desk.enrol(name)
            self.desk.gallery.add_all((PersonId(name), each) for each in enrolment(name).templates)
            self.humans[name] = Human(from_account=False)

    def edit(self, number: int) -> None:
        if (found := self.here(number)) is not None:
            _, human, person = found
            human.shown.add(person.details.phone)
            human.edit = self._value()
            human.seen[human.edit] = frozenset(human.shown)
            whole = self.desk.store.person(person.id)
            self.desk.store.update(replace(whole, details=replace(whole.details, phone=human.edit)))

    def delete(self, number: int) -> None:
        if (found := self.here(number)) is not None:
            self.desk.store.delete(found[2].id)
            self.desk.gallery.remove(found[2].id)
            found[1].deleted = True

    def withdraw(self, number: int) -> None:
        if (found := self.here(number)) is not None:
            self.desk.store.withdraw_consent(found[2].id)
            self.desk.gallery.remove(found[2].id)
            found[1].withdrawn = found[1].stripped = True

    def renew(self, number: int) -> None:
        if (found := self.here(number)) is not None:
            _, human, person = found
            made = replace(enrolment(person.id, seeds=(number + 10, number + 11)), details=person.details)
            self.desk.store.renew(made)
            self.desk.gallery.remove(person.id)
            self.desk.gallery.add_all((person.id, each) for each in made.templates)
            human.withdrawn = False

    def purge(self, _: int) -> None:
        """Whoever was not touched since the clock last moved; nobody while it is odd."""
        people = {person.id: person for person in self.desk.store.people()}
        now = self.desk.clock.now()
        for certificate in self.desk.store.purge_due(now + timedelta(days=1), days=1):
            person = people[certificate.person]
            assert max(person.created_at, person.updated_at) < now.isoformat(), "purged, and was not due"
            self.desk.gallery.remove(certificate.person)
            self.humans[document_of(person)].deleted = True

    def login(self, number: int) -> None:
        found = self.here(number)
        mark = f"v{len(self.logins)}"
        self.desk.login(mark, None if found is None else found[2].id)
        self.logins[f"{mark}-mark"] = None if found is None else found[0]

    # people at the account

    def there_add(self, number: int) -> None:
        name = f"a{number | 1}"
        if name not in self.humans:
            details = replace(DETAILS, first_name=name, document_number=name)
            self.account.changed(
                RemotePerson(remote_id=self.account.new_id(), details=details, image=b"\xff\xd8 " + name.encode())
            )
            self.humans[name] = Human(from_account=True)

    def there_edit(self, number: int) -> None:
        if (held := self._held(number)) is not None:
            value = self._value()
            details = (
                replace(held.details, phone=value)
                if number % 3
                else replace(held.details, email=f"{value}@example.org")
            )
            self.account.changed(replace(held, details=details))
            self.humans[document_of(held)].edited_there = True

    def there_picture(self, number: int) -> None:
        if (held := self._held(number)) is not None:
            self.account.changed(replace(held, image=b"\xff\xd8 " + self._value().encode()))

    def there_delete(self, number: int) -> None:
        held = self._held(number)
        if held is not None and sum(human.deleted_there for human in self.humans.values()) < MOST_GONE:
            del self.account.held[held.remote_id]
            self.humans[document_of(held)].deleted_there = True

    def _held(self, number: int) -> RemotePerson | None:
        return self.account.of(f"a{number}" if number % 2 else f"p{number}")

    def _value(self) -> str:
        self._values += 1
        return f"+5730{self._values:07d}"

    # the worker, the link, the clock

    def step(self, times: int) -> None:
        try:
            for _ in range(times):
                self.desk.worker.step()
        except Killed:
            self.desk.crash()

    def pull(self, times: int) -> None:
        self.desk.worker.pull_now()
        self.step(times)

    def kill_next(self, number: int) -> None:
        """The program dies in the next call: before the account has done anything, or after."""
        if number % 2:
            self.kill = "before"
            return
        inner: Callable[[str], Fault | None] = self.account.plan

        def dies_after(call: str) -> Fault | None:
            fault = inner(call)
            if fault is not None or call not in SENDING:
                return fault
            self.account.plan = inner
            return Fault("killed")

        self.account.plan = dies_after

    def fault(self, number: int) -> None:
        self.faults.append(KINDS[number % len(KINDS)])

    def link(self, number: int) -> None:
        self.link_is_down = bool(number % 2)
        if not self.link_is_down:
            self.desk.worker.link_back()

    def wait(self, number: int) -> None:
        self.desk.clock.forward((1, 10, 100, 2000)[number % 4])

    def clock(self, number: int) -> None:
        """The wall clock is set, a year back or forth; monotonic time knows nothing of it."""
        self.desk.clock.at += timedelta(days=365 if number % 2 else -365)

    def restart(self, _: int) -> None:
        self.desk.crash()

    def end(self) -> None:
        """Everything comes back, whoever was refused is tried once more, and everybody is pulled."""
        self.faults.clear()
        self.kill, self.link_is_down = "", False
        self.account.plan = lambda _: None
        self.desk.clock.forward(60)
        self.desk.settle()
        for row in self.desk.store.outbox.buried():
            self.desk.store.outbox.retry(row.id, reason="again")
        for _ in range(3):  # the pull that is under way, a whole one, and what that one found to be sent
            self.desk.settle()
            self.desk.pull()

    # what must hold

    def check_now(self) -> None:
        """At any moment: nothing is confirmed that the account did not hold just so."""
        for person in self.desk.store.people():
            if person.truth is Truth.CONFIRMED:
                versions = {(each.phone, each.email) for each in self.account.book.versions.get(person.remote_id, ())}
                told = (person.details.phone, person.details.email)
                assert told in versions, f"{document_of(person)} is confirmed, and the account never held it"

    def check_end(self) -> None:
        """When everything is settled."""
        here = {document_of(person): person for person in self.desk.store.people()}
        assert len(here) == len(self.desk.store.people()), "somebody is here twice"
        there = Counter(document_of(person) for person in self.account.held.values())
        assert not there or max(there.values()) == 1, f"twice at the account: {there}"
        buried = {row.subject: row for row in self.desk.store.outbox.buried()}
        gone = {str(each.person) for each in self.desk.store.deletions() if each.why is not Erasure.CONSENT_WITHDRAWN}
        for name, human in self.humans.items():
            self._check_human(name, human, here.get(name), there[name] > 0, set(buried))
        assert set(here) | set(there) <= set(self.humans), "somebody whom nobody knows"
        enrolled = {line.subject for line in self.desk.store.audit() if line.action == "person_enrolled"}
        assert enrolled - {str(person.id) for person in here.values()} <= gone, "gone without a certificate"
        for each in self.desk.store.deletions():
            if each.why is Erasure.GONE_AT_ACCOUNT:
                still = [part.name for part in each.touched if part.kind == "remote" and part.name in self.account.held]
                assert not still, "removed as gone at the account, which holds them"
        self._check_results()
        self._check_gallery(here)
        assert self.desk.store.verify_audit().whole

    def _check_human(self, name: str, human: Human, here: Person | None, is_there: bool, buried: set[str]) -> None:
        if human.deleted:
            assert here is None, f"{name} was deleted and is here"
            assert not is_there, f"{name} was deleted here and is at the account"
            return
        if here is None:
            assert human.deleted_there, f"{name} is gone, and nobody has deleted them"
            assert not is_there, f"{name} is at the account and not here"
            return
        if human.withdrawn:
            assert not is_there, f"{name} has withdrawn and is at the account"
            assert here.truth is Truth.LOCAL, f"{name} has withdrawn and is {here.truth.value}"
            return
        if human.deleted_there and (here.truth is Truth.REFUSED or not is_there):
            # What was edited here while they were deleted there waits for somebody to look at it.
            assert here.truth is Truth.REFUSED, f"{name} was deleted at the account and is {here.truth.value}"
            assert here.id in buried, f"{name} is refused, and no row says so"
            return
        held = self.account.of(name)
        assert held is not None, f"{name} is lost at the account"
        assert here.truth is Truth.CONFIRMED, f"{name} is {here.truth.value}"
        assert here.remote_id == held.remote_id, f"{name} is confirmed as somebody else"
        assert here.details == held.details, f"{name} is not the same here and there"
        assert here.id not in buried, f"{name} is confirmed and refused"
        self._check_words(name, human, here)

    def _check_words(self, name: str, human: Human, here: Person) -> None:
        """Nobody writes over what they have not seen; what gave way is kept for review."""
        versions = self.account.book.versions[here.remote_id]
        for before, after in pairwise(versions):
            if before.by_account and not after.by_account and not after.late:
                assert after.email == before.email, f"{name}: a field that was changed at the account only is as before"
                assert after.phone == before.phone or before.phone in human.seen.get(after.phone, ()), (
                    f"{name}: the account's word was written over by one that had not seen it"
                )
        kept = [
            self.desk.store.replica.kept(each.id).get("phone", "")
            for each in self.desk.store.replica.conflicts()
            if each.person == here.id
        ]
        assert not kept or human.edited_there, f"{name}: a conflict, and only one side wrote"
        ever = {each.phone for each in versions}
        if human.edit and not human.stripped and human.edit != here.details.phone and human.edit not in ever:
            assert human.edit in kept, f"{name}: an acknowledged edit is gone without a word"

    def _check_results(self) -> None:
        sent = Counter(mark for mark, _ in self.account.validations)
        for mark, name in self.logins.items():
            times = sent.pop(mark, 0)
            human = None if name is None else self.humans[name]
            was_taken_back = human is not None and (human.deleted or human.deleted_there or human.stripped)
            assert times == 1 or (was_taken_back and times == 0), f"{mark} was judged {times} times"
        assert not sent
        assert {result.identifier for result in self.desk.store.validations(10_000)} == set(self.logins)

    def _check_gallery(self, here: dict[str, Person]) -> None:
        held: dict[str, list[bytes]] = {}
        for person, each in self.desk.store.templates(WEIGHTS):
            held.setdefault(str(person), []).append(each.vector.tobytes())
        for name, human in self.humans.items():
            person = here.get(name)
            if person is not None:
                assert bool(held.get(person.id)) != human.withdrawn, f"{name}: templates, and consent"
                if human.from_account and not human.stripped and (remote := self.account.of(name)) is not None:
                    assert remote.image is not None
                    faces = [each.vector.tobytes() for each in embed(remote.image)]
                    renewed = len(held[person.id]) == len(enrolment().templates)
                    assert renewed or held[person.id] == faces, f"{name}: a face that the account has replaced"
        assert self.desk.gallery.people == len(held), "the gallery has other people than the store"
        assert self.desk.gallery.templates == sum(map(len, held.values())), "the gallery has other faces than the store"


@contextmanager
def world(folder: Path, *, ahead_from: int, marked: bool) -> Iterator[World]:
    """One whose station is closed again."""
    account = Account(marked=marked)
    desk = WholeStation(folder / "kiosk.db", account, MovingClock(), pulls=True, ahead_from=ahead_from)
    try:
        yield World(desk, account)
    finally:
        with suppress(StoreError):
            desk.worker.rest()
        desk.store.close()
