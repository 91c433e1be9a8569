"""When "not there" is believed: a server may carry a request out after its client has given up."""

from __future__ import annotations

from pathlib import Path

from support.syncing import station

from kiosk.sync.push import SETTLE_S


def test_a_record_that_is_not_there_is_sent_again_only_after_a_second_look(tmp_path: Path) -> None:
    with station(tmp_path) as desk:
        desk.enrol("ana")
        desk.store.outbox.begin("ana")
        desk.crash()
        desk.steps()
        assert desk.account.calls == {"find_person": 1}
        desk.clock.forward(SETTLE_S - 1)
        desk.steps()
        assert desk.account.calls == {"find_person": 1}
        desk.clock.forward(2)
        desk.steps()
        assert desk.account.calls == {"find_person": 2, "create_person": 1}
        assert desk.store.outbox.backlog().doubt == 0
