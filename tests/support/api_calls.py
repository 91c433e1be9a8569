"""Every method of the client with representative arguments. Tests only.

Every public method of every resource has a row, the least it takes first, then all it takes; who adds a method adds a row
(``tests/contracts/test_api_contract.py`` counts).
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from functools import cache
from types import ModuleType
from typing import Any

from support.api_recorder import Given
from support.api_rows_people import PEOPLE
from support.api_rows_projects import PROJECTS
from support.recording_transport import RecordingTransport

from kiosk.api import resources

CALLS: dict[str, tuple[Given, ...]] = PEOPLE | PROJECTS


@cache
def resource_classes() -> dict[str, type[Any]]:
    """Module name -> class of every resource."""
    return dict(_resource_classes())


def _resource_classes() -> Iterator[tuple[str, type[Any]]]:
    for found in pkgutil.iter_modules(resources.__path__):
        module = importlib.import_module(f"{resources.__name__}.{found.name}")
        if hasattr(module, "OPERATIONS"):
            yield found.name, _class_of(module)


def _class_of(module: ModuleType) -> type[Any]:
    (only,) = (
        one
        for _, one in inspect.getmembers(module, inspect.isclass)
        if one.__module__ == module.__name__ and list(inspect.signature(one).parameters) == ["transport"]
    )
    return only


@cache
def public_methods() -> dict[str, Callable[..., Any]]:
    """``module.method`` -> the function, which takes an instance first."""
    return {
        f"{name}.{method}": function
        for name, kind in resource_classes().items()
        for method, function in inspect.getmembers(kind, inspect.isfunction)
        if not method.startswith("_")
    }


def call(method: str, arguments: Given, transport: RecordingTransport) -> Any:
    """Call one method of one resource over a transport."""
    kind = resource_classes()[method.split(".")[0]]
    return public_methods()[method](kind(transport), *arguments.args, **arguments.kwargs)
