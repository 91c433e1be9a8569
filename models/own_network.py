"""Our own liveness network: depth-wise separable convolutions, 128x128 BGR 0..255 in, two logits out; and its ONNX form.

About 160,000 weights and 31 million multiplications a picture. The network is written as ONNX by the kiosk's own small writer,
with normalisation folded into the convolutions, so the file is the same for the same weights whatever exporter is installed.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from kiosk.vision.minifas.onnx_file import Graph
from kiosk.vision.minifas.state_dict import Tensor

SIZE = 128
MIDDLE, SPREAD = 127.5, 64.0
STEM, STEM_SIDE, STEM_STRIDE = 32, 7, 4
BLOCKS = (
    (64, 1),
    (96, 2),
    (96, 1),
    (160, 2),
    (160, 1),
    (160, 1),
)
"""(channels, stride) of each block; one that changes neither has a shortcut."""

DROP = 0.2


class Block(nn.Module):
    """Depth-wise 3x3, then 1x1."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.stride, self.shortcut = stride, inputs == outputs and stride == 1
        self.deep = nn.Conv2d(inputs, inputs, 3, stride, 1, groups=inputs, bias=False)
        self.deep_norm = nn.BatchNorm2d(inputs)
        self.wide = nn.Conv2d(inputs, outputs, 1, bias=False)
        self.wide_norm = nn.BatchNorm2d(outputs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(n, inputs, h, w) to (n, outputs, h / stride, w / stride)."""
        y = functional.relu(self.deep_norm(self.deep(x)))
        y = functional.relu(self.wide_norm(self.wide(y)))
        return x + y if self.shortcut else y


class OwnNetwork(nn.Module):
    """Logit of bona fide for each picture."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, STEM, STEM_SIDE, STEM_STRIDE, STEM_SIDE // 2, bias=False)
        self.stem_norm = nn.BatchNorm2d(STEM)
        widths = [STEM, *(outputs for outputs, _ in BLOCKS)]
        self.blocks = nn.ModuleList(
            Block(inputs, outputs, stride) for inputs, (outputs, stride) in zip(widths, BLOCKS, strict=False)
        )
        self.head = nn.Linear(widths[-1], 1)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """(n, 3, 128, 128) BGR 0..255 to (n,)."""
        x = (pictures - MIDDLE) / SPREAD
        x = functional.relu(self.stem_norm(self.stem(x)))
        for block in self.blocks:
            x = block(x)
        x = functional.dropout(x.mean(dim=(2, 3)), DROP, self.training)
        return self.head(x)[:, 0]


def to_onnx(network: OwnNetwork) -> bytes:
    """The file: input ``picture`` (1, 3, 128, 128), output (1, 2), class 0 bona fide."""
    graph = Graph("own_liveness")
    middle = graph.weight("middle", _tensor(np.full((1, 1, 1, 1), MIDDLE)))
    spread = graph.weight("spread", _tensor(np.full((1, 1, 1, 1), SPREAD)))
    x = graph.node("Div", [graph.node("Sub", ["picture", middle]), spread])
    x = _convolved(graph, x, "stem", network.stem, network.stem_norm)
    for number, block in enumerate(network.blocks):
        y = _convolved(graph, x, f"{number}.deep", block.deep, block.deep_norm)
        y = _convolved(graph, y, f"{number}.wide", block.wide, block.wide_norm)
        x = graph.node("Add", [x, y]) if block.shortcut else y
    x = graph.node("Flatten", [graph.node("GlobalAveragePool", [x])], axis=1)
    # One logit as two of opposite sign: softmax over them is its sigmoid.
    weight = network.head.weight.detach().numpy() / 2
    bias = network.head.bias.detach().numpy() / 2
    weight_name = graph.weight("head.weight", _tensor(np.concatenate([weight, -weight])))
    bias_name = graph.weight("head.bias", _tensor(np.concatenate([bias, -bias])))
    x = graph.node("Gemm", [x, weight_name, bias_name], transB=1)
    return graph.to_bytes(reads="picture", shape=(1, 3, SIZE, SIZE), gives=x, out_shape=(1, 2))


def _convolved(graph: Graph, x: str, name: str, layer: nn.Conv2d, norm: nn.BatchNorm2d) -> str:
    """Convolution with its normalisation folded in, then ReLU."""
    gain = (norm.weight / torch.sqrt(norm.running_var + norm.eps)).detach().double()
    weight = (layer.weight.detach().double() * gain[:, None, None, None]).numpy()
    bias = (norm.bias.detach().double() - norm.running_mean.double() * gain).numpy()
    names = [graph.weight(f"{name}.weight", _tensor(weight)), graph.weight(f"{name}.bias", _tensor(bias))]
    side, stride = layer.kernel_size[0], layer.stride[0]
    y = graph.node(
        "Conv",
        [x, *names],
        group=layer.groups,
        kernel_shape=(side, side),
        pads=(side // 2,) * 4,
        strides=(stride, stride),
    )
    return graph.node("Relu", [y])


def _tensor(values: np.ndarray) -> Tensor:
    return Tensor(tuple(values.shape), np.ascontiguousarray(values, dtype="<f4").tobytes())
