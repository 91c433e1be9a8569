"""What the face engine is asked and answers: liveness, comparison, search, verification. Detection is in ``detection.py``."""

from __future__ import annotations

from typing import Any, Self

from pydantic import Field, model_validator

from kiosk.api.model import Model
from kiosk.api.models.common import Open
from kiosk.api.models.persons import PersonHit
from kiosk.api.models.values import Identified, Number, OperatingSystem, SearchMode, SnakeModel


class LivenessRequest(SnakeModel):
    """One picture: bare base64, a data URI or an https address. ``liveness_min_score`` 0.5 to 1.0, 0.6 when left out."""

    os: Open[OperatingSystem]
    image: str
    collection_id: str | None = None
    liveness_min_score: Number | None = None


class LivenessResult(SnakeModel):
    """``passed`` only where the score is strictly greater than ``min_score``."""

    passed: bool
    liveness_score: Number
    min_score: Number | None = None


class CompareRequest(SnakeModel):
    """Is this the same face? ``compare_min_score`` 0.67 to 0.95, 0.85 when left out. ``probe`` was one text on older pages."""

    probe: tuple[str, ...] | str
    gallery: tuple[str, ...]
    search_mode: Open[SearchMode] | None = None
    compare_min_score: Number | None = None
    os: Open[OperatingSystem] | None = None
    crop_face: bool | None = Field(default=None, validation_alias="cropFace", serialization_alias="cropFace")


class CompareLiveRequest(SnakeModel):
    """The same, and is the probe alive? ``liveness_min_score`` 0.52 to 1.0 is required here."""

    probe: str
    gallery: tuple[str, ...]
    os: Open[OperatingSystem]
    liveness_min_score: Number
    search_mode: Open[SearchMode] | None = None
    compare_min_score: Number | None = None


class CompareWithLivenessRequest(SnakeModel):
    """The same, but liveness is judged only where the comparison passes. Pictures of the gallery may be https addresses."""

    probe: str
    gallery: tuple[str, ...]
    search_mode: Open[SearchMode] | None = None
    liveness_min_score: Number | None = None
    compare_min_score: Number | None = None
    os: Open[OperatingSystem] | None = None
    crop_face: bool | None = Field(default=None, validation_alias="cropFace", serialization_alias="cropFace")


class VerificationScores(SnakeModel):
    """What a stored record says came out. One page prints ``liveness_score`` as text."""

    score: Number | None = None
    passed: bool | None = None
    compare_min_score: Number | None = None
    liveness_score: Number | str | None = None
    min_score: Number | None = None


class Comparison(Identified, SnakeModel):
    """The answer of a comparison: a bare score on the current pages, a stored record on the older ones and for clients.

    A record cannot be read back later, so all of it that matters is here.
    """

    id_required = False

    score: Number | None = None
    liveness: LivenessResult | None = None
    result: VerificationScores | None = None
    type: str | None = None
    probe: tuple[Any, ...] | None = None
    gallery: tuple[Any, ...] | None = None
    client: str | None = None
    status: str | None = None
    search_mode: Open[SearchMode] | None = None
    os: Open[OperatingSystem] | None = None
    liveness_min_score: Number | None = None
    compare_min_score: Number | None = None
    deleted: bool | None = None
    compared_at: str | None = Field(default=None, alias="comparedAt")
    created_at: str | None = Field(default=None, alias="createdAt")
    updated_at: str | None = Field(default=None, alias="updatedAt")
    revision: int | None = Field(default=None, alias="__v")

    @property
    def similarity(self) -> float | None:
        """0 to 1, wherever it stands."""
        found = self.score if self.score is not None else self.result.score if self.result is not None else None
        return None if found is None else float(found)

    @property
    def liveness_score(self) -> float | None:
        """0 to 1, wherever it stands; None where it was not judged or is not readable."""
        if self.liveness is not None:
            return float(self.liveness.liveness_score)
        found = self.result.liveness_score if self.result is not None else None
        return None if found is None or isinstance(found, str) else float(found)

    @property
    def passed(self) -> bool | None:
        """The server's own verdict, where it gives one."""
        return self.result.passed if self.result is not None else None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.score is None and self.result is None and self.liveness is None:
            raise ValueError("no score")
        return self


class FaceVerification(Comparison):
    """The stored record by itself, as other objects refer to it."""

    result: VerificationScores


class CompareWithLivenessResult(SnakeModel):
    """Both answers. ``liveness`` is null or missing where the comparison failed: it was not run then."""

    comparison: Comparison
    liveness: LivenessResult | FaceVerification | None = None

    @property
    def liveness_score(self) -> float | None:
        """0 to 1, or None where it was not judged."""
        found = self.liveness.liveness_score if self.liveness is not None else None
        return None if found is None else float(found)

    @property
    def live(self) -> bool:
        """The server says the probe is alive."""
        return self.liveness is not None and self.liveness.passed is True


class CompareAppRegistrationResult(Model):
    """Selfie against document of an onboarding."""

    compare_face_verification: FaceVerification | None = None


class SearchRequest(SnakeModel):
    """Who is this? One to three pictures of one face. ``min_score`` 0.2 to 1.0, ``max_results`` 1 to 100 (10).

    ``collection_id`` is the UUID code here.
    """

    images: tuple[str, ...]
    min_score: Number
    search_mode: Open[SearchMode]
    collection_id: str | None = None
    max_results: int | None = None


class SearchCropsRequest(SnakeModel):
    """The same from faces already cut out, near 120 x 120 px. ``min_score`` 0.5 to 1.0."""

    images: tuple[str, ...]
    min_score: Number
    search_mode: Open[SearchMode]
    collection_id: str | None = None
    max_results: int | None = None


class SearchLiveFaceRequest(SnakeModel):
    """Who is this, and are they alive? Both scores 0.5 to 1.0."""

    image: str
    os: Open[OperatingSystem]
    liveness_min_score: Number
    min_score: Number
    search_mode: Open[SearchMode]
    collection_id: str | None = None


class SearchLiveFaceResult(SnakeModel):
    """The best first; empty where nobody is like it."""

    persons: tuple[PersonHit, ...]
    liveness_score: Number


class SearchActiveUserRequest(SnakeModel):
    """Who of the active users is this? Whether liveness is judged is disputed: do not count on it."""

    image: str
    os: Open[OperatingSystem]
    min_score: Number
    search_mode: Open[SearchMode]
    collection_id: str | None = None
    liveness_min_score: Number | None = None


class FaceVerifyRequest(SnakeModel):
    """Are these pictures of this person? ``id`` is the person's Mongo id, ``min_score`` 0.5 to 1.0."""

    id: str
    images: tuple[str, ...]
    min_score: Number
    search_mode: Open[SearchMode]
    collection_id: str | None = None


class FaceVerifyResult(SnakeModel):
    """The person, with the score. Somebody else is an error of the engine, not a low score."""

    match: PersonHit
