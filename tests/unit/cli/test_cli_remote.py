"""Whose token, where it is kept, and what becomes of a renewed one. No server is asked."""

from __future__ import annotations

import base64
import json
import logging
import sys
from pathlib import Path

import pytest

from kiosk.api.tokens import AccountToken
from kiosk.cli.remote import NOTE, TOKEN, account, has_account, keep_token, kept_in, open_account
from kiosk.domain.errors import ApiError, Code, StoreError
from kiosk.keys import VaultKind, open_vault
from kiosk.settings import Settings, load
from kiosk.station.clock import SystemClock

HERE = {"KIOSK_API__BASE_URL": "http://127.0.0.1:9"}


def jwt(name: str) -> str:
    parts = ({"alg": "HS256"}, {"sub": name})
    return (
        ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts) + ".c2ln"
    )


def settings_of(folder: Path, **environ: str) -> Settings:
    return load(folder, environ=HERE | environ)


def current(folder: Path, **environ: str) -> str:
    with account(settings_of(folder, **environ), folder, SystemClock()) as connection:
        return connection.transport.tokens.current().reveal()


def test_a_profile_without_a_token_has_no_account_and_touches_no_vault(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    assert not has_account(settings, tmp_path)
    assert kept_in(tmp_path) is None
    with pytest.raises(ApiError) as caught:
        open_account(settings, tmp_path, SystemClock())
    assert caught.value.code is Code.API_NOT_CONFIGURED


def test_a_kept_token_is_used_and_the_settings_come_first(tmp_path: Path) -> None:
    keep_token(tmp_path, jwt("kept"))
    assert has_account(settings_of(tmp_path), tmp_path)
    assert kept_in(tmp_path) is VaultKind.FILE
    assert current(tmp_path) == jwt("kept")
    assert current(tmp_path, KIOSK_API__TOKEN=jwt("given")) == jwt("given")


def test_a_forgotten_token_is_gone(tmp_path: Path) -> None:
    keep_token(tmp_path, jwt("kept"))
    keep_token(tmp_path, "")
    assert not has_account(settings_of(tmp_path), tmp_path)
    assert open_vault(tmp_path).get(TOKEN) is None


def test_a_note_without_a_token_is_no_account(tmp_path: Path) -> None:
    keep_token(tmp_path, jwt("kept"))
    open_vault(tmp_path).delete(TOKEN)
    with pytest.raises(ApiError) as caught:
        open_account(settings_of(tmp_path), tmp_path, SystemClock())
    assert caught.value.code is Code.API_NOT_CONFIGURED


def test_a_renewed_token_goes_where_the_old_one_was(tmp_path: Path) -> None:
    keep_token(tmp_path, jwt("old"))
    with account(settings_of(tmp_path), tmp_path, SystemClock()) as connection:
        tokens = connection.transport.tokens
        tokens.renew(tokens.current(), lambda _: AccountToken(jwt("new")), wait_s=0.0)
    assert open_vault(tmp_path).get(TOKEN) == jwt("new")


def test_a_renewed_token_of_the_environment_is_written_nowhere(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    given = {"KIOSK_API__TOKEN": jwt("given")}
    with account(settings_of(tmp_path, **given), tmp_path, SystemClock()) as connection:
        tokens = connection.transport.tokens
        tokens.renew(tokens.current(), lambda _: AccountToken(jwt("new")), wait_s=0.0)
    assert list(tmp_path.iterdir()) == []
    assert "eyJ" not in caplog.text


@pytest.mark.expects_log
@pytest.mark.skipif(sys.platform == "win32", reason="no permission bits")
def test_a_renewed_token_that_cannot_be_kept_is_used_all_the_same(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    keep_token(tmp_path, jwt("old"))
    with account(settings_of(tmp_path), tmp_path, SystemClock()) as connection:
        tokens = connection.transport.tokens
        (tmp_path / "secrets" / TOKEN).unlink()
        (tmp_path / "secrets").rmdir()
        (tmp_path / "secrets").write_text("")  # in the way
        tokens.renew(tokens.current(), lambda _: AccountToken(jwt("new")), wait_s=0.0)
        assert tokens.current().reveal() == jwt("new")
    (record,) = (entry for entry in caplog.records if entry.levelno >= logging.WARNING)
    assert record.getMessage() == "the renewed token could not be kept: vault_failed"


@pytest.mark.skipif(sys.platform == "win32", reason="no permission bits")
def test_a_note_that_cannot_be_written_is_an_error_of_the_store(tmp_path: Path) -> None:
    open_vault(tmp_path)
    (tmp_path / NOTE).mkdir()
    (tmp_path / NOTE / "inside").touch()
    with pytest.raises(StoreError):
        keep_token(tmp_path, "")
