"""Golden views of what an enrolment desk shows: who resembles, the receipt, how good the picture is, a document that is read."""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain.guidance import Hint
from kiosk.domain.person import Details, PersonId
from kiosk.domain.quality import Check, Component
from kiosk.domain.receipt import Receipt
from kiosk.domain.scan import Scan, Scanned, ScanState
from kiosk.station.snapshot import CameraState, Candidate, Mode, Screen, Snapshot
from kiosk.ui.presenters import capture, details, duplicate, receipt
from kiosk.ui.presenters.capture import CheckView
from kiosk.ui.presenters.common import CountdownView, StepsView
from kiosk.ui.presenters.details import ScanView
from kiosk.ui.presenters.duplicate import DuplicateView
from kiosk.ui.presenters.receipt import CodeView, ReceiptView
from kiosk.ui.text import Text

EN, ES = Text("en"), Text("es")
AT_DESK = Snapshot(
    screen=Screen.DUPLICATE,
    mode=Mode.ENROLL,
    enrolling=True,
    session="visit",
    camera=CameraState.STREAMING,
    now_ms=1000.0,
    until_ms=21_000.0,
    details=Details(first_name="Ana", last_name="Gómez"),
    candidate=Candidate("Ana María Gómez", 0.72),
)
RECEIPT = Receipt(
    person=PersonId("01a202f2-97b1-722f-8383-588b4ed72f1d"),
    station="front",
    given_at="2026-03-01T12:00:00.000Z",
    consent="2026-01",
    retention_days=365,
    document_end="567",
    pass_number="12345",
    pass_code="CODE",
)


def test_somebody_who_resembles() -> None:
    wanted = DuplicateView(
        steps=StepsView(current=3, total=4, words="Step 4 of 4: Review"),
        title="Somebody on record looks like this person",
        body="Compare the two faces and ask for a document.",
        here_title="Now at the desk",
        here="Ana Gómez",
        record_title="On record",
        record="Ana María Gómez",
        likeness="Very alike",
        no_picture="No picture",
        same="It is the same person",
        another="They are two people",
        retake="Take the pictures again",
        cancel="Cancel",
        help="Help",
        back="Back",
        why="How do you know that they are two people?",
        why_more="The reason is written into the audit.",
        blocked="",
        reasons=(
            ("look_alike", "Relatives or twins"),
            ("documents", "Their documents differ"),
            ("wrong_record", "The picture on record is wrong"),
        ),
        countdown=CountdownView(
            words="Ends in {seconds} s without saving", until_ms=21_000.0, now_ms=1000.0, below_s=30
        ),
    )
    assert duplicate.present(AT_DESK, EN) == wanted
    operators = duplicate.present(replace(AT_DESK, may_override=False), EN)
    assert operators.blocked
    assert replace(operators, blocked="") == wanted
    words = [duplicate.likeness(cosine, EN) for cosine in (0.95, 0.6, 0.4, float("nan"))]
    assert words[0] == "Very alike"
    assert words[2] == words[3] != words[1]


def test_a_receipt_with_and_without_a_pass() -> None:
    own = CodeView(text="KIOSK-RECEIPT:1:01a202f2-97b1-722f-8383-588b4ed72f1d", name="Code of the receipt")
    assert receipt.present(RECEIPT, EN) == ReceiptView(
        title="Your receipt",
        lines=(
            "Station: front",
            "Agreed on 2026-03-01, text version 2026-01",
            "Kept until 365 days after you were last seen",
            "Document ending in 567",
            "Way in without your face: number 12345",
            "Receipt 01a202f2-97b1-722f-8383-588b4ed72f1d",
        ),
        withdraw="To see, correct or delete what is kept, show this code at the desk.",
        codes=(
            own,
            CodeView(
                text="CODE",
                name="Code of the pass",
                note="Keep the code of the pass to yourself: it opens the door for whoever holds it.",
            ),
        ),
        save="Save as PDF",
        status="",
    )
    bare = replace(RECEIPT, retention_days=0, document_end="", pass_number="", pass_code="", saved_as="receipt-1.pdf")
    assert receipt.present(bare, ES) == ReceiptView(
        title="Su comprobante",
        lines=(
            "Estación: front",
            "Aceptado el 01/03/2026, versión del texto 2026-01",
            "Se conserva hasta que usted pida borrarlo",
            "Comprobante 01a202f2-97b1-722f-8383-588b4ed72f1d",
        ),
        withdraw="Para ver, corregir o borrar lo que se guarda, muestre este código en el mostrador.",
        codes=(replace(own, name="Código del comprobante"),),
        save="",
        status="Guardado como receipt-1.pdf",
    )
    failed = receipt.present(replace(RECEIPT, failed=True), EN)
    assert (failed.save, failed.status) == ("Save as PDF", "It could not be saved. Take a picture of the code.")


def test_how_good_the_picture_is_for_the_desk_alone() -> None:
    seen = replace(
        AT_DESK,
        screen=Screen.CAPTURE,
        hint=Hint.TOO_DARK,
        checks=(Check(Component.SINGLE_FACE, good=True), Check(Component.ILLUMINATION, good=False)),
    )
    good, bad = EN.get("quality.good"), EN.get("quality.bad")
    face, light = EN.get("quality.single_face"), EN.get("quality.illumination")
    assert capture.present(seen, EN).checks == (
        CheckView("single_face", True, face, f"{face}: {good}"),
        CheckView("illumination", False, light, f"{light}: {bad}"),
    )
    turning = capture.present(replace(seen, screen=Screen.CHALLENGE, sides_left=2, ask="left"), EN)
    assert (turning.checks, turning.skip) == ((), EN.get("button.skip_sides"))
    assert turning.skip


def test_a_document_is_looked_for_then_read() -> None:
    looking = ScanView(
        title="Hold the document in the frame",
        words="The page with the two or three lines of letters and <<<, or the bar code.",
        nothing_kept="No picture of the document is kept.",
        picture_name="Camera picture with a frame for the document",
        no_picture="Waiting for the camera",
        lines="Or let a document reader type here",
        back="Type instead",
        seen=False,
        filled={},
        notice="",
    )
    assert details.present_scan(Scan(), EN) == looking
    seen = details.present_scan(Scan(ScanState.SEEN), EN)
    assert (seen.seen, seen.words) == (True, "Hold it still and flat.")
    document = Scanned(
        source="mrz",
        fields={"first_name": "Ana", "date_of_birth": "1990-01-31", "document_number": "AB1"},
        country="CO",
        proved=frozenset({"date_of_birth", "document_number"}),
        expired=True,
    )
    read = details.present_scan(Scan(ScanState.READ, document), ES)
    assert read.filled == {
        "first_name": "Ana",
        "date_of_birth": "31/01/1990",
        "document_number": "AB1",
        "document_country": "CO",
    }
    assert read.notice == "Leído. Revise todos los campos. Mire de nuevo: Nombre. El documento está vencido."
