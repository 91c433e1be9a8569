"""From MediaPipe's mesh to the domain's :class:`~kiosk.domain.face.Face`. Pure arithmetic; no library but numpy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kiosk.domain.face import Box, Face, Pose, TrackId
from kiosk.vision.mediapipe_parts import Mesh

MESH_POINTS = 468
"""The points of the face itself; those after it are the irises."""

UNTRACKED = TrackId(0)
"""The number of a face in a single picture."""

# Corners of the eye on the picture's left and on its right (the person's right and left).
LEFT_EYE = (33, 133)
RIGHT_EYE = (362, 263)

# Of the library's 52 blendshapes; "left" in the library's names is the person's.
_BLINK_PERSON_LEFT, _BLINK_PERSON_RIGHT, _JAW_OPEN = 9, 10, 25


def face_of(mesh: Mesh, *, width: int, height: int, track: TrackId = UNTRACKED) -> Face:
    """A face in pixels of a picture of this size. Broken numbers pass through; :attr:`Face.is_sane` says so."""
    points = mesh.points * np.array([width, height, width], dtype=np.float32)
    return Face(
        track=track,
        box=box_of(points),
        landmarks=points,
        pose=pose_of(mesh.matrix),
        interocular_px=float(np.linalg.norm(eye_centre(points, LEFT_EYE) - eye_centre(points, RIGHT_EYE))),
        eye_openness=(
            float(1.0 - mesh.blendshapes[_BLINK_PERSON_RIGHT]),
            float(1.0 - mesh.blendshapes[_BLINK_PERSON_LEFT]),
        ),
        mouth_openness=float(mesh.blendshapes[_JAW_OPEN]),
    )


def box_of(points: NDArray[np.float32]) -> Box:
    """Extent of the mesh points 0..467."""
    low = points[:MESH_POINTS, :2].min(axis=0)
    high = points[:MESH_POINTS, :2].max(axis=0)
    return Box(float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1]))


def eye_centre(points: NDArray[np.float32], corners: tuple[int, int]) -> NDArray[np.float32]:
    """(x, y) between the two corners of an eye."""
    return np.asarray((points[corners[0], :2] + points[corners[1], :2]) / 2, dtype=np.float32)


def pose_of(matrix: NDArray[np.float32]) -> Pose:
    """Head rotation from a face-to-camera matrix (x right, y up, z towards the camera), in the signs of :class:`Pose`."""
    with np.errstate(all="ignore"):
        across, _, nose = (matrix[:3, i] / np.linalg.norm(matrix[:3, i]) for i in range(3))
        return Pose(
            yaw=float(np.degrees(np.arctan2(nose[0], nose[2]))),
            pitch=float(np.degrees(np.arcsin(nose[1]))),
            roll=float(np.degrees(np.arctan2(-across[1], across[0]))),
        )
