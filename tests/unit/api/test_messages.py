"""Words of the service come out of their messages; nothing else does."""

from __future__ import annotations

import pytest

from kiosk.api.messages import Message, missing_fields, parse


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("409:liveness_failed@0.41", Message(409, "liveness_failed", 0.41)),
        ("liveness_failed@0.41", Message(0, "liveness_failed", 0.41)),
        ("409:duplicated_person", Message(409, "duplicated_person")),
        ("404:Project_not_found_or_featured_disabled", Message(404, "Project_not_found_or_featured_disabled")),
        ("person_not_found", Message(0, "person_not_found")),
        ("appRegistration_not_found\n", Message(0, "appRegistration_not_found")),
        ("ERR_NO_FACE_DETECTED", Message(0, "ERR_NO_FACE_DETECTED")),
        ("Invalid or expired token.", Message(0, "token_expired")),
        ("The image has more than one face", Message(0, "multiple_faces_detected")),
        ("liveness_failed@1.7", Message()),
        ("liveness_failed@nan", Message()),
        ("ana_lopez@example.com", Message()),
        ("409:ana_lopez@example.com", Message(409)),
        ("Ana Prueba was not found", Message()),
        ("Forbidden", Message()),
        ("123_456", Message()),
        ("x_" * 200, Message()),
        ("", Message()),
        ("409:", Message(409)),
        ("@0.4", Message(0, "", 0.4)),
    ],
)
def test_a_message_is_taken_apart(text: str, found: Message) -> None:
    assert parse(text) == found


def test_what_was_sent_is_never_a_token() -> None:
    assert parse("maria_lopez") == Message(0, "maria_lopez")
    assert parse("maria_lopez", {"maria_lopez"}) == Message()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("missing project\n", ("project",)),
        ("missing project\n. missing projectFlow\n. missing type\n", ("project", "projectFlow", "type")),
        ("type must be one of: [validation,login,onboarding,oneTimeLink]", ("type",)),
        ("limit must be between 1 and 100\n", ("limit",)),
        ("name is required", ("name",)),
        ("missing biometricData.faceImage\n", ("biometricData.faceImage",)),
        ("missing 12345\n", ()),
        ("nothing of that kind", ()),
        ("missing x\n" * 1000, ()),
    ],
)
def test_missing_fields_are_named(text: str, names: tuple[str, ...]) -> None:
    assert missing_fields(text) == names


def test_a_field_named_like_something_that_was_sent_is_left_out() -> None:
    assert missing_fields("missing maria\n", {"maria"}) == ()
