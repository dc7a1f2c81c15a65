"""Clips that sound alike, and their map, from a real project's features."""

import numpy as np
import pytest
from helpers.music import write_music

from merdesk.features.store import FeatureStore
from merdesk.project import clips
from merdesk.project.project import Project
from merdesk.workflows.extract import ExtractFeatures
from merdesk.workflows.import_any import importer
from merdesk.workflows.sound_space import CompareSounds, MapSounds, sound_features
from merdesk.workflows.workflow import run_here


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Six tunes, of which the last one is the first one again under another name."""
    folder = tmp_path_factory.mktemp("sounds")
    paths = write_music(folder / "album", 5)
    (folder / "album" / "zz-copy.wav").write_bytes(paths[0].read_bytes() + b"\0" * 2)
    with Project.create(folder / "sounds.merdesk") as made:
        run_here(importer(made, folder / "album"))
        run_here(ExtractFeatures(made, ("chroma", "basic"), workers=1))
        yield made


def test_nothing_to_compare_by_is_said_with_an_empty_list(tmp_path):
    with Project.create(tmp_path / "new.merdesk") as made:
        assert sound_features(made) == ()
    with Project.open(tmp_path / "new.merdesk", read_only=True) as made:
        assert sound_features(made) == ()


def test_sets_that_know_as_many_clips_are_offered_together_first(project):
    choices = sound_features(project)
    assert [choice.label for choice in choices] == ["chroma+basic", "chroma", "basic"]
    assert choices[0].n_clips >= 5


def test_a_tune_sounds_most_like_its_copy(project):
    sounds = run_here(CompareSounds(project, sound_features(project)[0]))
    labels = {label.id: label.source_id for label in clips.labels(project)}
    first = next(clip_id for clip_id, name in labels.items() if "tune-0" in name)
    found = sounds.like(first, 3)
    assert "zz-copy" in labels[found[0][0]]
    assert found[0][1] == pytest.approx(1.0, abs=1e-4)
    assert [similarity for _, similarity in found] == sorted((s for _, s in found), reverse=True)


def test_a_clip_without_features_is_like_nothing(project):
    sounds = run_here(CompareSounds(project, sound_features(project)[0]))
    assert sounds.like(10_000, 3) == []
    assert sounds.row_of(0) is None


def test_a_map_is_kept_and_found_again(project, monkeypatch):
    features = sound_features(project)[0]
    made = run_here(MapSounds(project, features, "pca"))
    assert made.ids.tolist() == [label.id for label in clips.labels(project)]
    assert len(list(project.cache_dir.glob("map-*.npy"))) == 1
    monkeypatch.setattr("merdesk.exploration.projection.project", lambda *_, **__: pytest.fail("made again"))
    again = run_here(MapSounds(project, features, "pca"))
    assert np.array_equal(made.places, again.places)
    assert made.explained == again.explained > 0


def test_a_damaged_map_is_made_again(project):
    features = sound_features(project)[-1]
    made = run_here(MapSounds(project, features, "pca"))
    for path in project.cache_dir.glob("map-*.npy"):
        path.write_bytes(path.read_bytes()[:100])
    assert np.array_equal(run_here(MapSounds(project, features, "pca")).places, made.places)


def test_other_features_make_another_map(project):
    before = len(list(project.cache_dir.glob("map-*.npy")))
    run_here(MapSounds(project, sound_features(project)[1], "pca"))
    assert len(list(project.cache_dir.glob("map-*.npy"))) == before + 1


def test_features_are_read_as_they_are_in_the_store(project):
    with FeatureStore.open(project.features_dir, read_only=True) as store:
        widths = {found.features.extractor: found.width for found in store.sets()}
    sounds = run_here(CompareSounds(project, sound_features(project)[0]))
    assert sounds.index.directions.shape == (6, widths["chroma"] + widths["basic"])
