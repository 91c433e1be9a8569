"""Four kinds of token, as the service issues them: HS256 JWTs with a lifetime each. Renewal may void all earlier ones.

The signing key is made once and kept with the data, so tokens outlive a restart. Tokens are never logged and never kept.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import jwt

from kiosk.sandbox.storage import Store


class Kind(StrEnum):
    """What a token is for; the value is the first claim in it, which holds whose it is."""

    ACCOUNT = "clientId"
    LIVENESS = "livenessSessionId"
    REGISTRATION = "appRegistrationId"
    LOGIN = "appLoginId"


LIFETIME = {
    Kind.ACCOUNT: timedelta(days=30),
    Kind.LIVENESS: timedelta(minutes=4),
    Kind.REGISTRATION: timedelta(minutes=120),
    Kind.LOGIN: timedelta(hours=1),  # nobody says; long enough to add a face to a login
}
RESENT_LINK = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says: its kind, the id of what it stands for, whether its time is over or it was voided."""

    kind: Kind
    subject: str
    ended: bool


class Tokens:
    """Issues and reads tokens.

    Args:
        store: keeps the key, and the number from which on account tokens count.
        now: the sandbox's clock.
    """

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        kept = store.get("_secret", "signing") or store.put("_secret", {"_id": "signing", "key": secrets.token_hex(32)})
        self._key = str(kept["key"])

    def issue(self, kind: Kind, subject: str, *, lifetime: timedelta | None = None) -> str:
        """A fresh token of this kind for this id."""
        now = self._now()
        claims = {
            kind.value: subject,
            "iat": int(now.timestamp()),
            "exp": int((now + (lifetime or LIFETIME[kind])).timestamp()),
            "jti": secrets.token_hex(8),
        }
        if kind is Kind.ACCOUNT:
            claims["generation"] = self._generation()
        return jwt.encode(claims, self._key, algorithm="HS256")

    def read(self, token: str) -> Claims | None:
        """What the token says; None for one that is not ours."""
        try:
            claims = jwt.decode(
                token, self._key, algorithms=["HS256"], options={"verify_exp": False, "verify_iat": False}
            )
        except jwt.InvalidTokenError:
            return None
        kind = next((kind for kind in Kind if kind.value in claims), None)
        if kind is None:
            return None
        ended = self._now().timestamp() >= claims["exp"]
        if kind is Kind.ACCOUNT:
            ended = ended or claims.get("generation") != self._generation()
        return Claims(kind, str(claims[kind.value]), ended)

    def void_all(self) -> None:
        """Every account token issued until now stops working."""
        self._store.put("_secret", {"_id": "generation", "value": self._generation() + 1})

    def _generation(self) -> int:
        kept = self._store.get("_secret", "generation")
        return int(kept["value"]) if kept else 0
