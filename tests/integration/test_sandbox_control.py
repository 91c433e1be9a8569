"""The control endpoints, data over a restart and a kill, and the command itself."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from support.patience import PATIENCE_S, PROGRAM_S
from support.sandbox import running_sandbox, sandbox_process

from kiosk.domain.errors import Code, ConfigError, StoreError
from kiosk.sandbox import ids
from kiosk.sandbox.context import Options
from kiosk.sandbox.server import Server

HOOK = {"url": "http://127.0.0.1:9/hook", "name": "Desk", "isActive": False}


def test_a_new_sandbox_has_what_the_seed_page_names(tmp_path: Path) -> None:
    with running_sandbox(tmp_path) as sandbox:
        state = sandbox.state()
        assert state["counts"] == {"client": 1, "collection": 1, "credit": 1, "project": 1, "projectFlow": 2}
        public = sandbox.client.get("/v2/projects/kyc", params={"id": ids.PROJECT, "type": "login"}).json()["data"]
        assert public["_id"] == "66df5bf5c4d855fb0bdf5da2"
        assert [flow["_id"] for flow in public["projectFlows"]] == ["66df5c22c4d855fb0bdf5da9"]


def test_bad_control_requests_change_nothing(tmp_path: Path) -> None:
    with running_sandbox(tmp_path) as sandbox:
        for body in ({"spec": "nothing=1"}, {}, {"spec": 1}, {"spec": "", "times": -1}):
            assert sandbox.client.put("/_sandbox/faults", json=body).status_code == 409
        for body in ({}, {"ahead_s": "1"}, {"ahead_s": 1e12}):
            assert sandbox.client.put("/_sandbox/clock", json=body).status_code == 409
        assert sandbox.state()["faults"] == {}
        assert sandbox.client.get("/_sandbox/nothing").status_code == 404
        assert sandbox.client.post("/_sandbox/state").status_code == 405


def test_a_restart_keeps_data_and_tokens(tmp_path: Path) -> None:
    with running_sandbox(tmp_path) as first:
        made = first.client.post("/v2/webhooks", json=HOOK).json()["data"]
        headers = first.headers
    with running_sandbox(tmp_path) as second:
        found = second.client.get(f"/v2/webhooks/{made['_id']}", headers=headers)
        assert found.json()["data"] == made
        assert second.state()["counts"]["credit"] == 1  # the first content is written once


def test_a_killed_sandbox_loses_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    acknowledged: list[str] = []
    with sandbox_process(tmp_path) as sandbox:
        assert sandbox.process is not None
        for number in range(200):
            response = sandbox.client.post("/v2/webhooks", json={**HOOK, "name": f"Desk {number}"})
            acknowledged.append(response.raise_for_status().json()["data"]["_id"])
            if number == 60:
                sandbox.process.kill()
                break
        sandbox.process.wait(PATIENCE_S)
    with running_sandbox(tmp_path) as again:
        for key in acknowledged:
            again.client.get(f"/v2/webhooks/{key}").raise_for_status()
        assert again.state()["counts"]["webhook"] == len(acknowledged) == 61


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_signal_ends_the_command_with_nought(tmp_path: Path, name: str) -> None:
    with sandbox_process(tmp_path) as sandbox:
        assert sandbox.client.get("/v2/clients/me").status_code == 200  # the first line was the token alone
        assert sandbox.process is not None
        sandbox.process.send_signal(getattr(signal, name))
        assert sandbox.process.wait(PATIENCE_S) == 0
        assert sandbox.process.stderr is not None
        assert sandbox.process.stderr.read() == ""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kiosk", "sandbox", *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=PROGRAM_S,
    )


def test_wrong_usage_is_two_and_names_what_is_wrong(tmp_path: Path) -> None:
    data = ("--data", str(tmp_path / "data"))
    for arguments, named in [
        (("--fault", "nonsense=1"), "nonsense"),
        (("--host", "0.0.0.0"), "--expose"),
        (("--fault", "tls=1"), "--tls"),
    ]:
        ended = run(*data, *arguments)
        assert ended.returncode == 2, ended.stderr
        assert named in ended.stderr
    assert not (tmp_path / "data").exists()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = run(*data, "--port", str(taken.getsockname()[1]), "--json")
    assert ended.returncode == 2
    assert json.loads(ended.stdout)["error"]["code"] == "config_bad_value"


def test_a_missing_extra_is_named_with_its_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ConfigError) as lacking:
        Server(Options(data=tmp_path))
    assert lacking.value.code is Code.LIBRARY_MISSING
    assert "pip install 'kiosk[sandbox]'" in lacking.value.detail


def test_a_folder_in_use_is_refused_and_the_port_given_back(tmp_path: Path) -> None:
    with running_sandbox(tmp_path) as sandbox, pytest.raises(StoreError) as refused:
        Server(Options(data=sandbox.data))
    assert refused.value.code is Code.STORE_LOCKED


def test_control_is_for_this_machine_alone(tmp_path: Path) -> None:
    from starlette.requests import Request

    from kiosk.sandbox.control import is_local

    def from_(host: str) -> Request:
        return Request({"type": "http", "client": (host, 1), "headers": []})

    assert [is_local(from_(host)) for host in ("127.0.0.1", "::1", "192.0.2.1", "nonsense")] == [
        True,
        True,
        False,
        False,
    ]
    assert not is_local(Request({"type": "http", "client": None, "headers": []}))


def test_ipv6_loopback(tmp_path: Path) -> None:
    import threading

    try:
        server = Server(Options(data=tmp_path / "data"), host="::1")
    except ConfigError:
        pytest.skip("no IPv6 on this machine")
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        assert httpx.get(f"{server.base_url}/_sandbox/state", trust_env=False, timeout=20).status_code == 200
    finally:
        server.stop()
        thread.join(PATIENCE_S)
        server.close()
