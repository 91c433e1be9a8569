"""How the sandbox says no: one exception with a status and one of the documented error bodies. Routes raise it, the
router sends it."""

from __future__ import annotations

from typing import Any


class Fault(Exception):
    """An answer that is not a success.

    ``Fault(409, "MissingParameter", "missing url\\n")`` is sent as ``{"code", "message"}``. The router may turn the status into
    one that the operation documents (:func:`kiosk.sandbox.routing.documented`); the body stays.

    Args:
        status: HTTP status.
        code: machine code, ``MissingParameter``.
        message: sentence or token, with ``NNN:`` and ``@score`` where the pages print them.
        extra: further members of the body (``data``, ``status``, ``details``).
        headers: further headers (``Retry-After``).
    """

    def __init__(
        self, status: int, code: str, message: str, *, headers: dict[str, str] | None = None, **extra: Any
    ) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.body: dict[str, Any] = {"code": code, "message": message, **extra}
        self.headers = headers or {}

    @classmethod
    def plain(cls, status: int, error: str, token: str = "") -> Fault:
        """``{"error", "message": TOKEN}`` of the older pages."""
        fault = cls(status, token, error)
        fault.body = {"error": error, "message": token} if token else {"error": error}
        return fault

    @classmethod
    def numbered(cls, status: int, code: str, message: str) -> Fault:
        """``{code, message, status}`` of the app registrations."""
        fault = cls(status, code, message)
        fault.body["status"] = status
        return fault

    @classmethod
    def flagged(cls, status: int, code: str, error: str) -> Fault:
        """``{"success": false, "error", "code"}`` of the generated pages."""
        fault = cls(status, code, error)
        fault.body = {"success": False, "error": error, "code": code}
        return fault


def missing(*names: str) -> Fault:
    """409: these fields are not there. Several are joined the way the service joins them."""
    return invalid(*(f"missing {name}\n" for name in names))


def invalid(*texts: str) -> Fault:
    """409 with the faults of the parameters, each as it is to be read."""
    return Fault(409, "MissingParameter", ". ".join(texts))


def record_not_found() -> Fault:
    """404 in the words of webhooks and app logins, which is used wherever a page has none of its own."""
    return Fault(404, "NotFound", "Record not found.")


def not_an_image() -> Fault:
    """412: neither base64 nor long enough to be a picture."""
    return Fault(412, "ERROR", "only_images_in_base64")
