"""What wheels carry inside is named with its version, and everything that is shipped has a text."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from making import inside, licences, sbom

from kiosk.vision.manifest import load_manifest

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "packaging" / "licenses"
WHEELS = {
    "cryptography": ["cryptography/LICENSE"],
    "numpy": ["numpy/LICENSE.txt"],
    "PySide6_Essentials": ["q/LICENSE.txt"],
}


def put(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def found(internal: Path, wheels: dict[str, list[str]] | None = None) -> dict[tuple[str, str], str]:
    rows = inside.rows(internal, WHEELS if wheels is None else wheels)
    return {(row["wheel"], row["name"]): row["version"] for row in rows}


def test_versions_of_what_is_inside_are_read_from_what_is_shipped(tmp_path: Path) -> None:
    put(tmp_path / "cryptography/hazmat/bindings/_rust.abi3.so", b"\0OpenSSL 4.0.3 29 Sep 2026\0")
    put(tmp_path / "libicuuc.so.73", b"\x7fELF")
    put(tmp_path / "numpy.libs/libscipy_openblas64_-32a4b2a6.so", b"..OpenBLAS 0.3.31.188.0 DYNAMIC..")
    put(tmp_path / "numpy.libs/libgfortran-040039e1-0352e75f.so.5.0.0", b"\x7fELF")
    put(tmp_path / "numpy.libs/msvcp140-a4c2229bdc2a2a630acdc095b4d86008.dll", b"MZ")
    assert found(tmp_path) == {
        ("cryptography", "openssl"): "4.0.3",
        ("PySide6_Essentials", "icu"): "73",
        ("numpy", "openblas"): "0.3.31.188.0",
        ("numpy", "libgfortran"): "5.0.0",
        ("numpy", "msvcp140"): "",
    }
    assert ("cryptography", "openssl") not in found(tmp_path, {"numpy": ["numpy/LICENSE.txt"]})


def test_a_part_whose_version_cannot_be_read_stops_the_build(tmp_path: Path) -> None:
    put(tmp_path / "cryptography/hazmat/bindings/_rust.abi3.so", b"another library")
    with pytest.raises(inside.Unknown, match="no version"):
        found(tmp_path)


def test_a_library_beside_a_wheel_that_nobody_knows_stops_the_build(tmp_path: Path) -> None:
    put(tmp_path / "numpy.libs/readme", b"words")
    with pytest.raises(inside.Unknown, match="readme"):
        found(tmp_path)


def test_all_weights_and_pictures_have_a_text() -> None:
    for entry in load_manifest(ROOT / "models" / "manifest.toml").entries:
        name = inside.text_of_weights(KEPT, entry.name)
        text = licences._kept_text(ROOT, name)
        assert text is not None, entry.name
        assert len(text.read_text("utf-8")) > 100
    assert inside.text_of_weights(KEPT, "new weights") == ""
    assert licences._kept_text(ROOT, "") is None


def test_every_part_of_the_table_has_its_text() -> None:
    for part in inside._PARTS:
        assert licences._kept_text(ROOT, part.text) is not None, part.text


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("onnxruntime/ThirdPartyNotices.txt", True),
        ("x.dist-info/licenses/THIRD-PARTY-NOTICES.md", True),
        ("cv2/LICENSE-3RD-PARTY.txt", True),
        ("onnxruntime/tools/third_steps.txt", False),
    ],
)
def test_a_text_is_known_by_its_name(name: str, is_one: bool) -> None:
    assert bool(licences._TEXT.search(name)) is is_one


def test_one_library_in_two_wheels_is_two_components(tmp_path: Path) -> None:
    installer = put(tmp_path / "kiosk.deb", b"bytes")
    rows = [
        {
            "kind": "inside",
            "wheel": wheel,
            "name": "openssl",
            "version": "3.6.0",
            "licence": "Apache-2.0",
            "texts": ["x"],
        }
        for wheel in ("cryptography", "sqlcipher3")
    ]
    bundle = SimpleNamespace(source=SimpleNamespace(epoch=0, version="1.2.3", commit="c" * 40))
    made = sbom.describe(bundle, installer, rows)["components"]  # type: ignore[arg-type]
    assert [each["bom-ref"] for each in made] == ["cryptography:openssl@3.6.0", "sqlcipher3:openssl@3.6.0"]
    assert made[0]["description"] == "in the wheel of cryptography"
