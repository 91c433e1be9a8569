"""The commands of packaging/build.py, inside the build's environment."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from making import bundle as bundles
from making import cleanroot, deb, limits, nsis, opencv, reproduce, sbom, selftest, source, tarball
from making.bundle import Bundle
from making.environment import out_folder
from making.update import NoTrust, Release, is_of, make_keys, must_trust, publish

PACKAGING = Path(__file__).resolve().parents[1]
WINDOWS = sys.platform == "win32"


def run(arguments: list[str]) -> int:
    """Do what the command line says; the exit status."""
    asked = _parser().parse_args(arguments)
    asked.out = out_folder(arguments)
    asked.out.mkdir(parents=True, exist_ok=True)
    commands: dict[str, Callable[[], int]] = {
        "opencv": lambda: _opencv(asked),
        "bundle": lambda: 0 if _made(asked) else 1,
        "tar": lambda: _installers(asked, [_tar]),
        "deb": lambda: _installers(asked, [_deb]),
        "nsis": lambda: _installers(asked, [_nsis]),
        "sbom": lambda: _sboms(asked),
        "selftest": lambda: _selftest(asked),
        "reproduce": lambda: _reproduce(asked),
        "keys": lambda: _keys(asked),
        "update": lambda: _update(asked),
        "cleanroot": lambda: _cleanroot(asked),
        "all": lambda: _all(asked),
    }
    try:
        return commands[asked.command]()
    except limits.NotAsPromised as problem:
        print(f"{asked.command}: FAILED: {problem}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="build.py")
    commands = [
        "opencv",
        "bundle",
        "tar",
        "deb",
        "nsis",
        "sbom",
        "selftest",
        "reproduce",
        "keys",
        "update",
        "cleanroot",
        "all",
    ]
    parser.add_argument("command", choices=commands)
    parser.add_argument("--out", help="everything is written here (default: build/)")
    parser.add_argument("--commit", default="HEAD", help="what is built (default: HEAD)")
    parser.add_argument("--version", default="", help="another version than the sources' (for trials of upgrades)")
    parser.add_argument("--trust", type=Path, help="root.json: what updates of this build must be signed by")
    parser.add_argument("--keys", type=Path, help="keys, update: the folder of the keys")
    parser.add_argument("--old", type=Path, help="cleanroot: an older package, to try upgrades from")
    parser.add_argument("--quick", action="store_true", help="compress little: for trials")
    parser.add_argument("--allow-wheel", action="store_true", help="the wheel's OpenCV will do; no limit of size holds")
    parser.add_argument(
        "--with-network", action="store_true", help="selftest, all: where the network cannot be taken away"
    )
    parser.add_argument("--start", help="selftest: an installed program instead of the bundle (its start file)")
    return parser


def _source(asked: argparse.Namespace, folder: str = "source") -> source.Source:
    unpacked = source.unpack(asked.out / folder, commit=asked.commit, version=asked.version)
    sys.path.insert(0, str(unpacked.folder))  # the program's own modules, as they are in that commit
    return unpacked


def _opencv(asked: argparse.Namespace) -> int:
    return 0 if opencv.make(_source(asked), asked.out) else 1


def _made(asked: argparse.Namespace) -> Bundle:
    return bundles.make(_source(asked), asked.out, trust=asked.trust, wheel=asked.allow_wheel)


def _there(asked: argparse.Namespace) -> Bundle:
    return bundles.existing(_source(asked), asked.out)


def _tar(bundle: Bundle, asked: argparse.Namespace) -> Path:
    return tarball.make(bundle, asked.out, _system(), effort=_effort(asked))


def _deb(bundle: Bundle, asked: argparse.Namespace) -> Path:
    return deb.make(bundle, asked.out, asked.out, effort=_effort(asked))


def _nsis(bundle: Bundle, asked: argparse.Namespace) -> Path:
    return nsis.make(bundle, asked.out)


def _installers(asked: argparse.Namespace, makers: list[Callable[[Bundle, argparse.Namespace], Path]]) -> int:
    _finished(_there(asked), asked, makers)
    return 0


def _finished(
    bundle: Bundle, asked: argparse.Namespace, makers: list[Callable[[Bundle, argparse.Namespace], Path]]
) -> None:
    """Make each, with its list of components; none may be too large, but for a trial's, which are hardly compressed."""
    for maker in makers:
        made = maker(bundle, asked)
        sbom.write(bundle, made)
        if not (asked.quick or asked.allow_wheel):
            limits.of_file(made)


def _sboms(asked: argparse.Namespace) -> int:
    bundle = _there(asked)
    for path in sorted(asked.out.glob(f"kiosk[-_]{bundle.source.version}[-_]*")):
        if path.suffix in {".deb", ".xz", ".exe"}:
            sbom.write(bundle, path)
    return 0


def _selftest(asked: argparse.Namespace) -> int:
    bundle = _there(asked)
    start = asked.start or str(bundle.root / ("kiosk.cmd" if WINDOWS else "kiosk"))
    try:
        place = selftest.Place(start, bundle.source.version, networked=asked.with_network)
        selftest.run(place, PACKAGING / "selftest.toml")
    except selftest.Failed as failure:
        print(f"selftest: FAILED: {failure}", file=sys.stderr)
        return 1
    return 0


def _reproduce(asked: argparse.Namespace) -> int:
    """Two builds in folders of different names, the second from a second unpacking of the commit."""
    made = []
    for name in ("first", "second-build"):
        folder = asked.out / name
        folder.mkdir(exist_ok=True)
        unpacked = source.unpack(folder / "source", commit=asked.commit, version=asked.version)
        bundle = bundles.make(unpacked, folder, trust=asked.trust, wheel=asked.allow_wheel)
        tar = tarball.make(bundle, folder, _system(), effort=_effort(asked))
        installers = [tar] if WINDOWS else [tar, deb.make(bundle, folder, folder, effort=_effort(asked))]
        made.append((bundle, installers))
    (one, first), (other, second) = made
    found = reproduce.compare(one.program, other.program)
    print(
        f"reproduce: {found.files} files, {len(found.differing)} differ, {len(found.excused)} of the listed exceptions differ"
    )
    for name in found.differing:
        print(f"  differs: {name}")
    unequal = [a.name for a, b in zip(first, second, strict=True) if a.read_bytes() != b.read_bytes()]
    print(f"reproduce: {len(first)} installers, {len(unequal)} differ {' '.join(unequal)}".rstrip())
    return 1 if found.differing or unequal else 0


def _keys(asked: argparse.Namespace) -> int:
    if asked.keys is None:
        print("keys: say where with --keys DIR", file=sys.stderr)
        return 2
    print(
        f"keys: {make_keys(asked.keys)} is the root of trust; give it to every build with --trust. Keep the .pem files offline."
    )
    return 0


def _update(asked: argparse.Namespace) -> int:
    if asked.keys is None:
        print("update: say with --keys DIR who signs", file=sys.stderr)
        return 2
    bundle = _there(asked)
    try:
        must_trust(bundle.program, asked.keys)
    except NoTrust as problem:
        print(f"update: {problem}", file=sys.stderr)
        return 1
    archive = asked.out / f"kiosk-{bundle.source.version}-{_system()}.tar.xz"
    if not is_of(archive, bundle.program):
        tarball.make(bundle, asked.out, _system(), effort=_effort(asked))
    size = sum(path.lstat().st_size for path in bundle.program.rglob("*") if path.is_file())
    release = Release(archive=archive, version=bundle.source.version, system=_system(), unpacked=size)
    publish(asked.keys, release, asked.out / "update")
    print(f"update: {asked.out / 'update'} is ready for a stick")
    return 0


def _cleanroot(asked: argparse.Namespace) -> int:
    """The package and its update folder are those of this ``--out``; an older package may be given."""
    unpacked = _source(asked)
    new = asked.out / f"kiosk_{unpacked.version}_amd64.deb"
    given = cleanroot.Given(asked.old, new, asked.out / "update", unpacked.folder, PACKAGING / "selftest.toml")
    try:
        cleanroot.run(given, asked.out)
    except selftest.Failed as failure:
        print(f"cleanroot: FAILED: {failure}", file=sys.stderr)
        return 1
    return 0


def _all(asked: argparse.Namespace) -> int:
    bundle = _made(asked)
    _finished(bundle, asked, [_tar, _nsis if WINDOWS else _deb])
    return _selftest(asked)


def _effort(asked: argparse.Namespace) -> tarball.Effort:
    return tarball.Effort.QUICK if asked.quick else tarball.Effort.FULL


def _system() -> str:
    from kiosk.update.trust import system

    return system()
