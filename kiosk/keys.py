"""One station's secrets: the database's key, the account's token. In the system's keyring, else in files of mode 0600.

Which of the two it is gets decided once for a profile and written down (``vault.json``, nothing secret in it): a station that
keeps its database's key in the keyring must not make a new key on the day on which the keyring does not answer. Entries of the
keyring are named after a random id of the profile, so two profiles never share one, and a profile that is moved keeps its own.

Without a keyring each secret is one file in ``secrets/`` of the profile folder. Such a file protects against other users of the
machine and against a stolen database or backup, not against whoever takes the whole disk: :attr:`Vault.notice` says so.
On Windows file modes mean nothing; the files there rely on the access list that the profile folder inherits (in the user's own
data folder: this user, administrators and the system). Choose a profile folder of which the same is true.

Never logs a secret, and knows no settings, no database and no network. ``PYTHON_KEYRING_BACKEND=keyring.backends.fail.Keyring``
(keyring's own switch) makes a new profile use files.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import queue
import re
import stat
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import IO, Protocol, TypeVar

from kiosk.domain.errors import Code, StoreError
from kiosk.locks import FileLock

logger = logging.getLogger(__name__)

T = TypeVar("T")

SERVICE = "kiosk"
"""What the entries are called in the keyring."""

_STATE = "vault.json"
_LOCK = "vault.lock"
_FOLDER = "secrets"
_NAME = re.compile(r"[a-z][a-z0-9_.-]{0,63}")
_KEYRING_S = 60.0  # a locked keyring asks the user; nobody may be there
_LOCK_S = 10.0


class VaultKind(StrEnum):
    """Where the secrets are."""

    KEYRING = "keyring"
    FILE = "file"


class _Backend(Protocol):
    def get(self, name: str) -> str | None: ...

    def set(self, name: str, value: str) -> None: ...

    def delete(self, name: str) -> None: ...


class Vault:
    """The secrets of one profile; use :func:`open_vault`. Any thread may call.

    Attributes:
        kind: where they are.
        notice: key of the sentence (language files) that the operator must be told, or empty.
    """

    def __init__(self, folder: Path, kind: VaultKind, backend: _Backend) -> None:
        """Keep the backend."""
        self.kind = kind
        self.notice = "notice.secrets_in_files" if kind is VaultKind.FILE else ""
        self._folder = folder
        self._backend = backend

    def get(self, name: str) -> str | None:
        """The secret, or None where there is none.

        Raises:
            StoreError: ``vault_failed``: the keyring does not answer, or the file is not this user's alone.
        """
        return self._backend.get(_checked(name))

    def set(self, name: str, value: str) -> None:
        """Keep a secret (not empty); on disk when this returns.

        Raises:
            StoreError: ``vault_failed``.
        """
        if not value:
            raise ValueError("an empty secret: delete it instead")
        self._backend.set(_checked(name), value)

    def delete(self, name: str) -> None:
        """Forget a secret; one that is not there is forgotten already.

        Raises:
            StoreError: ``vault_failed``.
        """
        self._backend.delete(_checked(name))

    def ensure(self, name: str, make: Callable[[], str]) -> str:
        """The secret, made with ``make`` where there is none yet. Two programs that ask at once get the same one.

        Returns only what was read back, so a key is known to be kept before anything is encrypted with it.

        Raises:
            StoreError: ``vault_failed``.
        """
        with _alone(self._folder):
            found = self.get(name)
            if found is None:
                self.set(name, make())
                found = self.get(name)
        if found is None:
            raise StoreError(Code.VAULT_FAILED, f"{self.kind}: {name} was not kept")
        return found


def open_vault(folder: Path, *, use_keyring: bool = True) -> Vault:
    """The vault of the profile in ``folder`` (which exists). Costs a third of a second where a keyring has to be loaded.

    Args:
        folder: of the profile.
        use_keyring: False makes a new profile use files (throw-away profiles: they would leave entries behind).

    Raises:
        StoreError: ``vault_failed``: the folder cannot be written, or what it says about its vault cannot be read.
    """
    state = _read_state(folder)
    if state is None:
        with _alone(folder):
            state = _read_state(folder) or _first_state(folder, use_keyring=use_keyring)
    kind, profile = state
    backend: _Backend = _Files(folder / _FOLDER) if kind is VaultKind.FILE else _Keyring(profile)
    return Vault(folder, kind, backend)


def is_new(folder: Path) -> bool:
    """Whether nobody has decided yet where this profile's secrets go."""
    return not (folder / _STATE).exists()


class _Files:
    """One file a secret, replaced whole."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, name: str) -> str | None:
        path = self._folder / name
        try:
            handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _failed(name, error) from error
        with os.fdopen(handle, "rb") as file:
            _keep_private(file, name)
            try:
                return file.read().decode()
            except (OSError, UnicodeDecodeError) as error:
                raise _failed(name, error) from None  # the context of a decoding error holds the bytes

    def set(self, name: str, value: str) -> None:
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            _write_whole(self._folder / name, value.encode())
        except OSError as error:
            raise _failed(name, error) from error

    def delete(self, name: str) -> None:
        try:
            (self._folder / name).unlink(missing_ok=True)
            _sync_folder(self._folder)
        except FileNotFoundError:
            return
        except OSError as error:
            raise _failed(name, error) from error


class _Keyring:
    """Entries of the system's keyring, each call within a limit: a locked keyring may wait for somebody who is not there."""

    def __init__(self, profile: str) -> None:
        self._profile = profile

    def get(self, name: str) -> str | None:
        import keyring

        return self._call(lambda: keyring.get_password(SERVICE, self._entry(name)))

    def set(self, name: str, value: str) -> None:
        import keyring

        self._call(lambda: keyring.set_password(SERVICE, self._entry(name), value))

    def delete(self, name: str) -> None:
        import keyring

        if self.get(name) is not None:
            self._call(lambda: keyring.delete_password(SERVICE, self._entry(name)))

    def _entry(self, name: str) -> str:
        return f"{self._profile}/{name}"

    def _call(self, call: Callable[[], T]) -> T:
        try:
            return _within(_KEYRING_S, call)
        except Exception as error:  # noqa: BLE001 - backends raise what their platform raises; it may hold the value
            raise StoreError(Code.VAULT_FAILED, f"keyring: {type(error).__name__}") from None


def _first_state(folder: Path, *, use_keyring: bool) -> tuple[VaultKind, str]:
    """Decide where this profile's secrets go, and write it down before there are any."""
    profile = uuid.uuid4().hex
    in_files = not use_keyring or (folder / _FOLDER).exists()  # who lost only the decision still has the secrets
    kind = VaultKind.KEYRING if not in_files and _keyring_works(profile) else VaultKind.FILE
    try:
        _write_whole(folder / _STATE, json.dumps({"kind": kind, "profile": profile}).encode())
    except OSError as error:
        raise _failed(_STATE, error) from error
    if kind is VaultKind.FILE and use_keyring:
        logger.info("no usable keyring: secrets are kept in files of the profile that only this user may read")
    return kind, profile


def _keyring_works(profile: str) -> bool:
    """Whether a secret that is put into the keyring can be read again."""
    try:
        from keyring import get_keyring
        from keyring.backends import fail, null
    except ImportError:
        return False
    if isinstance(get_keyring(), fail.Keyring | null.Keyring):
        return False
    probe = _Keyring(profile)
    try:
        probe.set("probe", "works")
        works = probe.get("probe") == "works"
        probe.delete("probe")
    except StoreError as error:
        logger.info("the keyring cannot be used: %s", error.detail)
        return False
    return works


def _read_state(folder: Path) -> tuple[VaultKind, str] | None:
    try:
        text = (folder / _STATE).read_text()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise _failed(_STATE, error) from error
    try:
        state = json.loads(text)
        return VaultKind(state["kind"]), str(state["profile"])
    except (ValueError, KeyError, TypeError) as error:
        raise _failed(_STATE, error) from error


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError("a secret's name is lower case letters, digits, dot, dash and underscore")
    return name


def _failed(name: str, error: Exception) -> StoreError:
    said = getattr(error, "strerror", None) or type(error).__name__
    return StoreError(Code.VAULT_FAILED, f"{name}: {said}")


def _keep_private(file: IO[bytes], name: str) -> None:
    """A secret that others may read is made private again, aloud; one that belongs to somebody else is not used."""
    if sys.platform == "win32":
        return
    found = os.fstat(file.fileno())
    if not stat.S_ISREG(found.st_mode) or found.st_uid not in {os.geteuid(), 0}:
        raise StoreError(Code.VAULT_FAILED, f"{name}: not a file of this user")
    if found.st_mode & 0o077:
        try:
            os.fchmod(file.fileno(), 0o600)
        except OSError as error:
            raise _failed(name, error) from error
        logger.warning("the secret %s could be read by other users of this machine; its file is private again", name)


def _write_whole(path: Path, content: bytes) -> None:
    """A file beside it, then one rename, both on disk: a power cut leaves the old secret or the new one."""
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(part).replace(path)
    finally:
        Path(part).unlink(missing_ok=True)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":  # a folder cannot be opened there, and its journal keeps renames in order
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _within(seconds: float, call: Callable[[], T]) -> T:
    """The answer of ``call``, or TimeoutError; a call that hangs is left behind."""
    answers: queue.SimpleQueue[tuple[T | None, Exception | None]] = queue.SimpleQueue()

    def work() -> None:
        try:
            answers.put((call(), None))
        except Exception as error:  # noqa: BLE001 - handed over to the caller
            answers.put((None, error))

    threading.Thread(target=work, name="keyring", daemon=True).start()
    try:
        answer, error = answers.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError from None
    if error is not None:
        raise error
    return answer  # type: ignore[return-value]


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else makes a secret of this profile meanwhile, in this program or another.

    Raises:
        StoreError: ``vault_failed``: somebody holds the lock for seconds, or the folder cannot be written.
    """
    lock = FileLock(folder / _LOCK)
    deadline = time.monotonic() + _LOCK_S
    try:
        while not lock.take():
            if time.monotonic() > deadline:
                raise StoreError(Code.VAULT_FAILED, f"{_LOCK}: held by another program")
            time.sleep(0.02)
    except OSError as error:
        raise _failed(_LOCK, error) from error
    try:
        yield
    finally:
        lock.release()
