"""What an enrolment desk is made of, from settings. Imports nothing heavy: every part does when it is first used."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.station.front_desk import DeskParts

if TYPE_CHECKING:
    from kiosk.domain.person import Details
    from kiosk.domain.ports import Passes, Store
    from kiosk.domain.receipt import Receipt
    from kiosk.profile import Profile
    from kiosk.settings import Settings
    from kiosk.station.front_desk import DocumentReader
    from kiosk.station.snapshot import Sending

RECEIPTS = "receipts"
"""Folder of the profile."""


def desk_parts(
    settings: Settings, profile: Profile, *, passes: Callable[[Store], Passes | None], account: bool
) -> DeskParts:
    """The desk of this station.

    Args:
        passes: see :class:`~kiosk.station.building.Building`.
        account: there is one, so something will be sent.
    """

    def make_reader() -> DocumentReader:
        from kiosk.vision.document.reader import DocumentReader as Reader

        return Reader()

    def preview(details: Details, image: bytes) -> Sending:
        return _preview(settings, details, image)

    def write_receipt(receipt: Receipt) -> str:
        from kiosk.ui.presenters.receipt import present
        from kiosk.ui.receipt_pdf import write
        from kiosk.ui.text import Text

        name = f"receipt-{receipt.person}.pdf"
        write(present(receipt, Text(settings.ui.language)), profile.root / RECEIPTS / name)
        return name

    return DeskParts(
        make_reader=make_reader,
        preview=preview if account else None,
        write_receipt=write_receipt,
        passes=passes,
        station=settings.station.name,
        retention_days=settings.store.retention_days,
    )


def _preview(settings: Settings, details: Details, image: bytes) -> Sending:
    """Made from the very request: the fields that would go out, had this been saved."""
    from urllib.parse import urlsplit

    from kiosk.api.dialects import Dialect
    from kiosk.api.preview import will_send
    from kiosk.domain.outbox import Action, Cargo
    from kiosk.domain.person import Person, PersonId
    from kiosk.station.snapshot import Sending

    person = Person(id=PersonId("preview"), details=details, face_image=image)
    fields = will_send(Action.CREATE_PERSON, Cargo(person=person), Dialect(settings.api.dialect.value))
    account = urlsplit(settings.api.base_url).hostname or ""
    return Sending(account, tuple((field.name, field.image_bytes) for field in fields))
