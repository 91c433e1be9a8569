"""A signed folder for updates, and the keys that sign it: the publisher's half of kiosk/update/trust.py.

``keys`` is done once, on a machine of the publisher that stays offline: it writes four keys and the root of trust that goes into
every bundle (``--trust``). ``update`` signs an archive; each call gives its metadata a higher number than any before it, whatever
folder they go to, so that no installation can be brought backwards. The number is kept beside the keys. Keys are files (PKCS#8,
unencrypted): keep the folder where such keys are kept, all of it.
"""

from __future__ import annotations

import json
import lzma
import shutil
import tarfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from securesystemslib.signer import CryptoSigner

ROLES = ("root", "targets", "snapshot", "timestamp")
LIST, ROOT = "files.json", "update-root.json"
_COUNTER = "published.json"
VALID_DAYS = {"root": 3650, "targets": 365, "snapshot": 365, "timestamp": 365}
"""A stick is carried to machines that nobody visits for months; how long it may lie is the timestamp's time."""


class NoTrust(Exception):
    """A bundle that could never be updated again by these keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What is offered: the archive, its version and system, and how large it is unpacked (bytes)."""

    archive: Path
    version: str
    system: str
    unpacked: int


def make_keys(folder: Path, *, now: datetime | None = None) -> Path:
    """Four new keys and ``root.json``, signed; returns the latter.

    Raises:
        FileExistsError: there are keys already: overwriting them would orphan every installation.
    """
    from securesystemslib.signer import CryptoSigner
    from tuf.api.metadata import Metadata, Root

    if any((folder / f"{role}.pem").exists() for role in ROLES):
        raise FileExistsError(f"{folder} has keys")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    root = Root(expires=_until("root", now), consistent_snapshot=True)
    for role in ROLES:
        signer = CryptoSigner.generate_ed25519()
        path = folder / f"{role}.pem"
        path.touch(0o600)
        path.write_bytes(signer.private_bytes)
        root.add_key(signer.public_key, role)
        _note_public(folder, role, signer)
    signed = Metadata(root)
    signed.sign(_signer(folder, "root"))
    into = folder / "root.json"
    signed.to_file(str(into))
    return into


def must_trust(program: Path, keys: Path) -> None:
    """The version that is about to be signed has these keys' root of trust in it, or whoever takes it takes no update after it.

    Raises:
        NoTrust: it has none, or another.
    """
    root = program / ROOT
    if not root.is_file():
        raise NoTrust(f"{program.name} has no root of trust: make the bundle again with --trust {keys / 'root.json'}")
    if json.loads(root.read_bytes()) != json.loads((keys / "root.json").read_bytes()):
        raise NoTrust(f"{program.name} trusts other keys: make the bundle again with --trust {keys / 'root.json'}")


def is_of(archive: Path, program: Path) -> bool:
    """Whether the archive was made of this very bundle: its list of files, which names every hash, is the same."""
    inside = f"kiosk/versions/{program.name}/{LIST}"
    try:
        with tarfile.open(archive, "r:xz") as opened:
            found = next((opened.extractfile(member) for member in opened if member.name == inside), None)
            return found is not None and found.read() == (program / LIST).read_bytes()
    except (OSError, EOFError, tarfile.TarError, lzma.LZMAError):
        return False


def publish(
    keys: Path, release: Release, into: Path, *, now: datetime | None = None, valid: timedelta | None = None
) -> None:
    """Write ``metadata`` and ``targets`` for the release into the folder, numbered higher than all that these keys signed before.

    Args:
        valid: how long the folder may be used; by default :data:`VALID_DAYS`.
    """
    from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp

    metadata, targets = into / "metadata", into / "targets"
    version = _next_version(keys, metadata)
    shutil.rmtree(targets, ignore_errors=True)
    for each in (metadata, targets):
        each.mkdir(parents=True, exist_ok=True)
    trusted = Metadata[Root].from_file(str(keys / "root.json"))
    shutil.copyfile(keys / "root.json", metadata / f"{trusted.signed.version}.root.json")
    index = {"version": release.version, "archive": release.archive.name, "unpacked": release.unpacked}
    described = Targets(version=version, expires=_until("targets", now, valid))
    for name, data in ((f"kiosk-{release.system}.json", _as_bytes(index)), (release.archive.name, release.archive)):
        target = _target(TargetFile, name, data)
        described.targets[name] = target
        _place(data, targets / f"{target.hashes['sha256']}.{name}")
    _sign(keys, "targets", described, metadata / f"{version}.targets.json")
    snapshot = Snapshot(
        version=version, expires=_until("snapshot", now, valid), meta={"targets.json": MetaFile(version)}
    )
    _sign(keys, "snapshot", snapshot, metadata / f"{version}.snapshot.json")
    timestamp = Timestamp(version=version, expires=_until("timestamp", now, valid), snapshot_meta=MetaFile(version))
    _sign(keys, "timestamp", timestamp, metadata / "timestamp.json")


def _target(kind: Any, name: str, data: bytes | Path) -> Any:
    return kind.from_data(name, data) if isinstance(data, bytes) else kind.from_file(name, str(data))


def _place(data: bytes | Path, path: Path) -> None:
    if isinstance(data, bytes):
        path.write_bytes(data)
    else:
        shutil.copyfile(data, path)


def _as_bytes(value: object) -> bytes:
    return json.dumps(value, sort_keys=True).encode("utf-8")


def _sign(keys: Path, role: str, signed: Any, path: Path) -> None:
    from tuf.api.metadata import Metadata

    whole = Metadata(signed)
    whole.sign(_signer(keys, role))
    whole.to_file(str(path))


def _next_version(keys: Path, metadata: Path) -> int:
    """One more than these keys, or the folder, have had. It is used up before anything is signed with it: a number that was
    skipped harms nobody, one that comes twice makes a kiosk refuse the second as damaged."""
    from tuf.api.metadata import Metadata, Timestamp

    counter, stamp = keys / _COUNTER, metadata / "timestamp.json"
    last = [int(json.loads(counter.read_text("utf-8"))["version"])] if counter.exists() else [0]
    if stamp.exists():
        last.append(Metadata[Timestamp].from_file(str(stamp)).signed.version)
    version = max(last) + 1
    part = keys / f".{_COUNTER}"
    part.write_text(json.dumps({"version": version}), "utf-8")
    part.replace(counter)
    return version


def _until(role: str, now: datetime | None, valid: timedelta | None = None) -> datetime:
    begins = (now or datetime.now(UTC)).replace(microsecond=0)
    return begins + (valid or timedelta(days=VALID_DAYS[role]))


def _note_public(folder: Path, role: str, signer: CryptoSigner) -> None:
    public = signer.public_key
    (folder / f"{role}.pub.json").write_text(json.dumps({"keyid": public.keyid, **public.to_dict()}), "utf-8")


def _signer(folder: Path, role: str) -> CryptoSigner:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key
    from securesystemslib.signer import CryptoSigner, Key

    described = json.loads((folder / f"{role}.pub.json").read_text("utf-8"))
    public = Key.from_dict(described.pop("keyid"), described)
    private: Any = load_pem_private_key((folder / f"{role}.pem").read_bytes(), password=None)
    return CryptoSigner(private, public)
