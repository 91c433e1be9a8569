"""Where exports may go: the profile's own folder, a stick that is in, or (outside kiosk mode) any folder. Files of ours only."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk.domain.errors import Code, InputError

ROOM = 16 * 1024 * 1024
"""Bytes that must be free before anything is written: more than the largest table takes."""

_OURS = re.compile(r"(people|results|report|deletion)-\d{8}-\d{6}(-\d+)?\.(csv|pdf|json)")
"""Nothing else is listed or deleted: a stick holds other files too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportPlaces:
    """Reads and writes folders: not for the GUI thread.

    Attributes:
        folder: the profile's own; made when it is needed, for this user only.
        anywhere: any folder may be typed, because whoever is here can open any file anyway.
        drives: sticks and cards that are in.
    """

    folder: Path
    anywhere: bool = False
    drives: Callable[[], Iterator[Path]] = lambda: iter(())

    def all(self) -> tuple[Path, ...]:
        """The profile's folder first."""
        return (self.folder, *self.drives())

    def checked(self, place: str) -> Path:
        """A folder into which something can be written right now; the profile's own where none is named.

        Raises:
            InputError: ``export_place``, it is not there, may not be used or cannot be written to; ``export_no_room``. The detail
                is the folder's name.
        """
        if not place or Path(place) == self.folder:
            try:
                self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            except OSError as error:
                raise InputError(Code.EXPORT_PLACE, self.folder.name) from error
        wanted = self.known(place)
        if not os.access(wanted, os.W_OK | os.X_OK):
            raise InputError(Code.EXPORT_PLACE, wanted.name)
        try:
            free = shutil.disk_usage(wanted).free
        except OSError as error:
            raise InputError(Code.EXPORT_PLACE, wanted.name) from error
        if free < ROOM:
            raise InputError(Code.EXPORT_NO_ROOM, wanted.name)
        return wanted

    def known(self, place: str) -> Path:
        """A folder that is there and may be used.

        Raises:
            InputError: ``export_place``.
        """
        if not place or Path(place) == self.folder:
            return self.folder
        try:
            wanted = Path(place).expanduser().resolve(strict=True)
        except (OSError, RuntimeError, ValueError) as error:
            raise InputError(Code.EXPORT_PLACE, Path(place).name) from error
        allowed = self.anywhere or any(wanted.is_relative_to(root.resolve()) for root in self.all())
        if not allowed or not wanted.is_dir():
            raise InputError(Code.EXPORT_PLACE, wanted.name)
        return wanted

    def new(self, place: str, kind: str, ending: str, now: datetime) -> Path:
        """A file that is not there yet, ``people-20260131-120000.csv``.

        Raises:
            InputError: as :meth:`checked`.
        """
        folder = self.checked(place)
        stamp = now.strftime("%Y%m%d-%H%M%S")
        for number in range(1, 100):
            path = folder / (f"{kind}-{stamp}.{ending}" if number == 1 else f"{kind}-{stamp}-{number}.{ending}")
            if not path.exists():
                return path
        raise InputError(Code.FILE_NOT_WRITABLE, folder.name)

    def files(self, place: str) -> tuple[Path, ...]:
        """Exports of ours in a folder, newest first.

        Raises:
            InputError: ``export_place``.
        """
        folder = self.known(place)
        try:
            found = [each for each in folder.iterdir() if _OURS.fullmatch(each.name) and each.is_file()]
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise InputError(Code.EXPORT_PLACE, folder.name) from error
        return tuple(sorted(found, key=lambda each: (each.name.partition("-")[2], each.name), reverse=True))

    def named(self, name: str) -> Iterator[Path]:
        """Each copy of an export that can be reached right now: in the profile's folder and on drives."""
        if _OURS.fullmatch(name):
            yield from (path for place in self.all() if (path := place / name).is_file())


def written_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Let ``write`` make a file beside it, then give it its name in one step: a stick that is pulled out holds no half table.

    Raises:
        InputError: ``file_not_writable``; no part is left where it can be removed.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        write(part)
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        with contextlib.suppress(OSError):  # sticks mostly have no rights to set
            part.chmod(0o600)
        part.replace(path)
    except OSError as error:
        raise InputError(Code.FILE_NOT_WRITABLE, path.name) from error
    finally:
        _remove(part)


def delete(path: Path) -> None:
    """Remove one file.

    Raises:
        InputError: ``file_not_writable``.
    """
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(Code.FILE_NOT_WRITABLE, path.name) from error


def _remove(part: Path) -> None:
    try:
        part.unlink(missing_ok=True)
    except OSError:
        return  # the stick is out: nothing can be removed from it
