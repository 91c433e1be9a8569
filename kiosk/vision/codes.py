"""QR codes in a picture, by ZXing. Any thread; keeps nothing. Says nothing about what a code means."""

from __future__ import annotations

from kiosk.domain.face import Pixels


class QrReader:
    """Loads the library when made."""

    def __init__(self) -> None:
        """Takes some milliseconds, once."""
        import zxingcpp

        self._read = zxingcpp.read_barcodes
        self._only = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)

    def __call__(self, pixels: Pixels, /) -> tuple[str, ...]:
        """The texts of the QR codes in a picture.

        Args:
            pixels: height x width x 3, BGR.
        """
        return tuple(found.text for found in self._read(pixels, formats=self._only) if found.valid)
