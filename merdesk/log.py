"""The log of window and command line: what was done and what failed, in a small file in the user's state folder.

The home folder is written as `~`, so that a log can be shown to others.
"""

import logging
import os
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

MAX_BYTES = 500_000
KEPT = 3
"""Earlier files beside the one that is written."""


def log_folder() -> Path:
    """Where the log lives: `$MERDESK_CONFIG`, else the platform's folder for state."""
    if chosen := os.environ.get("MERDESK_CONFIG"):
        return Path(chosen) / "log"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Logs" / "merdesk"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "merdesk" / "log"
    return Path(os.environ.get("XDG_STATE_HOME", Path.home() / ".local" / "state")) / "merdesk" / "log"


def without_home(text: str) -> str:
    """A text in which the path of the home folder, and with it the user's name, is `~`."""
    home = str(Path.home())
    return text.replace(home, "~") if len(home) > 1 else text


class _Log(RotatingFileHandler):
    """A log that cannot be written is done without: the window has better things to say."""

    def format(self, record: logging.LogRecord) -> str:
        return without_home(super().format(record))

    def handleError(self, record: logging.LogRecord) -> None:
        pass


def start() -> logging.Handler:
    """Write what merdesk's loggers say from INFO on; the handler is for `stop`."""
    folder = log_folder()
    handler: logging.Handler
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = _Log(folder / "merdesk.log", maxBytes=MAX_BYTES, backupCount=KEPT, encoding="utf-8")
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger = logging.getLogger("merdesk")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    logger.addHandler(handler)
    return handler


def stop(handler: logging.Handler) -> None:
    """Close the log."""
    logging.getLogger("merdesk").removeHandler(handler)
    handler.close()
