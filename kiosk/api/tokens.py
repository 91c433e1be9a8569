"""Four kinds of token share one header and are not interchangeable: four types, so that a wrong one does not compile.

All are HS256 JWTs of the server's; the client reads when one ends and never checks the signature (it has no key).
"""

from __future__ import annotations

from typing import ClassVar


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
