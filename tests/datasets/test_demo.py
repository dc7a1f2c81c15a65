"""The demo's datasets: deterministic, true to the cues, and with exactly the defects that are documented."""

import io
from functools import cache

import numpy as np
import pytest
import soundfile

from merdesk.datasets import demo as demo_of
from merdesk.datasets.demo import DESIGNS, GENRES, N_CLIPS, cues, files_of, write_sound
from merdesk.datasets.demo.audio import encode
from merdesk.datasets.demo.catalogue import GENRE_OFFSET, MIN_ARTISTS, OFFSET_GENRE
from merdesk.datasets.demo.instruments import RATE_HZ
from merdesk.datasets.demo.ogg import with_serial
from merdesk.datasets.demo.raters import Panel
from merdesk.datasets.demo.synthesis import render
from merdesk.doctor import examine
from merdesk.doctor.dataset import DoctorDataset
from merdesk.domain.affect import AffectScale
from merdesk.errors import DatasetError

SEEDS = range(1, 6)
compose = cache(demo_of.compose)


def by_name(demo):
    return {dataset.design.name: dataset for dataset in demo}


def ratings(dataset):
    """Valence and arousal on [-1, 1], by source id."""
    scale = dataset.source.info.scale
    return {
        clip.source_id: scale.to_unit([[clip.ratings[0].valence, clip.ratings[0].arousal]])[0]
        for clip in dataset.source.clips
    }


def change(seed, name, genre=""):
    """What the plants do to the ratings of clips that both demos have, [n, 2] with and [n, 2] without."""
    planted, clean = (by_name(compose(seed, plants=plants))[name] for plants in (True, False))
    wanted = {clip.source_id for clip in planted.clips if genre in {"", clip.sound.genre}}
    with_plants, without = ratings(planted), ratings(clean)
    shared = [key for key in with_plants if key in without and key in wanted]
    assert len(shared) >= 40
    return np.array([with_plants[key] for key in shared]), np.array([without[key] for key in shared])


def findings(seed, plants):
    demo = compose(seed, plants=plants)
    found = examine([DoctorDataset.of(dataset.source) for dataset in demo])
    return {(f.dataset, f.check): len(f.affected) for f in found if f.severity != "note"}


def test_a_seed_gives_the_same_demo_and_another_seed_another_one():
    first, again, other = (ratings(demo_of.compose(seed)[0]) for seed in (3, 3, 4))
    assert all(np.array_equal(first[key], again[key]) for key in first)
    assert not np.array_equal(first["1"], other["1"])


@pytest.mark.parametrize("ending", ["flac", "ogg"])
def test_a_sound_gives_the_same_bytes_each_time(ending):
    sound = compose(7, n_per_dataset=4)[1].clips[2].sound
    assert encode(sound, ending) == encode(sound, ending)


def test_ogg_pages_keep_their_sound_under_another_serial_number():
    data = encode(compose(7, n_per_dataset=4)[1].clips[2].sound, "ogg")
    other = with_serial(data, 99)
    assert other != data
    first, _ = soundfile.read(io.BytesIO(data))
    again, _ = soundfile.read(io.BytesIO(other))
    assert np.array_equal(first, again)
    with pytest.raises(ValueError, match="no page of Ogg at byte 0"):
        with_serial(b"RIFF" + data, 1)


def test_every_clip_says_that_it_is_synthetic_and_fits_its_scale():
    for dataset in compose(1):
        info = dataset.source.info
        for text in (info.title, info.description, info.citation, info.licence):
            assert "synthetic" in text.lower()
        assert len(dataset.source.clips) == N_CLIPS
        spreads = [clip.ratings[0].valence_std for clip in dataset.source.clips]
        assert 0.2 < np.median(info.scale.spread_to_unit([[spread, spread] for spread in spreads])) < 0.4
        assert (np.abs(list(ratings(dataset).values())) <= 1 + 0.25).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_at_least_twelve_artists_for_each_genre_of_each_dataset_and_none_in_two(seed):
    owners = {}
    for dataset in compose(seed, plants=False):
        for genre in dataset.design.shares:
            artists = {clip.artist for clip in dataset.clips if clip.sound.genre == genre}
            assert len(artists) >= MIN_ARTISTS
            assert all(owners.setdefault(artist, (dataset, genre)) == (dataset, genre) for artist in artists)
    for dataset in compose(seed):
        assert {clip.sound.genre for clip in dataset.clips} == set(dataset.design.shares)
        for genre in dataset.design.shares:
            assert len({c.artist for c in dataset.clips if c.sound.genre == genre}) >= MIN_ARTISTS


def test_titles_occur_once_and_the_genres_are_those_with_a_colour_of_their_own():
    clips = [clip for dataset in compose(2, plants=False) for clip in dataset.source.clips]
    assert len({clip.title for clip in clips}) == len(clips) == 5 * N_CLIPS
    assert {clip.genre for clip in clips} == set(GENRES)


@pytest.mark.parametrize("seed", SEEDS)
def test_ratings_follow_the_cues_in_the_directions_of_the_literature(seed):
    demo = compose(seed, plants=False)
    values = np.array([clip.sound.cues.values for dataset in demo for clip in dataset.clips])
    rated = np.array([affect for dataset in demo for affect in ratings(dataset).values()])
    r = np.corrcoef(values.T, rated.T)[: len(cues.NAMES), len(cues.NAMES) :]
    valence, arousal = (dict(zip(cues.NAMES, column, strict=True)) for column in r.T)
    assert valence["mode"] > 0.7
    assert valence["dissonance"] < -0.5
    assert valence["register"] > 0.3
    assert arousal["tempo"] > 0.7
    assert arousal["loudness"] > 0.7
    assert arousal["articulation"] > 0.5
    assert arousal["brightness"] > 0.5
    assert abs(arousal["mode"]) < 0.2
    expressed = np.array([clip.sound.cues.affect for dataset in demo for clip in dataset.clips])
    assert min(np.corrcoef(expressed[:, axis], rated[:, axis])[0, 1] for axis in range(2)) > 0.9


def test_the_whole_plane_is_visited_and_genres_overlap():
    rated = np.array([affect for dataset in compose(1, plants=False) for affect in ratings(dataset).values()])
    genre = np.array([clip.genre for dataset in compose(1, plants=False) for clip in dataset.source.clips])
    quadrants = np.bincount((rated[:, 0] > 0) * 2 + (rated[:, 1] > 0), minlength=4) / len(rated)
    assert quadrants.min() > 0.15
    means = np.array([rated[genre == name].mean(axis=0) for name in GENRES])
    within = np.mean([rated[genre == name].std(axis=0) for name in GENRES])
    largest = max(float(np.linalg.norm(one - two)) for one in means for two in means)
    assert within / 2 < largest < 2.5 * within


@pytest.mark.parametrize("seed", SEEDS)
def test_the_doctor_finds_what_is_planted_and_nothing_without_plants(seed):
    found = findings(seed, plants=True)
    outside = found.pop(("Cascade", "scale"))
    assert 1 <= outside < N_CLIPS / 2
    assert found == {("Boreal", "exchanged"): N_CLIPS, ("Boreal", "overlap with Aurora"): 24}
    assert findings(seed, plants=False) == {}


def test_the_exchange_is_exact_and_spares_the_traces():
    planted, clean = change(1, "Boreal")
    assert np.array_equal(planted, clean[:, ::-1])
    with_plants, without = (by_name(compose(1, plants=plants))["Boreal"].source for plants in (True, False))
    known = {clip.source_id: clip for clip in without.clips}
    shared = [(clip, known[clip.source_id]) for clip in with_plants.clips if clip.source_id in known]
    assert shared
    assert all(np.array_equal(one.trace.affect, two.trace.affect) for one, two in shared)
    assert all(one.ratings[0].valence_std == two.ratings[0].arousal_std for one, two in shared)


def test_the_zero_based_scale_moves_every_rating_by_a_quarter():
    planted, clean = change(1, "Cascade")
    assert planted - clean == pytest.approx(-0.25)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_genre_offset_has_its_size_in_its_genre_only(seed):
    planted, clean = change(seed, "Delta", OFFSET_GENRE)
    # The scale's end takes a little of it from the most positive clips.
    assert GENRE_OFFSET * 0.85 < (planted - clean)[:, 0].mean() <= GENRE_OFFSET
    assert np.array_equal(planted[:, 1], clean[:, 1])
    for genre in ("Rock", "Electronic"):
        with_plants, without = (by_name(compose(seed, plants=p))["Delta"] for p in (True, False))
        keys = [clip.source_id for clip in with_plants.clips if clip.sound.genre == genre]
        assert all(np.array_equal(ratings(with_plants)[key], ratings(without)[key]) for key in keys)


def test_copies_have_the_sound_artist_and_ratings_of_the_dataset_they_come_from():
    demo = by_name(compose(1))
    aurora = {clip.source_id: clip for clip in demo["Aurora"].clips}
    copies = [clip for clip in demo["Boreal"].clips if clip.source_id in aurora]
    assert len(copies) == 24
    assert all(clip is aurora[clip.source_id] for clip in copies)
    mine, theirs = ratings(demo["Boreal"]), ratings(demo["Aurora"])
    assert all(np.array_equal(mine[clip.source_id], theirs[clip.source_id][::-1]) for clip in copies)
    flac, ogg = (encode(copies[0].sound, ending) for ending in ("flac", "ogg"))
    first, again = (soundfile.read(io.BytesIO(data))[0] for data in (flac, ogg))
    assert len(first) == len(again)
    assert 0.99 < np.corrcoef(first, again)[0, 1] < 1


def test_the_two_training_datasets_are_the_same_with_and_without_plants():
    for with_plants, without in zip(compose(5), compose(5, plants=False), strict=True):
        if not with_plants.design.plants:
            assert with_plants.source.clips == without.source.clips
            both = zip(with_plants.clips, without.clips, strict=True)
            assert all(one.sound.seed == two.sound.seed for one, two in both)
    assert [design.name for design in DESIGNS if not design.plants] == ["Aurora", "Ember"]


def test_traces_run_at_two_hertz_and_agree_with_what_raters_heard():
    clean = by_name(compose(1, plants=False))["Boreal"]
    static = ratings(clean)
    dynamic = {clip.source_id: clip.trace.affect.mean(axis=0) for clip in clean.source.clips}
    pairs = np.array([[*static[key], *dynamic[key]] for key in static])
    r = np.corrcoef(pairs.T)
    assert min(r[0, 2], r[1, 3]) > 0.9
    trace = clean.source.clips[0].trace
    assert np.allclose(np.diff(trace.time_s), 0.5)
    assert trace.time_s[-1] < clean.clips[0].sound.duration_s
    # Arousal of a trace follows the swell of the sound.
    rises = [clip.trace.affect[-1, 1] - clip.trace.affect[0, 1] for clip in clean.source.clips]
    assert np.corrcoef(rises, [clip.sound.cues.swell for clip in clean.clips])[0, 1] > 0.6


def test_the_panel_says_its_mean_and_deviation_on_its_own_scale():
    panel = Panel(400, AffectScale(1, 9, 1, 9), 1.0)
    rating = panel.rate(np.array([0.5, -0.25]), np.random.default_rng(0))
    assert (rating.valence, rating.arousal) == pytest.approx((7.0, 4.0), abs=0.2)
    assert (rating.valence_std, rating.arousal_std) == pytest.approx((1.25, 1.25), abs=0.15)
    assert rating.n_raters == 400


@pytest.mark.parametrize("genre", GENRES)
def test_sound_is_whole_and_at_the_level_of_its_cue(genre):
    clips = [clip for dataset in compose(3) for clip in dataset.clips if clip.sound.genre == genre][:6]
    for clip in clips:
        y = render(clip.sound)
        assert len(y) == pytest.approx(clip.sound.duration_s * RATE_HZ, abs=1)
        assert np.isfinite(y).all()
        assert np.abs(y).max() < 0.99
        level_db = 10 * np.log10((y**2).mean())
        wanted_db = -34 + 21 * (clip.sound.cues["loudness"] + 1) / 2
        assert level_db == pytest.approx(wanted_db, abs=2.5)


def test_features_hear_the_cues():
    from merdesk.features.basic import Basic

    clips = [clip for dataset in compose(6, n_per_dataset=10) for clip in dataset.clips]
    basic = Basic()
    heard = np.array([basic.extract(render(clip.sound).astype(np.float32)).pooled for clip in clips])
    played = np.array([clip.sound.cues.values for clip in clips])

    def r(feature, cue):
        return np.corrcoef(heard[:, basic.dimension_names.index(feature)], played[:, cues.NAMES.index(cue)])[
            0, 1
        ]

    assert r("loudness", "loudness") > 0.9
    assert r("mode", "mode") > 0.4
    assert r("register", "register") > 0.5
    assert r("brightness", "brightness") > 0.3


def test_a_file_is_written_whole_and_a_failure_is_told_in_a_sentence(tmp_path):
    dataset = compose(1, n_per_dataset=4)[1]
    path, sound = next(iter(files_of(dataset, tmp_path).items()))
    write_sound(sound, path)
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert soundfile.info(path).duration == pytest.approx(sound.duration_s, abs=0.01)
    (tmp_path / "file").write_text("")
    with pytest.raises(DatasetError, match="could not be written"):
        write_sound(sound, tmp_path / "file" / "1.ogg")


def test_cues_outside_their_range_are_refused():
    with pytest.raises(ValueError, match="must be 7 values"):
        cues.Cues(np.full(7, 1.5))
