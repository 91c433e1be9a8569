"""The first start asks in the language of the machine, and has the country of its clock chosen."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

PROGRAM = "from kiosk.ui.setup.here import country_here, language_here; print(country_here() or '-', language_here())"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has its language and its clock's place elsewhere")
@pytest.mark.parametrize(
    ("zone", "language", "found"),
    [
        ("America/Bogota", "en_US.UTF-8", "CO en"),
        ("Etc/UTC", "pt_BR.UTF-8", "BR pt"),
        ("Etc/UTC", "es_MX.UTF-8", "MX es"),
        ("Europe/Berlin", "de_DE.UTF-8", "DE en"),
        ("Etc/UTC", "C", "- en"),
    ],
)
def test_what_the_machine_says(zone: str, language: str, found: str) -> None:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG"))}
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**kept, "TZ": zone, "LANG": language},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ran.returncode, ran.stdout.strip()) == (0, found), ran.stderr
