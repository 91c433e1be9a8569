"""Reading settings: collect every value with its origin, check each, build the frozen whole. Nothing is written."""

from __future__ import annotations

import dataclasses
import difflib
import json
import os
import shlex
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.domain.errors import Code, ConfigError
from kiosk.settings.limits import ELSEWHERE, Key, crossed, keys, sections
from kiosk.settings.model import Secret, Settings

FILE_NAME = "settings.toml"
PREFIX = "KIOSK_"


@dataclass(frozen=True, slots=True)
class _Given:
    """One value somebody gave, and where."""

    key: str
    value: Any
    source: str  # file, environment, command line
    where: str  # for messages
    typed: bool  # TOML has types; the environment and the command line have texts


def load(
    profile: Path, *, environ: Mapping[str, str] | None = None, overrides: Mapping[str, Any] | None = None
) -> Settings:
    """Settings of one profile folder, which need not exist.

    Args:
        profile: folder that may hold ``settings.toml``.
        environ: the environment; the process's own by default.
        overrides: dotted key -> value, from the command line; None values are "not given".

    Raises:
        ConfigError: ``config_unknown_key``, ``config_bad_value`` or ``config_unreadable``; the detail names key and place.
    """
    given = [
        *_from_file(read_toml(profile / FILE_NAME), FILE_NAME),
        *_from_environment(os.environ if environ is None else environ),
        *_from_overrides(overrides or {}),
    ]
    return _build(given)


def from_tables(tables: Mapping[str, Any]) -> Settings:
    """Settings that a parsed ``settings.toml`` alone would give; for checking a file before it is written."""
    return _build(_from_file(tables, FILE_NAME))


def read_toml(path: Path) -> dict[str, Any]:
    """A TOML file as nested dicts; empty where there is none.

    Raises:
        ConfigError: ``config_unreadable``, with the line where the file stops being TOML.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ConfigError(Code.CONFIG_UNREADABLE, f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(Code.CONFIG_UNREADABLE, f"{path}: not UTF-8 text") from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(Code.CONFIG_UNREADABLE, f"{path}: {error}") from error


def _from_file(tables: Mapping[str, Any], where: str, prefix: str = "") -> Iterator[_Given]:
    for name, value in tables.items():
        key = f"{prefix}{name}"
        if isinstance(value, dict) and key not in keys():
            if key not in sections():
                raise _unknown_key(key, where)
            yield from _from_file(value, where, f"{key}.")
        elif key in sections():
            raise ConfigError(Code.CONFIG_BAD_VALUE, f"{key} in {where}: allowed is a section, [{key}]")
        else:
            yield _Given(key, value, "file", where, typed=True)


def _from_environment(environ: Mapping[str, str]) -> Iterator[_Given]:
    for name, value in environ.items():
        if name.upper().startswith(PREFIX) and "__" in name:
            key = name[len(PREFIX) :].lower().replace("__", ".")
            yield _Given(key, value, "environment", f"the environment ({name})", typed=False)


def _from_overrides(overrides: Mapping[str, Any]) -> Iterator[_Given]:
    for key, value in overrides.items():
        if value is not None:
            yield _Given(key, value, "command line", "the command line", typed=False)


def _build(given: Iterable[_Given]) -> Settings:
    """Check everything that was given, later ones winning, and put it on top of the defaults."""
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    places: dict[str, str] = {}
    for item in given:
        key = keys().get(item.key)
        if key is None:
            raise _unknown_key(item.key, item.where)
        values[item.key] = _convert(key, item)
        sources[item.key] = item.source
        places[item.key] = item.where
    settings: Settings = dataclasses.replace(_with(Settings(), values, ""), sources=sources)
    wrong = crossed(settings)
    if wrong is not None:
        name, allowed = wrong
        raise ConfigError(Code.CONFIG_BAD_VALUE, f"{name} in {places.get(name, 'the defaults')}: allowed is {allowed}")
    return settings


def _with(section: Any, values: Mapping[str, Any], prefix: str) -> Any:
    changed: dict[str, Any] = {}
    for item in dataclasses.fields(section):
        name = f"{prefix}{item.name}"
        if name in values:
            changed[item.name] = values[name]
        elif name in sections():
            changed[item.name] = _with(getattr(section, item.name), values, f"{name}.")
    return dataclasses.replace(section, **changed)


def _convert(key: Key, item: _Given) -> Any:
    import msgspec  # 0.09 s, which a station at its defaults need not wait for

    value = item.value
    if not item.typed and key.allowed == "a list of texts" and isinstance(value, str):
        value = _words(value)
    kind = str if key.secret else key.type
    try:
        result = msgspec.convert(value, kind, strict=item.typed)
    except msgspec.ValidationError as error:
        raise _bad_value(key, item) from error
    if not key.accepts(result):
        raise _bad_value(key, item)
    return Secret(result) if key.secret else result


def parse_text(name: str, text: str) -> Any:
    """One setting from a text, checked by itself.

    Raises:
        ConfigError: ``config_unknown_key`` or ``config_bad_value``.
    """
    where = "the command line"
    key = keys().get(name)
    if key is None:
        raise _unknown_key(name, where)
    return _convert(key, _Given(name, text, "command line", where, typed=False))


def _words(text: str) -> Any:
    """A list in a text: JSON where it looks like it, else words as a shell would split them."""
    try:
        return json.loads(text) if text.lstrip().startswith("[") else shlex.split(text)
    except ValueError:
        return None


def _bad_value(key: Key, item: _Given) -> ConfigError:
    shown = "(hidden)" if key.secret else _short(item.value)
    return ConfigError(Code.CONFIG_BAD_VALUE, f"{key.name} = {shown} in {item.where}: allowed is {key.allowed}")


def _short(value: Any) -> str:
    text = str(value) if isinstance(value, str) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _unknown_key(name: str, where: str) -> ConfigError:
    """The error that names a key, where it stands and the nearest key that exists."""
    if name in ELSEWHERE:
        near = [ELSEWHERE[name]]
    else:
        last = name.rsplit(".", 1)[-1]
        same = [key for key in keys() if key.rsplit(".", 1)[-1] == last]
        near = difflib.get_close_matches(name, same or [*keys(), *sections()], n=1, cutoff=0.5) or same[:1]
    hint = f" (did you mean {near[0]}?)" if near else ""
    return ConfigError(Code.CONFIG_UNKNOWN_KEY, f"{name} in {where}{hint}")
