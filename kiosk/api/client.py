"""The client: one transport, one attribute a resource. Makes no decisions and keeps no state of its own."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from kiosk.api.resources.account import Account
from kiosk.api.resources.app_logins import AppLogins
from kiosk.api.resources.app_registrations import AppRegistrations
from kiosk.api.resources.auth import Auth
from kiosk.api.resources.biometric_validations import BiometricValidations
from kiosk.api.resources.collections import Collections
from kiosk.api.resources.credits import Credits
from kiosk.api.resources.document_validations import DocumentValidations
from kiosk.api.resources.email_validations import EmailValidations
from kiosk.api.resources.face import Face
from kiosk.api.resources.identity_images import IdentityImages
from kiosk.api.resources.persons import Persons
from kiosk.api.resources.phone_validations import PhoneValidations
from kiosk.api.resources.project_flows import ProjectFlows
from kiosk.api.resources.projects import Projects
from kiosk.api.resources.seed_persons import SeedPersons
from kiosk.api.resources.webhooks import Webhooks

if TYPE_CHECKING:
    from kiosk.api.operation import Transport


class VerifikClient:
    """Every resource of the service over one transport. Any thread, as far as the transport allows it."""

    def __init__(self, transport: Transport) -> None:
        """Over this transport; who made it closes it."""
        self.transport = transport

    @cached_property
    def auth(self) -> Auth:
        """Operations of this resource."""
        return Auth(self.transport)

    @cached_property
    def persons(self) -> Persons:
        """Operations of this resource."""
        return Persons(self.transport)

    @cached_property
    def seed_persons(self) -> SeedPersons:
        """Operations of this resource."""
        return SeedPersons(self.transport)

    @cached_property
    def biometric_validations(self) -> BiometricValidations:
        """Operations of this resource."""
        return BiometricValidations(self.transport)

    @cached_property
    def face(self) -> Face:
        """Operations of this resource."""
        return Face(self.transport)

    @cached_property
    def collections(self) -> Collections:
        """Operations of this resource."""
        return Collections(self.transport)

    @cached_property
    def projects(self) -> Projects:
        """Operations of this resource."""
        return Projects(self.transport)

    @cached_property
    def project_flows(self) -> ProjectFlows:
        """Operations of this resource."""
        return ProjectFlows(self.transport)

    @cached_property
    def app_logins(self) -> AppLogins:
        """Operations of this resource."""
        return AppLogins(self.transport)

    @cached_property
    def app_registrations(self) -> AppRegistrations:
        """Operations of this resource."""
        return AppRegistrations(self.transport)

    @cached_property
    def identity_images(self) -> IdentityImages:
        """Operations of this resource."""
        return IdentityImages(self.transport)

    @cached_property
    def document_validations(self) -> DocumentValidations:
        """Operations of this resource."""
        return DocumentValidations(self.transport)

    @cached_property
    def email_validations(self) -> EmailValidations:
        """Operations of this resource."""
        return EmailValidations(self.transport)

    @cached_property
    def phone_validations(self) -> PhoneValidations:
        """Operations of this resource."""
        return PhoneValidations(self.transport)

    @cached_property
    def webhooks(self) -> Webhooks:
        """Operations of this resource."""
        return Webhooks(self.transport)

    @cached_property
    def credits(self) -> Credits:
        """Operations of this resource."""
        return Credits(self.transport)

    @cached_property
    def account(self) -> Account:
        """Operations of this resource."""
        return Account(self.transport)
