"""The kill drill's comparison: what was acknowledged against what is here and what is at the account."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from support.records import DETAILS

from kiosk.domain.outbox import Backlog, OutboxRow
from kiosk.domain.person import Person, Truth
from kiosk.domain.record import DeletionCertificate, Erasure, Validation

ACTS = frozenset({"enrolled", "edited", "deleted", "recorded"})


@dataclass
class Told:
    """What was acknowledged, and what was under way when somebody was killed."""

    enrolled: set[str] = field(default_factory=set)
    deleting: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)
    purging: set[str] = field(default_factory=set)
    """Who was due when a purge began, each by id; whoever was not is never gone by one."""
    purged: set[str] = field(default_factory=set)
    phones: dict[str, set[str]] = field(default_factory=dict)
    logins: dict[str, str] = field(default_factory=dict)
    settled: Counter[str] = field(default_factory=Counter)
    """What became of the rows that were sent while the faults were on."""
    opened: int = 0
    purges: int = 0
    """Purges that came to their end."""
    acts: int = 0

    def take(self, lines: Sequence[str]) -> None:
        for line in lines:
            word, *rest = line.split(" ")
            match word:
                case "opened":
                    self.opened += 1
                case "enrolled":
                    self.enrolled.add(rest[0])
                case "deleting":
                    self.deleting.add(rest[0])
                case "deleted":
                    self.deleted.add(rest[0])
                case "purging":
                    self.purging.update(rest)
                case "purged":
                    self.purged.update(rest)
                    self.purges += 1
                    self.acts += len(rest)
                case "editing":  # the one before, until it is acknowledged; then no other
                    self.phones.setdefault(rest[0], {DETAILS.phone}).add(rest[1])
                case "edited":
                    self.phones[rest[0]] = {rest[1]}
                case "recorded":
                    self.logins[rest[0]] = rest[1]
                case "settled":
                    self.settled[rest[0]] += 1
            self.acts += word in ACTS


@dataclass(frozen=True, kw_only=True)
class Here:
    """What the station holds at the end."""

    people: Mapping[str, Person]
    results: Mapping[str, Validation]
    certificates: Sequence[DeletionCertificate]
    buried: Sequence[OutboxRow]
    backlog: Backlog
    audit_is_whole: bool


@dataclass(frozen=True, kw_only=True)
class There:
    """What the account holds at the end: its people as it shows them, and the marks of sessions in which somebody was judged."""

    people: Sequence[Mapping[str, str]]
    judged: Counter[str]


def compare(here: Here, there: There, told: Told) -> dict[str, int]:
    """Station against account, record by record.

    Raises:
        AssertionError: something was lost, doubled, left over, changed or refused.
    """
    _queue(here)
    _gone(here, told)
    _people(here, there, told)
    _results(here, there, told)
    return {
        "people": len(here.people),
        "people at the account": len(there.people),
        "results": len(here.results),
        "sessions at the account": sum(there.judged.values()),
        "buried": len(here.buried),
    }


def _queue(here: Here) -> None:
    assert here.audit_is_whole, "the audit is whole"
    assert (here.backlog.pending, here.backlog.doubt) == (0, 0), f"rows wait: {here.backlog}"
    buried = [f"{row.action.value} {row.subject} {row.code} {row.reason}" for row in here.buried]
    assert not buried, f"buried: {buried}"


def _gone(here: Here, told: Told) -> None:
    """Who is gone was deleted or purged, by name, and has the one certificate that says so."""
    lost = told.enrolled - told.deleting - told.purging - set(here.people)
    assert not lost, f"lost here: {sorted(lost)}"
    not_due = told.purged - told.purging
    assert not not_due, f"purged, and were not due: {sorted(not_due)}"
    left = (told.deleted | told.purged) & set(here.people)
    assert not left, f"left over: {sorted(left)}"
    certified = Counter(str(each.person) for each in here.certificates)
    without = (told.enrolled | told.deleted | told.purged) - set(here.people) - set(certified)
    assert not without, f"gone without a certificate: {sorted(without)}"
    twice = [name for name, count in certified.items() if count > 1]
    assert not twice, f"more than one certificate: {sorted(twice)}"
    for each in here.certificates:
        asked_for = told.purging if each.why is Erasure.RETENTION else told.deleting
        assert each.person in asked_for, f"deleted, and nobody asked for it: {each.person} ({each.why.value})"
        waiting = [part.name for part in each.touched if part.kind == "remote" and part.outcome == "pending"]
        assert not waiting, f"the certificate still waits for the account: {each.person}"


def _people(here: Here, there: There, told: Told) -> None:
    documents = Counter(person["documentNumber"] for person in there.people)
    doubled = {name for name, count in documents.items() if count > 1}
    assert not doubled, f"doubled at the account: {sorted(doubled)}"
    lost = set(here.people) - set(documents)
    assert not lost, f"lost at the account: {sorted(lost)}"
    left = set(documents) - set(here.people)
    assert not left, f"left over at the account: {sorted(left)}"
    phones = {person["documentNumber"]: person["phone"] for person in there.people}
    for name, person in here.people.items():
        wanted = told.phones.get(name, {DETAILS.phone})
        assert phones[name] in wanted, f"an acknowledged edit of {name} was lost at the account"
        assert person.details.phone == phones[name], f"{name} is not the same here and there"
        assert person.truth is Truth.CONFIRMED, f"{name} is {person.truth.value}"
        ids = {each["id"] for each in there.people if each["documentNumber"] == name}
        assert {person.remote_id} == ids, f"{name} is confirmed as somebody else"


def _results(here: Here, there: There, told: Told) -> None:
    lost = set(told.logins) - set(here.results)
    assert not lost, f"lost results: {sorted(lost)}"
    twice = {mark for mark, count in there.judged.items() if count > 1}
    assert not twice, f"judged twice: {sorted(twice)}"
    for mark, person in told.logins.items():
        result = here.results[mark]
        if person in here.people:  # with somebody who is deleted go the results that still wait
            assert result.truth is Truth.CONFIRMED, f"{mark} is {result.truth.value}"
            assert there.judged[result.identifier] == 1, f"{mark} is not at the account"
