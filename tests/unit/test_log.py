"""Nothing personal in the log, quiet terminals, crashes written down without their values."""

from __future__ import annotations

import base64
import contextlib
import logging
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import log
from kiosk.domain.errors import Code, StoreError
from kiosk.profile import Profile, open_profile

logger = logging.getLogger("kiosk.test")
NUMBER = 10**9 + 32456789
ADDRESS = "a@b.example"
PICTURE = base64.b64encode(bytes(range(256)) * 2).decode()


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return open_profile(tmp_path / "door")


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"picture {PICTURE}", PICTURE[:60]),
        (f"data:image/jpeg;base64,{PICTURE}", PICTURE[:60]),
        ("sent eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-DEF_1", "eyJ"),
        ("Authorization: Bearer abcdef123", "abcdef123"),
        ("token=abcdef123", "abcdef123"),
        ("mail to maria.perez+x@correo.example.co now", "maria"),
        ("document 1032456789 refused", "1032456789"),
        ("document CC1032456789 refused", "1032456789"),
        ("call +57 300 123 4567", "123 4567"),
        ("camera rtsp://admin:hunter22@10.0.0.9/live", "hunter22"),
    ],
)
def test_what_looks_personal_is_covered(text: str, secret: str) -> None:
    assert secret not in log.mask(text)


@pytest.mark.parametrize(
    "text",
    [
        "opened usb:0 at 1280x720, 30.0 fps after 1234.5 ms",
        "weights 64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff",
        "record 018f3c1a-1234-7abc-8def-0123456789ab sent",
        "camera rtsp://10.0.0.9:8554/live lost",
        "token refused",
        "/home/user/.local/share/kiosk/models/face_landmarker.task",
    ],
)
def test_what_operators_need_stays(text: str) -> None:
    assert log.mask(text) == text


@given(
    number=st.integers(min_value=10**6, max_value=10**18),
    around=st.sampled_from(["{}", "a {} b", "x={}", "({})", "ID{}"]),
)
def test_no_long_number_is_written(number: int, around: str) -> None:
    assert str(number) not in log.mask(around.format(number))


def test_the_file_is_private_masked_and_utc(profile: Profile, capsys: pytest.CaptureFixture[str]) -> None:
    with log.started(profile):
        logger.info("person %s", "a@b.example")
        logging.getLogger("elsewhere").info("chatter")
    text = profile.log.read_text("utf-8")
    assert "INFO MainThread kiosk.test: person <e-mail>" in text
    assert "chatter" not in text
    assert text[10] == "T"
    if sys.platform != "win32":
        assert stat.S_IMODE(profile.log.stat().st_mode) == 0o600
    assert capsys.readouterr().err == ""


@pytest.mark.expects_log
def test_a_warning_is_one_plain_sentence_on_stderr(profile: Profile, capsys: pytest.CaptureFixture[str]) -> None:
    with log.started(profile):
        try:
            int(f"x{NUMBER}")
        except ValueError:
            logger.warning("the camera is slow", exc_info=True)
        logging.getLogger("absl").warning("native chatter")
    assert capsys.readouterr().err == "kiosk: the camera is slow\n"
    text = profile.log.read_text("utf-8")
    assert "ValueError" in text
    assert str(NUMBER) not in text
    assert "native chatter" in text


def test_everything_is_put_back(profile: Profile) -> None:
    root = logging.getLogger()
    before = (list(root.handlers), root.level, sys.excepthook, threading.excepthook)
    with log.started(profile):
        assert sys.excepthook is not before[2]
    assert (list(root.handlers), root.level, sys.excepthook, threading.excepthook) == before


def test_an_error_is_described_without_its_values() -> None:
    name = "Maria"
    try:
        try:
            int(name)
        except ValueError as error:
            raise StoreError(Code.STORE_FAILED, "station.db: code 5, id 1032456789") from error
    except StoreError as error:
        text = log.describe(error)
    assert "StoreError: store_failed station.db: code 5, id <number>" in text
    assert "ValueError" in text
    assert "test_log.py" in text
    assert "'Maria'" not in text.replace('name = "Maria"', "")


@pytest.mark.expects_log
def test_what_a_thread_did_not_catch_is_written(profile: Profile, capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise RuntimeError(ADDRESS)

    with log.started(profile):
        thread = threading.Thread(target=fail, name="camera")
        thread.start()
        thread.join()
    text = profile.log.read_text("utf-8")
    assert "CRITICAL camera kiosk.log: unexpected error, please report it: RuntimeError" in text
    assert ADDRESS not in text + capsys.readouterr().err


def test_a_crash_of_the_whole_program_is_written_down(profile: Profile) -> None:
    program = (
        "import pathlib, sys; from kiosk import log; from kiosk.profile import open_profile\n"
        "with log.started(open_profile(pathlib.Path(sys.argv[1]))):\n"
        "    sys.excepthook(*_raise()) if False else None\n"
        "    try:\n        {}['maria@x.example']\n"
        "    except KeyError: sys.excepthook(*sys.exc_info())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(profile.root)], capture_output=True, text=True, check=False
    )
    assert done.stderr == "kiosk: unexpected error, please report it: KeyError\n"
    assert "maria" not in profile.log.read_text("utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_native_crash_leaves_its_stack(profile: Profile) -> None:
    program = (
        "import faulthandler, pathlib, sys; from kiosk import log; from kiosk.profile import open_profile\n"
        "with log.started(open_profile(pathlib.Path(sys.argv[1]))): faulthandler._sigsegv()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(profile.root)], capture_output=True, text=True, check=False
    )
    assert done.returncode < 0
    assert "Segmentation fault" in (profile.logs / "crash.log").read_text("utf-8")


def test_native_chatter_goes_to_the_file_and_python_keeps_the_terminal(profile: Profile) -> None:
    program = (
        "import os, pathlib, sys; from kiosk import log\n"
        "with log.quiet_native_stderr(pathlib.Path(sys.argv[1])):\n"
        "    os.write(2, b'W0000 native\\n'); print('python', file=sys.stderr)\n"
        "os.write(2, b'after\\n'); print('end', file=sys.stderr)\n"
    )
    arguments = [sys.executable, "-c", program, str(profile.native_log)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True)
    assert done.stderr == "python\nafter\nend\n"
    assert profile.native_log.read_text("utf-8") == "W0000 native\n"


def test_chatter_is_kept_away_where_stderr_is_a_stand_in(profile: Profile, capsys: pytest.CaptureFixture[str]) -> None:
    stand_in = sys.stderr
    with log.quiet_native_stderr(profile.native_log):
        os.write(2, b"W0000 native\n")
        assert sys.stderr is stand_in
    assert profile.native_log.read_text("utf-8") == "W0000 native\n"


def test_a_grown_native_log_starts_anew(profile: Profile) -> None:
    profile.native_log.write_bytes(b"x" * (log.FILE_BYTES + 1))
    with log.quiet_native_stderr(profile.native_log):
        os.write(2, b"new\n")
    assert profile.native_log.read_bytes() == b"new\n"


def test_a_program_without_descriptor_2_goes_on(profile: Profile) -> None:
    program = (
        "import os, pathlib, sys; from kiosk import log; os.close(2)\n"
        "with log.quiet_native_stderr(pathlib.Path(sys.argv[1])): print('ran')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(profile.native_log)], stdout=subprocess.PIPE, text=True, check=False
    )
    assert done.stdout == "ran\n"


@pytest.mark.parametrize("name", ["kiosk.log", "crash.log"])
def test_a_log_that_cannot_be_opened_is_a_named_error(profile: Profile, name: str) -> None:
    (profile.logs / name).mkdir()
    handlers = list(logging.getLogger().handlers)
    program = (
        "import pathlib, sys; from kiosk import log; from kiosk.profile import open_profile\n"
        "from kiosk.domain.errors import ConfigError\n"
        "try:\n"
        "    with log.started(open_profile(pathlib.Path(sys.argv[1]))): pass\n"
        "except ConfigError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(profile.root)], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("profile_read_only: ")
    assert name in done.stdout
    assert logging.getLogger().handlers == handlers


def test_a_full_disk_costs_lines_not_the_program(profile: Profile, capsys: pytest.CaptureFixture[str]) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    with contextlib.suppress(FileNotFoundError):
        profile.log.unlink()
    profile.log.symlink_to("/dev/full")
    with log.started(profile):
        logger.info("a@b.example")
    assert capsys.readouterr().err == ""
