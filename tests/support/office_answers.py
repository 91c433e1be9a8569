"""What a busy station would answer to the pages of the operator's room: long names, full lists, results of every kind; or none.

Names are invented. For tests of how the pages look and read; the workshop's pages are in ``support.workshop_answers``.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice

from PIL import Image
from support.workshop_answers import CUE
from support.workshop_answers import answers as workshop_answers

from kiosk.domain.decision import Outcome, Reason
from kiosk.domain.errors import Code
from kiosk.domain.explain import Explanation
from kiosk.domain.guidance import Hint
from kiosk.domain.link import Link
from kiosk.domain.operators import Operator, OperatorId, Role
from kiosk.domain.outbox import Backlog
from kiosk.domain.person import Details, Person, PersonId, Truth
from kiosk.domain.record import Consent, DeletionCertificate, Erasure, Touched, Validation
from kiosk.domain.results import ResultLine
from kiosk.station.bulk import BulkLine, Finding
from kiosk.station.import_places import TableFile
from kiosk.station.office import bulk, exports, operators, people, queue, receipts, refusals, results, signing
from kiosk.station.office.requests import OfficeRequest
from kiosk.station.refusals import Refusal
from kiosk.station.snapshot import Queue, QueueRow

NOW_AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
NOW = "2026-03-01T12:00:00.000Z"
FIRST = ("María de los Ángeles", "João Guilherme", "Ana", "Maximiliano Sebastián", "Conceição Aparecida", "Bo")
LAST = (
    "Fernández-Villavicencio Etxeberria de la Fuente",
    "Albuquerque de Vasconcellos Cavalcanti",
    "Gómez",
    "Rodríguez Schwarzenegger",
    "Nascimento dos Santos Figueiredo",
    "Li",
)
DOCUMENTS = ("1032456789", "AB1234567", "X-4455667-Q", "", "123.456.789-09", "PASSPORT-0000000001")
SHOWN = 200
"""People in the list."""


def _at(ago: timedelta) -> str:
    return (NOW_AT - ago).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def crowd(count: int = SHOWN) -> tuple[Person, ...]:
    """So many people, of every truth, changed between a moment and years ago."""
    names = islice(zip(cycle(FIRST), cycle(LAST[1:] + LAST[:1]), cycle(DOCUMENTS), cycle(Truth), strict=False), count)
    return tuple(
        Person(
            id=PersonId(f"01a202f2-97b1-722f-8383-{number:012d}"),
            details=Details(
                first_name=first,
                last_name=last,
                email="maria.fernandez-villavicencio@administracion.example.org",
                phone="+573001234567",
                date_of_birth="1990-01-15",
                document_type="national_id",
                document_number=document,
            ),
            liveness_score=0.93,
            created_at=_at(timedelta(days=3 * number)),
            updated_at=_at(timedelta(hours=7 * number)),
            truth=truth,
        )
        for number, (first, last, document, truth) in enumerate(names)
    )


PEOPLE = crowd()
MARIA = PEOPLE[5]


def portrait() -> bytes:
    """A JPEG that is nobody."""
    made = io.BytesIO()
    Image.new("RGB", (180, 240), (196, 150, 122)).save(made, "JPEG")
    return made.getvalue()


PERSON = people.PersonShown(
    person=MARIA,
    consents=(Consent(text_version="2026-01", given_at=NOW),),
    now=NOW,
    picture=portrait(),
    days_left=412,
)
NAMES = (
    signing.NameShown(id=OperatorId("boss"), name="Conceição Figueiredo de Albuquerque", role=Role.SUPERVISOR),
    signing.NameShown(id=OperatorId("clerk"), name="Luis Gómez", role=Role.OPERATOR, locked_s=540.0),
    *(
        signing.NameShown(id=OperatorId(f"o{n}"), name=f"{FIRST[n % 6]} {LAST[n % 4][:18]}", role=Role.OPERATOR)
        for n in range(7)
    ),
)
OPERATORS = operators.OperatorsShown(
    operators=tuple(
        Operator(
            id=each.id,
            name=each.name,
            role=each.role,
            created_at=_at(timedelta(days=30 * number)),
            locked_until=NOW_AT + timedelta(seconds=each.locked_s) if each.locked_s else None,
            disabled=number == 6,
        )
        for number, each in enumerate(NAMES)
    ),
    me="boss",
    now=NOW,
)
CERTIFICATE = DeletionCertificate(
    person=MARIA.id,
    at=NOW,
    why=Erasure.ASKED,
    touched=(
        Touched(kind="table", name="persons", outcome="deleted", count=1),
        Touched(kind="table", name="templates", outcome="deleted", count=3),
        Touched(kind="table", name="biometric_validations", outcome="cleared", count=12),
        Touched(kind="file", name="kiosk.db", outcome="overwritten"),
        Touched(kind="file", name="kiosk.db-wal", outcome="overwritten"),
        Touched(kind="export", name="people-20260215-101500.csv", outcome="kept"),
        Touched(kind="remote", name="65f0a1b2c3d4e5f6a7b8c9d0", outcome="pending"),
    ),
    audit_id=4711,
    audit_hash="ab" * 32,
)
_KINDS = (
    (Outcome.GRANTED, Reason.RECOGNISED),
    (Outcome.DENIED, Reason.NO_MATCH),
    (Outcome.GRANTED, Reason.ENROLLED),
    (Outcome.DENIED, Reason.LIVENESS_UNSURE),
    (Outcome.DEFERRED, Reason.NOT_CONFIRMED),
    (Outcome.DENIED, Reason.ATTACK),
    (Outcome.HELP, Reason.TOO_LONG_OFFLINE),
)


def result_page(total: int = 1000) -> results.ResultsPage:
    """The first page of so many."""
    shown = min(total, results.PAGE)
    lines = tuple(
        ResultLine(
            validation=Validation(
                id=f"v{number}",
                identifier=f"i{number}",
                type="login",
                status="validated",
                created_at=_at(timedelta(minutes=3 * number * number)),
                updated_at=NOW,
                liveness_score=0.91,
                outcome=outcome,
                reason=reason,
                truth=truth,
                similarity=0.713 if outcome is Outcome.GRANTED else None,
            ),
            name=PEOPLE[number].details.display_name if outcome is Outcome.GRANTED else "",
        )
        for number, ((outcome, reason), truth) in enumerate(
            islice(zip(cycle(_KINDS), cycle(Truth), strict=False), shown)
        )
    )
    return results.ResultsPage(lines=lines, total=total, page=0, pages=max(1, -(-total // results.PAGE)), now=NOW)


QUEUE = queue.QueueShown(
    queue=Queue(
        backlog=Backlog(pending=37, buried=4, oldest_s=9000.0),
        sent=512,
        rows=tuple(
            QueueRow(id=f"r{number}", action=action, code=code, word=word, age_s=3600.0 * (number + 1) ** 3)
            for number, (action, code, word) in enumerate(
                (
                    ("create_person", "api_conflict", "Conflict"),
                    ("update_person", "api_refused", "MissingParameter"),
                    ("delete_person", "api_not_found", "NotFound"),
                    ("create_validation", "api_forbidden", ""),
                )
            )
        ),
    ),
    link=Link.SERVER_ERROR,
)
REFUSALS = refusals.RefusalsShown(
    refusals=tuple(
        Refusal(
            session=f"s{number}",
            at_ms=1000.0 * number,
            explanation=Explanation(reason=reason, cues=CUE * 2, networks=CUE, score=0.4),
        )
        for number, reason in enumerate((Reason.ATTACK, Reason.LIVENESS_UNSURE, Reason.FACE_CHANGED, Reason.FACE_LOST))
    ),
    now_ms=500_000.0,
)
BULK = bulk.BulkNow(
    stage=bulk.Stage.CHECKED,
    table="personas-administracion-2026.csv",
    total=240,
    done=240,
    counts={
        Finding.READY: 233,
        Finding.BAD_LINE: 2,
        Finding.BAD_PICTURE: 1,
        Finding.REFUSED: 2,
        Finding.TWICE: 1,
    },
    lines=(
        BulkLine(line=3, image="", finding=Finding.BAD_LINE, why="bad_date", field="date_of_birth"),
        BulkLine(line=4, image="maria-de-los-angeles-fernandez.jpg", finding=Finding.BAD_PICTURE, why="file_missing"),
        BulkLine(line=6, image="uwe.jpg", finding=Finding.REFUSED, why="low_quality", hint=Hint.TOO_DARK),
        BulkLine(line=7, image="eve.jpg", finding=Finding.REFUSED, why="duplicate", person=PersonId("p1")),
        BulkLine(line=8, image="twin.jpg", finding=Finding.TWICE, other=2),
    ),
)
TABLES = bulk.TablesShown(
    folder="/home/kiosk/.local/share/kiosk/profiles/main/import",
    tables=(
        TableFile(
            "/home/kiosk/.local/share/kiosk/profiles/main/import/personas-administracion-2026.csv",
            ("/home/kiosk/.local/share/kiosk/profiles/main/import/fotografias", "/media/kiosk/USB-STICK"),
        ),
    ),
    anywhere=False,
)
_FILES = (("people", "csv"), ("report", "pdf"))
EXPORTS = exports.ExportsShown(
    folder="/home/kiosk/.local/share/kiosk/profiles/main/exports",
    files=tuple(f"{kind}-202602{day:02d}-101500.{end}" for day in range(1, 9) for kind, end in _FILES),
    places=("/home/kiosk/.local/share/kiosk/profiles/main/exports", "/media/kiosk/USB-STICK"),
)


def full_answers() -> dict[type[OfficeRequest], object]:
    """Every page with as much as it may have to show."""
    written = exports.Written(
        path="/home/kiosk/.local/share/kiosk/profiles/main/exports/people-20260301-120000.csv", count=200
    )
    return workshop_answers() | {
        signing.ListNames: NAMES,
        people.FindPeople: people.PeopleFound(people=PEOPLE, total=1234, now=NOW),
        people.ShowPerson: PERSON,
        people.EditPerson: PERSON,
        people.DeletePerson: CERTIFICATE,
        receipts.ReadReceipt: receipts.ReceiptRead(other=True),
        exports.SaveCertificate: written,
        results.FindResults: result_page(),
        refusals.ReadRefusals: REFUSALS,
        operators.ListOperators: OPERATORS,
        operators.DisableOperator: Code.LAST_SUPERVISOR,
        exports.ListExports: EXPORTS,
        exports.ExportPeople: written,
        queue.ReadQueue: QUEUE,
        bulk.ListTables: TABLES,
        bulk.LookAtBulk: BULK,
        bulk.CheckTable: BULK,
        bulk.LeaveBulk: BULK,
    }


def empty_answers() -> dict[type[OfficeRequest], object]:
    """A station on its first day."""
    return full_answers() | {
        signing.ListNames: (),
        people.FindPeople: people.PeopleFound(people=(), total=0, now=NOW),
        results.FindResults: result_page(0),
        refusals.ReadRefusals: refusals.RefusalsShown(refusals=(), now_ms=0.0),
        exports.ListExports: exports.ExportsShown(folder=EXPORTS.folder, files=()),
        queue.ReadQueue: queue.QueueShown(queue=Queue(backlog=Backlog(pending=0, buried=0)), link=Link.ONLINE),
        bulk.ListTables: bulk.TablesShown(folder=TABLES.folder, tables=(), anywhere=True),
        bulk.LookAtBulk: bulk.BulkNow(),
    }


def failing_answers() -> dict[type[OfficeRequest], object]:
    """A station whose database is not open."""
    return dict.fromkeys(full_answers(), Code.STORE_FAILED)
