"""Pictures that an onboarding keeps. The list is the onboarding's own, one picture is the account's to read."""

from __future__ import annotations

from kiosk.api.envelopes import Page, many, one
from kiosk.api.models.identity_images import IdentityImage, ImageCategory
from kiosk.api.operation import Bearer, Call, Operation, Repeat, Transport
from kiosk.api.resources.checks import known
from kiosk.api.resources.query import given
from kiosk.api.tokens import RegistrationToken

LIST = Operation(
    id="listIdentityImages", method="GET", path="/v2/identity-images", bearer=Bearer.GIVEN, repeat=Repeat.SAFE
)
RETRIEVE = Operation(id="retrieveIdentityImage", method="GET", path="/v2/identity-images/{id}", repeat=Repeat.SAFE)

OPERATIONS: tuple[Operation, ...] = (LIST, RETRIEVE)


class IdentityImages:
    """Calls on kept pictures. Any thread; each call raises :class:`~kiosk.domain.errors.ApiError` and nothing else."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        token: RegistrationToken,
        *,
        category: ImageCategory | str | None = None,
        within_s: float | None = None,
    ) -> Page[IdentityImage]:
        """The pictures of the onboarding that the token belongs to."""
        call = Call(operation=LIST, query=given(category=category), token=token, within_s=within_s)
        return many(self._transport.send(call), IdentityImage)

    def retrieve(self, image: str, *, within_s: float | None = None) -> IdentityImage:
        """One picture."""
        return one(
            self._transport.send(Call(operation=RETRIEVE, at=known(RETRIEVE, "id", image), within_s=within_s)),
            IdentityImage,
        )
