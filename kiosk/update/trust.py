"""Who may bring a version: the Update Framework's client over a folder. Nothing is unpacked here, and nothing asked of a network.

    SOURCE/metadata/*.json                     root, timestamp, snapshot, targets
    SOURCE/targets/<hash>.kiosk-<system>.json  which version, and the name of its archive
    SOURCE/targets/<hash>.<archive>            versions/<v>/ of it, as tar.xz

The client's own rules apply: signatures by enough keys of each role, no expired metadata, no version of it older than what this
installation has seen, every byte of a target under its hash. The root that everything hangs on is part of the installed program;
a source may bring newer roots, each signed by the one before (TUF specification, 5.3).
"""

from __future__ import annotations

import json
import logging
import os
import platform
import sys
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.domain.errors import Code, UpdateError
from kiosk.update.layout import VERSION, Installation, cannot_write, make_folder

if TYPE_CHECKING:
    from tuf.api._payload import TargetFile
    from tuf.ngclient.updater import Updater

logger = logging.getLogger(__name__)

_BASE = "folder:///"
_CHUNK = 1 << 20
_LARGEST_ARCHIVE = 2_000_000_000


def system() -> str:
    """Which archives run here: ``linux-x86_64``."""
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    return f"{'windows' if sys.platform == 'win32' else sys.platform}-{machine}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a trusted source has. ``size`` of the archive and ``unpacked`` in bytes."""

    version: str
    archive: str
    size: int
    unpacked: int


class Source:
    """A folder with an update, looked at with this installation's trust. Used on one thread.

    Args:
        folder: of the source.
        installation: keeps what was seen, so that a source can never go backwards.
        root: the root of trust that came with the program (bytes of a signed ``root.json``).

    Raises:
        UpdateError: ``update_source_missing``, ``update_not_trusted``, ``update_not_permitted``.
    """

    def __init__(self, folder: Path, installation: Installation, root: bytes) -> None:
        if not (folder / "metadata").is_dir():
            raise UpdateError(Code.UPDATE_SOURCE_MISSING, str(folder))
        trust, fetched = installation.state / "trust", installation.fetched
        try:
            for each in (installation.state, trust, fetched):
                make_folder(each)
            _drop_torn(trust)
        except OSError as error:
            raise cannot_write(error, installation.root) from error
        self._folder, self._trust, self._fetched = folder, trust, fetched
        self._updater = _translated(lambda: _client(folder, trust, fetched, root))

    def offer(self) -> Offer:
        """The version that it has for this system.

        Raises:
            UpdateError: ``update_not_trusted``, ``update_expired``, ``update_older``, ``update_damaged``,
                ``update_not_permitted``, ``update_source_missing`` (nothing for this system).
        """
        _translated(self._updater.refresh)
        _translated(lambda: _sync(self._trust))
        name = f"kiosk-{system()}.json"
        path = _translated(lambda: self._updater.download_target(self._target(name), str(self._fetched / name)))
        try:
            raw = json.loads(Path(path).read_bytes())
            offer = Offer(
                version=str(raw["version"]),
                archive=str(raw["archive"]),
                size=self._target(str(raw["archive"])).length,
                unpacked=int(raw["unpacked"]),
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UpdateError(Code.UPDATE_DAMAGED, f"{name}: {type(error).__name__}") from error
        if not VERSION.fullmatch(offer.version) or offer.size > _LARGEST_ARCHIVE:
            raise UpdateError(Code.UPDATE_DAMAGED, f"{name}: version or size")
        return offer

    def archive(self, offer: Offer) -> Path:
        """Copy the archive into the installation, every byte checked; the file is there when this returns.

        Raises:
            UpdateError: ``update_damaged``: cut short, or not what was signed. As for :meth:`offer`.
        """
        target = self._target(offer.archive)
        signed = next(
            iter(target.hashes.values())
        )  # as the client names it: not by way of its temporary file in another place
        source = _inside(self._folder, f"targets/{signed}.{offer.archive}")
        into = self._fetched / "archive"
        if source is None:
            raise UpdateError(Code.UPDATE_DAMAGED, f"{offer.archive} is not there")
        try:
            with into.open("wb") as file:
                left = target.length
                for piece in _pieces(source):
                    left -= len(piece)
                    if left < 0:
                        raise UpdateError(Code.UPDATE_DAMAGED, f"{offer.archive} is longer than what was signed")
                    file.write(piece)
        except OSError as error:
            raise cannot_write(error, self._fetched) from error
        if self._updater.find_cached_target(target, str(into)) is None:  # the client's own check, of the copy
            raise UpdateError(Code.UPDATE_DAMAGED, f"{offer.archive} is not what was signed")
        return into

    def _target(self, name: str) -> TargetFile:
        found: TargetFile | None = _translated(lambda: self._updater.get_targetinfo(name))
        if found is None:
            raise UpdateError(Code.UPDATE_SOURCE_MISSING, f"{name} is not among what was signed")
        return found


def _client(folder: Path, trust: Path, fetched: Path, root: bytes) -> Updater:
    from tuf.api.exceptions import DownloadHTTPError
    from tuf.ngclient.config import UpdaterConfig
    from tuf.ngclient.fetcher import FetcherInterface
    from tuf.ngclient.updater import Updater

    class Folder(FetcherInterface):
        """Reads the source's files instead of a server's."""

        def _fetch(self, url: str) -> Iterator[bytes]:
            name = urllib.parse.unquote(url.removeprefix(_BASE))
            path = _inside(folder, name)
            if path is None:
                raise DownloadHTTPError(f"{name} is not there", 404)
            return _pieces(path)

    return Updater(
        metadata_dir=str(trust),
        metadata_base_url=f"{_BASE}metadata/",
        target_dir=str(fetched),
        target_base_url=f"{_BASE}targets/",
        fetcher=Folder(),
        config=UpdaterConfig(),
        bootstrap=root,
    )


def _drop_torn(trust: Path) -> None:
    """Files of the client that a power cut left without sense; it writes them without waiting for the disk. A whole one stays,
    whatever is in it: it is what keeps a source from going backwards."""
    for each in trust.rglob("*"):
        if each.is_file() and not each.is_symlink():
            try:
                json.loads(each.read_bytes())
            except ValueError:
                logger.info("a file of the update's trust was torn and is made again: %s", each.name)
                each.unlink()


def _sync(trust: Path) -> None:
    for each in trust.rglob("*"):
        if each.is_file():
            with each.open("r+b") as file:
                os.fsync(file.fileno())


def _inside(folder: Path, name: str) -> Path | None:
    """A file of the source; None where there is none of that name in it."""
    path = folder / name
    return path if path.resolve().is_relative_to(folder.resolve()) and path.is_file() else None


def _pieces(path: Path) -> Iterator[bytes]:
    """What a file of the source holds.

    Raises:
        UpdateError: ``update_damaged``: the source cannot be read.
    """
    try:
        with path.open("rb") as file:
            while piece := file.read(_CHUNK):
                yield piece
    except OSError as error:
        raise UpdateError(Code.UPDATE_DAMAGED, f"the source cannot be read: {error.strerror}") from error


def _translated(call: Any) -> Any:
    """Call it; the client's errors become ours."""
    from tuf.api import exceptions as tuf

    try:
        return call()
    except tuf.ExpiredMetadataError as error:
        raise UpdateError(Code.UPDATE_EXPIRED, _short(error)) from error
    except (tuf.BadVersionNumberError, tuf.EqualVersionNumberError) as error:
        raise UpdateError(Code.UPDATE_OLDER, _short(error)) from error
    except (tuf.LengthOrHashMismatchError, tuf.DownloadLengthMismatchError) as error:
        raise UpdateError(Code.UPDATE_DAMAGED, _short(error)) from error
    except tuf.RepositoryError as error:
        raise UpdateError(Code.UPDATE_NOT_TRUSTED, _short(error)) from error
    except tuf.DownloadHTTPError as error:
        raise UpdateError(Code.UPDATE_DAMAGED, _short(error)) from error
    except tuf.DownloadError as error:
        raise UpdateError(Code.UPDATE_DAMAGED, f"the source cannot be read: {_short(error)}") from error
    except OSError as error:  # the client writes what it saw
        raise cannot_write(error, "update") from error


def _short(error: Exception) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
