"""The chain of the audit: any edit, cut or reorder is found, by its first line, also when it is done behind SQLite's back."""

from __future__ import annotations

import hashlib
import json
from contextlib import closing
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2
from support.records import KEY, HandClock, enrolment, opened

from kiosk.domain.errors import Code
from kiosk.store.anchor import Anchor, Mark
from kiosk.store.audit import BEFORE_ALL, as_json
from kiosk.store.cipher import Key

LINES = 8


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A plain store with some lines, closed."""
    with opened(tmp_path / "station.db") as store:
        for n in range(LINES):
            store.note(action="something", subject=f"s{n}", detail=f"ñ {n}")
    return tmp_path / "station.db"


def tamper(path: Path, *statements: str) -> None:
    """As somebody with the file and a database tool would: the triggers are no obstacle."""
    with closing(dbapi2.connect(path, isolation_level=None)) as connection:
        names = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in names:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        for _, sql in names:
            connection.execute(sql)


def found(path: Path) -> tuple[str, int | None]:
    with opened(path) as store:
        report = store.verify_audit()
    return report.finding, report.first_bad


def test_a_whole_audit_is_whole(path: Path):
    with opened(path) as store:
        report = store.verify_audit()
        assert report.whole
        assert (report.lines, report.anchored, report.first_bad) == (LINES, LINES, None)
        assert report.head == store.audit()[-1].hash
        store.enrol(enrolment())
        assert store.verify_audit().lines == LINES + 1


def test_an_empty_audit_is_whole(tmp_path: Path):
    with opened(tmp_path / "station.db") as store:
        report = store.verify_audit()
    assert (report.whole, report.lines, report.head) == (True, 0, BEFORE_ALL)


def test_the_hashes_can_be_checked_by_anybody(path: Path):
    """The rule as ``kiosk audit export --help`` tells it, written anew."""
    before = "0" * 64
    with opened(path) as store:
        for line in store.audit():
            told = [before, line.id, line.at, line.action, line.subject, line.detail, line.mono_ms, line.clock_offset_s]
            text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
            before = hashlib.sha256(text.encode()).hexdigest()
            assert line.hash == before


@pytest.mark.expects_log
@pytest.mark.parametrize(
    ("statement", "finding", "line"),
    [
        ("UPDATE audit SET detail = 'x' WHERE id = 3", "edited", 3),
        ("UPDATE audit SET subject = 'x' WHERE id = 1", "edited", 1),
        ("UPDATE audit SET at = '2020' WHERE id = 8", "edited", 8),
        ("UPDATE audit SET mono_ms = 1e999 WHERE id = 5", "edited", 5),
        ("UPDATE audit SET clock_offset_s = 5.0 WHERE id = 5", "edited", 5),
        ("UPDATE audit SET hash = hex(zeroblob(32)) WHERE id = 4", "edited", 4),
        ("DELETE FROM audit WHERE id = 4", "missing", 4),
        ("DELETE FROM audit WHERE id = 1", "missing", 1),
        ("UPDATE audit SET id = id + 100 WHERE id > 5", "missing", 6),
        (
            "INSERT INTO audit SELECT 0, at, action, subject, detail, mono_ms, NULL, hash FROM audit WHERE id = 1",
            "missing",
            1,
        ),
    ],
)
def test_an_edit_or_a_gap_is_found_by_its_first_line(path: Path, statement: str, finding: str, line: int):
    tamper(path, statement)
    assert found(path) == (finding, line)


def test_another_order_is_found(path: Path):
    tamper(
        path,
        "UPDATE audit SET id = 99 WHERE id = 3",
        "UPDATE audit SET id = 3 WHERE id = 5",
        "UPDATE audit SET id = 5 WHERE id = 99",
    )
    assert found(path) == ("edited", 3)


@pytest.mark.expects_log
def test_a_cut_end_is_found_told_and_never_forgotten(path: Path):
    tamper(path, "DELETE FROM audit WHERE id > 5")
    with opened(path) as store:
        assert [(notice.code, notice.detail) for notice in store.notices] == [(Code.AUDIT_CUT, "anchor=8 lines=5")]
        assert store.audit()[-1].action == "audit_cut_found"
        assert (store.verify_audit().finding, store.verify_audit().first_bad) == ("cut_before", 6)
        store.note(action="life goes on")
    with opened(path) as store:
        assert store.notices == ()  # told once, by notice
        assert store.verify_audit().finding == "cut_before"  # and for ever, by the audit


@pytest.mark.expects_log
def test_a_database_that_was_taken_away_is_found(path: Path):
    path.unlink()
    with opened(path) as store:
        assert [notice.code for notice in store.notices] == [Code.AUDIT_CUT]
        assert store.verify_audit().finding == "cut_before"


@pytest.mark.expects_log
def test_an_older_database_put_back_is_found(path: Path):
    old = path.read_bytes()
    with opened(path) as store:
        store.note(action="later")
    path.write_bytes(old)
    with opened(path) as store:
        assert [notice.detail for notice in store.notices] == [f"anchor={LINES + 1} lines={LINES}"]


@pytest.mark.expects_log
def test_an_anchor_that_was_taken_away_is_found(path: Path):
    Anchor.beside(path).unlink()
    with opened(path) as store:
        assert [notice.detail for notice in store.notices] == [f"anchor=missing lines={LINES}"]
        assert not store.verify_audit().whole


def test_a_cut_while_the_store_is_open_is_found(path: Path):
    with opened(path) as store:
        with store._connections.writing() as database:
            database.conn.execute("DROP TRIGGER audit_keeps_lines")
            database.conn.execute("DELETE FROM audit WHERE id > 6")
        report = store.verify_audit()
    assert (report.finding, report.first_bad, report.anchored) == ("cut", 7, LINES)


def test_an_anchor_that_lags_or_is_half_written_is_no_alarm(path: Path):
    anchor = Anchor.beside(path)
    slots = anchor.read_bytes()
    newest = slots.index(b"kiosk-anchor 8 ")
    anchor.write_bytes(slots[:newest] + b"torn" + slots[newest + 4 :])
    with opened(path) as store:
        assert store.notices == ()
        assert store.verify_audit().whole


@pytest.mark.expects_log
def test_an_anchor_cannot_be_forged_without_the_key(tmp_path: Path):
    path = tmp_path / "station.db"
    with opened(path, key=KEY) as store:
        for n in range(3):
            store.note(action=f"n{n}")
        hashes = [line.hash for line in store.audit()]
        before = path.read_bytes()
        store.note(action="to be hidden")
    path.write_bytes(before)
    Anchor(Anchor.beside(path), None).write(Mark(3, hashes[2]))
    Anchor(Anchor.beside(path), Key(bytes(32))).write(Mark(4, hashes[2]))
    with opened(path, key=KEY) as store:
        assert not store.verify_audit().whole


def test_clocks_stand_in_each_line(tmp_path: Path):
    clock = MovingClock()
    with opened(tmp_path / "station.db", clock=clock) as store:
        store.note(action="a")
        clock.pass_by(10.0)
        store.measured_clock(-3.25)
        store.note(action="b")
        clock.pass_by(10.0, wall_s=3600.0)
        store.enrol(enrolment())
    with opened(tmp_path / "station.db", clock=clock) as store:
        store.note(action="c")  # the offset outlives a restart
        lines = store.audit()
        assert [(line.mono_ms, line.clock_offset_s) for line in lines] == [
            (1000.0, None),
            (11000.0, -3.25),
            (21000.0, -3.25),
            (21000.0, -3.25),
        ]
        steps = [as_json(line, before)["clockStepS"] for line, before in zip(lines, [None, *lines], strict=False)]
        assert steps == [None, 0.0, 3590.0, 0.0]
        assert store.audit_of("p1") == [lines[2]]
        assert store.verify_audit().whole


class MovingClock(HandClock):
    """Whose two hands a test moves one by one."""

    mono = 1000.0

    def mono_ms(self) -> float:
        return self.mono

    def pass_by(self, seconds: float, *, wall_s: float | None = None) -> None:
        self.mono += seconds * 1000
        self.forward(seconds if wall_s is None else wall_s)
