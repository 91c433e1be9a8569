"""Which labelled files there are: ``DIR/live/**`` and ``DIR/attack/<species>/**``, pictures and clips. Opens none of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from kiosk.camera.stills import PICTURE_SUFFIXES
from kiosk.domain.errors import Code, InputError

CLIP_SUFFIXES = frozenset({".mp4", ".m4v", ".webm", ".mov", ".avi", ".mkv", ".mpg", ".mpeg", ".ogv", ".wmv", ".3gp"})

LIVE, ATTACK = "live", "attack"
UNNAMED = "unnamed"
"""Species of an attack that lies in no folder of its own."""


class Kind(StrEnum):
    """What a file is."""

    PICTURE = "picture"
    CLIP = "clip"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One labelled file; shown to the station it is one attempt.

    Attributes:
        species: of the presentation attack; None for a bona fide presentation.
        site: the next folder below, which names a camera and the people in front of it; empty where there is none.
    """

    path: Path
    kind: Kind
    species: str | None
    site: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a folder holds.

    Attributes:
        others: how many files are neither a picture nor a clip by their names.
    """

    samples: tuple[Sample, ...]
    others: int


def find_samples(folder: Path) -> Found:
    """All labelled files, in a fixed order.

    Raises:
        InputError: ``file_missing`` for the folder, ``folder_empty`` where nothing labelled is in it.
    """
    if not folder.is_dir():
        raise InputError(Code.FILE_MISSING, f"{folder}: not a folder")
    samples: list[Sample] = []
    others = 0
    for label in (LIVE, ATTACK):
        for path in _files(folder / label):
            kind = kind_of(path)
            if kind is None:
                others += 1
                continue
            inner = path.relative_to(folder / label).parts[:-1]
            samples.append(_sample(path, kind, inner, is_attack=label == ATTACK))
    if not samples:
        raise InputError(
            Code.FOLDER_EMPTY, f"{folder}: pictures or clips are looked for in live/ and attack/<species>/ inside it"
        )
    return Found(tuple(samples), others)


def clip_sample(path: Path) -> Sample:
    """One clip without a label.

    Raises:
        InputError: ``file_missing``, or ``clip_unreadable`` by its name.
    """
    if not path.is_file():
        raise InputError(Code.FILE_MISSING, str(path))
    if kind_of(path) is not Kind.CLIP:
        raise InputError(Code.CLIP_UNREADABLE, str(path))
    return Sample(path=path, kind=Kind.CLIP, species=None, site="")


def kind_of(path: Path) -> Kind | None:
    """By the name's ending."""
    suffix = path.suffix.lower()
    if suffix in PICTURE_SUFFIXES:
        return Kind.PICTURE
    return Kind.CLIP if suffix in CLIP_SUFFIXES else None


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith("."))
    except OSError as error:
        raise InputError(Code.FILE_MISSING, f"{folder}: cannot be read") from error


def _sample(path: Path, kind: Kind, inner: tuple[str, ...], *, is_attack: bool) -> Sample:
    if not is_attack:
        return Sample(path=path, kind=kind, species=None, site=inner[0] if inner else "")
    return Sample(path=path, kind=kind, species=inner[0] if inner else UNNAMED, site=inner[1] if len(inner) > 1 else "")
