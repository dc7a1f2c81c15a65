"""The licences of what the bundle carries, as text: `licences.py BUNDLE`, with the Python that made it."""

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

NATIVE = """Libraries inside the packages and beside them

PyAV's wheel carries FFmpeg with x264 and x265: GPL-2.0-or-later, which then holds for the bundle as a whole.
PySide6 carries Qt: LGPL-3.0. Its libraries lie in _internal/PySide6/Qt/lib and can be exchanged.
soundfile carries libsndfile (LGPL-2.1), with mpg123 and lame (LGPL-2.1), FLAC, ogg, vorbis, opus (BSD).
soxr carries libsoxr: LGPL-2.1. PortAudio: MIT; libjack: LGPL-2.1; ALSA's libasound: LGPL-2.1.
numpy and scipy carry OpenBLAS (BSD) and the GCC runtime (GPL-3.0 with its runtime exception).
Python: PSF-2.0. PyInstaller's start program: GPL-2.0 with an exception that frees what it starts.
"""


def carried(name: str, bundle: Path, seen: dict[str, Distribution]) -> dict[str, Distribution]:
    """The package and all that it needs here, by name; PyTorch only where the bundle has it."""
    key = re.sub(r"[-_.]+", "-", name).lower()
    if key in seen or (key == "torch" and not (bundle / "torch").is_dir()):
        return seen
    try:
        seen[key] = distribution(name)
    except PackageNotFoundError:  # for another system
        return seen
    for line in seen[key].requires or ():
        wanted = Requirement(line)
        if wanted.marker is None or wanted.marker.evaluate({"extra": ""}):
            carried(wanted.name, bundle, seen)
    return seen


def licence(package: Distribution) -> str:
    """As the package tells it: the expression, else its classifiers, else the first line of its text."""
    told = package.metadata
    classes = [
        line.split(" :: ")[-1] for line in told.get_all("Classifier", []) if line.startswith("License")
    ]
    text = (told.get("License") or "").strip().splitlines()
    return told.get("License-Expression") or ", ".join(classes) or (text[0] if text else "see its files")


def main() -> int:
    """Print the list."""
    packages = carried("merdesk", Path(sys.argv[1]), {})
    print("merdesk is under the MIT licence (LICENSE). This bundle carries:\n")
    for name, package in sorted(packages.items()):
        print(f"{name} {package.version}: {licence(package)}")
    print(f"\n{NATIVE}", end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
