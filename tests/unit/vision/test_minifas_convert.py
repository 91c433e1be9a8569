"""State dicts become ONNX without PyTorch: the same bytes each time, and nothing that the file names is ever run."""

from __future__ import annotations

import hashlib
import pickle
import struct
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kiosk.domain.errors import ModelError
from kiosk.vision.manifest import Conversion, Published, load_manifest
from kiosk.vision.minifas.convert import SIZE, convert
from kiosk.vision.minifas.state_dict import MAGIC, VERSION, NotAStateDict, Tensor, read_state_dict
from kiosk.vision.models import ModelFiles
from kiosk.vision.onnx import Network

WIDTH = 4
"""Channels of the small networks made here; the real ones have up to 512."""

MACHINE = {"protocol_version": VERSION, "little_endian": True}


class _Global:
    """Pickles as a name of another module with arguments, as PyTorch writes its tensors."""

    def __init__(self, module: str, name: str, arguments: tuple[Any, ...]) -> None:
        self.written = (module, name, arguments)


class _Kind:
    """Pickles as the bare name of a class of torch."""

    def __init__(self, name: str) -> None:
        self.name = name


class _Mark:
    """Stands for a storage; the pickler writes it as a persistent id."""

    def __init__(self, pid: tuple[Any, ...]) -> None:
        self.pid = pid


class _Writer(pickle._Pickler):
    """Writes what :class:`_Global` and :class:`_Kind` say without importing the modules that they name."""

    def persistent_id(self, obj: object) -> object:
        return obj.pid if isinstance(obj, _Mark) else None

    def save(self, obj: Any, save_persistent_id: bool = True) -> None:
        match obj:
            case _Global():
                module, name, arguments = obj.written
                self.write(f"c{module}\n{name}\n".encode())
                self.save(arguments)
                self.write(pickle.REDUCE)
            case _Kind():
                self.write(f"ctorch\n{obj.name}\n".encode())
            case _:
                super().save(obj, save_persistent_id)


def _pickled(value: object) -> bytes:
    import io

    out = io.BytesIO()
    _Writer(out, protocol=2).dump(value)
    return out.getvalue()


def _tensor_mark(key: str, shape: tuple[int, ...], stride: tuple[int, ...] | None = None) -> _Global:
    count = int(np.prod(shape))
    steps = stride or tuple(int(np.prod(shape[index + 1 :])) for index in range(len(shape)))
    storage = _Mark(("storage", _Kind("FloatStorage"), key, "cpu", count, None))
    return _Global("torch._utils", "_rebuild_tensor_v2", (storage, 0, shape, steps, False, OrderedDict()))


def _file(shapes: dict[str, tuple[int, ...]], *, seed: int = 0) -> bytes:
    """A state dict as PyTorch wrote it before version 1.6."""
    rng = np.random.default_rng(seed)
    marks: OrderedDict[str, object] = OrderedDict(
        (f"module.{name}", _tensor_mark(str(index), shape)) for index, (name, shape) in enumerate(shapes.items())
    )
    keys = [str(index) for index in range(len(shapes))]
    raw = b""
    for name, shape in shapes.items():
        values = rng.normal(0, 0.3, int(np.prod(shape))).astype("<f4")
        if name.endswith("running_var"):
            values = np.abs(values) + 0.5
        raw += struct.pack("<q", values.size) + values.astype("<f4").tobytes()
    return b"".join(map(_pickled, (MAGIC, VERSION, MACHINE, marks, keys))) + raw


def _normal(name: str, count: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.{part}": (count,) for part in ("weight", "bias", "running_mean", "running_var")}


def _unit(name: str, shape: tuple[int, ...], *, prelu: bool = True) -> dict[str, tuple[int, ...]]:
    unit = {f"{name}.conv.weight": shape, **_normal(f"{name}.bn", shape[0])}
    return {**unit, f"{name}.prelu.weight": (shape[0],)} if prelu else unit


def _neck(name: str) -> dict[str, tuple[int, ...]]:
    return {
        **_unit(f"{name}.conv", (WIDTH, WIDTH, 1, 1)),
        **_unit(f"{name}.conv_dw", (WIDTH, 1, 3, 3)),
        **_unit(f"{name}.project", (WIDTH, WIDTH, 1, 1), prelu=False),
    }


def _small_network() -> dict[str, tuple[int, ...]]:
    """The family's names with four channels everywhere."""
    excited = {
        "conv_5.model.0.se_module.fc1.weight": (2, WIDTH, 1, 1),
        **_normal("conv_5.model.0.se_module.bn1", 2),
        "conv_5.model.0.se_module.fc2.weight": (WIDTH, 2, 1, 1),
        **_normal("conv_5.model.0.se_module.bn2", WIDTH),
    }
    return {
        **_unit("conv1", (WIDTH, 3, 3, 3)),
        **_unit("conv2_dw", (WIDTH, 1, 3, 3)),
        **_neck("conv_23"),
        **_neck("conv_3.model.0"),
        **_neck("conv_3.model.1"),
        **_neck("conv_34"),
        **_neck("conv_4.model.0"),
        **_neck("conv_45"),
        **_neck("conv_5.model.0"),
        **excited,
        **_unit("conv_6_sep", (WIDTH, WIDTH, 1, 1)),
        **_unit("conv_6_dw", (WIDTH, 1, 5, 5), prelu=False),
        "linear.weight": (WIDTH, WIDTH),
        **_normal("bn", WIDTH),
        "prob.weight": (3, WIDTH),
    }


def test_tensors_are_read_by_name_without_torch() -> None:
    found = read_state_dict(_file({"a.weight": (2, 3), "b": (4,)}))
    assert {name: tensor.shape for name, tensor in found.items()} == {"a.weight": (2, 3), "b": (4,)}
    assert len(found["a.weight"].raw) == 24


def test_a_file_that_names_anything_else_is_refused_before_it_is_run(tmp_path: Path) -> None:
    trap = tmp_path / "ran"
    evil = _Global("pathlib", "Path.touch", (str(trap),))
    opened = _Global("builtins", "open", (str(trap), "w"))
    for value in (evil, opened, _Global("os", "system", (f"touch {trap}",))):
        data = b"".join(map(_pickled, (MAGIC, VERSION, MACHINE, {"module.a": value}, [])))
        with pytest.raises(NotAStateDict, match="names"):
            read_state_dict(data)
    assert not trap.exists()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04 a zip, which is the newer form",
        _pickled("something else") + _pickled(1001),
        _pickled(MAGIC) + _pickled(1002),
        _file({"a": (4,)})[:-1],
        b"".join(map(_pickled, (MAGIC, VERSION, MACHINE, "no dict", []))),
        b"".join(map(_pickled, (MAGIC, VERSION, MACHINE, {"a": _tensor_mark("0", (2, 3), (1, 2))}, ["0"])))
        + b"\0" * 32,
    ],
    ids=["nothing", "newer form", "other magic", "other version", "cut short", "no dict", "turned tensor"],
)
def test_anything_else_is_no_state_dict(data: bytes) -> None:
    with pytest.raises(NotAStateDict):
        read_state_dict(data)


def test_another_network_is_named_by_what_it_lacks() -> None:
    shapes = _small_network()
    del shapes["prob.weight"]
    with pytest.raises(NotAStateDict, match=r"prob\.weight is missing"):
        convert(_file(shapes))


def test_the_same_weights_are_always_the_same_bytes() -> None:
    data = _file(_small_network())
    assert convert(data) == convert(data)
    assert convert(data) != convert(_file(_small_network(), seed=1))


def test_the_made_file_computes_what_its_weights_say(tmp_path: Path) -> None:
    data = _file(_small_network(), seed=3)
    path = tmp_path / "small.onnx"
    path.write_bytes(convert(data))
    picture = np.random.default_rng(0).uniform(0, 255, (1, 3, SIZE, SIZE)).astype(np.float32)
    outputs = Network(path, name="small").run(picture)[0]
    assert outputs == pytest.approx(_by_hand(read_state_dict(data), picture[0]), rel=1e-3, abs=1e-3)


def _by_hand(weights: dict[str, Tensor], x: np.ndarray) -> np.ndarray:
    """The same network in numpy, written from the description of the family."""
    w = {name: np.frombuffer(t.raw, "<f4").reshape(t.shape).astype(np.float64) for name, t in weights.items()}

    def conv(x: np.ndarray, name: str, stride: int = 1, pad: int | None = None) -> np.ndarray:
        kernel = w[name]
        side = kernel.shape[2]
        around = side // 2 if pad is None else pad
        padded = np.pad(x, ((0, 0), (around, around), (around, around)))
        views = np.lib.stride_tricks.sliding_window_view(padded, (side, side), axis=(1, 2))[:, ::stride, ::stride]
        if kernel.shape[1] == 1 and side > 1:
            return np.einsum("chwij,cij->chw", views, kernel[:, 0])
        return np.einsum("chwij,ocij->ohw", views, kernel)

    def norm(x: np.ndarray, name: str) -> np.ndarray:
        shape = (-1,) + (1,) * (x.ndim - 1)
        gain, bias, mean, var = (
            w[f"{name}.{p}"].reshape(shape) for p in ("weight", "bias", "running_mean", "running_var")
        )
        return (x - mean) / np.sqrt(var + 1e-5) * gain + bias

    def unit(x: np.ndarray, name: str, stride: int = 1, pad: int | None = None) -> np.ndarray:
        x = norm(conv(x, f"{name}.conv.weight", stride, pad), f"{name}.bn")
        slopes = w.get(f"{name}.prelu.weight")
        return x if slopes is None else np.where(x > 0, x, x * slopes[:, None, None])

    def neck(x: np.ndarray, name: str, stride: int) -> np.ndarray:
        y = unit(unit(unit(x, f"{name}.conv"), f"{name}.conv_dw", stride), f"{name}.project")
        if f"{name}.se_module.fc1.weight" in w:
            z = y.mean(axis=(1, 2), keepdims=True)
            z = np.maximum(norm(conv(z, f"{name}.se_module.fc1.weight"), f"{name}.se_module.bn1"), 0)
            z = norm(conv(z, f"{name}.se_module.fc2.weight"), f"{name}.se_module.bn2")
            y = y / (1 + np.exp(-z))
        return y if stride == 2 else x + y

    x = unit(unit(x.astype(np.float64), "conv1", 2), "conv2_dw")
    for name, stride in (
        ("conv_23", 2),
        ("conv_3.model.0", 1),
        ("conv_3.model.1", 1),
        ("conv_34", 2),
        ("conv_4.model.0", 1),
        ("conv_45", 2),
        ("conv_5.model.0", 1),
    ):
        x = neck(x, name, stride)
    x = unit(unit(x, "conv_6_sep"), "conv_6_dw", 1, 0).reshape(-1)
    return np.asarray(norm(x @ w["linear.weight"].T, "bn") @ w["prob.weight"].T)


def test_the_real_state_dicts_become_what_the_manifest_names(shared: Path) -> None:
    for name in ("liveness_b", "liveness_c"):
        entry = load_manifest().entry(name)
        assert entry.published is not None
        made = convert((shared / "models" / entry.published.file).read_bytes())
        assert (hashlib.sha256(made).hexdigest(), len(made)) == (entry.sha256, entry.size)


def test_a_fetch_makes_the_file_from_the_published_form(tmp_path: Path, shared: Path) -> None:
    files = ModelFiles(tmp_path)
    files.fetch(["liveness_b"], mirror=shared / "models", network=False)
    assert files.path("liveness_b").name == "minifas_v2.onnx"


@pytest.mark.expects_log
def test_a_published_form_with_another_hash_is_refused(tmp_path: Path) -> None:
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    entry = load_manifest().entry("liveness_c")
    assert entry.published == Published(
        file=entry.published.file,
        sha256=entry.published.sha256,
        size=entry.published.size,
        conversion=Conversion.MINIFAS,
    )
    (mirror / entry.published.file).write_bytes(_file(_small_network()))
    with pytest.raises(ModelError, match="wrong sha256, refused"):
        ModelFiles(tmp_path / "models").fetch(["liveness_c"], mirror=mirror, network=False)
    assert not (tmp_path / "models" / entry.file).exists()
