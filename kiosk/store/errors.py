"""SQLite's and the file system's errors in the kiosk's words. Nothing here opens or writes anything."""

from __future__ import annotations

import errno
import sqlite3

from kiosk.domain.errors import Code, StoreError

_BY_PRIMARY_CODE = {
    sqlite3.SQLITE_BUSY: Code.STORE_LOCKED,
    sqlite3.SQLITE_LOCKED: Code.STORE_LOCKED,
    sqlite3.SQLITE_PROTOCOL: Code.STORE_LOCKED,
    sqlite3.SQLITE_FULL: Code.STORE_FULL,
    sqlite3.SQLITE_READONLY: Code.STORE_READ_ONLY,
    sqlite3.SQLITE_PERM: Code.STORE_READ_ONLY,
    sqlite3.SQLITE_AUTH: Code.STORE_READ_ONLY,
    sqlite3.SQLITE_CORRUPT: Code.STORE_DAMAGED,
    sqlite3.SQLITE_NOTADB: Code.STORE_DAMAGED,
}

_BY_ERRNO = {
    errno.EACCES: Code.STORE_READ_ONLY,
    errno.EPERM: Code.STORE_READ_ONLY,
    errno.EROFS: Code.STORE_READ_ONLY,
    errno.ENOSPC: Code.STORE_FULL,
    errno.EDQUOT if hasattr(errno, "EDQUOT") else errno.ENOSPC: Code.STORE_FULL,
}


def code_of(error: Exception) -> Code:
    """Which of the store's codes an SQLite error is (by its primary result code, https://sqlite.org/rescode.html)."""
    extended = getattr(error, "sqlite_errorcode", None)
    if extended is None:
        return Code.STORE_FAILED
    return _BY_PRIMARY_CODE.get(extended & 0xFF, Code.STORE_FAILED)


def translated(error: Exception, file_name: str) -> StoreError:
    """The error to raise instead. The detail holds the file's name and SQLite's name of the error, never its values."""
    name = getattr(error, "sqlite_errorname", None) or type(error).__name__
    return StoreError(code_of(error), f"{file_name}: {name}")


def translated_os(error: OSError, file_name: str) -> StoreError:
    """The same for an error of the file system."""
    code = _BY_ERRNO.get(error.errno or 0, Code.STORE_FAILED)
    name = errno.errorcode.get(error.errno or 0, type(error).__name__)
    return StoreError(code, f"{file_name}: {name}")
