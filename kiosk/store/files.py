"""The files around the database: created for this user only, looked at before use, set aside when damaged, backed up.

Knows no table except in :func:`purge_backups`, which must forget a person in the copies as well.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk.domain.errors import Code, StoreError
from kiosk.store.errors import code_of, translated, translated_os

logger = logging.getLogger(__name__)

_SIDE_FILES = ("-wal", "-shm")
_OWNER_ONLY = 0o600


@dataclass(frozen=True, slots=True)
class StoreNotice:
    """Something that happened while opening and that the operator must be told: its code, and the file it is about."""

    code: Code
    detail: str


def prepare(path: Path, *, latest: int, now: datetime, busy_ms: int) -> tuple[StoreNotice, ...]:
    """Make sure that ``path`` is a file worth opening: a sound database, or a new empty file.

    Raises:
        StoreError: ``store_newer`` (the file is left untouched), ``store_read_only``, ``store_locked``, ``store_full``,
            ``store_failed``.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if path.is_dir():
            raise StoreError(Code.STORE_FAILED, f"{path.name}: is a folder")
        has_content = path.exists() and path.stat().st_size > 0
    except OSError as error:
        raise translated_os(error, path.name) from error
    notices: tuple[StoreNotice, ...] = ()
    if has_content and not _is_sound(path, latest=latest, busy_ms=busy_ms):
        kept = _set_aside(path, now)
        logger.error("the database was damaged; it is kept as %s and a new one is started", kept.name)
        notices = (StoreNotice(Code.STORE_DAMAGED, kept.name),)
    _create_private(path)
    return notices


def back_up(connection: sqlite3.Connection, path: Path, *, before: int) -> Path:
    """Copy the database beside itself, ``<name>.before-v<N>.db``, and check the copy. Replaces an older copy only when sound.

    Raises:
        sqlite3.Error: the copy could not be written.
        StoreError: the copy is not sound, or cannot be put in place.
    """
    final = path.with_name(f"{path.name}.before-v{before}.db")
    part = final.with_name(f"{final.name}.part")
    part.unlink(missing_ok=True)
    _create_private(part)
    try:
        with closing(sqlite3.connect(part)) as copy:
            connection.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE").close()
            answer = copy.execute("PRAGMA integrity_check").fetchone()
        if answer != ("ok",):
            raise StoreError(Code.STORE_FAILED, f"{final.name}: the backup is not sound")
        _sync(part)
        part.replace(final)
    except OSError as error:
        raise translated_os(error, final.name) from error
    finally:
        part.unlink(missing_ok=True)
    logger.info("backup made: %s", final.name)
    return final


def purge_backups(path: Path, person: str) -> bool:
    """Forget a person in every backup of this database. False when a backup could not be cleaned."""
    clean = True
    for backup in sorted(path.parent.glob(f"{path.name}.before-v*.db")):
        try:
            with closing(sqlite3.connect(backup, isolation_level=None)) as copy:
                copy.execute("PRAGMA foreign_keys = ON").close()
                copy.execute("PRAGMA secure_delete = ON").close()
                copy.execute("DELETE FROM persons WHERE id = ?", (person,)).close()
        except sqlite3.Error as error:
            logger.warning("a deleted person could not be removed from %s: %s", backup.name, code_of(error))
            clean = False
    return clean


def _is_sound(path: Path, *, latest: int, busy_ms: int) -> bool:
    """Whether SQLite can read all of it. Opens read-only, so that a newer file stays byte for byte as it is."""
    try:
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=busy_ms / 1000)
        ) as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version > latest:
                raise StoreError(Code.STORE_NEWER, f"{path.name}: version {version}, this program knows {latest}")
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.Error as error:
        if code_of(error) is Code.STORE_DAMAGED:
            return False
        raise translated(error, path.name) from error


def _set_aside(path: Path, now: datetime) -> Path:
    """Rename the file and its side files; nothing of it is deleted or overwritten."""
    stamp = f"{now:%Y%m%dT%H%M%SZ}"
    kept = path.with_name(f"{path.name}.damaged-{stamp}")
    count = 1
    while kept.exists():
        count += 1
        kept = path.with_name(f"{path.name}.damaged-{stamp}-{count}")
    try:
        for ending in _SIDE_FILES:  # first: a log without its database must never meet the new one
            side = path.with_name(path.name + ending)
            if side.exists():
                side.rename(kept.with_name(kept.name + ending))
        path.rename(kept)
    except OSError as error:
        raise translated_os(error, path.name) from error
    return kept


def _create_private(path: Path) -> None:
    """Create the file if need be; either way only its owner may read it. SQLite gives its side files the same mode."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, _OWNER_ONLY))
    except OSError as error:
        raise translated_os(error, path.name) from error
    if os.name != "posix":
        return
    try:
        if path.stat().st_mode & 0o777 != _OWNER_ONLY:
            path.chmod(_OWNER_ONLY)
    except OSError as error:
        raise translated_os(error, path.name) from error


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
