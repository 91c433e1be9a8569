"""What of the libraries is left out of the bundle, and why that is safe: the self-test runs every command from what is left.

Works on PyInstaller's tables, rows of (name in the bundle, file, kind).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

Row = tuple[str, str, str]

EXCLUDED = [
    # asked for by package files that the kiosk never runs, or by optional parts of what it uses
    "matplotlib", "scipy", "jax", "jaxlib", "pandas", "sounddevice", "IPython", "torch", "tensorflow", "sympy", "polars",
    "ml_dtypes",
    "onnx", "h2.testing", "trio", "curio", "pydantic.mypy", "pydantic.v1", "mypy", "pytest", "_pytest", "hypothesis",
    # the sandbox is for developers and trainers, with the sources
    "starlette", "uvicorn", "trustme", "websockets", "watchfiles", "httptools", "uvloop",
    # weights are in the bundle: no package client is needed to fetch them
    "pip", "setuptools", "pkg_resources", "wheel", "ensurepip", "venv", "distutils", "lib2to3",
    # the standard library's parts that need a library of their own
    "tkinter", "_tkinter", "turtle", "idlelib", "curses", "_curses", "_curses_panel", "readline", "pydoc_data", "test",
    "_dbm", "_gdbm",
    # development halves
    "numpy.f2py", "numpy.distutils", "numpy.tests", "numpy.testing.tests", "numpy.conftest", "onnxruntime.tools",
    "onnxruntime.transformers", "onnxruntime.quantization", "onnxruntime.datasets", "sqlite_utils.cli",
    # Pillow's AVIF (4 MB) and its widgets; kiosk/camera/stills.py names the readers that it uses
    "PIL._avif", "PIL.AvifImagePlugin", "PIL.ImageQt", "PIL.ImageTk", "PIL.FpxImagePlugin", "PIL.MicImagePlugin",
    # metadata of phone numbers: names of places and operators, which the kiosk never shows
    "phonenumbers.geodata", "phonenumbers.carrierdata", "phonenumbers.tzdata", "phonenumbers.geocoder", "phonenumbers.carrier",
    "phonenumbers.timezone",
    # whole MediaPipe but the face landmarker: what else its package files would import (kiosk/vision/mediapipe_parts.py)
    "mediapipe.tasks.python.audio", "mediapipe.tasks.python.text", "mediapipe.tasks.python.genai",
    "mediapipe.tasks.python.benchmark",
    "mediapipe.tasks.python.metadata", "mediapipe.tasks.python.vision.drawing_utils",
    # optional halves: colours of source code (rich), DNS look-ups of mail domains, YAML, tuf's web fetchers beside ours
    "pygments", "rich.syntax", "rich.traceback", "dns", "yaml", "requests", "charset_normalizer", "defusedxml",
    "_codecs_cn", "_codecs_hk", "_codecs_iso2022", "_codecs_jp", "_codecs_kr", "_codecs_tw", "xmlrpc", "unittest",
    "doctest", "pdb",
    "PIL.ImageFont", "PIL._imagingft", "PIL._imagingcms", "PIL.ImageCms", "PIL._imagingtk", "PIL._imagingmath",
]  # fmt: skip

HIDDEN = [
    "keyring.backends.SecretService",
    "keyring.backends.Windows",
    "keyring.backends.fail",
    "keyring.backends.chainer",
]

QT_PLUGINS = frozenset(
    {
        "platforms": ("xcb", "wayland", "offscreen", "windows"),
        "platforminputcontexts": ("compose", "ibus"),
        "wayland-shell-integration": ("xdg-shell", "fullscreen-shell"),
        "wayland-decoration-client": ("bradient",),
        "iconengines": ("svg",),
        "imageformats": ("jpeg", "svg"),
        "styles": ("modernwindowsstyle",),
    }.items()
)
"""A window on X11, Wayland (cage) or none, keys, our icons and pictures. No network, printing, SQL, QML, 3D."""

_QT_LIBRARIES = ("Core", "Gui", "Widgets", "Svg", "DBus", "XcbQpa", "WaylandClient")
_QT_BINDINGS = ("QtCore", "QtGui", "QtWidgets", "QtSvg")

_UNUSED = tuple(
    re.compile(pattern)
    for pattern in (
        r"(^|/)onnxruntime/capi/(libonnxruntime\.so|onnxruntime\.dll$)",
        r"(^|/)PySide6/(Qt/)?(translations|qml|resources|metatypes|libexec)/",
        r"(^|/)PySide6/.*\.(pyi|json)$",
        r"(^|/)(opengl32sw|d3dcompiler_\d+)\.dll$",
        r"(^|/)cv2/(data/|.*\.pyi$|typing/)",
        r"(^|/)numpy/.*(/tests/|\.pyi$|\.lib$|\.a$|/_core/include/)",
        r"(^|/)mediapipe/modules/",
        r"(^|/)PIL/_avif",
        r"(^|/)libavif-",  # Pillow's; OpenCV's has a name of its own and is asked for by its linker
        r"(^|/)(tcl|tk|_tcl_data|_tk_data)/",
        r"(^|/)libgallium|(^|/)libLLVM|(^|/)libGL\.so|(^|/)libEGL|(^|/)libGLX|(^|/)libGLdispatch|(^|/)libdrm\.so",
    )
)
"""Files that nothing loads. ``onnxruntime``'s Python half has the engine inside; the second copy serves C programs."""

_OF_GTK = re.compile(
    r"^lib(atk-1\.0|atk-bridge.*|cairo.*|datrie|fribidi|gdk.*|gtk.*|gio-2\.0|gmodule-2\.0|gobject-2\.0|graphite2|harfbuzz|pango.*|pixman-1|"
    r"thai|jpeg|epoxy|Xext|Xrender|Xi|Xcursor|Xfixes|Xrandr|Xinerama|Xcomposite|Xdamage|atspi|gssapi_krb5|k5crypto|krb5.*|com_err|"
    r"keyutils|lz4|nss.*|cups|avahi.*|gnutls|p11-kit|hogweed|nettle|tasn1|unistring|idn2|gmp)(-[\d.]+)?\.so"
)
"""What Qt's plug-ins for GTK, printing and the web pull in from the machine; those plug-ins are not in the bundle."""

SYSTEM = tuple(
    re.compile(pattern)
    for pattern in (
        r"^lib(stdc\+\+|gcc_s)\.so",
        r"^lib(X11|X11-xcb|xcb|xcb-.*|xkbcommon|xkbcommon-x11|Xau|Xdmcp|wayland-.*)\.so",
        r"^lib(glib-2\.0|gthread-2\.0|dbus-1|systemd|fontconfig|freetype|expat|pcre2?-.*|brotli.*|cap|gcrypt|gpg-error)\.so",
        r"^lib(selinux|mount|blkid|uuid|bsd|md|png16)\.so",
    )
)
"""Libraries of the machine, not of the bundle: they belong to its display, fonts and C++ runtime, and the package asks for them.
Older copies in the bundle would stand in the way of the machine's graphics driver."""


def keep(rows: Iterable[Row]) -> list[Row]:
    """The rows of binaries or data that belong into the bundle, sorted by name."""
    return sorted(row for row in rows if _wanted(row[0].replace("\\", "/"), row[1].replace("\\", "/")))


def keep_modules(rows: Iterable[Row]) -> list[Row]:
    """Modules without what is excluded together with its package."""
    return sorted(row for row in rows if not any(row[0] == out or row[0].startswith(f"{out}.") for out in EXCLUDED))


def metadata() -> list[tuple[str, str]]:
    """Entries of installed packages that the program reads while it runs."""
    from PyInstaller.utils.hooks import copy_metadata

    return [row for name in ("opencv-python-headless", "keyring") for row in copy_metadata(name)]


def _wanted(name: str, file: str) -> bool:
    if "/" not in name and "site-packages" not in file and any(each.search(name) for each in (*SYSTEM, _OF_GTK)):
        return False
    if "PySide6" in name.split("/") or name.startswith(("libQt6", "Qt6")):
        return _wanted_of_qt(name)
    if "/opencv_python_headless.libs/" in file or name.startswith("opencv_python_headless.libs/"):
        return True
    return not any(pattern.search(name) for pattern in _UNUSED)


def _wanted_of_qt(name: str) -> bool:
    parts = name.split("/")
    if "plugins" in parts:
        folder, file = parts[parts.index("plugins") + 1], parts[-1]
        kept = dict(QT_PLUGINS).get(folder, ())
        return any(
            re.fullmatch(rf"(lib)?q?{re.escape(each)}(platforminputcontextplugin)?\.(so|dll)", file) for each in kept
        )
    file = parts[-1]
    library = re.match(r"(?:lib)?Qt6(\w+?)\.(?:so|dll)", file)
    if library:
        return library[1] in _QT_LIBRARIES
    binding = re.match(r"(Qt\w+)\.(?:abi3\.so|pyd)$", file)
    if binding:
        return binding[1] in _QT_BINDINGS
    return not any(pattern.search(name) for pattern in _UNUSED)
