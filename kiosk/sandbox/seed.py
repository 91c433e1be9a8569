"""What an account has when it is new: the client, project, login flow and collection that the seed page's request names, so that
the request works as printed; an onboarding flow; credits. Written once, at the first start of a folder.
"""

from __future__ import annotations

from kiosk.sandbox import ids, kinds
from kiosk.sandbox.context import Sandbox
from kiosk.sandbox.replies import Doc

OWNER = "owner@example.com"


def fill(sandbox: Sandbox) -> None:
    """Write the first content, unless the folder has some."""
    if sandbox.store.get(kinds.CLIENT, ids.CLIENT):
        return
    with sandbox.store.transaction():
        for kind, doc in _content(sandbox):
            sandbox.store.put(kind, doc)


def _content(sandbox: Sandbox) -> list[tuple[str, Doc]]:
    def made(key: str, **fields: object) -> Doc:
        return {**sandbox.new(**fields), "_id": key}

    return [
        (
            kinds.CLIENT,
            made(
                ids.CLIENT,
                name="Sandbox Owner",
                email=OWNER,
                phone="3000000000",
                countryCode="+57",
                company="Sandbox",
                active=True,
                isVerified=True,
                isEmailVerified=True,
                isPhoneVerified=True,
                isBiometricVerified=False,
                credits=sandbox.options.credits,
                requestsCount=0,
                totalRequestsCount=0,
                subscriptionPlan="free",
                language="en",
                status="joined",
            ),
        ),
        (
            kinds.COLLECTION,
            made(
                ids.COLLECTION,
                name="Everybody",
                description="People of the sandbox",
                code=ids.COLLECTION_CODE,
                project=ids.PROJECT,
                client=ids.CLIENT,
                deleted=False,
            ),
        ),
        (
            kinds.PROJECT,
            made(
                ids.PROJECT,
                client=ids.CLIENT,
                name="Sandbox",
                identifier="sandbox",
                status="active",
                version=3,
                target="business",
                allowedCountries=["All"],
                defaultLanguage="en",
                contactEmail="help@example.com",
                privacyUrl="https://kiosk.example/privacy",
                termsAndConditionsUrl="https://kiosk.example/terms",
                branding={"backgroundColor": "#FFFFFF", "buttonColor": "#1A2B3C", "buttonTextColor": "#FFFFFF"},
                demoMode=False,
                assignedCollection=ids.COLLECTION,
                collectionCode=ids.COLLECTION_CODE,
                projectFlows=[ids.LOGIN_FLOW, ids.ONBOARDING_FLOW],
            ),
        ),
        (kinds.PROJECT_FLOW, made(ids.LOGIN_FLOW, type="login", loginSettings=_LOGIN, **_FLOW)),
        (kinds.PROJECT_FLOW, made(ids.ONBOARDING_FLOW, type="onboarding", onboardingSettings=_ONBOARDING, **_FLOW)),
        (
            kinds.CREDIT,
            sandbox.new(
                client=ids.CLIENT,
                amount=sandbox.options.credits,
                status="approved",
                category="purchase",
                description="credits of a new sandbox",
                paymentMethod="card",
                currency="USD",
                exchangeRate=1,
            ),
        ),
    ]


_FLOW: Doc = {
    "client": ids.CLIENT,
    "project": ids.PROJECT,
    "status": "active",
    "version": 1,
    "redirectUrl": "https://kiosk.example/cb",
    "webhookUrl": None,
    "allowedCountries": ["All"],
    "collectionCode": ids.COLLECTION_CODE,
    "security": {"strategy": "none", "source": "NONE"},
}
_LOGIN: Doc = {
    "email": True,
    "emailGateway": "mailgun",
    "phone": True,
    "phoneGateway": "sms",
    "faceLiveness": True,
    "showFaceLivenessRecommendation": False,
    "livenessMinScore": 0.55,
    "searchMode": "FAST",
    "searchMinScore": 0.85,
}
_ONBOARDING: Doc = {
    "hiddenLoginOption": False,
    "requiresSignature": False,
    "steps": {
        "signUpForm": "mandatory",
        "basicInformation": "skip",
        "document": "optional",
        "form": "skip",
        "liveness": "mandatory",
    },
    "signUpForm": {"email": True, "emailGateway": "mailgun", "phone": False, "phoneGateway": "none", "fullName": True},
    "document": {"validationMethod": "SCAN_PROMPT", "compareMinScore": 0.85, "maxAttempts": 3},
    "liveness": {"livenessMinScore": 0.65, "maxAttempts": 3, "searchMinScore": 0.85, "searchMode": "FAST"},
}
