"""A model of the account: what it holds, and a plan of faults. Our own port, so a hand-written fake is enough.

A fault strikes before the account has done anything, or after (the reply is lost): exactly the difference that decides between
sending again and looking first.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeVar

from kiosk.domain.errors import ApiError, Code
from kiosk.domain.person import Details, Person
from kiosk.domain.record import Validation
from kiosk.domain.remote import PeoplePage, RemotePerson, RemoteValidation

_T = TypeVar("_T")


class Killed(BaseException):
    """SIGKILL, as far as a test inside the process can have it: nothing after it runs."""


@dataclass(frozen=True)
class Fault:
    """One call's misfortune.

    ``when`` tells whether the account had done it: before, after, or ``late``, some seconds after the caller has given up;
    ``killed`` ends the caller after it had.
    """

    when: Literal["before", "after", "late", "killed"]
    code: Code = Code.API_NO_LINK
    token: str = ""
    retry_after_s: float | None = None

    def error(self) -> ApiError:
        if self.when in ("after", "late"):
            return ApiError(Code.API_REPLY_LOST, maybe_done=True)
        return ApiError(self.code, token=self.token, retry_after_s=self.retry_after_s)


LOST_REPLY = Fault("after")
LATE = Fault("late")
LATE_MS = 20_000.0


@dataclass
class FakeAccount:
    """People by remote id, validations by mark. ``plan`` is asked before each call and may return a fault."""

    plan: Callable[[str], Fault | None] = lambda _: None
    held: dict[str, RemotePerson] = field(default_factory=dict)
    validations: list[tuple[str, RemoteValidation]] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    mono_ms: Callable[[], float] = lambda: 0.0
    under_way: list[tuple[float, Callable[[], object]]] = field(default_factory=list)
    _made: int = 0

    def _call(self, name: str, act: Callable[[], _T]) -> _T:
        self.calls[name] += 1
        self.catch_up()
        fault = self.plan(name)
        if fault is not None and fault.when == "before":
            raise fault.error()
        if fault is not None and fault.when == "late":
            self.under_way.append((self.mono_ms() + LATE_MS, act))
            raise fault.error()
        result = act()
        if fault is not None and fault.when == "killed":
            raise Killed
        if fault is not None:
            raise fault.error()
        return result

    def catch_up(self) -> None:
        """Carry out what came late and is due."""
        due = [act for at, act in self.under_way if at <= self.mono_ms()]
        self.under_way = [(at, act) for at, act in self.under_way if at > self.mono_ms()]
        for act in due:
            with contextlib.suppress(ApiError):
                act()

    def probe(self, *, within_s: float) -> None:
        self._call("probe", lambda: None)

    def create_person(self, person: Person, *, mark: str, within_s: float) -> RemotePerson:
        def act() -> RemotePerson:
            self._made += 1
            made = RemotePerson(
                remote_id=f"remote-{self._made}",
                details=person.details,
                image=person.face_image,
                updated_at=f"2026-01-01T00:00:00.{self._made:06d}Z",
                mark=mark,
            )
            self.held[made.remote_id] = made
            return made

        return self._call("create_person", act)

    def find_person(self, person: Person, *, mark: str, within_s: float) -> RemotePerson | None:
        return self._call("find_person", lambda: next((p for p in self.held.values() if p.mark == mark), None))

    def is_same(self, person: Person, there: RemotePerson) -> bool:
        if there.mark:
            return there.mark == person.id
        return there.details.document_number == person.details.document_number != ""

    def person(self, remote_id: str, *, within_s: float) -> RemotePerson | None:
        return self._call("person", lambda: self.held.get(remote_id))

    def as_held(self, details: Details) -> Details:
        return details

    def update_person(self, remote_id: str, person: Person, *, known: Details, within_s: float) -> RemotePerson:
        def act() -> RemotePerson:
            if remote_id not in self.held:
                raise ApiError(Code.API_NOT_FOUND)
            self.held[remote_id] = replace(self.held[remote_id], details=person.details)
            return self.held[remote_id]

        return self._call("update_person", act)

    def delete_person(self, remote_id: str, *, within_s: float) -> None:
        self._call("delete_person", lambda: self.held.pop(remote_id, None))

    def holds(self, remote_id: str, *, within_s: float) -> bool:
        return self._call("holds", lambda: remote_id in self.held)

    def people(self, cursor: str, *, limit: int, within_s: float) -> PeoplePage:
        def act() -> PeoplePage:
            ids = sorted(self.held, key=lambda name: int(name.rsplit("-", 1)[1]))
            start = int(cursor or 0)
            page = tuple(self.held[name] for name in ids[start : start + limit])
            after = start + limit
            return PeoplePage(people=page, cursor=str(after) if after < len(ids) else "", total=len(ids))

        return self._call("people", act)

    def send_validation(self, validation: Validation, image: bytes | None, *, within_s: float) -> RemoteValidation:
        def act() -> RemoteValidation:
            self._made += 1
            made = RemoteValidation(remote_id=f"validation-{self._made}", status="validated")
            self.validations.append((validation.identifier, made))
            return made

        return self._call("send_validation", act)

    def find_validation(self, mark: str, *, within_s: float) -> Sequence[RemoteValidation]:
        return self._call("find_validation", lambda: [made for known, made in self.validations if known == mark])
