"""What a person sends along with a question: versions, system, screen, sound, features; no path and no name."""

import platform
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication

from merdesk import __version__

PACKAGES = (
    "PySide6-Essentials",
    "pyqtgraph",
    "numpy",
    "apsw",
    "scipy",
    "scikit-learn",
    "librosa",
    "numba",
    "torch",
    "soundfile",
    "av",
    "sounddevice",
    "opensmile",
    "typst",
    "pyarrow",
    "distributed",
)
MISSING = "not installed"


def diagnostics(more: Iterable[tuple[str, str]] = ()) -> str:
    """Lines of "what: value"; `more` is what only an open project and its player know."""
    lines = [
        ("merdesk", __version__),
        ("Python", platform.python_version()),
        ("System", platform.platform()),
        ("Qt", f"{qVersion()}, {QGuiApplication.platformName()}"),
        ("Screens", ", ".join(_screens())),
        *((name, _version(name)) for name in PACKAGES),
        *more,
    ]
    return "\n".join(f"{what}: {said}" for what, said in lines)


def _screens() -> list[str]:
    return [
        f"{screen.size().width()} x {screen.size().height()} at {screen.devicePixelRatio():g}"
        for screen in QGuiApplication.screens()
    ]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return MISSING
