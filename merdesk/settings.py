"""Settings of the program: each declared once, kept in one JSON file in the user's configuration folder."""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from merdesk.errors import MerdeskError


@dataclass(frozen=True, slots=True)
class Setting:
    """One declaration: the type is the default's; `choices` or `bounds` limit it."""

    key: str
    default: Any
    help: str
    choices: tuple[Any, ...] = ()
    bounds: tuple[float, float] | None = None
    shown: bool = True

    def check(self, value: Any) -> Any:
        """Return value as this setting's type; ValueError when it does not fit."""
        if isinstance(self.default, bool) != isinstance(value, bool):
            raise ValueError(f"{self.key} must be {type(self.default).__name__}, not {value!r}")
        if isinstance(self.default, float) and isinstance(value, int):
            value = float(value)
        if not isinstance(value, type(self.default)):
            raise ValueError(f"{self.key} must be {type(self.default).__name__}, not {value!r}")  # noqa: TRY004  (a value from a file, refused like the others)
        if self.choices and value not in self.choices:
            raise ValueError(f"{self.key} must be one of {', '.join(map(str, self.choices))}, not {value!r}")
        if self.bounds and not self.bounds[0] <= value <= self.bounds[1]:
            raise ValueError(f"{self.key} must lie in {self.bounds[0]}..{self.bounds[1]}, not {value!r}")
        return value


DECLARED: Mapping[str, Setting] = MappingProxyType(
    {
        setting.key: setting
        for setting in (
            Setting("theme", "system", "Colours of the window.", choices=("system", "light", "dark")),
            Setting("volume", 0.8, "Playback volume.", bounds=(0.0, 1.0), shown=False),
            Setting("match_loudness", True, "Play every clip at the same loudness (BS.1770)."),
            Setting("autoplay", True, "Play the next clip of the queue by itself."),
            Setting("output_device", "", "Where the sound comes out."),
            Setting("strips", [], "Strips shown under the waveform.", shown=False),
            Setting("tour", True, "Show the five hints of the tour at the next start, once."),
            Setting("workers", 0, "Worker processes for extraction; 0 means one a core.", bounds=(0, 256)),
            Setting(
                "jukebox_weights",
                "",
                "Folder of the Jukebox weights; empty looks in the usual places.",
                shown=False,
            ),
            Setting("table_mappings", [], "What the columns of imported tables meant.", shown=False),
            Setting(
                "jukebox_device",
                "auto",
                "Where Jukebox features are computed.",
                choices=("auto", "cpu", "cuda", "mps"),
                shown=False,
            ),
            Setting("opensmile_licence", False, "The licence of openSMILE was accepted.", shown=False),
            Setting(
                "table_columns",
                [],
                "Columns of the tables of clips; none: those that say something.",
                shown=False,
            ),
            Setting("explore_look", "", "What Explore shows, and how it is drawn.", shown=False),
            Setting("recent_projects", [], "Projects opened lately, newest first.", shown=False),
            Setting("window_state", "", "Size and layout of the window.", shown=False),
        )
    }
)


def settings_path() -> Path:
    """Where the settings live: `$MERDESK_CONFIG`, else the platform's folder for configuration."""
    if chosen := os.environ.get("MERDESK_CONFIG"):
        return Path(chosen) / "settings.json"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "merdesk" / "settings.json"
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA", Path.home())) / "merdesk" / "settings.json"
    return Path(os.environ.get("XDG_CONFIG_HOME", Path.home() / ".config")) / "merdesk" / "settings.json"


class Settings:
    """The settings as the user left them; a value that does not fit its declaration gives way to the default."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or settings_path()
        self._values: dict[str, Any] = {}
        try:
            stored = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            stored = {}
        for key, value in stored.items() if isinstance(stored, dict) else ():
            if key in DECLARED:
                try:
                    self._values[key] = DECLARED[key].check(value)
                except ValueError:
                    continue

    def __getitem__(self, key: str) -> Any:
        default = DECLARED[key].default
        return self._values.get(key, list(default) if isinstance(default, list) else default)

    def __setitem__(self, key: str, value: Any) -> None:
        self._values[key] = DECLARED[key].check(value)

    def save(self) -> None:
        """Write the file as a whole, so that a crash leaves the old one or the new one."""
        beside = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            beside.write_text(json.dumps(self._values, indent=1, sort_keys=True), encoding="utf-8")
            beside.replace(self._path)
        except OSError as error:
            raise MerdeskError(
                f"The settings could not be saved to {self._path} ({error.strerror}); "
                "make the folder writable or set MERDESK_CONFIG to another one."
            ) from error
