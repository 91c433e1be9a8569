"""Order of the sources, every kind of wrong input with its message, secrets, and changing one key of the file."""

from __future__ import annotations

import stat
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.errors import Code, ConfigError
from kiosk.domain.policy import ChallengeUse, Policy
from kiosk.settings import DoorKind, Language, Secret, Settings, load, models_dir, models_mirror, save_value, to_policy
from kiosk.settings.limits import crossed, keys


def write(profile: Path, text: str) -> Path:
    profile.mkdir(exist_ok=True)
    (profile / "settings.toml").write_text(text, "utf-8")
    return profile


def test_without_anything_the_defaults_hold(tmp_path: Path) -> None:
    settings = load(tmp_path / "nowhere", environ={})
    assert settings == Settings()
    assert not settings.sources
    assert to_policy(settings) == Policy()
    assert not (tmp_path / "nowhere").exists()


def test_later_sources_win_and_are_named(tmp_path: Path) -> None:
    profile = write(tmp_path, '[camera]\nuri = "usb:1"\nwidth = 640\nheight = 480\n[ui]\nlanguage = "es"\n')
    settings = load(
        profile,
        environ={"KIOSK_CAMERA__URI": "usb:2", "KIOSK_CAMERA__WIDTH": "800", "HOME": "/x"},
        overrides={"camera.uri": "usb:3", "ui.theme": None},
    )
    assert (settings.camera.uri, settings.camera.width, settings.camera.height) == ("usb:3", 800, 480)
    assert settings.ui.language is Language.SPANISH
    assert settings.sources == {
        "camera.uri": "command line",
        "camera.width": "environment",
        "camera.height": "file",
        "ui.language": "file",
    }
    assert settings.is_set("camera.uri")
    assert not settings.is_set("ui.theme")


def test_policy_is_settable_from_file_and_environment(tmp_path: Path) -> None:
    profile = write(tmp_path, "[policy.liveness]\nmin_frames = 9\n[policy.timing]\ngranted_ms = 1000\n")
    settings = load(
        profile,
        environ={
            "KIOSK_POLICY__LIVENESS__THRESHOLD": "0.57",
            "KIOSK_POLICY__LIVENESS__CHALLENGE": "always",
            "KIOSK_CAMERA__FIELD_OF_VIEW_DEG": "78",
        },
    )
    policy = to_policy(settings)
    assert policy.liveness.min_frames == 9
    assert policy.liveness.threshold == 0.57
    assert policy.liveness.challenge is ChallengeUse.ALWAYS
    assert policy.timing.granted_ms == 1000.0
    assert policy.placement.field_of_view_deg == 78.0


def test_a_threshold_above_sure_takes_sure_with_it(tmp_path: Path) -> None:
    policy = to_policy(load(tmp_path, environ={"KIOSK_POLICY__LIVENESS__THRESHOLD": "0.97"}))
    assert policy.liveness.sure == 0.97


@pytest.mark.parametrize(
    ("networks", "threshold"), [(("a",), 0.048), (("c", "a", "b"), 0.57), (("a", "c"), 0.57), ((), 0.048)]
)
def test_the_passive_threshold_goes_with_the_networks(
    tmp_path: Path, networks: tuple[str, ...], threshold: float
) -> None:
    assert to_policy(load(tmp_path, environ={}), networks).liveness.threshold == threshold
    chosen = load(tmp_path, environ={"KIOSK_POLICY__LIVENESS__THRESHOLD": "0.3"})
    assert to_policy(chosen, networks).liveness.threshold == 0.3


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[camrea]\nuri = "usb:0"\n', "camrea in settings.toml (did you mean camera?)"),
        ('[camera]\nurl = "usb:0"\n', "camera.url in settings.toml (did you mean camera.uri?)"),
        (
            "[policy.liveness]\ntreshold = 0.5\n",
            "policy.liveness.treshold in settings.toml (did you mean policy.liveness.",
        ),
        ("[policy.placement]\nfield_of_view_deg = 60\n", "did you mean camera.field_of_view_deg?"),
        ('uri = "usb:0"\n', "uri in settings.toml (did you mean camera.uri?)"),
        ("sources = {}\n", "sources in settings.toml"),
    ],
)
def test_an_unknown_key_in_the_file_is_named_with_its_nearest(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(write(tmp_path, text), environ={})
    assert caught.value.code is Code.CONFIG_UNKNOWN_KEY
    assert caught.value.exit_status == 2
    assert named in caught.value.detail


@pytest.mark.parametrize(
    "name", ["KIOSK_CAMERA__URL", "KIOSK_CAMERA__URI__X", "KIOSK_NOPE__X", "KIOSK__X", "KIOSK_POLICY__MARGIN"]
)
def test_an_unknown_variable_is_an_error_that_names_it(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, environ={name: "1"})
    assert caught.value.code is Code.CONFIG_UNKNOWN_KEY
    assert name in caught.value.detail


def test_variables_of_others_are_left_alone(tmp_path: Path) -> None:
    assert load(tmp_path, environ={"KIOSK_HOME": "x", "KIOSKS__A": "x", "PATH": "x"}) == Settings()


def test_an_unknown_override_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, environ={}, overrides={"camera.url": "x"})
    assert caught.value.code is Code.CONFIG_UNKNOWN_KEY


@pytest.mark.parametrize(
    ("text", "key", "allowed"),
    [
        ("[policy.liveness]\nthreshold = 1.5\n", "policy.liveness.threshold = 1.5", "a number above 0 to 1"),
        ("[policy.liveness]\nthreshold = 0.0\n", "policy.liveness.threshold", "a number above 0 to 1"),
        ("[policy.liveness]\nthreshold = nan\n", "policy.liveness.threshold = nan", "a number"),
        ('[policy.liveness]\nthreshold = "0.5"\n', "policy.liveness.threshold", "a number"),
        ("[policy.timing]\nguiding_ms = inf\n", "policy.timing.guiding_ms", "a number"),
        ("[policy.timing]\nguiding_ms = 0\n", "policy.timing.guiding_ms", "above 0"),
        ("[policy.liveness]\nmin_frames = 2.5\n", "policy.liveness.min_frames", "a whole number from 1"),
        ("[camera]\nwidth = true\n", "camera.width", "a whole number"),
        ("[ui]\nfullscreen = 1\n", "ui.fullscreen", "true or false"),
        ('[ui]\nlanguage = "de"\n', "ui.language = de", "one of en, es, pt"),
        ('[station]\nmode = "exit"\n', "station.mode", "one of access, enroll"),
        ('[station]\nname = ""\n', "station.name", "printable"),
        ('[station]\ncountry = "co"\n', "station.country", "capital letters"),
        ('[station]\nname = "a\\u0007"\n', "station.name", "printable"),
        ("camera = 3\n", "camera", "a section"),
        ("[camera]\nuri = {}\n", "camera.uri", "a camera address"),
        ('[door]\nkind = "command"\n', "door.kind", "together with door.command"),
        ("[policy.placement]\nnearest_cm = 80\n", "policy.placement.nearest_cm", "less than"),
        ("[policy.light]\nmin_brightness = 240\n", "policy.light.min_brightness", "less than"),
        ("[policy.placement]\nmin_face_share = 0.9\n", "policy.placement.min_face_share", "less than"),
        ('[api]\nbase_url = "http://example.org"\n', "api.base_url", "https"),
        ('[api]\nbase_url = "https://u:p@example.org"\n', "api.base_url", "https"),
        ('[api]\nbase_url = "https://[::1"\n', "api.base_url", "https"),
        ("[station]\nname = 1979-05-27\n", "station.name", "a text"),
    ],
)
def test_a_bad_value_is_named_with_what_is_allowed(tmp_path: Path, text: str, key: str, allowed: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(write(tmp_path, text), environ={})
    assert caught.value.code is Code.CONFIG_BAD_VALUE
    assert key in caught.value.detail
    assert allowed in caught.value.detail
    assert "settings.toml" in caught.value.detail


@pytest.mark.parametrize("text", ["maybe", "", "2"])
def test_a_bad_variable_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, environ={"KIOSK_UI__FULLSCREEN": text})
    assert caught.value.code is Code.CONFIG_BAD_VALUE
    assert "KIOSK_UI__FULLSCREEN" in caught.value.detail


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"[camera]\nuri = usb:0\n", "line 2"),
        (b"[camera]\nuri = 'a'\nuri = 'b'\n", "line 3"),
        (b"\xff\xfe[camera]", "UTF-8"),
    ],
)
def test_a_file_that_is_no_toml_says_where(tmp_path: Path, content: bytes, named: str) -> None:
    (tmp_path / "settings.toml").write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, environ={})
    assert caught.value.code is Code.CONFIG_UNREADABLE
    assert named in caught.value.detail
    assert "settings.toml" in caught.value.detail


def test_a_folder_in_place_of_the_file_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").mkdir()
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, environ={})
    assert caught.value.code is Code.CONFIG_UNREADABLE


def test_a_secret_shows_itself_nowhere(tmp_path: Path) -> None:
    settings = load(tmp_path, environ={"KIOSK_API__TOKEN": "eyJ.very.secret"})
    assert settings.api.token.reveal() == "eyJ.very.secret"
    assert "secret" not in f"{settings!r} {settings.api.token} {settings.api.token!r} {[settings.api.token]}"
    assert settings.api.token == Secret("eyJ.very.secret")
    assert settings.api.token != Secret("other")
    assert len({settings.api.token, Secret("eyJ.very.secret")}) == 1


def test_a_bad_secret_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(write(tmp_path, "[api]\ntoken = 1234567\n"), environ={})
    assert "1234567" not in caught.value.detail


@pytest.mark.parametrize("text", ['["gate", "--open now"]', "gate '--open now'"])
def test_a_list_in_the_environment_is_json_or_words(tmp_path: Path, text: str) -> None:
    settings = load(tmp_path, environ={"KIOSK_DOOR__COMMAND": text, "KIOSK_DOOR__KIND": "command"})
    assert settings.door.command == ("gate", "--open now")
    assert settings.door.kind is DoorKind.COMMAND


def test_an_unfinished_list_is_a_bad_value(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, environ={"KIOSK_DOOR__COMMAND": "gate 'open"})
    assert "a list of texts" in caught.value.detail


@pytest.mark.parametrize("address", ["https://api.example.org/v2", "http://127.0.0.1:8099", "http://localhost:1/v2"])
def test_servers_by_https_or_on_this_machine(tmp_path: Path, address: str) -> None:
    assert load(tmp_path, environ={"KIOSK_API__BASE_URL": address}).api.base_url == address


def test_model_folders(tmp_path: Path) -> None:
    settings = load(tmp_path, environ={"KIOSK_MODELS__DIR": str(tmp_path), "KIOSK_MODELS__MIRROR": str(tmp_path / "m")})
    assert models_dir(settings) == tmp_path
    assert models_mirror(settings) == tmp_path / "m"
    assert models_dir(Settings()).name == "models"
    assert models_mirror(Settings()) is None


def test_every_number_has_a_range_that_holds_its_default() -> None:
    for key in keys().values():
        if key.type in (int, float):
            value: object = Settings()
            for part in key.name.split("."):
                value = getattr(value, part)
            assert key.range is not None, f"{key.name} has no range"
            assert isinstance(value, int | float)
            assert key.range.holds(value), key.name
    assert crossed(Settings()) is None


@given(value=st.floats(allow_nan=True, allow_infinity=True))
def test_a_score_outside_its_range_never_gets_in(value: float) -> None:
    name = "policy.matching.threshold"
    if 0.0 < value <= 1.0:
        assert load(Path("nowhere"), environ={}, overrides={name: value}).policy.matching.threshold == value
        return
    with pytest.raises(ConfigError) as caught:
        load(Path("nowhere"), environ={}, overrides={name: value})
    assert caught.value.code is Code.CONFIG_BAD_VALUE


@given(name=st.from_regex(r"[a-z_]{1,12}(\.[a-z_]{1,12}){0,3}", fullmatch=True))
def test_no_key_that_does_not_exist_is_swallowed(name: str) -> None:
    if name in keys():
        return
    with pytest.raises(ConfigError):
        load(Path("nowhere"), environ={}, overrides={name: "1"})


# changing the file


def test_saving_keeps_other_lines_and_comments(tmp_path: Path) -> None:
    before = "# our door\n[camera]\nuri = 'usb:1'  # left\n\n[ui]\nlanguage = 'es'\n"
    save_value(write(tmp_path, before), "camera.uri", "usb:2")
    save_value(tmp_path, "camera.width", "640")
    save_value(tmp_path, "policy.liveness.threshold", "0.5")
    text = (tmp_path / "settings.toml").read_text("utf-8")
    assert text.startswith('# our door\n[camera]\nuri = "usb:2"\nwidth = 640\n')
    assert "language = 'es'" in text
    settings = load(tmp_path, environ={})
    assert (settings.camera.uri, settings.camera.width, settings.policy.liveness.threshold) == ("usb:2", 640, 0.5)


@pytest.mark.skipif(sys.platform == "win32", reason="no permission bits")
def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    save_value(tmp_path, "api.token", "abc")
    assert stat.S_IMODE((tmp_path / "settings.toml").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "before",
    [
        'camera = { uri = "usb:1", width = 640 }\n',
        'camera.uri = "usb:1"\ncamera.width = 640\n',
        '[camera]\nwidth = 640\n"uri" = "usb:1"\n',
        '[camera]\nuri = """\nusb:1"""\nwidth = 640\n[door]\ncommand = [\n  "a",\n]\n',
    ],
)
def test_any_layout_of_the_file_can_be_changed(tmp_path: Path, before: str) -> None:
    save_value(write(tmp_path, before), "camera.uri", "usb:7")
    settings = load(tmp_path, environ={})
    assert (settings.camera.uri, settings.camera.width) == ("usb:7", 640)


@pytest.mark.parametrize(("key", "value"), [("camera.url", "x"), ("camera.width", "x"), ("door.kind", "command")])
def test_a_wrong_change_changes_nothing(tmp_path: Path, key: str, value: str) -> None:
    before = '[camera]\nuri = "usb:1"\n'
    with pytest.raises(ConfigError):
        save_value(write(tmp_path, before), key, value)
    assert (tmp_path / "settings.toml").read_text("utf-8") == before
    assert [path.name for path in tmp_path.iterdir()] == ["settings.toml"]


def test_a_file_that_is_wrong_already_is_not_made_worse(tmp_path: Path) -> None:
    before = "[camera]\nnope = 1\n"
    with pytest.raises(ConfigError) as caught:
        save_value(write(tmp_path, before), "ui.theme", "dark")
    assert "camera.nope" in caught.value.detail
    assert (tmp_path / "settings.toml").read_text("utf-8") == before


def test_saving_into_a_folder_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        save_value(tmp_path / "gone", "ui.theme", "dark")
    assert caught.value.code is Code.FILE_NOT_WRITABLE


@given(
    name=st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=64).filter(
        str.isprintable
    )
)
def test_any_text_survives_the_file(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("profile")
    save_value(folder, "station.name", name)
    assert load(folder, environ={}).station.name == name
    assert tomllib.loads((folder / "settings.toml").read_text("utf-8")) == {"station": {"name": name}}
