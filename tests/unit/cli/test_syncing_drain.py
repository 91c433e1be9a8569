"""One sync from the command line: it goes on without a model, and says so."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from support.pulling import Puller

from kiosk.cli.syncing import drain
from kiosk.domain.errors import Code, ModelError
from kiosk.domain.face import Embedding


def test_without_a_model_people_come_and_go_and_the_report_says_why_nobody_is_recognised(tmp_path: Path) -> None:
    def broken(jpeg: bytes) -> Sequence[Embedding]:
        raise ModelError(Code.MODEL_BROKEN, "told")

    puller = Puller(tmp_path / "station.db")
    try:
        puller.holds(3)
        puller.embed = broken
        report = drain(puller.worker, puller.store.outbox, timeout_s=60.0, progress=lambda share, text: None)
        assert (report.pages, report.pictures, report.next_s) == (1, 0, None)
        assert report.unseen is not None
        assert report.unseen.code is Code.MODEL_BROKEN
        del puller.account.held["remote-1"]
        puller.worker.pull_now()
        drain(puller.worker, puller.store.outbox, timeout_s=60.0, progress=lambda share, text: None)
        assert len(puller.store.people()) == 2
    finally:
        puller.store.close()
