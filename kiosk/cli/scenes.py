"""Portraits for the virtual camera: the camera may not know vision, so the landmarks are found here and handed over."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.domain.challenge.motion import Motion
from kiosk.domain.errors import Code, InputError
from kiosk.domain.face import Face, Pixels
from kiosk.domain.ports import CameraInfo

if TYPE_CHECKING:
    from kiosk.camera.relief import Relief
    from kiosk.camera.stage import Stage
    from kiosk.domain.face import Frame
    from kiosk.domain.ports import Clock
    from kiosk.station.snapshot import Snapshot
    from kiosk.vision.models import ModelFiles
    from kiosk.vision.stills import StillTracker

TRACKING = "face_landmarker"


class Screened:
    """What a station asks at this moment, for a virtual visitor who looks at its screen. Any thread."""

    def __init__(self) -> None:
        """Nothing is asked yet."""
        self._asked: Motion | None = None

    def see(self, snapshot: Snapshot) -> None:
        """The screen has changed; subscribe this to the station."""
        self._asked = Motion(snapshot.ask) if snapshot.ask else None

    def asked(self) -> Motion | None:
        """The motion on screen."""
        return self._asked


class Portraits:
    """Finds the face of portraits. Made, used and closed on one thread; a context manager.

    Raises:
        ModelError: the tracker's file is missing or broken.
    """

    def __init__(self, files: ModelFiles) -> None:
        """Load the tracker."""
        from kiosk.vision.stills import StillTracker

        self._tracker: StillTracker = StillTracker(files.path(TRACKING))

    def __enter__(self) -> Portraits:
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Free the tracker."""
        self._tracker.close()

    def face(self, path: Path) -> tuple[Pixels, Face]:
        """The picture and its largest face.

        Raises:
            InputError: no picture, or no face in it (``picture_not_a_picture`` …, ``picture_without_face``).
        """
        from kiosk.camera.stills import read_picture

        pixels = read_picture(path)
        faces = self._tracker.look_at_picture(pixels)
        if not faces:
            raise InputError(Code.PICTURE_WITHOUT_FACE, str(path))
        return pixels, faces[0]

    def relief(self, path: Path) -> Relief:
        """The portrait as a relief whose asked angles count from how it looks to the tracker.

        Raises:
            InputError: see :meth:`face`.
        """
        from kiosk.camera.relief import Relief, SyntheticPose
        from kiosk.camera.synthetic import HEIGHT, WIDTH

        pixels, face = self.face(path)
        relief = Relief(pixels, face.landmarks)
        seen = self._tracker.look_at_picture(relief.render(SyntheticPose(), width=WIDTH, height=HEIGHT))
        if seen:
            relief.rest_is(seen[0].pose)
        return relief


class SyntheticPortrait:
    """``synthetic:PORTRAIT``: a :class:`~kiosk.domain.ports.Camera` in front of which the portrait stands and looks."""

    def __init__(self, portrait: Path, files: ModelFiles, clock: Clock, screen: Screened | None = None) -> None:
        """Nothing is read before :meth:`open`. With a ``screen`` to look at, the portrait does what is asked there."""
        self._screen = screen or Screened()
        self._portrait = portrait
        self._files = files
        self._clock = clock
        self._stage: Stage | None = None

    def open(self) -> CameraInfo:
        """Find the face and begin.

        Raises:
            InputError: the portrait cannot be used.
            ModelError: the tracker cannot.
        """
        from kiosk.camera.obeying import Obeying
        from kiosk.camera.stage import Stage
        from kiosk.camera.synthetic import Sitter, visit

        with Portraits(self._files) as portraits:
            sitter = Sitter(portraits.relief(self._portrait), Obeying(visit(), shown=self._screen.asked))
        self._stage = Stage(self._clock, sitter)
        return self._stage.open()

    def read(self) -> Frame | None:
        """See :class:`~kiosk.domain.ports.Camera`."""
        return self._stage.read() if self._stage is not None else None

    def close(self) -> None:
        """See Camera."""
        if self._stage is not None:
            self._stage.close()
