"""The table of pairs."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.domain.errors import Code, InputError
from kiosk.evaluate.pairs import Pair, read_pairs


def table(folder: Path, text: str) -> Path:
    path = folder / "pairs.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_pairs_are_read_in_order_whatever_the_order_of_the_columns(tmp_path: Path) -> None:
    found = read_pairs(table(tmp_path, "\ufeffsame,path_b,path_a,note\n1,b.jpg,a.jpg,x\n0,c.jpg,a.jpg,\n"))
    assert found == (Pair("a.jpg", "b.jpg", True), Pair("a.jpg", "c.jpg", False))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("path_a,path_b\na,b\n", "same"),
        ("path_a,path_b,same\n", "no pair"),
        ("", "missing"),
        ("path_a,path_b,same\na.jpg,b.jpg,yes\n", "line 2"),
        ("path_a,path_b,same\na.jpg,,1\n", "line 2"),
        ("path_a,path_b,same\na.jpg\n", "line 2"),
        ("path_a,path_b,same\n" + "a,b,2\n" * 9, "4 more"),
    ],
)
def test_a_wrong_table_says_what_is_wrong(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(InputError) as caught:
        read_pairs(table(tmp_path, text))
    assert caught.value.code is Code.TABLE_INVALID
    assert says in caught.value.detail


def test_a_table_that_is_not_there_or_not_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as missing:
        read_pairs(tmp_path / "no.csv")
    assert missing.value.code is Code.FILE_MISSING
    binary = tmp_path / "binary.csv"
    binary.write_bytes(b"\xff\xfe\x00\xd8")
    with pytest.raises(InputError) as caught:
        read_pairs(binary)
    assert caught.value.code is Code.TABLE_INVALID
