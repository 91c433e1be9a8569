"""Bulk enrolment at a whole station: nothing is written before it is asked for, a row is done once, and a cut loses nothing."""

from __future__ import annotations

import csv
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from support.asking import answer, refused
from support.patience import PATIENCE_S
from support.sightings import GOOD_LIGHT, face
from support.station_parts import SHA, wait_until
from support.station_rig import Rig

from kiosk.camera.stills import encode_jpeg
from kiosk.details import TableRow, look_at_people_csv
from kiosk.domain.decision import Reason
from kiosk.domain.errors import Code, ModelError
from kiosk.domain.face import Embedding, Face, Measures, PassiveSample, Pixels
from kiosk.domain.operators import Role
from kiosk.domain.person import Details, PersonId
from kiosk.domain.ports import Store
from kiosk.gallery.exact import ExactGallery
from kiosk.station.bulk import Finding, mark_of
from kiosk.station.import_places import ImportPlaces, TableFile
from kiosk.station.office.bulk import (
    RUNNING,
    BulkNow,
    BulkParts,
    CheckTable,
    EnrolTable,
    LeaveBulk,
    ListTables,
    LookAtBulk,
    Stage,
    StopBulk,
    TablesShown,
    bulk,
)
from kiosk.station.office.people import DeletePerson, DeleteReason
from kiosk.station.office.requests import OfficeRequest
from kiosk.station.office.signing import SignIn
from kiosk.station.snapshot import Mode
from kiosk.store.sqlite import SqliteStore

PIN = "493817"


@dataclass
class GreyEyes:
    """Tells people apart by how bright their picture is; black has no face, white is an attack."""

    looked: int = 0
    fails_at: int = 10_000
    closed: bool = False
    gate: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    def faces(self, pixels: Pixels) -> tuple[Face, ...]:
        self.looked += 1
        self.gate.wait(PATIENCE_S)
        if self.looked >= self.fails_at:
            raise ModelError(Code.MODEL_BROKEN, "told")
        return (face(),) if _grey(pixels) > 10 else ()

    def measure(self, pixels: Pixels, face: Face) -> Measures | None:
        return GOOD_LIGHT

    def liveness(self, pixels: Pixels, face: Face) -> PassiveSample:
        return PassiveSample(0.001 if _grey(pixels) > 240 else 0.99)

    def embed(self, pixels: Pixels, face: Face) -> Embedding | None:
        vector = np.zeros(512, np.float32)
        vector[round(_grey(pixels) / 10)] = 1.0
        return Embedding(vector, "told", SHA)

    def close(self) -> None:
        self.closed = True


def _grey(pixels: Pixels) -> float:
    return float(pixels.mean())


@dataclass
class Told:
    """What the work is done with, as the test says."""

    eyes: GreyEyes = field(default_factory=GreyEyes)
    reason: Reason | None = None

    def refused(self, store: Store) -> Reason | None:
        return self.reason


@dataclass
class Import:
    """A station with an import folder, and a supervisor who is signed in."""

    rig: Rig
    told: Told
    folder: Path
    boss: str

    def picture(self, name: str, grey: int) -> None:
        (self.folder / "pictures").mkdir(exist_ok=True)
        pixels = np.full((720, 1280, 3), grey, np.uint8)
        (self.folder / "pictures" / name).write_bytes(encode_jpeg(pixels))

    def table(self, *rows: str) -> str:
        path = self.folder / "people.csv"
        path.write_text("firstName,dateOfBirth,image\n" + "".join(f"{row}\n" for row in rows), encoding="utf-8")
        return str(path)

    def ask(self, request: OfficeRequest) -> BulkNow:
        found = answer(self.rig.station, request)
        assert isinstance(found, BulkNow)
        return found

    def wait(self) -> BulkNow:
        assert wait_until(lambda: self.ask(LookAtBulk()).stage not in RUNNING)
        return self.ask(LookAtBulk())

    def check(self, table: str) -> BulkNow:
        self.ask(CheckTable(table, str(self.folder / "pictures")))
        return self.wait()

    def enrol(self) -> BulkNow:
        self.ask(EnrolTable(agreed=True))
        return self.wait()

    def names(self) -> list[str]:
        return sorted(each.details.first_name for each in self.rig.store.people())

    def found(self, now: BulkNow) -> list[tuple[int, Finding, str]]:
        return [(each.line, each.finding, each.why) for each in now.lines]


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Import]:
    folder = tmp_path / "import"
    folder.mkdir()
    told = Told()
    parts = BulkParts(
        places=ImportPlaces(folder=folder, anywhere=False, drives=lambda: iter(())),
        make_eyes=lambda: told.eyes,
        make_gallery=lambda: ExactGallery(SHA),
        portrait=lambda pixels, evidence: b"\xff\xd8\xff jpeg",
        read_table=look_at_people_csv,
        refused=told.refused,
    )
    rig = Rig(tmp_path, Mode.ENROLL, office=(bulk(parts),))
    store = SqliteStore.open(rig.path, clock=rig.clock)
    boss = store.operators.add(name="Ana", role=Role.SUPERVISOR, pin=PIN, by="test").id
    clerk = store.operators.add(name="Luis", role=Role.OPERATOR, pin=PIN, by="test").id
    store.close()
    rig.station.start()
    assert wait_until(lambda: rig.station.ready)
    assert refused(rig.station, CheckTable("", "")), "nobody is signed in"
    assert refused(rig.station, EnrolTable(agreed=True))
    answer(rig.station, SignIn(clerk, PIN))
    yield Import(rig, told, folder, boss)
    rig.station.stop()
    assert told.eyes.looked == 0 or told.eyes.closed


def test_what_will_fail_is_known_before_anything_is_written(there: Import) -> None:
    for name, grey in (("a.jpg", 50), ("b.jpg", 100), ("a_again.jpg", 51), ("wall.jpg", 0), ("screen.jpg", 250)):
        there.picture(name, grey)
    (there.folder / "pictures" / "text.jpg").write_text("not a picture")
    table = there.table(
        "Ana,,a.jpg", "Luis,1990-13-40,b.jpg", "Eva,,none.jpg", "Ida,,text.jpg", "Uwe,,wall.jpg", "Eve,,screen.jpg",
        "Twin,,a_again.jpg", "Out,,../people.csv", "Bea,,b.jpg",
    )  # fmt: skip
    now = there.check(table)
    assert now.stage is Stage.CHECKED
    assert there.found(now) == [
        (3, Finding.BAD_LINE, "bad_date"),
        (4, Finding.BAD_PICTURE, "file_missing"),
        (5, Finding.BAD_PICTURE, "picture_not_a_picture"),
        (6, Finding.REFUSED, "no_face"),
        (7, Finding.REFUSED, "attack"),
        (8, Finding.TWICE, ""),
        (9, Finding.BAD_LINE, "picture_in_folder"),
    ]
    assert now.lines[5].other == 2
    assert now.counts[Finding.READY] == 2
    assert there.names() == []
    assert "enrolment_refused" not in [line.action for line in there.rig.store.audit()]

    assert there.ask(EnrolTable(agreed=False)).stage is Stage.CHECKED, "nobody has said that they agreed"
    now = there.enrol()
    assert (now.stage, now.counts[Finding.ENROLLED]) == (Stage.FINISHED, 2)
    assert there.names() == ["Ana", "Bea"]
    (result,) = there.folder.glob("people-result-*.csv")
    assert str(result) == now.result
    rows = list(csv.DictReader(result.read_text(encoding="utf-8").splitlines()))
    assert [row["result"] for row in rows].count("enrolled") == 2
    assert len(rows) == 9
    assert "Ana" not in result.read_text(encoding="utf-8")
    actions = [line.action for line in there.rig.store.audit()]
    assert actions.count("person_enrolled") == 2
    assert "bulk_enrolment_begun" in actions


@pytest.mark.expects_log
def test_a_cut_in_the_middle_makes_nobody_twice_and_forgets_nobody(there: Import) -> None:
    for number in range(4):
        there.picture(f"{number}.jpg", 40 + 40 * number)
    table = there.table(*(f"P{'abcd'[number]},,{number}.jpg" for number in range(4)))
    assert there.check(table).counts[Finding.READY] == 4
    there.told.eyes.fails_at = there.told.eyes.looked + 3
    now = there.enrol()
    assert (now.stage, now.error) == (Stage.FAILED, Code.MODEL_BROKEN)
    assert there.names() == ["Pa", "Pb"]
    assert now.counts[Finding.NOT_TRIED] == 2
    there.told.eyes = GreyEyes()
    now = there.check(table)
    assert there.found(now) == [(2, Finding.DONE, ""), (3, Finding.DONE, "")]
    assert there.told.eyes.looked == 2, "who is done is not looked at again"
    there.enrol()
    assert there.names() == ["Pa", "Pb", "Pc", "Pd"]
    now = there.check(table)
    assert now.counts == {Finding.DONE: 4}
    assert there.enrol().counts == {Finding.DONE: 4}
    assert there.names() == ["Pa", "Pb", "Pc", "Pd"]


def test_who_was_deleted_does_not_come_back_with_the_table(there: Import) -> None:
    there.picture("a.jpg", 50)
    table = there.table("Ana,,a.jpg")
    there.check(table)
    there.enrol()
    (person,) = there.rig.store.people()
    there.rig.station.sign_out()
    answer(there.rig.station, SignIn(there.boss, PIN))  # type: ignore[arg-type]
    answer(there.rig.station, DeletePerson(person.id, DeleteReason.ASKED))
    assert there.found(there.check(table)) == [(2, Finding.GONE, "")]
    there.enrol()
    assert there.names() == []


def test_a_corrected_row_of_somebody_on_record_is_a_duplicate(there: Import) -> None:
    there.picture("a.jpg", 50)
    there.check(there.table("Ana,,a.jpg"))
    there.enrol()
    assert there.found(there.check(there.table("Anna,,a.jpg"))) == [(2, Finding.REFUSED, "duplicate")]


def test_it_stops_when_told_and_leaves_a_table_that_was_only_looked_at(there: Import) -> None:
    for number in range(3):
        there.picture(f"{number}.jpg", 40 + 40 * number)
    table = there.table(*(f"P{'abcd'[number]},,{number}.jpg" for number in range(3)))
    there.told.eyes.gate.clear()
    there.ask(CheckTable(table, str(there.folder / "pictures")))
    assert wait_until(lambda: there.told.eyes.looked == 1)
    assert there.ask(LeaveBulk()).stage in RUNNING, "leaving the page does not stop it"
    there.ask(StopBulk())
    there.told.eyes.gate.set()
    now = there.wait()
    assert (now.stage, now.done, now.total) == (Stage.STOPPED, 1, 3)
    assert there.enrol().stage is Stage.STOPPED, "a table that was not looked at to its end is not enrolled"
    assert there.ask(LeaveBulk()) == BulkNow(counts={})
    assert there.names() == []


def test_a_station_that_may_enrol_nobody_enrols_no_table(there: Import) -> None:
    there.picture("a.jpg", 50)
    there.check(there.table("Ana,,a.jpg"))
    there.told.reason = Reason.DISK_NEARLY_FULL
    now = there.enrol()
    assert (now.stage, now.reason) == (Stage.FAILED, Reason.DISK_NEARLY_FULL)
    assert there.names() == []


def test_only_places_of_the_station_are_offered_and_read(there: Import, tmp_path: Path) -> None:
    there.picture("a.jpg", 50)
    table = there.table("Ana,,a.jpg")
    (tmp_path / "outside.csv").write_text("firstName,image\nAna,a.jpg\n")
    (there.folder / "leads_out.csv").symlink_to(tmp_path / "outside.csv")
    shown = answer(there.rig.station, ListTables())
    assert isinstance(shown, TablesShown)
    assert TableFile(table, (str(there.folder / "pictures"), str(there.folder))) in shown.tables
    for path in (tmp_path / "outside.csv", there.folder / "leads_out.csv", there.folder / "none.csv"):
        assert answer(there.rig.station, CheckTable(str(path), str(there.folder))) is Code.FILE_MISSING


def test_a_mark_is_of_the_details_and_the_picture() -> None:
    row = TableRow(2, Details(first_name="Ana", last_name="B"), "a.jpg")
    mark = mark_of(row, b"one")
    assert mark == mark_of(TableRow(7, row.details, "other.jpg"), b"one")
    assert len({mark, mark_of(row, b"two"), mark_of(TableRow(2, Details(first_name="AnaB"), "a.jpg"), b"one")}) == 3
    assert PersonId(mark)[14] == "8"
