"""Hand-made sightings: what vision would say, without pixels."""

from __future__ import annotations

import numpy as np

from kiosk.domain.face import Box, Face, Measures, PassiveSample, Pose, Sighting, TrackId

GOOD_LIGHT = Measures(sharpness=0.8, brightness=120.0, contrast=45.0, clipped=0.01, backlight=10.0, occlusion=0.05)


def face(
    *,
    track: int = 1,
    share: float = 0.30,
    at: tuple[float, float] = (0.5, 0.5),
    yaw: float = 0.0,
    pitch: float = 0.0,
    width: int = 1280,
    height: int = 720,
) -> Face:
    """A face whose box is ``share`` of the frame's width, centred at ``at`` (shares of the frame)."""
    w = share * width
    h = w * 1.25
    x, y = at[0] * width - w / 2, at[1] * height - h / 2
    landmarks = np.zeros((478, 3), np.float32)
    landmarks[:, 0] = np.linspace(x, x + w, 478)
    landmarks[:, 1] = np.linspace(y, y + h, 478)
    return Face(
        track=TrackId(track),
        box=Box(x, y, w, h),
        landmarks=landmarks,
        pose=Pose(yaw, pitch, 0.0),
        interocular_px=w * 0.45,
        eye_openness=(1.0, 1.0),
        mouth_openness=0.0,
    )


def sighting(
    at_ms: float,
    *faces: Face,
    score: float | None = 0.99,
    measures: Measures | None = GOOD_LIGHT,
    width: int = 1280,
    height: int = 720,
) -> Sighting:
    """One frame's worth; no faces means an empty room."""
    return Sighting(
        seq=int(at_ms),
        mono_ms=at_ms,
        width=width,
        height=height,
        faces=faces,
        measures=measures if faces else None,
        passive=PassiveSample(score) if faces else None,
    )
