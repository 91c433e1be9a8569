from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError
from support.patience import PATIENCE_S

from kiosk import keys
from kiosk.domain.errors import Code, StoreError
from kiosk.keys import VaultKind, open_vault

posix_only = pytest.mark.skipif(os.name != "posix", reason="file modes are a POSIX matter")


class DictKeyring(KeyringBackend):
    """A keyring that works, or is locked."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[tuple[str, str], str] = {}
        self.is_locked = False
        self.hangs: threading.Event | None = None

    def _ask(self) -> None:
        if self.hangs is not None:
            self.hangs.wait(PATIENCE_S)
        if self.is_locked:
            raise KeyringLocked("the secret hunter2")

    def get_password(self, service: str, username: str) -> str | None:
        self._ask()
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._ask()
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._ask()
        if self.held.pop((service, username), None) is None:
            raise PasswordDeleteError


@pytest.fixture
def ring() -> Iterator[DictKeyring]:
    before = keyring.get_keyring()
    backend = DictKeyring()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


def test_without_a_keyring_secrets_are_private_files_and_that_is_said(tmp_path: Path):
    vault = open_vault(tmp_path)
    assert vault.kind is VaultKind.FILE
    assert vault.kind == "file"
    assert vault.notice == "notice.secrets_in_files"
    assert vault.get("token") is None
    vault.set("token", "sésame")
    vault.set("token", "sésame 2")
    assert open_vault(tmp_path).get("token") == "sésame 2"
    assert [f.name for f in (tmp_path / "secrets").iterdir()] == ["token"]
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
        assert stat.S_IMODE((tmp_path / "secrets" / "token").stat().st_mode) == 0o600
    vault.delete("token")
    vault.delete("token")
    assert open_vault(tmp_path).get("token") is None


def test_nothing_is_left_to_delete_in_a_new_profile(tmp_path: Path):
    open_vault(tmp_path).delete("token")
    assert not (tmp_path / "secrets").exists()


def test_in_the_keyring_two_profiles_never_share_a_name(tmp_path: Path, ring: DictKeyring):
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        folder.mkdir()
        vault = open_vault(folder)
        assert (vault.kind, vault.notice) == (VaultKind.KEYRING, "")
        vault.set("token", f"of {folder.name}")
    assert [open_vault(folder).get("token") for folder in folders] == ["of a", "of b"]
    assert len(ring.held) == 2  # the probe is gone
    moved = folders[0].rename(tmp_path / "c")
    assert open_vault(moved).get("token") == "of a"
    assert all("of a" not in file.read_text() for file in moved.iterdir())
    open_vault(moved).delete("token")
    open_vault(moved).delete("token")
    assert len(ring.held) == 1


def test_a_keyring_that_does_not_answer_later_never_becomes_a_new_secret(tmp_path: Path, ring: DictKeyring):
    open_vault(tmp_path).set("token", "x")
    ring.is_locked = True
    vault = open_vault(tmp_path)
    assert vault.kind is VaultKind.KEYRING
    for call in (lambda: vault.get("token"), lambda: vault.ensure("token", lambda: "new")):
        with pytest.raises(StoreError) as caught:
            call()
        assert caught.value.code is Code.VAULT_FAILED
        assert caught.value.retryable
        assert "hunter2" not in caught.value.detail
        assert caught.value.__cause__ is None
    ring.is_locked = False
    assert vault.get("token") == "x"


def test_a_keyring_that_is_locked_at_first_means_files_for_good(tmp_path: Path, ring: DictKeyring):
    ring.is_locked = True
    open_vault(tmp_path).set("token", "x")
    ring.is_locked = False
    assert open_vault(tmp_path).kind is VaultKind.FILE
    assert open_vault(tmp_path).get("token") == "x"
    (tmp_path / "vault.json").unlink()  # the decision is lost, not the secrets
    assert open_vault(tmp_path).get("token") == "x"


def test_a_keyring_that_hangs_is_left_behind(tmp_path: Path, ring: DictKeyring, monkeypatch: pytest.MonkeyPatch):
    open_vault(tmp_path).set("token", "x")
    ring.hangs = threading.Event()
    monkeypatch.setattr(keys, "_KEYRING_S", 0.05)
    with pytest.raises(StoreError) as caught:
        open_vault(tmp_path).get("token")
    ring.hangs.set()
    assert (caught.value.code, caught.value.detail) == (Code.VAULT_FAILED, "keyring: TimeoutError")


def test_a_throw_away_profile_leaves_the_keyring_alone(tmp_path: Path, ring: DictKeyring):
    vault = open_vault(tmp_path, use_keyring=False)
    vault.set("token", "x")
    assert vault.kind is VaultKind.FILE
    assert ring.held == {}


@posix_only
@pytest.mark.expects_log
def test_a_secret_that_others_may_read_is_made_private(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    vault = open_vault(tmp_path)
    vault.set("token", "hunter2")
    file = tmp_path / "secrets" / "token"
    file.chmod(0o644)
    assert vault.get("token") == "hunter2"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "token could be read by other users" in caplog.text
    assert "hunter2" not in caplog.text


@posix_only
def test_a_secret_that_is_a_link_or_somebody_elses_is_refused(tmp_path: Path):
    vault = open_vault(tmp_path)
    vault.set("token", "x")
    (tmp_path / "secrets" / "other").symlink_to(tmp_path / "secrets" / "token")
    with pytest.raises(StoreError) as caught:
        vault.get("other")
    assert caught.value.code is Code.VAULT_FAILED
    if os.geteuid() == 0:
        os.chown(tmp_path / "secrets" / "token", 65534, 65534)
        with pytest.raises(StoreError, match="not a file of this user"):
            vault.get("token")


@pytest.mark.parametrize("name", ["", "Token", "../x", "a/b", "-x", "x" * 65])
def test_names_are_plain(tmp_path: Path, name: str):
    vault = open_vault(tmp_path)
    for call in (lambda: vault.get(name), lambda: vault.set(name, "x"), lambda: vault.delete(name)):
        with pytest.raises(ValueError):
            call()
    with pytest.raises(ValueError):
        vault.set("token", "")


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"kind": "cloud", "profile": "x"}', "\x00"])
def test_a_vault_that_cannot_be_read_is_named_and_never_replaced(tmp_path: Path, content: str):
    (tmp_path / "vault.json").write_text(content)
    with pytest.raises(StoreError) as caught:
        open_vault(tmp_path)
    assert caught.value.code is Code.VAULT_FAILED
    assert (tmp_path / "vault.json").read_text() == content


@posix_only
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path):
    with pytest.raises(StoreError) as caught:
        open_vault(tmp_path / "missing")
    assert caught.value.code is Code.VAULT_FAILED


def test_programs_that_start_together_agree_on_a_new_secret(tmp_path: Path):
    code = (
        "import os, sys; from pathlib import Path; from kiosk.keys import open_vault\n"
        "print(open_vault(Path(sys.argv[1])).ensure('database', lambda: os.urandom(32).hex()))"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    said = {process.communicate(timeout=60)[0].strip() for process in running}
    assert len(said) == 1
    assert len(said.pop()) == 64
    assert json.loads((tmp_path / "vault.json").read_text())["kind"] == "file"


def test_a_secret_that_was_not_kept_is_not_used(tmp_path: Path, ring: DictKeyring, monkeypatch: pytest.MonkeyPatch):
    vault = open_vault(tmp_path)
    monkeypatch.setattr(DictKeyring, "set_password", lambda *_: None)
    with pytest.raises(StoreError) as caught:
        vault.ensure("database", lambda: "key")
    assert caught.value.code is Code.VAULT_FAILED


def test_the_keyring_is_not_loaded_before_it_is_needed():
    code = "import sys, kiosk.keys; sys.exit('keyring' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False).returncode == 0
