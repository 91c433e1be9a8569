from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.camera_sources import RealClock

from kiosk.camera.uri import IpStream, Replay, Synthetic, UsbByIndex, UsbByName, build, parse, redacted
from kiosk.domain.errors import Code, ConfigError

SECRET = "hunter2"


@pytest.mark.parametrize(
    ("uri", "spec"),
    [
        ("usb:0", UsbByIndex(0)),
        ("USB: 12 ", UsbByIndex(12)),
        ('usb:"0"', UsbByName("0")),
        ('usb:"HD Webcam"', UsbByName("HD Webcam")),
        ("usb:HD Webcam: C270", UsbByName("HD Webcam: C270")),
        ("rtsp://camera.local/stream", IpStream("rtsp://camera.local/stream")),
        ("RTSP://camera.local:8554/a?b=c", IpStream("rtsp://camera.local:8554/a?b=c")),
        ("http://10.0.0.7/video.mjpg", IpStream("http://10.0.0.7/video.mjpg")),
        ("https://u:p@[::1]:8443/v", IpStream("https://u:p@[::1]:8443/v")),
        ("replay:clip.mp4", Replay(path=Path("clip.mp4"))),
        (
            "replay:/a b/c:d.mp4?loop=1&fps=12.5&mirror=1",
            Replay(path=Path("/a b/c:d.mp4"), loop=True, fps=12.5, mirror=True),
        ),
        ("replay:clip.mp4?loop=0&mirror=0", Replay(path=Path("clip.mp4"))),
        (r"replay:C:\clips\a.webm?loop=1", Replay(path=Path(r"C:\clips\a.webm"), loop=True)),
        ("synthetic:portrait.jpg", Synthetic(Path("portrait.jpg"))),
    ],
)
def test_every_form_is_understood(uri: str, spec: object) -> None:
    assert parse(uri) == spec


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "usb",
        "usb:",
        'usb:""',
        "usb:100",
        "camera:0",
        "file:///a.mp4",
        "rtsp:camera",
        "rtsp://",
        "http:///path",
        "http://host:port/",
        "http://host:99999/",
        "http://host/a b",
        "replay:",
        "replay:?loop=1",
        "replay:a.mp4?loop",
        "replay:a.mp4?loop=yes",
        "replay:a.mp4?loop=1&loop=1",
        "replay:a.mp4?speed=2",
        "replay:a.mp4?fps=fast",
        "replay:a.mp4?fps=0",
        "replay:a.mp4?fps=nan",
        "replay:a.mp4?fps=1000",
        "synthetic:",
    ],
)
def test_a_bad_address_is_a_usage_error(uri: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(uri)
    assert caught.value.code is Code.CAMERA_BAD_URI
    assert caught.value.exit_status == 2


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        (f"rtsp://admin:{SECRET}@10.0.0.7:554/stream", "rtsp://***@10.0.0.7:554/stream"),
        (f"rtsp://admin:{SECRET}@x@10.0.0.7/stream", "rtsp://***@10.0.0.7/stream"),
        (f"rtsp://admin:a/{SECRET}@10.0.0.7/stream", "rtsp://***@10.0.0.7/stream"),
        (f"http://cam/video?user=admin&pwd={SECRET}", "http://cam/video?***"),
        (f"http://cam?pwd={SECRET}", "http://cam?***"),
        (f"RTSP://cam:554/user=admin_password={SECRET}_channel=1.sdp", "rtsp://cam:554/***"),
        ("rtsp://cam/stream", "rtsp://cam/stream"),
        ("usb:0", "usb:0"),
        ("replay:/a@b/clip.mp4?loop=1", "replay:/a@b/clip.mp4?loop=1"),
    ],
)
def test_a_login_is_never_shown(uri: str, shown: str) -> None:
    assert redacted(uri) == shown


@pytest.mark.parametrize(
    "uri",
    [f"rtsp://a:{SECRET}@host:bad/", f"rtsp:a:{SECRET}@host", f"rtsps://a:{SECRET}@host", f"http://a:{SECRET}@h/ x"],
)
def test_a_login_in_a_bad_address_is_not_shown_either(uri: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(uri)
    assert SECRET not in str(caught.value)
    assert SECRET not in repr(caught.value.__cause__)


def test_a_spec_does_not_show_its_login() -> None:
    spec = parse(f"rtsp://admin:{SECRET}@10.0.0.7/stream")
    assert SECRET not in repr(spec) + spec.uri


@pytest.mark.parametrize("uri", ["usb:0", "usb:name", "rtsp://127.0.0.1/s", "http://127.0.0.1/s", "replay:missing.mp4"])
def test_a_factory_makes_a_new_camera_each_time_and_opens_nothing(uri: str) -> None:
    spec = parse(uri)
    assert not isinstance(spec, Synthetic)
    factory = build(spec, RealClock())
    first, second = factory(), factory()
    assert first is not second
    first.close()


@given(st.sampled_from(["", "usb:", "rtsp://", "http://", "https:", "replay:", "synthetic:"]), st.text(max_size=40))
def test_any_text_is_an_address_or_a_usage_error(start: str, text: str) -> None:
    try:
        shown = parse(start + text).uri
    except ConfigError as error:
        shown = error.code
    assert shown


@given(
    st.sampled_from(["rtsp", "http", "https", "RTSP", "rtsps"]), st.text(max_size=8), st.text(max_size=8), st.booleans()
)
def test_no_login_survives(kind: str, before: str, after: str, slashes: bool) -> None:
    uri = f"{kind}:{'//' if slashes else ''}user:{before}{SECRET}{after}@host/stream"
    assert SECRET not in redacted(uri)
    try:
        shown = repr(parse(uri))
    except ConfigError as error:
        shown = str(error)
    assert SECRET not in shown
