"""Write a report into a folder in the background, with excerpts of its worst clips where someone asked for them."""

import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from merdesk.domain.arrays import FloatArray
from merdesk.domain.changes import Changes
from merdesk.errors import Failure, attempt
from merdesk.progress import Progress
from merdesk.project import clips
from merdesk.project.clips import ClipLocation
from merdesk.project.project import Project

if TYPE_CHECKING:
    from merdesk.reports.excerpts import Excerpt

FORMATS = ("html", "json", "csv")
"""Written when nobody chooses."""
EXCERPT_S = 8.0
RATE_HZ = 48_000
BITS_PER_S = 40_000
LICENCE_WARNING = "With excerpts report.html holds music under the licences of its datasets: do not pass it on where they forbid that."


class WriteReport:
    """Render a report in some formats; its result is the files written, in the order of the formats."""

    def __init__(
        self,
        project: Project,
        report: dict[str, Any],
        folder: Path,
        formats: Sequence[str] = FORMATS,
        *,
        excerpts: bool = False,
    ) -> None:
        self._report, self._folder, self._formats = report, folder, formats
        self._worst: list[ClipLocation] = []
        if excerpts and "worst" not in report["left_out"]:
            ids = [row["clip_id"] for row in report["worst_clips"]["rows"]]
            found = {one.clip_id: one for one in clips.locations(project, ids)}
            self._worst = [found[clip_id] for clip_id in ids if clip_id in found]

    @property
    def title(self) -> str:
        """What the job bar calls it."""
        return "Write report"

    def run(self, progress: Progress) -> list[Path]:
        """Cut the excerpts, draw, write.

        Raises
        ------
        ReportError
            For a format that is unknown or not installed, and when the folder cannot be written.
        """
        from merdesk.reports.export import write

        progress.begin("Cutting excerpts" if self._worst else "Writing the report")
        cut: dict[int, Excerpt] = {}
        for one in self._worst:
            progress.checkpoint()
            if (excerpt := _excerpt(one)) is not None:
                cut[one.clip_id] = excerpt
        return write(self._report, self._folder, self._formats, cut)

    def commit(self, part: Any) -> Changes:
        """Nothing is delivered before the end."""
        raise ValueError(f"unexpected part {part!r}")

    def finish(self, result: list[Path]) -> Changes:  # noqa: ARG002  (a report changes nothing)
        """Nothing to write into the project."""
        return Changes()

    def abandon(self) -> Changes:
        """Nothing was written into the project."""
        return Changes()


class DrawPictures:
    """Draw the pictures of a report that is shown; its result is SVG by name."""

    title = "Draw the report"

    def __init__(self, report: dict[str, Any]) -> None:
        self._report = report

    def run(self, progress: Progress) -> dict[str, str]:
        """Draw them."""
        from merdesk.reports.figures import pictures

        progress.begin("Drawing the pictures of the report")
        return pictures(self._report)

    def commit(self, part: Any) -> Changes:
        """Nothing is delivered before the end."""
        raise ValueError(f"unexpected part {part!r}")

    def finish(self, result: dict[str, str]) -> Changes:  # noqa: ARG002  (the caller has the result)
        """Nothing to write."""
        return Changes()

    def abandon(self) -> Changes:
        """Nothing was written."""
        return Changes()


def _excerpt(place: ClipLocation) -> "Excerpt | None":
    """The middle of a clip; None for a clip whose audio is not here or cannot be read."""
    from merdesk.audio.decoding import decode, mono
    from merdesk.reports.excerpts import Excerpt

    if place.path is None:
        return None
    path, length = Path(os.fsdecode(place.path)), place.duration_s
    skipped = 0.0 if length is None else max(0.0, (length - EXCERPT_S) / 2)
    sound = attempt(lambda: decode(path, onset_s=place.onset_s + skipped, duration_s=EXCERPT_S))
    if isinstance(sound, Failure):
        return None
    y = mono(sound.y, sound.sample_rate_hz, RATE_HZ)
    return Excerpt(_ogg(y), len(y) / RATE_HZ)


def _ogg(y: FloatArray) -> bytes:
    """Samples [n] at `RATE_HZ` as Opus in Ogg; without serial number by chance and encoder's name, so that bytes repeat."""
    import av

    buffer = io.BytesIO()
    options = {"fflags": "+bitexact", "serial_offset": "1"}
    with av.open(buffer, "w", format="ogg", options=options) as container:
        stream = container.add_stream("libopus", rate=RATE_HZ, layout="mono")
        stream.bit_rate = BITS_PER_S
        whole = (np.clip(y, -1, 1) * 32767).astype(np.int16)[None]
        frame = av.AudioFrame.from_ndarray(whole, format="s16", layout="mono")
        frame.sample_rate, frame.pts = RATE_HZ, 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return buffer.getvalue()
