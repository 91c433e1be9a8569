"""Where tables of people may be taken from: the profile's import folder, sticks and cards; anywhere only outside kiosk mode."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kiosk.domain.errors import Code, InputError

MOST_TABLES = 50
_MOST_ENTRIES = 2000
"""A folder may hold many pictures; nobody chooses a table among so many files."""


@dataclass(frozen=True, slots=True)
class TableFile:
    """A table that was found, and the folders that its pictures may be in, the likeliest first."""

    path: str
    folders: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlaces:
    """Reads folders: not for the GUI thread.

    Attributes:
        folder: the profile's own; made when it is first asked for.
        anywhere: any path may be typed, because whoever is here can open any file anyway.
        drives: sticks and cards that are in.
    """

    folder: Path
    anywhere: bool
    drives: Callable[[], Iterator[Path]]

    def tables(self) -> tuple[TableFile, ...]:
        """Tables in the import folder and on drives, and one folder deeper; newest first.

        Raises:
            InputError: ``file_not_writable``, the import folder cannot be made.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(Code.FILE_NOT_WRITABLE, self.folder.name) from error
        found: list[tuple[float, Path]] = []
        for root in self._roots():
            for folder in (root, *_folders(root)):
                found += [(_changed(path), path) for path in _entries(folder) if _is_table(path)]
        found.sort(reverse=True)
        return tuple(TableFile(str(path), picture_folders(path)) for _, path in found[:MOST_TABLES])

    def checked(self, path: str) -> Path:
        """The path, where it may be taken from.

        Raises:
            InputError: ``file_missing``; the detail is the file's name.
        """
        try:
            wanted = Path(path).expanduser().resolve(strict=True)
        except (OSError, RuntimeError, ValueError) as error:
            raise InputError(Code.FILE_MISSING, Path(path).name) from error
        if not self.anywhere and not any(wanted.is_relative_to(root.resolve()) for root in self._roots()):
            raise InputError(Code.FILE_MISSING, wanted.name)
        return wanted

    def _roots(self) -> list[Path]:
        return [self.folder, *self.drives()]


def picture_folders(table: Path) -> tuple[str, ...]:
    """The folders beside a table, then its own."""
    return (*(str(each) for each in _folders(table.parent)), str(table.parent))


def removable_drives() -> Iterator[Path]:
    """Sticks and cards of this machine, as their folders."""
    if sys.platform == "win32":
        yield from _windows_drives()
        return
    user = os.environ.get("USER", "")
    homes = ("/media", f"/media/{user}", f"/run/media/{user}") if sys.platform.startswith("linux") else ("/Volumes",)
    for home in homes:
        yield from (each for each in _folders(Path(home)) if os.path.ismount(each))


def _windows_drives() -> Iterator[Path]:
    import ctypes

    removable = 2  # DRIVE_REMOVABLE
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - the name exists on Windows alone
    for letter in "DEFGHIJKLMNOPQRSTUVWXYZ":
        if kernel.GetDriveTypeW(f"{letter}:\\") == removable:
            yield Path(f"{letter}:\\")


def _entries(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as found:
            return [Path(entry.path) for _, entry in zip(range(_MOST_ENTRIES), found, strict=False)]
    except OSError:
        return []


def _folders(folder: Path) -> list[Path]:
    return sorted(each for each in _entries(folder) if not each.name.startswith(".") and _is_folder(each))


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir() and not path.is_symlink()
    except OSError:
        return False


def _is_table(path: Path) -> bool:
    try:
        return path.suffix.lower() == ".csv" and "-result-" not in path.name and path.is_file()
    except OSError:
        return False


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
