"""A person with a receipt: what the view in which it is held before the camera says."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.receipt import person_of
from kiosk.station.snapshot import CameraState, Snapshot
from kiosk.ui.presenters.camera_page import PictureView
from kiosk.ui.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class FinderView:
    """The view."""

    title: str
    how: str
    code: str
    wrong: str
    open: str
    back: str
    picture: PictureView


def present(snapshot: Snapshot | None, text: Text) -> FinderView:
    """Without a camera the code is typed."""
    live = snapshot is not None and snapshot.camera in {CameraState.STREAMING, CameraState.BACK}
    return FinderView(
        title=text.get("receipt_desk.title"),
        how=text.get("receipt_desk.how" if live else "receipt_desk.how_typed"),
        code=text.get("receipt_desk.code"),
        wrong=text.get("receipt_desk.wrong"),
        open=text.get("people.open"),
        back=text.get("people.back"),
        picture=PictureView(
            live=live,
            no_picture=text.get("capture.no_picture"),
            late_picture=text.get("capture.late_picture"),
            picture_name=text.get("receipt_desk.picture"),
        ),
    )


def owner(typed: str) -> str:
    """The id of whose receipt this is, from what was typed off it or by a reader; empty where it is none."""
    return person_of(typed) or ""
