"""Four kinds of token share one header and are not interchangeable: four types, so that a wrong one does not compile.

All are HS256 JWTs of the server's; the client reads when one ends and never checks the signature (it has no key).
:class:`AccountTokens` keeps the account's current one, and sees to it that it is renewed once, by one thread.
"""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable
from typing import ClassVar

import jwt

from kiosk.domain.errors import ApiError, Code
from kiosk.domain.ports import Clock

logger = logging.getLogger(__name__)

RENEW_BEFORE_S = 3 * 86_400.0
TRY_AGAIN_S = 600.0
"""A renewal that failed, or a token that was refused, is tried again after this."""


class Token:
    """A bearer token that never shows itself. Make one of the four kinds below."""

    __slots__ = ("_text",)
    kind: ClassVar[str] = ""

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The token itself, for the one place that sends it."""
        return self._text

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    __str__ = __repr__


class AccountToken(Token):
    """30 days; renewed before it ends. From an e-mail or phone login, or the owner's page."""

    kind = "account"


class LivenessToken(Token):
    """About four minutes. From the creation of a biometric validation."""

    kind = "liveness session"


class RegistrationToken(Token):
    """120 minutes. From the creation of an app registration."""

    kind = "app registration"


class LoginToken(Token):
    """From a validated session, or the end of a registration."""

    kind = "app login"


def ends_at(token: Token) -> float | None:
    """When a token ends, in seconds since 1970 by the server's clock; None where it does not say, or is no JWT at all."""
    try:
        claims = jwt.decode(token.reveal(), options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError, RecursionError):  # whatever a stranger may have put into it
        return None
    ends = claims.get("exp")
    if isinstance(ends, bool) or not isinstance(ends, int | float):
        return None
    return float(ends) if abs(ends) < 1e12 and math.isfinite(ends) else None


class AccountTokens:
    """The account's token: the current one, its renewal, and whether the account still takes it. Any thread."""

    def __init__(
        self, token: AccountToken | None, *, clock: Clock, on_renewed: Callable[[AccountToken], None] | None = None
    ) -> None:
        """Start with a token, or with none.

        Args:
            token: from the keyring; None where the station has no account yet.
            clock: only differences of its monotonic time are used.
            on_renewed: told each new token, on the thread that renewed it; keeps it, and does not raise.
        """
        self._lock = threading.Lock()
        self._renewing = threading.Lock()
        self._token = token
        self._clock = clock
        self._on_renewed = on_renewed
        self._refused_ms: float | None = None
        self._failed_ms: float | None = None
        self._read: tuple[AccountToken, float | None] | None = None  # reading it takes a tenth of a call

    def current(self) -> AccountToken:
        """The token to send.

        Raises:
            ApiError: ``api_not_configured`` without one; ``api_unauthorized`` while the account refuses it, which is until
                it is changed, or some minutes later, when it is worth asking again.
        """
        with self._lock:
            if self._token is None:
                raise ApiError(Code.API_NOT_CONFIGURED, "api.token")
            if self._refused_ms is not None and self._since(self._refused_ms) < TRY_AGAIN_S:
                raise ApiError(Code.API_UNAUTHORIZED, "the token was refused", status=401)
            return self._token

    def change(self, token: AccountToken | None) -> None:
        """Another token from outside; what was known about the old one no longer counts."""
        with self._lock:
            self._token = token
            self._refused_ms = self._failed_ms = None

    def refuse(self, spent: AccountToken) -> None:
        """The account does not take this token, and did not renew it either."""
        with self._lock:
            if self._token is spent:
                self._refused_ms = self._clock.mono_ms()
        logger.info("the account refuses the token")

    def due(self, *, server_now_s: float) -> bool:
        """Whether the token ends soon and nobody has just tried in vain to renew it."""
        with self._lock:
            token = self._token
            if token is None or (self._failed_ms is not None and self._since(self._failed_ms) < TRY_AGAIN_S):
                return False
            if self._read is None or self._read[0] is not token:
                self._read = (token, ends_at(token))
            ends = self._read[1]
        return ends is not None and ends - server_now_s < RENEW_BEFORE_S

    def renew(self, spent: AccountToken, ask: Callable[[AccountToken], AccountToken], *, wait_s: float) -> AccountToken:
        """A newer token than ``spent``: somebody else's renewal, or our own.

        Args:
            spent: what was sent.
            ask: asks the account for a new one.
            wait_s: for somebody else's renewal to end.

        Raises:
            ApiError: there is none, as ``ask`` said; ``api_timeout`` where another thread is still asking.
        """
        if not self._renewing.acquire(timeout=max(wait_s, 0.0)):
            raise ApiError(Code.API_TIMEOUT, "renewal of the token")
        try:
            with self._lock:
                if self._token is not None and self._token is not spent:
                    return self._token
            try:
                fresh = ask(spent)
            except ApiError:
                with self._lock:
                    self._failed_ms = self._clock.mono_ms()
                raise
            with self._lock:
                if self._token is not spent:  # changed from outside meanwhile: that one is meant
                    return self._token or fresh
                self._token = fresh
                self._refused_ms = self._failed_ms = None
        finally:
            self._renewing.release()
        logger.info("the account renewed the token")
        if self._on_renewed is not None:
            self._on_renewed(fresh)
        return fresh

    def _since(self, at_ms: float) -> float:
        return (self._clock.mono_ms() - at_ms) / 1000
