"""The face engine: liveness, comparison, search, detection, verification.

Every call is a pure computation over pictures and the collections as they are, so it may go out again after a lost reply
(``Repeat.SAFE``): nothing is made twice. It is not free, though: calls are charged, and one repeated may be charged twice.
"""

from __future__ import annotations

from typing import TypeAlias

from kiosk.api.envelopes import Page, many, one, raw
from kiosk.api.model import Model
from kiosk.api.models.detection import (
    DetectedFaceLegacy,
    DetectRequestCurrent,
    DetectRequestLegacy,
    DetectResultCurrent,
)
from kiosk.api.models.face import (
    CompareAppRegistrationResult,
    CompareLiveRequest,
    CompareRequest,
    CompareWithLivenessRequest,
    CompareWithLivenessResult,
    Comparison,
    FaceVerifyRequest,
    FaceVerifyResult,
    LivenessRequest,
    LivenessResult,
    SearchActiveUserRequest,
    SearchCropsRequest,
    SearchLiveFaceRequest,
    SearchLiveFaceResult,
    SearchRequest,
)
from kiosk.api.models.persons import PersonHit
from kiosk.api.operation import Bearer, Call, Operation, Repeat, Reply, Transport
from kiosk.api.resources.checks import wire_body
from kiosk.api.tokens import RegistrationToken

_ROOT = "/v2/face-recognition"


def _computes(operation_id: str, path: str) -> Operation:
    return Operation(id=operation_id, method="POST", path=f"{_ROOT}/{path}", repeat=Repeat.SAFE)


LIVENESS = _computes("faceLiveness", "liveness")
LIVENESS_SCORE = _computes("faceLivenessScore", "liveness-score")
COMPARE = _computes("faceCompare", "compare")
COMPARE_LIVE = _computes("faceCompareLive", "compare-live")
COMPARE_WITH_LIVENESS = _computes("faceCompareWithLiveness", "compare-with-liveness")
COMPARE_REGISTRATION = Operation(
    id="faceCompareAppRegistration",
    method="POST",
    path=f"{_ROOT}/compare/app-registration",
    bearer=Bearer.GIVEN,
    repeat=Repeat.SAFE,  # the same two pictures give the same answer, which replaces the one before
)
SEARCH = _computes("faceSearch", "search")
SEARCH_LIVE = _computes("faceSearchLive", "search-live-face")
SEARCH_ACTIVE_USER = _computes("faceSearchActiveUser", "search-active-user")
SEARCH_CROPS = _computes("faceSearchCrops", "search/crops")
DETECT = _computes("faceDetect", "detect")
VERIFY = _computes("faceVerify", "verify")

OPERATIONS: tuple[Operation, ...] = (
    LIVENESS,
    LIVENESS_SCORE,
    COMPARE,
    COMPARE_LIVE,
    COMPARE_WITH_LIVENESS,
    COMPARE_REGISTRATION,
    SEARCH,
    SEARCH_LIVE,
    SEARCH_ACTIVE_USER,
    SEARCH_CROPS,
    DETECT,
    VERIFY,
)

Detection: TypeAlias = tuple[DetectedFaceLegacy, ...] | DetectResultCurrent
"""The older answer, or the current one: the server chooses."""


class Face:
    """``/v2/face-recognition`` without its people and collections. Any thread. Every call raises ``ApiError`` only."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def liveness(self, request: LivenessRequest, *, within_s: float | None = None) -> LivenessResult:
        """Is this picture of a living person?"""
        return one(self._send(LIVENESS, request, within_s), LivenessResult)

    def liveness_score(self, request: LivenessRequest, *, within_s: float | None = None) -> LivenessResult:
        """The same under its other name, at the same price."""
        return one(self._send(LIVENESS_SCORE, request, within_s), LivenessResult)

    def compare(self, request: CompareRequest, *, within_s: float | None = None) -> Comparison:
        """1:1. See :attr:`Comparison.similarity`."""
        return one(self._send(COMPARE, request, within_s), Comparison)

    def compare_live(self, request: CompareLiveRequest, *, within_s: float | None = None) -> Comparison:
        """1:1, and is the probe alive?"""
        return one(self._send(COMPARE_LIVE, request, within_s), Comparison)

    def compare_with_liveness(
        self, request: CompareWithLivenessRequest, *, within_s: float | None = None
    ) -> CompareWithLivenessResult:
        """1:1, then liveness only where the comparison passed."""
        return one(self._send(COMPARE_WITH_LIVENESS, request, within_s), CompareWithLivenessResult)

    def compare_registration(
        self, token: RegistrationToken, *, within_s: float | None = None
    ) -> CompareAppRegistrationResult:
        """Selfie against document of an onboarding that has both."""
        call = Call(operation=COMPARE_REGISTRATION, body={}, token=token, within_s=within_s)
        return one(self._transport.send(call), CompareAppRegistrationResult)

    def search(self, request: SearchRequest, *, within_s: float | None = None) -> Page[PersonHit]:
        """1:N, the best first. No liveness."""
        return many(self._send(SEARCH, request, within_s), PersonHit)

    def search_live(self, request: SearchLiveFaceRequest, *, within_s: float | None = None) -> SearchLiveFaceResult:
        """1:N of a living person; 409 ``liveness_failed`` otherwise."""
        return one(self._send(SEARCH_LIVE, request, within_s), SearchLiveFaceResult)

    def search_active_user(self, request: SearchActiveUserRequest, *, within_s: float | None = None) -> Page[PersonHit]:
        """1:N among active users. Pages disagree on whether liveness is judged: take it as not judged."""
        return many(self._send(SEARCH_ACTIVE_USER, request, within_s), PersonHit)

    def search_crops(self, request: SearchCropsRequest, *, within_s: float | None = None) -> Page[PersonHit]:
        """1:N of faces that are cut out already. No liveness."""
        return many(self._send(SEARCH_CROPS, request, within_s), PersonHit)

    def detect(
        self, request: DetectRequestLegacy | DetectRequestCurrent, *, within_s: float | None = None
    ) -> Detection:
        """Faces of a picture, asked in either contract and read in either: every face has ``corners``."""
        reply = self._send(DETECT, request, within_s)
        if isinstance(raw(reply), list):
            return many(reply, DetectedFaceLegacy).items
        return one(reply, DetectResultCurrent)

    def verify(self, request: FaceVerifyRequest, *, within_s: float | None = None) -> FaceVerifyResult:
        """Is it this person? Somebody else is the engine's 404 ``ERR_ENTITY_NOT_FOUND``."""
        return one(self._send(VERIFY, request, within_s), FaceVerifyResult)

    def _send(self, operation: Operation, request: Model, within_s: float | None) -> Reply:
        body = wire_body(operation, request)
        return self._transport.send(Call(operation=operation, body=body, within_s=within_s))
