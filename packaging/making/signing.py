"""Signing for Windows. The certificate comes from the environment and is never written anywhere.

``KIOSK_SIGN_COMMAND`` is what signs a file, with ``%1`` for its name, such as ``signtool sign /fd sha256 ... "%1"``. Without it
nothing is signed, and the build says so.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

SIGN = "KIOSK_SIGN_COMMAND"


def command() -> str:
    """What signs, or an empty string."""
    return os.environ.get(SIGN, "")


def sign(file: Path) -> bool:
    """Sign one file in its place. False: nothing signs here.

    Raises:
        subprocess.CalledProcessError: it could not be signed.
    """
    if not command():
        print(f"sign: {file.name} is not signed ({SIGN} is not set)")
        return False
    subprocess.run(command().replace("%1", str(file)), shell=True, check=True)  # noqa: S602 - the publisher's own command
    return True
