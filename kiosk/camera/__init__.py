"""Frames in: every way a picture can reach the kiosk, behind the :class:`~kiosk.domain.ports.Camera` protocol.

    uri.py        "usb:0", "rtsp://…", "replay:clip.mp4?loop=1": text to a spec, a spec to a camera factory
    usb.py        a camera on this machine, by number or name      devices.py   which ones there are
    ip.py         rtsp (OpenCV's ffmpeg) and http MJPEG            mjpeg.py     the reader of the latter
    live.py       one thread a live source: newest frame wins, a read that hangs is noticed and left behind
    replay.py     a clip or a folder of stills at its own pace     reels.py     the two kinds of reel
    stills.py     one picture file, safely                         pixels.py    what every frame has in common
    opencv.py     the one place that prepares OpenCV's video input (quiet, time limits)
    synthetic*    a portrait moved in 3D

What the cameras promise beyond the protocol, and ``tests/contracts/test_camera_contract.py`` holds each to:

- Frames are BGR uint8, three channels, contiguous, read-only, upright, never mirrored by us unless asked, at most 1920 pixels
  on the long side. The size may change from one frame to the next; nobody downstream may assume it does not.
- ``seq`` counts the frames that ``read`` gave, 0, 1, 2 … in each opening; frames that were passed over are in ``skipped``.
- ``mono_ms`` rises strictly, also across openings of one camera.
- ``read`` of a live source raises ``camera_stalled`` 1.5 s after the last frame came and ``camera_lost`` when the source ends;
  it never returns an old frame as if it were new. Opening again is the station's business (with backoff).
- No address in an error, a log line or a :class:`~kiosk.domain.ports.CameraInfo` holds a login: see ``uri.redacted``.

This room must not look for faces, keep pictures, or know the station.
"""
