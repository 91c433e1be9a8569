"""The kill drill: a station with an account is killed (SIGKILL) at random moments, against a sandbox with faults on.

    python tests/support/kill_drill.py --kills 300        (from the project's folder; prints what it did and what it found)

Each round forks a child that opens the encrypted database (looking up what was being sent when the last one died), and then
enrols, edits, deletes, records logins, sends and pulls, in random order, until it is killed. Some rounds are killed while they
open, some begin with a purge of those whose time is up, some bring up a database of an older version
(:mod:`support.kill_drill_old`). What a child tells through its pipe was acknowledged to somebody. Afterwards, with the faults
off, everything is sent, and then every acknowledged act must be there once, here and at the account
(:mod:`support.kill_drill_told`).
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from enum import Enum
from pathlib import Path

from support.kill_drill_lives import Place, Station, Tell, killed
from support.kill_drill_old import OldFiles
from support.kill_drill_told import Here, There, Told, compare
from support.sandbox import Sandbox, sandbox_process

FAULTS = "lost_reply=0.1,reset=0.05,http500=0.05,truncated=0.03,latency=10"
SETTLE_S = 10.0
SHORT = 60
"""So few kills are the short form."""
SHORT_SETTLE_S = 6.0
LAST_WITHOUT_PURGE = 3
JUDGED = frozenset({"validated", "completed", "failed"})


class Kind(Enum):
    """What a life is there for."""

    WORK = "work"
    OPENING = "opening"
    PURGE = "purge"
    MIGRATION = "migration"


AFTER = {
    # How far a life of this kind comes, in turns, however busy the machine is; from there on the moment is left to chance.
    Kind.WORK: ("settled", "enrolled", "opened", "recorded"),
    Kind.OPENING: ("begun",),
    Kind.PURGE: ("purged", "purging", "opened"),
}
LONGEST_S = {Kind.WORK: 1.0, Kind.OPENING: 0.15, Kind.PURGE: 0.25}


def plan(kills: int) -> list[Kind]:
    """What each life is. No purge comes in the last ones: what they have done stays to be found."""
    last = kills - max(LAST_WITHOUT_PURGE, kills // 20)
    kinds = []
    for number in range(kills):
        if number % 5 == 2:
            kinds.append(Kind.MIGRATION)
        elif number % 6 == 4 and number < last:
            kinds.append(Kind.PURGE)
        elif number % 10 == 3:
            kinds.append(Kind.OPENING)
        else:
            kinds.append(Kind.WORK)
    return kinds


def drill(place: Place, old: OldFiles, kinds: list[Kind], seed: int, progress: Callable[[int], None]) -> Told:
    """Kill them one after the other; the faults are the sandbox's."""
    chance = random.Random(seed)
    told = Told()
    place.store().close()  # imports once, for all children; the same below
    place.connection().close()
    done: Counter[Kind] = Counter()
    for number, kind in enumerate(kinds):
        if kind is Kind.MIGRATION:
            old.live_and_die(chance)
        else:
            after = AFTER[kind][done[kind] % len(AFTER[kind])]

            def live(tell: Tell, number: int = number, kind: Kind = kind) -> None:
                Station(place, number, tell, purges=kind is Kind.PURGE).live()

            told.take(killed(live, (after,), chance.random() * LONGEST_S[kind]))
        done[kind] += 1
        progress(number + 1)
    old.finish()
    return told


def drain(place: Place, deadline_s: float) -> Counter[str]:
    """Send everything that waits, and once more what was refused while the faults were on; what that was, by its code."""
    ends = time.monotonic() + deadline_s
    store, connection = place.store(), place.connection()
    try:
        worker = place.worker(store, connection, random.Random(0), pulls=False)
        refused = Counter(f"{row.action.value} {row.code} {row.reason}" for row in store.outbox.buried())
        for row in store.outbox.buried():
            store.outbox.retry(row.id, reason="the faults are off")
        while (backlog := store.outbox.backlog()).pending + backlog.doubt:
            assert time.monotonic() < ends, f"rows wait for ever: {backlog}, {refused}"
            step = worker.step()
            worker.link_back()
            if step.wait_s:
                time.sleep(min(0.2, step.wait_s))
        return refused
    finally:
        connection.close()
        store.close()


def look_here(place: Place) -> Here:
    """All of the station's records."""
    store = place.store()
    try:
        return Here(
            people={str(person.id): person for person in store.people()},
            results={result.id: result for result in store.validations(10**6)},
            certificates=store.deletions(),
            buried=store.outbox.buried(),
            backlog=store.outbox.backlog(),
            audit_is_whole=store.verify_audit().whole,
        )
    finally:
        store.close()


def look_there(sandbox: Sandbox) -> There:
    """All of the account's, by a plain client."""
    # A session that was opened, whose client was killed before it could show a face, ends by itself: nobody was judged in it.
    sessions = everything(sandbox, "/v2/biometric-validations")
    judged = Counter(each["identifier"] for each in sessions if "identifier" in each and each["status"] in JUDGED)
    return There(people=everything(sandbox, "/v2/persons"), judged=judged)


def everything(sandbox: Sandbox, path: str) -> list[dict[str, str]]:
    """All pages of a list."""
    found: list[dict[str, str]] = []
    for page in range(1, 10_000):
        answer = sandbox.client.get(path, params={"page": page, "limit": 100, "sort": "createdAt"}).raise_for_status()
        part = answer.json()["data"]
        found += part
        if len(part) < 100:
            break
    return found


def run(folder: Path, picture: bytes, kills: int, *, seed: int, progress: Callable[[int], None]) -> str:
    """The whole drill; what it did and found.

    Raises:
        AssertionError: something was lost, doubled or refused, or the drill has shown nothing.
    """
    station, old = folder / "station", OldFiles(folder / "old")
    station.mkdir()
    kinds = plan(kills)
    with sandbox_process(folder, "--credits", "10000000", "--seed", str(seed)) as sandbox:
        settle_s = SETTLE_S if kills >= SHORT else SHORT_SETTLE_S
        place = Place(station, sandbox.base_url, sandbox.token, picture, settle_s)
        sandbox.client.get("/v2/persons")
        sandbox.set_faults(FAULTS)
        told = drill(place, old, kinds, seed, progress)
        struck = Counter(sandbox.state()["struck"])
        sandbox.set_faults("")
        refused = drain(place, deadline_s=120.0 + 2.0 * kills)
        figures = compare(look_here(place), look_there(sandbox), told)
    _has_shown_something(kinds, old, told, struck)
    lives = ", ".join(f"{count} {kind.value}" for kind, count in Counter(kinds).items())
    return (
        f"{kills} kills ({lives}), {told.opened} lives past the opening, {told.acts} acknowledged acts "
        f"({len(told.enrolled)} enrolments, {len(told.deleted)} deletions, {len(told.logins)} logins, "
        f"{len(told.purged)} people in {told.purges} whole purges of {len(told.purging)} who were due); "
        f"{old.lives} kills of a migration, {old.killed_inside} of them inside (after {dict(old.moments)}), "
        f"{old.whole} files whole; sent while the faults were on: {dict(told.settled)}; "
        f"faults struck: {dict(struck)}; refused meanwhile: {dict(refused)}; "
        f"{figures}; 0 lost, 0 doubled, 0 buried, audit whole"
    )


def _has_shown_something(kinds: list[Kind], old: OldFiles, told: Told, struck: Counter[str]) -> None:
    assert told.acts > len(kinds) / 4, f"a drill in which nothing happens shows nothing: {told.acts} acts"
    assert told.purged, "nobody was purged"
    assert old.killed_inside > 0, f"no migration was killed inside: {dict(old.moments)}"
    assert old.whole > 0, "no older file came through"
    assert told.settled["confirmed"] + told.settled["found"] > 0, f"nothing was sent: {dict(told.settled)}"
    assert struck.total() > 0, "no fault struck"


def main() -> None:
    """As a tool."""
    from kiosk.camera.stills import encode_jpeg  # noqa: F401 - before the fork, for nobody's child

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--picture", type=Path, required=True, help="JPEG of a face, at least 230 px wide")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="kiosk-drill-"))
    try:
        print(run(folder, given.picture.read_bytes(), given.kills, seed=given.seed, progress=_dot))  # noqa: T201
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _dot(number: int) -> None:
    if number % 25 == 0:
        sys.stderr.write(f"{number} kills\n")


if __name__ == "__main__":
    main()
