"""Every presenter's view, of hand-made states, as plain values: what the screens say, to be read and compared in all languages.

``python -m support.golden_views`` from ``tests`` writes them anew, after somebody has looked at the difference.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from pathlib import Path

from support.desk import PERSON, hand_made
from support.workshop_answers import CAMERA, DOCTOR, FOUND, LET_IN, SITE, WALK

from kiosk.domain.cues import Cue
from kiosk.domain.decision import Outcome, Reason
from kiosk.domain.errors import Code
from kiosk.domain.explain import Explanation, Veto
from kiosk.domain.link import Link
from kiosk.domain.operators import Operator, OperatorId, Role, may
from kiosk.domain.outbox import Backlog
from kiosk.domain.passes import Way
from kiosk.domain.person import Details, Person, PersonId, Truth
from kiosk.domain.quality import Check, Component
from kiosk.domain.receipt import Receipt
from kiosk.domain.record import Consent, Validation
from kiosk.domain.results import ResultLine
from kiosk.domain.scan import Scan, Scanned, ScanState
from kiosk.evaluate.walk_report import report
from kiosk.settings import Settings
from kiosk.station.bulk import BulkLine, Finding
from kiosk.station.import_places import TableFile
from kiosk.station.office import bulk as bulk_desk
from kiosk.station.office.exports import ExportsShown
from kiosk.station.office.operators import OperatorsShown
from kiosk.station.office.people import PeopleFound, PersonShown
from kiosk.station.office.queue import QueueShown
from kiosk.station.office.refusals import RefusalsShown
from kiosk.station.office.results import ResultsPage
from kiosk.station.office.signing import NameShown
from kiosk.station.office.upkeep import SettingsShown
from kiosk.station.refusals import Refusal
from kiosk.station.settings_desk import entries
from kiosk.station.snapshot import CameraState, CodeStep, Entry, Mode, Queue, QueueRow, Screen, Sending, Snapshot
from kiosk.station.walk_desk import WalkNow
from kiosk.ui.office.catalog import PAGES
from kiosk.ui.presenters import (
    alternative,
    attacks,
    attract,
    bulk,
    camera_page,
    capture,
    consent,
    details,
    doctor,
    duplicate,
    exports,
    fault,
    locked,
    office,
    operators,
    people,
    queue,
    receipt,
    receipts,
    refusals,
    result,
    results,
    review,
    settings,
    site,
    starting,
    status,
    tries,
    working,
)
from kiosk.ui.text import LANGUAGES, Text

FOLDER = Path(__file__).parents[1] / "data" / "golden_views"
NOW = "2026-03-01T12:00:00.000Z"
AT = hand_made()
VISITOR = {"mode": Mode.ACCESS, "enrolling": False}
ALL_WAYS = (Way.PIN, Way.QR, Way.CODE, Way.ATTENDANT)
RECEIPT = Receipt(
    person=PersonId("01a202f2-97b1-722f-8383-588b4ed72f1d"),
    station="front",
    given_at=NOW,
    consent="2026-01",
    retention_days=365,
    document_end="567",
    pass_number="12345678",
    pass_code="CODE",
)
BORN = Details(first_name="Ana", last_name="Gómez", date_of_birth="1990-02-03", document_type="passport")
ANA = Person(id=PersonId("p1"), details=BORN, created_at=NOW, updated_at="2026-03-01T11:57:00.000Z", truth=Truth.LOCAL)
ATTACK = Explanation(
    reason=Reason.ATTACK,
    cues=(Cue(name="passive", value=0.012, limit=0.048), Cue(name="active.2.residual", value=None, limit=0.022)),
    vetoes=(Veto("bezel", 7), Veto("stream_frozen", 1), Veto("unheard_of", 2)),
)
DENIED = {"outcome": Outcome.DENIED, "truth": Truth.LOCAL, "name": "", **VISITOR}

Make = Callable[[Text], object]


def _at(screen: Screen, **changes: object) -> Snapshot:
    return replace(AT[screen], **changes)  # type: ignore[arg-type]


def _visit() -> Iterator[tuple[str, Make]]:
    sending = Sending(
        "api.example.org", (("firstName", None), ("images", 182_000), ("notes", None), ("unheard_of", None))
    )
    code = CodeStep(asked=True, to="a•••@example.org", can_resend=True)
    seen = tuple(Check(component, component is not Component.POSE) for component in Component)
    passport = Scanned(
        source="mrz", fields={"first_name": "ANA", "date_of_birth": "1990-02-03"}, proved=frozenset({"date_of_birth"})
    )
    snapshots: list[tuple[str, Callable[[Snapshot, Text], object], Snapshot]] = [
        ("starting", starting.present, _at(Screen.STARTING)),
        ("attract.desk", attract.present, _at(Screen.ATTRACT, operator_name="Ana", operator_role=Role.OPERATOR)),
        ("attract.door", attract.present, _at(Screen.ATTRACT, **VISITOR)),
        ("consent", consent.present, _at(Screen.CONSENT)),
        ("capture.desk", capture.present, _at(Screen.CAPTURE, checks=seen)),
        ("capture.light", capture.present, _at(Screen.CAPTURE, lit=True, can_refuse_light=True)),
        ("capture.no_camera", capture.present, _at(Screen.CAPTURE, camera=CameraState.LOST)),
        ("capture.challenge", capture.present, _at(Screen.CHALLENGE)),
        ("capture.side", capture.present, _at(Screen.CHALLENGE, sides_left=2)),
        ("working", working.present, _at(Screen.WORKING)),
        ("duplicate", duplicate.present, _at(Screen.DUPLICATE)),
        ("review", review.present, _at(Screen.REVIEW, details=BORN, account=True, sending=sending)),
        ("review.replacing", review.present, _at(Screen.REVIEW, details=PERSON, replacing=True)),
        ("result.enrolled", result.present, _at(Screen.RESULT, receipt=RECEIPT, truth_since_ms=0.0)),
        ("result.granted", result.present, _at(Screen.RESULT, reason=Reason.RECOGNISED, **VISITOR)),
        ("result.no_match", result.present, _at(Screen.RESULT, reason=Reason.NO_MATCH, tries_left=2, **DENIED)),
        ("result.attack", result.present, _at(Screen.RESULT, reason=Reason.ATTACK, tries_left=0, **DENIED)),
        ("result.nothing", result.present, _at(Screen.RESULT, outcome=None, reason=None, truth=None)),
        ("alternative", alternative.present, _at(Screen.ALTERNATIVE)),
        (
            "alternative.pin",
            alternative.present,
            _at(Screen.ALTERNATIVE, tries_left=1, entry=Entry(ways=ALL_WAYS, way=Way.PIN, refused=Reason.PASS_REFUSED)),
        ),
        ("alternative.qr", alternative.present, _at(Screen.ALTERNATIVE, entry=Entry(ways=ALL_WAYS, way=Way.QR))),
        (
            "alternative.code",
            alternative.present,
            _at(Screen.ALTERNATIVE, entry=Entry(ways=ALL_WAYS, way=Way.CODE, code=code)),
        ),
        ("locked", locked.present, _at(Screen.LOCKED)),
        ("fault", fault.present, _at(Screen.FAULT)),
        ("status", status.present, _at(Screen.ATTRACT)),
        ("status.troubles", status.present, _at(Screen.ATTRACT, camera=CameraState.STALLED, pending=3, buried=1)),
        ("status.notice", status.present, _at(Screen.ATTRACT, notice=Code.STORE_DAMAGED)),
    ]
    for name, present, snapshot in snapshots:
        yield name, lambda text, present=present, snapshot=snapshot: present(snapshot, text)
    yield (
        "attract.measured",
        lambda text: attract.present(
            _at(Screen.ATTRACT, **VISITOR), text, attract.Stand(distance_cm=68.0, height_cm=140.0)
        ),
    )
    yield "details", lambda text: details.present(_at(Screen.DETAILS), text, frozenset({"first_name"}))
    yield "details.scan", lambda text: details.present_scan(Scan(state=ScanState.READ, document=passport), text)
    yield "receipt", lambda text: receipt.present(RECEIPT, text)
    yield "tries", lambda text: [tries.tries_words(left, text) for left in (None, 0, 1, 3)]


def _room() -> Iterator[tuple[str, Make]]:
    boss = _at(Screen.OPERATOR, manned=True, operator_name="Ana", operator_role=Role.SUPERVISOR)
    named = (NameShown(id=OperatorId("b"), name="Luis", role=Role.OPERATOR, locked_s=30.0),)
    found = Validation(
        id="v", identifier="i", type="login", status="failed", created_at=NOW, updated_at=NOW, similarity=0.4,
        outcome=Outcome.DENIED, reason=Reason.ATTACK, truth=Truth.LOCAL,
    )  # fmt: skip
    row = QueueRow(id="r", action="create_person", code="api_conflict", word="Conflict", age_s=7000.0)
    waits = Queue(
        backlog=Backlog(pending=2, doubt=1, buried=1, oldest_s=90.0),
        sent=4,
        rows=(row,),
        conflicts=2,
        gone=30,
        drift_s=-61.0,
    )
    bulk_now = bulk_desk.BulkNow(
        stage=bulk_desk.Stage.CHECKED,
        table="people.csv",
        total=5,
        done=5,
        counts={Finding.READY: 4, Finding.BAD_LINE: 1},
        lines=(BulkLine(line=3, image="", finding=Finding.BAD_LINE, why="bad_date", field="date_of_birth"),),
    )
    tables = bulk_desk.TablesShown(
        folder="import", tables=(TableFile("import/people.csv", ("import",)),), anywhere=False
    )
    ana = Operator(id=OperatorId("a"), name="Ana", role=Role.SUPERVISOR, created_at=NOW)
    shown = PersonShown(person=ANA, consents=(Consent(text_version="2026-01", given_at=NOW),), now=NOW, days_left=40)
    a_few = tuple(entry for entry in entries(Settings()) if entry.key.startswith("station."))
    yield "office", lambda text: office.present(boss, text, PAGES)
    yield "office.sign_in", lambda text: office.sign_in(named, text)
    yield "people", lambda text: people.listed(PeopleFound(people=(ANA,), total=1, now=NOW), text)
    yield "people.person", lambda text: people.person(shown, may(Role.SUPERVISOR), text)
    yield (
        "results",
        lambda text: results.present(
            ResultsPage(lines=(ResultLine(validation=found),), total=1, page=0, pages=1, now=NOW), text
        ),
    )
    yield "refusals", lambda text: refusals.present(ATTACK, text)
    yield (
        "refusals.listed",
        lambda text: refusals.listed(RefusalsShown(refusals=(Refusal("s", 1000.0, ATTACK),), now_ms=61_000.0), text),
    )
    yield "operators", lambda text: operators.present(OperatorsShown(operators=(ana,), me="a", now=NOW), text)
    yield "queue", lambda text: queue.present(QueueShown(queue=waits, link=Link.ONLINE), text)
    yield "bulk", lambda text: bulk.present(bulk_now, tables, text)
    yield "exports", lambda text: exports.present(ExportsShown(folder="exports", files=("people-1.csv",)), text)
    yield "receipts", lambda text: receipts.present(boss, text)
    yield "site", lambda text: site.present(SITE, text)
    yield "camera_page", lambda text: camera_page.present(FOUND, CAMERA, text)
    yield "attacks", lambda text: attacks.present(WalkNow(walk=WALK, claim=LET_IN), report(WALK), text)
    yield "doctor", lambda text: doctor.present(DOCTOR, text)
    yield "settings", lambda text: settings.present(SettingsShown(entries=a_few), text)


def views(text: Text) -> dict[str, object]:
    """Every view by the name of its presenter and state, as plain values."""
    return {name: plain(make(text)) for name, make in (*_visit(), *_room())}


def plain(value: object) -> object:
    """Dataclasses, enums, mappings and sets as what JSON knows; fields that are not compared stay out."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value) if field.compare}
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(each) for key, each in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(str(plain(each)) for each in value)
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return round(value, 6)
    raise TypeError(type(value))


def kept(language: str) -> dict[str, object]:
    """The golden ones."""
    found: dict[str, object] = json.loads((FOLDER / f"{language}.json").read_text("utf-8"))
    return found


def main() -> None:
    """Write them anew."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        content = json.dumps(views(Text(language)), ensure_ascii=False, indent=1)
        (FOLDER / f"{language}.json").write_text(content + "\n", "utf-8")


if __name__ == "__main__":
    main()
