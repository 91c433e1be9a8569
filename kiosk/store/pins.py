"""PINs as Argon2id hashes (RFC 9106), never as themselves. One check takes about a tenth of a second: never on the GUI thread."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()  # the library's defaults follow RFC 9106's second choice: 64 MiB, three passes


@cache
def _nobodys() -> str:
    return _hasher().hash("nobody's")


def hashed(pin: str) -> str:
    """What is stored instead of a PIN, with its own salt."""
    return _hasher().hash(pin)


def is_right(stored: str | None, pin: str) -> bool:
    """Whether a PIN is the one that was hashed. Where there is nobody (None) the same work is done, and the answer is no."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(stored or _nobodys(), pin) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    """Whether the hash was made with weaker settings than today's."""
    return _hasher().check_needs_rehash(stored)
