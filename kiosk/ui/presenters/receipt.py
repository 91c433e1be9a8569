"""A receipt in words, for the screen and for the PDF. Names nobody and shows no whole document number."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.receipt import Receipt
from kiosk.ui.dates import shown
from kiosk.ui.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeView:
    """One QR code: its text and what it is; ``note`` may be empty."""

    text: str
    name: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptView:
    """Lines and codes, in this order. ``status`` says what became of the file; ``save`` is empty once it is there."""

    title: str
    lines: tuple[str, ...]
    withdraw: str
    codes: tuple[CodeView, ...]
    save: str
    status: str


def present(receipt: Receipt, text: Text) -> ReceiptView:
    """Everything the person should know later."""
    lines = [
        text.get("receipt.station", station=receipt.station),
        text.get("receipt.given", date=shown(receipt.given_at[:10], text), consent=receipt.consent),
        text.get("receipt.kept_days", days=receipt.retention_days)
        if receipt.retention_days > 0
        else text.get("receipt.kept"),
    ]
    if receipt.document_end:
        lines.append(text.get("receipt.document", end=receipt.document_end))
    codes = [CodeView(text=receipt.code, name=text.get("receipt.qr_receipt"))]
    if receipt.pass_number:
        lines.append(text.get("receipt.pass", number=receipt.pass_number))
    if receipt.pass_code:
        codes.append(
            CodeView(text=receipt.pass_code, name=text.get("receipt.qr_pass"), note=text.get("receipt.pass_keep"))
        )
    lines.append(text.get("receipt.number", number=str(receipt.person)))
    return ReceiptView(
        title=text.get("receipt.title"),
        lines=tuple(lines),
        withdraw=text.get("receipt.withdraw"),
        codes=tuple(codes),
        save="" if receipt.saved_as else text.get("button.save_receipt"),
        status=_status(receipt, text),
    )


def _status(receipt: Receipt, text: Text) -> str:
    if receipt.saved_as:
        return text.get("receipt.saved", name=receipt.saved_as)
    return text.get("receipt.failed") if receipt.failed else ""
