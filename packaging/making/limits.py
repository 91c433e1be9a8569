"""How large a build may be. README.md promises it to whoever has a small disk or a slow line; a build that is larger fails."""

from __future__ import annotations

from pathlib import Path

UNPACKED, PACKED = 350_000_000, 130_000_000
"""Bytes of the folder of a version with what starts it, and of one installer or archive."""


class NotAsPromised(Exception):
    """The build is not what README.md promises."""


def of_folder(size: int) -> None:
    """The bundle's size in bytes is within the limit.

    Raises:
        NotAsPromised: it is not.
    """
    _within("the bundle", size, UNPACKED)


def of_file(path: Path) -> None:
    """An installer's, an archive's or a package's size is within the limit.

    Raises:
        NotAsPromised: it is not.
    """
    _within(path.name, path.stat().st_size, PACKED)


def _within(what: str, size: int, limit: int) -> None:
    if size > limit:
        raise NotAsPromised(
            f"{what} has {size / 1e6:.1f} MB, {limit / 1e6:.0f} are promised (--allow-wheel: never mind)"
        )
