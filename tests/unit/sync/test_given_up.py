"""An edit that was refused and given up by an operator: the account's version counts, and what was typed here is kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from support.fake_account import Fault
from support.syncing import station

from kiosk.domain.errors import Code
from kiosk.domain.person import Truth


def test_an_edit_that_was_given_up_is_kept_for_review(tmp_path: Path) -> None:
    with station(tmp_path, pulls=True) as desk:
        desk.enrol("ana")
        desk.settle()
        before = desk.person("ana").details
        desk.store.update(replace(desk.person("ana"), details=replace(before, phone="+571")))
        desk.account.plan = lambda call: Fault("before", Code.API_BAD_REQUEST) if call == "update_person" else None
        desk.steps()
        (row,) = desk.store.outbox.buried()
        desk.store.outbox.drop(row.id, reason="asked")
        desk.account.plan = lambda call: None
        desk.worker.pull_now()
        desk.steps()
        assert (desk.person("ana").details.phone, desk.person("ana").truth) == (before.phone, Truth.CONFIRMED)
        (conflict,) = desk.store.replica.conflicts()
        assert conflict.person == "ana"
        assert desk.store.replica.kept(conflict.id) == {"phone": "+571"}
