"""The face engine: what goes out within the printed limits, and every shape an answer comes in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError
from support.recording_transport import RecordingTransport

from kiosk.api.model import Model
from kiosk.api.models.detection import DetectRequestCurrent, DetectRequestLegacy, DetectResultCurrent
from kiosk.api.models.face import (
    CompareLiveRequest,
    CompareRequest,
    CompareWithLivenessRequest,
    Comparison,
    FaceVerification,
    FaceVerifyRequest,
    LivenessRequest,
    LivenessResult,
    SearchActiveUserRequest,
    SearchCropsRequest,
    SearchLiveFaceRequest,
    SearchRequest,
)
from kiosk.api.operation import Bearer, Repeat
from kiosk.api.resources import face as resource
from kiosk.api.resources.face import Face
from kiosk.api.tokens import RegistrationToken
from kiosk.domain.errors import ApiError, Code

PICTURE = "/9j/" + "C" * 120
LIVE: dict[str, Any] = {"passed": True, "min_score": 0.6, "liveness_score": 0.97}
HIT: dict[str, Any] = {"id": "64f0c0ffee00000000000020", "name": "Lena Muster", "score": 0.91, "thumbnails": []}
RECORD: dict[str, Any] = {
    "_id": "64f0c0ffee00000000000090",
    "type": "compare",
    "probe": ["k1"],
    "gallery": ["k2"],
    "status": "success",
    "result": {"score": 0.88, "passed": True, "compare_min_score": 0.85, "liveness_score": "not_run"},
    "search_mode": "FAST",
    "os": "DESKTOP",
    "comparedAt": "2031-05-06T07:08:09.000Z",
    "createdAt": "2031-05-06T07:08:09.000Z",
    "__v": 0,
}

_IMAGE = {"image": PICTURE}
_SEARCH = {"images": (PICTURE,), "min_score": 0.8, "search_mode": "FAST"}
_LIVE_SEARCH = {**_IMAGE, "os": "DESKTOP", "min_score": 0.85, "liveness_min_score": 0.6, "search_mode": "FAST"}
_COMPARE = {"probe": (PICTURE,), "gallery": (PICTURE,)}

CALLS: dict[str, tuple[Callable[[Face], Callable[..., object]], type[Model], dict[str, Any], object]] = {
    "faceLiveness": (lambda face: face.liveness, LivenessRequest, {**_IMAGE, "os": "DESKTOP"}, LIVE),
    "faceLivenessScore": (lambda face: face.liveness_score, LivenessRequest, {**_IMAGE, "os": "IOS"}, LIVE),
    "faceCompare": (lambda face: face.compare, CompareRequest, {**_COMPARE, "crop_face": False}, {"score": 0.9}),
    "faceCompareLive": (
        lambda face: face.compare_live,
        CompareLiveRequest,
        {"probe": PICTURE, "gallery": (PICTURE,), "os": "DESKTOP", "liveness_min_score": 0.65},
        {"score": 0.9, "liveness": LIVE},
    ),
    "faceCompareWithLiveness": (
        lambda face: face.compare_with_liveness,
        CompareWithLivenessRequest,
        {"probe": PICTURE, "gallery": ("https://kiosk.example/a.jpg",)},
        {"comparison": {"score": 0.9}, "liveness": None},
    ),
    "faceSearch": (lambda face: face.search, SearchRequest, {**_SEARCH, "max_results": 10}, [HIT]),
    "faceSearchLive": (
        lambda face: face.search_live,
        SearchLiveFaceRequest,
        _LIVE_SEARCH,
        {"persons": [HIT], "liveness_score": 0.97},
    ),
    "faceSearchActiveUser": (lambda face: face.search_active_user, SearchActiveUserRequest, _LIVE_SEARCH, [HIT]),
    "faceSearchCrops": (lambda face: face.search_crops, SearchCropsRequest, _SEARCH, []),
    "faceDetect": (
        lambda face: face.detect,
        DetectRequestLegacy,
        {**_IMAGE, "min_score": 0.8, "search_mode": "FAST"},
        [],
    ),
    "faceVerify": (
        lambda face: face.verify,
        FaceVerifyRequest,
        {**_SEARCH, "id": "64f0c0ffee00000000000020"},
        {"match": HIT},
    ),
}


def call(operation: str, transport: RecordingTransport, **changes: Any) -> object:
    method, model, fields, _ = CALLS[operation]
    return method(Face(transport))(model(**(fields | changes)))


@pytest.mark.parametrize("operation", CALLS)
def test_each_call_sends_its_request_and_reads_its_answer(operation: str) -> None:
    transport = RecordingTransport({"id": "A1B2C", "data": CALLS[operation][3], "signature": {"message": "sealed"}})
    answer = call(operation, transport)
    sent = transport.last
    assert sent.operation.id == operation
    expected = {("cropFace" if name == "crop_face" else name): value for name, value in CALLS[operation][2].items()}
    assert sent.body == {name: list(value) if isinstance(value, tuple) else value for name, value in expected.items()}
    if isinstance(answer, Model):
        assert answer.wire() == CALLS[operation][3]


def test_every_call_may_repeat_itself_and_one_takes_an_onboardings_token() -> None:
    assert all(operation.repeat is Repeat.SAFE for operation in resource.OPERATIONS)
    given = [operation.id for operation in resource.OPERATIONS if operation.bearer is Bearer.GIVEN]
    assert given == ["faceCompareAppRegistration"]


LIMITS = [
    ("faceLiveness", "liveness_min_score", 0.5, 1.0),
    ("faceLivenessScore", "liveness_min_score", 0.5, 1.0),
    ("faceCompare", "compare_min_score", 0.67, 0.95),
    ("faceCompareLive", "liveness_min_score", 0.52, 1.0),
    ("faceCompareLive", "compare_min_score", 0.67, 0.95),
    ("faceCompareWithLiveness", "liveness_min_score", 0.5, 1.0),
    ("faceCompareWithLiveness", "compare_min_score", 0.67, 0.95),
    ("faceSearch", "min_score", 0.2, 1.0),
    ("faceSearch", "max_results", 1, 100),
    ("faceSearchLive", "min_score", 0.5, 1.0),
    ("faceSearchLive", "liveness_min_score", 0.5, 1.0),
    ("faceSearchActiveUser", "min_score", 0.5, 1.0),
    ("faceSearchActiveUser", "liveness_min_score", 0.5, 1.0),
    ("faceSearchCrops", "min_score", 0.5, 1.0),
    ("faceSearchCrops", "max_results", 1, 100),
    ("faceDetect", "min_score", 0.7, 0.95),
    ("faceDetect", "max_results", 1, 100),
    ("faceVerify", "min_score", 0.5, 1.0),
]


@pytest.mark.parametrize(("operation", "field", "low", "high"), LIMITS)
def test_limits_are_allowed_and_beyond_them_nothing_is_sent(
    operation: str, field: str, low: float, high: float
) -> None:
    transport = RecordingTransport({"data": CALLS[operation][3]})
    call(operation, transport, **{field: low})
    call(operation, transport, **{field: high})
    assert len(transport.calls) == 2
    step = 1 if isinstance(low, int) else 0.001
    for beyond in (low - step, high + step):
        with pytest.raises(ApiError, match=f"{operation}: {field}") as caught:
            call(operation, transport, **{field: beyond})
        assert caught.value.code is Code.API_BAD_REQUEST
        assert not caught.value.maybe_done
    assert len(transport.calls) == 2


@pytest.mark.parametrize(
    ("operation", "field", "count"),
    [
        ("faceSearch", "images", 0),
        ("faceSearch", "images", 4),
        ("faceSearchCrops", "images", 0),
        ("faceVerify", "images", 0),
        ("faceCompare", "probe", 0),
        ("faceCompare", "gallery", 0),
        ("faceCompareLive", "gallery", 0),
        ("faceCompareWithLiveness", "gallery", 0),
    ],
)
def test_too_few_or_too_many_pictures_stay_here(operation: str, field: str, count: int) -> None:
    transport = RecordingTransport()
    with pytest.raises(ApiError, match=f"{operation}: {field}"):
        call(operation, transport, **{field: (PICTURE,) * count})
    assert not transport.calls


@pytest.mark.parametrize("score", [float("nan"), float("inf"), True, "0.8"])
def test_a_threshold_is_a_finite_number(score: Any) -> None:
    with pytest.raises(ValidationError):
        SearchRequest(images=(PICTURE,), min_score=score, search_mode="FAST")


def test_the_older_pages_single_probe_goes_as_it_is() -> None:
    transport = RecordingTransport({"data": {"score": 0.9}})
    call("faceCompare", transport, probe=PICTURE)
    assert transport.last.body is not None
    assert transport.last.body["probe"] == PICTURE


def test_a_comparison_is_a_bare_score_or_a_record() -> None:
    bare = Comparison.model_validate({"score": 1})
    assert (bare.similarity, bare.passed, bare.liveness_score) == (1.0, None, None)
    record = Comparison.model_validate(RECORD)
    assert (record.similarity, record.passed, record.liveness_score) == (0.88, True, None)
    assert record.wire() == RECORD
    live = Comparison.model_validate({"score": 0.5, "liveness": LIVE})
    assert (live.similarity, live.liveness_score) == (0.5, 0.97)
    stored = Comparison.model_validate({"result": {"liveness_score": 0.7, "score": 0.6}})
    assert (stored.similarity, stored.liveness_score) == (0.6, 0.7)


def test_a_comparison_that_says_nothing_is_unreadable() -> None:
    with pytest.raises(ApiError) as caught:
        call("faceCompare", RecordingTransport({"data": {"status": "success"}}))
    assert caught.value.code is Code.API_UNREADABLE
    assert not caught.value.maybe_done


@pytest.mark.parametrize(
    ("liveness", "live", "score"),
    [
        (None, False, None),
        (LIVE, True, 0.97),
        ({**LIVE, "passed": False}, False, 0.97),
        ({**RECORD, "result": {"passed": True, "liveness_score": 0.8}}, True, 0.8),
        (RECORD, True, None),
        ({**RECORD, "result": {}}, False, None),
    ],
)
def test_liveness_beside_a_comparison(liveness: Any, live: bool, score: float | None) -> None:
    body = {"comparison": RECORD, "liveness": liveness}
    transport = RecordingTransport({"data": body})
    result = Face(transport).compare_with_liveness(CompareWithLivenessRequest(probe=PICTURE, gallery=(PICTURE,)))
    assert (result.live, result.liveness_score) == (live, score)
    assert isinstance(result.liveness, LivenessResult | FaceVerification | None)
    assert result.wire() == body


def test_selfie_against_document_is_asked_with_the_onboardings_token() -> None:
    body = {"compareFaceVerification": RECORD}
    transport = RecordingTransport({"data": body})
    token = RegistrationToken("r")
    result = Face(transport).compare_registration(token)
    assert (transport.last.token, transport.last.body) == (token, {})
    assert result.compare_face_verification is not None
    assert result.compare_face_verification.similarity == 0.88
    assert result.wire() == body


LEGACY_FACE: dict[str, Any] = {
    "box": {"top": 50, "left": 40, "right": 270.5, "bottom": 280},
    "persons": [HIT],
    "landmarks": {"nose": [150, 160.5], "left_eye": [120, 130]},
    "thumbnail": PICTURE,
    "detection_score": 0.99,
}
CURRENT: dict[str, Any] = {
    "faces": [
        {
            "bounding_box": {"x": 40, "y": 50, "width": 230, "height": 230},
            "confidence": 1,
            "landmarks": {"left_eye": {"x": 1, "y": 2}},
            "attributes": {"age": 33, "mood": "fine"},
        }
    ],
    "face_count": 1,
}


@pytest.mark.parametrize(
    "request_",
    [DetectRequestCurrent(image=PICTURE), DetectRequestLegacy(image=PICTURE, min_score=0.8, search_mode="FAST")],
)
def test_detection_is_read_in_either_contract(request_: DetectRequestCurrent | DetectRequestLegacy) -> None:
    legacy = Face(RecordingTransport({"data": [LEGACY_FACE]})).detect(request_)
    assert isinstance(legacy, tuple)
    assert legacy[0].corners == (40.0, 50.0, 270.5, 280.0)
    assert legacy[0].wire() == LEGACY_FACE
    current = Face(RecordingTransport({"data": CURRENT})).detect(request_)
    assert isinstance(current, DetectResultCurrent)
    assert current.faces[0].corners == (40.0, 50.0, 270.0, 280.0)
    assert current.wire() == CURRENT


def test_detection_of_the_current_page_sends_its_flags() -> None:
    transport = RecordingTransport({"data": CURRENT})
    Face(transport).detect(DetectRequestCurrent(image=PICTURE, return_landmarks=True))
    assert transport.last.body == {"image": PICTURE, "return_landmarks": True}


@pytest.mark.parametrize("body", [None, "", 7, {"data": "no"}, {"data": [1]}, {"data": {"faces": 3}}])
def test_detection_that_nobody_can_read(body: object) -> None:
    with pytest.raises(ApiError) as caught:
        Face(RecordingTransport(body)).detect(DetectRequestCurrent(image=PICTURE))
    assert caught.value.code is Code.API_UNREADABLE
