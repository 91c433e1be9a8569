"""A sandbox with one of everything in it, and requests that fit it: the right kind of token, ids that are there, real faces.

What a generator makes of a schema is valid and means nothing: an id of nobody, a picture of nothing. :meth:`World.sensible`
puts real things in their place, so that a request reaches what lies behind the checks of its form.
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from support.contract import ContractOperation
from support.sandbox import Sandbox

from kiosk.sandbox import ids, kinds, persons
from kiosk.sandbox.app import routes
from kiosk.sandbox.context import Sandbox as State
from kiosk.sandbox.persons import Gallery
from kiosk.sandbox.tokens import Kind
from kiosk.vision.models import ModelFiles

Json = dict[str, Any]

_KIND_OF_PATH = {
    "/v2/face-recognition/persons": kinds.PERSON,
    "/v2/persons": kinds.PERSON,
    "/v2/face-recognition/collections": kinds.COLLECTION,
    "/v2/projects": kinds.PROJECT,
    "/v3/projects": kinds.PROJECT,
    "/v2/project-flows": kinds.PROJECT_FLOW,
    "/v3/project-flows": kinds.PROJECT_FLOW,
    "/v2/app-logins": kinds.APP_LOGIN,
    "/v2/app-registrations": kinds.APP_REGISTRATION,
    "/v2/identity-images": kinds.IDENTITY_IMAGE,
    "/v2/webhooks": kinds.WEBHOOK,
    "/v2/webhook-events": kinds.WEBHOOK_EVENT,
    "/v2/credits": kinds.CREDIT,
    "/v2/clients": kinds.CLIENT,
    "/v2/document-validations": kinds.DOCUMENT_VALIDATION,
    "/v2/information-validations": kinds.INFORMATION_VALIDATION,
    "/v2/email-validations": kinds.EMAIL_VALIDATION,
    "/v2/phone-validations": kinds.PHONE_VALIDATION,
    "/v2/biometric-validations": kinds.BIOMETRIC_VALIDATION,
}
_IDS = {
    "project": ids.PROJECT,
    "projectFlow": ids.LOGIN_FLOW,
    "collection_id": ids.COLLECTION,
    "fromCollection": ids.COLLECTION,
    "toCollection": ids.COLLECTION,
}
_PICTURES = ("image", "probe", "faceImage", "backImage")
_ADDRESSES = ("url", "webhookUrl")
_ALBUMS = ("images", "gallery")
_SESSION_CALL = "validateBiometricValidation"
EMAIL = "ana@example.com"
PHONE = "3001234567"
COUNTRY = "+57"
CODE = "000000"
_FREE_NAMES = (
    "createProject",
    "createProjectV3",
    "updateProjectV3",
    "createPerson",
    "createPersonWithLiveness",
    "updatePerson",
)


@dataclass(slots=True)
class World:
    """One sandbox for many requests. One thread at a time.

    Attributes:
        portraits: two pictures of one person, base64.
    """

    sandbox: Sandbox
    portraits: tuple[str, ...]
    _templates: dict[str, Json] = field(default_factory=dict)
    _bearers: dict[str, tuple[Kind, ...]] = field(default_factory=dict)
    _own: Json | None = None

    @classmethod
    def build(cls, sandbox: Sandbox, models: ModelFiles) -> World:
        """Lead one person through an onboarding and a login, so that there is one of everything."""
        portraits = tuple(
            base64.b64encode(models.path(name).read_bytes()).decode() for name in ("portrait_a", "portrait_a2")
        )
        world = cls(sandbox, portraits)
        world._bearers = {route.operation: route.bearer for route in routes()}
        world._live()
        for kind in set(_KIND_OF_PATH.values()):
            docs = world.state.store.find(kind)
            assert docs, f"the world has no {kind}"
            world._templates[kind] = docs[-1]
        return world

    @property
    def state(self) -> State:
        """The sandbox from inside."""
        assert self.sandbox.server is not None
        return self.sandbox.server.sandbox

    def send(self, operation: ContractOperation, *, at: Json, query: Json, body: Any) -> httpx.Response:
        """A request by a plain client, with the right token."""
        path = operation.path
        for name, value in at.items():
            path = path.replace(f"{{{name}}}", str(value))
        sent = {} if body is None else {"json": body}
        headers = self.headers(operation.id)
        return self.sandbox.client.request(operation.method, path, params=query, headers=headers, **sent)

    def headers(self, operation: str) -> dict[str, str]:
        """The token that the operation takes; a fresh one, for calls that void or use up tokens."""
        return {"Authorization": f"Bearer {self._token(operation)}"}

    def path_values(self, operation: ContractOperation) -> Json:
        """Ids that are there for the places of the path; a record of its own for each call, so that it may be deleted."""
        places = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
        if "type" in places:
            return {"type": "login"}
        kind = next((k for path, k in _KIND_OF_PATH.items() if operation.path.startswith(f"{path}/{{")), None)
        if not places or kind is None:
            return {}
        doc = self.fresh(kind)
        return {places[0]: doc["seedId"] if places[0] == "personId" else doc["_id"]}

    def fresh(self, kind: str) -> Json:
        """A copy of the record of this kind, under an id of its own."""
        doc = dict(self._templates[kind])
        if kind == kinds.CLIENT:
            return self.state.store.put(kind, doc)
        doc["_id"] = self.state.new_id()
        if kind == kinds.PERSON:
            doc |= {"seedId": ids.seed_person_id(), "name": _letters()}
        if kind in {kinds.PROJECT, kinds.PROJECT_FLOW}:
            doc["status"] = "draft"
        if kind == kinds.COLLECTION:
            doc["code"] = str(uuid.uuid4())
        if kind == kinds.APP_REGISTRATION:
            doc |= {"status": "ONGOING", "email": f"{uuid.uuid4().hex}@example.com"}
        if kind in {kinds.EMAIL_VALIDATION, kinds.PHONE_VALIDATION}:
            to = doc.get("email") or f"{doc['countryCode']}{doc['phone']}"
            doc |= {"status": "sent", **self.state.outbox.send(to, purpose=doc["_id"], code=CODE)}
        if kind == kinds.WEBHOOK:
            doc["url"] = self._hook
        return self.state.store.put(kind, doc)

    def make_ready(self, operation: str, at: Json, query: Json, body: Any) -> None:
        """Bring about what a success needs: the code that was sent, a face that is enrolled, a name that is free.

        Values of the query and the body are changed in place, within what the contract allows.
        """
        if operation in _FREE_NAMES and isinstance(body, dict) and "name" in body:
            body["name"] = _letters()
        match operation:
            case "authEmailSend":
                query["email"] = EMAIL
            case "authEmailConfirm":
                self.state.outbox.send(body["email"], purpose="account", code=str(body["otp"]))
            case "authPhoneConfirm":
                to = f"{body['countryCode']}{body['phone']}"
                self.state.outbox.send(to, purpose="account", code=_digits(body["otp"]))
            case "createAppLoginBiometricValidation":
                body["type"] = "login"
            case "createAppRegistrationBiometricValidation" | "createPersonWithLiveness":
                self._forget_everybody()
            case "faceVerify":
                body["id"] = self._enrolled()["_id"]
            case "validateBiometricValidation":
                self._enrolled()
            case "retrievePublicProject":
                query["id"] = ids.PROJECT
            case "resendAppRegistrationLink":
                if isinstance(body, dict):
                    body.pop("recipientEmail", None)  # only the service's own staff may
            case "validateEmailByAddress" | "validateAppRegistrationEmail":
                self._await_code(kinds.EMAIL_VALIDATION, at, body)
            case "validatePhoneByNumber" | "validateAppRegistrationPhone":
                self._await_code(kinds.PHONE_VALIDATION, at, body)
            case "validateEmailById" | "validatePhoneById":
                body["verificationCode"] = CODE
            case _:
                pass

    def _await_code(self, kind: str, at: Json, body: Json) -> None:
        registration = self.fresh(kinds.APP_REGISTRATION)
        doc = {**self.fresh(kind), "appRegistration": registration["_id"]}
        self.state.store.put(kind, doc)
        self._own = self.state.store.put(kinds.APP_REGISTRATION, {**registration, kind: doc["_id"]})
        at |= {"id": doc["_id"]} if "id" in at else {}
        body |= {name: doc[name] for name in ("email", "phone", "countryCode") if name in doc}
        body["otp"] = CODE
        if "projectFlow" in body:
            body["projectFlow"] = doc["projectFlow"]

    def _enrolled(self) -> Json:
        doc = self.fresh(kinds.PERSON)
        self.state.part(Gallery).people.put(doc["_id"], doc["templates"])
        return doc

    def _forget_everybody(self) -> None:
        for doc in self.state.store.find(kinds.PERSON):
            persons.remove(self.state, doc)

    def sensible(self, body: Any) -> Any:
        """The same body, with ids that are there and pictures of people."""
        if isinstance(body, list):
            return [self.sensible(each) for each in body]
        if not isinstance(body, Mapping):
            return body
        return {name: self._value(name, value) for name, value in body.items()}

    @property
    def _hook(self) -> str:
        """An address on this machine that takes no events."""
        return f"{self.sandbox.base_url}/_sandbox/state"

    def _value(self, name: str, value: Any) -> Any:
        if name in _ADDRESSES and isinstance(value, str):
            return self._hook
        if name in _PICTURES and isinstance(value, str):
            return self.portraits[0]
        if name in _ALBUMS and isinstance(value, list) and value:
            return [self.portraits[at % 2] for at in range(min(len(value), 2))]
        if name == "probe" and isinstance(value, list) and value:
            return [self.portraits[0]]
        if name in _IDS and isinstance(value, str):
            return _IDS[name]
        if name in {"link", "unlink"} and isinstance(value, list):
            return [ids.LOGIN_FLOW]
        if name == "collections" and isinstance(value, list):
            return [ids.COLLECTION]
        return self.sensible(value)

    def _token(self, operation: str) -> str:
        tokens = self.state.tokens
        if operation == _SESSION_CALL:
            return self._session()
        kind = (self._bearers[operation] or (Kind.ACCOUNT,))[0]
        match kind:
            case Kind.REGISTRATION:
                if self._own is not None:
                    doc, self._own = self._own, None
                    return tokens.issue(kind, doc["_id"])
                doc = self.fresh(kinds.APP_REGISTRATION)
                fresh = {**doc, "person": None, "biometricValidation": None, "documentValidation": None}
                if operation == "faceCompareAppRegistration":
                    fresh = doc
                self.state.store.put(kinds.APP_REGISTRATION, fresh)
                return tokens.issue(kind, doc["_id"])
            case Kind.LOGIN:
                return tokens.issue(kind, self.fresh(kinds.APP_LOGIN)["_id"])
            case _:
                return tokens.issue(kind, ids.CLIENT)

    def _session(self) -> str:
        sent = {"project": ids.PROJECT, "projectFlow": ids.LOGIN_FLOW, "identifier": "device-1", "type": "login"}
        return str(self._post("/v2/biometric-validations", sent)["data"]["token"])

    def _post(self, path: str, body: Json, token: str = "") -> Json:
        headers = {"Authorization": f"Bearer {token or self.state.tokens.issue(Kind.ACCOUNT, ids.CLIENT)}"}
        answer = self.sandbox.client.post(path, json=body, headers=headers)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:300])
        return dict(answer.json())

    def _live(self) -> None:
        """An onboarding, a login, a hook."""
        registering = {
            "project": ids.PROJECT,
            "projectFlow": ids.ONBOARDING_FLOW,
            "email": EMAIL,
            "phone": PHONE,
            "countryCode": COUNTRY,
            "fullName": "Ana Prueba",
        }
        token = str(self._post("/v2/app-registrations", registering)["data"]["token"])
        by_code = {"validationMethod": "verificationCode"}
        self._post("/v2/email-validations/app-registration", {**by_code, "email": EMAIL}, token)
        number = {"phone": PHONE, "countryCode": COUNTRY, "phoneGateway": "sms"}
        self._post("/v2/phone-validations/app-registration", {**by_code, **number}, token)
        self._post("/v2/document-validations/app-registration", {"image": self.portraits[1]}, token)
        selfie = {"image": self.portraits[0], "os": "DESKTOP"}
        self._post("/v2/biometric-validations/app-registration", selfie, token)
        self._post("/v2/face-recognition/compare/app-registration", {}, token)
        self._post("/v2/biometric-validations/validate", {"image": self.portraits[0]}, self._session())
        self._post("/v2/webhooks", {"name": "hook", "url": self._hook, "isActive": False})
        self._post("/v2/webhooks/test", {"url": self._hook})


def _letters() -> str:
    """A name that nobody has."""
    return f"Copy {uuid.uuid4().hex}".translate(_NO_DIGITS)


def _digits(code: Any) -> str:
    return f"{code:06d}" if isinstance(code, int) else str(code)


_NO_DIGITS = str.maketrans("0123456789", "ghijklmnop")
