"""Webhooks: only what is given is changed, flows in both forms, deliveries never by accident."""

from __future__ import annotations

from support.api_recorder import ID
from support.recording_transport import RecordingTransport

from kiosk.api.models.project_flows import ProjectFlow
from kiosk.api.models.webhooks import Webhook, WebhookUpdate
from kiosk.api.operation import Repeat
from kiosk.api.resources.webhooks import OPERATIONS, Webhooks

HOOK = {"_id": "w", "name": "Kiosk", "url": "https://kiosk.example/hook", "isActive": True}


def test_only_what_is_given_is_changed() -> None:
    transport = RecordingTransport({"data": HOOK})
    Webhooks(transport).update(ID, WebhookUpdate(is_active=False, unlink=(ID,)))
    assert transport.calls[0].body == {"isActive": False, "unlink": [ID]}


def test_flows_are_ids_or_objects() -> None:
    hook = Webhook.model_validate(HOOK | {"projectFlow": ["f", {"_id": "g", "type": "login"}]})
    assert hook.project_flow is not None
    first, second = hook.project_flow
    assert first == "f"
    assert isinstance(second, ProjectFlow)


def test_a_past_delivery_keeps_what_it_was_about() -> None:
    event = {"_id": "e", "type": "login_biometric_validation_validated", "object": {"_id": "b"}, "code": 200}
    (read,) = Webhooks(RecordingTransport({"data": [event]})).list_events()
    assert read.object == {"_id": "b"}
    assert read.wire() == event


def test_inactive_ones_can_be_asked_for() -> None:
    transport = RecordingTransport({"data": []})
    Webhooks(transport).list(is_active=False)
    assert dict(transport.calls[0].query) == {"where_isActive": False}


def test_no_delivery_goes_out_twice() -> None:
    never = {one.id for one in OPERATIONS if one.repeat is Repeat.NEVER}
    assert never == {"createWebhook", "testWebhook", "resendWebhookEvent"}
