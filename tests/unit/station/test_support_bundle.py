"""The support bundle: useful, and proved to hold nothing of anybody. Each thing is planted where it could come from: a log."""

from __future__ import annotations

import base64
import json
import re
import stat
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from support.records import DETAILS, JPEG, KEY, HandClock, enrolment, opened, validation

from kiosk.domain.checkup import Line, State
from kiosk.domain.errors import Code, ConfigError
from kiosk.profile import Profile, open_profile
from kiosk.settings import load, save_value
from kiosk.station.bundle_scan import Known, What, known, redact, scan
from kiosk.station.support import Facts, facts_of, make
from kiosk.store.sqlite import SqliteStore

TOKEN = "tok-Zm9vYmFy-0815"
CHECKS = [Line(name="disk", state=State.OK, value="900 MB free")]
TEMPLATE = np.linspace(-1, 1, 512).astype(np.float32)


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    made = open_profile(tmp_path / "p")
    made.log.write_text("2026-01-02T03:04:05.678Z INFO flow kiosk.station: a quiet day\n")
    return made


@pytest.fixture
def store(profile: Profile) -> Iterator[SqliteStore]:
    with opened(profile.database, clock=HandClock(), key=KEY) as store:
        store.enrol(enrolment(result=validation()))
        yield store


@pytest.fixture
def facts(store: SqliteStore) -> Facts:
    return facts_of(store, secrets=[TOKEN])


def bundled(profile: Profile, facts: Facts) -> dict[str, str]:
    path = profile.root / "out.zip"
    make(path, profile=profile, settings=load(profile.root), checks=CHECKS, facts=facts)
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_it_says_what_a_helper_needs(profile: Profile, facts: Facts) -> None:
    save_value(profile.root, "api.proxy", "http://me:s3cret@proxy:3128")
    files = bundled(profile, facts)
    assert set(files) == {
        "versions.json", "settings.json", "doctor.json", "counts.json", "audit.json", "queue.json", "walks.json",
        "bundle.json", "logs/kiosk.log",
    }  # fmt: skip
    assert json.loads(files["counts.json"])["people"] == 1
    assert json.loads(files["audit.json"])["lines"] >= 1
    assert len(json.loads(files["audit.json"])["head"]) == 64
    assert json.loads(files["doctor.json"])["passes"] is True
    assert json.loads(files["settings.json"])["api.proxy"] == {"value": "***", "source": "file"}
    assert files["logs/kiosk.log"].endswith("a quiet day\n")
    assert "s3cret" not in "".join(files.values())


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")
def test_only_its_owner_can_read_it(profile: Profile, facts: Facts) -> None:
    bundled(profile, facts)
    assert stat.S_IMODE((profile.root / "out.zip").stat().st_mode) == 0o600


PERSONAL = {
    "first name": DETAILS.first_name,
    "last name": DETAILS.last_name,
    "half of a last name": "Neil",
    "capitals": DETAILS.first_name.upper(),
    "in an identifier": f"photo_{DETAILS.first_name}_1",
    "e-mail": DETAILS.email,
    "phone": DETAILS.phone,
    "phone in groups": "300 123-45.67",
    "document": DETAILS.document_number,
    "document in a name": f"scan_{DETAILS.document_number}.bin",
    "document in groups": "XK-123-456",
    "date of birth": DETAILS.date_of_birth,
    "token": TOKEN,
    "bearer": "Authorization: Bearer abcdefghijkl",
    "home": "/home/" + "grazyna2/kiosk",
}


@pytest.mark.parametrize("planted", PERSONAL.values(), ids=PERSONAL)
def test_what_is_personal_is_covered(profile: Profile, facts: Facts, planted: str) -> None:
    with profile.log.open("a", encoding="utf-8") as log:
        log.write(f"somebody wrote {planted}, and went on\n")
    last = bundled(profile, facts)["logs/kiosk.log"].splitlines()[-1]
    word = planted.removeprefix("Authorization: Bearer ").removeprefix("/home/").removesuffix("/kiosk")
    assert word not in last
    assert last.startswith("somebody wrote ")
    assert last.endswith("and went on")
    assert re.search(r"<[\w -]+>|~", last)


ENCODED = {
    "base64": base64.b64encode(TEMPLATE.tobytes()).decode(),
    "hex": TEMPLATE.tobytes().hex(),
    "numbers": ", ".join(f"{value:.4f}" for value in TEMPLATE),
    "bytes": TEMPLATE.tobytes().decode("latin-1"),
    "wrapped base64": base64.encodebytes(TEMPLATE.tobytes()).decode(),
    "numbers in columns": "\n".join(f"{value:.6f}" for value in TEMPLATE),
    "points": ", ".join(f"({value:.4f}, {value / 2:.4f})" for value in TEMPLATE),
    "whole numbers": " ".join(str(round(127 * float(value))) for value in TEMPLATE),
    "dump": TEMPLATE.tobytes().hex(" ", 2),
}
"""Templates, and the landmarks of a replay, as a library may print them."""


@pytest.mark.parametrize("planted", ENCODED.values(), ids=ENCODED)
def test_a_template_is_covered_however_it_is_written(profile: Profile, facts: Facts, planted: str) -> None:
    with profile.log.open("a", encoding="latin-1", newline="") as log:
        log.write(f"template {planted} .\n")
    text = bundled(profile, facts)["logs/kiosk.log"]
    assert len(text) < 1000
    assert planted[:60] not in text
    assert What.TEMPLATE in {each.what for each in scan("a.txt", f"fine\n{planted} .\n".encode(), facts.about)} or (
        "\x00" in planted
    ), "the scan finds it without the redaction as well"


@pytest.mark.parametrize(
    ("planted", "what"),
    [
        (JPEG, "picture"),
        (b"\x89PNG\r\n\x1a\nxx", "picture"),
        (b"\x93NUMPY\x01\x00", "template"),
        (b"SQLite format 3\x00", "database"),
        (base64.b64encode(b"\xff\xd8\xff\xe0" + bytes(40)), "picture"),
    ],
)
def test_a_picture_or_an_array_in_a_log_refuses_the_bundle(
    profile: Profile, facts: Facts, planted: bytes, what: str
) -> None:
    (profile.logs / "native.log").write_bytes(b"frame: " + planted + b"\n")
    with pytest.raises(ConfigError) as caught:
        bundled(profile, facts)
    assert caught.value.code is Code.BUNDLE_NOT_CLEAN
    assert f"logs/native.log ({what})" in caught.value.detail
    assert not (profile.root / "out.zip").exists()
    assert not list(profile.root.glob(".support-*"))


ABOUT = known(
    names=["Ana Lu Silva"], codes=["AB-1234"], numbers=["+57 300 1234567"], secrets=["hunter22"], kept=["kiosk"]
)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("met Silva today", What.NAME),
        ("ab1234", What.ADDRESS),
        ("call 300 123 4567", What.NUMBER),
        ("x=hunter22", What.TOKEN),
        ("$argon2id$v=19$", What.PIN),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0", What.TOKEN),
        ("A" * 90, What.TEMPLATE),
    ],
)
def test_the_scan_trusts_no_redaction(text: str, what: What) -> None:
    found = scan("a.txt", f"fine\n{text}\n".encode(), ABOUT)
    assert what in {each.what for each in found}
    assert {each.line for each in found} == {2}
    assert scan("a.txt", redact(text, ABOUT).encode(), ABOUT) == []


def test_the_scan_finds_what_is_no_text() -> None:
    assert [each.what for each in scan("x", b"\xfe\xff", Known())] == [What.NOT_TEXT]
    assert [each.what for each in scan("x", b"a\x00b", Known())] == [What.NOT_TEXT]


def test_short_words_the_programs_own_and_hashes_stay() -> None:
    text = (
        f"Lu ran kiosk analysed {'a1234567' * 8} at 2026-01-02\n{'ab' * 32}\n"
        "2026-01-02T03:04:05.678Z INFO 12 of 30 frames, 0.25 0.5 0.75, 127.0.0.1:8080, 00:1a:2b:3c:4d:5e\n"
    )
    assert redact(text, ABOUT) == text
    assert scan("x", text.encode(), ABOUT) == []


def test_known_values_do_not_show_themselves() -> None:
    assert "silva" not in repr(ABOUT)
    assert "hunter" not in repr(ABOUT)
