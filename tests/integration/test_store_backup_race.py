"""A copy of the database that is made while somebody is deleted."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from support.records import KEY, enrolment, opened

from kiosk.domain.person import PersonId
from kiosk.store import durable, files
from kiosk.store.cipher import Key, open_file


def test_somebody_deleted_while_the_copy_is_made_is_not_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The copy has another name until it is whole, so the erasure does not see it: the copy itself looks who is gone."""
    path = tmp_path / "station.db"
    with opened(path, key=KEY, outgoing=True) as store:
        store.enrol(enrolment("p1"))
        store.enrol(enrolment("p2", seeds=(3,)))
        asked = iter([lambda: store.delete(PersonId("p1"))])

        def sync(part: Path) -> None:
            next(asked, lambda: None)()
            durable.sync(part)

        monkeypatch.setattr(files, "sync", sync)
        with closing(open_file(path, mode="rw", key=Key(KEY), busy_ms=1000)) as connection:
            copy = files.back_up_as(connection, path, label="update", key=Key(KEY))
        assert [person.id for person in store.people()] == ["p2"]
    with closing(open_file(copy, mode="ro", key=Key(KEY), busy_ms=1000)) as connection:
        assert connection.execute("SELECT id FROM persons").fetchall() == [("p2",)]
        assert connection.execute("SELECT count(*) FROM pictures").fetchone() == (1,)
        assert connection.execute("SELECT count(*) FROM outbox WHERE chain = 'p1'").fetchone() == (0,)
