"""How true somebody is whom the account has refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from support.records import enrolment, opened

from kiosk.domain.errors import Code
from kiosk.domain.person import PersonId, Truth

P1 = PersonId("p1")


def test_an_edit_of_somebody_refused_is_not_on_its_way(tmp_path: Path) -> None:
    """It goes out when somebody retries the creation, and until then nothing is sent."""
    with opened(tmp_path / "station.db", outgoing=True) as store:
        store.enrol(enrolment("p1"))
        store.outbox.begin("p1")
        store.outbox.bury("p1", code=Code.API_BAD_REQUEST, reason="")
        person = store.person(P1)
        edited = store.update(replace(person, details=replace(person.details, phone="+4912345")))
        assert edited.details.phone == "+4912345"
        assert (edited.truth, store.person(P1).truth) == (Truth.REFUSED, Truth.REFUSED)
        assert store.outbox.backlog().pending == 0
        assert store.outbox.reasons() == {"p1": "api_bad_request"}
        store.outbox.retry("p1", reason="mended")
        assert store.person(P1).truth is Truth.PROVISIONAL
        store.outbox.begin("p1")
        cargo = store.outbox.cargo("p1")
        assert cargo is not None
        assert cargo.person is not None
        assert cargo.person.details.phone == "+4912345"
