"""The support bundle: what somebody who helps needs to know of a station, and nothing of anybody who was in front of it.

Versions, settings without secrets, the doctor's report, logs, counts, the audit's head, the queue's counts, walks of attacks.
It is made in memory, redacted, scanned, and only then written; a bundle in which the scan finds something is never handed out.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import platform
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk import __version__
from kiosk.domain.checkup import Checkup, Line
from kiosk.domain.errors import Code, ConfigError, InputError
from kiosk.profile import Profile
from kiosk.settings import Settings
from kiosk.station.bundle_scan import Finding, Known, as_text, known, magic, redact, scan

if TYPE_CHECKING:
    from kiosk.store.sqlite import SqliteStore

LOG_BYTES = 1_000_000
"""The end of each log; older lines help nobody."""

NEWEST_RESULTS = 5000

LIBRARIES = (
    "PySide6-Essentials",
    "mediapipe",
    "onnxruntime",
    "opencv-python-headless",
    "numpy",
    "httpx",
    "sqlcipher3",
    "sqlite-utils",
)

OWN_WORDS = ("kiosk", "python", "linux", "windows", "station", "camera", "error", "warning", "info", "critical", "none")
"""Words without which no line of a bundle says anything; somebody may be called so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """What was written: bytes in all, and the SHA-256 of each file in it."""

    path: Path
    size: int
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the store adds: counts for the bundle, and what is known of people, to be looked for."""

    tables: Mapping[str, Any]
    about: Known


def facts_of(store: SqliteStore, *, secrets: Iterable[str] = ()) -> Facts:
    """Read the store. Seconds for a large one: on a worker thread.

    Args:
        store: of the station.
        secrets: tokens and keys that must not be in any file.

    Raises:
        StoreError: it cannot be read.
    """
    people = store.people()
    operators = store.operators.all()
    results = store.validations(NEWEST_RESULTS)
    head = store.verify_audit()
    backlog = store.outbox.backlog()
    details = [person.details for person in people]
    about = known(
        names=[
            *(f"{each.first_name} {each.last_name}" for each in details),
            *(operator.name for operator in operators),
        ],
        codes=[
            *(each.email for each in details),
            *(each.document_number for each in details),
            *(each.date_of_birth for each in details),
        ],
        numbers=[*(each.phone for each in details), *(each.document_number for each in details)],
        secrets=secrets,
        kept=OWN_WORDS,
    )
    tables = {
        "counts": {
            "people": len(people),
            "people_by_truth": _counted(person.truth for person in people),
            "operators_by_role": _counted(operator.role for operator in operators),
            "results_looked_at": len(results),
            "results_by_outcome": _counted(each.outcome for each in results),
            "results_by_reason": _counted(each.reason for each in results),
            "results_by_truth": _counted(each.truth for each in results),
        },
        "audit": {"lines": head.lines, "head": head.head, "anchored": head.anchored, "finding": head.finding},
        "queue": {
            "pending": backlog.pending,
            "in_doubt": backlog.doubt,
            "buried": backlog.buried,
            "oldest_s": round(backlog.oldest_s, 1),
        },
        "walks": [_walk(walk) for walk in store.walks.newest()],
    }
    return Facts(tables=tables, about=about)


def make(
    path: Path,
    *,
    profile: Profile,
    settings: Settings,
    checks: Sequence[Line],
    facts: Facts,
) -> Bundle:
    """Write the bundle, mode 0600, or nothing at all. Any thread but the GUI's.

    Raises:
        ConfigError: ``bundle_not_clean``, naming the files and what is in them; ``file_not_writable``.
    """
    tables: dict[str, Any] = {
        "versions": versions(),
        "settings": settings_shown(settings),
        "doctor": {"passes": Checkup(tuple(checks)).passes, "checks": [line.as_object() for line in checks]},
        **facts.tables,
    }
    files = {f"{name}.json": _json(_covered(table, facts.about)).encode() for name, table in tables.items()}
    found: list[Finding] = []
    for log in sorted(profile.logs.glob("*.log*")) if profile.logs.is_dir() else ():
        data = _end_of(log)
        found += magic(f"logs/{log.name}", data)
        files[f"logs/{log.name}"] = redact(as_text(data), facts.about).encode()
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    files["bundle.json"] = _json({"made_by": f"kiosk {__version__}", "sha256": sums, "checked": CHECKED}).encode()
    for name, data in files.items():
        found += scan(name, data, facts.about)
    if found:
        raise ConfigError(Code.BUNDLE_NOT_CLEAN, "; ".join(str(each) for each in found[:10]))
    size = _write(path, files)
    return Bundle(path=path, size=size, files=sums)


CHECKED = (
    "Before it was written, every file in here was searched for pictures, templates, databases, tokens and PINs, and for the "
    "names, documents, addresses and phones of everybody in the store."
)


def versions() -> dict[str, Any]:
    """Of the program and what it runs on; no name of the machine."""
    from importlib import metadata

    found = {}
    for name in LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed as a package"
    return {
        "kiosk": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
        "machine": platform.machine(),
        "frozen": bool(getattr(sys, "frozen", False)),
        "libraries": found,
    }


def settings_shown(settings: Settings) -> dict[str, dict[str, str]]:
    """Every setting without its secrets, and where it comes from."""
    from kiosk.station.settings_desk import entries

    return {entry.key: {"value": entry.value, "source": entry.source} for entry in entries(settings)}


def _counted(values: Iterable[Any]) -> dict[str, int]:
    return {str(value): count for value, count in sorted(Counter(map(str, values)).items())}


def _walk(walk: Any) -> dict[str, Any]:
    wizard = walk.wizard
    return {
        "began_at": walk.began_at,
        "camera": walk.camera,
        "standing": str(wizard.standing()),
        "counts": [
            {
                "species": count.species or "bona_fide",
                "accepted": count.accepted,
                "refused": count.refused,
                "no_answer": count.no_answer,
            }
            for count in wizard.counts()
        ],
    }


def _covered(value: Any, about: Known) -> Any:
    """The same with its texts redacted; numbers are counts of ours."""
    if isinstance(value, dict):
        return {key: _covered(each, about) for key, each in value.items()}
    if isinstance(value, list):
        return [_covered(each, about) for each in value]
    return redact(value, about) if isinstance(value, str) else value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _end_of(log: Path) -> bytes:
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - LOG_BYTES))
            return file.read(LOG_BYTES)
    except OSError as error:
        return f"could not be read: {error.strerror}\n".encode()


def _write(path: Path, files: Mapping[str, bytes]) -> int:
    """All at once: beside, then renamed, readable by its owner alone."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    try:
        handle, beside = tempfile.mkstemp(prefix=".support-", suffix=".zip", dir=path.parent)
    except OSError as error:
        raise InputError(Code.FILE_NOT_WRITABLE, f"{path}: {error.strerror}") from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(packed.getvalue())
        os.replace(beside, path)
    except OSError as error:
        Path(beside).unlink(missing_ok=True)
        raise InputError(Code.FILE_NOT_WRITABLE, f"{path}: {error.strerror}") from error
    return packed.tell()
