"""Reads a PyTorch state dict in the older of its two file forms, without PyTorch. Runs nothing that the file names.

The form (``torch.save`` before version 1.6): pickles of a magic number, a version, facts about the machine, the dict with a
mark in place of each storage, and the storages' keys; then for each key a count (int64) and the raw numbers.
"""

from __future__ import annotations

import io
import pickle
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MAGIC = 0x1950A86A20F9469CFC6C
VERSION = 1001

_ITEM_BYTES = {"FloatStorage": 4, "LongStorage": 8}


class NotAStateDict(ValueError):
    """The bytes are something else, or a state dict of another form."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """Weights. ``raw`` is float32, little endian, in C order."""

    shape: tuple[int, ...]
    raw: bytes


@dataclass(frozen=True, slots=True)
class _Storage:
    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class _View:
    """A tensor before the numbers are there."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]


def read_state_dict(data: bytes) -> dict[str, Tensor]:
    """All float32 tensors by name, without the prefix ``module.``; counters are left out.

    Raises:
        NotAStateDict: broken, cut short, or of another form.
    """
    try:
        return _read(io.BytesIO(data))
    except NotAStateDict:
        raise
    except Exception as error:  # a broken pickle can raise anything; the caller gets one kind
        raise NotAStateDict(f"broken: {type(error).__name__}") from error


def _read(stream: io.BytesIO) -> dict[str, Tensor]:
    if (_unpickle(stream), _unpickle(stream)) != (MAGIC, VERSION):
        raise NotAStateDict("not a PyTorch file of the older form")
    _unpickle(stream)  # sizes of numbers on the machine that wrote it
    found = _unpickle(stream)
    keys = _unpickle(stream)
    if not isinstance(found, Mapping) or not isinstance(keys, list):
        raise NotAStateDict("holds no dict of tensors")
    views = {str(name).removeprefix("module."): view for name, view in found.items() if isinstance(view, _View)}
    kinds = {view.storage.key: view.storage.kind for view in views.values()}
    storages = {key: _numbers(stream, _ITEM_BYTES[kinds[key]]) for key in keys}
    return {n: _tensor(v, storages[v.storage.key]) for n, v in views.items() if v.storage.kind == "FloatStorage"}


def _unpickle(stream: io.BytesIO) -> Any:
    return _Reader(stream).load()


class _Reader(pickle.Unpickler):
    """Builds dicts and views and nothing else: every other name in the file is refused."""

    def find_class(self, module: str, name: str) -> Any:
        match module, name:
            case "collections", "OrderedDict":
                return OrderedDict
            case "torch._utils", "_rebuild_tensor_v2":
                return _rebuilt
            case "torch", ("FloatStorage" | "LongStorage"):
                return name
            case _:
                raise NotAStateDict(f"names {module}.{name}, which a state dict does not hold")

    def persistent_load(self, pid: Any) -> _Storage:
        # ("storage", kind, key, device, count of numbers, view of another storage)
        if not isinstance(pid, tuple) or len(pid) != 6 or pid[0] != "storage" or pid[5] is not None:
            raise NotAStateDict("an unknown kind of reference")
        return _Storage(str(pid[1]), str(pid[2]))


def _rebuilt(storage: _Storage, offset: int, shape: tuple[int, ...], stride: tuple[int, ...], *_: object) -> _View:
    expected = 1
    for length, step in zip(reversed(shape), reversed(stride), strict=True):
        if length != 1 and step != expected:
            raise NotAStateDict("a tensor that is not in C order")
        expected *= length
    return _View(storage, offset, shape)


def _numbers(stream: io.BytesIO, item_bytes: int) -> bytes:
    count = int.from_bytes(stream.read(8), "little", signed=True)
    raw = stream.read(count * item_bytes) if count >= 0 else b""
    if count < 0 or len(raw) != count * item_bytes:
        raise NotAStateDict("cut short")
    return raw


def _tensor(view: _View, raw: bytes) -> Tensor:
    count = 1
    for length in view.shape:
        count *= length
    part = raw[view.offset * 4 : (view.offset + count) * 4]
    if len(part) != count * 4:
        raise NotAStateDict("a tensor that reaches beyond its storage")
    return Tensor(view.shape, part)
