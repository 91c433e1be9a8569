"""A face as a direction: five-point alignment and the embedding network. Compares nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.domain.face import Box, Embedding, Face, Pixels
from kiosk.vision.geometry import LEFT_EYE, RIGHT_EYE, eye_centre
from kiosk.vision.liveness import MIN_VISIBLE, visible_share
from kiosk.vision.onnx import Network

if TYPE_CHECKING:
    from kiosk.vision.models import ModelFiles

NAME = "face_embedding"
SIZE = 112

MIN_INTEROCULAR_PX = 8.0
"""Below it the aligned picture is five times as large as what the camera saw."""

MIN_SPREAD = 3.0
"""Standard deviation of the aligned picture below which there is nothing on it."""

# Picture-left eye, picture-right eye, nose, picture-left and picture-right mouth corner (the ArcFace template).
TEMPLATE = np.array(
    [(38.2946, 51.6963), (73.5318, 51.5014), (56.0252, 71.7366), (41.5493, 92.3655), (70.7299, 92.2041)],
    dtype=np.float64,
)
_NOSE, _MOUTH_LEFT, _MOUTH_RIGHT = 4, 61, 291


class Embedder:
    """The embedding network. Made and used on one thread.

    Args:
        models: the files; ``face_embedding`` must be there.
        threads: that one call may use.

    Raises:
        ModelError: the file is missing, wrong or broken.
    """

    def __init__(self, models: ModelFiles, *, threads: int = 1) -> None:
        self._network = Network(models.path(NAME), name=NAME, threads=threads)
        self._sha256 = models.sha256(NAME)

    def rehearse(self) -> None:
        """Run the network once, on nothing.

        Raises:
            ModelError: the network failed.
        """
        self._network.run(np.zeros((1, 3, SIZE, SIZE), np.float32))

    def embed(self, pixels: Pixels, face: Face) -> Embedding | None:
        """Template of one face; None for broken geometry or a patch without a picture.

        Raises:
            ModelError: the network failed.
        """
        aligned = align(pixels, face)
        if aligned is None:
            return None
        batch = np.ascontiguousarray(((aligned.astype(np.float32) - 127.5) / 128.0).transpose(2, 0, 1)[None])
        vector = self._network.run(batch)[0]
        length = float(np.linalg.norm(vector))
        if not np.isfinite(length) or length < 1e-6:
            return None
        return Embedding((vector / length).astype(np.float32), NAME, self._sha256)


def align(pixels: Pixels, face: Face) -> Pixels | None:
    """The face turned, scaled and moved onto the template: BGR uint8 (112, 112, 3). None where that makes no sense."""
    if not face.is_sane or face.interocular_px < MIN_INTEROCULAR_PX:
        return None
    height, width = pixels.shape[:2]
    if visible_share(face.box, Box(0.0, 0.0, float(width), float(height))) < MIN_VISIBLE:
        return None
    matrix = similarity_transform(five_points(face.landmarks), TEMPLATE)
    if matrix is None:
        return None
    aligned = cv2.warpAffine(pixels, matrix, (SIZE, SIZE), flags=cv2.INTER_LINEAR)
    return aligned if float(aligned.std()) >= MIN_SPREAD else None  # type: ignore[return-value]


def five_points(landmarks: NDArray[np.float32]) -> NDArray[np.float64]:
    """The points of :data:`TEMPLATE` on a mesh, (5, 2) in frame pixels."""
    return np.stack(
        [
            eye_centre(landmarks, LEFT_EYE),
            eye_centre(landmarks, RIGHT_EYE),
            landmarks[_NOSE, :2],
            landmarks[_MOUTH_LEFT, :2],
            landmarks[_MOUTH_RIGHT, :2],
        ]
    ).astype(np.float64)


def similarity_transform(source: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Rotation, scale and shift (2, 3) that bring one set of points nearest to another (Umeyama 1991, without mirroring).

    None where the source points fall together.
    """
    from_mean, to_mean = source.mean(axis=0), target.mean(axis=0)
    a, b = source - from_mean, target - to_mean
    spread = float((a**2).sum())
    if not spread > 1e-6:
        return None
    cosine = float((a * b).sum()) / spread
    sine = float((a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]).sum()) / spread
    turn = np.array([[cosine, -sine], [sine, cosine]])
    return np.hstack([turn, (to_mean - turn @ from_mean)[:, None]])
