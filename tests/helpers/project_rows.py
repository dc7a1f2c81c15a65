"""Small made-up datasets for tests that need a project."""

from merdesk.domain.affect import AffectScale
from merdesk.domain.clip import AudioFile
from merdesk.domain.source import DatasetInfo, SourceClip, SourceRating
from merdesk.project.batches import SLICE_MAX, Batch

NINE = AffectScale(1, 9, 1, 9)


def audio_file(number, folder=b"/music", **changes):
    facts = {
        "path": folder + b"/%d.mp3" % number,
        "size": 1000 + number,
        "mtime_ns": 5,
        "quick_key": b"key%d" % number,
        "duration_s": 45.0,
        "sample_rate_hz": 44100,
        "n_channels": 2,
        "codec": "mp3",
    }
    return AudioFile(**(facts | changes))


def source_clip(number, **changes):
    facts = {
        "source_id": str(number),
        "title": f"Song {number}",
        "artist": f"Artist {number % 7}",
        "genre": ("Rock", "hip-hop", "", "Jazz")[number % 4],
        "group": f"piece {number // 2}",
        "duration_s": 45.0,
        "audio": audio_file(number),
        "ratings": (SourceRating(1 + number % 9, 9 - number % 9, 1.0, 2.0, n_raters=10),),
    }
    return SourceClip(**(facts | changes))


def dataset_info(name="EmoMusic", scale=NINE):
    return DatasetInfo(name=name, title=f"The dataset {name}", scale=scale, expected_counts=(("clips", 744),))


def fill(project, n_clips=10, *, name="EmoMusic", loader="emomusic", first=0, keep_partial=False):
    """Import a dataset of n clips and return its id."""
    batch = Batch.begin(project, f"Import {name}", keep_partial=keep_partial)
    dataset_id = batch.dataset(dataset_info(name), loader=loader)
    clips = [source_clip(first + i) for i in range(n_clips)]
    for start in range(0, n_clips, SLICE_MAX):
        batch.add(dataset_id, clips[start : start + SLICE_MAX])
    batch.finish()
    return dataset_id


def clip_ids(project):
    return [row[0] for row in project.database.rows("SELECT id FROM seen_clip ORDER BY id")]


def seen(project):
    """Everything that readers see, as values that can be compared."""
    tables = {
        "dataset": "SELECT id, name, loader FROM seen_dataset",
        "clip": "SELECT id, dataset_id, track_id, source_id, genre_raw FROM seen_clip",
        "annotation": "SELECT id, clip_id, annotator_id, valence, arousal FROM seen_annotation"
        " WHERE clip_id IN (SELECT id FROM seen_clip)",
        "trace": "SELECT id, clip_id, annotator_id, affect FROM seen_trace WHERE clip_id IN (SELECT id FROM seen_clip)",
        "rating": "SELECT id, clip_id, annotator_id, confidence, cannot_say FROM rating"
        " WHERE clip_id IN (SELECT id FROM seen_clip)",
        "comparison": "SELECT id, first_id, second_id, outcome FROM comparison"
        " WHERE first_id IN (SELECT id FROM seen_clip) AND second_id IN (SELECT id FROM seen_clip)",
        "file": "SELECT f.id, f.track_id, f.path FROM current_file f WHERE track_id IN (SELECT track_id FROM seen_clip)",
        "root": "SELECT id, path FROM root WHERE id IN (SELECT root_id FROM current_file"
        " WHERE track_id IN (SELECT track_id FROM seen_clip))",
        "mapping": "SELECT id, dataset_id, raw, primary_genre FROM genre_mapping"
        " WHERE dataset_id IN (SELECT id FROM seen_dataset)",
        "provenance": "SELECT id, kind, title, clip_ids, reverted FROM provenance",
        "model": "SELECT id, name FROM model WHERE removed = 0",
    }
    return {name: frozenset(project.database.rows(sql)) for name, sql in tables.items()}


def assert_whole(project):
    """The file is sound and no authored row points to nothing."""
    assert project.database.rows("PRAGMA foreign_key_check") == []
    assert project.database.value("PRAGMA integrity_check") == "ok"
