"""EmoMusic, also known as "1000 songs" or MediaEval 2013 (Soleymani et al. 2013).

Who rated: at least ten crowd workers a clip, perceived emotion, static and continuously at 2 Hz from second 15.
Scale: static 1..9, traces -1..1; standard deviations with ddof 1. Counts: 744 clips of 45 s, 619 development and
125 evaluation, eight genres. Licence: music Creative Commons from the Free Music Archive.
"""

from merdesk.datasets.loader import Recognition, audio_part, sentence
from merdesk.datasets.matching import natural_order
from merdesk.datasets.parsing import find_with, read
from merdesk.datasets.reading import Reading, Row, clock_s, segment
from merdesk.datasets.source import Source, SourceFile
from merdesk.datasets.traces import join_wide, read_wide
from merdesk.domain.affect import UNIT_SCALE, AffectScale
from merdesk.domain.source import DatasetInfo, SourceClip, SourceDataset, SourceTrace
from merdesk.errors import DatasetError

KEY = "emomusic"
N_RATERS = 10
"""The paper states at least ten; standard deviations with either ddof agree on ten for 601 of 744 clips."""
INFO = DatasetInfo(
    name="EmoMusic",
    title="EmoMusic (1000 songs for emotional analysis of music)",
    scale=AffectScale(1, 9, 1, 9),
    description=(
        "Clips of 45 s from the Free Music Archive, rated for perceived emotion by at least ten crowd workers each, "
        "once for the whole clip (1..9) and continuously (-1..1, 2 Hz from second 15). "
        "Published standard deviations have ddof 1."
    ),
    citation=(
        "Soleymani, M., Caro, M. N., Schmidt, E. M., Sha, C.-Y., & Yang, Y.-H. (2013). 1000 songs for emotional "
        "analysis of music. In Proceedings of the 2nd ACM International Workshop on Crowdsourcing for Multimedia "
        "(pp. 1-6). https://doi.org/10.1145/2506364.2506365"
    ),
    bibtex="""@inproceedings{soleymani2013,
  author = {Soleymani, Mohammad and Caro, Micheal N. and Schmidt, Erik M. and Sha, Cheng-Ya and Yang, Yi-Hsuan},
  title = {1000 Songs for Emotional Analysis of Music},
  booktitle = {Proceedings of the 2nd ACM International Workshop on Crowdsourcing for Multimedia},
  pages = {1--6},
  year = {2013},
  doi = {10.1145/2506364.2506365}
}""",
    licence="Music: Creative Commons as stated by each track; annotations: academic use",
    url="https://cvml.unige.ch/databases/emoMusic/",
    emotion="perceived",
    grouped_by="artist",
    expected_counts=(
        ("clips", 744), ("annotated", 744), ("traces", 744), ("genres", 8),
        ("shortest clip, s", 45), ("longest clip, s", 45),
        ("split development", 619), ("split evaluation", 125),
        ("genre Classical", 116), ("genre Country", 105), ("genre Jazz", 105), ("genre Blues", 100),
        ("genre Electronic", 92), ("genre Pop", 78), ("genre Rock", 77), ("genre Folk", 71),
    ),
    std_ddof=1,
)  # fmt: skip
_TRACE_FILES = (
    "valence_cont_average.csv",
    "arousal_cont_average.csv",
    "valence_cont_std.csv",
    "arousal_cont_std.csv",
)


def find_static(source: Source) -> SourceFile | None:
    """Find the static table; PMEmo's has the same name, so the columns decide."""
    return find_with(source, ("song_id", "mean_valence"), "static_annotations.csv")


def find_info(source: Source) -> SourceFile | None:
    """Find the table of songs."""
    return source.find("songs_info.csv")


def recognise(source: Source) -> Recognition | None:
    """Say which of the published tables are there."""
    static, info = find_static(source), find_info(source)
    traces = [file for name in _TRACE_FILES if (file := source.find(name))]
    if static is None and (info is None or not traces):
        return None
    n_clips = 0 if static is None else len(read(source, static))
    parts = [
        f"{n_clips} clips with static annotations" if static else "no static annotations",
        "traces" if len(traces) >= 2 else "no traces",
        "" if info else "no songs_info.csv (titles, genres and split are missing)",
        audio_part(source, n_clips),
    ]
    return Recognition(
        KEY, INFO, sentence(INFO.name, parts), (("annotated", n_clips), ("tables of traces", len(traces)))
    )


def load(source: Source) -> SourceDataset:
    """Read static annotations, traces and descriptions; clips are all that any table names."""
    reading = Reading(source)
    info = reading.rows(reading.table(find_info(source)), "song_id")
    static = reading.rows(reading.table(find_static(source)), "song_id")
    traces = _traces(reading)
    ids = info.keys() | static.keys() | traces.keys()
    if not ids:
        raise DatasetError(
            f"{source.root.name} has no table of EmoMusic; choose the folder with static_annotations.csv."
        )
    clips = [_clip(reading, key, info.get(key), static.get(key), traces.get(key)) for key in ids]
    return SourceDataset(INFO, natural_order(clips), tuple(reading.left_out))


def _traces(reading: Reading) -> dict[str, SourceTrace]:
    files = [reading.source.find(name) for name in _TRACE_FILES]
    wide = [read_wide(reading, reading.table(file)) for file in files]
    return join_wide(reading, *wide, scale=UNIT_SCALE, names=_TRACE_FILES[:2])


def _clip(
    reading: Reading, key: str, info: Row | None, static: Row | None, trace: SourceTrace | None
) -> SourceClip:
    ratings = (
        reading.rating(
            static, "mean_valence", "mean_arousal", "std_valence", "std_arousal", n_raters=N_RATERS
        )
        if static
        else ()
    )
    if info is None:
        return SourceClip(source_id=key, ratings=ratings, trace=trace)
    start_s = clock_s(info.text("start of the segment (min.sec)"))
    stop_s = clock_s(info.text("end of the segment (min.sec)"))
    return SourceClip(
        source_id=key,
        title=info.text("song title"),
        artist=info.text("artist"),
        genre=info.text("genre"),
        group=info.text("artist"),
        split=info.text("mediaeval 2013 set"),
        ratings=ratings,
        trace=trace,
        file_name=info.text("file_name"),
        segment_s=segment(start_s, stop_s),
    )
