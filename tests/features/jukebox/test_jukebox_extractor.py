import pickle

import numpy as np
import pytest
import torch
from helpers.jukebox_synthetic import TINY, Small, music, write_folder

from merdesk.domain.protocols import FeatureExtractor
from merdesk.errors import Cancelled, FeatureError
from merdesk.features.jukebox import device as device_module
from merdesk.features.jukebox.device import Compute, settle
from merdesk.features.jukebox.engine import Engine
from merdesk.features.jukebox.extractor import JukeboxExtractor, normalised
from merdesk.features.jukebox.prior import Prior
from merdesk.progress import Progress

WINDOW = TINY.n_ctx * 128


def extractor(folder, **choices) -> JukeboxExtractor:
    return JukeboxExtractor(folder, **({"layer": 3, "device": "cpu", "precision": "fp32"} | choices))


def test_it_is_a_feature_extractor(tiny):
    jukebox: FeatureExtractor = extractor(tiny)
    features = jukebox.extract(music(3 * 44_100))
    assert features.pooled.shape == (len(jukebox.dimension_names),) == (TINY.width,)
    assert features.frames.shape == (3, TINY.width)
    assert features.frame_rate_hz == 2.0
    assert jukebox.sample_rate_hz == 44_100


def test_the_embedding_holds_codes_frames_and_their_mean(tiny):
    y = music(2 * WINDOW)
    embedding = extractor(tiny).embed(y)
    assert embedding.codes.shape == (512,)
    assert embedding.frames.shape == (512, TINY.width)
    np.testing.assert_allclose(embedding.pooled, embedding.frames.mean(axis=0), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(embedding.pooled, extractor(tiny).extract(y).pooled, rtol=1e-4, atol=1e-5)


def test_what_is_computed_coarsely_is_kept_in_half_precision_and_fp32_as_it_is(tiny):
    y = music(2 * WINDOW)
    exact, coarse = extractor(tiny).extract(y), extractor(tiny, precision="bf16").extract(y)
    assert (exact.pooled.dtype, exact.frames.dtype) == (np.float32, np.float32)
    assert (coarse.pooled.dtype, coarse.frames.dtype) == (np.float16, np.float16)
    embedded = extractor(tiny, precision="bf16").embed(y).pooled
    assert embedded.dtype == np.float32
    np.testing.assert_allclose(coarse.pooled, embedded, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("n_samples", [128, 200, 128 * 5 + 127, 128 * 77, WINDOW - 1, WINDOW])
def test_a_short_clip_is_not_padded(tiny, n_samples):
    embedding = extractor(tiny).embed(music(n_samples))
    assert embedding.codes.shape == (n_samples // 128,)
    assert embedding.frames.shape == (n_samples // 128, TINY.width)


def test_what_comes_after_25_seconds_or_their_like_is_not_heard(tiny):
    y = music(4 * WINDOW)
    other = y.copy()
    other[WINDOW + 53_924 :] *= 0.5
    assert np.array_equal(extractor(tiny).extract(y).pooled, extractor(tiny).extract(other).pooled)


def test_gain_does_not_matter_but_the_loudest_sample_anywhere_does(tiny):
    y = music(4 * WINDOW)
    loud_end = y.copy()
    loud_end[-1] = 4.0
    one, quieter, squeezed = (extractor(tiny).embed(samples).codes for samples in (y, y * 0.25, loud_end))
    assert np.array_equal(one, quieter)
    assert not np.array_equal(one, squeezed)


def test_cover_hears_the_whole_clip(tiny):
    y = music(int(2.6 * WINDOW))
    embedding = extractor(tiny, window="cover").embed(y)
    assert len(embedding.codes) == len(embedding.frames) == len(y) // 128
    features = extractor(tiny, window="cover").extract(y)
    np.testing.assert_allclose(features.pooled, embedding.pooled, rtol=1e-4, atol=1e-5)
    assert len(features.frames) == round(2 * len(y) / 44_100)


def test_cover_of_a_clip_that_fits_one_window_is_first(tiny):
    y = music(WINDOW - 300)
    first, cover = (extractor(tiny, window=plan).extract(y) for plan in ("first", "cover"))
    assert np.array_equal(first.pooled, cover.pooled)
    assert np.array_equal(first.frames, cover.frames)


def test_the_first_window_of_cover_is_that_of_first(tiny):
    y = music(3 * WINDOW)
    first, cover = (extractor(tiny, window=plan).embed(y) for plan in ("first", "cover"))
    half = slice(0, TINY.n_ctx // 2)
    assert np.array_equal(first.codes, cover.codes[: TINY.n_ctx])
    assert np.array_equal(first.frames[half], cover.frames[half])


@pytest.mark.parametrize("resident", [True, False])
def test_a_batch_gives_what_single_clips_give(tiny, resident):
    clips = [music(n, seed=n) for n in (WINDOW, 5000, 3 * WINDOW, 40_000, 128)]
    batch = extractor(tiny, resident=resident, window="cover").extract_batch(clips)
    one = extractor(tiny, window="cover")
    for y, features in zip(clips, batch, strict=True):
        single = one.extract(y)
        assert np.array_equal(features.pooled, single.pooled)
        assert np.array_equal(features.frames, single.frames)


def test_an_empty_batch_is_empty(tiny):
    assert extractor(tiny).extract_batch([]) == []


def test_layers_above_the_chosen_one_are_never_read(tiny, monkeypatch):
    from merdesk.features.jukebox.checkpoint import Checkpoint

    names: list[str] = []
    read = Checkpoint.read
    monkeypatch.setattr(Checkpoint, "read", lambda self, name: (names.append(name), read(self, name))[1])
    extractor(tiny, layer=2).extract(music(9000))
    assert any("_attn_mods.1." in name for name in names)
    assert not any("_attn_mods.2." in name or "x_out" in name for name in names)


def test_resident_layers_are_read_once_and_streamed_ones_for_each_few_windows(tiny, monkeypatch):
    from merdesk.features.jukebox import prior

    reads: list[int] = []
    read = prior.read_layer
    monkeypatch.setattr(prior, "read_layer", lambda c, d, **kw: (reads.append(d), read(c, d, **kw))[1])
    clips = [music(2000, seed=i) for i in range(5)]
    extractor(tiny, resident=True).extract_batch(clips)
    assert reads == [0, 1, 2]
    reads.clear()
    extractor(tiny, resident=False).extract_batch(clips)
    assert reads == [0, 1, 2] * 3


def test_progress_counts_layers_times_windows(tiny):
    progress = Progress()
    extractor(tiny, window="cover").extract_batch([music(WINDOW), music(2 * WINDOW)], progress)
    state = progress.state()
    assert (state.step, state.done, state.total) == ("Jukebox layers", 12, 12)


def test_it_computes_on_the_cores_it_is_given(tiny):
    before = torch.get_num_threads()
    jukebox = extractor(tiny)
    jukebox.use_cores(before + 1)
    try:
        jukebox.extract(music(WINDOW))
        assert torch.get_num_threads() == before + 1
    finally:
        torch.set_num_threads(before)


def test_cancel_stops_after_the_layer_that_runs(tiny):
    class Impatient(Progress):
        n = 0

        def advance(self, n: int = 1) -> None:
            self.n += n
            if self.n == 3:
                self.cancel()
            super().advance(n)

    progress = Impatient()
    jukebox = extractor(tiny)
    with pytest.raises(Cancelled):
        jukebox.extract_batch([music(WINDOW)], progress)
    assert progress.n == 3
    assert jukebox.extract(music(WINDOW)).pooled.shape == (TINY.width,)


def fail_above(monkeypatch, most: int, error: Exception) -> list[int]:
    """Let the prior run out of memory when it gets more than `most` windows."""
    asked: list[int] = []
    run = Prior.activations

    def activations(self, windows, n_layers, on_step):
        asked.append(len(windows))
        if len(windows) > most:
            raise error
        return run(self, windows, n_layers, on_step)

    monkeypatch.setattr(Prior, "activations", activations)
    monkeypatch.setattr(Engine, "windows_at_once", property(lambda self: 8))
    return asked


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"),
        MemoryError(),
        RuntimeError(
            "[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory: 9 bytes"
        ),
    ],
)
def test_memory_that_runs_out_is_answered_by_fewer_windows_and_a_sentence(tiny, monkeypatch, error):
    clips = [music(3000, seed=i) for i in range(7)]
    expected = [features.pooled for features in extractor(tiny).extract_batch(clips)]
    asked = fail_above(monkeypatch, 2, error)
    progress = Progress()
    found = extractor(tiny).extract_batch(clips, progress)
    assert asked == [7, 3, 1, 1, 1, 1, 1, 1, 1]
    assert "1 windows at a time, because memory is short" in progress.state().step
    assert all(np.array_equal(one.pooled, other) for one, other in zip(found, expected, strict=True))


def test_memory_too_short_for_one_window_says_what_to_do(tiny, monkeypatch):
    fail_above(monkeypatch, 0, MemoryError())
    with pytest.raises(FeatureError, match="close other programs"):
        extractor(tiny).extract(music(3000))


def test_another_runtime_error_is_not_taken_for_memory(tiny, monkeypatch):
    fail_above(monkeypatch, 0, RuntimeError("a defect"))
    with pytest.raises(RuntimeError, match="a defect"):
        extractor(tiny).extract(music(3000))


def test_settings_hold_all_that_the_numbers_depend_on(tiny, weights):
    one = extractor(tiny).settings
    assert one["precision"] == "fp32"
    assert set(one) == {"layer", "window", "precision", "normalisation", "resampler", "vqvae", "prior"}
    for other in (
        extractor(tiny, layer=2),
        extractor(tiny, window="cover"),
        extractor(tiny, precision="bf16"),
        extractor(weights),
    ):
        assert dict(other.settings) != dict(one)
    assert dict(extractor(tiny, resident=True).settings) == dict(one)


def test_an_extractor_can_be_named_without_weights_and_says_what_is_missing():
    jukebox = JukeboxExtractor()
    assert (jukebox.name, jukebox.version) == ("jukebox", 1)
    for use in (
        lambda: jukebox.settings,
        lambda: jukebox.dimension_names,
        lambda: jukebox.extract(music(500)),
    ):
        with pytest.raises(FeatureError, match="fetch them with merdesk jukebox download"):
            use()


def test_an_unused_extractor_travels_to_another_process(tiny):
    copy = pickle.loads(pickle.dumps(extractor(tiny)))
    assert dict(copy.settings) == dict(extractor(tiny).settings)


def test_a_layer_that_the_checkpoint_lacks_is_refused(tiny):
    with pytest.raises(FeatureError, match="has 4 layers; choose layer 4 or lower"):
        extractor(tiny, layer=5).extract(music(500))


def test_files_that_do_not_belong_together_are_refused(tmp_path, codebook):
    folder = write_folder(tmp_path, codebook[:100], Small(width=32, depth=1, n_ctx=128, n_codes=512))
    with pytest.raises(FeatureError, match=r"do not belong together \(100 against 512 codes\)"):
        extractor(folder, layer=1).extract(music(500))


def test_files_in_each_others_place_are_refused(tmp_path, tiny):
    for name, other in (("vqvae", "prior_level_2"), ("prior_level_2", "vqvae")):
        (tmp_path / f"{name}.pth.tar").write_bytes((tiny / f"{other}.pth.tar").read_bytes())
    with pytest.raises(FeatureError, match="so it is not"):
        extractor(tmp_path).extract(music(500))


@pytest.mark.parametrize(
    ("y", "says"),
    [
        (np.zeros(127, dtype="f4"), "127 samples"),
        (np.zeros(0, dtype="f4"), "0 samples"),
        (np.full(500, np.nan, dtype="f4"), "not numbers"),
        (np.full(500, np.inf, dtype="f4"), "not numbers"),
    ],
)
def test_samples_that_cannot_be_heard_are_refused(tiny, y, says):
    with pytest.raises(FeatureError, match=says):
        extractor(tiny).extract(y)


def test_silence_is_heard_as_silence(tiny):
    assert np.isfinite(extractor(tiny).extract(np.zeros(9000, dtype="f4")).pooled).all()
    assert not normalised(np.zeros(300, dtype="f4")).any()


def test_stereo_is_a_mistake_of_the_caller(tiny):
    with pytest.raises(ValueError, match=r"\(2, 500\)"):
        extractor(tiny).extract(np.zeros((2, 500), dtype="f4"))


@pytest.mark.parametrize("choices", [{"layer": 0}, {"window": "last"}])
def test_unknown_choices_are_refused_at_once(choices):
    with pytest.raises(ValueError, match="no such"):
        JukeboxExtractor(**choices)


def test_devices_and_precisions_are_settled(monkeypatch):
    monkeypatch.setattr(device_module, "cpu_has_bf16", lambda: False)
    assert settle("cpu") == Compute(torch.device("cpu"), "fp32")
    monkeypatch.setattr(device_module, "cpu_has_bf16", lambda: True)
    assert settle("cpu") == Compute(torch.device("cpu"), "bf16")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert settle() == Compute(torch.device("cuda"), "fp16")


def test_what_cannot_work_is_refused(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(FeatureError, match="no cuda device"):
        settle("cuda")
    with pytest.raises(FeatureError, match="hundred times slower"):
        settle("cpu", "fp16")
    with pytest.raises(ValueError, match="'int4'"):
        settle("cpu", "int4")


def test_a_card_with_room_keeps_the_layers(tiny, monkeypatch):
    from merdesk.features.jukebox import engine

    for free, resident in ((2**40, True), (2**20, False), (None, False)):
        monkeypatch.setattr(engine, "free_bytes", lambda device, free=free: free)
        assert engine.Engine(locate(tiny), settle("cpu", "fp32"), n_layers=2).resident is resident


def locate(folder):
    from merdesk.features.jukebox.weights import locate_weights

    return locate_weights(folder)
