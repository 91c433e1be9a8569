"""Getting the files of the manifest: sources in order, one hash check for all, nothing half-written.

Files are fetched at the same time, an archive once for all its members. A file appears under its own name only whole and with the
right hash: it is written beside its place, flushed to the disk and moved there in one step, so two fetches at once are fine.
"""

from __future__ import annotations

import hashlib
import logging
import os
import queue
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.domain.errors import Code, ModelError
from kiosk.vision.manifest import Conversion, Entry, Manifest, Published, Source
from kiosk.vision.models import FetchProgress, FetchStep, hash_file
from kiosk.vision.sources import SourceFailed, download_archive, from_address, from_archive, from_folder

logger = logging.getLogger(__name__)

_WORKING = ".fetch-"
_STALE_SECONDS = 3600.0

Notify = Callable[[str, FetchStep, str], None]


@dataclass(slots=True)
class _Parcel:
    """An archive that several files wait for: fetched by the first, shared by the rest."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    path: Path | None = None
    failure: str = ""


class Fetcher:
    """One fetch into one folder.

    Args:
        folder: where the files go; made if needed.
        manifest: for the archives.
        mirror: a folder with the files under their own names, asked first.
        network: False asks the mirror folder only.
        plain_loopback: let tests use http to this machine.
    """

    def __init__(
        self,
        folder: Path,
        manifest: Manifest,
        *,
        mirror: Path | None = None,
        network: bool = True,
        plain_loopback: bool = False,
    ) -> None:
        self._folder = folder
        self._manifest = manifest
        self._mirror = mirror
        self._network = network
        self._plain_loopback = plain_loopback
        self._parcels = {name: _Parcel() for name in manifest.archives}
        self._stopped = threading.Event()

    def fetch(self, wanted: Sequence[Entry], progress: Callable[[FetchProgress], None]) -> None:
        """Get these files; see :meth:`kiosk.vision.models.ModelFiles.fetch` for the errors."""
        work = self._make_work_folder()
        try:
            failures = self._fetch_all(wanted, work, progress)
        finally:
            shutil.rmtree(work, ignore_errors=True)
        if failures:
            raise ModelError(Code.MODEL_NO_SOURCE, " ".join(failures))

    def _make_work_folder(self) -> Path:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            _sweep(self._folder)
            return Path(tempfile.mkdtemp(prefix=_WORKING, dir=self._folder))
        except OSError as error:
            raise ModelError(Code.FILE_NOT_WRITABLE, f"{self._folder}: {error.strerror}") from error

    def _fetch_all(self, wanted: Sequence[Entry], work: Path, progress: Callable[[FetchProgress], None]) -> list[str]:
        """Run all jobs at once, telling ``progress`` on this thread. Returns one sentence for each file that nobody gave."""
        steps: queue.SimpleQueue[tuple[str, FetchStep, str] | None] = queue.SimpleQueue()
        sizes = {entry.name: entry.size for entry in wanted}
        done = 0
        with ThreadPoolExecutor(max_workers=max(1, len(wanted)), thread_name_prefix="fetch") as pool:
            jobs = [pool.submit(self._job, entry, work, steps) for entry in wanted]
            try:
                for name, step, source in _until_all(steps, len(jobs)):
                    done += sizes[name] if step is FetchStep.DONE else 0
                    progress(FetchProgress(name, step, source, done, sum(sizes.values())))
            except BaseException:
                self._stopped.set()  # the caller gave up: end the clients, then let the pool close
                raise
        return _failures(jobs)

    def _job(self, entry: Entry, work: Path, steps: queue.SimpleQueue[tuple[str, FetchStep, str] | None]) -> str:
        """Try one file's sources in order. Returns an empty string, or what to tell the operator."""
        try:
            return self._get(entry, work, lambda *step: steps.put(step))
        finally:
            steps.put(None)

    def _get(self, entry: Entry, work: Path, notify: Notify) -> str:
        told: list[str] = []
        for label, read in self._attempts(entry, work):
            if self._stopped.is_set():
                return "stopped"
            notify(entry.name, FetchStep.ASKING, label)
            try:
                data = read()
            except SourceFailed as failure:
                logger.info("%s from %s: %s", entry.file, label, failure)
                told.append(f"{label}: {failure}")
                continue
            if hashlib.sha256(data).hexdigest() != entry.sha256:
                logger.warning("refused %s from %s: wrong sha256", entry.file, label)
                notify(entry.name, FetchStep.REFUSED, label)
                told.append(f"{label}: wrong sha256, refused")
                continue
            write_whole(self._folder / entry.file, data)
            notify(entry.name, FetchStep.DONE, label)
            return ""
        notify(entry.name, FetchStep.FAILED, "")
        return (
            f"{entry.file}: no source gave it ({'; '.join(told) or 'none is known'}). "
            f"Put it into {self._folder} by hand as {entry.file}, sha256 {entry.sha256}."
        )

    def _attempts(self, entry: Entry, work: Path) -> Iterator[tuple[str, Callable[[], bytes]]]:
        """Places in order, each with a function that gives the file as the kiosk runs it."""
        if self._mirror is not None:
            mirror = self._mirror
            yield "mirror folder", lambda: from_folder(mirror, entry.file, entry.size)
        published = entry.published
        if published is None:
            yield from self._places(entry, entry.size, work)
            return
        if self._mirror is not None:
            yield "mirror folder", lambda: made(published, from_folder(mirror, published.file, published.size))
        for label, read in self._places(entry, published.size, work):
            yield label, lambda read=read: made(published, read())  # type: ignore[misc]

    def _places(self, entry: Entry, limit: int, work: Path) -> Iterator[tuple[str, Callable[[], bytes]]]:
        for source in entry.sources if self._network else ():
            if source.url:
                url = source.url
                label = url.split("/")[2]
                yield label, lambda url=url: from_address(url, limit, plain_loopback=self._plain_loopback)  # type: ignore[misc]
            else:
                archive = self._manifest.archives[source.archive]
                label = f"{archive.client} package {archive.package}{archive.pin}"
                yield label, lambda source=source: self._from_parcel(source, work, limit)  # type: ignore[misc]

    def _from_parcel(self, source: Source, work: Path, limit: int) -> bytes:
        parcel = self._parcels[source.archive]
        with parcel.lock:
            if parcel.path is None and not parcel.failure:
                try:
                    parcel.path = self._download(source.archive, work)
                except SourceFailed as failure:
                    parcel.failure = str(failure)
        if parcel.path is None:
            raise SourceFailed(parcel.failure)
        return from_archive(parcel.path, source.member, limit)

    def _download(self, name: str, work: Path) -> Path:
        archive = self._manifest.archives[name]
        path = download_archive(archive, work / name, self._stopped)
        if archive.sha256 and hash_file(path) != archive.sha256:
            logger.warning("refused the archive %s: wrong sha256", name)
            raise SourceFailed("wrong sha256 of the archive, refused")
        return path


def made(published: Published, data: bytes) -> bytes:
    """The file that the kiosk runs, from the form that its authors publish.

    Raises:
        SourceFailed: it is not that form.
    """
    if hashlib.sha256(data).hexdigest() != published.sha256:
        logger.warning("refused %s: wrong sha256", published.file)
        raise SourceFailed("wrong sha256, refused")
    match published.conversion:
        case Conversion.MINIFAS:
            from kiosk.vision.minifas.convert import convert
    return convert(data)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all, whatever happens meanwhile.

    Raises:
        ModelError: ``file_not_writable``.
    """
    try:
        descriptor, name = tempfile.mkstemp(prefix=_WORKING, dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            Path(name).chmod(0o644)  # a folder filled by an administrator is read by the kiosk's own account
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ModelError(Code.FILE_NOT_WRITABLE, f"{path}: {error.strerror}") from error


def _until_all(
    steps: queue.SimpleQueue[tuple[str, FetchStep, str] | None], jobs: int
) -> Iterator[tuple[str, FetchStep, str]]:
    """Steps of all jobs as they come; each job ends with a None."""
    while jobs:
        step = steps.get()
        if step is None:
            jobs -= 1
        else:
            yield step


def _failures(jobs: Sequence[Future[str]]) -> list[str]:
    return [told for job in jobs if (told := job.result())]


def _sweep(folder: Path) -> None:
    """Remove what a killed fetch left, once it is surely nobody's any more."""
    for left in folder.glob(f"{_WORKING}*"):
        try:
            old = time.time() - left.stat().st_mtime > _STALE_SECONDS
        except OSError:
            continue
        if old and left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        elif old:
            left.unlink(missing_ok=True)
