"""The program's icon in the sizes that desktops want, drawn from packaging/icon.svg, and Windows' version resource."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from making.source import Source

SIZES = (16, 24, 32, 48, 64, 128, 256)

_RESOURCE = """VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3F, flags=0, OS=0x40004, fileType=1, subtype=0, date=(0, 0)),
  kids=[
    StringFileInfo([StringTable("040904B0", [
      StringStruct("FileDescription", "Kiosk: enrolment desk and access door"),
      StringStruct("FileVersion", "{version}"),
      StringStruct("InternalName", "kiosk"),
      StringStruct("LegalCopyright", "Apache-2.0"),
      StringStruct("OriginalFilename", "kiosk.exe"),
      StringStruct("ProductName", "Kiosk"),
      StringStruct("ProductVersion", "{version}")])]),
    VarFileInfo([VarStruct("Translation", [1033, 1200])])
  ]
)
"""


def draw(source: Source, into: Path) -> None:
    """``kiosk.svg``, ``kiosk-<size>.png``, ``kiosk.ico`` and ``version.txt`` into the folder, made anew."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PIL import Image
    from PySide6.QtCore import QByteArray
    from PySide6.QtGui import QGuiApplication, QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    shutil.rmtree(into, ignore_errors=True)
    into.mkdir(parents=True)
    drawing = source.folder / "packaging" / "icon.svg"
    shutil.copyfile(drawing, into / "kiosk.svg")
    application = QGuiApplication.instance() or QGuiApplication([])
    renderer = QSvgRenderer(QByteArray(drawing.read_bytes()))
    for size in SIZES:
        image = QImage(size, size, QImage.Format.Format_ARGB32)
        image.fill(0)
        painter = QPainter(image)
        renderer.render(painter)
        painter.end()
        image.save(str(into / f"kiosk-{size}.png"))
    del application
    with Image.open(into / f"kiosk-{SIZES[-1]}.png") as largest:
        largest.save(into / "kiosk.ico", format="ICO", sizes=[(size, size) for size in SIZES])
    (into / "version.txt").write_text(version_resource(source.version), "utf-8")


def version_resource(version: str) -> str:
    """The text that PyInstaller puts into a Windows program."""
    numbers = tuple((*(int(part) for part in version.split(".")), 0, 0, 0)[:4])
    return _RESOURCE.format(numbers=numbers, version=version)
