"""The camera page: which cameras there are, the one on trial with its picture, and whether it may be taken."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.errors import Code
from kiosk.domain.light.colours import Colour
from kiosk.station.camera_desk import CameraFound, Taken, TrialNow
from kiosk.station.office.trying import CameraNow
from kiosk.ui.presenters.common import Tone
from kiosk.ui.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureView:
    """A live picture without anything asked; see :class:`~kiosk.ui.widgets.camera_view.Pictured`."""

    live: bool
    no_picture: str
    late_picture: str
    picture_name: str
    progress: float = 0.0
    met: bool = False
    arrow: str = ""
    light: Colour | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraRow:
    """One that can be tried."""

    uri: str
    words: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraPageView:
    """The page.

    Attributes:
        shows: whose picture is up.
        state: how the camera on trial does, in words; empty without one.
        may_take: whether it gives pictures, so that it can be used.
        trying: one is on trial.
    """

    picture: PictureView
    body: str
    rows: tuple[CameraRow, ...]
    again: str
    address: str
    example: str
    attempt: str
    shows: str
    state: str
    tone: Tone
    may_take: bool
    trying: bool
    take: str
    back: str


def present(found: tuple[CameraFound, ...], now: CameraNow | None, text: Text) -> CameraPageView:
    """The list, and what is on trial."""
    trial = now.trial if now is not None else TrialNow()
    current = now.current if now is not None else ""
    trying = bool(trial.uri)
    return CameraPageView(
        picture=PictureView(
            live=trial.frames or not trying,
            no_picture=text.get("camera_page.no_picture"),
            late_picture=text.get("capture.late_picture"),
            picture_name=text.get("camera_page.picture"),
        ),
        body=text.get("camera_page.body"),
        rows=tuple(CameraRow(uri=each.uri, words=_named(each, text), current=each.current) for each in found),
        again=text.get("camera_page.again"),
        address=text.get("camera_page.address"),
        example=text.get("camera_page.example"),
        attempt=text.get("camera_page.try"),
        shows=text.get("camera_page.shows", camera=trial.uri if trying else current) if trying or current else "",
        state=_state(trial, text) if trying else "",
        tone=Tone.GOOD if trial.frames else Tone.BAD if trial.error is not None else Tone.NEUTRAL,
        may_take=trial.frames,
        trying=trying,
        take=text.get("camera_page.take"),
        back=text.get("camera_page.back"),
    )


def _named(found: CameraFound, text: Text) -> str:
    words = f"{found.name} ({found.uri})" if found.name else found.uri
    return text.get("camera_page.in_use", camera=words) if found.current else words


def _state(trial: TrialNow, text: Text) -> str:
    if trial.frames and trial.info is not None:
        said = text.get("camera_page.gives", width=trial.info.width, height=trial.info.height, fps=f"{trial.fps:.0f}")
        return f"{trial.info.name}: {said}" if trial.info.name else said
    if trial.error is not None:
        return f"{text.get(f'error.{trial.error}')} {text.get('camera_page.tried_again')}"
    return text.get("camera_page.opening")


def taken(done: Taken, text: Text) -> str:
    """What came of it."""
    return text.get("camera_page.taken" if done.at_once else "camera_page.taken_later", camera=done.uri)


def refused(code: Code, text: Text) -> str:
    """Why an address cannot be tried."""
    return f"{text.get(f'error.{code}')} {text.get(f'remedy.{code}')}"
