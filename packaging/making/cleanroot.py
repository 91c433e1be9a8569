"""The Debian packages for real: a root made by debootstrap, without Python and without network, in which they are installed,
used, upgraded, updated from a stick, removed and purged. Linux, root; the mirror is the one of this machine's own sources.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from making import deb, selftest
from making.selftest import Failed, Place, Tester

START, STATION = "/opt/kiosk/kiosk", "/var/lib/kiosk/station"
_SUITE = "bookworm"


@dataclass(frozen=True, slots=True)
class Given:
    """Two packages, the older first, and a signed update folder of the newer version."""

    old: Path
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
    pristine = _pristine(work, given.source)
    root = work / "root"
    for name, trial in (("packages", _packages), ("stick", _stick)):
        shutil.rmtree(root, ignore_errors=True)
        subprocess.run(["cp", "-a", str(pristine), str(root)], check=True)
        with _mounted(root):
            trial(given, root)
        print(f"cleanroot: {name}: all as it should be")


def _packages(given: Given, root: Path) -> None:
    """Install, self-test, a person and a result, upgrade, remove, purge twice."""
    before = _listed(root)
    old, new = _version_of(given.old), _version_of(given.new)
    _install(root, given.old)
    print(f"cleanroot: {old} installed; Python in the root: {sorted(p.name for p in root.glob('usr/bin/python*'))}")
    selftest.run(Place(START, old, root, "kiosk:kiosk"), given.allowed)
    kept = _live(root, old)
    _install(root, given.new)
    _same(_seen(root, new), kept, "upgrade")
    print(f"cleanroot: upgraded to {new}: {kept['people']} people and {kept['results']} results are there")
    _dpkg(root, "-r", "kiosk")
    elsewhere = ("var/lib/dpkg", "var/cache", "var/log", "etc/", "run/")  # the package tools' own, and the settings
    left = {name for name in _listed(root) - before if not name.startswith(elsewhere)}
    if (root / "opt/kiosk").exists() or not left or any(not name.startswith("var/lib/kiosk") for name in left):
        raise Failed(f"after the removal there is {sorted(left)[:5]}")
    print(f"cleanroot: removed: nothing of the program is left, {len(left)} files of data are")
    _purge(root, delete=False)
    if not (root / STATION.lstrip("/") / "station.db").exists():
        raise Failed("a purge that may not delete data has deleted it")
    _install(root, given.new)
    _same(_seen(root, new), kept, "installing again")
    _purge(root, delete=True)
    left = {name for name in _listed(root) - before if "kiosk" in name and not name.startswith("var/log")}
    if left:
        raise Failed(f"after a purge with data there is {sorted(left)[:5]}")
    print("cleanroot: purged: data kept when that was the answer, nothing left when it was not")


def _stick(given: Given, root: Path) -> None:
    """A tampered stick is refused, the signed one brings the new version in, and the package goes with all of it."""
    old, new = _version_of(given.old), _version_of(given.new)
    _install(root, given.old)
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
    _kiosk(root, "update", "apply", "/media/stick", "--json", user="root")
    _same(_seen(root, new), kept, "an update")
    backups = [path for path in (root / STATION.lstrip("/")).iterdir() if path.name.endswith(".before-update.db")]
    if len(backups) != 1 or backups[0].stat().st_uid != (root / STATION.lstrip("/")).stat().st_uid:
        raise Failed("there is no copy of the database, or it is not the station's own")
    print(f"cleanroot: {new} came from the stick; database copied to {backups[0].name}")
    _dpkg(root, "-r", "kiosk")
    if (root / "opt/kiosk").exists():
        raise Failed("what the update brought is left after the removal")


def _live(root: Path, version: str) -> dict[str, object]:
    """Somebody is enrolled and comes once before the camera of the station; what the station then knows."""
    tester = Tester(Place(START, version, root, "kiosk:kiosk"), root / "tmp")
    first, second = tester.portraits()
    details = root / "tmp" / "details.json"
    details.write_text(json.dumps({"firstName": "Kept", "lastName": "Person"}), "utf-8")
    tester.run("enroll", "--image", first, "--details", "/tmp/details.json", "--profile", STATION)  # noqa: S108
    run = ["run", "--mode", "access", "--offline", "--profile", STATION, "--camera", f"synthetic:{second}"]
    tester.run(*run, "--exit-after-results", "1", "--exit-after", "120")
    return _seen(root, version)


def _seen(root: Path, version: str) -> dict[str, object]:
    """The version that starts, the people and the number of results of the station."""
    tester = Tester(Place(START, version, root, "kiosk:kiosk"), root / "tmp")
    tester.version()
    people = json.loads(tester.run("people", "list", "--json", "--profile", STATION).stdout)
    tester.run("audit", "verify", "--profile", STATION)
    exported = tester.run("audit", "export", "/tmp/audit.jsonl", "--profile", STATION)  # noqa: S108
    lines = (root / "tmp" / "audit.jsonl").read_text("utf-8").splitlines()
    results = sum("validation" in line or "result" in line for line in lines)
    (root / "tmp" / "audit.jsonl").unlink()
    if not people or exported.returncode:
        raise Failed("nobody is in the station")
    return {"people": len(people), "names": json.dumps(people, sort_keys=True), "results": results}


def _same(now: dict[str, object], kept: dict[str, object], after: str) -> None:
    if now["names"] != kept["names"] or now["results"] != kept["results"] or not kept["results"]:
        raise Failed(f"after {after}: {now['people']} people, {now['results']} results; before: {kept['results']}")


def _kiosk(root: Path, *words: str, user: str, statuses: tuple[int, ...] = (0,)) -> str:
    return Tester(Place(START, "", root, user), root / "tmp").run(*words, statuses=statuses).stdout


def _install(root: Path, package: Path) -> None:
    shutil.copyfile(package, root / "tmp" / package.name)
    _dpkg(root, "-i", f"/tmp/{package.name}")  # noqa: S108
    (root / "tmp" / package.name).unlink()


def _purge(root: Path, *, delete: bool) -> None:
    answer = f"kiosk kiosk/purge-data boolean {'true' if delete else 'false'}\n"
    command = ["chroot", str(root), "debconf-set-selections"]
    subprocess.run(command, input=answer, text=True, check=True)
    _dpkg(root, "-P", "kiosk")


def _dpkg(root: Path, *words: str) -> None:
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    command = ["/usr/bin/unshare", "-n", "/usr/sbin/chroot", str(root), "dpkg", *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"dpkg {' '.join(words)}: {done.stdout[-300:]} {done.stderr[-700:]}")


def _version_of(package: Path) -> str:
    command = ["dpkg-deb", "-f", str(package), "Version"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def _listed(root: Path) -> set[str]:
    """Everything in the root but what is mounted or passing; that is not even entered, for processes come and go in it."""
    found: set[str] = set()
    for folder, folders, files in os.walk(root):
        inside = Path(folder).relative_to(root)
        if inside == Path():
            folders[:] = [name for name in folders if name not in {"proc", "sys", "tmp"}]
        found.update((inside / name).as_posix() for name in (*folders, *files))
    return found


def _pristine(work: Path, source: Path) -> Path:
    """A bare root with the libraries that the package asks for; made once."""
    pristine = work / "pristine"
    done = work / "pristine-done"
    if done.exists():
        return pristine
    shutil.rmtree(pristine, ignore_errors=True)
    wanted = [each.partition(" ")[0] for each in deb.dependencies(source)]
    names = ",".join(name for name in wanted if name != "libc6")
    command = ["debootstrap", "--variant=minbase", f"--include={names}", _SUITE, str(pristine), _mirror()]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    done.touch()
    return pristine


def _mirror() -> str:
    """The first archive of this machine's own sources.

    Raises:
        Failed: it has none.
    """
    files = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]
    for file in files:
        text = file.read_text("utf-8") if file.is_file() else ""
        found = re.search(r"^(?:URIs:\s+|deb\s+(?:\[[^]]*\]\s+)?)(\S+://\S+|\S+:/\S+)", text, re.MULTILINE)
        if found:
            return found[1]
    raise Failed("this machine has no package sources: debootstrap has no mirror")


@contextlib.contextmanager
def _mounted(root: Path) -> Iterator[None]:
    """``/proc``, ``/sys`` (MediaPipe counts processors there), shared memory and the X servers' sockets, for the block."""
    sockets = Path("/tmp/.X11-unix")  # noqa: S108
    sockets.mkdir(exist_ok=True, mode=0o1777)
    places = (
        ("proc", "proc", "-t"),
        ("sysfs", "sys", "-t"),
        ("tmpfs", "dev/shm", "-t"),
        (str(sockets), "tmp/.X11-unix", "--bind"),
    )
    mounted: list[Path] = []
    try:
        for what, where, how in places:
            (root / where).mkdir(parents=True, exist_ok=True)
            kind = ["--bind", what] if how == "--bind" else ["-t", what, what]
            subprocess.run(["mount", *kind, str(root / where)], check=True)
            mounted.append(root / where)
        yield
    finally:
        for place in reversed(mounted):
            subprocess.run(["umount", str(place)], check=False)
