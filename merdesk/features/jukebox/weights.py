"""Where the weights are: the files by their published names, the folders where they may lie, and who they are.

The weights are published by OpenAI under a licence of their own that forbids commercial use. merdesk never fetches
them by itself; `download` does when it is called.
"""

import hashlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from merdesk.errors import FeatureError
from merdesk.settings import Settings

BASE_URL = "https://openaipublic.azureedge.net/jukebox/models/5b/"
LICENCE_URL = "https://github.com/openai/jukebox/blob/master/LICENSE"
LICENCE = """\
Noncommercial Use License

Software Copyright (c) 2020 OpenAI

We don't claim ownership of the content you create with Jukebox. We only ask that you use Jukebox responsibly and \
clearly indicate your content was created using OpenAI's Jukebox.

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated \
documentation files (the "Software"), to deal in the Software, including without limitation the rights to use, copy, \
modify, merge, publish, distribute, and/or sublicense copies of the Software, and to permit persons to whom the \
Software is furnished to do so, subject to the following conditions:

No portion of the Software, nor any content created with the Software, may be used for commercial purposes.

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the \
Software.

The above copyright notice and this permission notice need not be included with content created by the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE \
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR \
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR \
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""

WEIGHTS_VARIABLE = "MERDESK_JUKEBOX_WEIGHTS"
"""Environment variable that names the folder of the weights; worker processes inherit it."""

_PROBES = 64
_PROBE_BYTES = 64 * 2**10


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """One file of the published model; `about_bytes` is for telling people, the hash decides."""

    name: str
    sha256: str
    about_bytes: int


VQVAE = PublishedFile(
    "vqvae.pth.tar", "69745413a48e887f8a3fe91b972a6f7f434021a1ce911a99187b331eb48c059a", 8_000_000
)
PRIOR = PublishedFile(
    "prior_level_2.pth.tar",
    "89a1dd14f5b2f9b16b3e73b53fa2138cc89fd96bb13249b4267fea471de92672",
    10_290_000_000,
)
FILES = (VQVAE, PRIOR)


@dataclass(frozen=True, slots=True)
class WeightsFolder:
    """A folder in which both files lie."""

    folder: Path

    @property
    def vqvae(self) -> Path:
        """The encoder's file."""
        return self.folder / VQVAE.name

    @property
    def prior(self) -> Path:
        """The prior's file."""
        return self.folder / PRIOR.name

    @property
    def complete(self) -> bool:
        """Whether both are there."""
        return self.vqvae.is_file() and self.prior.is_file()


def download_folder() -> Path:
    """Where downloads go unless a folder is chosen: the platform's folder for caches."""
    if sys.platform == "darwin":
        caches = Path.home() / "Library" / "Caches"
    elif sys.platform == "win32":
        caches = Path(os.environ.get("LOCALAPPDATA", Path.home()))
    else:
        caches = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    return caches / "merdesk" / "jukebox"


def candidates() -> tuple[Path, ...]:
    """Folders where weights may lie: named in the environment or the settings, then ours, jukemirlib's, jukebox's."""
    named = (os.environ.get(WEIGHTS_VARIABLE), Settings()["jukebox_weights"])
    cache = Path.home() / ".cache"
    chosen = tuple(Path(folder) for folder in named if folder)
    return (*chosen, download_folder(), cache / "jukemirlib", cache / "jukebox" / "models" / "5b")


def find_weights(chosen: Path | None = None) -> WeightsFolder | None:
    """First folder that has both files; only the chosen one, when one is chosen. None when there is none."""
    for folder in (chosen,) if chosen else candidates():
        found = WeightsFolder(folder)
        if found.complete:
            return found
    return None


def locate_weights(chosen: Path | None = None) -> WeightsFolder:
    """Like `find_weights`, but a FeatureError that says what to do takes the place of None."""
    found = find_weights(chosen)
    if found is None:
        where = str(chosen) if chosen else " or ".join(map(str, candidates()))
        raise FeatureError(
            f"The Jukebox weights ({VQVAE.name}, {PRIOR.name}) are not in {where}; fetch them with merdesk jukebox "
            f"download, choose their folder under File, Features, or name it in {WEIGHTS_VARIABLE}."
        )
    return found


def fingerprint(path: Path) -> str:
    """Name a weights file by its content: size, both ends and 64 probes between, 16 hex digits.

    Hashing all 10 GB takes half a minute, too long for a key that every start needs; `verify` does it once.
    """
    try:
        size = path.stat().st_size
        digest = hashlib.blake2b(size.to_bytes(8, "little"), digest_size=8)
        with path.open("rb") as file:
            for i in range(_PROBES + 1):
                file.seek(max(size - _PROBE_BYTES, 0) * i // _PROBES)
                digest.update(file.read(_PROBE_BYTES))
    except OSError as error:
        raise FeatureError(
            f"{path} cannot be read ({error.strerror}); choose another weights folder."
        ) from error
    return digest.hexdigest()
