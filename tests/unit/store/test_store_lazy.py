from __future__ import annotations

import subprocess
import sys


def test_nothing_heavy_is_imported_before_a_part_starts():
    """The first window must not wait for the store, nor for phone numbers of all countries."""
    code = (
        "import sys, kiosk.keys, kiosk.store.sqlite, kiosk.store.export, kiosk.details, kiosk.gallery.exact, kiosk.door.command\n"
        "heavy = {'sqlite_utils', 'sqlcipher3', 'keyring', 'click', 'cv2'}\n"
        "heavy |= {'email_validator', 'phonenumbers', 'dns'}\n"
        "heavy &= set(sys.modules)\n"
        "sys.exit(', '.join(sorted(heavy)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
