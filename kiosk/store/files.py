"""The files around the database: created for this user only, looked at before use, set aside when damaged, backed up.

Knows no table except in :func:`purge_backups`, which must forget a person in the copies as well.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.domain.errors import Code, StoreError
from kiosk.domain.record import Touched
from kiosk.store import checking
from kiosk.store.anchor import Anchor
from kiosk.store.cipher import Key, Look, database_errors, is_ours, look, open_file
from kiosk.store.durable import sync
from kiosk.store.errors import code_of, translated, translated_os

if TYPE_CHECKING:
    from kiosk.store.cipher import Connection

logger = logging.getLogger(__name__)

_SIDE_FILES = ("-wal", "-shm", "-journal")
_OWNER_ONLY = 0o600


@dataclass(frozen=True, slots=True)
class StoreNotice:
    """Something that the operator must be told: its code, and the file it is about."""

    code: Code
    detail: str


def prepare(path: Path, *, latest: int, now: datetime, busy_ms: int, key: Key | None) -> tuple[StoreNotice, ...]:
    """Make sure that ``path`` is a file worth opening with this key: a sound database, or a new empty file.

    Raises:
        StoreError: ``store_newer``, ``store_wrong_key`` (either way the file is left untouched), ``store_read_only``,
            ``store_locked``, ``store_full``, ``store_failed``.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if path.is_dir():
            raise StoreError(Code.STORE_FAILED, f"{path.name}: is a folder")
        found = look(path, key)
        wrong_key = found is Look.ENCRYPTED and (key is None or not _made_with(path, key))
    except OSError as error:
        raise translated_os(error, path.name) from error
    if wrong_key:
        raise StoreError(
            Code.STORE_WRONG_KEY, path.name if key else f"{path.name}: encrypted, but store.encrypt is false"
        )
    notices: tuple[StoreNotice, ...] = ()
    if found is not Look.EMPTY and not _is_sound(path, latest=latest, busy_ms=busy_ms, key=key):
        kept = set_aside(path, now)
        checking.clear(path)
        logger.error("the database was damaged; it is kept as %s and a new one is started", kept.name)
        notices = (StoreNotice(Code.STORE_DAMAGED, kept.name),)
    create_private(path)
    return notices


def _made_with(path: Path, key: Key) -> bool:
    """Whether what lies there was written with this key, or lies where something was: then it is damage, not a wrong key."""
    return is_ours(path, key) or Anchor(Anchor.beside(path), key).belongs()


def back_up(connection: Connection, path: Path, *, before: int, key: Key | None = None) -> Path:
    """Copy the database beside itself, ``<name>.before-v<N>.db``, and check the copy. Replaces an older copy only when sound.

    The copy is encrypted with the same key as the database.

    Raises:
        Exception: the driver's, when the copy could not be written.
        StoreError: the copy is not sound, or cannot be put in place.
    """
    return back_up_as(connection, path, label=f"v{before}", key=key)


def back_up_as(connection: Connection, path: Path, *, label: str, key: Key | None) -> Path:
    """Copy the database beside itself as ``<name>.before-<label>.db``: :func:`back_up` with another name.

    An erasure does not see the copy before it has its name, so whoever was deleted meanwhile is forgotten here.

    Raises:
        Exception: as for :func:`back_up`.
        StoreError: as for :func:`back_up`.
    """
    final = path.with_name(f"{path.name}.before-{label}.db")
    part = final.with_name(f"{final.name}.part")
    part.unlink(missing_ok=True)
    create_private(part)
    last = max((number for number, _ in _deleted_after(connection, 0)), default=0)
    try:
        with closing(open_file(part, mode="rw", key=key, busy_ms=0)) as copy:
            connection.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE").close()
            answer = copy.execute("PRAGMA integrity_check").fetchone()
        if answer != ("ok",):
            raise StoreError(Code.STORE_FAILED, f"{final.name}: the backup is not sound")
        sync(part)
        part.replace(final)
    except OSError as error:
        raise translated_os(error, final.name) from error
    finally:
        part.unlink(missing_ok=True)
    gone = _deleted_after(connection, last)
    if any(touched.outcome == "kept" for touched in _purge(final, [person for _, person in gone], key=key)):
        final.unlink(missing_ok=True)
        raise StoreError(Code.STORE_FAILED, f"{final.name}: somebody was deleted meanwhile and could not be forgotten")
    logger.info("backup made: %s", final.name)
    return final


def backups_of(path: Path) -> list[Path]:
    """Copies of this database from before it was changed by a newer program."""
    return sorted(path.parent.glob(f"{path.name}.before-*.db"))


def purge_backups(path: Path, person: str, *, key: Key | None) -> list[Touched]:
    """Forget a person in every backup of this database, and say what became of each file."""
    return [touched for backup in backups_of(path) for touched in _purge(backup, [person], key=key)]


def _purge(backup: Path, people: Sequence[str], *, key: Key | None) -> list[Touched]:
    """Forget them in this copy; what became of the file for each."""
    if not people:
        return []
    outcome = "overwritten"
    try:
        with closing(open_file(backup, mode="rw", key=key, busy_ms=1000)) as copy:
            for person in people:
                _forget(copy, person)
    except database_errors() as error:
        logger.warning("a deleted person could not be removed from %s: %s", backup.name, code_of(error))
        outcome = "kept"
    return [Touched(kind="file", name=backup.name, outcome=outcome)] * len(people)


def _deleted_after(connection: Connection, number: int) -> list[tuple[int, str]]:
    """Deletions behind this one: number and person; none in a file from before they were kept."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'deletions'").fetchone():
        return []
    return list(connection.execute("SELECT id, person_id FROM deletions WHERE id > ? ORDER BY id", (number,)))


def set_aside_files(path: Path) -> list[Touched]:
    """Damaged databases that were kept: nobody can delete one person from them, so the operator must know."""
    kept = sorted(path.parent.glob(f"{path.name}.damaged-*"))
    return [Touched(kind="file", name=file.name, outcome="kept") for file in kept if not file.name.endswith("-shm")]


def noticed(path: Path) -> tuple[StoreNotice, ...]:
    """A notice for each damaged database that lies beside this one: it stays until somebody has taken the file away."""
    kept = sorted(path.parent.glob(f"{path.name}.damaged-*"))
    return tuple(StoreNotice(Code.STORE_DAMAGED, file.name) for file in kept if not file.name.endswith(_SIDE_FILES))


def _forget(copy: Connection, person: str) -> None:
    """A backup keeps nothing of the person but what the audit says."""
    copy.execute("PRAGMA foreign_keys = ON").close()
    copy.execute("PRAGMA secure_delete = ON").close()
    copy.execute("BEGIN IMMEDIATE")
    if copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'outbox'").fetchone():
        copy.execute("DELETE FROM outbox WHERE chain = ?", (person,))
    copy.execute(
        "DELETE FROM liveness_sessions WHERE validation_id IN (SELECT id FROM validations WHERE person_id = ?)",
        (person,),
    )
    copy.execute("DELETE FROM persons WHERE id = ?", (person,))
    copy.execute("COMMIT")


def _is_sound(path: Path, *, latest: int, busy_ms: int, key: Key | None) -> bool:
    """Whether SQLite can read it: all of it, unless it is large (:mod:`kiosk.store.checking`).

    Opens read-only, so that a newer file stays byte for byte as it is.
    A program that was killed before the file was in WAL mode leaves a journal, which only a writer can roll back.
    """
    mode = "rw" if path.with_name(f"{path.name}-journal").exists() else "ro"
    is_suspect = checking.is_suspect(path)
    try:
        with closing(open_file(path, mode=mode, key=key, busy_ms=busy_ms)) as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version > latest:
                raise StoreError(Code.STORE_NEWER, f"{path.name}: version {version}, this program knows {latest}")
            if checking.is_large(path, key) and not is_suspect:
                return checking.sound_enough(connection)
            is_whole = checking.whole(connection)
    except database_errors() as error:
        if code_of(error) is Code.STORE_DAMAGED:
            return False
        raise translated(error, path.name) from error
    if is_whole and is_suspect:
        checking.clear(path)
    return is_whole


def set_aside(path: Path, now: datetime) -> Path:
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
        anchor = Anchor.beside(path)
        if anchor.exists():
            anchor.rename(anchor.with_name(anchor.name + kept.name.removeprefix(path.name)))
        path.rename(kept)
    except OSError as error:
        raise translated_os(error, path.name) from error
    return kept


def create_private(path: Path) -> None:
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
