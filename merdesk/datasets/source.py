"""A folder, a file or a zip as one list of files that can be read: zips are read in place, nothing is unpacked."""

import re
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Self

from merdesk.datasets.walk import is_audio_name, is_ignored, natural_key, walk
from merdesk.errors import DatasetError

MAX_READ_BYTES = 200 * 1024 * 1024
"""A larger file is not taken for a table: DEAM's largest has 3 MB."""
MAX_MEMBERS = 500_000
"""A zip that lists more members is refused; DEAM with per-rater files and features has some 9,000."""
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of a source: its name below the root with `/`, where it lies, and its member name inside a zip."""

    name: str
    path: Path
    member: str = ""
    size: int = 0

    @property
    def base(self) -> str:
        """The last part of the name."""
        return self.name.rsplit("/", 1)[-1]

    @property
    def stem(self) -> str:
        """The last part of the name without its ending."""
        return PurePosixPath(self.base).stem


def shown(name: str) -> str:
    """Return a file name for people, on one line: bytes that are no text and control characters are marked."""
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", "\ufffd", text)


def fold_name(name: str) -> str:
    """Return a file name without case, with blanks and underscores alike.

    Examples
    --------
    >>> fold_name("WCMED_ Metadata.csv") == fold_name("wcmed_metadata.CSV")
    True
    """
    return re.sub(r"[\s_]+", "_", name.casefold()).strip("_")


@dataclass(slots=True)
class Source:
    """What the user dropped; a context manager, because it keeps zips open between reads."""

    root: Path
    files: tuple[SourceFile, ...]
    unreadable: tuple[str, ...] = ()
    _zips: dict[Path, zipfile.ZipFile] = field(default_factory=dict)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the zips that were read."""
        for opened in self._zips.values():
            opened.close()
        self._zips.clear()

    @property
    def audio(self) -> tuple[Path, ...]:
        """Audio files on the disk; those inside a zip cannot be played and are not among them."""
        return tuple(file.path for file in self.files if not file.member and is_audio_name(file.base))

    @property
    def n_zipped_audio(self) -> int:
        """Number of audio files that lie inside zips."""
        return sum(bool(file.member) and is_audio_name(file.base) for file in self.files)

    def find(self, *names: str) -> SourceFile | None:
        """Return the file with one of these base names, the one nearest to the root when there are several."""
        return next(iter(self.find_all(*names)), None)

    def find_all(self, *names: str) -> tuple[SourceFile, ...]:
        """Return the files with one of these base names, those nearest to the root first."""
        wanted = {fold_name(name) for name in names}
        found = [file for file in self.files if fold_name(file.base) in wanted]
        return tuple(sorted(found, key=lambda file: file.name.count("/")))

    def read(self, file: SourceFile) -> bytes:
        """Return the content of a file.

        Raises
        ------
        DatasetError
            When it cannot be read, or is larger than `MAX_READ_BYTES`.
        """
        content = self.head(file, MAX_READ_BYTES + 1)
        # Counted after reading, because the size that a zip states may be a lie.
        if len(content) > MAX_READ_BYTES:
            raise DatasetError(
                f"{shown(file.name)} is larger than {MAX_READ_BYTES >> 20} MB and is not read as a table; "
                "split it, or keep only the columns that are needed."
            )
        return content

    def head(self, file: SourceFile, n_bytes: int) -> bytes:
        """Return at most the first n bytes of a file; DatasetError when it cannot be read."""
        try:
            if not file.member:
                with file.path.open("rb") as stream:
                    return stream.read(n_bytes)
            with self._zip(file.path).open(file.member) as member:
                return member.read(n_bytes)
        except _ZIP_ERRORS as error:
            reason = shown(getattr(error, "strerror", None) or str(error) or type(error).__name__)
            raise DatasetError(
                f"{shown(file.name)} cannot be read ({reason}); make it readable or download it again."
            ) from error

    def _zip(self, path: Path) -> zipfile.ZipFile:
        if path not in self._zips:
            self._zips[path] = zipfile.ZipFile(path)
        return self._zips[path]


def open_source(path: Path) -> Source:
    """List a folder with the zips in it, one zip, or one file.

    Raises
    ------
    DatasetError
        When there is nothing at this path, or a zip is broken or hostile.
    """
    if not path.exists():
        raise DatasetError(f"There is nothing at {shown(str(path))}; check the path.")
    listing = walk([path])
    root = path if path.is_dir() else path.parent
    source = Source(root, (), tuple(shown(str(folder)) for folder in listing.unreadable))
    files: list[SourceFile] = []
    for found in listing.files:
        name = found.relative_to(root).as_posix()
        if found.suffix.casefold() == ".zip":
            files += _members(source, found, prefix="" if found == path else name + "/")
        else:
            files.append(SourceFile(name, found))
    source.files = tuple(files)
    return source


def _members(source: Source, path: Path, *, prefix: str) -> list[SourceFile]:
    try:
        infos = source._zip(path).infolist()  # noqa: SLF001  (same module)
    except _ZIP_ERRORS as error:
        source.close()
        raise DatasetError(f"{shown(path.name)} is not a readable zip; download it again.") from error
    if len(infos) > MAX_MEMBERS:
        source.close()
        raise DatasetError(
            f"{shown(path.name)} lists {len(infos)} members, more than any dataset has; unpack it first."
        )
    members = []
    for info in infos:
        if _leaves_folder(info.filename):
            source.close()
            raise DatasetError(
                f"{shown(path.name)} has a member that leaves its folder ({shown(info.filename)!r}); "
                "do not unpack it, and download the dataset from its own site."
            )
        if info.filename and not info.is_dir() and not any(map(is_ignored, info.filename.split("/"))):
            members.append(SourceFile(prefix + info.filename, path, info.filename, info.file_size))
    return sorted(members, key=lambda member: natural_key(member.name))


def _leaves_folder(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return ".." in parts or name.startswith(("/", "\\")) or bool(re.match(r"[A-Za-z]:", name))
