"""The database's key and the driver: SQLCipher's SQLite, for encrypted and plain files alike, so that both fail in one way.

The key is 32 random bytes, used as they are: no passphrase, so nothing is derived and opening costs no time. A file's salt (its
first 16 bytes, stored in the clear) is made from the key, which tells a file of another key from one of ours that is damaged.
Page layout: https://www.zetetic.net/sqlcipher/design/ (4096 bytes, of which the last 48 are IV and seal). Pages are sealed with
HMAC-SHA256 instead of SQLCipher's SHA512: as safe, and a file is read in half the time (measured). Another tool that opens the
file must say so: ``PRAGMA cipher_hmac_algorithm = HMAC_SHA256``.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from kiosk.domain.errors import Code, StoreError

if TYPE_CHECKING:
    Connection = sqlite3.Connection  # SQLCipher's has the same methods, and no types of its own

KEY_NAME = "database-key"
"""What the key is called among the station's secrets."""

_PLAIN_START = b"SQLite format 3\x00"
_KEY_BYTES = 32
_SALT_BYTES = 16
_PAGE, _RESERVED, _IV = 4096, 48, 16
_SEALED_WITH = "cipher_hmac_algorithm = HMAC_SHA256"
_PAGES_TRIED = 32


class Secrets(Protocol):
    """Where the key is kept; :class:`kiosk.keys.Vault` is one."""

    def get(self, name: str) -> str | None:
        """The secret, or None where there is none."""
        ...

    def ensure(self, name: str, make: Callable[[], str]) -> str:
        """The secret, made where there is none, and kept before this returns."""
        ...


@dataclass(frozen=True, slots=True)
class Key:
    """32 bytes; never shown."""

    raw: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.raw) != _KEY_BYTES:
            raise StoreError(Code.VAULT_FAILED, f"{KEY_NAME}: not {_KEY_BYTES} bytes")

    @property
    def salt(self) -> bytes:
        """The first bytes of every file of this key; tells nothing about it."""
        return hashlib.sha256(b"kiosk database salt" + self.raw).digest()[:_SALT_BYTES]

    @property
    def pragma(self) -> str:
        """As SQLCipher takes it: raw key, then salt."""
        return f"x'{self.raw.hex()}{self.salt.hex()}'"

    def of(self, purpose: bytes) -> bytes:
        """A key for something else."""
        return hmac.new(self.raw, purpose, hashlib.sha256).digest()


class Look(Enum):
    """What a file seems to be, before it is opened."""

    EMPTY = "empty"
    PLAIN = "plain"
    ENCRYPTED = "encrypted"
    """By our key if its first bytes are the key's salt, else by another, as far as one can tell from random bytes."""
    GARBAGE = "garbage"


def database_errors() -> tuple[type[Exception], ...]:
    """What a driver raises (sqlite-utils raises the standard library's). Loads the driver."""
    from sqlcipher3 import dbapi2

    return (dbapi2.Error, sqlite3.Error)


def open_file(path: Path, *, mode: str, key: Key | None, busy_ms: int) -> Connection:
    """A bare connection: autocommit, any thread may use or close it. Reads nothing yet, so a wrong key shows later.

    Args:
        path: of the file.
        mode: of the URI: ``ro``, ``rw`` or ``rwc``.
        key: None for a plain file.
        busy_ms: how long to wait for a lock.
    """
    from sqlcipher3 import dbapi2

    connection: Connection = dbapi2.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=busy_ms / 1000,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        connection.execute("PRAGMA cipher_log_level = NONE").close()  # it would print on stderr
        if key is not None:
            connection.execute(f'PRAGMA key = "{key.pragma}"').close()
            connection.execute(f"PRAGMA {_SEALED_WITH}").close()
    except BaseException:
        connection.close()
        raise
    return connection


def attach(connection: Connection, path: Path, key: Key) -> None:
    """Make a file of this key known to a connection as ``encrypted``."""
    connection.execute(f'ATTACH DATABASE ? AS encrypted KEY "{key.pragma}"', (str(path),)).close()
    connection.execute(f"PRAGMA encrypted.{_SEALED_WITH}").close()


def look(path: Path, key: Key | None) -> Look:
    """What this file is. With our key a damaged file of ours still counts as encrypted.

    Raises:
        OSError: it cannot be read.
    """
    if not path.exists():
        return Look.EMPTY
    with path.open("rb") as file:
        first = file.read(_PAGE)
        if not first:
            return Look.EMPTY
        if first.startswith(_PLAIN_START):
            return Look.PLAIN
        if key is not None and (first.startswith(key.salt) or _any_page_is_ours(file, key)):
            return Look.ENCRYPTED
    return Look.ENCRYPTED if _seems_random(first) else Look.GARBAGE


def is_encrypted(path: Path) -> bool:
    """Whether a file looks encrypted, by whatever key; False where there is none.

    Raises:
        OSError: it cannot be read.
    """
    return look(path, None) is Look.ENCRYPTED


def is_ours(path: Path, key: Key) -> bool:
    """Whether this key wrote the file, or some page of it: then whatever is wrong with it is damage.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return file.read(_SALT_BYTES) == key.salt or _any_page_is_ours(file, key)


def stored_key(path: Path, secrets: Secrets, *, expected: bool) -> Key:
    """The station's key; a new one, kept before it is used, where no file needs an old one.

    Args:
        path: of the database.
        secrets: where the key is kept.
        expected: the files around say that there was an encrypted database.

    Raises:
        StoreError: ``store_key_lost``: there is an encrypted file and no key. ``vault_failed``.
    """
    text = secrets.get(KEY_NAME)
    if text is None:
        if look(path, None) is Look.ENCRYPTED or (expected and look(path, None) is not Look.EMPTY):
            raise StoreError(Code.STORE_KEY_LOST, path.name)
        text = secrets.ensure(KEY_NAME, lambda: os.urandom(_KEY_BYTES).hex())
    try:
        return Key(bytes.fromhex(text))
    except ValueError:
        raise StoreError(Code.VAULT_FAILED, f"{KEY_NAME}: not a key") from None  # its context holds the text


def _any_page_is_ours(pages: BinaryIO, key: Key) -> bool:
    """Whether a page carries a seal of this key: tries some, spread over the file."""
    pages.seek(0, os.SEEK_END)
    count = pages.tell() // _PAGE
    salt = bytes(byte ^ 0x3A for byte in key.salt)
    seal_key = hashlib.pbkdf2_hmac("sha512", key.raw, salt, 2, _KEY_BYTES)
    for number in range(1, count + 1, max(1, count // _PAGES_TRIED)):
        pages.seek((number - 1) * _PAGE)
        page = pages.read(_PAGE)
        start = _SALT_BYTES if number == 1 else 0
        sealed = page[start : _PAGE - _RESERVED + _IV] + number.to_bytes(4, "little")
        seal = hmac.new(seal_key, sealed, hashlib.sha256).digest()
        if hmac.compare_digest(seal, page[_PAGE - _RESERVED + _IV :]):
            return True
    return False


def _seems_random(page: bytes) -> bool:
    """Whether bytes look encrypted: of 4096 random ones, none is there 60 times (expected: 16, and all 256 values)."""
    return len(page) == _PAGE and len(set(page)) > 240 and max(map(page.count, set(page))) < 60
