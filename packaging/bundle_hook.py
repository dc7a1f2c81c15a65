"""Runs first in every process of the bundle: compiled loops come from the bundle, and so does the sound library."""

import ctypes.util
import hashlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

BUNDLE = Path(sys._MEIPASS)  # noqa: SLF001  (PyInstaller's documented name)
PRIMED = BUNDLE / "numba-cache"
"""What numba compiled when the bundle was made, in folders that are named as those of the sources."""


def user_cache() -> Path:
    """Where this user's programs keep what they can make again."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "merdesk"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "merdesk"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "merdesk"


def numba_name(folder: Path) -> str:
    """What numba calls the cache of the sources in a folder."""
    return f"{folder.name}_{hashlib.sha1(str(folder).encode(), usedforsecurity=False).hexdigest()}"


def bring_compiled_loops() -> None:
    """Copy them to where numba may write, once per user and place of the bundle: /opt cannot be written."""
    os.environ.setdefault("NUMBA_CPU_NAME", "generic")  # the cache is made for this name, not for one machine
    if "NUMBA_CACHE_DIR" in os.environ or not PRIMED.is_dir():
        return
    build = (PRIMED / "build").read_text(encoding="ascii").strip()
    place = hashlib.sha1(str(BUNDLE).encode(), usedforsecurity=False).hexdigest()[:8]
    ours = user_cache() / f"numba-{build}-{place}"
    try:
        if not ours.is_dir():
            ours.parent.mkdir(parents=True, exist_ok=True)
            fresh = Path(tempfile.mkdtemp(dir=ours.parent))
            for index in sorted(PRIMED.rglob("*.nb[ic]")):
                there = fresh / numba_name(BUNDLE / index.parent.relative_to(PRIMED))
                there.mkdir(exist_ok=True)
                shutil.copy(index, there)
            fresh.rename(ours)
    except OSError:  # another process was first, or the home folder is full: then numba compiles
        shutil.rmtree(fresh, ignore_errors=True) if "fresh" in locals() else None
    if ours.is_dir():
        os.environ["NUMBA_CACHE_DIR"] = str(ours)


def bring_sound() -> None:
    """Let sounddevice find the bundle's library where the system has no tools to look for one."""
    find = ctypes.util.find_library
    ours = next(iter(sorted(BUNDLE.glob("libportaudio*"))), None)
    ctypes.util.find_library = lambda name: str(ours) if name == "portaudio" and ours else find(name)


bring_compiled_loops()
bring_sound()
