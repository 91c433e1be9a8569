"""A log that could not be emptied at once is emptied later, while the program still runs."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from support.records import JPEG, enrolment, opened

from kiosk.domain.person import PersonId
from kiosk.domain.record import DeletionCertificate
from kiosk.store.cipher import open_file


def log_of(certificate: DeletionCertificate) -> str:
    return next(each.outcome for each in certificate.touched if each.name.endswith("-wal"))


def test_the_log_is_emptied_once_the_reader_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "station.db"
    with opened(path) as store:
        store.enrol(enrolment("p1"))
        with closing(open_file(path, mode="ro", key=None, busy_ms=100)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM persons").fetchone()
            assert log_of(store.delete(PersonId("p1"))) == "pending"
            assert store.finish_deletions() == 1, "still in the way"
            assert log_of(store.deletions()[0]) == "pending"
            reader.execute("COMMIT")
        assert store.finish_deletions() == 1
        assert log_of(store.deletions()[0]) == "overwritten"
        assert store.finish_deletions() == 0
        assert not any(JPEG[4:60] in file.read_bytes() for file in tmp_path.iterdir())
