"""Arguments of calls as values, and sample values. Tests only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kiosk.api.tokens import LivenessToken, LoginToken, RegistrationToken

ID = "65a0000000000000000000ff"
UUID = "0f6a2c1e-7b1d-4c55-9a34-5d2f8e1b7c90"
WHEN = "2030-01-02T03:04:05.000Z"
PICTURE = "/9j/" + "A" * 200
REGISTRATION = RegistrationToken("registration.made.up")
LIVENESS = LivenessToken("liveness.made.up")
LOGIN = LoginToken("login.made.up")


@dataclass(frozen=True, slots=True)
class Given:
    """Arguments of one call."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any]


def given(*args: Any, **kwargs: Any) -> Given:
    """As one writes the call."""
    return Given(args, kwargs)
