"""Kept pictures: the list is the onboarding's, one picture the account's; nothing of them shows."""

from __future__ import annotations

from support.api_recorder import ID, PICTURE, REGISTRATION
from support.recording_transport import RecordingTransport

from kiosk.api.models.identity_images import ImageCategory
from kiosk.api.operation import Bearer
from kiosk.api.resources.identity_images import LIST, RETRIEVE, IdentityImages


def test_the_list_is_asked_for_with_the_onboardings_token() -> None:
    transport = RecordingTransport({"data": [{"_id": "i", "category": "documentFace", "base64": PICTURE}]})
    (image,) = IdentityImages(transport).list(REGISTRATION, category=ImageCategory.DOCUMENT_FACE)
    assert transport.calls[0].token is REGISTRATION
    assert dict(transport.calls[0].query) == {"category": "documentFace"}
    assert image.category is ImageCategory.DOCUMENT_FACE
    assert PICTURE not in repr(image)


def test_one_picture_is_read_with_the_accounts_token() -> None:
    transport = RecordingTransport({"data": {"_id": ID, "base64": PICTURE}})
    assert IdentityImages(transport).retrieve(ID).base64 == PICTURE
    assert (LIST.bearer, RETRIEVE.bearer) == (Bearer.GIVEN, Bearer.ACCOUNT)
