"""The one place that makes onnxruntime sessions. Arrays in, arrays out; no onnxruntime type or exception leaves this module."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kiosk.domain.errors import Code, ModelError
from kiosk.vision.quick import prepared


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
            model = prepared(path.read_bytes())
            self._session = runtime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
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
