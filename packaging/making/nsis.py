"""The Windows installer, by makensis, which signs it and its uninstaller with the command of :mod:`making.signing`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from making import signing
from making.bundle import Bundle


def make(bundle: Bundle, out: Path) -> Path:
    """Write ``kiosk-<version>-setup.exe``.

    Raises:
        subprocess.CalledProcessError: makensis or the signing failed.
        FileNotFoundError: there is no makensis.
    """
    packaging = bundle.source.folder / "packaging"
    shutil.copyfile(packaging / "windows" / "kiosk-window.vbs", bundle.root / "kiosk-window.vbs")
    path = out / f"kiosk-{bundle.source.version}-setup.exe"
    compile_script(
        packaging / "windows" / "kiosk.nsi", bundle.root, bundle.source.version, path, epoch=bundle.source.epoch
    )
    print(f"nsis: {path}, {path.stat().st_size / 1e6:.1f} MB")
    return path


def compile_script(script: Path, root: Path, version: str, out: Path, *, epoch: int) -> None:
    """Run makensis over the script with a tree laid out as a bundle's ``kiosk``.

    Raises:
        subprocess.CalledProcessError: it failed; what it said is in its output.
        FileNotFoundError: there is no makensis.
    """
    option = "/D" if sys.platform == "win32" else "-D"
    full = ".".join((*version.split("."), "0", "0")[:3])
    if full != version:
        raise ValueError(f"{version!r}: Windows wants three numbers")
    command = ["makensis", "/V2" if sys.platform == "win32" else "-V2"]
    command += [f"{option}VERSION={version}", f"{option}SOURCE={root.absolute()}", f"{option}OUT={out.absolute()}"]
    if signing.command():
        command.append(f"{option}SIGN={signing.command()}")
    else:
        print(f"nsis: not signed ({signing.SIGN} is not set)")
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(epoch)}
    subprocess.run([*command, str(script.absolute())], check=True, env=environment)
