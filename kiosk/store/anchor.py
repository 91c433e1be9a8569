"""How long the audit was and what its last line's hash was, kept outside the database: a cut end is found by it.

Two slots of fixed size, written in turn, so a torn write leaves the other; written after each commit and not synced, so after a
power cut it may vouch for fewer lines than there are, never for more. Only a new file is synced, with its folder: the database
remembers that there is one. In an encrypted store each slot is sealed with a key made
from the database's. Somebody who puts back an older database together with its older anchor is not found here: what the account
holds (records, times) shows that. Knows no table.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
from dataclasses import dataclass
from pathlib import Path

from kiosk.store.cipher import Key
from kiosk.store.durable import sync_folder

logger = logging.getLogger(__name__)

_SLOT = 256
_PURPOSE = b"kiosk audit anchor"


@dataclass(frozen=True, slots=True)
class Mark:
    """The audit had ``count`` lines and the last one had this hash."""

    count: int
    head: str


class Anchor:
    """The file beside one database. Any thread may call.

    Args:
        path: of the anchor.
        key: of the database; None seals nothing (a plain store), then it only finds accidents.
    """

    def __init__(self, path: Path, key: Key | None) -> None:
        self.path = path
        self._seal_key = b"plain" if key is None else key.of(_PURPOSE)
        self._key_id = "plain" if key is None else key.salt.hex()

    @staticmethod
    def beside(database: Path) -> Path:
        """Where the anchor of a database is."""
        return database.with_name(f"{database.name}.anchor")

    def read(self) -> Mark | None:
        """The later of the slots that are whole and ours; None where there is none.

        Raises:
            OSError: the file cannot be read.
        """
        marks = [mark for slot in self._slots() if (mark := self._parsed(slot)) is not None]
        return max(marks, key=lambda mark: mark.count, default=None)

    def belongs(self) -> bool:
        """Whether this file says that it was made with our key (sealed or not)."""
        return any(slot.split()[3:4] == [self._key_id.encode()] for slot in self._slots())

    def is_sealed(self) -> bool:
        """Whether this file is of an encrypted store, of whatever key."""
        return any(slot.startswith(b"kiosk-anchor ") and slot.split()[3:4] != [b"plain"] for slot in self._slots())

    def is_foreign(self) -> bool:
        """Whether there are marks and none is ours: made with another key, or without one."""
        return self.read() is None and any(slot.startswith(b"kiosk-anchor ") for slot in self._slots())

    def restart(self, mark: Mark) -> None:
        """Forget every mark there is and begin with this one."""
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            logger.warning("the audit's anchor could not be replaced: %s", error.strerror)
        self.write(mark)

    def write(self, mark: Mark) -> None:
        """Put a mark into its slot. A failure is told in the log: the records themselves are safe."""
        line = f"kiosk-anchor {mark.count} {mark.head} {self._key_id} {self._seal(mark)}\n".encode()
        try:
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
            try:
                is_new = os.fstat(handle).st_size != 2 * _SLOT
                if is_new:
                    os.truncate(handle, 2 * _SLOT)
                os.lseek(handle, mark.count % 2 * _SLOT, os.SEEK_SET)
                os.write(handle, line.ljust(_SLOT, b" "))
                if is_new:
                    os.fsync(handle)
                    sync_folder(self.path.parent)
            finally:
                os.close(handle)
        except OSError as error:
            logger.warning("the audit's anchor could not be written: %s", error.strerror)

    def _slots(self) -> list[bytes]:
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return []
        return [content[:_SLOT], content[_SLOT : 2 * _SLOT]]

    def _parsed(self, slot: bytes) -> Mark | None:
        words = slot.decode("ascii", "replace").split()
        if len(words) != 5 or words[0] != "kiosk-anchor" or not words[1].isdecimal():
            return None
        mark = Mark(int(words[1]), words[2])
        return mark if hmac.compare_digest(words[4].encode(), self._seal(mark).encode()) else None

    def _seal(self, mark: Mark) -> str:
        return hmac.new(self._seal_key, f"{mark.count} {mark.head}".encode(), hashlib.sha256).hexdigest()
