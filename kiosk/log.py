"""The program's log: a rotating file in the profile (0600), plain sentences on stderr for warnings, and nothing personal.

Three guards stand between a person's data and the file: call sites log nothing personal, :func:`mask` covers what looks like
a token, a picture, an address or a document number, and errors are written as type and place, without their arguments
(only a :class:`~kiosk.domain.errors.KioskError`, whose detail is made for operators, keeps its words).

Use::

    with log.started(profile), log.quiet_native_stderr(profile.native_log):
        ...  # the whole run

``quiet_native_stderr`` belongs around everything that loads mediapipe, onnxruntime, OpenCV or Qt, on the main thread, for the
whole run: their C++ parts write to file descriptor 2 whenever they like. Python's own ``sys.stderr`` keeps the terminal.
"""

from __future__ import annotations

import contextlib
import faulthandler
import io
import logging
import logging.handlers
import os
import re
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, TextIO

from kiosk.domain.errors import Code, ConfigError, KioskError

if TYPE_CHECKING:
    from kiosk.profile import Profile

logger = logging.getLogger(__name__)

FILE_BYTES = 2_000_000
FILES_KEPT = 5

_MASKS = (
    (re.compile(r"(?<=://)[^/\s@:]+:[^/\s@]*@"), "<login>@"),
    (re.compile(r"\beyJ[\w-]{6,}(?:\.[\w-]*)*"), "<token>"),
    (re.compile(r"(?i)\b(bearer\s+|(?:token|password|secret)\s*[=:]\s*)(?!<)[^\s,;&'\"]{6,}"), r"\1<token>"),
    (re.compile(r"[A-Za-z0-9+/_-]{100,}={0,2}"), "<data>"),
    (re.compile(r"[^\s@<>'\"=:,;(/]+@[\w-]+(?:\.[\w-]+)+"), "<e-mail>"),
    (re.compile(r"\+\d[\d ().-]{7,}\d"), "<number>"),
)
_HASH_OR_NUMBER = re.compile(
    r"\b(?:[0-9a-f]{32,}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\b|\d{7,}"
)


def mask(text: str) -> str:
    """The text with tokens, base64, e-mail addresses, phone and document numbers covered. Hashes and our ids stay."""
    for pattern, instead in _MASKS:
        text = pattern.sub(instead, text)
    return _HASH_OR_NUMBER.sub(lambda found: "<number>" if found[0].isdigit() else found[0], text)


def describe(error: BaseException) -> str:
    """Type and traceback of an error and of what caused it, without arguments and local values."""
    parts: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        name = type(current).__qualname__
        words = f": {current.code} {mask(current.detail)}".rstrip() if isinstance(current, KioskError) else ""
        parts.append("".join(traceback.format_tb(current.__traceback__)) + name + words)
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "\ncaused by:\n".join(parts)


class _FileFormat(logging.Formatter):
    """One line a record, UTC, masked; the record itself stays as it is for other handlers."""

    def format(self, record: logging.LogRecord) -> str:
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        head = f"{at}.{int(record.msecs):03d}Z {record.levelname} {record.threadName} {record.name}: "
        lines = [mask(record.getMessage())]
        if record.exc_info and record.exc_info[1] is not None:
            lines.append(describe(record.exc_info[1]))
        return head + "\n".join(lines).replace("\n", "\n    ")


class _File(logging.handlers.RotatingFileHandler):
    """Rotating, readable by its owner alone; a full disk costs log lines, never the program and never the terminal's peace."""

    def _open(self) -> io.TextIOWrapper:
        handle = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(handle, "a", encoding="utf-8", errors="backslashreplace")

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """Swallow: the library would print the record with its arguments on stderr."""


class _Screen(logging.Handler):
    """A sentence for whoever sits at the terminal; tracebacks stay in the file."""

    def emit(self, record: logging.LogRecord) -> None:
        if sys.stderr is None:  # a windowed program on Windows has none
            return
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(f"kiosk: {mask(record.getMessage())}\n")
            sys.stderr.flush()


def write_down(error: BaseException) -> None:
    """An unexpected error into the file alone; the caller tells the user."""
    logger.critical("unexpected error: %s", type(error).__qualname__, exc_info=error, extra={"file_only": True})


def _is_for_the_screen(record: logging.LogRecord) -> bool:
    return _is_ours(record) and not getattr(record, "file_only", False)


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name == "kiosk" or record.name.startswith("kiosk.")


def _is_ours_or_warning(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING or _is_ours(record)


@contextlib.contextmanager
def started(profile: Profile) -> Iterator[None]:
    """Log to the profile until the block ends; also catches what nobody caught, in any thread, and native crashes.

    Raises:
        ConfigError: ``profile_read_only``: a log of somebody else's is in the way.
    """
    root = logging.getLogger()
    try:
        file = _File(profile.log, maxBytes=FILE_BYTES, backupCount=FILES_KEPT)
    except OSError as error:
        raise ConfigError(Code.PROFILE_READ_ONLY, f"{profile.log}: {error.strerror}") from error
    file.setFormatter(_FileFormat())
    file.addFilter(_is_ours_or_warning)
    screen = _Screen(logging.WARNING)
    screen.addFilter(_is_for_the_screen)
    level = root.level
    root.setLevel(min(level or logging.INFO, logging.INFO))
    root.addHandler(file)
    root.addHandler(screen)
    logging.captureWarnings(capture=True)
    try:
        with _hooks(), _native_crashes(profile.logs / "crash.log"):
            yield
    finally:
        logging.captureWarnings(capture=False)
        root.removeHandler(screen)
        root.removeHandler(file)
        root.setLevel(level)
        with contextlib.suppress(OSError):  # a full disk
            file.close()


@contextlib.contextmanager
def _hooks() -> Iterator[None]:
    """What nobody caught is written as type and place."""
    old_main, old_thread = sys.excepthook, threading.excepthook

    def main(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, Exception):
            _log_crash(error)
        else:
            old_main(kind, error, trace)

    def thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and issubclass(args.exc_type, Exception):
            _log_crash(args.exc_value)

    sys.excepthook, threading.excepthook = main, thread
    try:
        yield
    finally:
        sys.excepthook, threading.excepthook = old_main, old_thread


def _log_crash(error: BaseException) -> None:
    logger.critical("unexpected error, please report it: %s", type(error).__qualname__, exc_info=error)


@contextlib.contextmanager
def _native_crashes(path: Path) -> Iterator[None]:
    """A crash in native code leaves the Python stacks (names of functions and files only) in this file."""
    if faulthandler.is_enabled():  # a test runner or a debugger wants them itself
        yield
        return
    with _private(path) as file:
        faulthandler.enable(file)
        try:
            yield
        finally:
            faulthandler.disable()


def _private(path: Path) -> IO[bytes]:
    """Open for appending, mode 0600, started anew when it has grown large."""
    with contextlib.suppress(FileNotFoundError):
        if path.stat().st_size > FILE_BYTES:
            path.unlink()
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError as error:
        raise ConfigError(Code.PROFILE_READ_ONLY, f"{path}: {error.strerror}") from error
    return os.fdopen(handle, "ab", buffering=0)


@contextlib.contextmanager
def quiet_native_stderr(path: Path) -> Iterator[None]:
    """Send what native code writes to file descriptor 2 into a file; ``sys.stderr`` goes on to where it went.

    Main thread, outermost: other threads that write to descriptor 2 while it is turned are redirected too, which is the point.
    Child processes started inside inherit the file. Where there is no descriptor 2, nothing happens.
    """
    try:
        saved = os.dup(2)
    except OSError:
        yield
        return
    python = sys.stderr
    with _private(path) as file:
        if python is not None:
            python.flush()
        os.dup2(file.fileno(), 2)
    kept = _writer_on(saved) if _writes_to_2(python) else None
    if kept is not None:
        sys.stderr = kept
    try:
        yield
    finally:
        if kept is not None:
            with contextlib.suppress(OSError):
                kept.flush()
            sys.stderr = python
        os.dup2(saved, 2)
        if kept is not None:
            kept.close()
        else:
            os.close(saved)


def _writes_to_2(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.fileno() == 2
    except (OSError, ValueError):  # a test's stand-in has no descriptor
        return False


def _writer_on(handle: int) -> TextIO:
    return open(handle, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=True)
