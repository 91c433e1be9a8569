"""What tests of the whole program share: an encrypted site, who works there, who visits, and what was photographed."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
from support.patience import PATIENT_STATION
from support.running_kiosk import Running, running_kiosk
from support.sandbox import Sandbox

from kiosk.camera.relief import Relief
from kiosk.camera.synthetic import Sitter, plain_room, visit
from kiosk.cli.scenes import Portraits
from kiosk.domain.face import Pixels
from kiosk.domain.operators import Role
from kiosk.keys import open_vault
from kiosk.profile import open_profile
from kiosk.station.clock import SystemClock
from kiosk.store.sqlite import SqliteStore
from kiosk.vision.models import ModelFiles

FPS = 15
WALK_MS, STAY_MS, AWAY_MS, SITS_MS = 700, 3600, 1500, 8000
OPERATOR, OPERATOR_PIN = "Marta Rueda", "739415"

QUICK = {
    **PATIENT_STATION,
    "KIOSK_STATION__COUNTRY": "CO",
    "KIOSK_POLICY__LIVENESS__CHALLENGE": "never",
    "KIOSK_POLICY__MATCHING__ENROL_VIEWS": "front",
    "KIOSK_POLICY__TIMING__GRANTED_MS": "1500",
    "KIOSK_POLICY__TIMING__DENIED_MS": "4000",
    "KIOSK_POLICY__TIMING__SHOWN_MS": "4000",
    "KIOSK_POLICY__TIMING__COOLDOWN_MS": "200",
    "KIOSK_POLICY__LOCKOUT__MAX_RESTARTS": "1000",
    "KIOSK_POLICY__TIMING__TRACK_LOST_MS": "4000",
    "KIOSK_POLICY__ACTIVE__MAX_SPEED": "100",
    "KIOSK_POLICY__ACTIVE__CUT_RATIO": "100",
    "KIOSK_API__DEADLINE_S": "10",
    "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
}
"""A refusal stands until the hand has done what it does there. On a machine that is busy with other tests a frame may take a
second: that is neither somebody who left, nor a cut between two of them, nor an account that is away. The secrets go into the
profile: a keyring would keep them for longer than the test.
"""


@dataclass
class Site:
    """One profile, encrypted, and where its runs leave what they photograph.

    Attributes:
        sandbox: its account; None where it has none.
        size: of the window.
    """

    folder: Path
    models: ModelFiles
    sandbox: Sandbox | None = None
    size: str = "1280x800"
    env: dict[str, str] = field(default_factory=dict)

    @property
    def profile(self) -> Path:
        """Everything the station keeps."""
        return self.folder / "profile"

    def shots(self, name: str) -> Path:
        """Where the run of this name puts its pictures."""
        return self.folder / f"shots-{name}"

    @contextlib.contextmanager
    def store(self) -> Iterator[SqliteStore]:
        """The profile's database, beside a running station too."""
        profile = open_profile(self.profile)
        vault = open_vault(profile.root, use_keyring=False)
        opened = SqliteStore.open(profile.database, clock=SystemClock(), key=vault, outgoing=self.sandbox is not None)
        try:
            yield opened
        finally:
            opened.close()

    def employ(self) -> None:
        """Somebody who may sign in."""
        with self.store() as opened:
            opened.operators.add(name=OPERATOR, role=Role.SUPERVISOR, pin=OPERATOR_PIN, by="test")

    @contextlib.contextmanager
    def running(self, name: str, *words: str, camera: str, network: bool = True, **more: str) -> Iterator[Running]:
        """``kiosk run`` with a hand at its window; it ended well when the block does."""
        env = {
            **QUICK,
            "KIOSK_MODELS__DIR": str(self.models.folder),
            "HOME": str(self.folder),
            "XDG_DATA_HOME": str(self.folder / "data"),
            **self.env,
            **more,
        }
        if self.sandbox is not None:
            env |= {"KIOSK_API__BASE_URL": self.sandbox.base_url, "KIOSK_API__TOKEN": self.sandbox.token}
        log = self.folder / f"{name}.txt"
        every = [*words, "--camera", camera, "--profile", str(self.profile), "--size", self.size]
        every += ["--screenshots", str(self.shots(name)), *(() if network else ("--offline",))]
        with running_kiosk(*every, env=env, log=log, hand=True) as kiosk:
            kiosk.await_event("ready", lambda event: True)
            yield kiosk
            assert kiosk.end() == 0, log.read_text()
        assert "Traceback" not in log.read_text()
        seen, wanted = photographed(self.shots(name)), shown(kiosk)
        late = wanted[len(seen) :]  # at a door somebody may have come while it was ended
        assert seen == wanted[: len(seen)], f"photographed {seen}, shown {wanted}"
        assert len(late) <= 1, f"not photographed: {late}"


def shown(kiosk: Running) -> list[str]:
    """Which screens were up, in order."""
    return ["starting", *(str(event["screen"]) for event in kiosk.of("screen") if event["screen"] != "starting")]


def photographed(folder: Path) -> list[str]:
    """Which screens there are pictures of, in order; several of one screen in a row count once. Each can be read."""
    names = []
    for path in sorted(folder.iterdir()):
        picture = cv2.imread(str(path))
        assert picture is not None, path.name
        assert float(picture.std()) > 1.0, f"{path.name} shows nothing"
        names.append(path.stem[4:])
    return [name for name, _ in itertools.groupby(names)]


def reliefs(models: ModelFiles, *portraits: str) -> list[Relief]:
    """These people."""
    with Portraits(models) as known:
        return [known.relief(models.path(each)) for each in portraits]


def visits(path: Path, people: Sequence[Relief], *, card: Pixels | None = None) -> str:
    """A clip in which these people come, stay and go, one after another; the camera that replays it again and again.

    ``card``: held up for a while at the end.
    """
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), FPS, (1280, 720))
    for seed, relief in enumerate(people, start=1):
        script = visit(seed=seed, empty_ms=300, walk_ms=WALK_MS, stay_ms=STAY_MS, from_cm=70)
        sitter = Sitter(relief, script, seed=seed)
        for number in range(FPS * (300 + WALK_MS + STAY_MS + AWAY_MS) // 1000):
            writer.write(sitter.render(number * 1000 / FPS))
    if card is not None:
        held = plain_room()
        high, wide = card.shape[:2]
        held[100 : 100 + high, 300 : 300 + wide] = card
        for _ in range(FPS * STAY_MS // 1000):
            writer.write(held)
    writer.release()
    return f"replay:{path}?loop=1"


def waits(path: Path, person: Relief) -> str:
    """Somebody who sits before the camera all the time, as a clip that begins again and again: less work than a drawn camera."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), FPS, (1280, 720))
    sitter = Sitter(person, visit(seed=1, empty_ms=0, walk_ms=1, from_cm=70), seed=1)
    for number in range(FPS * SITS_MS // 1000):
        writer.write(sitter.render((number + 1) * 1000 / FPS))
    writer.release()
    return f"replay:{path}?loop=1"


def files_of(folder: Path) -> set[str]:
    """Every file of a profile, by its path inside."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
