"""``kiosk enroll`` and ``kiosk identify`` with real pictures and networks, and with every kind of wrong input."""

from __future__ import annotations

import json
import signal
import struct
import subprocess
import sys
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from support.patience import PROGRAM_S
from support.station_parts import wait_until

from kiosk.camera.stills import encode_jpeg, read_picture
from kiosk.cli import root
from kiosk.domain.errors import Code, ModelError, StoreError
from kiosk.paths import models_folder
from kiosk.station.desk import Answer, Desk, enrol
from kiosk.vision.models import ModelFiles

CORE_AND_PICTURES = ("face_landmarker", "face_embedding", "liveness_a", "portrait_a", "portrait_a2", "portrait_b")


@pytest.fixture(scope="session")
def weights(request: pytest.FixtureRequest) -> ModelFiles:
    """Core weights and portraits, fetched once; skips where no source answers."""
    files = ModelFiles(models_folder())
    mirror = Path(request.config.rootpath).parent / "shared" / "models"
    try:
        files.fetch(CORE_AND_PICTURES, mirror=mirror if mirror.is_dir() else None)
    except ModelError as error:
        pytest.skip(f"the weights cannot be had here: {error.code}")
    return files


def run(*arguments: str | Path, profile: Path, env: Mapping[str, str] | None = None) -> tuple[int, str, str]:
    words = [*map(str, arguments), "--profile", str(profile)]
    result = CliRunner().invoke(root, words, env=env, prog_name="kiosk")
    return result.exit_code, result.stdout, result.stderr


def answer(*arguments: str | Path, profile: Path, env: Mapping[str, str] | None = None) -> tuple[int, dict[str, Any]]:
    status, out, err = run(*arguments, "--json", profile=profile, env=env)
    assert err == ""
    return status, json.loads(out)


@pytest.fixture
def details(tmp_path: Path) -> Path:
    path = tmp_path / "details.json"
    path.write_text(json.dumps({"firstName": "Ana", "lastName": "Rojas", "documentNumber": "A12345"}))
    return path


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return tmp_path / "door"


# real faces


def test_enrolled_from_one_picture_and_found_in_another(weights: ModelFiles, profile: Path, details: Path) -> None:
    status, enrolled = answer("enroll", "--image", weights.path("portrait_a"), "--details", details, profile=profile)
    assert status == 0
    assert (enrolled["enrolled"], enrolled["reason"], enrolled["truth"]) == (True, "enrolled", "local")
    assert enrolled["person"]["firstName"] == "Ana"
    assert enrolled["liveness"] > 0.9

    status, found = answer("identify", "--image", weights.path("portrait_a2"), profile=profile)
    assert status == 0
    assert (found["found"], found["reason"], found["live"]) == (True, "recognised", True)
    assert found["person"]["id"] == enrolled["person"]["id"]
    assert found["similarity"] >= 0.5

    status, stranger = answer("identify", "--image", weights.path("portrait_b"), profile=profile)
    assert (status, stranger["found"], stranger["reason"], stranger["person"]) == (1, False, "no_match", None)

    status, again = answer("enroll", "--image", weights.path("portrait_a2"), "--details", details, profile=profile)
    assert (status, again["reason"], again["person"]["id"]) == (1, "duplicate", enrolled["person"]["id"])

    status, out, err = run("identify", "--image", weights.path("portrait_a2"), profile=profile)
    assert (status, err) == (0, "")
    assert "Ana Rojas\n" in out
    assert "live: true" in out

    status, twin = answer(
        "enroll", "--image", weights.path("portrait_a2"), "--details", details, "--allow-duplicate", "drill", profile=profile
    )  # fmt: skip
    assert (status, twin["enrolled"]) == (0, True)


def test_a_disk_that_is_nearly_full_takes_nobody_new(weights: ModelFiles, profile: Path, details: Path) -> None:
    words = ("enroll", "--image", weights.path("portrait_a"), "--details", details)
    full = {"KIOSK_POLICY__OFFLINE__MIN_FREE_DISK_MB": "1000000000"}
    status, refused = answer(*words, profile=profile, env=full)
    assert (status, refused["enrolled"], refused["reason"]) == (1, False, "disk_nearly_full")
    status, out, _ = run(*words, profile=profile, env=full)
    assert status == 1
    assert "almost full" in out
    assert json.loads(run("people", "list", "--json", profile=profile)[1]) == []


def test_pictures_of_two_people_are_not_one_person(weights: ModelFiles, profile: Path, details: Path) -> None:
    pictures = ("--image", weights.path("portrait_a"), "--image", weights.path("portrait_b"))
    status, refused = answer("enroll", *pictures, "--details", details, profile=profile)
    assert (status, refused["reason"], refused["picture"]) == (1, "different_people", "portrait_b.jpg")
    assert json.loads(run("people", "list", "--json", profile=profile)[1]) == []


def test_no_face_and_two_faces_are_answers(weights: ModelFiles, profile: Path, details: Path, tmp_path: Path) -> None:
    grey = tmp_path / "wall.jpg"
    grey.write_bytes(encode_jpeg(np.full((480, 640, 3), 127, np.uint8)))
    a, b = (read_picture(weights.path(name))[60:560, 200:780] for name in ("portrait_a", "portrait_b"))
    both = tmp_path / "both.jpg"
    both.write_bytes(encode_jpeg(np.ascontiguousarray(np.concatenate([a, b[: a.shape[0]]], axis=1))))
    for path, reason in ((grey, "no_face"), (both, "two_faces")):
        status, refused = answer("enroll", "--image", path, "--details", details, profile=profile)
        assert (status, refused["reason"], refused["enrolled"]) == (1, reason, False)
        status, asked = answer("identify", "--image", path, profile=profile)
        assert (status, asked["reason"], asked["found"]) == (1, reason, False)
    status, out, _ = run("identify", "--image", grey, profile=profile)
    assert (status, out) == (1, "Not recognised: no face was found.\nlive: null\n")


def test_under_the_threshold_nobody_gets_in_unless_an_operator_says_why(
    weights: ModelFiles, profile: Path, details: Path
) -> None:
    strict = {"KIOSK_POLICY__LIVENESS__THRESHOLD": "1.0"}  # no score is that high
    picture = ("--image", weights.path("portrait_a"))
    status, refused = answer("enroll", *picture, "--details", details, profile=profile, env=strict)
    assert (status, refused["reason"], refused["live"]) == (1, "attack", False)
    waived = ("--accept-low-liveness", "drill")
    status, enrolled = answer("enroll", *picture, "--details", details, *waived, profile=profile, env=strict)
    assert (status, enrolled["enrolled"], enrolled["live"]) == (0, True, False)
    status, asked = answer("identify", *picture, profile=profile, env=strict)
    assert (status, asked["reason"], asked["live"], asked["person"]) == (1, "attack", False, None)


def test_a_table_is_done_line_by_line(weights: ModelFiles, profile: Path, tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name in ("portrait_a", "portrait_b"):
        (folder / f"{name}.jpg").write_bytes(weights.path(name).read_bytes())
    (folder / "text.jpg").write_text("not a picture")
    table = tmp_path / "people.csv"
    table.write_text(
        "firstName,lastName,image\nAna,Rojas,portrait_a.jpg\nLuis,Gil,text.jpg\nEva,Sol,portrait_b.jpg\nIda,Paz,none.jpg\n"
        "Ana,Rojas,portrait_a.jpg\n"
    )
    status, report = answer("enroll", "--csv", table, "--images", folder, profile=profile)
    assert status == 1
    assert (report["enrolled"], report["refused"], report["not_tried"]) == (2, 3, 0)
    assert [line["reason"] for line in report["people"]] == [
        "enrolled",
        "picture_not_a_picture",
        "enrolled",
        "file_missing",
        "duplicate",
    ]
    assert [line["line"] for line in report["people"]] == [2, 3, 4, 5, 6]
    assert len(json.loads(run("people", "list", "--json", profile=profile)[1])) == 2
    status, out, err = run("enroll", "--csv", table, "--images", folder, profile=profile)
    assert status == 1
    assert out.endswith("0 enrolled, 5 refused, 0 not tried\n")
    assert err.count("%") == 5
    assert "Ana" not in err + (profile / "logs" / "kiosk.log").read_text("utf-8")


@pytest.mark.parametrize("as_json", [True, False])
def test_a_disk_that_fills_up_stops_the_table_with_a_report(
    weights: ModelFiles, profile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, as_json: bool
) -> None:
    def full_after_the_first(*arguments: Any, desk: Desk, **more: Any) -> Answer:
        if desk.store.people():
            raise StoreError(Code.STORE_FULL, "station.db")
        return enrol(*arguments, desk=desk, **more)

    monkeypatch.setattr("kiosk.cli.enroll.enrol", full_after_the_first)
    table = tmp_path / "people.csv"
    table.write_text("firstName,image\nAna,portrait_a.jpg\nLuis,portrait_b.jpg\nEva,portrait_b.jpg\n")
    words = ("enroll", "--csv", table, "--images", weights.folder)
    if as_json:
        status, report = answer(*words, profile=profile)
        assert report["error"]["code"] == "store_full"
        assert (report["enrolled"], report["refused"], report["not_tried"]) == (1, 0, 2)
    else:
        status, out, err = run(*words, profile=profile)
        assert out.endswith("1 enrolled, 0 refused, 2 not tried\n")
        assert "(store_full: station.db)" in err
    assert status == 3
    assert len(json.loads(run("people", "list", "--json", profile=profile)[1])) == 1


def test_from_a_camera_that_replays_pictures(weights: ModelFiles, profile: Path, details: Path, tmp_path: Path) -> None:
    folder = tmp_path / "stills"
    folder.mkdir()
    content = weights.path("portrait_a").read_bytes()
    for number in range(30):
        (folder / f"{number:03}.jpg").write_bytes(content)
    answer("enroll", "--image", weights.path("portrait_a"), "--details", details, profile=profile)
    status, found = answer("identify", "--camera", f"replay:{folder}?fps=15&loop=1", profile=profile)
    assert (status, found["reason"], found["live"]) == (0, "recognised", True)


AS_FROM_A_TERMINAL = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from kiosk.__main__ import main
main()
"""
"""A shell that runs the tests in its background hands down an interrupt that is ignored."""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_ends_a_watch_quietly(weights: ModelFiles, profile: Path, tmp_path: Path) -> None:
    (tmp_path / "wall.jpg").write_bytes(encode_jpeg(np.full((480, 640, 3), 127, np.uint8)))
    words = ["identify", "--camera", f"replay:{tmp_path / 'wall.jpg'}?loop=1&fps=5", "--profile", str(profile)]
    process = subprocess.Popen(
        [sys.executable, "-c", AS_FROM_A_TERMINAL, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    log = profile / "logs" / "kiosk.log"
    assert wait_until(lambda: log.exists() and "vision is ready" in log.read_text("utf-8"))
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PROGRAM_S)
    assert (process.returncode, out, err) == (130, "", "")


# wrong input: nothing of the profile is made before it is read


def png(width: int, height: int) -> bytes:
    """A valid PNG header of any size, and no pixels to speak of."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


BAD_PICTURES = {
    "picture_not_a_picture": b"this is a text file named .jpg",
    "picture_damaged": encode_jpeg(np.full((64, 64, 3), 90, np.uint8))[:200],
    "picture_too_large": png(20_000, 20_000),
    "file_missing": None,
}


@pytest.mark.parametrize("code", BAD_PICTURES)
@pytest.mark.parametrize("command", ["enroll", "identify"])
def test_a_bad_picture_is_refused_with_its_code(
    command: str, code: str, tmp_path: Path, profile: Path, details: Path
) -> None:
    path = tmp_path / "picture.jpg"
    content = BAD_PICTURES[code]
    if content is not None:
        path.write_bytes(content)
    more = ("--details", details) if command == "enroll" else ()
    status, out, err = run(command, "--image", path, *more, profile=profile)
    assert (status, out) == (2, "")
    assert err.startswith("Error: ")
    assert f"({code}: picture.jpg" in err
    assert not profile.exists()
    status, refused = answer(command, "--image", path, *more, profile=profile)
    assert (status, refused["error"]["code"]) == (2, code)
    assert not profile.exists()


def test_wrong_details_are_named_and_nothing_is_made(tmp_path: Path, profile: Path) -> None:
    path = tmp_path / "details.json"
    path.write_text('{"lastName": "Rojas", "nick": "x", "email": "no"}')
    status, out, err = run("enroll", "--image", tmp_path / "x.jpg", "--details", path, profile=profile)
    assert (status, out) == (2, "")
    assert "(details_invalid: " in err
    assert all(name in err for name in ("firstName", "nick", "email"))
    assert "Rojas" not in err
    assert not profile.exists()


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("firstName,image\n,a.jpg\n", "line 2"),
        ("name,image\nAna,a.jpg\n", "firstName"),
        ("firstName,image\nAna,../a.jpg\n", "image"),
    ],
)
def test_a_wrong_table_is_refused_whole(content: str, named: str, tmp_path: Path, profile: Path) -> None:
    table = tmp_path / "people.csv"
    table.write_text(content)
    status, out, err = run("enroll", "--csv", table, "--images", tmp_path, profile=profile)
    assert (status, out) == (2, "")
    assert "(table_invalid: " in err
    assert named in err
    assert not profile.exists()


def test_a_folder_of_pictures_that_is_not_there(tmp_path: Path, profile: Path) -> None:
    table = tmp_path / "people.csv"
    table.write_text("firstName,image\nAna,a.jpg\n")
    status, _, err = run("enroll", "--csv", table, "--images", tmp_path / "gone", profile=profile)
    assert status == 2
    assert "(file_missing: " in err


@pytest.mark.parametrize(
    "words",
    [
        ["enroll"],
        ["enroll", "--image", "a.jpg"],
        ["enroll", "--details", "d.json"],
        ["enroll", "--csv", "p.csv"],
        ["enroll", "--csv", "p.csv", "--images", ".", "--image", "a.jpg"],
        ["enroll", *["--image", "a.jpg"] * 4, "--details", "d.json"],
        ["enroll", "--image", "a.jpg", "--details", "d.json", "--consent", " "],
        ["identify"],
        ["identify", "--image", "a.jpg", "--camera", "usb:0"],
    ],
)
def test_wrong_usage(words: list[str], profile: Path) -> None:
    status, out, err = run(*words, profile=profile)
    assert (status, out) == (2, "")
    assert "Usage: kiosk" in err
    assert not profile.exists()


@pytest.mark.parametrize(
    ("uri", "status", "code"),
    [
        ("nonsense", 2, "camera_bad_uri"),
        ("replay:/nowhere/x.mp4", 2, "file_missing"),
        ("usb:97", 3, "camera_not_found"),
    ],
)
def test_a_camera_that_cannot_be_used(weights: ModelFiles, uri: str, status: int, code: str, profile: Path) -> None:
    ended, refused = answer("identify", "--camera", uri, profile=profile)
    assert (ended, refused["error"]["code"]) == (status, code)


def test_an_empty_clip(weights: ModelFiles, profile: Path, tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"")
    status, refused = answer("identify", "--camera", f"replay:{clip}", profile=profile)
    assert status in {2, 3}
    assert refused["error"]["code"] in {"clip_empty", "clip_unreadable"}


def test_weights_that_cannot_be_had(tmp_path: Path, profile: Path, details: Path) -> None:
    """The folder of weights cannot be written, so that no source is asked."""
    (tmp_path / "file").write_text("")
    picture = tmp_path / "grey.jpg"
    picture.write_bytes(encode_jpeg(np.full((64, 64, 3), 90, np.uint8)))
    env = {"KIOSK_MODELS__DIR": str(tmp_path / "file" / "weights")}
    status, refused = answer("enroll", "--image", picture, "--details", details, profile=profile, env=env)
    assert (status, refused["error"]["code"]) == (3, "file_not_writable")
    assert not (profile / "station.db").exists()


def test_a_profile_that_is_read_only(tmp_path: Path, details: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    picture = tmp_path / "grey.jpg"
    picture.write_bytes(encode_jpeg(np.full((64, 64, 3), 90, np.uint8)))
    status, refused = answer("enroll", "--image", picture, "--details", details, profile=folder)
    assert (status, refused["error"]["code"]) == (2, "profile_read_only")
    assert list(folder.iterdir()) == []


def test_a_setting_that_does_not_exist(tmp_path: Path, profile: Path, details: Path) -> None:
    profile.mkdir()
    (profile / "settings.toml").write_text("[policy.livness]\nthreshold = 0.5\n")
    picture = tmp_path / "grey.jpg"
    picture.write_bytes(encode_jpeg(np.full((64, 64, 3), 90, np.uint8)))
    status, refused = answer("enroll", "--image", picture, "--details", details, profile=profile)
    assert (status, refused["error"]["code"]) == (2, "config_unknown_key")
    assert "policy.livness" in refused["error"]["detail"]
    assert [path.name for path in profile.iterdir()] == ["settings.toml"]


def test_a_database_of_a_newer_version(weights: ModelFiles, tmp_path: Path, profile: Path, details: Path) -> None:
    plain = {"KIOSK_STORE__ENCRYPT": "false"}
    run("people", "list", profile=profile, env=plain)
    database = profile / "station.db"
    content = bytearray(database.read_bytes())
    content[60:64] = (9999).to_bytes(4, "big")  # user_version, SQLite file format 1.3
    database.write_bytes(bytes(content))
    face = weights.path("portrait_a")
    status, refused = answer("enroll", "--image", face, "--details", details, profile=profile, env=plain)
    assert (status, refused["error"]["code"]) == (3, "store_newer")
    assert database.read_bytes() == bytes(content)
