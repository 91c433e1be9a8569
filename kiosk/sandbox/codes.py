"""One-time codes that the service would mail or text: six digits, ten minutes, three attempts.

Nothing leaves the machine: whoever trains or tests reads the codes at ``GET /_sandbox/codes``. The documents of the resources
hold a one-way hash, as the service's do.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum

from kiosk.sandbox.replies import Doc, moment, stamp
from kiosk.sandbox.storage import Store

LIFETIME = timedelta(minutes=10)
ATTEMPTS = 3

_KIND = "_code"


class Check(Enum):
    """What became of an attempt."""

    RIGHT = "right"
    WRONG = "wrong"
    EXPIRED = "expired"
    USED_UP = "used_up"


class Outbox:
    """The codes that were "sent". A newer code for the same purpose replaces the older one."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    def send(self, to: str, *, purpose: str, code: str = "") -> Doc:
        """Make a code and "send" it.

        Args:
            to: address or number.
            purpose: what it confirms: the id of a validation, or ``account``.
            code: a fixed one (a project in demo mode); else a random one.

        Returns:
            ``{otp: hash, expiresAt}`` for the resource's document.
        """
        made = code or f"{secrets.randbelow(10**6):06d}"
        expires = stamp(self._now() + LIFETIME)
        sent = {
            "_id": f"{purpose}:{to}",
            "to": to,
            "purpose": purpose,
            "code": made,
            "attempts": 0,
            "expiresAt": expires,
        }
        self._store.put(_KIND, sent)
        return {"otp": hashlib.sha256(f"{purpose}:{made}".encode()).hexdigest(), "expiresAt": expires}

    def check(self, to: str, *, purpose: str, code: object) -> Check:
        """Try a code. A right one is used up by it; three wrong ones end it."""
        sent = self._store.get(_KIND, f"{purpose}:{to}")
        if sent is None:
            return Check.WRONG
        if sent["attempts"] >= ATTEMPTS:
            return Check.USED_UP
        if self._now() >= moment(sent["expiresAt"]):
            return Check.EXPIRED
        given = f"{code:06d}" if isinstance(code, int) and not isinstance(code, bool) else str(code)
        if secrets.compare_digest(given.encode("utf-8", "replace"), str(sent["code"]).encode()):
            self._store.delete(_KIND, sent["_id"])
            return Check.RIGHT
        self._store.put(_KIND, {**sent, "attempts": sent["attempts"] + 1})
        return Check.WRONG

    def forget(self, to: str, *, purpose: str) -> None:
        """Take a code back."""
        self._store.delete(_KIND, f"{purpose}:{to}")

    def sent(self) -> list[Doc]:
        """The codes that still count, newest last: ``{to, purpose, code, attempts, expiresAt}``."""
        now = self._now()
        waiting = self._store.find(_KIND, lambda sent: now < moment(sent["expiresAt"]) and sent["attempts"] < ATTEMPTS)
        return [{name: value for name, value in sent.items() if name != "_id"} for sent in waiting]
