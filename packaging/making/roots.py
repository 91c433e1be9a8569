"""A bare Debian root for cleanroot: made by debootstrap from this machine's own sources, mounted, commands run in it. Root."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from making import deb
from making.selftest import Failed

_SUITE = "bookworm"
_MORE = ("systemd",)


def chroot(root: Path, *words: str, told: str = "") -> str:
    """Run a command of the root's own, without a network; what it says on stderr."""
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    command = ["/usr/bin/unshare", "-n", "/usr/sbin/chroot", str(root), *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, input=told, check=False)
    if done.returncode:
        raise Failed(f"{' '.join(words)}: {done.stdout[-300:]} {done.stderr[-700:]}")
    return done.stderr


def listed(root: Path) -> set[str]:
    """Everything in the root but what is mounted or passing; that is not even entered, for processes come and go in it."""
    found: set[str] = set()
    for folder, folders, files in os.walk(root):
        inside = Path(folder).relative_to(root)
        if inside == Path():
            folders[:] = [name for name in folders if name not in {"proc", "sys", "tmp"}]
        found.update((inside / name).as_posix() for name in (*folders, *files))
    return found


def pristine(work: Path, source: Path) -> Path:
    """A bare root with the libraries that the package asks for, and systemd; made once."""
    folder = work / "pristine"
    done = work / "pristine-done"
    wanted = [*(each.partition(" ")[0] for each in deb.dependencies(source)), *_MORE]
    names = ",".join(name for name in wanted if name != "libc6")
    if done.exists() and done.read_text("utf-8") == names:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    command = ["debootstrap", "--variant=minbase", f"--include={names}", _SUITE, str(folder), *_mirror()]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    done.write_text(names, "utf-8")
    return folder


def _mirror() -> list[str]:
    """The first archive of a Debian machine's own sources; on another system debootstrap has one of its own.

    Raises:
        Failed: it has none.
    """
    if "ID=debian" not in Path("/etc/os-release").read_text("utf-8").splitlines():
        return []
    files = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]
    for file in files:
        text = file.read_text("utf-8") if file.is_file() else ""
        found = re.search(r"^(?:URIs:\s+|deb\s+(?:\[[^]]*\]\s+)?)(\S+://\S+|\S+:/\S+)", text, re.MULTILINE)
        if found:
            return [found[1]]
    raise Failed("this machine has no package sources: debootstrap has no mirror")


@contextlib.contextmanager
def mounted(root: Path) -> Iterator[None]:
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
