"""Sign-in of an account: what was sent where, and the tokens that come back."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from kiosk.api.model import Model


class LoginCodeSent(Model):
    """A one-time code is on its way, by e-mail or phone; the code itself is not in here (``otp`` is a one-way hash)."""

    id: Annotated[str | None, Field(alias="_id")] = None
    status: str = ""
    email: str | None = None
    country_code: str | None = None
    phone: str | None = None
    expires_at: str | None = None


class AccessToken(Model):
    """A new account token. Some pages call it ``token``."""

    access_token: str | None = None
    token: str | None = None
    token_type: str | None = None

    @property
    def text(self) -> str:
        """The token, whatever the page calls it; empty where there is none."""
        return self.access_token or self.token or ""


class SessionUser(Model):
    """The owner of the token, with ``origin=app``."""

    id: Annotated[str | None, Field(alias="_id")] = None
    email: str | None = None
    name: str | None = None
    phone: str | None = None
    credits: float | None = None


class Session(AccessToken):
    """A renewed token, or what the current one is for."""

    user: SessionUser | None = None
    settings: Any = None
