"""The whole program at a desk, offline: who does not agree leaves nothing behind; who does is on record once."""

from __future__ import annotations

from pathlib import Path

from support.patience import PATIENT_STATION
from support.running_kiosk import Running, running_kiosk

from kiosk.station.clock import SystemClock
from kiosk.store.sqlite import SqliteStore
from kiosk.vision.models import ModelFiles


def shows(kiosk: Running, screen: str, after: int) -> int:
    return kiosk.await_event("screen", lambda event: event["screen"] == screen, after=after) + 1


def test_refused_consent_leaves_nothing_and_a_given_one_makes_one_person(models: ModelFiles, tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    env = {
        **PATIENT_STATION,
        "KIOSK_STORE__ENCRYPT": "false",
        "KIOSK_MODELS__DIR": str(models.folder),
        "KIOSK_STATION__COUNTRY": "CO",
        "KIOSK_POLICY__LIVENESS__CHALLENGE": "never",
        "KIOSK_POLICY__MATCHING__ENROL_VIEWS": "front",
        "KIOSK_POLICY__TIMING__DENIED_MS": "400",
        "KIOSK_POLICY__TIMING__COOLDOWN_MS": "200",
        "HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path / "data"),
    }
    camera = f"synthetic:{models.path('portrait_a')}"
    words = ["--mode", "enroll", "--offline", "--camera", camera, "--profile", str(profile)]
    with running_kiosk(*words, env=env, log=tmp_path / "stderr.txt", hand=True) as kiosk:
        at = shows(kiosk, "attract", 0)
        kiosk.do("tap start")
        at = shows(kiosk, "consent", at)
        kiosk.do("tap refuse")
        at = kiosk.await_event("result", lambda event: event["reason"] == "consent_refused", after=at) + 1
        at = shows(kiosk, "attract", at)

        kiosk.do("tap start", "tap agree", "type first_name Ana", "type phone 300 123 4567", "tap continue")
        at = shows(kiosk, "review", at)
        kiosk.do("tap save")
        at = kiosk.await_event("result", lambda event: True, after=at)
        result = kiosk.events[at]
        assert (result["outcome"], result["reason"], result["truth"]) == ("granted", "enrolled", "local")
        kiosk.do("see saveReceipt", "tap saveReceipt", "tap done")
        shows(kiosk, "attract", at)
        assert not kiosk.of("fault")
        assert kiosk.end() == 0
    store = SqliteStore.open(profile / "station.db", clock=SystemClock())
    try:
        (person,) = store.people()
        assert (person.details.first_name, person.details.phone) == ("Ana", "+573001234567")
        (consent,) = store.consents(person.id)
        assert consent.text_version
        (validation,) = store.validations()
        assert (validation.person, validation.reason.value) == (person.id, "enrolled")
        assert store.verify_audit().whole
        assert [line.action for line in store.audit()].count("person_enrolled") == 1
    finally:
        store.close()
    assert [each.name for each in (profile / "receipts").iterdir()] == [f"receipt-{person.id}.pdf"]
