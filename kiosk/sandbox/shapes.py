"""The bodies of projects, flows and their settings, field by field, as the contract gives them."""

from __future__ import annotations

import re

from kiosk.sandbox.fields import (
    Field,
    anything,
    either,
    flag,
    may,
    need,
    nullable,
    number,
    object_id,
    one_of,
    several,
    shape,
    text,
    thing,
    whole,
)

MODE = one_of("FAST", "ACCURATE")
STATUS = one_of("draft", "active", "paused")
STEP = one_of("mandatory", "optional", "skip")
PHONE_GATEWAY = one_of("sms", "whatsapp", "both", "none")
COUNTRY_CODE = text(pattern=r"^\+\d{1,3}$")
DIGITS = either(text(), whole())
"""A number or a code, as text or as a number."""
_ADDRESS = re.compile(r"[!-?A-~]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")
FLOW_TYPES = ("login", "onboarding", "oneTimeLink", "idScan", "scanPro", "scanGPT", "datAPI", "liveness", "smartlink")


def is_address(value: str) -> bool:
    """Whether this may be an e-mail address: a name, an at sign, a host of letters, digits, dots and hyphens."""
    return _ADDRESS.fullmatch(value) is not None


def _texts(*names: str) -> tuple[Field, ...]:
    return tuple(may(name, text()) for name in names)


def _flags(*names: str) -> tuple[Field, ...]:
    return tuple(may(name, flag) for name in names)


LOGIN = shape(
    *_flags("email", "phone", "faceLiveness", "showFaceLivenessRecommendation", "allowPasskeys"),
    may("emailGateway", one_of("mailgun", "none")),
    may("phoneGateway", PHONE_GATEWAY),
    may("livenessMinScore", number(lowest=0.51, highest=0.9)),
    may("searchMode", MODE),
    may("searchMinScore", number(lowest=0.7, highest=0.95)),
    may("steps", several(anything)),
)
ONBOARDING = shape(
    *_flags("hiddenLoginOption", "requiresSignature"),
    may("steps", shape(*(may(n, STEP) for n in ("signUpForm", "basicInformation", "document", "form", "liveness")))),
    may(
        "signUpForm",
        shape(
            *_flags(
                "email", "phone", "fullName", "firstName", "lastName", "showPrivacyNotice", "showTermsAndConditions"
            ),
            may("emailGateway", text()),
            may("phoneGateway", PHONE_GATEWAY),
            may("extraFields", several(anything)),
        ),
    ),
    may("basicInformation", shape(*_flags("address", "age", "dateOfBirth", "gender", "postalCode"))),
    may(
        "document",
        shape(
            may("validationMethod", one_of("SCAN_ZERO", "SCAN_PROMPT", "SCAN_STUDIO")),
            may("fallbackValidationMethod", text()),
            may("compareMinScore", number()),
            may("maxAttempts", whole()),
            *_flags("scanDocumentAllowed", "uploadDocumentAllowed", "useGovernmentID", "useLicense", "usePassport"),
            *_flags("verifyCriminalHistory", "verifyNames"),
        ),
    ),
    may(
        "liveness",
        shape(
            may("livenessMinScore", number()),
            may("maxAttempts", whole()),
            may("searchMinScore", number()),
            may("searchMode", MODE),
        ),
    ),
)
SECURITY = shape(
    may("strategy", one_of("whitelist", "blacklist", "none")),
    may("source", one_of("API", "CSV", "NONE", "SMART_ENROLL")),
    *_texts("apiUrl", "apiTestValue"),
    may("apiTestType", one_of("email", "phone")),
)
FLOW: tuple[Field, ...] = (
    need("project", object_id),
    need("type", one_of(*FLOW_TYPES)),
    may("status", STATUS),
    may("redirectUrl", text()),
    may("webhookUrl", nullable(text())),
    may("webhook", nullable(object_id)),
    may("identityUrl", nullable(text())),
    may("allowedCountries", several(text())),
    may("loginSettings", LOGIN),
    may("onboardingSettings", ONBOARDING),
    may("security", SECURITY),
)
FLOW_V3: tuple[Field, ...] = (
    may("_id", object_id),
    may("project", object_id),
    may("type", one_of("login", "onboarding")),
    may("status", STATUS),
    may("target", one_of("personal", "business")),
    may(
        "signUpForm",
        shape(
            *_flags("fullName", "email", "phone", "showTermsAndConditions", "allowAdditionalFields"),
            may("fullNameStyle", one_of("separate", "together")),
            *_texts("emailGateway", "phoneGateway", "countryCode"),
            may("additionalFields", several(anything)),
        ),
    ),
    may(
        "documents",
        shape(
            may("attemptLimit", whole(lowest=1, highest=5)),
            *_flags("criminalHistoryVerification", "informationVerification", "screening"),
            may("verificationMethods", several(text())),
            may(
                "documentTypes",
                several(
                    shape(
                        may("country", text()),
                        may(
                            "configurations",
                            several(
                                shape(
                                    may("active", flag),
                                    may("documentCategory", one_of("government_id", "passport", "license")),
                                    may("documentTemplates", several(anything)),
                                )
                            ),
                        ),
                    )
                ),
            ),
        ),
    ),
    may(
        "liveness",
        shape(
            may("attemptLimit", whole(lowest=1, highest=5)),
            may("minScore", number(lowest=0.52, highest=0.9)),
            may("searchMinScore", number(lowest=0.7, highest=0.95)),
            may("searchMode", MODE),
            may("compareMinScore", number(lowest=0.65, highest=0.95)),
        ),
    ),
    may(
        "integrations",
        shape(
            *_texts("redirectUrl", "source", "strategy", "apiUrl", "apiTestType", "apiTestValue"),
            may("webhook", nullable(object_id)),
        ),
    ),
    may("emailTemplates", thing),
    may("emailTemplateDesign", thing),
)
PROJECT_V2: tuple[Field, ...] = (
    need("name", text(longest=60)),
    need("allowedCountries", several(text())),
    need("contactEmail", text()),
    need("privacyUrl", text()),
    need("termsAndConditionsUrl", text()),
)
PROJECT_V3: tuple[Field, ...] = (
    need("name", text(longest=60)),
    may("allowedCountries", several(text())),
    *_texts("defaultLanguage", "contactEmail", "privacyUrl", "termsAndConditionsUrl", "identifier"),
    may(
        "dataProtection",
        shape(
            *_texts("name", "email", "address", "address2", "city", "country"),
            may("postalCode", text(shortest=3, longest=12)),
        ),
    ),
    may("currentStep", whole()),
    may("lastStep", whole()),
    may("demoMode", flag),
    may("demoOTP", text(shortest=6, longest=6)),
    may("status", STATUS),
    may(
        "branding",
        shape(
            *_texts("backgroundColor", "buttonColor", "buttonTextColor", "textColor", "titleColor"),
            *_texts("imageBackgroundColor", "backgroundImageColor", "logo", "image", "backgroundImage"),
        ),
    ),
    may("projectFlow", shape(*FLOW_V3)),
    may("projectFlowType", one_of("login", "onboarding")),
)
