"""What people do at the whole program's window, from signing in at the desk to being refused at the door.

One function a place; each is told who speaks which language, and checks what the station kept when it is over.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from support.qr_pictures import drawn
from support.running_kiosk import Running
from support.sandbox import Sandbox, sandbox_process
from support.station_parts import wait_until
from support.whole_program import OPERATOR, OPERATOR_PIN, Site, files_of, reliefs, visits, waits

from kiosk.domain.person import PersonId, Truth
from kiosk.ui.text import Text

PIN, WRONG = "7394", "7395"
LOCKED_MS, ROUNDING_MS = 12_000, 10
MAIL = "ana@example.org"


@dataclass(frozen=True)
class Languages:
    """Who speaks what."""

    refuses: Text
    enrols: Text
    doubles: Text
    visits: Text


MIXED = Languages(Text("es"), Text("pt"), Text("en"), Text("es"))


def everywhere(language: str) -> Languages:
    return Languages(*[Text(language)] * 4)


@contextlib.contextmanager
def an_account(site: Site) -> Iterator[Site]:
    with sandbox_process(site.folder) as sandbox:
        site.sandbox = sandbox
        yield site


def begins(kiosk: Running, text: Text, at: int) -> int:
    """Somebody switches the language on the attract screen and begins."""
    kiosk.done(f"tap language_{text.language}", f"see attractTitle {text.get('attract.enrol_title')}", "tap start")
    return kiosk.shows("consent", at)


def signs_in(kiosk: Running, text: Text) -> None:
    kiosk.done(f"tap language_{text.language}", "tap office", f"row signInNames {OPERATOR}")
    kiosk.done(f"type signInPin {OPERATOR_PIN}", "tap signInEnter", "see peopleTable")


def a_day_at_the_desk(site: Site, says: Languages, *, network: bool = True, drawn_camera: bool = False) -> PersonId:
    """Returns who is on record at its end."""
    truth = "local" if site.sandbox is None else "confirmed" if network else "provisional"
    camera = f"synthetic:{site.models.path('portrait_a')}"
    if not drawn_camera:
        camera = waits(site.folder / "sits.avi", *reliefs(site.models, "portrait_a"))
    with site.running("desk", "--mode", "enroll", camera=camera, network=network) as kiosk:
        at = kiosk.shows("attract", 0)
        signs_in(kiosk, says.refuses)
        kiosk.done("tap officeClose")
        at = kiosk.shows("attract", kiosk.shows("operator", at))
        before = _kept(site)

        at = begins(kiosk, says.refuses, at)
        kiosk.done(f"see agree {says.refuses.get('button.agree')}", "tap refuse")
        at, refused = kiosk.result(at)
        assert (refused["outcome"], refused["reason"], refused["person"]) == ("denied", "consent_refused", None)
        kiosk.done(f"see resultReason {says.refuses.get('reason.consent_refused')}", "tap done")
        at = kiosk.shows("attract", at)
        assert kiosk.of("captured") == []
        assert _kept(site) == before, "who does not agree leaves nothing behind"

        at = begins(kiosk, says.enrols, at)
        kiosk.done("tap agree", "type first_name Ana", "type last_name Rojas", f"type email {MAIL}")
        kiosk.done("type phone 300 123 4567", "tap continue")
        at = kiosk.shows("review", at)
        kiosk.done(f"see save {says.enrols.get('button.save')}", "tap save")
        at, enrolled = kiosk.result(at)
        assert (enrolled["outcome"], enrolled["reason"], enrolled["truth"]) == ("granted", "enrolled", truth)
        kiosk.done(f"see resultReason {says.enrols.get('reason.enrolled')}", "tap saveReceipt", "tap done")
        at = kiosk.shows("attract", at)

        at = begins(kiosk, says.doubles, at)
        kiosk.done("tap agree", "type first_name Bea", "tap continue")
        at = kiosk.shows("duplicate", at)
        kiosk.done("see duplicateRecordName Ana Rojas", "see duplicateHereName Bea", "tap anotherPerson")
        kiosk.done("tap reason_look_alike")
        at = kiosk.shows("review", at)
        kiosk.done("tap save")
        at, second = kiosk.result(at)
        assert (second["outcome"], second["reason"]) == ("granted", "enrolled")
        kiosk.done("tap done")
        at = kiosk.shows("attract", at)

        _edits(kiosk, says.enrols)
        kiosk.shows("attract", at)
        kiosk.done("see attractTitle")
        assert not network or wait_until(lambda: _settled(site)), "what was edited is sent by itself"
        assert kiosk.of("fault") == []
    return _on_record(site, Truth(truth))


def _edits(kiosk: Running, text: Text) -> None:
    """The operator corrects one record, deletes the other, and looks at the results."""
    kiosk.done(f"tap language_{text.language}", "tap office", "row peopleTable Ana", "tap peopleOpen")
    kiosk.done("see personName Ana Rojas", "fill phone 310 765 4321", "tap personSave")
    kiosk.done(f"see peopleNotice {text.get('people.saved')}", "tap personBack")
    kiosk.done("row peopleTable Bea", "tap peopleOpen", "see personName Bea", "tap personDelete")
    kiosk.done("tap deleteReason_double", "see certificateTitle", "tap certificateBack", "see peopleTable")
    kiosk.done("tap nav_results", f"row resultsTable {text.get('log_reason.enrolled')}", "tap officeSignOut")


def _settled(site: Site) -> bool:
    if site.sandbox is None:
        return True
    held = site.sandbox.client.get("/v2/persons").json()["data"]
    with site.store() as store:
        return len(held) == 1 and all(person.truth is Truth.CONFIRMED for person in store.people())


def _on_record(site: Site, truth: Truth) -> PersonId:
    with site.store() as store:
        (ana,) = store.people()
        assert ana.truth is truth
        assert (ana.details.last_name, ana.details.phone) == ("Rojas", "+573107654321")
        audit = store.audit()
        actions = [line.action for line in audit]
        assert actions.count("person_enrolled") == 2
        assert actions.count("person_deleted") == 1
        assert any("look_alike" in line.detail for line in audit), "why the second was enrolled is on record"
        assert {v.reason.value for v in store.validations()} == {"enrolled"}
        assert store.verify_audit().whole
    assert f"receipts/receipt-{ana.id}.pdf" in files_of(site.profile)
    assert b"SQLite format" not in (site.profile / "station.db").read_bytes()[:16]
    return ana.id


def _kept(site: Site) -> tuple[object, ...]:
    with site.store() as store:
        rows = (len(store.people()), len(store.validations()), [line.action for line in store.audit()])
    there = {name for name in files_of(site.profile) if not name.startswith(("logs/", "station.db"))}
    account = site.sandbox.state()["counts"] if site.sandbox is not None else None
    return (*rows, there, account)


def an_evening_at_the_door(site: Site, says: Languages, ana: PersonId, *, network: bool, longer: bool = False) -> None:
    """``longer``: by a code held to the camera as well; with an account by a code that is sent, and its server goes away."""
    text = says.visits
    with site.store() as store:
        issued = store.passes.issue(ana, PIN)
    number = issued.number
    known, stranger = reliefs(site.models, "portrait_a2", "portrait_b")
    camera = visits(site.folder / "visits.avi", [known, stranger], card=drawn(issued.code) if longer else None)
    lockout = {"KIOSK_POLICY__LOCKOUT__ATTEMPTS": "2", "KIOSK_POLICY__LOCKOUT__LOCKED_MS": str(LOCKED_MS)}
    with site.running("door", "--mode", "access", camera=camera, network=network, **lockout) as kiosk:
        at = kiosk.shows("attract", 0)
        kiosk.do(f"tap language_{text.language}")
        at = kiosk.await_event("result", lambda e: e["outcome"] == "granted", after=at) + 1
        login = kiosk.events[at - 1]
        assert (login["reason"], login["person"]["id"]) == ("recognised", ana)
        assert login["truth"] == (
            "confirmed" if network and site.sandbox else "provisional" if site.sandbox else "local"
        )
        kiosk.await_event("door", lambda e: e["state"] == "opened", after=at)

        at = kiosk.await_event("result", lambda e: e["outcome"] == "denied", after=at) + 1
        refused = kiosk.events[at - 1]
        assert (refused["person"], refused["liveness"] is not None) == (None, True)
        assert refused["reason"] in {"no_match", "account_refused"}
        kiosk.done("see resultTries", "tap tryAgain")
        at = kiosk.await_event("result", lambda e: e["outcome"] == "denied", after=at) + 1
        kiosk.done("see resultTries", "tap done")
        locked = kiosk.await_event("screen", lambda e: e["screen"] == "locked", after=at)
        kiosk.done(
            f"tap language_{text.language}", f"see lockedTitle {text.get('locked.title')}", "see lockedCountdown"
        )

        kiosk.done("tap anotherWay", "tap way_pin", f"type number {number}", f"type pin {WRONG}", "tap goOn")
        kiosk.done("see alternativeTries", f"type pin {PIN}", "tap goOn")
        at = kiosk.await_event("result", lambda e: e["reason"] == "pass_accepted", after=locked) + 1
        assert (kiosk.events[at - 1]["outcome"], kiosk.events[at - 1]["liveness"]) == ("granted", None)
        at = kiosk.shows("attract", at)
        paused_ms = kiosk.events[at - 1]["mono_ms"] - kiosk.events[locked]["mono_ms"]
        assert paused_ms >= LOCKED_MS - ROUNDING_MS, "a way in without a face does not end the pause"
        if longer:
            _by_card(kiosk)
        if longer and network and site.sandbox is not None:
            _by_mail(kiosk, site.sandbox, number)
            _without_the_server(kiosk, site, text)
        opened = [door for door in kiosk.of("door") if door["state"] == "opened"]
        assert 0 < len(opened) <= len([e for e in kiosk.of("result") if e["outcome"] == "granted"])
        assert kiosk.of("fault") == []


def _by_card(kiosk: Running) -> None:
    """The QR code of a pass."""
    at = kiosk.done("tap anotherWay", "tap way_qr")
    at = kiosk.await_event("result", lambda e: e["reason"] == "pass_accepted", after=at)
    assert kiosk.events[at]["outcome"] == "granted"


def _by_mail(kiosk: Running, sandbox: Sandbox, number: str) -> None:
    """A code that the account mails."""
    at = kiosk.done("tap anotherWay", "tap way_code", f"type number {number}", "tap goOn", "see code")

    def mailed() -> list[str]:
        sent = sandbox.client.get("/_sandbox/codes").raise_for_status().json()["data"]
        return [str(each["code"]) for each in sent if each["to"] == MAIL]

    assert wait_until(lambda: bool(mailed())), "no code was mailed"
    kiosk.done(f"type code {mailed()[-1]}", "tap goOn")
    at = kiosk.await_event("result", lambda e: e["reason"] == "pass_accepted", after=at)
    assert (kiosk.events[at]["outcome"], kiosk.events[at]["truth"]) == ("granted", "confirmed")


def _without_the_server(kiosk: Running, site: Site, text: Text) -> None:
    """The status bar names it, and takes it back by itself."""
    sandbox = site.sandbox
    assert sandbox is not None
    assert sandbox.process is not None
    kiosk.done(f"see status_networkWords {text.get('link.online')}")
    sandbox.process.kill()
    sandbox.process.wait(10)
    kiosk.done(f"see status_networkWords {text.get('link.no_link')}")
    with sandbox_process(site.folder, port=int(sandbox.base_url.rsplit(":", 1)[1])):
        kiosk.done(f"see status_networkWords {text.get('link.online')}")
