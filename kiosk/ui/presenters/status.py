"""The status bar: camera, network, unsent records. Plain words; nothing is green that nobody has confirmed."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.station.snapshot import CameraState, Link, Snapshot
from kiosk.ui.presenters.common import Tone
from kiosk.ui.text import Text

SLOW_FPS = 8.0
"""Below this a person notices that the picture lags."""


@dataclass(frozen=True, slots=True)
class StatusItem:
    """A sign with its words."""

    icon: str
    words: str
    tone: Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusView:
    """``buried`` is None where no record waits for an operator, ``limit`` where the station may go on by itself for long, and
    ``notice`` where nothing has happened to the records.
    """

    camera: StatusItem
    network: StatusItem
    queue: StatusItem
    buried: StatusItem | None
    limit: StatusItem | None = None
    notice: StatusItem | None = None


def present(snapshot: Snapshot, text: Text) -> StatusView:
    """What works and what waits."""
    return StatusView(
        camera=_camera(snapshot, text),
        network=_network(snapshot.link, text),
        queue=_queue(snapshot.pending, text),
        buried=StatusItem("warning", text.count("queue.buried", snapshot.buried), Tone.BAD)
        if snapshot.buried
        else None,
        limit=_limit(snapshot, text),
        notice=_notice(snapshot, text),
    )


def _camera(snapshot: Snapshot, text: Text) -> StatusItem:
    words = text.get(f"camera.{snapshot.camera}")
    match snapshot.camera:
        case CameraState.STREAMING if 0 < snapshot.fps < SLOW_FPS:
            return StatusItem("camera", text.get("camera.slow", fps=max(1, round(snapshot.fps))), Tone.WARN)
        case CameraState.STREAMING | CameraState.BACK:
            return StatusItem("camera", words, Tone.GOOD)
        case CameraState.OPENING:
            return StatusItem("camera", words, Tone.NEUTRAL)
        case CameraState.STALLED | CameraState.LOST:
            return StatusItem("camera_off", words, Tone.BAD)


def _network(link: Link, text: Text) -> StatusItem:
    words = text.get(f"link.{link}")
    match link:
        case Link.ONLINE:
            return StatusItem("network", words, Tone.GOOD)
        case Link.OFFLINE:
            return StatusItem("device", words, Tone.NEUTRAL)
        case Link.CONNECTING:
            return StatusItem("network", words, Tone.NEUTRAL)
        case _:
            return StatusItem("network_off", words, Tone.WARN)


def _limit(snapshot: Snapshot, text: Text) -> StatusItem | None:
    if snapshot.limit is None:
        return None
    if snapshot.limit_reached:
        return StatusItem("warning", text.get(f"allowance.{snapshot.limit}"), Tone.BAD)
    return StatusItem("warning", text.get(f"allowance.{snapshot.limit}_soon"), Tone.WARN)


def _notice(snapshot: Snapshot, text: Text) -> StatusItem | None:
    if snapshot.notice is None:
        return None
    return StatusItem("warning", text.pick(f"records.{snapshot.notice}", f"error.{snapshot.notice}"), Tone.BAD)


def _queue(pending: int, text: Text) -> StatusItem:
    if pending:
        return StatusItem("queue", text.count("queue.pending", pending), Tone.WARN)
    return StatusItem("queue_empty", text.get("queue.empty"), Tone.NEUTRAL)
