"""The licence texts of everything in the bundle, taken from what was really collected. A component without one stops the build.

Wheels bring theirs in their metadata or beside their modules; libraries of the system have Debian's ``copyright``; Python has its
own. For a wheel that forgot its text there is packaging/licenses/<name>.txt, the one of its source archive; the texts of what is
linked into wheels (making/inside.py) are there, too, and weights.toml, which says whose text goes with which weights.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import sysconfig
from importlib import metadata
from pathlib import Path
from typing import Any

from making import inside, shipped
from making.opencv import Built
from making.shipped import Component

_TEXT = re.compile(r"(^|/)(licen[cs]e|copying|notice|copyright|authors|third.?party)[^/]*$", re.IGNORECASE)
_NOT_TEXT = re.compile(r"\.(py|pyc|pyi|so|pyd|dll|json|html)$", re.IGNORECASE)

_OF_THE_WHEEL = "opencv-python-headless"
"""Its metadata are shipped, for its version; nothing else of it is, where the kiosk's own OpenCV is."""

_SAME_TEXT = {"shiboken6": "pyside6_essentials"}


_INTER: dict[str, Any] = {
    "kind": "font",
    "name": "inter",
    "version": "3.19",
    "licence": "OFL-1.1",
    "texts": ["LICENSE-Inter.txt"],
}


class Missing(Exception):
    """Components without a licence text."""


def write(program: Path, work: Path, own: Built | None) -> None:
    """Make ``licenses/`` in the bundle, with ``components.json`` that names all of them; ``own`` is the kiosk's own OpenCV.

    Raises:
        Missing: one has none.
        inside.Unknown: a library in a wheel is not what it should be.
        LookupError: a file of unknown origin.
    """
    source = work / "source"
    ours = [source, work / "weights", work / "pictures", work / "frozen"]
    if own is not None:
        ours.append(own.site)
    found = shipped.components(shipped.sources(work), ours=ours)
    into, kept = program / "licenses", source / "packaging" / "licenses"
    into.mkdir()
    rows, lacking = [], []
    for component in found:
        if own is not None and component.name == _OF_THE_WHEEL:
            continue
        texts = _texts(component, kept)
        if not texts:
            lacking.append(component.name)
        names = [_copy(text, into / component.name.lower(), name) for name, text in texts]
        rows.append(_row(component, sorted(set(names))))
    wheels = {row["name"]: row["texts"] for row in rows if row["kind"] == "pypi"}
    for row in [*inside.rows(program / "_internal", wheels), *_weights(source)]:
        text = _kept_text(source, row.pop("text", ""))
        if text is not None:
            folder = str(row.get("wheel", "weights")).lower()
            row["texts"] = [f"{folder}/{_copy(text, into / folder, _name_of(text))}"]
        if not row["texts"]:
            lacking.append(row["name"])
        rows.append(row)
    if lacking:
        raise Missing(f"no licence text of: {', '.join(lacking)}. Put it into packaging/licenses/<name>.txt")
    shutil.copyfile(source / "LICENSE", into / "LICENSE-kiosk.txt")
    shutil.copyfile(source / "assets" / "fonts" / _INTER["texts"][0], into / _INTER["texts"][0])
    rows += [_INTER, *(_compiled(own, into) if own is not None else [])]
    (into / "components.json").write_text(json.dumps(rows, indent=1, sort_keys=True) + "\n", "utf-8", newline="\n")


def _kept_text(source: Path, name: str) -> Path | None:
    """A text of packaging/licenses, or the program's own."""
    if name == inside.APACHE:
        return source / "LICENSE"
    path = source / "packaging" / "licenses" / f"{name}.txt"
    return path if name and path.is_file() else None


def _name_of(text: Path) -> str:
    return text.name if text.suffix else f"{inside.APACHE}.txt"


def _row(component: Component, texts: list[str]) -> dict[str, Any]:
    return {
        "kind": component.kind,
        "name": component.name,
        "version": component.version,
        "licence": _stated(component),
        "texts": [f"{component.name.lower()}/{name}" for name in texts],
    }


def _compiled(own: Built, into: Path) -> list[dict[str, Any]]:
    """What the kiosk's own OpenCV was made of, with the texts of its sources."""
    rows: list[dict[str, Any]] = []
    for part in own.inside:
        name = part["name"]
        shutil.copytree(own.texts / name, into / name)
        rows.append({"kind": "source", **part, "texts": [f"{name}/{text}" for text in part["texts"]]})
    return rows


def _weights(source: Path) -> list[dict[str, Any]]:
    """The weights and pictures, with what the manifest says about their licences."""
    from kiosk.vision.manifest import load_manifest

    return [
        {
            "kind": "weights",
            "name": entry.name,
            "version": entry.sha256[:12],
            "licence": entry.licence,
            "texts": [],
            "text": inside.text_of_weights(source / "packaging" / "licenses", entry.name),
            "note": entry.note,
            "sha256": entry.sha256,
        }
        for entry in load_manifest(source / "models" / "manifest.toml").entries
    ]


def _stated(component: Component) -> str:
    if component.kind == "python":
        return "PSF-2.0"
    if component.kind == "deb":
        return "see its copyright file"
    about = metadata.metadata(component.name)
    stated = about.get("License-Expression") or ""
    short = about.get("License") or ""
    classified = [
        each.rpartition(" :: ")[2] for each in about.get_all("Classifier") or () if each.startswith("License ::")
    ]
    return stated or ", ".join(classified) or (short.splitlines()[0][:100] if short else "see its text")


def _texts(component: Component, extra: Path) -> list[tuple[str, Path]]:
    """Names and files of its texts."""
    if component.kind == "python":
        places = [Path(sysconfig.get_path("stdlib")) / "LICENSE.txt", Path(sys.base_prefix) / "LICENSE.txt"]
        places.append(Path(f"/usr/share/doc/python{sys.version_info[0]}.{sys.version_info[1]}/copyright"))
        found = [("LICENSE.txt", path) for path in places if path.is_file()][:1]
    elif component.kind == "deb":
        path = Path("/usr/share/doc") / component.name / "copyright"
        found = [("copyright", path)] if path.is_file() else []
    else:
        found = _of_distribution(component.name)
    own = extra / f"{_SAME_TEXT.get(component.name, component.name.lower())}.txt"
    return found or ([("LICENSE.txt", own)] if own.is_file() else [])


def _of_distribution(name: str) -> list[tuple[str, Path]]:
    found = []
    for file in metadata.distribution(name).files or ():
        inside = file.as_posix()
        if _TEXT.search(inside) and not _NOT_TEXT.search(inside) and ".." not in file.parts:
            path = Path(str(file.locate()))
            if path.is_file():
                found.append((_flat(inside), path))
    return found


def _flat(inside: str) -> str:
    """A name for a text of a wheel: without the folder of its metadata, the rest of the way kept apart by dashes."""
    parts = [part for part in inside.split("/") if not part.endswith(".dist-info") and part.lower() != "licenses"]
    return "-".join(parts[-3:])


def _copy(text: Path, folder: Path, name: str) -> str:
    folder.mkdir(exist_ok=True)
    shutil.copyfile(text, folder / name)
    return name
