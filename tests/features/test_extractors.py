"""What every extractor owes to those who call it, run over all of them."""

import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from helpers.jukebox_weights import write_deep
from tones import RATE_HZ, clicks, music, noise, tone

from merdesk.errors import FeatureError
from merdesk.features import EXTRACTORS, extractor, known_names
from merdesk.features.key import FeatureSet, canonical
from merdesk.settings import Settings

NAMES = [name for name, _ in EXTRACTORS]
STAND_INS = Path(__file__).parents[1] / "helpers" / "stand_ins"
HEARS_S = {"jukebox": 128 / 44_100, "jukemirlib": 128 / 44_100, "egemaps": 0.06, "compare": 0.06}
"""What is shorter holds nothing that the extractor could hear; it says so."""
SOUNDS = {
    "silence": np.zeros(3 * RATE_HZ, np.float32),
    "one sample": np.array([0.3], np.float32),
    "a hundredth of a second": noise(0.01),
    "a quarter of a second": noise(0.25),
    "just over a second": tone(440, 1.1),
    "noise": noise(4),
    "a constant": np.full(2 * RATE_HZ, 0.5, np.float32),
    "full scale clipping": np.sign(tone(100, 2)),
    "almost nothing": noise(2, level=1e-7),
    "silence, then music": np.concatenate([np.zeros(2 * RATE_HZ, np.float32), music(3)]),
    "music": music(7.3),
}


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    return write_deep(tmp_path_factory.mktemp("weights"))


@pytest.fixture
def jukemirlib(monkeypatch):
    """A stand-in for the package, found like one that is installed."""
    monkeypatch.syspath_prepend(STAND_INS)
    yield
    for name in [name for name in sys.modules if name.partition(".")[0] == "jukemirlib"]:
        del sys.modules[name]


@pytest.fixture(params=NAMES)
def one(request, weights, monkeypatch, jukemirlib):
    monkeypatch.setenv("MERDESK_JUKEBOX_WEIGHTS", str(weights))
    return extractor(request.param)


def at_rate(one, y):
    """The sound as long at the extractor's rate as at 22,050 Hz."""
    return np.repeat(y, one.sample_rate_hz // RATE_HZ)


def test_there_are_extractors():
    assert {"chroma", "basic", "classic", "egemaps", "compare", "jukebox", "jukemirlib"} <= set(NAMES)


def test_names_are_those_of_the_list(one):
    assert one.name in NAMES
    assert one.version >= 1
    assert one.sample_rate_hz > 0


@pytest.mark.parametrize("sound", SOUNDS)
def test_values_are_finite_and_as_many_as_names(one, sound):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        if len(SOUNDS[sound]) < HEARS_S.get(one.name, 0) * one.sample_rate_hz:
            with pytest.raises(FeatureError, match="too few"):
                one.extract(SOUNDS[sound])
            return
        found = one.extract(SOUNDS[sound])
    assert found.pooled.shape == (len(one.dimension_names),)
    assert np.isfinite(found.pooled).all()
    assert np.isfinite(found.frames).all()


def test_frames_come_twice_a_second_with_the_columns_of_the_pooled_vector(one):
    for duration_s, rows in ((0.1, 1), (1.0, 2), (4.3, 9), (7.0, 14)):
        found = one.extract(at_rate(one, music(duration_s)))
        assert found.frames.shape == (rows, len(one.dimension_names))
        assert found.frame_rate_hz == 2.0


def test_the_same_samples_give_the_same_numbers(one):
    y = music(4)
    first = one.extract(y)
    one.extract(noise(2))
    again = extractor(one.name).extract(y.copy())
    assert np.array_equal(first.pooled, again.pooled)
    assert np.array_equal(first.frames, again.frames)


def test_the_samples_are_left_as_they_are(one):
    y = music(2)
    y.flags.writeable = False
    one.extract(y)


def test_different_music_gives_different_numbers(one):
    assert not np.allclose(one.extract(music(4, seed=1)).pooled, one.extract(clicks(90, 4)).pooled, atol=1e-3)


def test_dimensions_have_names_of_their_own(one):
    names = one.dimension_names
    assert len(set(names)) == len(names)
    assert all(name == name.strip() and name for name in names)


def test_settings_make_a_key(one):
    assert FeatureSet.of(one) == FeatureSet(one.name, one.version, canonical(one.settings))
    assert FeatureSet.of(one) == FeatureSet.of(extractor(one.name))


def test_no_samples_are_refused(one):
    with pytest.raises((ValueError, FeatureError), match=r"(no|0) samples"):
        one.extract(np.empty(0, np.float32))


def test_half_a_second_of_frames_follows_what_sounds_there(one):
    found = one.extract(at_rate(one, np.concatenate([tone(262, 3), noise(3)])))
    first, second = found.frames[1:5].mean(axis=0), found.frames[7:11].mean(axis=0)
    assert not np.allclose(first, second, atol=1e-3)


def test_an_extractor_that_is_not_there_is_told():
    with pytest.raises(FeatureError, match="choose from chroma"):
        extractor("astrology")


def test_an_extractor_from_elsewhere_is_made_by_module_and_factory():
    assert extractor("odd_extractors:Quick").name == "quick"


def test_jukebox_without_weights_says_how_to_get_them(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("MERDESK_JUKEBOX_WEIGHTS", str(tmp_path))
    with pytest.raises(FeatureError, match="merdesk jukebox download"):
        extractor("jukebox").extract(music(1))


def test_jukebox_finds_the_weights_of_the_settings(monkeypatch, tmp_path, weights):
    monkeypatch.delenv("MERDESK_JUKEBOX_WEIGHTS", raising=False)
    chosen = Settings()
    chosen["jukebox_weights"] = str(weights)
    chosen.save()
    assert len(extractor("jukebox").dimension_names) == extractor("jukebox").extract(music(1)).pooled.size


def test_jukemirlib_gives_what_jukebox_gives(monkeypatch, weights, jukemirlib):
    monkeypatch.setenv("MERDESK_JUKEBOX_WEIGHTS", str(weights))
    for name in ("36", "18"):
        own = extractor(f"jukebox-layer{name}-fp32")
        other = extractor(f"jukemirlib-layer{name}")
        for y in (0.3 * at_rate(own, music(2.2)), noise(1.0)):
            expected, found = own.extract(y), other.extract(y)
            np.testing.assert_allclose(found.pooled, expected.pooled, rtol=1e-4, atol=1e-4)
            np.testing.assert_allclose(found.frames, expected.frames, rtol=1e-4, atol=1e-4)


def test_a_layer_that_jukemirlib_does_not_have_is_told(monkeypatch, weights, jukemirlib):
    monkeypatch.setenv("MERDESK_JUKEBOX_WEIGHTS", str(weights))
    with pytest.raises(FeatureError, match="gives no layer 40; choose a lower one"):
        extractor("jukemirlib-layer40").extract(noise(1.0))


def test_a_jukemirlib_that_does_not_load_is_told(monkeypatch, weights, tmp_path):
    monkeypatch.setenv("MERDESK_JUKEBOX_WEIGHTS", str(weights))
    (tmp_path / "jukemirlib.py").write_text("import a_package_of_another_age", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(FeatureError, match=r"cannot be loaded .* choose jukebox instead"):
        extractor("jukemirlib").extract(noise(1.0))


@pytest.mark.parametrize(
    ("name", "words"),
    [("egemaps", r"pip install .merdesk\[opensmile\]"), ("jukemirlib-layer18", "the README")],
)
def test_an_extractor_whose_package_is_not_there_says_how_to_get_it(monkeypatch, name, words):
    monkeypatch.setattr("merdesk.features.find_spec", lambda _: None)
    with pytest.raises(FeatureError, match=words):
        extractor(name)
    assert "egemaps" not in known_names()
    with pytest.raises(FeatureError) as told:
        extractor("astrology")
    assert "egemaps" not in str(told.value)


def test_full_scale_does_not_wrap_round_on_its_way_to_opensmile():
    one = extractor("egemaps")
    loudness = one.dimension_names.index("loudness_sma3_amean")
    full, quieter = (one.extract(level * np.sign(tone(100, 2))).pooled for level in (1.0, 0.999))
    assert full[loudness] == pytest.approx(quieter[loudness], rel=0.02)


def test_a_row_of_opensmile_frames_is_the_functionals_of_its_stretch():
    one = extractor("egemaps")
    y = at_rate(one, music(9))
    stretch = y[round(2.5 * 44_100) : round(6.0 * 44_100)]  # row 8 is 4.0 s to 4.5 s
    loudness = one.dimension_names.index("loudness_sma3_amean")
    found, alone = one.extract(y).frames[8], one.extract(stretch).pooled
    assert found[loudness] == pytest.approx(alone[loudness], rel=0.02)
    assert found[loudness] != pytest.approx(one.extract(y).frames[14][loudness], rel=0.02)


def test_choices_of_jukebox_are_part_of_the_name_and_the_key(monkeypatch, weights):
    monkeypatch.setenv("MERDESK_JUKEBOX_WEIGHTS", str(weights))
    made = [
        extractor(f"jukebox{rest}") for rest in ("", "-layer18", "-cover", "-layer18-cover-fp32", "-layer36")
    ]
    sets = {FeatureSet.of(one) for one in made}
    assert len(sets) == 4
    assert made[4].name == made[0].name == "jukebox"
    assert made[3].settings["layer"] == 18
    assert (made[3].settings["window"], made[3].settings["precision"]) == ("cover", "fp32")
    assert not np.allclose(made[0].extract(music(2)).pooled, made[1].extract(music(2)).pooled)
    for wrong in ("jukebox-layer0", "jukebox-loud", "jukebox-fp32-cover", "jukemirlib-cover"):
        with pytest.raises(FeatureError, match="There are no features named"):
            extractor(wrong)


def test_the_device_comes_from_the_environment_or_the_settings(monkeypatch, weights):
    monkeypatch.setenv("MERDESK_JUKEBOX_WEIGHTS", str(weights))
    monkeypatch.setenv("MERDESK_JUKEBOX_DEVICE", "abacus")
    with pytest.raises(FeatureError, match="MERDESK_JUKEBOX_DEVICE is 'abacus'; set it to one of auto"):
        extractor("jukebox")
    monkeypatch.delenv("MERDESK_JUKEBOX_DEVICE")
    chosen = Settings()
    chosen["jukebox_device"] = "mps"
    chosen.save()
    with pytest.raises(FeatureError, match="finds no mps device"):
        extractor("jukebox").extract(music(1))
