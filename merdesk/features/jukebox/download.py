"""Fetches the weights when the user asks for it: resumable, checked, and believing nothing that the server says.

What arrives goes to `<name>.part`. A cut, a stall or a server error is answered by going on from where the part ends;
a file gets its name only when its SHA-256 is the published one.
"""

import hashlib
import http.client
import os
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from merdesk.errors import FeatureError
from merdesk.features.jukebox.weights import BASE_URL, FILES, PublishedFile, WeightsFolder
from merdesk.progress import Progress

CHUNK_BYTES = 2**20
SPARE_BYTES = 2**30
"""What must stay free on the disk after the download."""

_RETRIED_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})
_NOT_SATISFIABLE = 416
_PARTIAL = 206
_FIRST_BYTES = frozenset({b"\x80", b"P"})
"""How the two containers of a checkpoint begin."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to bear with a server: seconds without a byte, attempts that bring none, seconds between them."""

    stall_s: float = 30.0
    attempts: int = 6
    pause_s: float = 3.0


class _Cut(Exception):  # noqa: N818  (never leaves this module)
    """The connection ended early; worth another attempt."""


def download(
    folder: Path,
    *,
    licence_accepted: bool,
    progress: Progress | None = None,
    base_url: str = BASE_URL,
    files: Sequence[PublishedFile] = FILES,
    patience: Patience | None = None,
) -> WeightsFolder:
    """Fetch what is missing in folder; call it again to go on after a cut or a cancel.

    Progress counts the bytes of each file, those that were there already among them; cancel is honoured after each mebibyte and keeps the part.

    Raises
    ------
    FeatureError
        When the licence (`weights.LICENCE`) was not accepted, the disk is too full, the server refuses, keeps
        failing or sends something else, or the hash is not the published one.
    """
    if not licence_accepted:
        raise FeatureError("The weights were not downloaded, because their licence was not accepted.")
    progress = progress or Progress()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            if not (folder / file.name).exists():
                _Download(folder, file, base_url, patience or Patience(), progress).run()
    except OSError as error:
        raise FeatureError(
            f"The weights cannot be written to {folder} ({error.strerror or error}); choose another folder."
        ) from error
    return WeightsFolder(folder)


class _Download:
    """One file on its way."""

    def __init__(
        self, folder: Path, file: PublishedFile, base_url: str, patience: Patience, progress: Progress
    ) -> None:
        self._file = file
        self._url = base_url.rstrip("/") + "/" + file.name
        self._part = folder / f"{file.name}.part"
        self._target = folder / file.name
        self._most_bytes = 2 * file.about_bytes
        self._patience = patience
        self._progress = progress
        if not self._url.startswith(("http://", "https://")):
            raise ValueError(f"not a web address: {self._url}")

    def run(self) -> None:
        """Fetch, check, name."""
        fruitless = 0
        while True:
            before = self._n_bytes()
            try:
                self._attempt()
                return self._check()
            except _Cut as cut:
                fruitless = fruitless + 1 if self._n_bytes() <= before else 0
                if fruitless >= self._patience.attempts:
                    here = self._n_bytes()
                    kept = f": the {here:,} bytes that are here are kept" if here else ""
                    raise FeatureError(
                        f"{self._file.name} could not be downloaded ({cut}); check the connection and try again{kept}."
                    ) from cut
            self._wait()

    def _n_bytes(self) -> int:
        return self._part.stat().st_size if self._part.exists() else 0

    def _wait(self) -> None:
        until = time.monotonic() + self._patience.pause_s
        while time.monotonic() < until:
            self._progress.checkpoint()
            time.sleep(min(0.1, self._patience.pause_s))

    def _attempt(self) -> None:
        start = self._n_bytes()
        with self._opened(start) as response:
            if response is None:
                return
            if response.status != _PARTIAL:
                start = 0
            self._refuse_pages(response)
            total = self._total(response, start)
            self._refuse_full_disk(total, start)
            self._receive(response, start, total)

    @contextmanager
    def _opened(self, start: int) -> Iterator[http.client.HTTPResponse | None]:
        """Ask for the rest; None when the server says that there is none."""
        request = urllib.request.Request(self._url, headers={"User-Agent": "merdesk"})  # noqa: S310  (checked above)
        if start:
            request.add_header("Range", f"bytes={start}-")
        try:
            with urllib.request.urlopen(request, timeout=self._patience.stall_s) as response:  # noqa: S310  (the same)
                yield response
        except urllib.error.HTTPError as error:
            error.close()
            if error.code == _NOT_SATISFIABLE and start:
                yield None
                return
            if error.code in _RETRIED_STATUS:
                raise _Cut(f"the server answers {error.code}") from error
            raise FeatureError(
                f"The server refuses {self._url} ({error.code} {error.reason}); get the file elsewhere and choose "
                "its folder."
            ) from error
        except (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError) as error:
            raise _Cut(_reason(error)) from error

    def _total(self, response: http.client.HTTPResponse, start: int) -> int | None:
        """Size of the whole file as the server tells it; a partial answer must begin where we asked."""
        if response.status != _PARTIAL:
            length = response.headers.get("Content-Length") or ""
            return int(length) if length.isdecimal() else None
        said = (response.headers.get("Content-Range") or "").removeprefix("bytes ")
        span, _, total = said.partition("/")
        if span.partition("-")[0] != str(start):
            # What is here and what it sends do not join; from the beginning, then.
            self._part.unlink()
            raise _Cut("the server sends another part of the file than was asked for")
        return int(total) if total.isdecimal() else None

    def _refuse_pages(self, response: http.client.HTTPResponse) -> None:
        """Captive portals and proxies answer 200 with a page."""
        if response.headers.get_content_type() in {"text/html", "application/xhtml+xml"}:
            raise FeatureError(
                f"{self._url} answers with a web page instead of the file; log in to the network or try another one."
            )

    def _refuse_full_disk(self, total: int | None, start: int) -> None:
        needed = (total or self._file.about_bytes) - start + SPARE_BYTES
        free = shutil.disk_usage(self._part.parent).free
        if free < needed:
            raise FeatureError(
                f"{self._file.name} needs {needed / 1e9:.1f} GB in {self._part.parent}, where {free / 1e9:.1f} GB are "
                "free; make room or choose another folder."
            )

    def _receive(self, response: http.client.HTTPResponse, start: int, total: int | None) -> None:
        resumed = f", going on at {start / 1e9:.2f} GB" if start else ""
        self._progress.begin(f"Downloading {self._file.name}{resumed}", total, done=start)
        with self._part.open("r+b" if start else "wb") as file:
            file.seek(start)
            n = start
            while chunk := self._read(response):
                if not n and chunk[:1] not in _FIRST_BYTES:
                    raise FeatureError(
                        f"{self._url} answers with something else than the file; try another network."
                    )
                file.write(chunk)
                n += len(chunk)
                if n > (self._most_bytes if total is None else total):
                    raise FeatureError(f"{self._url} sends more than it announced; try another network.")
                self._progress.advance(len(chunk))
            file.flush()
            os.fsync(file.fileno())
        if total is not None and n < total:
            raise _Cut(f"the connection ended {total - n:,} bytes early")

    def _read(self, response: http.client.HTTPResponse) -> bytes:
        """Read what is there: read() would wait for a whole mebibyte and lose it when the line is cut."""
        try:
            return response.read1(CHUNK_BYTES)
        except (http.client.HTTPException, TimeoutError, ConnectionError) as error:
            raise _Cut(_reason(error)) from error

    def _check(self) -> None:
        if self._hash() != self._file.sha256:
            self._part.unlink()
            raise FeatureError(
                f"What came as {self._file.name} is not the published file and was removed; download it again, from "
                "another network if it happens twice."
            )
        self._part.replace(self._target)

    def _hash(self) -> str:
        return sha256(self._part, self._progress)


def sha256(path: Path, progress: Progress) -> str:
    """SHA-256 of a file as 64 hex digits; cancel is honoured after each mebibyte."""
    progress.begin(f"Checking {path.name.removesuffix('.part')}", path.stat().st_size)
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
            progress.advance(len(chunk))
    return digest.hexdigest()


def _reason(error: BaseException) -> str:
    if isinstance(error, urllib.error.URLError):
        error = error.reason if isinstance(error.reason, BaseException) else error
    if isinstance(error, TimeoutError):
        return "nothing comes any more"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
