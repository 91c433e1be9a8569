"""The results log on a real database: pages, filters, counts; and the tables that are written of it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.station_parts import RealClock, vector

from kiosk.domain.decision import Outcome, Reason
from kiosk.domain.ids import new_id
from kiosk.domain.person import Details, PersonId, Truth
from kiosk.domain.record import Consent, Enrolment, Validation
from kiosk.domain.results import Report, ResultCount, ResultsWanted
from kiosk.store import tables
from kiosk.store.sqlite import SqliteStore

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FORMULA = "=HYPERLINK"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore.open(tmp_path / "station.db", clock=RealClock())
    opened.enrol(
        Enrolment(
            person=PersonId("p1"),
            details=Details(first_name=FORMULA, last_name="Peña", phone="+573001234567"),
            consent=Consent(text_version="t", given_at="2026-01-01T00:00:00.000Z"),
            face_image=b"\xff\xd8\xff x",
            templates=(vector(1),),
        )
    )
    for number, (outcome, reason, truth) in enumerate(
        [
            (Outcome.GRANTED, Reason.RECOGNISED, Truth.LOCAL),
            (Outcome.DENIED, Reason.ATTACK, Truth.LOCAL),
            (Outcome.DENIED, Reason.NO_MATCH, Truth.PROVISIONAL),
            (Outcome.DENIED, Reason.ATTACK, Truth.LOCAL),
        ]
    ):
        at = f"2026-02-0{number + 1}T10:00:00.000Z"
        opened.record(
            Validation(
                id=new_id(NOW),
                identifier=new_id(NOW),
                type="login",
                status="failed",
                created_at=at,
                updated_at=at,
                person=PersonId("p1") if outcome is Outcome.GRANTED else None,
                outcome=outcome,
                reason=reason,
                truth=truth,
            )
        )
    yield opened
    opened.close()


def test_newest_first_a_page_at_a_time(store: SqliteStore) -> None:
    first = store.results(ResultsWanted(), limit=3)
    rest = store.results(ResultsWanted(), limit=3, offset=3)
    days = [line.validation.created_at[:10] for line in (*first.lines, *rest.lines)]
    assert days == ["2026-02-04", "2026-02-03", "2026-02-02", "2026-02-01"]
    assert (first.total, rest.total) == (4, 4)
    assert rest.lines[0].name == f"{FORMULA} Peña"
    assert first.lines[0].name == ""


@pytest.mark.parametrize(
    ("wanted", "days"),
    [
        (ResultsWanted(outcome=Outcome.GRANTED), ["01"]),
        (ResultsWanted(reason=Reason.ATTACK), ["04", "02"]),
        (ResultsWanted(truth=Truth.PROVISIONAL), ["03"]),
        (ResultsWanted(since="2026-02-03"), ["04", "03"]),
        (ResultsWanted(until="2026-02-03", outcome=Outcome.DENIED), ["02"]),
        (ResultsWanted(outcome=Outcome.HELP), []),
    ],
)
def test_filters(store: SqliteStore, wanted: ResultsWanted, days: list[str]) -> None:
    found = store.results(wanted, limit=50)
    assert [line.validation.created_at[8:10] for line in found.lines] == days
    assert found.total == len(days)


def test_counts_and_the_report_of_them(store: SqliteStore) -> None:
    counts = store.result_counts(since="2026-02-01", until="2026-02-04")
    assert counts == (
        ResultCount("2026-02-01", Outcome.GRANTED, Truth.LOCAL, Reason.RECOGNISED, 1),
        ResultCount("2026-02-02", Outcome.DENIED, Truth.LOCAL, Reason.ATTACK, 1),
        ResultCount("2026-02-03", Outcome.DENIED, Truth.PROVISIONAL, Reason.NO_MATCH, 1),
    )
    report = Report(station="x", days=("2026-02-01", "2026-02-02", "2026-02-03"), counts=counts, people=1, made_at="")
    assert report.total == 3
    assert report.by_outcome() == {Outcome.GRANTED: 1, Outcome.DENIED: 2}
    assert report.by_day()[1] == ("2026-02-02", {Outcome.DENIED: 1})
    assert report.refusals() == ((Reason.ATTACK, 1), (Reason.NO_MATCH, 1))


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_people_as_a_table_with_truth_age_and_reason(store: SqliteStore, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    people = store.people()
    assert tables.write_people(people, path, now=datetime.now(UTC), reasons={"p1": "api_conflict"}) == 1
    (row,) = read(path)
    assert (row["truth"], row["truthReason"]) == ("local", "api_conflict")
    assert row["truthAgeS"].isdigit()
    assert row["firstName"] == f"'{FORMULA}", "a spreadsheet runs no formula"
    assert row["phone"] == "'+573001234567"
    assert path.stat().st_mode & 0o077 == 0


def test_results_as_a_table(store: SqliteStore, tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    found = store.results(ResultsWanted(), limit=50)
    assert tables.write_results(found.lines, path, now=NOW, reasons={}) == 4
    rows = read(path)
    assert [row["reason"] for row in rows] == ["attack", "no_match", "attack", "recognised"]
    assert rows[-1]["name"].startswith("'=")
    assert rows[0]["truthAgeS"] == str(25 * 86_400 + 2 * 3600)
    assert not any("\xff\xd8" in cell for row in rows for cell in row.values())
