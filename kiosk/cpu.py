"""Can this processor run the libraries? Asked before any of them is loaded: an instruction that it lacks would end the program
without a word. Standard library only, and of that nothing that loads more than ``ctypes``.

What the wheels need was found by running each under emulated processors (``qemu-x86_64 -cpu``, see packaging/README.md):
Qt 6.11 and NumPy 2.4 stop or crash below x86-64-v2 (SSE4.2, POPCNT), MediaPipe 1.2 crashes without AVX; OpenCV, onnxruntime and
SQLCipher choose while they run. Where nothing can be known, the program goes on: a wrong refusal is worse than a late crash.
"""

from __future__ import annotations

import ctypes
import os
import platform
import sys
from collections.abc import Callable
from pathlib import Path

NEEDED = ("sse4_2", "popcnt", "avx")
EXIT_STATUS = 3

_LIBGCC_BITS = {"popcnt": 2, "sse4_2": 8, "avx": 9}
"""Positions in ``__cpu_model.__cpu_features[0]`` of libgcc (gcc's cpuinfo.h, an interface since GCC 4.8)."""

_XSTATE_AVX = 4
"""In GetEnabledXStateFeatures: the processor has AVX, and Windows saves its registers."""
_PF_SSE4_2, _PF_SSE4_2_SINCE = 38, 19041
"""For IsProcessorFeaturePresent, which says no to it on every Windows before this build, whatever the processor."""


def refuse_too_old() -> None:
    """Return on a processor that can; otherwise a sentence on stderr and the end of the process, status 3."""
    lacking = missing()
    if lacking:
        sys.stderr.write(sentence(lacking, os.environ.get("KIOSK_UI__LANGUAGE", "en")))
        raise SystemExit(EXIT_STATUS)


def missing(flags: frozenset[str] | None = None) -> tuple[str, ...]:
    """Which needed instructions the processor lacks; none where that cannot be known."""
    if platform.machine().lower() not in {"x86_64", "amd64"}:
        return ()
    if flags is None:
        flags = _flags()
    return tuple(each for each in NEEDED if each not in flags) if flags else ()


def sentence(lacking: tuple[str, ...], language: str) -> str:
    """What is said, in the form of every error of the command line."""
    from kiosk.ui.text import Text

    text = Text(language)
    names = " ".join(lacking).upper().replace("_", ".")
    return f"Error: {text.get('error.cpu_too_old')}\n{text.get('remedy.cpu_too_old')}\n(cpu_too_old: {names})\n"


def flags_of(cpuinfo: Path) -> frozenset[str]:
    """The first processor's flags of a file like /proc/cpuinfo; empty where it cannot be read."""
    try:
        text = cpuinfo.read_text("utf-8", errors="replace")
    except OSError:
        return frozenset()
    line = next((line for line in text.splitlines() if line.startswith("flags")), "")
    return frozenset(line.partition(":")[2].split())


def flags_of_windows(*, states: int | None, build: int, has: Callable[[int], bool]) -> frozenset[str]:
    """What Windows tells of the processor; empty where it tells nothing.

    Args:
        states: GetEnabledXStateFeatures, None where there is no such function.
        build: of Windows.
        has: IsProcessorFeaturePresent.
    """
    if states is None:
        return frozenset()
    if states & _XSTATE_AVX:
        return frozenset(NEEDED)  # no processor has AVX without the older two
    if build < _PF_SSE4_2_SINCE or has(_PF_SSE4_2):
        return frozenset({"sse4_2", "popcnt"})  # Windows names no POPCNT, which every processor with SSE4.2 has
    return frozenset({"asked"})


def _flags() -> frozenset[str]:
    if sys.platform == "win32":
        kernel = ctypes.windll.kernel32
        states = None
        if hasattr(kernel, "GetEnabledXStateFeatures"):
            kernel.GetEnabledXStateFeatures.restype = ctypes.c_uint64
            states = kernel.GetEnabledXStateFeatures()
        has = kernel.IsProcessorFeaturePresent
        return flags_of_windows(
            states=states, build=sys.getwindowsversion().build, has=lambda number: bool(has(number))
        )
    return _asked() or flags_of(Path("/proc/cpuinfo"))


def _asked() -> frozenset[str]:
    """From the processor itself, through the compiler's runtime library, which the libraries need anyway."""
    try:
        library = ctypes.CDLL("libgcc_s.so.1")
        find = ctypes.CDLL(None).dlvsym  # the names are there under their old version only
    except (OSError, AttributeError):
        return frozenset()
    find.restype, find.argtypes = ctypes.c_void_p, (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p)
    ask, model = (find(library._handle, name, b"GCC_4.8.0") for name in (b"__cpu_indicator_init", b"__cpu_model"))
    if not ask or not model:
        return frozenset()
    ctypes.CFUNCTYPE(ctypes.c_int)(ask)()
    features = (ctypes.c_uint * 4).from_address(model)[3]
    return frozenset(name for name, bit in _LIBGCC_BITS.items() if features >> bit & 1) | {"asked"}
