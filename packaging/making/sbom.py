"""What is inside an installer, as CycloneDX 1.6 JSON beside it: every component that was collected, with version, licence and
hash of the installer itself. Checked against CycloneDX's own schema before it is written.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from making.bundle import Bundle

_NAMESPACE = uuid.UUID("6f1d7c7e-52a4-4a1c-9d0c-8a3f0f2d6b11")


def write(bundle: Bundle, installer: Path) -> Path:
    """``<installer>.cdx.json``.

    Raises:
        ValueError: it would not be valid.
    """
    rows = json.loads((bundle.program / "licenses" / "components.json").read_text("utf-8"))
    document = describe(bundle, installer, rows)
    text = json.dumps(document, indent=1, sort_keys=True) + "\n"
    _validate(text)
    path = installer.with_name(f"{installer.name}.cdx.json")
    path.write_text(text, "utf-8", newline="\n")
    print(f"sbom: {path}, {len(rows)} components")
    return path


def describe(bundle: Bundle, installer: Path, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The document. The serial number comes from the installer's hash, so that it is the same for the same bytes."""
    digest = hashlib.sha256(installer.read_bytes()).hexdigest()
    built = datetime.fromtimestamp(bundle.source.epoch, UTC)
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(_NAMESPACE, digest)}",
        "version": 1,
        "metadata": {
            "timestamp": built.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {
                "type": "application",
                "bom-ref": "kiosk",
                "name": "kiosk",
                "version": bundle.source.version,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
                "hashes": [{"alg": "SHA-256", "content": digest}],
                "properties": [
                    {"name": "kiosk:commit", "value": bundle.source.commit},
                    {"name": "kiosk:installer", "value": installer.name},
                ],
            },
        },
        "components": [_component(row) for row in rows],
    }


def _component(row: dict[str, Any]) -> dict[str, Any]:
    weights = row["kind"] == "weights"
    found: dict[str, Any] = {
        "type": "machine-learning-model"
        if weights and not row["name"].startswith("portrait")
        else "data"
        if weights or row["kind"] == "font"
        else "library",
        "bom-ref": f"{row.get('wheel', row['kind'])}:{row['name']}@{row['version']}",
        "name": row["name"],
        "version": row["version"],
        "licenses": [{"license": {"name": row["licence"]}}],
    }
    if weights:
        found["hashes"] = [{"alg": "SHA-256", "content": row["sha256"]}]
        found["description"] = row["note"]
    else:
        found["purl"] = _purl(row)
    if "wheel" in row:
        found["description"] = f"in the wheel of {row['wheel']}"
    return found


def _purl(row: dict[str, Any]) -> str:
    name, version = quote(row["name"].lower().replace("_", "-")), quote(row["version"])
    if row["kind"] == "pypi":
        return f"pkg:pypi/{name}@{version}"
    if row["kind"] == "deb":
        return f"pkg:deb/debian/{quote(row['name'])}@{version}"
    return f"pkg:generic/{name}@{version}" if version else f"pkg:generic/{name}"


def _validate(text: str) -> None:
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if problem is not None:
        raise ValueError(f"the SBOM is not valid: {problem}")
