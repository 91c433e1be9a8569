"""The Debian packages for real: a root made by debootstrap, without Python and without network, in which they are installed,
used, upgraded, updated from a stick, removed and purged. Linux, root; the mirror is the one of this machine's own sources.

Systemd is in the root, but does not run there: units are checked and switched on and off, and nothing is started by them.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from making import roots, selftest, stored, units
from making.selftest import Failed, Place, Tester
from making.stored import Stored

START, STATION = "/opt/kiosk/kiosk", "/var/lib/kiosk/station"
_UNIT = "lib/systemd/system/kiosk.service"
_AT_BOOT = "etc/systemd/system/graphical.target.wants/kiosk.service"
_ANOTHERS = "etc/systemd/system/display-manager.service"
_TOOLS = ("var/lib/dpkg", "var/cache", "var/log", "run/", "etc/.pwd.lock", "var/lib/systemd")
_USERS = {
    f"etc/{name}{more}" for name in ("passwd", "group", "shadow", "gshadow", "subuid", "subgid") for more in ("", "-")
}
"""What adduser changes and deluser changes back."""


@dataclass(frozen=True, slots=True)
class Given:
    """The package that is tried; an older one and a signed update folder of the newer version for what needs two of them."""

    old: Path | None
    new: Path
    update: Path
    source: Path
    allowed: Path


def run(given: Given, work: Path) -> None:
    """All of it, with a line for each thing that was found so.

    Raises:
        Failed: at the first that was not.
        subprocess.CalledProcessError: debootstrap or dpkg failed.
    """
    pristine = roots.pristine(work, given.source)
    root = work / "root"
    trials: list[tuple[str, Callable[[], None]]] = [("alone", lambda: _alone(given, root))]
    if given.old is None:
        print("cleanroot: without an older package (--old) no upgrade and no update is tried")
    else:
        old = given.old
        trials += [("packages", lambda: _packages(old, given.new, root)), ("stick", lambda: _stick(old, given, root))]
    for name, trial in trials:
        shutil.rmtree(root, ignore_errors=True)
        subprocess.run(["cp", "-a", str(pristine), str(root)], check=True)
        with roots.mounted(root):
            trial()
        print(f"cleanroot: {name}: all as it should be")


def _alone(given: Given, root: Path) -> None:
    """The package itself does all that it should, starts at boot when it is told to, and follows no link of its user's."""
    before = roots.listed(root)
    version = _version_of(given.new)
    _answer(root, "start-at-boot", yes=True)
    _install(root, given.new)
    print(f"cleanroot: {version} installed; Python in the root: {sorted(p.name for p in root.glob('usr/bin/python*'))}")
    problem = units.problems(root / _UNIT, root / f"{_UNIT}.d/10-package.conf")
    if problem:
        raise Failed(f"systemd says of kiosk.service: {problem}")
    selftest.run(Place(START, version, root, "kiosk:kiosk"), given.allowed)
    _at_boot(given.new, root)
    _links(given.new, root)
    _gone(root, before)


def _gone(root: Path, before: set[str]) -> None:
    """Purged with its data, the package leaves nothing but what the system's own tools keep."""
    _purge(root, delete=True)
    left = {name for name in roots.listed(root) - before if not name.startswith(_TOOLS)} - _USERS
    if left:
        raise Failed(f"after a purge with data there is {sorted(left)[:5]}")


def _at_boot(package: Path, root: Path) -> None:
    """Only another answer changes anything, and a display manager keeps its screen."""
    _expect(root, "the answer yes", at_boot=True)
    roots.chroot(root, "systemctl", "disable", "--quiet", "kiosk.service")
    _install(root, package)
    _expect(root, "an administrator's no and an upgrade", at_boot=False)
    _reconfigure(root, at_boot=False)
    (root / _ANOTHERS).symlink_to("/lib/systemd/system/gdm3.service")
    if "gdm3.service shows the screen" not in _reconfigure(root, at_boot=True):
        raise Failed("nobody is told that a display manager has the screen")
    _expect(root, "the answer yes beside a display manager", at_boot=False)
    (root / _ANOTHERS).unlink()
    _reconfigure(root, at_boot=True)
    _expect(root, "the answer yes without it", at_boot=True)
    _reconfigure(root, at_boot=False)
    _expect(root, "the answer no", at_boot=False)
    print("cleanroot: starts at boot when that is answered, and not beside a display manager")


def _links(package: Path, root: Path) -> None:
    """The station's user puts a link to a folder of root's in the place of its own."""
    station = root / STATION.lstrip("/")
    station.rename(station.with_name("aside"))
    station.symlink_to("/root")
    before = (root / "root").stat()
    _install(root, package)
    after = (root / "root").stat()
    if (before.st_uid, before.st_mode) != (after.st_uid, after.st_mode):
        raise Failed("the package gave a folder of root's to the station's user")
    station.unlink()
    _install(root, package)
    if not station.is_dir() or station.stat().st_uid != station.parent.stat().st_uid or station.stat().st_mode & 0o77:
        raise Failed("the station's folder is not its user's own")
    print("cleanroot: a link in the place of the station's folder leads the package nowhere")


def _expect(root: Path, after: str, *, at_boot: bool) -> None:
    found = [(root / name).is_symlink() for name in (_AT_BOOT, _ANOTHERS)]
    if (not all(found)) if at_boot else found[0]:
        raise Failed(f"after {after} the station {'does not start' if at_boot else 'starts'} at boot")


def _packages(older: Path, newer: Path, root: Path) -> None:
    """Install, a person and a result, upgrade, remove, purge twice."""
    before = roots.listed(root)
    old, new = _version_of(older), _version_of(newer)
    _install(root, older)
    kept = _live(root, old)
    is_older = stored.set_back(root / STATION.lstrip("/"))
    _install(root, newer)
    now = _same(_seen(root, new), kept, "upgrade")
    migrated = f"brought from version {now.schema - 1} to" if is_older else "NOT BROUGHT UP, it stays"
    print(f"cleanroot: upgraded to {new}: {_counted(now)} are there, the database {migrated} {now.schema}")
    _dpkg(root, "-r", "kiosk")
    elsewhere = ("var/lib/dpkg", "var/cache", "var/log", "etc/", "run/")  # the package tools' own, and the settings
    left = {name for name in roots.listed(root) - before if not name.startswith(elsewhere)}
    if (root / "opt/kiosk").exists() or not left or any(not name.startswith("var/lib/kiosk") for name in left):
        raise Failed(f"after the removal there is {sorted(left)[:5]}")
    print(f"cleanroot: removed: nothing of the program is left, {len(left)} files of data are")
    _purge(root, delete=False)
    if not (root / STATION.lstrip("/") / "station.db").exists():
        raise Failed("a purge that may not delete data has deleted it")
    _install(root, newer)
    _same(_seen(root, new), kept, "installing again")
    _purge(root, delete=True)
    left = {name for name in roots.listed(root) - before if "kiosk" in name and not name.startswith("var/log")}
    if left:
        raise Failed(f"after a purge with data there is {sorted(left)[:5]}")
    print("cleanroot: purged: data kept when that was the answer, nothing left when it was not")


def _stick(older: Path, given: Given, root: Path) -> None:
    """A tampered stick is refused, the signed one brings the new version in, and the package goes with all of it."""
    old, new = _version_of(older), _version_of(given.new)
    _install(root, older)
    kept = _live(root, old)
    stick = root / "media" / "stick"
    shutil.copytree(given.update, stick)
    archive = next(path for path in (stick / "targets").iterdir() if path.name.endswith(".tar.xz"))
    whole = archive.read_bytes()
    archive.write_bytes(whole[: len(whole) // 2])
    refused = _kiosk(root, "update", "apply", "/media/stick", "--json", user="root", statuses=(3,))
    code = json.loads(refused)["error"]["code"]
    _same(_seen(root, old), kept, "a refused update")
    print(f"cleanroot: a half-copied stick was refused ({code}), {old} runs")
    archive.write_bytes(whole)
    stored.set_back(root / STATION.lstrip("/"))
    _kiosk(root, "update", "apply", "/media/stick", "--json", user="root")
    _same(_seen(root, new), kept, "an update")
    backups = [path for path in (root / STATION.lstrip("/")).iterdir() if path.name.endswith(".before-update.db")]
    if len(backups) != 1 or backups[0].stat().st_uid != (root / STATION.lstrip("/")).stat().st_uid:
        raise Failed("there is no copy of the database, or it is not the station's own")
    print(f"cleanroot: {new} came from the stick; database copied to {backups[0].name}")
    _dpkg(root, "-r", "kiosk")
    if (root / "opt/kiosk").exists():
        raise Failed("what the update brought is left after the removal")


def _live(root: Path, version: str) -> Stored:
    """Somebody is enrolled and comes once before the camera of the station; what the station then knows."""
    tester = Tester(Place(START, version, root, "kiosk:kiosk"), root / "tmp")
    first, second = tester.portraits()
    details = root / "tmp" / "details.json"
    details.write_text(json.dumps({"firstName": "Kept", "lastName": "Person"}), "utf-8")
    tester.run("enroll", "--image", first, "--details", "/tmp/details.json", "--profile", STATION)  # noqa: S108
    run = ["run", "--mode", "access", "--offline", "--profile", STATION, "--camera", f"synthetic:{second}"]
    tester.run(*run, "--exit-after-results", "1", "--exit-after", "120")
    return _seen(root, version)


def _seen(root: Path, version: str) -> Stored:
    """The version that starts knows its people and finds its audit whole; what then lies in the database."""
    tester = Tester(Place(START, version, root, "kiosk:kiosk"), root / "tmp")
    tester.version()
    listed = json.loads(tester.run("people", "list", "--json", "--profile", STATION).stdout)
    tester.run("audit", "verify", "--profile", STATION)
    found = stored.look(root / STATION.lstrip("/"))
    if len(listed) != len(found.people) or not listed:
        raise Failed(f"{len(listed)} people are listed, {len(found.people)} are in the database")
    return found


def _same(now: Stored, kept: Stored, after: str) -> Stored:
    if now.kept != kept.kept or len(kept.results) < 2:  # the enrolment's and the visit's
        raise Failed(f"after {after} there are {_counted(now)}; before there were {_counted(kept)}")
    if now.schema < kept.schema:
        raise Failed(f"after {after} the database is of version {now.schema}")
    return now


def _counted(found: Stored) -> str:
    return f"{len(found.people)} people with {len(found.templates)} templates and {len(found.results)} results"


def _kiosk(root: Path, *words: str, user: str, statuses: tuple[int, ...] = (0,)) -> str:
    return Tester(Place(START, "", root, user), root / "tmp").run(*words, statuses=statuses).stdout


def _install(root: Path, package: Path) -> None:
    shutil.copyfile(package, root / "tmp" / package.name)
    _dpkg(root, "-i", f"/tmp/{package.name}")  # noqa: S108
    (root / "tmp" / package.name).unlink()


def _purge(root: Path, *, delete: bool) -> None:
    _answer(root, "purge-data", yes=delete)
    _dpkg(root, "-P", "kiosk")


def _answer(root: Path, question: str, *, yes: bool) -> None:
    answer = f"kiosk kiosk/{question} boolean {'true' if yes else 'false'}\n"
    roots.chroot(root, "debconf-set-selections", told=answer)


def _reconfigure(root: Path, *, at_boot: bool) -> str:
    """Give another answer to an installed package; what it says."""
    _answer(root, "start-at-boot", yes=at_boot)
    return roots.chroot(root, "dpkg-reconfigure", "--frontend=noninteractive", "kiosk")


def _dpkg(root: Path, *words: str) -> str:
    return roots.chroot(root, "dpkg", *words)


def _version_of(package: Path) -> str:
    command = ["dpkg-deb", "-f", str(package), "Version"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
