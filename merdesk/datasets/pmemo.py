"""PMEmo2019 (Zhang et al. 2018): choruses of popular songs.

Who rated: ten or more students a song in the laboratory, with electrodermal activity recorded; listed as induced
emotion, static and at 2 Hz from second 15.5. Scale: 0..1; standard deviations with ddof 0. Counts: 794 choruses, 767
labelled (27 clips under 15.5 s have no label), 36,434 samples of traces. Licence: not stated, academic use.
"""

import re
from dataclasses import replace

from merdesk.datasets.loader import Recognition, audio_part, sentence
from merdesk.datasets.matching import natural_order
from merdesk.datasets.parsing import find_with, read
from merdesk.datasets.reading import Reading, Row, clock_s, segment
from merdesk.datasets.source import Source, SourceFile, fold_name
from merdesk.datasets.traces import join_long, read_long
from merdesk.domain.affect import AffectScale
from merdesk.domain.source import DatasetInfo, SourceClip, SourceDataset, SourceTrace
from merdesk.errors import DatasetError

KEY = "pmemo"
N_RATERS = 10
"""Stated as at least ten."""
INFO = DatasetInfo(
    name="PMEmo",
    title="PMEmo2019 (popular music with emotional annotations)",
    scale=AffectScale(0, 1, 0, 1),
    description=(
        "Choruses of popular songs of 2016-2017, rated for induced emotion by at least ten students each in the "
        "laboratory, once for the whole clip and continuously (2 Hz from second 15.5), both on 0..1. "
        "27 clips under 15.5 s have no label."
    ),
    citation=(
        "Zhang, K., Zhang, H., Li, S., Yang, C., & Sun, L. (2018). The PMEmo dataset for music emotion recognition. "
        "In Proceedings of the 2018 ACM International Conference on Multimedia Retrieval (pp. 135-142). "
        "https://doi.org/10.1145/3206025.3206037"
    ),
    bibtex="""@inproceedings{zhang2018,
  author = {Zhang, Kejun and Zhang, Hui and Li, Simeng and Yang, Changyuan and Sun, Lingyun},
  title = {The {PMEmo} Dataset for Music Emotion Recognition},
  booktitle = {Proceedings of the 2018 ACM International Conference on Multimedia Retrieval},
  pages = {135--142},
  year = {2018},
  doi = {10.1145/3206025.3206037}
}""",
    licence="Not stated; for academic use",
    url="https://github.com/HuiZhangDB/PMEmo",
    emotion="induced",
    grouped_by="artist",
    expected_counts=(("clips", 794), ("annotated", 767), ("traces", 767), ("trace samples", 36_434)),
)
_OLD_FILES = re.compile(r"\d+-[av]\.csv|[av]_static\.csv")


def find_static(source: Source, statistic: str = "mean") -> SourceFile | None:
    """Find the static table of means ("mean") or standard deviations ("std"); EmoMusic's has the same name."""
    name = "static_annotations.csv" if statistic == "mean" else "static_annotations_std.csv"
    return find_with(source, ("musicid", f"valence({statistic})"), name)


def find_traces(source: Source, statistic: str = "mean") -> SourceFile | None:
    """Find the table of traces."""
    name = "dynamic_annotations.csv" if statistic == "mean" else "dynamic_annotations_std.csv"
    return find_with(source, ("musicid", "frametime", f"valence({statistic})"), name)


def find_info(source: Source) -> SourceFile | None:
    """Find the table of songs."""
    return find_with(source, ("musicid", "title"), "metadata.csv")


def recognise(source: Source) -> Recognition | None:
    """Say which of the published tables are there; the release of 2018 is known and not supported."""
    static, traces, info = find_static(source), find_traces(source), find_info(source)
    if static is None and traces is None:
        return _recognise_2018(source)
    n_labelled = len(read(source, static)) if static else 0
    n_songs = len(read(source, info)) if info else 0
    parts = [
        f"{n_songs} choruses" if info else "no metadata.csv (titles and artists are missing)",
        f"{n_labelled} with static annotations" if static else "no static annotations",
        "traces" if traces else "no traces",
        audio_part(source, n_songs),
    ]
    return Recognition(KEY, INFO, sentence(INFO.name, parts), (("clips", n_songs), ("annotated", n_labelled)))


def _recognise_2018(source: Source) -> Recognition | None:
    n_files = sum(bool(_OLD_FILES.fullmatch(fold_name(file.base))) for file in source.files)
    if n_files < 2:
        return None
    text = (
        "PMEmo in its release of 2018 (a file per song and dimension), which is not supported; "
        "download PMEmo2019, which has the same songs."
    )
    return Recognition(KEY, INFO, text, (("files", n_files),), supported=False)


def load(source: Source) -> SourceDataset:
    """Read static annotations, traces and descriptions; a chorus without a label is a clip without one."""
    reading = Reading(source)
    if find_static(source) is None and (old := _recognise_2018(source)):
        raise DatasetError(f"This is {old.sentence}")
    info = reading.rows(reading.table(find_info(source)), "musicid")
    static = reading.rows(reading.table(find_static(source)), "musicid")
    spread = reading.rows(reading.table(find_static(source, "std")), "musicid")
    traces = _traces(reading)
    genres = _genres(reading)
    ids = info.keys() | static.keys() | traces.keys()
    if not ids:
        raise DatasetError(
            f"{source.root.name} has no table of PMEmo; choose the folder that holds 'annotations'."
        )
    clips = [
        _clip(
            reading,
            key,
            info.get(key),
            static.get(key),
            spread.get(key),
            traces.get(key),
            genres.get(key, "Pop"),
        )
        for key in ids
    ]
    return SourceDataset(INFO, natural_order(clips), tuple(reading.left_out))


def _traces(reading: Reading) -> dict[str, SourceTrace]:
    means, stds = (
        read_long(
            reading,
            reading.table(find_traces(reading.source, statistic)),
            "musicid",
            "frametime",
            f"valence({statistic})",
            f"arousal({statistic})",
        )
        for statistic in ("mean", "std")
    )
    return join_long(means, stds, INFO.scale)


def _genres(reading: Reading) -> dict[str, str]:
    """Genres as people tagged them, for some songs."""
    rows = reading.rows(reading.table(reading.source.find("netease_soundcloud.csv")), "musicid", ragged=True)
    return {key: genre for key, row in rows.items() if (genre := row.text("genre"))}


def _clip(
    reading: Reading,
    key: str,
    info: Row | None,
    static: Row | None,
    spread: Row | None,
    trace: SourceTrace | None,
    genre: str,
) -> SourceClip:
    ratings = reading.rating(static, "valence(mean)", "arousal(mean)", n_raters=N_RATERS) if static else ()
    if ratings and spread:
        ratings = (reading.with_spread(ratings[0], spread, "valence(std)", "arousal(std)"),)
    clip = SourceClip(source_id=key, genre=genre, ratings=ratings, trace=trace, file_name=f"{key}.mp3")
    return clip if info is None else _described(clip, info)


def _described(clip: SourceClip, info: Row) -> SourceClip:
    return replace(
        clip,
        title=info.text("title"),
        artist=info.text("artist"),
        album=info.text("album"),
        group=info.text("artist"),
        file_name=info.text("filename") or clip.file_name,
        segment_s=segment(clock_s(info.text("chorus_start_time")), clock_s(info.text("chorus_end_time"))),
    )
