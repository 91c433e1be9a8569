"""How long it takes from a part that is gone to the screen that names it: two seconds at most, told by the program's own clock.

What is measured: ``mono_ms`` of the clock that the whole station runs on, read where the part is taken away (the camera's order,
the engine's failure, the store's refusal, the account's failed call) and again in the slot that has just put the words into the
widgets. Nothing of a test's own waiting is in it.

A machine that is busy with other tests can stop any thread for seconds, which says nothing about the program. So each removal is
tried up to :data:`ROUNDS` times and the best one counts: a program that were too slow by design would be so in each of them. That
the screen comes at all, and goes by itself, is asserted in every round.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from support.online import connected
from support.sandbox import Sandbox, sandbox_process
from support.station_parts import engine_failure
from support.station_rig import QUICK, KeptStore, Rig

from kiosk.api.connect import Connection
from kiosk.cli.online import Prober
from kiosk.details import check_details
from kiosk.domain.errors import ApiError, Code, StoreError
from kiosk.domain.link import Link
from kiosk.domain.remote import Verdict
from kiosk.station.link_keeper import Reach
from kiosk.station.online import AccountParts
from kiosk.station.snapshot import Screen, Snapshot
from kiosk.ui.bridge import Bridge
from kiosk.ui.main_window import KioskWindow
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme

PROMISED_MS = 2_000.0
ROUNDS = 5
PATIENCE_MS = 60_000
CALL_S = 1.0
"""What a visitor waits for the account here; the account's own silence is not the screen's."""


class Seen:
    """What was on screen, and since when on the station's clock."""

    def __init__(self, rig: Rig, window: KioskWindow) -> None:
        self._rig = rig
        self._window = window
        self.since: dict[str, float] = {}
        self.now: frozenset[str] = frozenset()
        window.shown.connect(self._note)

    def _note(self, snapshot: Snapshot, text: Text) -> None:
        words = {each.text() for each in self._window.findChildren(QLabel) if each.isVisible()}
        on = {f"screen {snapshot.screen}"}
        on |= {
            f"code {code}" for code in Code if snapshot.screen is Screen.FAULT and text.get(f"error.{code}") in words
        }
        on |= {f"link {link}" for link in Link if text.get(f"link.{link}") in words}
        at = self._rig.clock.mono_ms()
        for each in on - self.now:
            self.since[each] = at
        self.now = frozenset(on)


Opened = tuple[KioskWindow, Seen]


@contextlib.contextmanager
def opened(rig: Rig, qtbot: QtBot) -> Iterator[Opened]:
    bridge = Bridge()
    window = KioskWindow(
        text=Text(),
        theme=Theme(),
        intents=rig.station,
        latest_frame=rig.station.latest_frame,
        check_details=check_details,
    )
    qtbot.addWidget(window)
    seen = Seen(rig, window)
    window.show()
    bridge.arrived.connect(window.show_snapshot)
    rig.station.subscribe(bridge.post)
    rig.station.start()
    try:
        yield window, seen
    finally:
        rig.camera.unhang.set()
        bridge.close()
        rig.station.stop()


def best_of(
    qtbot: QtBot, seen: Seen, named: str, back: str, remove: Callable[[], float], put_back: Callable[[], None]
) -> float:
    """Take the part away and put it back until it was named in time, :data:`ROUNDS` times at most; the best time.

    Args:
        named: what says that the part is gone.
        back: what is on screen while it is there.
        remove: returns when it was gone.
        put_back: nothing else is done to bring the screen back.
    """
    best = float("inf")
    for _ in range(ROUNDS):
        qtbot.waitUntil(lambda: back in seen.now and named not in seen.now, timeout=PATIENCE_MS)
        gone = remove()
        qtbot.waitUntil(lambda: named in seen.now, timeout=PATIENCE_MS)
        best = min(best, seen.since[named] - gone)
        put_back()
        if best <= PROMISED_MS:
            break
    qtbot.waitUntil(lambda: back in seen.now and named not in seen.now, timeout=PATIENCE_MS)
    return best


ATTRACT = f"screen {Screen.ATTRACT}"


@pytest.mark.expects_log
def test_a_camera_that_is_unplugged(tmp_path: Path, qtbot: QtBot) -> None:
    rig = Rig(tmp_path)

    def unplug() -> float:
        rig.camera.cannot_open = True
        at = rig.clock.mono_ms()
        rig.camera.tell("lose")
        return at

    def plug_in() -> None:
        rig.camera.cannot_open = False

    with opened(rig, qtbot) as (_, seen):
        took = best_of(qtbot, seen, f"screen {Screen.FAULT}", ATTRACT, unplug, plug_in)
    assert took <= PROMISED_MS


@pytest.mark.expects_log
@pytest.mark.leaves_thread
def test_a_camera_that_hangs(tmp_path: Path, qtbot: QtBot) -> None:
    rig = Rig(tmp_path)

    def hang() -> float:
        at = rig.clock.mono_ms()
        rig.camera.tell("hang")
        return at

    def goes_on() -> None:
        rig.camera.tell("show", 0, 255, 1)
        rig.camera.unhang.set()

    with opened(rig, qtbot) as (_, seen):
        took = best_of(qtbot, seen, f"code {Code.CAMERA_STALLED}", ATTRACT, hang, goes_on)
    assert took <= PROMISED_MS


@pytest.mark.expects_log
def test_vision_that_breaks(tmp_path: Path, qtbot: QtBot) -> None:
    rig = Rig(tmp_path)

    def break_it() -> float:
        at = rig.clock.mono_ms()
        rig.eyes.broken = engine_failure
        return at

    def mend() -> None:
        rig.eyes.broken = None

    with opened(rig, qtbot) as (_, seen):
        took = best_of(qtbot, seen, f"code {Code.MODEL_BROKEN}", ATTRACT, break_it, mend)
    assert took <= PROMISED_MS


class FullDisk(Rig):
    """A disk that is full when the station starts; ``refused_ms`` is when it first said so."""

    refused_ms = 0.0

    def _open(self) -> KeptStore:
        if self.store_error is not None and not self.refused_ms:
            self.refused_ms = self.clock.mono_ms()
        return super()._open()


@pytest.mark.expects_log
def test_a_disk_that_is_full(tmp_path: Path, qtbot: QtBot) -> None:
    best, named = float("inf"), f"code {Code.STORE_FULL}"
    for number in range(ROUNDS):
        folder = tmp_path / str(number)
        folder.mkdir()
        rig = FullDisk(folder)
        rig.store_error = StoreError(Code.STORE_FULL, "told")
        with opened(rig, qtbot) as (_, seen):
            qtbot.waitUntil(lambda seen=seen: named in seen.now, timeout=PATIENCE_MS)  # type: ignore[misc]
            rig.store_error = None
            qtbot.waitUntil(lambda seen=seen: ATTRACT in seen.now, timeout=PATIENCE_MS)  # type: ignore[misc]
            best = min(best, seen.since[named] - rig.refused_ms)
        if best <= PROMISED_MS:
            break
    assert best <= PROMISED_MS


# ---------------------------------------------------------------- the network: a real account over real HTTP on loopback


class Told:
    """The account's own gateway and prober; notes when a call of theirs failed."""

    def __init__(self, connection: Connection, clock: Callable[[], float]) -> None:
        self._gateway = connection.gateway
        self._prober = Prober(connection)
        self._clock = clock
        self.failed_ms: list[float] = []

    def login(self, image: bytes, *, mark: str, within_s: float) -> Verdict:
        try:
            return self._gateway.login(image, mark=mark, within_s=within_s)
        except ApiError:
            self.failed_ms.append(self._clock())
            raise

    def probe(self, *, within_s: float) -> None:
        try:
            self._prober.probe(within_s=within_s)
        except ApiError:
            self.failed_ms.append(self._clock())
            raise


class Door:
    """A station whose account is a sandbox in a process of its own."""

    def __init__(self, folder: Path, sandbox: Sandbox, connection: Connection) -> None:
        self.sandbox = sandbox
        parts = AccountParts(
            connect=lambda: Reach(gateway=self.told, prober=self.told, account=connection.account),
            encode=lambda pixels: b"\xff\xd8\xff\xd9",
            deadline_s=CALL_S,
        )
        self.rig = Rig(folder, policy=QUICK, account=parts)
        self.told = Told(connection, self.rig.clock.mono_ms)
        self._visits = 0

    def visit(self) -> None:
        """Somebody walks up, which asks the account, and goes."""
        self._visits += 1
        self.rig.camera.tell("show", 7, 255, self._visits + 1)

    def empty(self) -> None:
        self.rig.camera.tell("show", 0, 255, self._visits + 1)


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One for all faults: it takes seconds to start."""
    with sandbox_process(tmp_path_factory.mktemp("account")) as sandbox:
        yield sandbox


@pytest.fixture
def door(account: Sandbox, tmp_path: Path) -> Iterator[Door]:
    account.set_faults("")
    with connected(account) as connection:
        yield Door(tmp_path, account, connection)


ONLINE = f"link {Link.ONLINE}"


def named_in_time(
    door: Door, qtbot: QtBot, seen: Seen, link: Link, remove: Callable[[], None], put_back: Callable[[], None]
) -> float:
    """From the first call that failed to the link's name on the screen; the best of :data:`ROUNDS` rounds."""

    def gone() -> float:
        calls = len(door.told.failed_ms)
        remove()
        door.visit()
        qtbot.waitUntil(lambda: len(door.told.failed_ms) > calls, timeout=PATIENCE_MS)
        return door.told.failed_ms[calls]

    def back() -> None:
        door.empty()
        put_back()

    return best_of(qtbot, seen, f"link {link}", ONLINE, gone, back)


@pytest.mark.expects_log
@pytest.mark.parametrize(
    ("fault", "link"),
    [
        ("reset=1", Link.NO_LINK),
        ("latency=9000", Link.NO_LINK),
        ("http500=1", Link.SERVER_ERROR),
    ],
    ids=["refuses", "hangs", "broken"],
)
def test_a_network_that_fails(door: Door, qtbot: QtBot, fault: str, link: Link) -> None:
    with opened(door.rig, qtbot) as (_, seen):
        took = named_in_time(
            door, qtbot, seen, link, lambda: door.sandbox.set_faults(fault), lambda: door.sandbox.set_faults("")
        )
        assert ATTRACT in seen.now or "screen result" in seen.now
    assert took <= PROMISED_MS


@pytest.mark.expects_log
def test_an_account_that_is_killed_and_started_again(tmp_path: Path, qtbot: QtBot) -> None:
    running = contextlib.ExitStack()
    sandbox = running.enter_context(sandbox_process(tmp_path))
    port = int(sandbox.base_url.rsplit(":", 1)[1])
    up = [sandbox]

    def kill() -> None:
        process = up[-1].process
        assert process is not None
        process.kill()
        process.wait(10)

    def start() -> None:
        up.append(running.enter_context(sandbox_process(tmp_path, port=port)))

    with running, connected(sandbox) as connection:
        door = Door(tmp_path, sandbox, connection)
        with opened(door.rig, qtbot) as (_, seen):
            took = named_in_time(door, qtbot, seen, Link.NO_LINK, kill, start)
    assert took <= PROMISED_MS
