"""The licence texts of everything in the bundle, taken from what was really collected. A component without one stops the build.

Wheels bring theirs in their metadata or beside their modules; libraries of the system have Debian's ``copyright``; Python has
its own. For a wheel that forgot its text there is packaging/licenses/<name>.txt, the one of its source archive.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import sysconfig
from importlib import metadata
from pathlib import Path

from making import shipped
from making.opencv import Built
from making.shipped import Component

_TEXT = re.compile(r"(^|/)(licen[cs]e|copying|notice|copyright|authors)[^/]*$", re.IGNORECASE)
_NOT_TEXT = re.compile(r"\.(py|pyc|pyi|so|pyd|dll|json|html)$", re.IGNORECASE)

_SAME_TEXT = {"shiboken6": "pyside6_essentials"}


class Missing(Exception):
    """Components without a licence text."""


def write(program: Path, work: Path, own: Built | None) -> None:
    """Make ``licenses/`` in the bundle, with ``components.json`` that names all of them; ``own`` is the kiosk's own OpenCV.

    Raises:
        Missing: one has none.
        LookupError: a file of unknown origin.
    """
    source = work / "source"
    ours = [source, work / "weights", work / "pictures", work / "frozen"]
    if own is not None:
        ours.append(own.site)
    found = shipped.components(shipped.sources(work), ours=ours)
    into = program / "licenses"
    into.mkdir()
    rows, lacking = [], []
    for component in found:
        texts = _texts(component, source / "packaging" / "licenses")
        if not texts:
            lacking.append(component.name)
        names = [_copy(text, into / component.name.lower(), name) for name, text in texts]
        rows.append(_row(component, sorted(set(names))))
    if lacking:
        raise Missing(f"no licence text of: {', '.join(lacking)}. Put it into packaging/licenses/<name>.txt")
    shutil.copyfile(source / "LICENSE", into / "LICENSE-kiosk.txt")
    shutil.copyfile(source / "assets" / "fonts" / "LICENSE-Inter.txt", into / "LICENSE-Inter.txt")
    rows += _weights(source) + (_compiled(own, into) if own is not None else [])
    (into / "components.json").write_text(json.dumps(rows, indent=1, sort_keys=True) + "\n", "utf-8", newline="\n")


def _row(component: Component, texts: list[str]) -> dict[str, object]:
    return {
        "kind": component.kind,
        "name": component.name,
        "version": component.version,
        "licence": _stated(component),
        "texts": [f"{component.name.lower()}/{name}" for name in texts],
    }


def _compiled(own: Built, into: Path) -> list[dict[str, object]]:
    """What the kiosk's own OpenCV was made of, with the texts of its sources."""
    rows: list[dict[str, object]] = []
    for part in own.inside:
        name = part["name"]
        shutil.copytree(own.texts / name, into / name)
        rows.append({"kind": "source", **part, "texts": [f"{name}/{text}" for text in part["texts"]]})
    return rows


def _weights(source: Path) -> list[dict[str, object]]:
    """The weights and pictures, with what the manifest says about their licences."""
    from kiosk.vision.manifest import load_manifest

    return [
        {
            "kind": "weights",
            "name": entry.name,
            "version": entry.sha256[:12],
            "licence": entry.licence,
            "texts": [],
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
