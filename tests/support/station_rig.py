"""A whole station with real threads, a real store and a real gallery; camera, eyes and account do as told."""

from __future__ import annotations

import io
import json
from pathlib import Path

from support.station_parts import SHA, CountingDoor, RealClock, ToldCamera, ToldEyes, vector

from kiosk.cli.wiring import notices_of
from kiosk.domain.errors import StoreError
from kiosk.domain.person import Details, PersonId
from kiosk.domain.policy import EnrolViews, LivenessPolicy, Lockout, Matching, Policy, Timing
from kiosk.domain.record import Consent, Enrolment, Validation
from kiosk.gallery.exact import ExactGallery
from kiosk.station.building import Building
from kiosk.station.events import EventSink
from kiosk.station.office.registry import Extension
from kiosk.station.online import AccountParts
from kiosk.station.snapshot import Mode, Snapshot
from kiosk.station.station import Station
from kiosk.store.passes import SqlitePasses
from kiosk.store.sqlite import SqliteStore
from kiosk.vision.codes import QrReader

UNHURRIED_MS = 30_000.0
"""What the station's own parts may take here: who looks whether somebody is refused in time says how long themselves."""

QUICK = Policy(
    timing=Timing(
        granted_ms=150,
        receipt_ms=150,
        denied_ms=150,
        help_ms=150,
        cooldown_ms=100,
        again_ms=200,
        fault_recheck_ms=200,
        track_lost_ms=200,
        **dict.fromkeys(
            ("holding_ms", "liveness_ms", "capturing_ms", "deciding_ms", "submitting_ms", "proving_ms"), UNHURRIED_MS
        ),
    ),
    liveness=LivenessPolicy(max_gap_ms=UNHURRIED_MS),
    lockout=Lockout(attacks=3, locked_ms=300),
    matching=Matching(enrol_stills=3, enrol_views=EnrolViews.FRONT),
)


def passes_of(store: object) -> SqlitePasses:
    """The ways in without a face."""
    assert isinstance(store, SqliteStore)
    return store.passes


class KeptStore(SqliteStore):
    """The real one; remembers which pictures it was given to send later."""

    images: list[bytes | None]

    def record(self, validation: Validation, image: bytes | None = None) -> None:
        self.images = [*getattr(self, "images", []), image]
        super().record(validation, image)


class Rig:
    """A station and everything around it."""

    def __init__(
        self,
        folder: Path,
        mode: Mode = Mode.ACCESS,
        policy: Policy = QUICK,
        account: AccountParts | None = None,
        free_disk_mb: float = 1e6,
        clock: RealClock | None = None,
        side_door: bool = False,
        office: tuple[Extension, ...] = (),
    ) -> None:
        self.clock = clock or RealClock()
        self.camera = ToldCamera(self.clock)
        self.eyes = ToldEyes()
        self.door = CountingDoor()
        self.lines = io.StringIO()
        self.path = folder / "station.db"
        self.snapshots: list[Snapshot] = []
        self.store_error: StoreError | None = None
        self.free_disk_mb = free_disk_mb
        self.outgoing = account is not None
        self.building = Building(
            mode=mode,
            make_camera=lambda: self.camera,
            prepare=lambda tell: tell("loading.models", 1.0),
            make_vision=lambda: self.eyes,
            open_store=self._open,
            make_gallery=self._gallery,
            door=self.door,
            policy=policy,
            clock=self.clock,
            sink=EventSink(self.clock, self.lines),
            portrait=lambda pixels, evidence: b"\xff\xd8\xff jpeg",
            account=account,
            free_disk_mb=lambda: self.free_disk_mb,
            office=office,
            notices=notices_of,
            passes=passes_of if side_door else lambda store: None,
            make_code_reader=QrReader if side_door else None,
        )
        self.station = Station(self.building)
        self.station.subscribe(self.snapshots.append)

    def _open(self) -> KeptStore:
        if self.store_error is not None:
            raise self.store_error
        self.store = KeptStore.open(self.path, clock=self.clock, outgoing=self.outgoing)
        return self.store

    def _gallery(self, store: object) -> ExactGallery:
        assert isinstance(store, SqliteStore)
        gallery = ExactGallery(SHA)
        for person, template in store.templates(SHA):
            gallery.add(person, template)
        return gallery

    def enrol(self, who: int, name: str = "Visitor") -> None:
        store = SqliteStore.open(self.path, clock=self.clock)
        store.enrol(
            Enrolment(
                person=PersonId(f"person-{who}"),
                details=Details(first_name=name),
                consent=Consent(text_version="t", given_at="2026-01-01T00:00:00.000Z"),
                face_image=b"\xff\xd8\xff x",
                templates=(vector(who),),
            )
        )
        store.close()

    def events(self, kind: str) -> list[dict[str, object]]:
        lines = self.lines.getvalue().splitlines()
        return [line for line in map(json.loads, lines) if line["event"] == kind]

    def results(self) -> list[tuple[object, object]]:
        return [(line["outcome"], line["reason"]) for line in self.events("result")]
