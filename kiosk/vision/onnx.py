"""The one place that makes onnxruntime sessions. Arrays in, arrays out; no onnxruntime type or exception leaves this module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kiosk.domain.errors import Code, ModelError

TINY = 1e-20
"""Weights smaller than this are set to zero when a network is loaded, see :func:`without_tiny_weights`."""


class Network:
    """One ONNX network with one float32 input and one float32 output. Made and used on one thread.

    Args:
        path: of the file, whose hash was checked.
        name: for messages.
        threads: that one call may use.

    Raises:
        ModelError: ``library_missing`` without onnxruntime, ``model_broken`` for a file that it cannot load.
    """

    def __init__(self, path: Path, *, name: str, threads: int = 1) -> None:
        runtime = _runtime()
        options = runtime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.execution_mode = runtime.ExecutionMode.ORT_SEQUENTIAL
        options.log_severity_level = 3
        # A helper thread that spins between calls takes the core that the tracker and the window need.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self.name = name
        try:
            weights = without_tiny_weights(path.read_bytes())
            self._session = runtime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
        except _failures() as error:
            raise ModelError(Code.MODEL_BROKEN, f"{name}: {_short(error)}") from error
        self._input = str(self._session.get_inputs()[0].name)

    def run(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        """Outputs (1, n) of one input (1, channels, height, width).

        Raises:
            ModelError: ``model_broken``.
        """
        try:
            outputs = self._session.run(None, {self._input: batch})
        except _failures() as error:
            raise ModelError(Code.MODEL_BROKEN, f"{self.name}: {_short(error)}") from error
        return np.asarray(outputs[0], dtype=np.float32)


def _runtime() -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        raise ModelError(Code.LIBRARY_MISSING, f"onnxruntime: {_short(error)}") from error
    return onnxruntime


def _failures() -> tuple[type[Exception], ...]:
    """What loading and running can raise. The classes of onnxruntime share no base but Exception."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    found = (getattr(state, name) for name in dir(state))
    own = tuple(c for c in found if isinstance(c, type) and issubclass(c, Exception))
    return (OSError, ValueError, RuntimeError, *own)


def _short(error: Exception) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__


def without_tiny_weights(model: bytes) -> bytes:
    """The same ONNX file with every float32 weight below :data:`TINY` set to zero.

    15 % of the embedding network's weights lie between 1e-20 and 1e-45, remains of its training. They change no digit of
    the result but make subnormal numbers, which the processor computes 20 times slower: measured 103 ms a call as shipped,
    15 ms without. onnxruntime's own ``session.set_denormal_as_zero`` does the same only on the thread that made the
    process's first session.

    Raises:
        ValueError: not an ONNX file.
    """
    edited = bytearray(model)
    try:
        for start, end in _float_weights(edited):
            values = np.frombuffer(edited, dtype="<f4", count=(end - start) // 4, offset=start)
            values[np.abs(values) < TINY] = 0.0
    except IndexError as error:
        raise ValueError("cut short") from error
    return bytes(edited)


_GRAPH, _INITIALIZER = 7, 5  # ModelProto.graph, GraphProto.initializer
_DATA_TYPE, _FLOAT_DATA, _RAW_DATA = 2, 4, 9  # of TensorProto
_FLOAT32 = 1


def _float_weights(model: bytearray) -> Iterator[tuple[int, int]]:
    """Byte ranges of all float32 tensors stored in the file."""
    for graph, start, end in _fields(model, 0, len(model)):
        if graph != _GRAPH:
            continue
        for field, first, last in _fields(model, start, end):
            if field == _INITIALIZER:
                yield from _tensor(model, first, last)


def _tensor(model: bytearray, start: int, end: int) -> Iterator[tuple[int, int]]:
    kind = 0
    ranges = []
    for field, first, last in _fields(model, start, end):
        if field == _DATA_TYPE:
            kind, _ = _varint(model, first)
        elif field in {_FLOAT_DATA, _RAW_DATA}:
            ranges.append((first, last))
    if kind == _FLOAT32:
        yield from ranges


def _fields(model: bytearray, at: int, end: int) -> Iterator[tuple[int, int, int]]:
    """(number, start, end) of every field of one protobuf message (protobuf encoding, "Message Structure")."""
    while at < end:
        tag, at = _varint(model, at)
        wire = tag & 7
        if wire == 0:
            _, after = _varint(model, at)
        elif wire == 1:
            after = at + 8
        elif wire == 2:
            length, at = _varint(model, at)
            after = at + length
        elif wire == 5:
            after = at + 4
        else:
            raise ValueError("not a protobuf message")
        if after > end:
            raise ValueError("cut short")
        yield tag >> 3, at, after
        at = after


def _varint(model: bytearray, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = model[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
        if shift > 63:
            raise ValueError("not a protobuf message")
