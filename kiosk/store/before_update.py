"""A copy of the database from before the program changes, beside it, under a name that the erasure of a person reaches too."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from kiosk.domain.errors import StoreError
from kiosk.store.anchor import Anchor
from kiosk.store.cipher import Secrets, database_errors, is_encrypted, open_file, stored_key
from kiosk.store.errors import translated, translated_os
from kiosk.store.files import back_up_as, create_private

LABEL = "update"
_BUSY_MS = 10_000


def back_up_before_update(path: Path, secrets: Secrets | None) -> Path | None:
    """``<name>.before-update.db``, checked; replaces the one of the update before. A running station goes on meanwhile.

    The audit's anchor is copied too, as it was before: it may vouch for fewer lines than the copy has, never for more.

    Args:
        path: of the database.
        secrets: where its key is kept; not asked for a plain file.

    Returns:
        The copy, or None where there is no database yet.

    Raises:
        StoreError: it cannot be read or copied; ``store_key_lost``.
    """
    try:
        if not path.exists():
            return None
        encrypted = is_encrypted(path)
        anchor = _read(Anchor.beside(path))
    except OSError as error:
        raise translated_os(error, path.name) from error
    key = stored_key(path, secrets, expected=True) if encrypted and secrets is not None else None
    try:
        with closing(open_file(path, mode="rw", key=key, busy_ms=_BUSY_MS)) as connection:
            copy = back_up_as(connection, path, label=LABEL, key=key)
    except StoreError:
        raise
    except database_errors() as error:
        raise translated(error, path.name) from error
    try:
        _write(Anchor.beside(copy), anchor)
    except OSError as error:
        raise translated_os(error, copy.name) from error
    return copy


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def _write(path: Path, content: bytes | None) -> None:
    path.unlink(missing_ok=True)
    if content is not None:
        create_private(path)
        path.write_bytes(content)
