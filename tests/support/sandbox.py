"""A real sandbox on loopback for tests: in this process on a thread, or as a process of its own.

with running_sandbox(tmp_path, fault="http500=1") as sandbox:
    httpx.get(f"{sandbox.base_url}/v2/clients/me", headers=sandbox.headers)
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from support.patience import PATIENCE_S

from kiosk.sandbox.context import Options
from kiosk.sandbox.server import AUTHORITY, Server

START_S = PATIENCE_S


@dataclass(slots=True)
class Sandbox:
    """A running sandbox.

    Attributes:
        server: with ``running_sandbox``: the server itself, for a look inside (``server.sandbox.store``).
        process: with ``sandbox_process``: its process.
    """

    base_url: str
    token: str
    data: Path
    server: Server | None = None
    process: subprocess.Popen[str] | None = None
    _client: httpx.Client | None = field(default=None, repr=False)

    @property
    def headers(self) -> dict[str, str]:
        """Those of the account."""
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def authority(self) -> Path:
        """With TLS: what a client must trust."""
        return self.data / AUTHORITY

    @property
    def client(self) -> httpx.Client:
        """A plain client with the account's token; closed with the sandbox."""
        if self._client is None:
            verify: Any = str(self.authority) if self.base_url.startswith("https") else True
            if isinstance(verify, str):
                import ssl

                verify = ssl.create_default_context(cafile=verify)
            self._client = httpx.Client(
                base_url=self.base_url, headers=self.headers, trust_env=False, timeout=20, verify=verify
            )
        return self._client

    def set_faults(self, spec: str, *, times: int | None = None, path: str = "") -> None:
        """What goes wrong from now on; ``times`` requests, under ``path``."""
        body = {"spec": spec, "path": path} | ({} if times is None else {"times": times})
        self.client.put("/_sandbox/faults", json=body).raise_for_status()

    def set_clock(self, ahead_s: float) -> None:
        """How far the sandbox's clock is ahead."""
        self.client.put("/_sandbox/clock", json={"ahead_s": ahead_s}).raise_for_status()

    def state(self) -> dict[str, Any]:
        """``{"counts": {kind: n}, "struck": {fault: n}, …}``."""
        return dict(self.client.get("/_sandbox/state").raise_for_status().json())

    def code(self, to: str) -> str:
        """The newest code "sent" to this address or number."""
        sent = self.client.get("/_sandbox/codes").raise_for_status().json()["data"]
        return str([each["code"] for each in sent if each["to"] == to][-1])

    def close(self) -> None:
        """Close the plain client."""
        if self._client is not None:
            self._client.close()
            self._client = None


@contextlib.contextmanager
def running_sandbox(
    tmp_path: Path,
    fault: str = "",
    *,
    tls: bool = False,
    seed: int = 0,
    credits: int = 100_000,
) -> Iterator[Sandbox]:
    """One in this process, on a thread of its own, with its data in ``tmp_path / "sandbox"``."""
    data = tmp_path / "sandbox"
    server = Server(Options(data=data, fault=fault, seed=seed, credits=credits), tls=tls)
    thread = threading.Thread(target=server.run, name="sandbox", daemon=True)
    thread.start()
    sandbox = Sandbox(server.base_url, server.account_token(), data, server=server)
    try:
        _until(lambda: server.started, "the sandbox did not start")
        yield sandbox
    finally:
        sandbox.close()
        server.stop()
        thread.join(PATIENCE_S)
        assert not thread.is_alive(), "the sandbox did not end"
        server.close()


@contextlib.contextmanager
def sandbox_process(tmp_path: Path, *arguments: str, port: int = 0) -> Iterator[Sandbox]:
    """``kiosk sandbox`` as a process, with its data in ``tmp_path / "sandbox"``. It may be killed inside the block."""
    data = tmp_path / "sandbox"
    command = [sys.executable, "-m", "kiosk", "sandbox", "--port", str(port), "--data", str(data), "--print-token"]
    with subprocess.Popen(
        [*command, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        try:
            assert process.stdout is not None
            token, address = process.stdout.readline().strip(), process.stdout.readline().strip()
            if not address:
                raise AssertionError(f"kiosk sandbox did not start: {process.communicate(timeout=10)[1]}")
            sandbox = Sandbox(address.split()[-1], token, data, process=process)
            yield sandbox
            sandbox.close()
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(PATIENCE_S)
                except subprocess.TimeoutExpired:
                    process.kill()


def _until(holds: Any, complaint: str) -> None:
    deadline = time.monotonic() + START_S
    while not holds():
        assert time.monotonic() < deadline, complaint
        time.sleep(0.005)
