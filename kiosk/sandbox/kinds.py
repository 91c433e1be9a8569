"""The kinds of documents that the sandbox keeps, named as the API names the reference to one.

What begins with ``_`` is internal.
"""

from __future__ import annotations

CLIENT = "client"
CREDIT = "credit"
PROJECT = "project"
PROJECT_FLOW = "projectFlow"
COLLECTION = "collection"
PERSON = "person"
"""The enrolled, in both shapes: one record is one person, whichever way it was asked for."""
BIOMETRIC_VALIDATION = "biometricValidation"
LIVENESS_SESSION = "livenessSession"
APP_LOGIN = "appLogin"
APP_REGISTRATION = "appRegistration"
INFORMATION_VALIDATION = "informationValidation"
DOCUMENT_VALIDATION = "documentValidation"
EMAIL_VALIDATION = "emailValidation"
PHONE_VALIDATION = "phoneValidation"
IDENTITY_IMAGE = "identityImage"
FACE_VERIFICATION = "faceVerification"
WEBHOOK = "webhook"
WEBHOOK_EVENT = "webhookEvent"
