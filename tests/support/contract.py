"""The contract file as values: operations, validators, examples, and instances made up from a schema. Tests only."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

CONTRACT_FILE = Path(__file__).parent.parent / "data" / "verifik-v2.yaml"
METHODS = ("get", "post", "put", "delete", "patch")
_DEEP = 5


@cache
def contract() -> dict[str, Any]:
    """The whole file."""
    loaded: dict[str, Any] = yaml.load(CONTRACT_FILE.read_text("utf-8"), Loader=_loader())
    return loaded


def _loader() -> Any:
    """The fast loader where the binding has it."""
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def resolved(node: Any) -> Any:
    """A node without its outermost ``$ref``; keywords beside the reference win over the referenced ones."""
    while isinstance(node, Mapping) and "$ref" in node:
        target: Any = contract()
        for part in str(node["$ref"]).removeprefix("#/").split("/"):
            target = target[part]
        node = {**resolved(target), **{key: value for key, value in node.items() if key != "$ref"}}
    return node


def faults(schema: Mapping[str, Any], value: Any) -> list[str]:
    """Where a JSON value breaks a schema of the contract."""
    validator = Draft202012Validator({**schema, "components": contract()["components"]})
    sent = json.loads(json.dumps(value))
    return [f"{'.'.join(map(str, fault.absolute_path))}: {fault.validator}" for fault in validator.iter_errors(sent)]


class TokenNeed(Enum):
    """Whether an operation wants a bearer."""

    NEVER = "never"
    OPTIONAL = "optional"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractAnswer:
    """One documented answer. ``schema`` is None where no body is documented."""

    operation: str
    status: int
    schema: Mapping[str, Any] | None
    examples: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractOperation:
    """One operation of the contract."""

    id: str
    method: str
    path: str
    parameters: tuple[Mapping[str, Any], ...]
    body: Mapping[str, Any] | None
    body_required: bool
    token: TokenNeed
    answers: tuple[ContractAnswer, ...]

    def parameter(self, name: str) -> Mapping[str, Any] | None:
        """A query parameter by name."""
        return next((one for one in self.parameters if one["in"] == "query" and one["name"] == name), None)


@cache
def operations() -> dict[str, ContractOperation]:
    """By ``operationId``."""
    return {one.id: one for one in _operations()}


def _operations() -> Iterator[ContractOperation]:
    whole = contract()
    for path, item in whole["paths"].items():
        for method in METHODS:
            if method not in item:
                continue
            node = item[method]
            asked = resolved(node.get("requestBody", {}))
            security = node.get("security", whole["security"])
            yield ContractOperation(
                id=node["operationId"],
                method=method.upper(),
                path=path,
                parameters=tuple(resolved(one) for one in (*item.get("parameters", ()), *node.get("parameters", ()))),
                body=asked.get("content", {}).get("application/json", {}).get("schema"),
                body_required=bool(asked.get("required")),
                token=TokenNeed.NEVER if not security else TokenNeed.OPTIONAL if {} in security else TokenNeed.ALWAYS,
                answers=tuple(_answers(node)),
            )


def _answers(node: Mapping[str, Any]) -> Iterator[ContractAnswer]:
    for status, told in node["responses"].items():
        media = resolved(told).get("content", {}).get("application/json", {})
        examples = {name: resolved(example)["value"] for name, example in media.get("examples", {}).items()}
        yield ContractAnswer(
            operation=node["operationId"], status=int(status), schema=media.get("schema"), examples=examples
        )


class Fill(Enum):
    """How an instance is made up where a schema leaves a choice."""

    FIRST = "first alternative, every field"
    POPULATED = "objects instead of ids, every field"
    NULLS = "null wherever it is allowed, every field"
    REQUIRED = "required fields only"


def instance(schema: Any, fill: Fill, depth: int = 0) -> Any:
    """A value that fits a schema, from its own examples where it has them."""
    schema = resolved(schema)
    choices = [resolved(one) for one in (*schema.get("oneOf", ()), *schema.get("anyOf", ()))]
    choices = [one for one in choices if set(one) != {"required"}]
    kinds = schema.get("type", ())
    kinds = [kinds] if isinstance(kinds, str) else list(kinds)
    if fill is Fill.NULLS and ("null" in kinds or any(one.get("type") == "null" for one in choices)):
        return None
    if choices:
        return _chosen(schema, choices, fill, depth)
    if "object" in kinds or "properties" in schema:
        return _object(schema, fill, depth)
    if "array" in kinds:
        return _array(schema, fill, depth)
    return _scalar(schema, kinds)


def _chosen(schema: Mapping[str, Any], choices: list[Any], fill: Fill, depth: int) -> Any:
    objects = [one for one in choices if one.get("type") == "object"]
    if fill is Fill.POPULATED and objects and depth < _DEEP:
        return instance(objects[0], fill, depth + 1)
    if "examples" in schema:
        return schema["examples"][0]
    return instance(choices[0], fill, depth + 1)


def _object(schema: Mapping[str, Any], fill: Fill, depth: int) -> dict[str, Any]:
    fields = schema.get("properties", {})
    if not fields:
        return {"undocumented": {"kept": True, "number": 1}}
    wanted = schema.get("required", ()) if fill is Fill.REQUIRED or depth > _DEEP else fields
    return {name: instance(fields[name], fill, depth + 1) for name in wanted}


def _array(schema: Mapping[str, Any], fill: Fill, depth: int) -> list[Any]:
    count = max(schema.get("minItems", 0), 0 if fill is Fill.REQUIRED else 1)
    items = schema.get("items") or {"type": "object"}
    return [instance(items, fill, depth + 1) for _ in range(count)]


def _scalar(schema: Mapping[str, Any], kinds: list[str]) -> Any:
    for key in ("examples", "enum"):
        if key in schema:
            return schema[key][0]
    if "default" in schema:
        return schema["default"]
    formats = {"date-time": "2030-01-02T03:04:05.000Z", "uuid": "0f6a2c1e-7b1d-4c55-9a34-5d2f8e1b7c90"}
    if schema.get("format") in formats:
        return formats[schema["format"]]
    if str(schema.get("pattern", "")).endswith("{24}$"):
        return "65a0000000000000000000ff"
    made: dict[str, Any] = {"boolean": True, "integer": 3, "number": schema.get("minimum", 1), "null": None}
    return next((made[kind] for kind in kinds if kind in made), "some text")
