"""Where are the faces? Two contracts of one operation: the current page's, and the older one that the clients use."""

from __future__ import annotations

from kiosk.api.models.common import Open
from kiosk.api.models.persons import PersonHit
from kiosk.api.models.values import Number, SearchMode, SnakeModel


class DetectRequestCurrent(SnakeModel):
    """Where are the faces? As the current page has it."""

    image: str
    return_landmarks: bool | None = None
    return_attributes: bool | None = None


class DetectRequestLegacy(SnakeModel):
    """Where are the faces, and who are they? As the older page and the clients have it. ``min_score`` 0.70 to 0.95.

    ``collection_id`` is the UUID code here.
    """

    image: str
    min_score: Number
    search_mode: Open[SearchMode]
    collection_id: str | None = None
    max_results: int | None = None


class Point(SnakeModel):
    """Pixels from the top left."""

    x: Number | None = None
    y: Number | None = None


class Landmarks(SnakeModel):
    """Of the current page."""

    left_eye: Point | None = None
    right_eye: Point | None = None
    nose: Point | None = None
    mouth: Point | None = None


class LegacyLandmarks(SnakeModel):
    """Of the older page: pairs of x and y."""

    nose: tuple[Number, Number] | None = None
    left_eye: tuple[Number, Number] | None = None
    right_eye: tuple[Number, Number] | None = None
    left_mouth: tuple[Number, Number] | None = None
    right_mouth: tuple[Number, Number] | None = None


class BoundingBox(SnakeModel):
    """Of the current page, pixels."""

    x: Number
    y: Number
    width: Number
    height: Number


class FaceAttributes(SnakeModel):
    """A guess of the engine; decides nothing here."""

    age: Number | None = None
    gender: str | None = None


class DetectedFaceCurrent(SnakeModel):
    """A face as the current page has it."""

    bounding_box: BoundingBox
    confidence: Number | None = None
    landmarks: Landmarks | None = None
    attributes: FaceAttributes | None = None

    @property
    def corners(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom in pixels."""
        box = self.bounding_box
        return float(box.x), float(box.y), float(box.x + box.width), float(box.y + box.height)


class DetectResultCurrent(SnakeModel):
    """Faces of a picture as the current page has them."""

    faces: tuple[DetectedFaceCurrent, ...]
    face_count: int | None = None


class LegacyBox(SnakeModel):
    """Of the older page, pixels."""

    top: Number
    left: Number
    right: Number
    bottom: Number


class DetectedFaceLegacy(SnakeModel):
    """A face as the older page has it, and who it may be."""

    box: LegacyBox
    detection_score: Number | None = None
    persons: tuple[PersonHit, ...] | None = None
    landmarks: LegacyLandmarks | None = None
    thumbnail: str | None = None

    @property
    def corners(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom in pixels."""
        return float(self.box.left), float(self.box.top), float(self.box.right), float(self.box.bottom)
