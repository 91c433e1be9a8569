"""What a station's database really holds, read from its file, not asked of the program that is tried. Used by cleanroot."""

from __future__ import annotations

import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kiosk.store.cipher import Key

_BUSY_MS = 10_000
_MADE = re.compile(r"^\s*CREATE\s+(TABLE|INDEX)\s+(\w+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stored:
    """The schema's version, and rows of columns that no version has changed: of all that, nothing may be lost or doubled."""

    schema: int
    people: tuple[tuple[Any, ...], ...]
    templates: tuple[tuple[Any, ...], ...]
    results: tuple[tuple[Any, ...], ...]

    @property
    def kept(self) -> tuple[object, ...]:
        """What an upgrade must not change."""
        return self.people, self.templates, self.results


def look(profile: Path) -> Stored:
    """Read a copy of the profile's database. Nothing is migrated or written.

    Raises:
        kiosk.domain.errors.StoreError: its key is lost.
        sqlite3.Error: it is not a station's database (or SQLCipher's own error).
    """
    with tempfile.TemporaryDirectory(prefix="kiosk-stored-") as name:
        copy = Path(name) / "station.db"
        for ending in ("", "-wal"):
            beside = profile / f"station.db{ending}"
            if beside.exists():
                shutil.copyfile(beside, copy.with_name(f"{copy.name}{ending}"))
        with _opened(copy, profile) as connection:
            return Stored(
                schema=_schema(connection),
                people=_rows(connection, "SELECT id FROM persons ORDER BY id"),
                templates=_rows(connection, "SELECT person_id, hex(vector) FROM templates ORDER BY 1, 2"),
                results=_rows(
                    connection, "SELECT id, type, outcome, reason, person_id, created_at FROM validations ORDER BY id"
                ),
            )


def set_back(profile: Path) -> bool:
    """Make the database one schema older, so that the next program to open it has a migration to do. False: it cannot be.

    Undoes the last step where that only made tables and indexes; nobody may have the database open.
    """
    from kiosk.store import migrations

    last = migrations.STEPS[-1]
    made = [_MADE.match(statement) for statement in last.statements]
    with _opened(profile / "station.db", profile) as connection:
        if last.run is not None or not all(made) or _schema(connection) != last.version:
            return False
        for each in made:
            if each is not None and each[1].upper() == "TABLE":
                connection.execute(f"DROP TABLE {each[2]}")
        connection.execute(f"PRAGMA user_version = {last.version - 1:d}")
        connection.commit()
    return True


@contextmanager
def _opened(path: Path, profile: Path) -> Iterator[sqlite3.Connection]:
    from kiosk.store.cipher import is_encrypted, open_file

    key = _key(path, profile) if is_encrypted(path) else None
    with closing(open_file(path, mode="rw", key=key, busy_ms=_BUSY_MS)) as connection:
        yield connection


def _key(path: Path, profile: Path) -> Key:
    """From a copy of the secrets: the vault gives nothing out of files that are another user's, and this one is root."""
    from kiosk.keys import open_vault
    from kiosk.store.cipher import stored_key

    with tempfile.TemporaryDirectory(prefix="kiosk-stored-") as name:
        folder = Path(name) / "profile"
        shutil.copytree(
            profile, folder, ignore=lambda _, names: [each for each in names if each.startswith("station.")]
        )
        return stored_key(path, open_vault(folder), expected=True)


def _schema(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _rows(connection: sqlite3.Connection, sql: str) -> tuple[tuple[Any, ...], ...]:
    return tuple(tuple(row) for row in connection.execute(sql))
