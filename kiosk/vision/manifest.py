"""What weights the kiosk knows: ``models/manifest.toml`` as frozen values. Reads one file; opens no weights, fetches nothing."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import msgspec

from kiosk.domain.errors import Code, ModelError
from kiosk.paths import resource

VERSION = 1


class Pack(StrEnum):
    """What a file is needed for."""

    CORE = "core"
    RECOMMENDED = "recommended"
    DEMO = "demo"


class Client(StrEnum):
    """Which ordinary package client reaches an archive."""

    PIP = "pip"
    NPM = "npm"


class Form(StrEnum):
    """Built for use, or as released in source form."""

    WHEEL = "wheel"
    SDIST = "sdist"


class Conversion(StrEnum):
    """How a file is made from the form that its authors publish."""

    MINIFAS = "minifas"


class Archive(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A package that holds one or more of the files.

    Attributes:
        pin: version, as the client writes it after the name.
        sha256: of the archive, empty where it differs by platform.
    """

    client: Client
    package: str
    pin: str
    form: Form
    sha256: str = ""


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One place to get a file from: a member of an archive, or an address."""

    archive: str = ""
    member: str = ""
    url: str = ""


class Published(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The form that the authors publish, where it is not the one that the kiosk runs. Sources then give this one.

    Attributes:
        file: its own name, under which a mirror folder may hold it.
        sha256: in hex.
        size: bytes.
    """

    file: str
    sha256: str
    size: int
    conversion: Conversion


class LivenessFeed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a passive liveness network is fed.

    Attributes:
        label: short name of the cue, for operators.
        size: side of the square input, pixels.
        scale: of the face box about its centre.
        bona_fide: index of the class that means a live person.
    """

    label: str
    size: int
    scale: float
    bona_fide: int


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file. ``size`` in bytes; ``sha256`` in hex; the rest tells people what it is and how it is fed.

    Attributes:
        published: set where the file is made from another one; ``sha256`` and ``size`` are those of the made one.
    """

    name: str
    file: str
    sha256: str
    size: int
    pack: Pack
    licence: str
    note: str
    input: str
    colour: str
    normalisation: str
    output: str
    sources: tuple[Source, ...]
    liveness: LivenessFeed | None = None
    published: Published | None = None


class _Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    archives: dict[str, Archive]
    models: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """All known files, in the order of the manifest, and the archives that hold them."""

    entries: tuple[Entry, ...]
    archives: dict[str, Archive]

    def entry(self, name: str) -> Entry:
        """The file of this name.

        Raises:
            KeyError: the manifest has none; a programming error, names are constants.
        """
        for entry in self.entries:
            if entry.name == name:
                return entry
        raise KeyError(name)

    def names(self, *packs: Pack) -> tuple[str, ...]:
        """Names of all files of these packs (of every pack when none is given)."""
        return tuple(entry.name for entry in self.entries if not packs or entry.pack in packs)


def load_manifest(path: Path | None = None) -> Manifest:
    """Read the shipped manifest, or another one.

    Raises:
        ModelError: it is missing, damaged, of another version, or names an archive that it does not describe.
    """
    path = path or resource("models/manifest.toml")
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        document = msgspec.convert(raw, _Document)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ModelError(Code.MODEL_BROKEN, f"{path.name}: {error}") from error
    problem = _problem(document)
    if problem:
        raise ModelError(Code.MODEL_BROKEN, f"{path.name}: {problem}")
    return Manifest(document.models, document.archives)


def _problem(document: _Document) -> str:
    """What makes a well-formed manifest unusable, or an empty string."""
    if document.version != VERSION:
        return f"version {document.version}, this program reads {VERSION}"
    names = [entry.name for entry in document.models]
    files = [entry.file for entry in document.models]
    if len(set(names)) != len(names) or len(set(files)) != len(files):
        return "a name or a file stands there twice"
    for entry in document.models:
        for form in (entry, entry.published):
            if form is not None and Path(form.file).name != form.file:
                return f"{entry.name}: the file must be a bare name"
            if form is not None and (len(form.sha256) != 64 or form.sha256 != form.sha256.lower()):
                return f"{entry.name}: not a sha256"
        for source in entry.sources:
            if bool(source.url) == bool(source.archive):
                return f"{entry.name}: a source is an archive or a url"
            if source.archive and source.archive not in document.archives:
                return f"{entry.name}: unknown archive {source.archive}"
    return ""
