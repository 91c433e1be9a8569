"""Changing one key of ``settings.toml``: the whole result is checked first, then the file is replaced at once, mode 0600.

Other lines and comments stay where they are. A file laid out in a way that a line edit would break (inline tables, values
over several lines) is written anew from its values, without its comments.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kiosk.domain.errors import Code, ConfigError
from kiosk.settings.load import FILE_NAME, from_tables, parse_text, read_toml
from kiosk.settings.model import Secret, Settings


def save_value(profile: Path, key: str, value: str) -> Settings:
    """Set one dotted key in the profile's file. The folder must exist.

    Returns:
        What the file alone now says (no environment).

    Raises:
        ConfigError: unknown key, bad value (alone or together with the rest), or the file cannot be read or written.
    """
    checked = _plain(parse_text(key, value))
    path = profile / FILE_NAME
    tables = read_toml(path)
    _put(tables, key, checked)
    settings = from_tables(tables)
    text = path.read_text("utf-8-sig") if path.exists() else ""
    edited = _edit(text, key, checked)
    if not _says(edited, tables):
        edited = _write(tables)
    _replace(path, edited)
    return settings


def _plain(value: Any) -> Any:
    """As TOML types."""
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, str) else value


def _put(tables: dict[str, Any], key: str, value: Any) -> None:
    *sections, name = key.split(".")
    for section in sections:
        tables = tables.setdefault(section, {})
    tables[name] = value


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(_literal(item) for item in value) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(value)


def _edit(text: str, key: str, value: Any) -> str:
    """The text with one line changed or added."""
    section, name = key.rsplit(".", 1)
    line = f"{name} = {_literal(value)}"
    lines = text.splitlines()
    start = next((n for n, old in enumerate(lines) if re.match(rf"\s*\[\s*{re.escape(section)}\s*\]", old)), None)
    if start is None:
        gap = [""] if lines else []
        return "\n".join([*lines, *gap, f"[{section}]", line]) + "\n"
    end = next((n for n in range(start + 1, len(lines)) if lines[n].lstrip().startswith("[")), len(lines))
    for n in range(start + 1, end):
        if re.match(rf"\s*{re.escape(name)}\s*=", lines[n]):
            lines[n] = line
            break
    else:
        while end > start + 1 and not lines[end - 1].strip():
            end -= 1
        lines.insert(end, line)
    return "\n".join(lines) + "\n"


def _says(text: str, tables: Mapping[str, Any]) -> bool:
    try:
        return tomllib.loads(text) == tables
    except tomllib.TOMLDecodeError:
        return False


def _write(tables: Mapping[str, Any], prefix: str = "") -> str:
    """A whole file from values (every key is known by now, so names need no quotes)."""
    own = {name: value for name, value in tables.items() if not isinstance(value, dict)}
    parts = []
    if own:
        body = "\n".join(f"{name} = {_literal(value)}" for name, value in own.items())
        parts.append(f"[{prefix}]\n{body}\n")
    for name, value in tables.items():
        if isinstance(value, dict) and value:
            parts.append(_write(value, f"{prefix}.{name}" if prefix else name))
    return "\n".join(parts)


def _replace(path: Path, text: str) -> None:
    """Write beside, flush to disk, rename: a reader sees the old file or the new one, never a half."""
    try:
        handle, beside = tempfile.mkstemp(prefix=".settings-", suffix=".toml", dir=path.parent)  # made with mode 0600
    except OSError as error:
        raise ConfigError(Code.FILE_NOT_WRITABLE, f"{path}: {error.strerror}") from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except OSError as error:
        Path(beside).unlink(missing_ok=True)
        raise ConfigError(Code.FILE_NOT_WRITABLE, f"{path}: {error.strerror}") from error
