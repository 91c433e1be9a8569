"""The frozen program as somebody finds it: no network, no Python on PATH, an empty home. What it says is compared with a list.

Linux takes the network away with a namespace of its own; where that cannot be made (Windows, a container without rights) the test
says that it ran with the network there.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

WINDOWS = sys.platform == "win32"
_SECONDS = 240
_NEEDED = ("sh", "readlink", "sort", "tail")
COMMANDS = (
    "run", "enroll", "identify", "people", "validate", "sync", "sandbox", "evaluate", "bench", "doctor", "models", "update", "audit", "config",
)  # fmt: skip


class Failed(Exception):
    """The program does not do what it should, or says what it should not."""


@dataclass(frozen=True, slots=True)
class Place:
    """An installed program and how to start it: ``before`` is put before each command (chroot, namespaces)."""

    start: str
    version: str
    before: tuple[str, ...] = ()


def run(place: Place, allowed: Path) -> None:
    """All of it.

    Raises:
        Failed: at the first thing that is not as it should be.
    """
    wanted = tomllib.loads(allowed.read_text("utf-8"))
    with tempfile.TemporaryDirectory(prefix="kiosk-selftest-") as folder:
        tester = _Tester(place, Path(folder))
        tester.version()
        tester.commands()
        tester.doctor(wanted["doctor"])
        tester.demo(wanted["demo"]["lines"], {"QT_QPA_PLATFORM": "offscreen"}, "offscreen")
        if not WINDOWS and shutil.which("Xvfb"):
            with _Screen() as display:
                if tester.has_x11(display):
                    tester.demo(wanted["demo"]["lines"], {"DISPLAY": display}, "Xvfb")
        tester.people()
    print(f"selftest: passed ({place.version})")


class _Tester:
    def __init__(self, place: Place, folder: Path) -> None:
        self._place = place
        self._folder = folder
        self._tools = folder / "bin"
        self._tools.mkdir()
        for name in () if WINDOWS else _NEEDED:
            (self._tools / name).symlink_to(shutil.which(name) or name)
        self._before = [*place.before, *_without_network()]

    def version(self) -> None:
        said = self._run("--version").stdout.strip()
        if said != f"kiosk {self._place.version}":
            raise Failed(f"--version says {said!r}")

    def commands(self) -> None:
        """Each command's help: every module that a command begins with is there."""
        for name in COMMANDS:
            if not self._run(name, "--help").stdout:
                raise Failed(f"{name} --help says nothing")

    def doctor(self, allowed: dict[str, list[str]]) -> None:
        done = self._run("doctor", "--json", "--profile", str(self._folder / "doctor"))
        for check in json.loads(done.stdout)["checks"]:
            if check["state"] not in allowed.get(check["name"], []):
                raise Failed(f"doctor: {check['name']} is {check['state']}: {check['value']}")
        if done.stderr.strip():
            raise Failed(f"doctor says on stderr: {done.stderr.strip()[:300]}")
        print("selftest: doctor as allowed")

    def has_x11(self, display: str) -> bool:
        """Whether this machine has the libraries that a window on X11 needs; a package asks for them, a folder cannot."""
        done = self._run("doctor", "--json", "--profile", str(self._folder / "doctor"), more={"DISPLAY": display})
        missing = [
            c["value"]
            for c in json.loads(done.stdout)["checks"]
            if c["name"] == "libraries_x11" and c["state"] == "fail"
        ]
        if missing:
            print(f"selftest: Xvfb is left out, this machine lacks what a window on X11 needs ({missing[0]})")
        return not missing

    def demo(self, allowed: list[str], more: dict[str, str], where: str) -> None:
        events = self._folder / f"events-{where}.jsonl"
        done = self._run("run", "--demo", "--events", str(events), more=more)
        for line in done.stderr.splitlines():
            if not any(re.fullmatch(pattern, line) for pattern in allowed):
                raise Failed(f"demo says: {line}")
        first = next(
            line for line in map(json.loads, events.read_text("utf-8").splitlines()) if line["event"] == "window"
        )
        print(f"selftest: demo ended with 0 ({where}), first window after {first['since_start_ms']:.0f} ms")

    def people(self) -> None:
        """Somebody is enrolled, found again and listed, and the audit is whole."""
        portrait = next(self._models().glob("portrait_a.jpg"))
        details = self._folder / "details.json"
        details.write_text(json.dumps({"firstName": "Self", "lastName": "Test"}), "utf-8")
        profile = ["--profile", str(self._folder / "people")]
        self._run("enroll", "--image", str(portrait), "--details", str(details), "--json", *profile)
        again = self._run("identify", "--image", str(portrait.with_name("portrait_a2.jpg")), "--json", *profile)
        listed = self._run("people", "list", "--json", *profile)
        self._run("audit", "verify", *profile)
        if "Self" not in again.stdout or "Self" not in listed.stdout:
            raise Failed("the person that was enrolled is not found")
        print("selftest: enrolled, found, listed, audit whole")

    def _models(self) -> Path:
        """The bundle's pictures, copied to where the program under test can read them."""
        into = self._folder / "pictures"
        into.mkdir(exist_ok=True)
        root = Path(self._place.start).resolve().parent
        for path in root.glob("versions/*/_internal/kiosk/_data/models/portrait_a*"):
            shutil.copyfile(path, into / path.name)
        return into

    def _run(self, *words: str, more: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": str(self._tools),
            "HOME": str(self._folder),
            "LANG": "C.UTF-8",
            "TMPDIR": str(self._folder),
        }
        if WINDOWS:
            kept = ("SYSTEMROOT", "TEMP", "TMP", "LOCALAPPDATA", "APPDATA", "USERPROFILE", "COMSPEC")
            environment = {
                "PATH": os.environ["SYSTEMROOT"] + r"\System32",
                **{n: os.environ[n] for n in kept if n in os.environ},
            }
        if shutil.which("python3", path=environment["PATH"]) or shutil.which("python", path=environment["PATH"]):
            raise Failed("there is a Python on PATH")
        command = [*self._before, self._place.start, *words]
        done = subprocess.run(
            command, capture_output=True, text=True, encoding="utf-8", timeout=_SECONDS, check=False,
            env={**environment, **(more or {"QT_QPA_PLATFORM": "offscreen"})},
        )  # fmt: skip
        if done.returncode and not (words[0] == "doctor" and done.returncode == 1):
            raise Failed(
                f"{' '.join(words)} ended with {done.returncode}: {done.stderr.strip()[-500:] or done.stdout[-500:]}"
            )
        return done


def _without_network() -> list[str]:
    if WINDOWS:
        print("selftest: the network is there (Windows has no namespaces)")
        return []
    for command in (["/usr/bin/unshare", "-n"], ["/usr/bin/unshare", "-rn"]):
        if (
            Path(command[0]).exists()
            and not subprocess.run([*command, "true"], capture_output=True, check=False).returncode
        ):
            return command
    print("selftest: the network is there (no namespace can be made here)")
    return []


class _Screen:
    """An X server without a screen."""

    def __enter__(self) -> str:
        read, write = os.pipe()
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
        self._process = subprocess.Popen(
            command, pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(write)
        with os.fdopen(read) as answer:
            return f":{answer.readline().strip()}"

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(10)
