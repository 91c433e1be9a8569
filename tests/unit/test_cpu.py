"""An old processor gets a sentence and status 3 before anything native is loaded."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk import cpu
from kiosk.ui.text import LANGUAGES

ON_X86 = pytest.mark.skipif(platform.machine().lower() not in {"x86_64", "amd64"}, reason="x86 only")
CORE_2 = "flags\t\t: fpu vme de pse sse sse2 ssse3 cx16 sse4_1\n"
HASWELL = "flags\t\t: fpu sse sse2 ssse3 sse4_1 sse4_2 popcnt avx avx2 fma\n"


@ON_X86
@pytest.mark.parametrize(("text", "lacking"), [(CORE_2, ("sse4_2", "popcnt", "avx")), (HASWELL, ()), ("", ())])
def test_what_a_processor_lacks_is_read_off_cpuinfo(tmp_path: Path, text: str, lacking: tuple[str, ...]) -> None:
    file = tmp_path / "cpuinfo"
    file.write_text(f"processor\t: 0\n{text}bugs\t\t:\n", "utf-8")
    assert cpu.missing(cpu.flags_of(file)) == lacking


@ON_X86
def test_what_cannot_be_known_refuses_nobody(tmp_path: Path) -> None:
    assert cpu.missing(cpu.flags_of(tmp_path / "none")) == ()


@ON_X86
@pytest.mark.skipif(sys.platform != "linux", reason="libgcc")
def test_the_processor_itself_says_what_the_kernel_says() -> None:
    asked, told = cpu._asked(), cpu.flags_of(Path("/proc/cpuinfo"))
    if not asked or not told:
        pytest.skip("one of the two cannot be asked here")
    assert asked & set(cpu.NEEDED) == told & set(cpu.NEEDED)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sentence_names_the_instructions_in_every_language(language: str) -> None:
    said = cpu.sentence(("sse4_2", "avx"), language)
    assert "SSE4.2 AVX" in said
    assert len(said.splitlines()) == 3
    assert "error.cpu" not in said


def test_a_refusal_ends_with_status_3(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(cpu, "missing", lambda: ("avx",))
    with pytest.raises(SystemExit) as ended:
        cpu.refuse_too_old()
    assert ended.value.code == 3
    assert "(cpu_too_old: AVX)" in capsys.readouterr().err


@ON_X86
@pytest.mark.skipif(not shutil.which("qemu-x86_64"), reason="qemu-user is not installed")
@pytest.mark.parametrize(("model", "status"), [("core2duo", 3), ("SandyBridge", 0)])
def test_an_emulated_processor_is_told_apart(model: str, status: int) -> None:
    """A real ``cpuid`` of another processor: nothing of the check's own way of asking is replaced."""
    root = Path(__file__).resolve().parents[2]
    code = f"import sys; sys.path.insert(0, {str(root)!r}); from kiosk import cpu; cpu.refuse_too_old()"
    interpreter = str(Path(sys.executable).resolve())
    done = subprocess.run(
        ["qemu-x86_64", "-cpu", model, interpreter, "-S", "-c", code],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == status
    assert ("cpu_too_old" in done.stderr) == (status == 3)


LTSC_2019, NEWER = 17763, 19045


@pytest.mark.parametrize(
    ("states", "build", "sse4_2", "lacking"),
    [
        (7, LTSC_2019, False, ()),  # that Windows knows nothing of SSE4.2 and AVX as features: a capable processor
        (7, NEWER, True, ()),
        (3, LTSC_2019, False, ("avx",)),  # no AVX is known; whether there is SSE4.2 is not
        (3, NEWER, True, ("avx",)),
        (3, NEWER, False, ("sse4_2", "popcnt", "avx")),
        (None, NEWER, False, ()),  # nothing is known
    ],
)
def test_what_windows_tells_of_a_processor(
    states: int | None, build: int, sse4_2: bool, lacking: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "AMD64")
    flags = cpu.flags_of_windows(states=states, build=build, has=lambda number: number == 38 and sse4_2)
    assert cpu.missing(flags) == lacking
