"""What a station is made of, for whoever wires one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiosk.domain.errors import Code
from kiosk.domain.face import Pixels
from kiosk.domain.policy import Policy
from kiosk.domain.ports import Camera, Clock, Door, Gallery, Passes, Store, Vision
from kiosk.station.events import EventSink
from kiosk.station.front_desk import DeskParts
from kiosk.station.keeper import Evidence
from kiosk.station.office.registry import Extension
from kiosk.station.side_door import CodeReader
from kiosk.station.snapshot import Mode
from kiosk.station.workshop import WorkshopParts

if TYPE_CHECKING:  # a station without an account does not load it
    from kiosk.station.online import AccountParts


@dataclass(frozen=True, slots=True, kw_only=True)
class Building:
    """What a station is made of; everything that takes long is a callable, called on the thread that needs it.

    Attributes:
        make_camera: on a camera thread, for each opening.
        say: the sentence of an error code, for the event stream.
        camera_waits: open the camera only when vision is ready and the account was connected to; for clips, whose first seconds
            would be missed.
        prepare: fetches missing weights; gets a function to tell (text key, share done).
        make_vision: on the vision thread.
        open_store: on the io pool.
        make_gallery: on the io pool, with the open store.
        portrait: best still and its evidence -> JPEG of the head.
        account: None without one, and then the network is never touched.
        free_disk_mb: where the database is; None where nobody looks.
        notices: of a store: what the operator must be told, by code and by the file that it is about.
        passes: the ways in without a face that belong to a store; None where there are none.
        make_code_reader: on the thread that looks for QR codes; None where none are read.
        desk: of an enrolment desk.
        office: what operators may ask for beside the standard.
        workshop: what the pages need that try and keep the station.
        retention_days: who was not seen for so long is deleted while the station runs; 0 deletes nobody.
    """

    mode: Mode
    make_camera: Callable[[], Camera]
    prepare: Callable[[Callable[[str, float], None]], None]
    make_vision: Callable[[], Vision]
    open_store: Callable[[], Store]
    make_gallery: Callable[[Store], Gallery]
    door: Door
    policy: Policy
    clock: Clock
    sink: EventSink
    portrait: Callable[[Pixels, Evidence], bytes]
    camera_waits: bool = False
    say: Callable[[Code], str] = str
    account: AccountParts | None = None
    free_disk_mb: Callable[[], float] | None = None
    notices: Callable[[Store], Sequence[tuple[Code, str]]] = lambda store: ()
    passes: Callable[[Store], Passes | None] = lambda store: None
    make_code_reader: Callable[[], CodeReader] | None = None
    desk: DeskParts = field(default_factory=DeskParts)
    retention_days: int = 0
    office: tuple[Extension, ...] = ()
    workshop: WorkshopParts = field(default_factory=WorkshopParts)
