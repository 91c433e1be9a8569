"""``kiosk config`` and the frame of the command line: help, usage, errors in words and in JSON."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from kiosk import __version__
from kiosk.cli import COMMANDS, root
from kiosk.cli.remote import TOKEN, has_account
from kiosk.domain.errors import Code, ConfigError, StoreError
from kiosk.keys import open_vault
from kiosk.settings import load


def run(*arguments: str, env: dict[str, str] | None = None, input: str = "") -> tuple[int, str, str]:
    result = CliRunner().invoke(root, arguments, env=env, input=input, prog_name="kiosk")
    return result.exit_code, result.stdout, result.stderr


def test_version() -> None:
    assert run("--version") == (0, f"kiosk {__version__}\n", "")


def test_help_lists_every_command_with_what_it_is_for() -> None:
    status, out, err = run("--help")
    assert (status, err) == (0, "")
    for name, entry in COMMANDS.items():
        assert f"  {name}" in out
        assert entry.says in out


def every_command() -> list[list[str]]:
    found = []
    for name, entry in COMMANDS.items():
        command = entry.load()
        found.append([name])
        if isinstance(command, click.Group):
            found.extend([name, sub] for sub in command.commands)
    return found


@pytest.mark.parametrize("words", every_command(), ids=" ".join)
def test_every_command_explains_itself_with_an_example(words: list[str]) -> None:
    status, out, err = run(*words, "--help")
    assert (status, err) == (0, "")
    assert "Example" in out
    assert f"kiosk {words[0]}" in out.split("Example", 1)[1]


@pytest.mark.parametrize(
    "words", [["nonsense"], ["config", "nonsense"], ["config", "show", "--nope"], ["config", "set", "x"]]
)
def test_wrong_usage_is_2(words: list[str], tmp_path: Path) -> None:
    status, out, err = run(*words)
    assert status == 2
    assert out == ""
    assert "Usage: kiosk" in err


def test_show_names_values_and_sources_and_creates_nothing(tmp_path: Path) -> None:
    profile = tmp_path / "door"
    status, out, err = run("config", "show", "--profile", str(profile), env={"KIOSK_UI__THEME": "dark"})
    assert (status, err) == (0, "")
    assert "theme = dark   (environment)\n" in out
    assert "fullscreen = false\n" in out
    assert "[policy.liveness]\n" in out
    assert not profile.exists()


def test_show_json_is_nested_and_hides_the_token(tmp_path: Path) -> None:
    status, out, _ = run("config", "show", "--json", "--profile", str(tmp_path), env={"KIOSK_API__TOKEN": "eyJsecret"})
    answer = json.loads(out)
    assert status == 0
    assert answer["api"]["token"] == "(hidden)"
    assert answer["policy"]["matching"]["threshold"] == 0.5
    assert answer["sources"]["api.token"] == "environment"
    assert "eyJsecret" not in out


def test_set_then_check(tmp_path: Path) -> None:
    profile = str(tmp_path / "door")
    assert run("config", "set", "camera.uri=usb:2", "--profile", profile)[0] == 0
    status, out, _ = run("config", "check", "--profile", profile, "--json")
    assert status == 0
    assert json.loads(out)["ok"] is True
    assert "camera.uri" in json.loads(out)["changed"]


def everything_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_token_goes_into_the_vault_and_is_never_shown(tmp_path: Path) -> None:
    profile = tmp_path / "door"
    words = ("--profile", str(profile))
    status, out, err = run("config", "set", "api.token=-", *words, "--json", input="eyJsecret\n")
    assert status == 0
    assert json.loads(out) == {"key": "api.token", "value": "(hidden)", "kept_in": "file"}
    assert "no usable keyring" in err  # said aloud: tests have none
    assert {name for name, content in everything_in(profile).items() if b"eyJsecret" in content} == {"account.token"}
    secret = next(profile.rglob("account.token"))
    if sys.platform != "win32":
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    status, out, _ = run("config", "show", *words, "--json")
    answer = json.loads(out)
    assert answer["api"]["token"] == "(hidden)"
    assert answer["sources"]["api.token"] == "file"
    assert "eyJsecret" not in out
    assert "token = (hidden)   (file)\n" in run("config", "show", *words)[1]


def test_a_token_that_stood_in_the_settings_file_leaves_it(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('[api]\ntoken = "eyJold"\n')
    status, out, _ = run("config", "set", "api.token=eyJnew", "--profile", str(tmp_path))
    assert status == 0
    assert out == "api.token is now in a file of the profile that only you may read.\n"
    assert "eyJold" not in (tmp_path / "settings.toml").read_text("utf-8")
    assert open_vault(tmp_path).get(TOKEN) == "eyJnew"
    assert has_account(load(tmp_path, environ={}), tmp_path)


def test_a_token_can_be_forgotten(tmp_path: Path) -> None:
    for value in ("eyJone", ""):
        assert run("config", "set", f"api.token={value}", "--profile", str(tmp_path))[0] == 0
    assert open_vault(tmp_path).get(TOKEN) is None
    assert not has_account(load(tmp_path, environ={}), tmp_path)
    answer = json.loads(run("config", "show", "--json", "--profile", str(tmp_path))[1])
    assert answer["api"]["token"] == ""


def test_a_token_in_the_environment_counts_and_is_said_to(tmp_path: Path) -> None:
    env = {"KIOSK_API__TOKEN": "eyJenvironment"}
    status, _, err = run("config", "set", "api.token=eyJkept", "--profile", str(tmp_path), env=env)
    assert status == 0
    assert "KIOSK_API__TOKEN" in err
    assert "eyJ" not in err


def test_a_login_in_a_camera_address_is_not_shown(tmp_path: Path) -> None:
    env = {"KIOSK_CAMERA__URI": "rtsp://admin:hunter22@10.0.0.9/live"}
    for words in (["config", "show"], ["config", "show", "--json"]):
        status, out, _ = run(*words, "--profile", str(tmp_path), env=env)
        assert status == 0
        assert "10.0.0.9/live" in out
        assert "hunter22" not in out


def test_check_reads_the_camera_address(tmp_path: Path) -> None:
    status, _, err = run("config", "check", "--profile", str(tmp_path), env={"KIOSK_CAMERA__URI": "nonsense"})
    assert status == 2
    assert "(camera_bad_uri: " in err


def test_a_wrong_set_leaves_no_folder_behind(tmp_path: Path) -> None:
    status, out, err = run("config", "set", "camera.url=usb:2", "--profile", str(tmp_path / "door"))
    assert (status, out) == (2, "")
    assert "config_unknown_key: camera.url" in err
    assert not (tmp_path / "door").exists()


def test_an_unknown_key_in_the_file_is_2_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("[camera]\nurl = 'usb:0'\n")
    status, out, err = run("config", "check", "--profile", str(tmp_path))
    assert (status, out) == (2, "")
    assert err.startswith("Error: ")
    assert "(config_unknown_key: camera.url in settings.toml (did you mean camera.uri?))" in err


def test_an_error_as_json_is_an_object_on_stdout(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("[camera\n")
    status, out, err = run("config", "show", "--json", "--profile", str(tmp_path))
    error = json.loads(out)["error"]
    assert (status, err) == (2, "")
    assert error["code"] == "config_unreadable"
    assert set(error) == {"code", "text", "remedy", "detail"}
    assert "line 1" in error["detail"]


def test_a_read_only_profile_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    status, _, err = run("config", "set", "ui.theme=dark", "--profile", str(tmp_path / "file" / "door"))
    assert status == 2
    assert "(profile_read_only: " in err


# the frame, with a command of the test's own


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    """A command that raises what the test puts in the list."""
    from kiosk.cli import Entry

    planned: list[BaseException] = []

    @click.command("fail")
    def fail() -> None:
        raise planned[0]

    monkeypatch.setitem(COMMANDS, "fail", Entry("Fails.", lambda: fail))
    return planned


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (StoreError(Code.STORE_NEWER, "station.db is version 9"), 3),
        (ConfigError(Code.CONFIG_BAD_VALUE, "x"), 2),
        (KeyboardInterrupt(), 130),
        (click.Abort(), 130),
        (BrokenPipeError(), 141),
    ],
)
def test_every_end_has_its_status(failing: list[BaseException], error: BaseException, expected: int) -> None:
    failing.append(error)
    assert run("fail")[0] == expected


def test_ctrl_c_is_quiet(failing: list[BaseException]) -> None:
    failing.append(KeyboardInterrupt())
    assert run("fail")[1:] == ("", "")


@pytest.mark.expects_log
def test_our_bug_is_4_with_the_place_of_the_details_and_no_values(failing: list[BaseException]) -> None:
    failing.append(RuntimeError("a@b.example 1032456789"))
    status, out, err = run("fail")
    assert (status, out) == (4, "")
    assert "RuntimeError; details are in " in err
    assert "a@b" not in err
    assert "Traceback" not in err
    path = Path(err.split("details are in ")[1].strip().rstrip(")"))
    assert "RuntimeError" in path.read_text("utf-8")


def test_errors_speak_the_language_of_the_settings(tmp_path: Path) -> None:
    said = {}
    for language in ("en", "es", "pt"):
        env = {"KIOSK_UI__LANGUAGE": language, "KIOSK_CAMERA__URL": "x"}
        said[language] = run("config", "show", "--profile", str(tmp_path), env=env)[2].splitlines()[0]
    assert len(set(said.values())) == 3
    assert all(line.startswith("Error: ") for line in said.values())
