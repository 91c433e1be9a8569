"""The frozen program as somebody finds it: no network, no Python on PATH, an empty home. What it says is compared with a list.

Linux takes the network away with a namespace of its own; where that cannot be made (Windows, a container without rights) the
test fails, unless it is told that the network may be there (``--with-network``).
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
COMMANDS = (
    *("run", "enroll", "identify", "people", "validate", "sync", "sandbox", "evaluate", "bench", "doctor", "models"),
    *("update", "audit", "config"),
)
_SECONDS = 400
_NEEDED = ("sh", "readlink", "sort", "tail")
_OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen"}


class Failed(Exception):
    """The program does not do what it should, or says what it should not."""


@dataclass(frozen=True, slots=True)
class Place:
    """An installed program and how to start it.

    Attributes:
        start: its start file, as the program itself sees it.
        version: what it should say it is.
        root: another root to run it in, without a Python; None for this one.
        user: in that root, who runs it.
        networked: the network may stay where it cannot be taken away.
    """

    start: str
    version: str
    root: Path | None = None
    user: str = "root"
    networked: bool = False

    def outside(self, path: str) -> Path:
        """A file that the program sees as ``path``, seen from here."""
        return Path(path) if self.root is None else self.root / path.lstrip("/")

    def inside(self, path: Path) -> str:
        """A file as the program sees it."""
        return str(path) if self.root is None else "/" + path.relative_to(self.root).as_posix()

    def before(self) -> list[str]:
        """What is put before each command."""
        chroot = [] if self.root is None else ["/usr/sbin/chroot", f"--userspec={self.user}", str(self.root)]
        return [*_without_network(networked=self.networked), *chroot]


def run(place: Place, allowed: Path) -> None:
    """All of it.

    Raises:
        Failed: at the first thing that is not as it should be.
    """
    wanted = tomllib.loads(allowed.read_text("utf-8"))
    temporary = Path(tempfile.gettempdir()) if place.root is None else place.outside("/tmp")  # noqa: S108
    with tempfile.TemporaryDirectory(prefix="kiosk-selftest-", dir=temporary) as name:
        folder = Path(name)
        if place.root is not None:
            folder.chmod(0o777)
        tester = Tester(place, folder)
        tester.version()
        tester.commands()
        tester.doctor(wanted["doctor"], needed(wanted["doctor"], wanted["sometimes"]))
        tester.demo(wanted["demo"], _OFFSCREEN, "offscreen")
        if shutil.which("Xvfb"):
            with Screen() as display:
                if tester.has_x11(display):
                    tester.demo(wanted["demo"], {"DISPLAY": display}, "Xvfb")
        elif place.root is not None:
            raise Failed("there is no Xvfb: the package's window was not tried")
        elif not WINDOWS:
            print("selftest: there is no Xvfb: the window was not tried on a screen")
        tester.people()
    network = "" if _without_network(networked=place.networked) else ", with the network there"
    print(f"selftest: passed ({place.version}{network})")


def needed(allowed: dict[str, list[str]], sometimes: dict[str, list[str]], system: str = sys.platform) -> set[str]:
    """The checks that the doctor of this system cannot leave out."""
    return {name for name in allowed if name not in sometimes or system in sometimes[name]}


def wrong_checks(checks: list[dict[str, str]], allowed: dict[str, list[str]], needed: set[str]) -> str:
    """The first thing that is wrong with a doctor's answer, or an empty string."""
    missing = sorted(needed - {check["name"] for check in checks})
    if missing:
        return f"not checked: {', '.join(missing)}"
    for check in checks:
        if check["state"] not in allowed.get(check["name"], []):
            return f"{check['name']} is {check['state']}: {check['value']}"
    return ""


def wrong_lines(lines: list[str], allowed: list[str], must: list[str]) -> str:
    """The first thing that is wrong with what the demo said, or an empty string."""
    for line in lines:
        if not any(re.fullmatch(pattern, line) for pattern in allowed):
            return f"says: {line}"
    for pattern in must:
        if not any(re.fullmatch(pattern, line) for line in lines):
            return f"does not say: {pattern}"
    return ""


class Tester:
    """Starts the program with next to nothing around it. ``folder`` is where its files go, seen from here."""

    def __init__(self, place: Place, folder: Path) -> None:
        self._place = place
        self._folder = folder
        self._path = _path_without_python(place, folder)

    def version(self) -> None:
        """It says the version that it should be."""
        said = self.run("--version").stdout.strip()
        if said != f"kiosk {self._place.version}":
            raise Failed(f"--version says {said!r}")

    def commands(self) -> None:
        """Each command's help: every module that a command begins with is there."""
        for name in COMMANDS:
            if not self.run(name, "--help").stdout:
                raise Failed(f"{name} --help says nothing")

    def doctor(self, allowed: dict[str, list[str]], needed: set[str]) -> None:
        """Every check that is needed was made, each is in a state that is allowed, and stderr is empty."""
        done = self.run("doctor", "--json", "--profile", self._seen("doctor"), statuses=(0, 1))
        wrong = wrong_checks(json.loads(done.stdout)["checks"], allowed, needed)
        if wrong:
            raise Failed(f"doctor: {wrong}")
        if done.stderr.strip():
            raise Failed(f"doctor says on stderr: {done.stderr.strip()[:300]}")
        print("selftest: doctor as allowed")

    def has_x11(self, display: str) -> bool:
        """Whether the machine has the libraries that a window on X11 needs; a package asks for them, a folder cannot."""
        profile = self._seen("doctor")
        done = self.run("doctor", "--json", "--profile", profile, more={"DISPLAY": display}, statuses=(0, 1))
        checks = {check["name"]: check for check in json.loads(done.stdout)["checks"]}
        missing = checks["libraries_x11"]["state"] == "fail"
        if missing:
            print(f"selftest: Xvfb is left out: {checks['libraries_x11']['value']}")
        return not missing

    def demo(self, wanted: dict[str, list[str]], more: dict[str, str], where: str) -> None:
        """The tour ends with 0, says what it must and nothing that is not on the list."""
        events = self._folder / f"events-{where}.jsonl"
        done = self.run("run", "--demo", "--events", self._seen(events.name), more=more)
        wrong = wrong_lines(done.stderr.splitlines(), wanted["lines"], wanted["must"])
        if wrong:
            raise Failed(f"demo {wrong}")
        lines = [json.loads(line) for line in events.read_text("utf-8").splitlines()]
        window = next(line["since_start_ms"] for line in lines if line["event"] == "window")
        print(f"selftest: demo ended with 0 ({where}), first window after {window:.0f} ms")

    def people(self) -> None:
        """Somebody is enrolled, found again in another picture and listed, and the audit is whole."""
        first, second = self.portraits()
        (self._folder / "details.json").write_text(json.dumps({"firstName": "Self", "lastName": "Test"}), "utf-8")
        profile = ["--profile", self._seen("people")]
        self.run("enroll", "--image", first, "--details", self._seen("details.json"), "--json", *profile)
        again = self.run("identify", "--image", second, "--json", *profile)
        listed = self.run("people", "list", "--json", *profile)
        self.run("audit", "verify", *profile)
        if "Self" not in again.stdout or "Self" not in listed.stdout:
            raise Failed("the person that was enrolled is not found")
        if json.loads(self.run("update", "status", "--json").stdout)["installed"] != self._place.version:
            raise Failed("the program does not know which version is current")
        print("selftest: enrolled, found, listed, audit whole")

    def portraits(self) -> tuple[str, str]:
        """Two of the bundle's pictures of one person, as the program sees them."""
        root = self._place.outside(self._place.start).parent
        found = sorted(root.glob("versions/*/_internal/kiosk/_data/models/portrait_a*.jpg"))[-2:]
        return self._place.inside(found[0]), self._place.inside(found[1])

    def run(
        self, *words: str, more: dict[str, str] | None = None, statuses: tuple[int, ...] = (0,)
    ) -> subprocess.CompletedProcess[str]:
        """One command of the program.

        Raises:
            Failed: it ended with another status.
        """
        home = self._place.inside(self._folder)
        environment = {"PATH": self._path, "HOME": home, "LANG": "C.UTF-8", "TMPDIR": home}
        if WINDOWS:
            kept = ("SYSTEMROOT", "TEMP", "TMP", "LOCALAPPDATA", "APPDATA", "USERPROFILE", "COMSPEC")
            environment = {"PATH": self._path, **{name: os.environ[name] for name in kept if name in os.environ}}
        command = [*self._place.before(), self._place.start, *words]
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=_SECONDS,
            check=False,
            env={**environment, **(more or _OFFSCREEN)},
        )
        if done.returncode not in statuses:
            said = done.stderr.strip()[-500:] or done.stdout[-500:]
            raise Failed(f"{' '.join(words)} ended with {done.returncode}: {said}")
        return done

    def _seen(self, name: str) -> str:
        return self._place.inside(self._folder / name)


class Screen:
    """An X server without a screen; its name as a context."""

    def __enter__(self) -> str:
        read, write = os.pipe()
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-ac"]
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(command, pass_fds=[write], stdout=quiet, stderr=quiet)
        os.close(write)
        with os.fdopen(read) as answer:
            return f":{answer.readline().strip()}"

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(10)


def _path_without_python(place: Place, folder: Path) -> str:
    """A PATH with nothing on it but what the start file needs.

    Raises:
        Failed: there is a Python on it all the same.
    """
    if place.root is not None:
        if list(place.outside("/usr/bin").glob("python*")):
            raise Failed("there is a Python in that root")
        return "/usr/bin:/bin"
    if WINDOWS:
        path = os.environ["SYSTEMROOT"] + r"\System32"
    else:
        tools = folder / "bin"
        tools.mkdir()
        for name in _NEEDED:
            (tools / name).symlink_to(shutil.which(name) or name)
        path = str(tools)
    if shutil.which("python3", path=path) or shutil.which("python", path=path):
        raise Failed("there is a Python on PATH")
    return path


def _without_network(*, networked: bool) -> list[str]:
    """What takes the network from a command.

    Raises:
        Failed: nothing does here, and nobody said that this may be.
    """
    for command in () if WINDOWS else (["/usr/bin/unshare", "-n"], ["/usr/bin/unshare", "-rn"]):
        tried = [*command, "/bin/true"]
        if Path(command[0]).exists() and not subprocess.run(tried, capture_output=True, check=False).returncode:
            return command
    if not networked:
        raise Failed("the network cannot be taken away here; --with-network tries it all the same")
    return []
