"""The settings page: every setting as a row, and what may be done about the one that is chosen."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.station.office.upkeep import SettingsShown
from kiosk.station.settings_desk import Entry, Kind
from kiosk.ui.text import Text

_UNITS = {
    **dict.fromkeys(("width", "height"), "px"),
    **{unit: unit for unit in ("ms", "s", "deg", "cm", "share", "mb", "days", "hour", "fps")},
}
"""The last word of a setting's name that is one of these tells its unit."""

_SWITCH = {"true": "settings.on", "false": "settings.off"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingRow:
    """``waits``: it was changed and counts from the next start on."""

    key: str
    value: str
    source: str
    waits: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingView:
    """The chosen one.

    Attributes:
        help: what it does, in one line.
        limits: what it may be, in which unit, and its default.
        locked: why it cannot be changed here; empty where it can.
        choices: (value, words) to choose from; empty where a text is typed.
        typed: what stands in the editor.
        restart: when a change counts.
    """

    key: str
    help: str
    limits: str
    locked: str
    choices: tuple[tuple[str, str], ...]
    typed: str
    restart: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsView:
    """The page."""

    search: str
    columns: tuple[str, str, str]
    rows: tuple[SettingRow, ...]
    chosen: SettingView | None
    save: str
    choose: str
    saved: str
    nothing: str = ""


def present(shown: SettingsShown | None, text: Text, *, wanted: str = "", chosen: str = "") -> SettingsView:
    """The rows whose key, value or help holds ``wanted``, and the chosen one."""
    entries = shown.entries if shown is not None else ()
    waiting = shown.waiting if shown is not None else frozenset()
    words = wanted.casefold().split()
    found = [entry for entry in entries if _holds(entry, words, text)]
    picked = next((entry for entry in entries if entry.key == chosen), None)
    return SettingsView(
        search=text.get("settings.search"),
        columns=(text.get("settings.key"), text.get("settings.value"), text.get("settings.source")),
        rows=tuple(_row(entry, text, waits=entry.key in waiting and entry.restart) for entry in found),
        chosen=None if picked is None else _chosen(picked, text),
        save=text.get("settings.save"),
        choose=text.get("settings.choose"),
        nothing=text.get("settings.nothing") if words and not found else "",
        saved="" if shown is None or not shown.changed else _saved(shown, text),
    )


def _holds(entry: Entry, words: list[str], text: Text) -> bool:
    where = f"{entry.key} {entry.value} {_help(entry, text)}".casefold()
    return all(word in where for word in words)


def _help(entry: Entry, text: Text) -> str:
    """Of the setting itself, or of its section: those that only specialists change are explained together."""
    return text.pick(f"setting.{entry.key}", f"setting_section.{entry.section}")


def _row(entry: Entry, text: Text, *, waits: bool) -> SettingRow:
    source = text.get(f"settings.source_{entry.source.replace(' ', '_')}")
    return SettingRow(
        key=entry.key,
        value=_in_words(entry, entry.value, text),
        source=text.get("settings.waits", source=source) if waits else source,
        waits=waits,
    )


def _in_words(entry: Entry, value: str, text: Text) -> str:
    if entry.kind is Kind.SWITCH:
        return text.get(_SWITCH[value])
    if entry.kind is Kind.SECRET:
        return text.get("settings.secret_set" if value else "settings.secret_empty")
    return value or text.get("settings.empty")


def _chosen(entry: Entry, text: Text) -> SettingView:
    choices = tuple((choice, _in_words(entry, choice, text)) for choice in entry.choices)
    default = text.get("settings.default", value=_in_words(entry, entry.default, text))
    return SettingView(
        key=entry.key,
        help=_help(entry, text),
        limits=" ".join(part for part in (_limits(entry, text), _unit(entry, text), default) if part),
        locked="" if entry.locked is None else text.get(f"settings.locked_{entry.locked}"),
        choices=choices if entry.locked is None else (),
        typed=entry.value if entry.kind is not Kind.SECRET else "",
        restart=text.get("settings.restart" if entry.restart else "settings.at_once"),
    )


def _limits(entry: Entry, text: Text) -> str:
    if entry.low is None or entry.high is None:
        return text.get("settings.words") if entry.kind is Kind.LIST else ""
    key = "settings.range_above" if entry.above else "settings.range"
    whole = text.get("settings.whole") if entry.kind is Kind.WHOLE else ""
    return f"{text.get(key, low=f'{entry.low:g}', high=f'{entry.high:.10g}')} {whole}".strip()


def _unit(entry: Entry, text: Text) -> str:
    """In what a number counts, as its name tells; empty for what is only counted."""
    if entry.kind not in {Kind.WHOLE, Kind.NUMBER}:
        return ""
    parts = entry.key.rpartition(".")[2].split("_")
    unit = next((_UNITS[part] for part in reversed(parts) if part in _UNITS), "")
    return text.get(f"setting_unit.{unit}") if unit else ""


def _saved(shown: SettingsShown, text: Text) -> str:
    entry = next((each for each in shown.entries if each.key == shown.changed), None)
    at_once = entry is not None and not entry.restart
    return text.get("settings.saved_at_once" if at_once else "settings.saved", key=shown.changed)
