"""Columns: codes, consensus on [-1, 1], repairs, predictions, flags, the cache."""

from dataclasses import replace

import numpy as np
import pytest
from helpers.project_rows import audio_file, dataset_info, fill, source_clip

from merdesk.domain.affect import Affect, AffectScale
from merdesk.domain.changes import Changes
from merdesk.domain.columns import ClipFlag
from merdesk.domain.prediction import Predictions
from merdesk.domain.source import SourceRating, SourceTrace
from merdesk.project import (
    annotations,
    annotators,
    clips,
    column_cache,
    columns,
    datasets,
    history,
    models,
    predictions,
    provenance,
    published,
    repairs,
)
from merdesk.project.batches import Batch
from merdesk.project.project import Project

UNIT = AffectScale(-1, 1, -1, 1)


def _import(project, clips, *, name="set", scale=UNIT):
    batch = Batch.begin(project, f"Import {name}", keep_partial=False)
    dataset_id = batch.dataset(dataset_info(name, scale), loader="table")
    batch.add(dataset_id, clips)
    batch.finish()
    return dataset_id


def _named(loaded, stem):
    names = (*getattr(loaded, f"{stem}_names"), "")
    return [names[code] for code in getattr(loaded, stem)]


def test_an_empty_project_has_empty_columns(project):
    assert len(columns.load(project)) == 0


def test_columns_are_coded_and_ascend(project):
    fill(project, 4)
    fill(project, 2, name="DEAM", first=100)
    shown = columns.load(project)
    assert shown.ids.tolist() == [1, 2, 3, 4, 5, 6]
    assert shown.dataset_names == ("EmoMusic", "DEAM")
    assert _named(shown, "dataset") == ["EmoMusic"] * 4 + ["DEAM"] * 2
    assert _named(shown, "genre") == ["Rock", "Hip-Hop", "", "Jazz", "Rock", "Hip-Hop"]
    assert _named(shown, "artist")[:3] == ["Artist 0", "Artist 1", "Artist 2"]
    assert _named(shown, "split") == [""] * 6


def test_the_same_group_name_in_two_datasets_is_two_groups(project):
    _import(
        project, [source_clip(1, group="g"), source_clip(2, group="g"), source_clip(3, group="")], name="A"
    )
    _import(project, [source_clip(4, group="g")], name="B")
    shown = columns.load(project)
    assert shown.group.tolist() == [0, 0, -1, 1]
    assert shown.group_names == ("A: g", "B: g")


def test_native_values_are_shown_on_the_unit_scale(project):
    rating = SourceRating(9, 1, 2.0, 1.0, n_raters=10)
    _import(project, [source_clip(1, ratings=(rating,))], scale=AffectScale(1, 9, 1, 9))
    shown = columns.load(project)
    assert shown.affect.tolist() == [[1.0, -1.0]]
    assert shown.spread.tolist() == [[0.5, 0.25]]
    assert shown.n_raters.tolist() == [10]


def test_several_annotators_give_mean_and_spread(project):
    said = tuple(SourceRating(v, 0, annotator=f"w{v}") for v in (-1, 0, 1))
    _import(project, [source_clip(1, ratings=said)])
    shown = columns.load(project)
    assert shown.affect.tolist() == [[0.0, 0.0]]
    assert shown.spread[0] == pytest.approx([np.sqrt(2 / 3), 0])
    assert shown.n_raters.tolist() == [3]


def test_a_clip_without_ratings_is_unknown(project):
    half = SourceRating(0.5, float("nan"))
    _import(project, [source_clip(1, ratings=()), source_clip(2, ratings=(half,))])
    shown = columns.load(project)
    assert np.isnan(shown.affect).all()
    assert np.isnan(shown.spread).all()
    assert shown.n_raters.tolist() == [0, 0]
    assert not shown.annotated.any()


def test_a_rating_in_the_window_counts_with_the_others(project):
    _import(project, [source_clip(1, ratings=(SourceRating(0, 0, 0, 0, n_raters=3),))])
    ann = annotators.named(project, "Ann")
    annotations.rate(project, clip_id=1, annotator_id=ann, unit=Affect(1, -1))
    shown = columns.load(project)
    assert shown.affect.tolist() == [[0.25, -0.25]]
    assert shown.n_raters.tolist() == [4]


def test_exchanged_values_are_read_the_other_way_round(project):
    ratings = (SourceRating(2, 8, 0.4, 1.2, n_raters=10),)
    dataset_id = _import(
        project,
        [source_clip(1, ratings=ratings), source_clip(2, ratings=ratings)],
        scale=AffectScale(1, 9, 1, 9),
    )
    ann = annotators.named(project, "Ann")
    annotations.rate(project, clip_id=2, annotator_id=ann, unit=Affect(-0.75, 0.75))
    provenance.add(
        project,
        title="Exchange",
        kind=repairs.EXCHANGE,
        dataset_id=dataset_id,
        clip_ids=[2],
        details={"r": 0.95},
    )
    shown = columns.load(project)
    assert shown.affect[0].tolist() == [-0.75, 0.75]
    assert shown.affect[1] == pytest.approx([(0.75 * 10 - 0.75) / 11, (-0.75 * 10 + 0.75) / 11])
    published, own = annotations.of_clip(project, 2)
    assert (published.valence, published.arousal) == (8, 2)
    assert (published.valence_std, published.arousal_std) == (1.2, 0.4)
    assert (own.valence, own.arousal) == (2, 8)
    (entry,) = provenance.all(project)
    assert (entry.title, entry.n_clips, entry.details, entry.reverted) == ("Exchange", 1, {"r": 0.95}, False)
    provenance.set_reverted(project, entry.id)
    assert annotations.of_clip(project, 2)[0].valence == 2
    history.undo(project)
    assert annotations.of_clip(project, 2)[0].valence == 8
    history.undo(project)
    assert provenance.all(project) == []


def test_a_repair_is_of_what_was_published_and_not_of_ratings_imported_since(project):
    dataset_id = _import(project, [source_clip(1, ratings=(SourceRating(-1, 1),))])
    batch = Batch.begin(project, "Import ratings", keep_partial=False)
    batch.rate([(1, SourceRating(1, -1))], source="study")
    batch.finish()
    provenance.add(project, title="Exchange", kind=repairs.EXCHANGE, dataset_id=dataset_id)
    assert columns.load(project).affect.tolist() == [[1.0, -1.0]]
    assert [said.valence for said in annotations.of_clip(project, 1)] == [1.0, 1.0]


def test_a_rescaled_dataset_is_read_on_the_scale_it_is_really_on(project):
    ratings = (SourceRating(5, 9, 4, 2, n_raters=10),)
    dataset_id = _import(project, [source_clip(1, ratings=ratings)], scale=AffectScale(0, 1, 0, 1))
    provenance.add(
        project,
        title="On 1-9",
        kind=repairs.RESCALE,
        dataset_id=dataset_id,
        details={"scale": [1, 9, 1, 9, "interval"]},
    )
    shown = columns.load(project)
    assert shown.affect.tolist() == [[0.0, 1.0]]
    assert shown.spread.tolist() == [[1.0, 0.5]]
    (said,) = annotations.of_clip(project, 1)
    assert (said.valence, said.arousal, said.valence_std, said.arousal_std) == (0.5, 1.0, 0.5, 0.25)


def test_a_project_read_as_filed_sets_every_repair_aside_and_changes_nothing(project):
    dataset_id = fill(project, 4)
    as_filed = columns.load(project)
    provenance.add(project, title="Exchange", kind=repairs.EXCHANGE, dataset_id=dataset_id, clip_ids=[1, 2])
    provenance.add(project, title="Leave out", kind=repairs.LEAVE_OUT, dataset_id=dataset_id, clip_ids=[4])
    provenance.add(project, title="Ranks", kind=repairs.RANK, dataset_id=dataset_id)
    provenance.set_splits(project, {1: "test"})
    repaired, version = columns.load(project), project.data_version
    assert (len(repaired), datasets.get(project, dataset_id).scale.kind) == (3, "rank")
    assert len(provenance.told(project)) == 4
    project.as_filed = True
    shown = columns.load(project)
    assert np.array_equal(shown.affect, as_filed.affect)
    assert (shown.split_names, len(shown)) == ((), 4)
    assert annotations.of_clip(project, 1) == annotations.of_clip(project, 1, as_filed=True)
    assert clips.get(project, 1).split == ""
    assert (
        datasets.get(project, dataset_id).scale.kind == datasets.all(project)[0].info.scale.kind == "interval"
    )
    assert len(published.read(project, dataset_id).source_dataset().clips) == 4
    assert provenance.told(project) == []
    project.as_filed = False
    assert np.array_equal(columns.load(project).affect, repaired.affect)
    assert project.data_version == version


def test_published_deviations_with_divisor_n_minus_one_are_read_with_divisor_n(project):
    """Values of four people on 1..9: their deviation by hand, and as columns have it."""
    said = np.array([2.0, 3.0, 5.0, 8.0])
    rating = SourceRating(said.mean(), 5, said.std(ddof=1), 0.0, n_raters=4)
    batch = Batch.begin(project, "Import", keep_partial=False)
    for ddof in (0, 1):
        info = replace(dataset_info(f"ddof {ddof}"), std_ddof=ddof)
        batch.add(batch.dataset(info, loader="table"), [source_clip(ddof, ratings=(rating,))])
    batch.finish()
    spread = columns.load(project).spread[:, 0]
    assert spread == pytest.approx([said.std(ddof=1) / 4, said.std(ddof=0) / 4])
    assert [row.info.std_ddof for row in datasets.all(project)] == [0, 1]


def test_an_unknown_kind_of_repair_is_refused(project):
    with pytest.raises(ValueError, match="kind must be one of"):
        provenance.add(project, title="?", kind="magic")
    with pytest.raises(KeyError, match="no entry 7"):
        provenance.set_reverted(project, 7)


def test_a_held_out_prediction_is_shown_before_an_in_sample_one(project):
    fill(project, 3)
    model = models.add(project, models.ModelRow("m", "ridge", "chroma", ("EmoMusic",)))
    assert np.isnan(columns.load(project).prediction).all()
    predictions.replace(
        project,
        model,
        Predictions([1, 2], [[0.1, 0.1], [0.2, 0.2]], held_out=True),
        Predictions([1, 3], [[0.9, 0.9], [0.3, 0.3]], held_out=False),
    )
    assert columns.load(project).prediction[:, 0] == pytest.approx([0.1, 0.2, 0.3])


def test_flags_tell_audio_traces_and_doubts(project):
    trace = SourceTrace(np.arange(2.0), np.zeros((2, 2)), UNIT)
    clips = [
        source_clip(1, audio=None),
        source_clip(2, trace=trace),
        source_clip(3, audio=audio_file(3, warning="may be cut")),
    ]
    _import(project, clips)
    shown = columns.load(project)
    assert shown.flagged(ClipFlag.HAS_AUDIO).tolist() == [False, True, True]
    assert shown.flagged(ClipFlag.HAS_TRACE).tolist() == [False, True, False]
    assert shown.flagged(ClipFlag.DOUBTFUL).tolist() == [False, False, True]


def test_small_changes_are_patched_in(project):
    fill(project, 5)
    ann = annotators.named(project, "Ann")
    before = columns.load(project)
    said = annotations.rate(project, clip_id=3, annotator_id=ann, unit=Affect(1, 1))
    after = columns.patched(project, before, said)
    assert after.n_raters.tolist() == [10, 10, 11, 10, 10]
    assert before.n_raters.tolist() == [10] * 5
    assert columns.patched(project, after, Changes()) is after


def test_a_batch_that_goes_and_comes_back_is_patched(project, monkeypatch):
    fill(project, 40)
    before = columns.load(project)
    fill(project, 5, name="DEAM", first=100)
    shown = columns.load(project)
    monkeypatch.setattr(columns, "load", None)
    gone = history.undo(project)
    assert gone.ids("clip") == {41, 42, 43, 44, 45}
    after = columns.patched(project, shown, gone)
    assert after.ids.tolist() == before.ids.tolist()
    for stem in columns.CODED:
        assert getattr(after, f"{stem}_names") == getattr(before, f"{stem}_names")
        assert _named(after, stem) == _named(before, stem)
    again = columns.patched(project, after, history.redo(project))
    assert again.dataset_names == ("EmoMusic", "DEAM")
    for stem in columns.CODED:
        assert _named(again, stem) == _named(shown, stem)
    assert np.array_equal(again.affect, shown.affect)


def test_of_a_large_batch_it_is_said_that_all_changed(project, monkeypatch):
    monkeypatch.setattr(history, "BATCH_NAMED_MAX", 3)
    fill(project, 4)
    assert history.undo(project).ids("clip") is None


def test_clips_that_arrive_are_patched_in_with_their_names(project):
    batch = Batch.begin(project, "Import", keep_partial=True)
    dataset_id = batch.dataset(dataset_info("folder"), loader="folder")
    batch.add(dataset_id, [source_clip(1, genre="Rock")])
    shown = columns.load(project)
    said = batch.add(dataset_id, [source_clip(2, genre="Blues"), source_clip(3, genre="")])
    shown = columns.patched(project, shown, said)
    assert shown.ids.tolist() == [1, 2, 3]
    assert _named(shown, "genre") == ["Rock", "Blues", ""]
    assert shown.genre[0] == 0


def test_more_genres_than_codes_are_left_without(project, monkeypatch):
    monkeypatch.setattr(columns, "SHORT_CODES", 2)
    _import(project, [source_clip(n, genre=f"genre {n}") for n in range(4)])
    assert _named(columns.load(project), "genre") == ["genre 0", "genre 1", "", ""]


@pytest.fixture
def cached(project, monkeypatch):
    """A project whose columns are kept although they are few."""
    monkeypatch.setattr(column_cache, "WORTH_KEEPING", 1)
    _import(project, [source_clip(n) for n in range(3)], name="Ünïcode")
    return project


def _same(first, second):
    arrays = all(
        np.array_equal(getattr(first, name), getattr(second, name), equal_nan=True) for name in first.DTYPES
    )
    return arrays and first.dataset_names == second.dataset_names and first.group_names == second.group_names


def test_the_cache_gives_the_same_columns(cached):
    read = columns.load(cached)
    kept = columns.load(cached)
    assert isinstance(kept.ids.base, np.memmap)
    assert _same(read, kept)
    assert not kept.affect.flags.writeable


def test_the_cache_ends_with_the_next_change(cached):
    columns.load(cached)
    datasets.rename(cached, 1, "New")
    assert columns.load(cached).dataset_names == ("New",)


def test_a_reader_uses_the_cache_and_writes_none(cached):
    with Project.open(cached.path) as reader:
        read = columns.load(reader)
        assert list(cached.cache_dir.iterdir()) == []
        columns.load(cached)
        assert _same(columns.load(reader), read)


@pytest.mark.parametrize("damage", [b"", b"nonsense", None])
def test_a_damaged_cache_is_read_anew(cached, damage):
    read = columns.load(cached)
    file = cached.cache_dir / column_cache.FILE
    file.write_bytes(file.read_bytes()[:-5] if damage is None else damage)
    assert _same(columns.load(cached), read)


def test_a_cache_that_cannot_be_written_is_no_harm(cached):
    cached.cache_dir.rmdir()
    assert len(columns.load(cached)) == 3
