"""The Debian package: the bundle under /opt/kiosk, the desktop's and systemd's files, and scripts that ask about data."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from pathlib import Path

from making.bundle import Bundle, settle
from making.tarball import Effort, compress, gzipped, write_tar

_SCRIPTS = ("preinst", "postinst", "prerm", "postrm", "config")
_ICONS = (16, 24, 32, 48, 64, 128, 256)
_BASE = ("adduser", "debconf (>= 0.5) | debconf-2.0")

_CONTROL = """Package: kiosk
Version: {version}
Section: misc
Priority: optional
Architecture: amd64
Maintainer: Kiosk packagers <kiosk@localhost>
Installed-Size: {size}
Depends: {depends}
Recommends: cage, kbd, libpam-systemd, systemd
Description: enrolment desk and access door that recognises people
 Guides a person into a good picture, checks for life on the device, enrols or
 recognises them, with or without a network, and says how true each answer is.
 .
 Brings its own Python and libraries; needs no network to be installed or run.
"""


def make(bundle: Bundle, out: Path, work: Path, *, effort: Effort) -> Path:
    """Write ``kiosk_<version>_amd64.deb``."""
    tree = work / "deb"
    shutil.rmtree(tree, ignore_errors=True)
    files = bundle.source.folder / "packaging" / "linux"
    _program(bundle, tree)
    _desktop(bundle, tree, files)
    _service(tree, files)
    _documents(bundle, tree)
    settle(tree, bundle.source.epoch)
    _control(bundle, tree, files)
    path = out / f"kiosk_{bundle.source.version}_amd64.deb"
    members = [("debian-binary", b"2.0\n")]
    for name, folder in (("control", tree / "DEBIAN"), ("data", tree)):
        plain = work / f"{name}.tar"
        with plain.open("wb") as file:
            left_out = frozenset({tree / "DEBIAN"} if folder == tree else ())
            write_tar(folder, ".", file, epoch=bundle.source.epoch, left_out=left_out)
        packed = compress(plain, effort)
        members.append((packed.name, packed.read_bytes()))
        packed.unlink()
    path.write_bytes(archive(members, bundle.source.epoch))
    print(f"deb: {path}, {path.stat().st_size / 1e6:.1f} MB")
    return path


def archive(members: list[tuple[str, bytes]], epoch: int) -> bytes:
    """An ``ar`` archive as deb(5) has it: root's, one time, mode 644."""
    parts = [b"!<arch>\n"]
    for name, data in members:
        head = f"{name:<16}{epoch:<12}{0:<6}{0:<6}{'100644':<8}{len(data):<10}`\n"
        parts += [head.encode("ascii"), data, b"\n" * (len(data) % 2)]
    return b"".join(parts)


def dependencies(source: Path) -> list[str]:
    """Packages with the libraries that the doctor asks for, and those with which the bundle was linked."""
    sys.path.insert(0, str(source))
    from kiosk.cli.checks import libraries

    wanted = {
        *libraries.WINDOW.values(),
        *libraries.X11.values(),
        *libraries.WAYLAND.values(),
        *libraries.VISION.values(),
    }
    return [*_BASE, f"libc6 (>= {_libc()})", *sorted(wanted)]


def _libc() -> str:
    """The C library that the frozen Python was linked with; the wheels ask for older ones."""
    import platform

    return platform.libc_ver()[1]


def _program(bundle: Bundle, tree: Path) -> None:
    into = tree / "opt" / "kiosk"
    shutil.copytree(bundle.root, into, symlinks=True, ignore=shutil.ignore_patterns("current"))
    (into / "current").unlink(missing_ok=True)  # the scripts point it, so that an update's newer version stays


def _desktop(bundle: Bundle, tree: Path, files: Path) -> None:
    start = tree / "usr" / "bin" / "kiosk"
    start.parent.mkdir(parents=True)
    start.symlink_to("/opt/kiosk/kiosk")
    _copy(files / "kiosk.desktop", tree / "usr/share/applications/kiosk.desktop")
    drawn = bundle.program / "pictures"
    for size in _ICONS:
        _copy(drawn / f"kiosk-{size}.png", tree / f"usr/share/icons/hicolor/{size}x{size}/apps/kiosk.png")
    _copy(drawn / "kiosk.svg", tree / "usr/share/icons/hicolor/scalable/apps/kiosk.svg")


def _service(tree: Path, files: Path) -> None:
    _copy(files / "kiosk.service", tree / "lib/systemd/system/kiosk.service")
    _copy(files / "kiosk-package.conf", tree / "lib/systemd/system/kiosk.service.d/10-package.conf")
    _copy(files / "70-kiosk.rules", tree / "lib/udev/rules.d/70-kiosk.rules")
    _copy(files / "default", tree / "etc/default/kiosk")


def _documents(bundle: Bundle, tree: Path) -> None:
    into = tree / "usr/share/doc/kiosk"
    packaging = bundle.source.folder / "packaging"
    _copy(packaging / "README.md", into / "README.md")
    _copy(packaging / "linux" / "kiosk-restart.md", into / "kiosk-restart.md")
    for name in ("kiosk-user.service", "kiosk-autostart.desktop"):
        _copy(packaging / "linux" / name, into / "examples" / name)
    (into / "changelog.gz").write_bytes(gzipped((packaging / "CHANGELOG.md").read_bytes()))
    own = (bundle.source.folder / "LICENSE").read_text("utf-8")
    place = f"/opt/kiosk/versions/{bundle.source.version}/licenses"
    text = f"Kiosk is under the Apache License 2.0, below. The licences of everything in it are in\n{place}\n\n{own}"
    (into / "copyright").write_text(text, "utf-8")


def _control(bundle: Bundle, tree: Path, files: Path) -> None:
    into = tree / "DEBIAN"
    into.mkdir()
    version = bundle.source.version
    packed = [path for path in sorted(tree.rglob("*")) if path.is_file() and not path.is_symlink()]
    packed = [path for path in packed if not path.is_relative_to(into)]
    size = sum(path.stat().st_size for path in packed) // 1024
    depends = ", ".join(dependencies(bundle.source.folder))
    (into / "control").write_text(_CONTROL.format(version=version, size=size, depends=depends), "utf-8")
    (into / "conffiles").write_text("/etc/default/kiosk\n", "utf-8")
    sums = [f"{hashlib.md5(path.read_bytes()).hexdigest()}  {path.relative_to(tree)}\n" for path in packed]  # noqa: S324
    (into / "md5sums").write_text("".join(sums), "utf-8")
    for name in _SCRIPTS:
        text = (files / "debian" / name).read_text("utf-8").replace("@VERSION@", version)
        (into / name).write_text(text, "utf-8")
        (into / name).chmod(0o755)
    _copy(files / "debian" / "templates", into / "templates")
    for path in into.iterdir():
        os.utime(path, (bundle.source.epoch, bundle.source.epoch))


def _copy(source: Path, into: Path) -> None:
    into.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, into)
