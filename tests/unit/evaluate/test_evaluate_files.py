"""Which files are attempts, of which species and site."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.domain.errors import Code, InputError
from kiosk.evaluate.files import UNNAMED, Kind, find_samples, kind_of


def put(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return folder


def test_species_and_site_are_the_folders_below(tmp_path: Path) -> None:
    found = find_samples(
        put(
            tmp_path,
            "live/door/1.jpg",
            "live/2.PNG",
            "attack/print/desk/deep/3.mp4",
            "attack/mask/4.jpg",
            "attack/5.jpg",
        )
    )
    told = {s.path.name: (s.kind, s.species, s.site) for s in found.samples}
    assert told == {
        "1.jpg": (Kind.PICTURE, None, "door"),
        "2.PNG": (Kind.PICTURE, None, ""),
        "3.mp4": (Kind.CLIP, "print", "desk"),
        "4.jpg": (Kind.PICTURE, "mask", ""),
        "5.jpg": (Kind.PICTURE, UNNAMED, ""),
    }


def test_the_order_is_fixed_and_other_files_are_counted(tmp_path: Path) -> None:
    found = find_samples(put(tmp_path, "live/b.jpg", "live/a.jpg", "live/notes.txt", "live/.hidden.jpg", "other/c.jpg"))
    assert [s.path.name for s in found.samples] == ["a.jpg", "b.jpg"]
    assert found.others == 1


def test_a_folder_with_nothing_labelled_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        find_samples(put(tmp_path, "1.jpg", "live/readme.md"))
    assert caught.value.code is Code.FOLDER_EMPTY
    assert caught.value.exit_status == 2


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        find_samples(tmp_path / "no")
    assert caught.value.code is Code.FILE_MISSING


@pytest.mark.parametrize(
    ("name", "kind"), [("a.webm", Kind.CLIP), ("a.JPEG", Kind.PICTURE), ("a.csv", None), ("a", None)]
)
def test_the_ending_tells_the_kind(name: str, kind: Kind | None) -> None:
    assert kind_of(Path(name)) is kind
