"""One small protocol for each thing the rules need done. No library type crosses a port; errors are :class:`KioskError`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from kiosk.domain.attack_wizard import Walks
from kiosk.domain.decision import Match
from kiosk.domain.face import Embedding, Face, Frame, Pixels, Sighting
from kiosk.domain.operators import Operator, OperatorId, PinChecked, Role
from kiosk.domain.passes import IssuedPass, PassAnswer
from kiosk.domain.person import Person, PersonId
from kiosk.domain.record import AuditEntry, Consent, DeletionCertificate, Enrolment, Validation
from kiosk.domain.results import ResultCount, ResultsFound, ResultsWanted


class Clock(Protocol):
    """Time, so that tests can own it."""

    def now(self) -> datetime:
        """Wall clock, UTC, aware."""
        ...

    def mono_ms(self) -> float:
        """Monotonic milliseconds; only differences mean anything."""
        ...


@dataclass(frozen=True, slots=True)
class CameraInfo:
    """What was opened. ``fps`` is what the source claims, 0 where it does not say; ``finite`` for clips that end."""

    uri: str
    name: str
    width: int
    height: int
    fps: float
    finite: bool = False


class Camera(Protocol):
    """Frames in. One thread opens, reads and closes; a read may block, the station watches it.

    A camera that was closed can be opened again. ``close`` never raises and may be called twice.
    """

    def open(self) -> CameraInfo:
        """Open the source.

        Raises:
            CameraError: it is not there, is busy, or gives no first frame.
        """
        ...

    def read(self) -> Frame | None:
        """Next frame, or None once a finite source has ended (and from then on).

        Raises:
            CameraError: the source broke (``camera_lost``).
        """
        ...

    def close(self) -> None:
        """Let go of the source."""
        ...


CameraFactory = Callable[[], Camera]


class Depth(Enum):
    """How much to look at."""

    TRACK = "track"
    FULL = "full"


class Vision(Protocol):
    """Pixels to observations. Created, used and closed on one thread."""

    def look(self, frame: Frame, depth: Depth) -> Sighting:
        """Find and follow faces; with FULL also measure and judge liveness. Frames come in order of ``mono_ms``.

        Raises:
            ModelError: the engine failed. Never reported as "no face".
        """
        ...

    def embed(self, pixels: Pixels, face: Face) -> Embedding | None:
        """Template of one face; None where the geometry is broken. A helper thread may call this one while ``look`` runs.

        Raises:
            ModelError: the engine failed.
        """
        ...

    def forget(self) -> None:
        """Drop all tracks; the next face is a new one."""
        ...

    def close(self) -> None:
        """Free the engines. Safe to call twice."""
        ...


class Gallery(Protocol):
    """Who is this? Exact 1:N over templates of one set of weights. Safe to call from any thread."""

    def identify(self, probe: Embedding) -> Match:
        """The two best people."""
        ...

    def add(self, person: PersonId, template: Embedding) -> None:
        """One more template of a person."""
        ...

    def remove(self, person: PersonId) -> None:
        """Forget all templates of a person; unknown people are ignored."""
        ...

    @property
    def people(self) -> int:
        """How many people it holds."""
        ...


class Operators(Protocol):
    """Who works here. Each call is one transaction or a few; any thread may call, and those with a PIN take a tenth of a second.

    Every call raises :class:`~kiosk.domain.errors.StoreError`; ``by`` is the id of whoever did it, for the audit.
    """

    def all(self) -> Sequence[Operator]:
        """Everybody, those who are disabled too, by name."""
        ...

    def sign_in(self, operator: OperatorId, pin: str) -> PinChecked:
        """Whether this is their PIN. A try is counted before it is looked at. Nobody unknown or disabled ever gets in."""
        ...

    def signed_out(self, operator: OperatorId, why: str) -> None:
        """An audit line."""
        ...

    def add(self, *, name: str, role: Role, pin: str, by: str) -> Operator:
        """Somebody new. Raises ``operator_name_invalid``, ``operator_name_taken``, ``pin_unfit`` (detail: a PinProblem)."""
        ...

    def disable(self, operator: OperatorId, *, by: str) -> Operator:
        """They sign in no more. Raises ``operator_unknown``, and ``last_supervisor`` for the last one who could add others."""
        ...

    def set_pin(self, operator: OperatorId, pin: str, *, by: str) -> Operator:
        """A new PIN; undoes a lock. Raises ``operator_unknown``, ``pin_unfit``."""
        ...


class Store(Protocol):
    """People and results that outlive a power cut. Each call is one transaction; any thread may call.

    Every call raises :class:`~kiosk.domain.errors.StoreError`.
    """

    def enrol(self, enrolment: Enrolment) -> Person:
        """Write person, consent, templates, validation and audit line together; all of them or none."""
        ...

    def renew(self, enrolment: Enrolment) -> Person:
        """Somebody on record again: new details, picture, templates, consent and result, all of them or none.

        Raises:
            StoreError: ``person_unknown``.
        """
        ...

    def record(self, validation: Validation, image: bytes | None = None) -> None:
        """Write one result and its audit line; with an account also its outbox row.

        Args:
            validation: what was decided.
            image: the JPEG that the account must judge later. A result that was decided here without one (nobody was
                captured) has nothing to send: it stays ``local``. Ignored where there is no account.
        """
        ...

    def people(self, search: str = "") -> Sequence[Person]:
        """All people, without pictures, by last and first name; ``search`` looks in names, document number, e-mail."""
        ...

    def person(self, person: PersonId) -> Person:
        """One, whole. Raises ``person_unknown``."""
        ...

    def person_with_remote_id(self, remote_id: str) -> Person | None:
        """Whom the account knows by this id, whole, or None."""
        ...

    def update(self, person: Person) -> Person:
        """Change details and status; sets ``updated_at``. Raises ``person_unknown``."""
        ...

    def delete(self, person: PersonId) -> DeletionCertificate:
        """Remove the person, their pictures and templates; an audit line without biometric data stays."""
        ...

    def purge_due(self, now: datetime, *, days: int) -> Sequence[DeletionCertificate]:
        """Delete whoever was not enrolled, changed or recognised for ``days`` days; nobody for 0, or while the clock is odd."""
        ...

    def finish_deletions(self) -> int:
        """Try again to clean the files of deletions where something was in the way; how many there were."""
        ...

    def templates(self, model_sha256: str) -> Iterable[tuple[PersonId, Embedding]]:
        """All templates made with these weights."""
        ...

    def has_templates(self, person: PersonId, model_sha256: str) -> bool:
        """Whether this person can still be recognised with these weights: not once deleted, or their consent withdrawn."""
        ...

    def validations(self, limit: int = 100) -> Sequence[Validation]:
        """Newest first."""
        ...

    def results(self, wanted: ResultsWanted, *, limit: int, offset: int = 0) -> ResultsFound:
        """One page of the results log, newest first."""
        ...

    def result_counts(self, *, since: str, until: str) -> Sequence[ResultCount]:
        """How many results of each kind there were on each day; RFC 3339 UTC, ``until`` is not included."""
        ...

    def consents(self, person: PersonId) -> Sequence[Consent]:
        """What this person agreed to, oldest first."""
        ...

    def deletions(self) -> Sequence[DeletionCertificate]:
        """Certificates of all deletions, oldest first, as true as they are now."""
        ...

    @property
    def operators(self) -> Operators:
        """Who works here."""
        ...

    @property
    def walks(self) -> Walks:
        """Walks through attacks."""
        ...

    def note(self, *, action: str, subject: str = "", detail: str = "") -> None:
        """One audit line by itself; also how a store that failed shows that it can be written again."""
        ...

    def audit(self) -> Sequence[AuditEntry]:
        """Oldest first."""
        ...

    def close(self) -> None:
        """Let go of the file. Safe to call twice."""
        ...


class Passes(Protocol):
    """Ways in without a face, kept with the people. Each call is on disk when it returns; any thread but the GUI's may call.

    Every call raises :class:`~kiosk.domain.errors.StoreError`.
    """

    def issue(self, person: PersonId, pin: str | None) -> IssuedPass:
        """A pass for this person, in place of the one they had. Number and code are told once.

        Args:
            person: on record.
            pin: one that :func:`~kiosk.domain.passes.pin_problem` finds nothing wrong with; None for a pass with a QR code only.

        Raises:
            StoreError: ``person_unknown``.
            InvariantBroken: a PIN that nobody should have let through.
        """
        ...

    def renew(self, person: PersonId) -> IssuedPass:
        """Another QR code for a pass, the old one is void; number and PIN stay, and a lock is lifted.

        Raises:
            StoreError: ``person_unknown``: they have no pass.
        """
        ...

    def revoke(self, person: PersonId) -> bool:
        """Take the pass away; False where there was none."""
        ...

    def number_of(self, person: PersonId) -> str | None:
        """The number of their pass, for a receipt; None where they have none."""
        ...

    def check_pin(self, number: str, pin: str) -> PassAnswer:
        """Whose pass this is. Wrong, unknown and locked are one answer and take the same time; a wrong PIN is counted."""
        ...

    def check_code(self, code: str) -> PassAnswer:
        """Whose QR code this is (its whole text)."""
        ...

    def whose(self, number: str) -> PassAnswer:
        """Who a code may be sent to; nobody for an unknown number and for a locked pass, with the same work. Proves nothing."""
        ...

    def begin_sent_code(self, number: str) -> PassAnswer:
        """Somebody types a code that was sent for this number: counted as wrong until :meth:`end_sent_code`. Proves nothing.

        Nobody for an unknown number and for a locked pass, with the same work.
        """
        ...

    def end_sent_code(self, answer: PassAnswer) -> PassAnswer:
        """It was right (``answer`` has a person), or it was not. Nobody where that pass is gone meanwhile."""
        ...


class Door(Protocol):
    """What opens when access is granted."""

    def open(self) -> None:
        """Open for one person.

        Raises:
            DoorError: it did not.
        """
        ...
