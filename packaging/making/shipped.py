"""Which component each file of the bundle comes from: read off PyInstaller's own tables, not off a list of what was asked for."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

BOOTLOADER = "pyinstaller"


@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class Component:
    """Something that is shipped. ``kind`` is ``pypi``, ``deb``, ``python`` or ``weights``."""

    kind: str
    name: str
    version: str


def sources(work: Path) -> list[Path]:
    """Every file that PyInstaller took something from."""
    tables = sorted((work / "frozen" / "kiosk").glob("*.toc"))
    found = set()
    for table in tables:
        if table.name.startswith(("COLLECT", "PYZ")):
            found |= set(_files(ast.literal_eval(table.read_text("utf-8"))))
    return sorted(Path(each) for each in found)


def components(files: Iterable[Path], *, ours: Iterable[Path]) -> list[Component]:
    """The components that these files belong to. Files below ``ours`` are the program itself.

    Raises:
        LookupError: a file comes from nowhere that is known; names it.
    """
    mine = [folder.resolve() for folder in ours]
    found = {_distribution(BOOTLOADER)}
    for file in files:
        if not file.is_absolute():  # a package without a file of its own
            continue
        path = file.resolve()
        if any(path.is_relative_to(folder) for folder in mine):
            continue
        found.add(_component(path))
    return sorted(found)


def _component(path: Path) -> Component:
    name = _owners().get(str(path))
    if name is not None:
        return _distribution(name)
    return _python() if _is_of_python(path) else _package_of_the_system(path)


def _is_of_python(path: Path) -> bool:
    base = Path(sys.base_prefix).resolve()
    if path.is_relative_to(Path(sysconfig.get_path("stdlib")).resolve()):
        return True
    return path.is_relative_to(base) and (sys.platform == "win32" or path.name.startswith("libpython"))


def _python() -> Component:
    return Component(kind="python", name="cpython", version=sys.version.split()[0])


def _package_of_the_system(path: Path) -> Component:
    candidates = (str(path), str(path).removeprefix("/usr")) if sys.platform == "linux" else ()  # dpkg is Debian's
    for candidate in candidates:
        found = subprocess.run(["dpkg", "-S", candidate], capture_output=True, text=True, check=False)
        if found.returncode == 0:
            name = found.stdout.partition(": ")[0].split(",")[0]
            version = subprocess.run(
                ["dpkg-query", "-W", "-f", "${Version}", name], capture_output=True, text=True, check=True
            ).stdout
            return Component(kind="deb", name=re.sub(r":\w+$", "", name), version=version)
    raise LookupError(f"{path} belongs to no installed package: nobody knows its licence")


@cache
def _owners() -> dict[str, str]:
    return {
        str(Path(str(file.locate())).resolve()): each.metadata["Name"]
        for each in metadata.distributions()
        for file in each.files or ()
    }


def _distribution(name: str) -> Component:
    return Component(kind="pypi", name=name, version=metadata.version(name))


def _files(table: object) -> Iterator[str]:
    """Every string of the nested table that stands where PyInstaller writes a file."""
    if isinstance(table, tuple) and len(table) >= 3 and all(isinstance(each, str) for each in table[:3]):
        yield table[1]
    elif isinstance(table, (tuple, list)):
        for each in table:
            yield from _files(each)
