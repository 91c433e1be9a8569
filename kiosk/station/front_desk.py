"""What an enrolment desk has beside the machine: a document that is read, what will be sent, faces to compare, the receipt.

Everything that takes time runs on the io pool or on the scan's own thread and is wiped with the visit it belongs to. Nothing here
decides: the machine does.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from kiosk.domain.errors import KioskError, StoreError
from kiosk.domain.face import Frame, Pixels
from kiosk.domain.person import Details, PersonId
from kiosk.domain.ports import Clock, Passes, Store
from kiosk.domain.receipt import Receipt, document_end
from kiosk.domain.scan import Scan, ScanState
from kiosk.domain.session import effects as fx
from kiosk.domain.session import events as ev
from kiosk.domain.session import states as st
from kiosk.station.clock import rfc3339
from kiosk.station.keeper import Evidence, Locker
from kiosk.station.snapshot import Sending, Snapshot

logger = logging.getLogger(__name__)

_LOOK_AGAIN_S = 0.05


class DocumentReader(Protocol):
    """Pixels to what a document says. Made and used on one thread; keeps no picture."""

    def look(self, pixels: Pixels) -> Scan:
        """One picture of a document (or of none); a scan that is read is one that two pictures agree on."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskParts:
    """What a desk is made of, for whoever wires a station.

    Attributes:
        make_reader: on the scan's thread; None where documents are not read.
        preview: details and JPEG of the head -> what will be sent; None without an account.
        write_receipt: writes it as a PDF; the file's name. May raise :class:`KioskError`.
        passes: the ways in without a face that belong to a store; None where there are none.
        station: its name, for receipts.
        retention_days: see :class:`~kiosk.settings.StoreSettings`.
        operator: the id of who is signed in, or empty.
        may_override: whether who is at the desk may say that two who look alike are two people.
    """

    make_reader: Callable[[], DocumentReader] | None = None
    preview: Callable[[Details, bytes], Sending | None] | None = None
    write_receipt: Callable[[Receipt], str] | None = None
    passes: Callable[[Store], Passes | None] | None = None
    station: str = ""
    retention_days: int = 0
    operator: Callable[[], str] = lambda: ""
    may_override: Callable[[], bool] = lambda: True


class FrontDesk:
    """Any thread may call.

    Args:
        post: queues an event for the flow; a tick makes it publish.
        later: runs work on the io pool; what fails there is the store's failure.
    """

    def __init__(
        self,
        parts: DeskParts,
        *,
        clock: Clock,
        locker: Locker,
        portrait: Callable[[Pixels, Evidence], bytes],
        latest_frame: Callable[[], Frame | None],
        post: Callable[[ev.Event], None],
        later: Callable[[Callable[[], None]], None],
    ) -> None:
        """Nobody is at the desk."""
        self._parts = parts
        self._clock = clock
        self._locker = locker
        self._portrait = portrait
        self._latest_frame = latest_frame
        self._post = post
        self._later = later
        self._lock = threading.Lock()
        self._phase: st.Phase | None = None
        self._store: Store | None = None
        self._passes: Passes | None = None
        self._sending: Sending | None = None
        self._receipt: Receipt | None = None
        self._scan: Scan | None = None
        self._scanning: threading.Event | None = None
        self._thread: threading.Thread | None = None

    # ------------------------------------------------------------------ the station's side

    def opened(self, store: Store) -> None:
        """The store is there."""
        passes = self._parts.passes(store) if self._parts.passes is not None else None
        with self._lock:
            self._store, self._passes = store, passes

    def stop(self) -> None:
        """End the scan's thread."""
        self.end_scan()
        thread = self._thread
        if thread is not None:
            thread.join(3.0)

    def watch(
        self, before: st.Kiosk, event: ev.Event, after: st.Kiosk, effects: tuple[fx.Effect, ...], public: str | None
    ) -> None:
        """A watcher of the flow, told before the snapshot is made."""
        del event, effects, public
        phase, was = after.phase, before.phase
        with self._lock:
            self._phase = phase
            if not isinstance(phase, st.Review):
                self._sending = None
            if not isinstance(phase, st.Granted):
                self._receipt = None
        if isinstance(was, st.DetailsForm) and not isinstance(phase, st.DetailsForm):
            self.end_scan()
        if isinstance(phase, st.Review) and not isinstance(was, st.Review) and self._parts.preview is not None:
            self._later(lambda: self._preview(phase))
        if isinstance(phase, st.Granted) and phase.visit.enrolling and isinstance(was, st.Submitting):
            details = was.visit.details
            self._later(lambda: self._make_receipt(phase, details))

    def shown(self, snapshot: Snapshot) -> Snapshot:
        """The snapshot with all this in it."""
        may = self.may_override
        with self._lock:
            return replace(snapshot, sending=self._sending, receipt=self._receipt, scan=self._scan, may_override=may)

    @property
    def may_override(self) -> bool:
        """Whether who is at the desk may set a duplicate aside."""
        return self._parts.may_override()

    def _tell(self) -> None:
        self._post(ev.Tick(self._clock.mono_ms()))

    # ------------------------------------------------------------------ what will be sent

    def _preview(self, phase: st.Review) -> None:
        details, preview = phase.visit.details, self._parts.preview
        evidence = self._locker.get(phase.visit.session)
        if details is None or evidence is None or preview is None:
            return
        found = preview(details, self._portrait(evidence.still.pixels, evidence))
        with self._lock:
            here = isinstance(self._phase, st.Review) and self._phase.visit.session == phase.visit.session
            self._sending = found if here else None
        self._tell()

    # ------------------------------------------------------------------ faces, to compare

    def own_picture(self) -> bytes | None:
        """JPEG of who is being enrolled, while the desk compares or reviews; takes a moment, so not on the GUI's thread."""
        with self._lock:
            phase = self._phase
        if not isinstance(phase, st.Duplicate | st.Review):
            return None
        evidence = self._locker.get(phase.visit.session)
        return self._portrait(evidence.still.pixels, evidence) if evidence is not None else None

    def candidate_picture(self) -> bytes | None:
        """JPEG of whom the search found, while the desk compares; reads the store, so not on the GUI's thread."""
        with self._lock:
            phase, store = self._phase, self._store
        if not isinstance(phase, st.Duplicate) or phase.decision.person is None or store is None:
            return None
        try:
            return store.person(phase.decision.person).face_image
        except StoreError as error:
            logger.info("the picture of a candidate cannot be read: %s", error.code)
            return None

    # ------------------------------------------------------------------ receipt

    def _make_receipt(self, phase: st.Granted, details: Details | None) -> None:
        person = phase.decision.person
        if person is None:
            return
        number, code = self._pass_of(person, new=phase.visit.replaces is None)
        receipt = Receipt(
            person=person,
            station=self._parts.station,
            given_at=rfc3339(self._clock.now()),
            consent=phase.visit.consent,
            retention_days=self._parts.retention_days,
            document_end=document_end(details.document_number) if details is not None else "",
            pass_number=number,
            pass_code=code,
        )
        self._keep(phase, receipt)

    def _keep(self, phase: st.Phase, receipt: Receipt) -> None:
        with self._lock:
            now, then = self._phase, st.visit_of(phase)
            same = isinstance(now, st.Granted) and then is not None and now.visit.session == then.session
            self._receipt = receipt if same else None
        self._tell()

    def _pass_of(self, person: PersonId, *, new: bool) -> tuple[str, str]:
        """Number and QR text of the way in without a face; a pass that is there already stays as it is."""
        passes = self._passes
        if passes is None:
            return "", ""
        try:
            if not new:
                return passes.number_of(person) or "", ""
            issued = passes.issue(person, None)
        except StoreError as error:
            logger.info("no pass could be issued: %s", error.code)
            return "", ""
        return issued.number, issued.code

    def save_receipt(self) -> None:
        """Write the receipt that is on screen as a PDF; its name comes with the next snapshot."""
        with self._lock:
            receipt, phase = self._receipt, self._phase
        write = self._parts.write_receipt
        if receipt is None or phase is None or write is None or receipt.saved_as:
            return

        def work() -> None:
            try:
                name = write(receipt)
            except KioskError as error:
                logger.info("a receipt could not be written: %s", error.code)
                self._keep(phase, replace(receipt, failed=True))
            else:
                self._keep(phase, replace(receipt, saved_as=name, failed=False))

        self._later(work)

    # ------------------------------------------------------------------ documents

    def begin_scan(self) -> None:
        """Read documents from the newest pictures until one is read, the form goes, or :meth:`end_scan`."""
        with self._lock:
            wanted = isinstance(self._phase, st.DetailsForm) and self._parts.make_reader is not None
            if not wanted or self._scanning is not None:
                return
            over = threading.Event()
            self._scanning, self._scan = over, Scan()
            self._thread = threading.Thread(target=self._read_documents, args=(over,), name="scan", daemon=True)
            self._thread.start()
        self._tell()

    def end_scan(self) -> None:
        """What was read is forgotten; the form has taken it."""
        with self._lock:
            over, self._scanning = self._scanning, None
            self._scan = None
        if over is not None:
            over.set()
            self._tell()

    def _read_documents(self, over: threading.Event) -> None:
        make = self._parts.make_reader
        if make is None:
            return
        try:
            self._look(make(), over)
        except KioskError as error:
            logger.info("documents cannot be read: %s", error.code)
            self._show(over, Scan(ScanState.UNREADABLE))

    def _look(self, reader: DocumentReader, over: threading.Event) -> None:
        seen = -1
        while not over.wait(_LOOK_AGAIN_S):
            frame = self._latest_frame()
            if frame is None or frame.seq == seen:
                continue
            seen = frame.seq
            scan = reader.look(frame.pixels)
            self._show(over, scan)
            if scan.state is ScanState.READ:
                return

    def _show(self, over: threading.Event, scan: Scan) -> None:
        with self._lock:
            if self._scanning is not over or self._scan == scan:
                return
            self._scan = scan
        self._tell()
