"""From a MiniFASNet state dict to ONNX. The graph follows from the names and shapes of the weights.

The family is a narrow MobileFaceNet (Chen et al. 2018): a first convolution, bottlenecks of three convolutions (widen,
depth-wise 3x3, narrow), some with a shortcut and some with squeeze-and-excitation (Hu et al. 2018), a depth-wise convolution
over what is left of the picture, and two fully connected layers. Names of its weights: minivision-ai/Silent-Face-Anti-Spoofing
(Apache-2.0), whose weights these are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kiosk.vision.minifas.onnx_file import Graph
from kiosk.vision.minifas.state_dict import NotAStateDict, Tensor, read_state_dict

SIZE = 80
"""Side of the square input, pixels."""

CLASSES = 3

_EPSILON = 1e-5
_HALVING = ("conv_23", "conv_34", "conv_45")
"""Bottlenecks that halve the picture; they have no shortcut."""

_STAGES = ("conv_23", "conv_3", "conv_34", "conv_4", "conv_45", "conv_5")


def convert(data: bytes) -> bytes:
    """The ONNX file of a state dict: input ``picture`` (1, 3, 80, 80) BGR 0..255, output (1, 3) logits, class 1 bona fide.

    Raises:
        NotAStateDict: the bytes are no state dict of this family.
    """
    weights = read_state_dict(data)
    try:
        return _Builder(weights).build()
    except KeyError as error:
        raise NotAStateDict(f"no MiniFASNet: {error.args[0]} is missing") from error


@dataclass(slots=True)
class _Builder:
    weights: dict[str, Tensor]
    graph: Graph

    def __init__(self, weights: dict[str, Tensor]) -> None:
        self.weights = weights
        self.graph = Graph("minifasnet")

    def build(self) -> bytes:
        value = self._unit("picture", "conv1", stride=2)
        value = self._unit(value, "conv2_dw")
        for stage in _STAGES:
            for block in self._blocks(stage):
                value = self._bottleneck(value, block, stride=2 if stage in _HALVING else 1)
        value = self._unit(value, "conv_6_sep")
        value = self._unit(value, "conv_6_dw", padding=0)
        value = self.graph.node("Flatten", [value], axis=1)
        value = self._dense(value, "linear")
        value = self._normalised(value, "bn")
        value = self._dense(value, "prob")
        return self.graph.to_bytes(reads="picture", shape=(1, 3, SIZE, SIZE), gives=value, out_shape=(1, CLASSES))

    def _blocks(self, stage: str) -> list[str]:
        """Names of the bottlenecks of a stage: itself, or those of its list."""
        if f"{stage}.conv.conv.weight" in self.weights:
            return [stage]
        pattern = re.compile(rf"{stage}\.model\.(\d+)\.conv\.conv\.weight")
        found = [int(match[1]) for match in map(pattern.fullmatch, self.weights) if match]
        if not found:
            raise KeyError(stage)
        return [f"{stage}.model.{index}" for index in sorted(found)]

    def _bottleneck(self, value: str, name: str, *, stride: int) -> str:
        inner = self._unit(value, f"{name}.conv")
        inner = self._unit(inner, f"{name}.conv_dw", stride=stride)
        inner = self._unit(inner, f"{name}.project")
        if stride != 1:
            return inner
        if f"{name}.se_module.fc1.weight" in self.weights:
            inner = self._excited(inner, f"{name}.se_module")
        return self.graph.node("Add", [value, inner])

    def _excited(self, value: str, name: str) -> str:
        """Squeeze-and-excitation: channels weighed by what the whole picture says of them."""
        inner = self.graph.node("GlobalAveragePool", [value])
        inner = self._normalised(self._convolved(inner, f"{name}.fc1"), f"{name}.bn1")
        inner = self.graph.node("Relu", [inner])
        inner = self._normalised(self._convolved(inner, f"{name}.fc2"), f"{name}.bn2")
        return self.graph.node("Mul", [value, self.graph.node("Sigmoid", [inner])])

    def _unit(self, value: str, name: str, *, stride: int = 1, padding: int | None = None) -> str:
        """Convolution, normalisation and, where the file has one, PReLU."""
        value = self._normalised(self._convolved(value, f"{name}.conv", stride=stride, padding=padding), f"{name}.bn")
        slopes = f"{name}.prelu.weight"
        if slopes not in self.weights:
            return value
        count = self.weights[slopes].shape[0]
        return self.graph.node("PRelu", [value, self._weight(slopes, shape=(count, 1, 1))])

    def _convolved(self, value: str, name: str, *, stride: int = 1, padding: int | None = None) -> str:
        """A convolution without bias; one whose filters read a single channel is depth-wise."""
        outputs, inputs, side, _ = self.weights[f"{name}.weight"].shape
        around = side // 2 if padding is None else padding
        return self.graph.node(
            "Conv",
            [value, self._weight(f"{name}.weight")],
            group=outputs if inputs == 1 and side > 1 else 1,
            kernel_shape=(side, side),
            pads=(around,) * 4,
            strides=(stride, stride),
        )

    def _normalised(self, value: str, name: str) -> str:
        parts = [self._weight(f"{name}.{part}") for part in ("weight", "bias", "running_mean", "running_var")]
        return self.graph.node("BatchNormalization", [value, *parts], epsilon=_EPSILON)

    def _dense(self, value: str, name: str) -> str:
        return self.graph.node("Gemm", [value, self._weight(f"{name}.weight")], transB=1)

    def _weight(self, name: str, *, shape: tuple[int, ...] | None = None) -> str:
        tensor = self.weights[name]
        return self.graph.weight(name, tensor if shape is None else Tensor(shape, tensor.raw))
