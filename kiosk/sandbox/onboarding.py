"""The rules of an onboarding: which step takes which status, what is done, and what it ends as, whatever the caller says."""

from __future__ import annotations

from kiosk.sandbox import kinds
from kiosk.sandbox.context import Sandbox
from kiosk.sandbox.replies import Doc

STEPS = (
    "instructions",
    "signUpForm",
    "basicInformation",
    "document",
    "liveness",
    "form",
    "end",
    "skipKYC",
    "adminOverride",
)
STATUSES = ("ONGOING", "COMPLETED", "FAILED", "NEEDS_MANUAL_VERIFICATION", "COMPLETED_WITHOUT_KYC")
RUNNING = frozenset({"STARTED", "ONGOING"})
ENDED = frozenset({"COMPLETED", "COMPLETED_WITHOUT_KYC"})

_ENDS = ("COMPLETED", "FAILED", "NEEDS_MANUAL_VERIFICATION", "ONGOING")
_VALIDATED = frozenset({"validated", "completed"})
_READ = frozenset({"ACTIVE", "ACTIVE_BUT_UNVERIFIED"})
_DEFAULT = {
    "signUpForm": "mandatory",
    "basicInformation": "optional",
    "document": "optional",
    "form": "optional",
    "liveness": "mandatory",
}


def statuses_of(step: str) -> tuple[str, ...]:
    """Which statuses a step may be reported with."""
    match step:
        case "end":
            return _ENDS
        case "skipKYC":
            return ("COMPLETED_WITHOUT_KYC",)
        case "adminOverride":
            return STATUSES
        case _:
            return ("ONGOING",)


def steps_of(flow: Doc) -> dict[str, str]:
    """Each step of a flow: mandatory, optional or skip."""
    return _DEFAULT | dict(flow.get("onboardingSettings", {}).get("steps", {}))


def has_signed_up(sandbox: Sandbox, registration: Doc, flow: Doc) -> bool:
    """Whether the addresses that the flow asks for were confirmed by a code."""
    form = flow.get("onboardingSettings", {}).get("signUpForm", {})
    wanted = {
        kinds.EMAIL_VALIDATION: form.get("email") and form.get("emailGateway") != "none",
        kinds.PHONE_VALIDATION: form.get("phone") and form.get("phoneGateway") != "none",
    }
    return all(_status(sandbox, registration, kind) in _VALIDATED for kind, asked in wanted.items() if asked)


def outcome(sandbox: Sandbox, registration: Doc, flow: Doc) -> str:
    """What an onboarding ends as, from what was completed."""
    steps = steps_of(flow)
    document = _status(sandbox, registration, kinds.DOCUMENT_VALIDATION)
    face = _status(sandbox, registration, kinds.BIOMETRIC_VALIDATION)
    failed = (
        (steps["liveness"] == "mandatory" and face not in _VALIDATED)
        or (steps["document"] == "mandatory" and not document)
        or (steps["signUpForm"] == "mandatory" and not has_signed_up(sandbox, registration, flow))
        or "FAILED" in document
    )
    if failed:
        return "FAILED"
    return "COMPLETED" if not document or document in _READ else "NEEDS_MANUAL_VERIFICATION"


def event_of(step: str) -> str:
    """Suffix of the webhook event of a step; empty where there is none."""
    if step in {"skipKYC", "adminOverride"}:
        return ""
    words = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in step)
    return f"app_registration_sync_{words}"


def _status(sandbox: Sandbox, registration: Doc, kind: str) -> str:
    key = registration.get(kind)
    doc = sandbox.store.get(kind, str(key)) if key else None
    return str(doc["status"]) if doc else ""
