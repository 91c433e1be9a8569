"""A transport that keeps what it is asked to carry and answers what it was told to: our own port, so a hand-written fake."""

from __future__ import annotations

from typing import Any

from kiosk.api.operation import Call, Reply


class RecordingTransport:
    """Answers every call with the same body."""

    def __init__(self, body: Any = None, status: int = 200) -> None:
        self.body = body
        self.status = status
        self.calls: list[Call] = []

    def send(self, call: Call) -> Reply:
        self.calls.append(call)
        return Reply(status=self.status, body=self.body, headers={}, operation=call.operation)

    @property
    def last(self) -> Call:
        return self.calls[-1]
