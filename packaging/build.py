"""Makes the installers, on Linux and on Windows: ``python packaging/build.py all``. README and CI call this and nothing else.

    opencv     the OpenCV of the bundle, with what the kiosk calls and no more (Linux); bundle makes it, too, where it is missing
    bundle     the program in one folder, from a commit, with weights, licences and the list of its files
    tar        the folder as a portable archive, which is what an update carries, too
    deb        the Debian package (Linux)
    nsis       the Windows installer (makensis)
    sbom       what is inside, as CycloneDX, beside each of them
    selftest   the bundle as installed: no network, no Python on PATH, what it says compared with a list
    reproduce  the bundle and its archives twice, and which files differ
    cleanroot  the Debian package in a bare root, installed, used, upgraded, updated, removed (as root)
    keys       keys and the root of trust for updates, once, on the publisher's machine
    update     a signed folder for a USB stick, from the archive
    all        bundle, tar, deb or nsis, sbom, selftest

Everything comes from a commit, not from the working tree, and from the two hash-pinned lists beside this file, into an
environment of its own. Needs Python 3.11 or newer with ``venv``; on Linux what README.md lists. Writes nothing outside
``--out``.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from making import environment  # noqa: E402 - the folder of this file is not a package


def main() -> int:
    """Go on in the build's environment, made where it is missing."""
    if os.environ.get(environment.INSIDE):
        from making.commands import run

        return run(sys.argv[1:])
    if {"-h", "--help"} & set(sys.argv[1:]) or len(sys.argv) < 2:
        print(__doc__)
        return 0 if len(sys.argv) > 1 else 2
    out = environment.out_folder(sys.argv[1:])
    python = environment.make(out, HERE)
    inside = {**os.environ, environment.INSIDE: "1", "PYTHONHASHSEED": "0"}
    return subprocess.run([str(python), str(HERE / "build.py"), *sys.argv[1:]], env=inside, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
