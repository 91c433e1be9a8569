"""Documents of an onboarding. The sandbox cannot read a document: it keeps the picture and believes the names that it is told.

A document is ``ACTIVE_BUT_UNVERIFIED`` until the names read from it are sent to ``…/validate``; then it is ``ACTIVE`` where they
are those of the registration, else ``NEEDS_MANUAL_VERIFICATION``.
"""

from __future__ import annotations

from starlette.requests import Request

from kiosk.sandbox import ids, kinds
from kiosk.sandbox.context import Sandbox
from kiosk.sandbox.errors import Fault
from kiosk.sandbox.fields import check, flag, may, picture, text
from kiosk.sandbox.lookup import demand_own, flow, found, keep_picture, own_registration
from kiosk.sandbox.query import listed, shaped
from kiosk.sandbox.replies import Doc, signature
from kiosk.sandbox.routing import body, route
from kiosk.sandbox.tokens import Kind

_NAMES = ("fullName", "firstName", "lastName")
_BOTH = (Kind.ACCOUNT, Kind.REGISTRATION)
_METHODS = frozenset({"SCAN_PROMPT", "SCAN_STUDIO"})
_CHOICES = {
    "where_status": (
        "ASSESSING",
        "ACTIVE",
        "FAILED",
        "NEEDS_MANUAL_VERIFICATION",
        "NOT_FOUND",
        "EXPIRED",
        "ACTIVE_BUT_UNVERIFIED",
    ),
}


@route(
    "POST",
    "/v2/document-validations/app-registration",
    operation="createAppRegistrationDocumentValidation",
    answers=(200, 402, 404, 409, 422),
    bearer=Kind.REGISTRATION,
)
async def create(request: Request, sandbox: Sandbox) -> Doc:
    """Keep the document of an onboarding."""
    sent = check(await body(request), may("image", text()), may("backImage", text()), may("force", flag))
    if "image" not in sent and "backImage" not in sent:
        raise Fault(422, "MissingParameter", "missing image\n")
    front = picture(sent["image"] if "image" in sent else sent["backImage"], data_uri=True)
    if "image" in sent and "backImage" in sent:
        picture(sent["backImage"], data_uri=True)
    registration = own_registration(request, sandbox)
    settings = flow(sandbox, registration["projectFlow"]).get("onboardingSettings", {}).get("document")
    if settings is None:
        raise Fault(404, "NotFound", "document_settings_not_set")
    if registration.get("documentValidation") and not sent.get("force", False):
        raise Fault(409, "Conflict", "already_exists")
    with sandbox.store.transaction():
        sandbox.charge("document validation")
        validation = _kept(sandbox, registration, front, settings)
    sandbox.emit("document_validation_created", validation, flow=registration["projectFlow"])
    return sandbox.sealed({"documentValidation": validation})


@route("GET", "/v2/document-validations", operation="listDocumentValidations", answers=(200, 401))
async def all_of_them(request: Request, sandbox: Sandbox) -> Doc:
    """All of them."""
    docs = sandbox.store.find(kinds.DOCUMENT_VALIDATION)
    page = listed(request, sandbox.store, docs, size_name="perPage", size=20, choices=_CHOICES)
    return page.nested("perPage")


@route("GET", "/v2/document-validations/{id}", operation="retrieveDocumentValidation", answers=(200, 401, 404))
async def retrieve(request: Request, sandbox: Sandbox) -> Doc:
    """One of them."""
    return sandbox.bare(shaped(request, sandbox.store, found(request, sandbox, kinds.DOCUMENT_VALIDATION)))


@route("DELETE", "/v2/document-validations/{id}", operation="deleteDocumentValidation", answers=(200, 401, 404))
async def delete(request: Request, sandbox: Sandbox) -> Doc:
    """Forget one; its onboarding may send another."""
    key = str(request.path_params["id"])
    validation = sandbox.store.get(kinds.DOCUMENT_VALIDATION, key)
    if validation is None:
        raise Fault.flagged(404, "DOCUMENT_VALIDATION_NOT_FOUND", "Document validation not found")
    with sandbox.store.transaction():
        sandbox.store.delete(kinds.DOCUMENT_VALIDATION, key)
        registration = sandbox.store.get(kinds.APP_REGISTRATION, validation["appRegistration"])
        if registration is not None and registration.get("documentValidation") == key:
            sandbox.store.put(kinds.APP_REGISTRATION, sandbox.changed(registration, documentValidation=None))
    return {"success": True, "message": "deleted", "signature": signature(sandbox.now())}


@route(
    "PUT",
    "/v2/document-validations/{id}/validate",
    operation="validateDocumentValidation",
    answers=(200, 401, 404),
    bearer=_BOTH,
)
async def validate(request: Request, sandbox: Sandbox) -> Doc:
    """The names that were read from the document, against those of the registration."""
    sent = await body(request)
    validation = found(request, sandbox, kinds.DOCUMENT_VALIDATION)
    demand_own(request, validation["appRegistration"])
    registration = sandbox.store.get(kinds.APP_REGISTRATION, validation["appRegistration"]) or {}
    given = [name for name in _NAMES if isinstance(sent.get(name), str)]
    match = bool(given) and all(_folded(sent[name]) == _folded(registration.get(name, "")) for name in given)
    status = "ACTIVE" if match else "NEEDS_MANUAL_VERIFICATION"
    changed = sandbox.changed(
        validation, namesMatch=match, fullNameMatchPercentage=100 if match else 0, imageValidated=True, status=status
    )
    return sandbox.bare(sandbox.store.put(kinds.DOCUMENT_VALIDATION, changed))


@route(
    "PUT",
    "/v2/information-validations/{id}/background-check",
    operation="runBackgroundCheck",
    answers=(200, 401, 404),
    bearer=_BOTH,
)
async def background_check(request: Request, sandbox: Sandbox) -> Doc:
    """Nobody in a sandbox has a criminal record."""
    await body(request)
    information = found(request, sandbox, kinds.INFORMATION_VALIDATION)
    demand_own(request, information["appRegistration"])
    changed = sandbox.changed(information, backgroundCheck={"status": "clear", "checkedAt": sandbox.stamp()})
    sandbox.store.put(kinds.INFORMATION_VALIDATION, changed)
    sandbox.emit("information_validation_background_check", changed, flow=information["projectFlow"])
    return sandbox.bare(changed)


def _kept(sandbox: Sandbox, registration: Doc, front: bytes, settings: Doc) -> Doc:
    method = settings.get("validationMethod", "")
    validation = sandbox.new(
        appRegistration=registration["_id"],
        client=ids.CLIENT,
        project=registration["project"],
        projectFlow=registration["projectFlow"],
        documentType="id",
        documentCategory="government_id",
        status="ACTIVE_BUT_UNVERIFIED",
        validationMethod=method if method in _METHODS else "OCR",
        inputMethod="FILE_UPLOAD",
        type="signup",
        imageValidated=False,
        OCRExtraction={},
    )
    sandbox.store.put(kinds.DOCUMENT_VALIDATION, validation)
    face = keep_picture(sandbox, front, category="documentFace", registration=registration["_id"])
    changes: Doc = {"documentValidation": validation["_id"], "documentFace": face}
    earlier = registration.get("documentValidation")
    if earlier:
        changes["failedDocumentValidations"] = [*registration.get("failedDocumentValidations", []), earlier]
    sandbox.store.put(kinds.APP_REGISTRATION, sandbox.changed(registration, **changes))
    return validation


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


ROUTES = (create, all_of_them, retrieve, delete, validate, background_check)
