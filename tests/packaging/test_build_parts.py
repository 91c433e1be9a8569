"""The parts of the build that need no build: what is taken from where, what is left out, equal bytes for equal files."""

from __future__ import annotations

import io
import json
import re
import shutil
import struct
import subprocess
import sys
import tarfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from making import deb, icu, nsis, pictures, pruning, reproduce, sbom, source, stripping, tarball

PACKAGING = Path(__file__).resolve().parents[2] / "packaging"
EPOCH = 1_767_225_600


def test_the_specification_is_python_that_compiles() -> None:
    compile((PACKAGING / "kiosk.spec").read_text("utf-8"), "kiosk.spec", "exec")


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell")
@pytest.mark.parametrize("name", ["start.sh", *(f"debian/{script}" for script in deb._SCRIPTS)])
def test_a_shell_script_parses(name: str) -> None:
    subprocess.run(["sh", "-n", str(PACKAGING / "linux" / name)], check=True)


def test_a_version_is_put_in_and_read_out(tmp_path: Path) -> None:
    file = tmp_path / "__init__.py"
    file.write_text('"""Words."""\n\n__version__ = "0.1.0"\n', "utf-8")
    assert source.set_version(file, "") == "0.1.0"
    assert source.set_version(file, "0.1.7") == "0.1.7"
    assert source.set_version(file, "") == "0.1.7"
    with pytest.raises(ValueError, match="not a version"):
        source.set_version(file, "1.0-beta")


def test_every_dependency_of_the_doctor_is_one_of_the_package() -> None:
    wanted = deb.dependencies(PACKAGING.parent)
    assert {"libegl1", "libxcb-cursor0", "libwayland-client0", "adduser"} <= set(wanted)
    assert any(each.startswith("libc6 (>= ") for each in wanted)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("PySide6/Qt/plugins/platforms/libqxcb.so", True),
        ("PySide6/Qt/plugins/platforms/libqvnc.so", False),
        ("PySide6/Qt/plugins/platforms/qwindows.dll", True),
        ("PySide6/Qt/plugins/tls/libqopensslbackend.so", False),
        ("PySide6/Qt/lib/libQt6Quick.so.6", False),
        ("PySide6/Qt/lib/libQt6Widgets.so.6", True),
        ("PySide6/QtOpenGL.abi3.so", False),
        ("PySide6/QtSvg.abi3.so", True),
        ("libgdk_pixbuf-2.0.so.0", False),
        ("libssl.so.3", True),
        ("mediapipe/tasks/c/libmediapipe.so", True),
        ("onnxruntime/capi/libonnxruntime.so.1.31.1", False),
        ("onnxruntime/capi/onnxruntime_pybind11_state.cpython-311-x86_64-linux-gnu.so", True),
    ],
)
def test_what_is_kept_of_the_libraries(name: str, kept: bool) -> None:
    assert bool(pruning.keep([(name, f"/lib/{name}", "BINARY")])) is kept


def test_modules_go_with_their_package() -> None:
    rows = [
        (name, f"/x/{name}.py", "PYMODULE")
        for name in ("numpy", "numpy.f2py.auxfuncs", "pip", "pipes", "matplotlib.pyplot")
    ]
    assert [row[0] for row in pruning.keep_modules(rows)] == ["numpy", "pipes"]


def test_an_archive_has_the_same_bytes_whenever_and_wherever_it_is_made(tmp_path: Path) -> None:
    made = []
    for name in ("one", "two"):
        folder = tmp_path / name
        (folder / "inner").mkdir(parents=True)
        for file in ("b", "a") if name == "one" else ("a", "b"):
            (folder / "inner" / file).write_text(file, "utf-8")
        packed = io.BytesIO()
        tarball.write_tar(folder, "kiosk", packed, epoch=EPOCH)
        made.append(packed.getvalue())
    assert made[0] == made[1]
    with tarfile.open(fileobj=io.BytesIO(made[0])) as archive:
        assert [member.name for member in archive] == ["kiosk", "kiosk/inner", "kiosk/inner/a", "kiosk/inner/b"]
        assert {member.mtime for member in archive} == {EPOCH}
    assert tarball.gzipped(b"words") == tarball.gzipped(b"words")


def test_two_lists_of_files_are_compared_name_by_name(tmp_path: Path) -> None:
    for name, files in (
        ("one", {"a": {"sha256": "1"}, "b": {"sha256": "2"}}),
        ("two", {"a": {"sha256": "1"}, "c": {"sha256": "2"}}),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "files.json").write_text(json.dumps({"files": files}), "utf-8")
    found = reproduce.compare(tmp_path / "one", tmp_path / "two")
    assert (found.files, found.differing) == (3, ("b", "c"))


def _package(items: dict[str, bytes]) -> bytes:
    """ICU common data as its format says (ucmndata.h): a header, the count, names and offsets, the items."""
    header = struct.pack("<H", 32) + b"\xda\x27" + bytes(8) + b"CmnD" + bytes(16)
    return header + icu._packed(sorted(items.items()))


def test_reduced_icu_data_has_the_wanted_items_whole_and_no_others() -> None:
    data = _package(
        {"icudt73l/af.res": b"a" * 90, "icudt73l/root.res": b"r" * 33, "icudt73l/coll/ucadata.icu": b"u" * 50}
    )
    packed = icu.filtered(data)
    items = dict(icu._items(packed, 32))
    assert {name: body.rstrip(b"\0") for name, body in items.items()} == {
        "icudt73l/coll/ucadata.icu": b"u" * 50,
        "icudt73l/root.res": b"r" * 33,
    }
    with pytest.raises(ValueError, match="not ICU"):
        icu.filtered(b"\0" * 64)


@pytest.mark.skipif(sys.platform != "linux", reason="ELF")
def test_a_library_whose_segments_do_not_fit_is_told_apart(tmp_path: Path) -> None:
    library = Path(next(iter(re.findall(r"(/\S+/libc\.so\.6)", Path("/proc/self/maps").read_text("utf-8")))))
    whole = tmp_path / "whole.so"
    shutil.copyfile(library, whole)
    assert stripping.loads(whole)
    cut = tmp_path / "cut.so"
    cut.write_bytes(whole.read_bytes()[:100_000])
    assert not stripping.loads(cut)


@pytest.mark.skipif(sys.platform != "linux" or not shutil.which("strip"), reason="ELF, binutils")
def test_two_links_of_the_same_differ_in_nothing_once_their_number_is_gone(tmp_path: Path) -> None:
    library = Path(next(iter(re.findall(r"(/\S+/libc\.so\.6)", Path("/proc/self/maps").read_text("utf-8")))))
    whole = library.read_bytes()
    at = whole.index(b"GNU\0", whole.index(b"\x04\0\0\0\x14\0\0\0\x03\0\0\0GNU\0")) + 4  # the note: 20 bytes of type 3
    for name, number in (("one", b"\1" * 20), ("other", b"\2" * 20)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "lib.so").write_bytes(whole[:at] + number + whole[at + 20 :])
        stripping.drop_build_ids(tmp_path / name)
        assert stripping.loads(tmp_path / name / "lib.so")
    one, other = ((tmp_path / name / "lib.so").read_bytes() for name in ("one", "other"))
    assert one == other
    assert b"\1" * 20 not in one


def test_windows_version_resource_has_four_numbers() -> None:
    assert "filevers=(1, 2, 3, 0)" in pictures.version_resource("1.2.3")


def test_the_sbom_names_every_component_and_is_the_same_for_the_same_installer(tmp_path: Path) -> None:
    from jsonschema import Draft7Validator

    installer = tmp_path / "kiosk.deb"
    installer.write_bytes(b"bytes")
    rows = [
        {"kind": "pypi", "name": "numpy", "version": "2", "licence": "BSD-3-Clause", "texts": []},
        {"kind": "deb", "name": "libssl3", "version": "3.0", "licence": "see its copyright file", "texts": []},
        {
            "kind": "weights",
            "name": "liveness_a",
            "version": "ab",
            "licence": "MIT",
            "texts": [],
            "sha256": "0" * 64,
            "note": "n",
        },
    ]
    bundle = SimpleNamespace(source=SimpleNamespace(epoch=EPOCH, version="1.2.3", commit="c" * 40))
    made = sbom.describe(bundle, installer, rows)  # type: ignore[arg-type]
    assert made == sbom.describe(bundle, installer, rows)  # type: ignore[arg-type]
    assert [each["name"] for each in made["components"]] == ["numpy", "libssl3", "liveness_a"]
    shape = {"required": ["bomFormat", "specVersion", "serialNumber", "metadata", "components"]}
    assert not list(Draft7Validator(shape).iter_errors(made))


def _dummy(root: Path, version: str) -> None:
    """A tree laid out as a Windows bundle, with one small file of each kind."""
    program = root / "versions" / version
    for name in ("kiosk.exe", "kioskw.exe", "licenses/LICENSE-kiosk.txt", "_internal/a.dll", "files.json"):
        path = program / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"words")
    from PIL import Image

    (program / "pictures").mkdir()
    Image.new("RGBA", (32, 32)).save(program / "pictures" / "kiosk.ico", format="ICO", sizes=[(32, 32)])
    for name in ("kiosk.cmd", "kiosk-window.vbs"):
        shutil.copyfile(PACKAGING / "windows" / name, root / name)


@pytest.mark.skipif(not shutil.which("makensis"), reason="makensis is not installed")
def test_the_windows_script_compiles_against_a_dummy_tree(tmp_path: Path) -> None:
    _dummy(tmp_path / "kiosk", "1.2.3")
    made = []
    for name in ("one.exe", "two.exe"):
        nsis.compile_script(
            PACKAGING / "windows" / "kiosk.nsi", tmp_path / "kiosk", "1.2.3", tmp_path / name, epoch=EPOCH
        )
        made.append((tmp_path / name).read_bytes())
    assert made[0][:2] == b"MZ"
    assert made[0] == made[1]


def test_windows_wants_three_numbers(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="three numbers"):
        nsis.compile_script(tmp_path / "x.nsi", tmp_path, "1.2.3.4", tmp_path / "x.exe", epoch=EPOCH)


@pytest.mark.parametrize("name", ["requirements.lock", "build-requirements.lock"])
def test_every_pinned_package_has_its_hashes(name: str) -> None:
    text = (PACKAGING / name).read_text("utf-8")
    entries = re.findall(r"^([A-Za-z0-9_.-]+)==\S+.*\\\n((?:    --hash=sha256:[0-9a-f]{64}.*\n)+)", text, re.MULTILINE)
    named = re.findall(r"^[A-Za-z0-9_.-]+==", text, re.MULTILINE)
    assert len(entries) == len(named) > 20
