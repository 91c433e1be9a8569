"""Protobuf's wire format, as much of it as an ONNX file needs (protobuf encoding, "Message Structure"). Knows no message."""

from __future__ import annotations

from typing import NamedTuple

NUMBER, EIGHT_BYTES, CONTENT, FOUR_BYTES = 0, 1, 2, 5
"""Wire types: a varint, a fixed length, or a length and as many bytes."""


class Field(NamedTuple):
    """One field of a message: its number and wire type, where its tag begins, and where its content does and ends."""

    number: int
    wire: int
    tag: int
    start: int
    end: int


def fields(data: bytes, message: Field | None = None) -> list[Field]:
    """The fields of one message, of the whole of ``data`` without one.

    Raises:
        ValueError: it is none, or it was cut short.
    """
    at, end = (message.start, message.end) if message is not None else (0, len(data))
    found: list[Field] = []
    while at < end:
        key, start = read_number(data, at)
        wire = key & 7
        if wire == NUMBER:
            _, after = read_number(data, start)
        elif wire == EIGHT_BYTES:
            after = start + 8
        elif wire == CONTENT:
            length, start = read_number(data, start)
            after = start + length
        elif wire == FOUR_BYTES:
            after = start + 4
        else:
            raise ValueError("not a protobuf message")
        if after > end:
            raise ValueError("cut short")
        found.append(Field(key >> 3, wire, at, start, after))
        at = after
    return found


def texts(data: bytes, among: list[Field], number: int) -> list[str]:
    """What the fields of this number say.

    Raises:
        ValueError: not UTF-8.
    """
    return [data[field.start : field.end].decode("utf-8") for field in among if field.number == number]


def read_number(data: bytes, at: int) -> tuple[int, int]:
    """A varint, and where the next thing begins.

    Raises:
        ValueError: it is none, or it was cut short.
    """
    if at < len(data) and data[at] < 0x80:  # nearly all of them
        return data[at], at + 1
    value = shift = 0
    while at < len(data):
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
        if shift > 63:
            raise ValueError("not a protobuf message")
    raise ValueError("cut short")


def integer(number: int, value: int) -> bytes:
    """A field with a number that is not negative."""
    return tag(number, NUMBER) + _varint(value)


def text(number: int, value: str) -> bytes:
    """A field with words."""
    return message(number, value.encode("utf-8"))


def message(number: int, content: bytes) -> bytes:
    """A field with a message, or with bytes."""
    return tag(number, CONTENT) + _varint(len(content)) + content


def tag(number: int, wire: int) -> bytes:
    """What stands before a field's content."""
    return _varint(number << 3 | wire)


def _varint(value: int) -> bytes:
    """Numbers that are not negative only; nothing here is."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
