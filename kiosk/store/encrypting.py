"""A plain database becomes an encrypted one, once. Killed at any moment it leaves the plain one whole, or the encrypted one.

    station.db (plain) ──export, check──▶ station.db.encrypted, its anchor, a backup ──rename──▶ station.db
                       ──rename──▶ station.db.plain ──overwrite, delete──▶ nothing

``station.db.encrypted`` exists only when it is whole and on disk, so whoever finds it finishes the work. Overwriting reaches the
blocks on which the file lies; a file system that writes elsewhere, or a flash disk, may keep old ones: a machine that held plain
data on such a disk should have its disk encrypted as well. Knows no table.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.domain.errors import Code, StoreError
from kiosk.store.anchor import Anchor
from kiosk.store.cipher import Key, Look, attach, database_errors, look, open_file
from kiosk.store.durable import sync, sync_folder
from kiosk.store.errors import translated, translated_os
from kiosk.store.files import backups_of, create_private

if TYPE_CHECKING:
    from kiosk.store.cipher import Connection

logger = logging.getLogger(__name__)

_CHUNK = 1 << 20


def encrypt(path: Path, key: Key, *, busy_ms: int) -> bool:
    """Bring ``path`` and its plain backups under the key, or finish what a killed program began. Cheap where nothing is to do.

    The caller has made sure that nobody else does this at the same time, and that a plain file is sound.

    Returns:
        Whether the database itself was plain before.

    Raises:
        StoreError: ``store_locked`` while another program has the plain file open; ``store_full``, ``store_failed``: then
            the plain database is as it was.
    """
    try:
        with _translating(path):
            _finish(path, key)
            was_plain = look(path, key) is Look.PLAIN
            if was_plain:
                _encrypt(path, key, busy_ms=busy_ms)
            for backup in backups_of(path):
                if look(backup, key) is Look.PLAIN:
                    _encrypt_backup(backup, key)
    except OSError as error:
        raise translated_os(error, path.name) from error
    if was_plain:
        logger.info("the database is encrypted from now on")
    return was_plain


def is_needed(path: Path, key: Key) -> bool:
    """Whether something here is plain, or a program was killed while it encrypted it.

    Raises:
        OSError: a file cannot be read.
    """
    if _encrypted(path).exists() or _plain(path).exists():
        return True
    return any(look(file, key) is Look.PLAIN for file in (path, *backups_of(path)))


def _encrypt(path: Path, key: Key, *, busy_ms: int) -> None:
    part = path.with_name(f"{path.name}.encrypting")
    with closing(open_file(path, mode="rw", key=None, busy_ms=busy_ms)) as plain:
        _take_alone(plain, path)
        _export(plain, part, key)
    _copy(part, path.with_name(f"{path.name}.before-encryption.db"))
    old = Anchor(Anchor.beside(path), None)
    mark = old.read()
    if mark is not None:
        sealed = Anchor(Anchor.beside(_encrypted(path)), key)
        sealed.path.unlink(missing_ok=True)
        sealed.write(mark)
        sync(sealed.path)
    part.replace(_encrypted(path))
    sync_folder(path.parent)
    _finish(path, key)


def _take_alone(plain: Connection, path: Path) -> None:
    """Nobody else has the file open, and its write-ahead log is inside it, overwritten and gone."""
    (version,) = plain.execute("PRAGMA user_version").fetchone()
    if version == 0 and plain.execute("SELECT 1 FROM sqlite_master").fetchone():
        raise StoreError(Code.STORE_FAILED, f"{path.name}: not a database of this program")
    plain.execute("PRAGMA locking_mode = EXCLUSIVE").close()
    plain.execute("BEGIN IMMEDIATE")  # fails while another program has the file open
    plain.execute("COMMIT")
    busy, frames, moved = plain.execute("PRAGMA wal_checkpoint(RESTART)").fetchone()
    if busy or frames != moved:
        raise StoreError(Code.STORE_LOCKED, path.name)
    log = path.with_name(f"{path.name}-wal")
    if log.exists():
        _zeros(log)
    plain.execute("PRAGMA journal_mode = DELETE").close()


def _encrypt_backup(backup: Path, key: Key) -> None:
    part = backup.with_name(f"{backup.name}.encrypting")
    with closing(open_file(backup, mode="rw", key=None, busy_ms=1000)) as plain:
        try:
            _export(plain, part, key)
        except database_errors() as error:
            logger.warning("%s could not be encrypted: %s", backup.name, translated(error, backup.name).code)
            return
    old = backup.with_name(f"{backup.name}.plain")
    backup.replace(old)
    part.replace(backup)
    sync_folder(backup.parent)
    overwrite(old)


def _finish(path: Path, key: Key) -> None:
    """Put the whole encrypted file in its place and remove the plain one; nothing to do in most starts."""
    new, old = _encrypted(path), _plain(path)
    if new.exists():
        if look(path, key) is Look.PLAIN:
            for ending in ("-wal", "-shm", "-journal"):
                side = path.with_name(path.name + ending)
                if side.exists():
                    overwrite(side)
            path.replace(old)
        sealed = Anchor.beside(new)
        if sealed.exists():
            sealed.replace(Anchor.beside(path))
        new.replace(path)
        sync_folder(path.parent)
    if old.exists() and look(path, key) is Look.ENCRYPTED:
        overwrite(old)
    for backup in path.parent.glob(f"{path.name}.before-*.db.plain"):
        kept = backup.with_name(backup.name.removesuffix(".plain"))
        if kept.exists():
            overwrite(backup)
        else:
            backup.replace(kept)
    for part in path.parent.glob(f"{path.name}*.encrypting"):
        part.unlink()


def _export(plain: Connection, part: Path, key: Key) -> None:
    """Copy everything into a new file of this key and prove that it is all there."""
    part.unlink(missing_ok=True)
    create_private(part)
    (version,) = plain.execute("PRAGMA user_version").fetchone()
    attach(plain, part, key)
    plain.execute("SELECT sqlcipher_export('encrypted')").fetchone()
    plain.execute(f"PRAGMA encrypted.user_version = {version:d}").close()
    plain.execute("DETACH DATABASE encrypted").close()
    with closing(open_file(part, mode="ro", key=key, busy_ms=0)) as copy:
        whole = copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        sealed = not copy.execute("PRAGMA cipher_integrity_check").fetchall()
        same = _counts(copy) == _counts(plain)
    if not (whole and sealed and same and look(part, key) is Look.ENCRYPTED):
        raise StoreError(Code.STORE_FAILED, f"{part.name}: the encrypted copy is not whole")
    sync(part)


def _counts(connection: Connection) -> dict[str, int]:
    """Rows of each table, and how far the schema has come."""
    names = [
        name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    ]
    counts = {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608
    return counts | {"user_version": connection.execute("PRAGMA user_version").fetchone()[0]}


def _copy(source: Path, target: Path) -> None:
    part = target.with_name(f"{target.name}.encrypting")
    create_private(part)
    shutil.copyfile(source, part)
    sync(part)
    part.replace(target)


def overwrite(path: Path) -> None:
    """Zeros over every byte, on disk, then gone.

    Raises:
        OSError: it could not be.
    """
    _zeros(path)
    path.unlink()
    sync_folder(path.parent)


def _zeros(path: Path) -> None:
    with path.open("r+b") as file:
        left = path.stat().st_size
        while left > 0:
            left -= file.write(bytes(min(left, _CHUNK)))
        file.flush()
        os.fsync(file.fileno())


def _encrypted(path: Path) -> Path:
    return path.with_name(f"{path.name}.encrypted")


def _plain(path: Path) -> Path:
    return path.with_name(f"{path.name}.plain")


@contextlib.contextmanager
def _translating(path: Path) -> Iterator[None]:
    try:
        yield
    except database_errors() as error:
        raise translated(error, path.name) from error
