"""The folder of fetched weights and demo pictures: where a file is, and whether it is what the manifest says.

No file is opened by anything else in the kiosk before its hash was checked here. Fetching is :mod:`kiosk.vision.fetch`.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from kiosk.domain.errors import Code, ModelError
from kiosk.paths import resource
from kiosk.vision.manifest import Entry, Manifest, Pack, load_manifest

_CHUNK = 1 << 20


class FileState(StrEnum):
    """Of one file in the folder."""

    OK = "ok"
    MISSING = "missing"
    WRONG_HASH = "wrong_hash"


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """One line of ``kiosk models list``. ``size`` in bytes, from the manifest."""

    name: str
    file: str
    pack: Pack
    state: FileState
    size: int
    licence: str
    note: str


class FetchStep(StrEnum):
    """What a fetch is doing with one file."""

    ASKING = "asking"
    REFUSED = "refused"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class FetchProgress:
    """One step of a fetch.

    Attributes:
        name: of the file in the manifest.
        step: asking a source, refused what it gave (wrong hash), done, failed (no source answered).
        source: which source, in words.
        done_bytes: of all wanted files, those in place.
        total_bytes: of all wanted files.
    """

    name: str
    step: FetchStep
    source: str
    done_bytes: int
    total_bytes: int

    @property
    def share(self) -> float:
        """How far the whole fetch has come, 0..1."""
        return self.done_bytes / self.total_bytes if self.total_bytes else 1.0


def hash_file(path: Path) -> str:
    """SHA-256 of a file in hex.

    Raises:
        OSError: it cannot be read.
    """
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


class ModelFiles:
    """The weights and pictures of one folder. Any thread may call.

    Args:
        folder: where they are; need not exist yet.
        manifest: what they must be; the shipped one by default.
    """

    def __init__(self, folder: Path, manifest: Manifest | None = None) -> None:
        self.folder = folder
        self.manifest = manifest or load_manifest()
        self._checked: dict[tuple[str, int, int], str] = {}
        self._lock = threading.Lock()

    def path(self, name: str) -> Path:
        """A file whose hash is right.

        Raises:
            ModelError: ``model_missing`` or ``model_wrong_hash``; the detail names the file and the folder.
        """
        entry = self.manifest.entry(name)
        state = self._state(entry)
        path = self._place(entry)
        if state is FileState.MISSING:
            raise ModelError(Code.MODEL_MISSING, f"{entry.file} is not in {path.parent}, or cannot be read")
        if state is FileState.WRONG_HASH:
            raise ModelError(Code.MODEL_WRONG_HASH, f"{path} is not the file with sha256 {entry.sha256}")
        return path

    def sha256(self, name: str) -> str:
        """Hash that the manifest asks for, in hex."""
        return self.manifest.entry(name).sha256

    def status(self) -> list[ModelStatus]:
        """Every file of the manifest, in its order."""
        return [
            ModelStatus(e.name, e.file, e.pack, self._state(e), e.size, e.licence, e.note)
            for e in self.manifest.entries
        ]

    def missing(self, *packs: Pack) -> tuple[str, ...]:
        """Names of the files of these packs that are not there or not right."""
        names = self.manifest.names(*packs)
        return tuple(n for n in names if self._state(self.manifest.entry(n)) is not FileState.OK)

    def fetch(
        self,
        names: Sequence[str],
        *,
        mirror: Path | None = None,
        network: bool = True,
        progress: Callable[[FetchProgress], None] | None = None,
    ) -> None:
        """Get what is missing or wrong among ``names``; files that are right are left alone.

        ``network`` False asks the mirror folder only.

        ``progress`` is called on the calling thread; an exception from it stops the fetch and comes out here.

        Raises:
            ModelError: ``model_no_source`` when no source gave a file (the others are still written; the detail says
                which sources were tried, why each failed, and where to put the file by hand), or
                ``file_not_writable`` for the folder.
        """
        from kiosk.vision.fetch import Fetcher

        wanted = [self.manifest.entry(n) for n in names]
        wanted = [e for e in wanted if self._state(e) is not FileState.OK]
        if wanted:
            Fetcher(self.folder, self.manifest, mirror=mirror, network=network).fetch(wanted, progress or _silent)

    def _place(self, entry: Entry) -> Path:
        """Its own folder first; then what lies beside the manifest, where an installer put everything."""
        own, packed = self.folder / entry.file, resource(f"models/{entry.file}")
        return packed if packed.exists() and not own.exists() else own

    def _state(self, entry: Entry) -> FileState:
        path = self._place(entry)
        try:
            about = path.stat()
        except OSError:
            return FileState.MISSING
        key = (entry.file, about.st_size, about.st_mtime_ns)
        with self._lock:
            known = self._checked.get(key)
        if known is None:
            try:
                known = hash_file(path)
            except OSError:
                return FileState.MISSING
            with self._lock:
                self._checked[key] = known
        return FileState.OK if known == entry.sha256 else FileState.WRONG_HASH


def _silent(_: FetchProgress) -> None:
    """For callers who show nothing."""
