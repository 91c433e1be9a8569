from __future__ import annotations

import csv
import json
import os
import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.records import DETAILS, JPEG

from kiosk.details import read_details, read_people_csv
from kiosk.domain.errors import Code, ConfigError, InputError
from kiosk.domain.person import WIRE, Details, Person, PersonId, Truth
from kiosk.store.export import export_people
from kiosk.store.wire import person_to_wire

ANN = Person(id=PersonId("p1"), details=DETAILS, face_image=JPEG, fingerprint=b"\x01", liveness_score=0.9)
FORMULA = Person(
    id=PersonId("p2"), details=Details(first_name="=HYPERLINK(1)", last_name="@SUM", document_number="-1+1")
)


NOW = datetime(2026, 1, 2, 12, 0, 30, tzinfo=UTC)
REASONS = {"p1": "api_conflict"}


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_csv_holds_the_details_under_the_seeds_names(tmp_path: Path):
    out = tmp_path / "people.csv"
    assert export_people([ANN], out, now=NOW, reasons=REASONS) == 1
    (row,) = read_csv(out)
    assert row["id"] == "p1"
    assert row["firstName"] == "Grażyna"
    assert row["documentNumber"] == "XK123456"
    assert row["verificationStatus"] == "pending"
    assert row["truth"] == Truth.LOCAL


def test_how_old_the_truth_is_and_why_it_is_no_better(tmp_path: Path):
    out = tmp_path / "people.csv"
    ann = replace(ANN, truth=Truth.REFUSED, updated_at="2026-01-02T12:00:00.000Z")
    export_people([ann, FORMULA], out, now=NOW, reasons=REASONS)
    refused, unknown = read_csv(out)
    assert (refused["truth"], refused["truthAgeS"], refused["truthReason"]) == ("refused", "30", "api_conflict")
    assert (unknown["truthAgeS"], unknown["truthReason"]) == ("", "")


def test_json_holds_the_same_people(tmp_path: Path):
    out = tmp_path / "people.JSON"
    assert export_people([ANN, FORMULA], out, now=NOW, reasons=REASONS) == 2
    first, second = json.loads(out.read_text(encoding="utf-8"))
    assert first["phone"] == "+573001234567"
    assert second["firstName"] == "=HYPERLINK(1)"


@pytest.mark.parametrize("name", ["people.csv", "people.json"])
def test_nothing_biometric_is_exported(tmp_path: Path, name: str):
    out = tmp_path / name
    export_people([ANN], out, now=NOW, reasons=REASONS)
    content = out.read_text(encoding="utf-8-sig").lower()
    assert not any(word in content for word in ("image", "biometric", "fingerprint", "liveness", "template", "0.9"))


def test_no_cell_starts_a_formula(tmp_path: Path):
    out = tmp_path / "people.csv"
    export_people([ANN, FORMULA], out, now=NOW, reasons=REASONS)
    cells = [cell for row in read_csv(out) for cell in row.values()]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)
    assert "'=HYPERLINK(1)" in cells
    assert "'+573001234567" in cells


def test_an_exported_table_can_be_read_again(tmp_path: Path):
    out = tmp_path / "people.csv"
    export_people([ANN], out, now=NOW, reasons=REASONS)
    keep = [*WIRE.values()]
    (row,) = read_csv(out)
    again = tmp_path / "again.csv"
    with again.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*keep, "image"])
        writer.writeheader()
        writer.writerow({name: row[name] for name in keep} | {"image": "ann.jpg"})
    assert read_people_csv(again)[0].details == DETAILS


def test_what_people_show_prints_is_a_details_file(tmp_path: Path):
    out = tmp_path / "ann.json"
    out.write_text(json.dumps(person_to_wire(ANN)), encoding="utf-8")
    assert read_details(out) == DETAILS


def test_another_ending_is_wrong_usage(tmp_path: Path):
    with pytest.raises(ConfigError) as caught:
        export_people([ANN], tmp_path / "people.xlsx", now=NOW, reasons=REASONS)
    assert caught.value.code is Code.CONFIG_BAD_VALUE
    assert list(tmp_path.glob("people*")) == []


@pytest.mark.parametrize("where", ["missing/people.csv", "folder.csv"])
def test_a_place_that_cannot_be_written_is_named_and_left_alone(tmp_path: Path, where: str):
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(InputError) as caught:
        export_people([ANN], tmp_path / where, now=NOW, reasons=REASONS)
    assert caught.value.code is Code.FILE_NOT_WRITABLE
    assert list(tmp_path.glob("**/.*part")) == []


def test_an_export_replaces_the_older_one_and_is_for_this_user_only(tmp_path: Path):
    out = tmp_path / "people.csv"
    export_people([ANN, FORMULA], out, now=NOW, reasons=REASONS)
    export_people([ANN], out, now=NOW, reasons=REASONS)
    assert len(read_csv(out)) == 1
    if os.name == "posix":
        assert stat.S_IMODE(out.stat().st_mode) == 0o600
