"""Whatever an answer holds where we expect something else: our own error, or an object that gives back what was read."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.api.dialects import from_face, from_lookup, from_seed
from kiosk.api.envelopes import one
from kiosk.api.model import Model
from kiosk.api.models.biometric_validations import BiometricValidateResult, BiometricValidation, LivenessSession
from kiosk.api.models.collections import Collection
from kiosk.api.models.detection import DetectedFaceLegacy, DetectResultCurrent
from kiosk.api.models.face import CompareWithLivenessResult, Comparison, SearchLiveFaceResult
from kiosk.api.models.persons import Person, PersonLookupItem
from kiosk.api.models.seed_persons import SeedPerson
from kiosk.api.operation import Operation, Repeat, Reply
from kiosk.domain.errors import ApiError, Code

READ = Operation(id="listPersons", method="GET", path="/v2/face-recognition/persons", repeat=Repeat.SAFE)
_SESSION = {"_id": "s", "status": "active", "livenessResult": [1], "project": {"_id": "p"}, "expiresAt": "2031-05-06"}
_LIVE = {"passed": True, "min_score": 0.6, "liveness_score": 0.97}
_HIT = {"id": "p", "score": 0.9, "thumbnails": [{"id": "f", "thumbnail": "/9j/"}], "date_of_birth": "1988-04-09"}
_PERSON = {
    "_id": "p",
    "name": "Lena Muster",
    "date_of_birth": {"year": 1988, "month": 4, "day": 9},
    "collections": ["c", {"_id": "c", "code": "d"}],
    "thumbnails": [{"id": "f", "thumbnail": "/9j/"}],
    "emails": ["lena@example.org"],
    "notes": "kiosk:m",
    "livenessScore": 0.9,
    "status": "active",
    "__v": 0,
}
BODIES: list[tuple[type[Model], dict[str, Any]]] = [
    (Person, _PERSON),
    (
        PersonLookupItem,
        {"_id": "p", "name": "Lena", "date_of_birth": "1988-04-09T00:00:00Z", "collections": [{"id": "c"}]},
    ),
    (SeedPerson, {"id": "p", "firstName": "Lena", "dateOfBirth": "1988-04-09", "biometricData": {"livenessScore": 1}}),
    (LivenessSession, _SESSION),
    (
        BiometricValidation,
        {"_id": "b", "status": "new", "livenessSession": _SESSION, "livenessScore": 0, "requires2FA": False},
    ),
    (
        BiometricValidateResult,
        {
            "token": "t",
            "status": "completed",
            "appLogin": {"_id": "l", "status": "validated"},
            "livenessSession": _SESSION,
            "person": "p",
            "verificationResults": {"livenessDetection": True},
        },
    ),
    (Collection, {"_id": "c", "name": "n", "code": "d", "project": None}),
    (Comparison, {"score": 0.9, "liveness": _LIVE, "result": {"score": 0.9, "liveness_score": "x"}, "_id": "r"}),
    (CompareWithLivenessResult, {"comparison": {"score": 0.9}, "liveness": {"result": {"passed": True}, "_id": "r"}}),
    (SearchLiveFaceResult, {"persons": [_HIT], "liveness_score": 0.9}),
    (DetectedFaceLegacy, {"box": {"top": 1, "left": 2, "right": 3, "bottom": 4}, "landmarks": {"nose": [1, 2]}}),
    (DetectResultCurrent, {"faces": [{"bounding_box": {"x": 1, "y": 2, "width": 3, "height": 4}}], "face_count": 1}),
]

_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.just(10**400)
    | st.floats(allow_nan=False, allow_infinity=False)  # JSON has neither
    | st.text(max_size=8)
    | st.sampled_from(["validated", "1988-04-09", "/9j/", "kiosk:m"])
)
ANYTHING = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Every holder and key in a body."""
    for key, value in list(node.items() if isinstance(node, dict) else enumerate(node)):
        yield node, key
        if isinstance(value, dict | list):
            yield from places(value)


def properties(value: Model) -> list[str]:
    """Names of the questions that our own classes answer."""
    return [
        name
        for cls in type(value).__mro__
        if cls.__module__.startswith("kiosk.")
        for name, member in vars(cls).items()
        if isinstance(member, property)
    ]


@given(data=st.data())
@pytest.mark.parametrize(("model", "body"), BODIES, ids=[model.__name__ for model, _ in BODIES])
def test_one_thing_wrong_in_a_good_answer(model: type[Model], body: dict[str, Any], data: st.DataObject) -> None:
    body = copy.deepcopy(body)
    holder, key = data.draw(st.sampled_from(list(places(body))))
    holder[key] = data.draw(ANYTHING)
    read: Model | None = None
    code = None
    try:
        read = one(Reply(status=200, body={"data": body}, headers={}, operation=READ), model)
    except ApiError as error:
        code = error.code
    assert code in (None, Code.API_UNREADABLE)
    if read is None:
        return
    assert read.wire() == body
    for name in properties(read):
        getattr(read, name)
    match read:
        case Person():
            from_face(read)
        case PersonLookupItem():
            from_lookup(read)
        case SeedPerson():
            from_seed(read)
        case LivenessSession():
            read.to_record()
        case _:
            pass
