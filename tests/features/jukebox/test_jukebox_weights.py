from pathlib import Path

import numpy as np
import pytest
from helpers.jukebox_synthetic import TINY, write_folder

from merdesk.errors import FeatureError
from merdesk.features.jukebox import bench
from merdesk.features.jukebox import verify as verify_module
from merdesk.features.jukebox.bench import estimate, made_up_layer
from merdesk.features.jukebox.device import settle
from merdesk.features.jukebox.prior import PriorShape
from merdesk.features.jukebox.verify import check_codes, check_mean, verify
from merdesk.features.jukebox.weights import (
    FILES,
    LICENCE,
    PublishedFile,
    download_folder,
    find_weights,
    fingerprint,
    locate_weights,
)


def put(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for file in FILES:
        (folder / file.name).write_bytes(b"x")
    return folder


def test_weights_are_found_where_the_older_programs_keep_them():
    assert find_weights() is None
    old = put(Path.home() / ".cache" / "jukebox" / "models" / "5b")
    assert find_weights().folder == old
    newer = put(Path.home() / ".cache" / "jukemirlib")
    assert find_weights().folder == newer
    own = put(download_folder())
    assert find_weights().folder == own


def test_the_environment_names_a_folder_for_worker_processes(tmp_path, monkeypatch):
    put(download_folder())
    named = put(tmp_path / "named")
    monkeypatch.setenv("MERDESK_JUKEBOX_WEIGHTS", str(named))
    assert locate_weights().folder == named


def test_a_chosen_folder_is_the_only_one_looked_at(tmp_path):
    put(download_folder())
    with pytest.raises(FeatureError, match="empty; fetch them with merdesk jukebox download"):
        locate_weights(tmp_path / "empty")


def test_half_a_download_does_not_count(tmp_path):
    folder = put(tmp_path / "half")
    (folder / FILES[1].name).unlink()
    assert find_weights(folder) is None


def test_the_licence_forbids_commercial_use_in_plain_words():
    assert "may be used for commercial purposes" in LICENCE


def test_a_fingerprint_follows_the_content_and_not_the_name(tmp_path):
    content = np.random.default_rng(1).bytes(5_000_000)
    (tmp_path / "a").write_bytes(content)
    (tmp_path / "b").write_bytes(content)
    (tmp_path / "c").write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    (tmp_path / "d").write_bytes(content[:-1])
    a, b, c, d = (fingerprint(tmp_path / name) for name in "abcd")
    assert a == b
    assert len({a, c, d}) == 3


def test_verify_tells_size_hash_and_that_other_weights_have_no_golden_figures(tiny):
    found = verify(tiny)
    assert found.shape == PriorShape(TINY.width, TINY.depth, TINY.n_ctx, TINY.n_codes)
    assert not found.published
    assert not found.passed
    assert [check.name for check in found.files] == [file.name for file in FILES]
    assert "is not the published file" in found.sentences[0]
    assert "Golden figures exist for the published weights only." in found.sentences


@pytest.fixture
def as_published(monkeypatch, tmp_path, codebook):
    """Small weights that pass for the published ones: what is compared with the golden figures then fails."""
    from hashlib import sha256

    folder = write_folder(tmp_path / "published", codebook, TINY)
    files = tuple(PublishedFile(f.name, sha256((folder / f.name).read_bytes()).hexdigest(), 1) for f in FILES)
    monkeypatch.setattr(verify_module, "FILES", files)
    monkeypatch.setattr(verify_module, "PUBLISHED_LAYER", 2)
    monkeypatch.setattr(
        verify_module.JukeboxExtractor.__init__, "__defaults__", (None, 2, "auto", "auto", "first")
    )
    return folder


def test_golden_figures_are_not_compared_without_their_recordings(as_published):
    found = verify(as_published)
    assert found.passed
    assert [check.passed for check in found.golden] == [None, None, None]
    assert "because test_mp3_decode_ref.wav is not at hand" in found.golden[0].sentence


def test_golden_figures_are_compared_when_their_recordings_are_at_hand(as_published, tmp_path):
    import soundfile
    from helpers.jukebox_synthetic import music

    soundfile.write(tmp_path / "test_mp3_decode_ref.wav", music(50_000), 44_100, subtype="FLOAT")
    soundfile.write(tmp_path / "legacy.wav", music(50_000), 44_100, subtype="FLOAT")
    np.save(tmp_path / "legacy_ref.npy", np.zeros(TINY.width, dtype=np.float32))
    found = verify(as_published, references=tmp_path, device="cpu")
    assert [check.passed for check in found.golden] == [False, False, False]
    assert not found.passed
    assert "published is 6.3359" in found.golden[1].sentence


def test_the_golden_checks_can_pass_and_fail():
    assert check_mean(6.3361).passed
    assert not check_mean(6.34).passed
    assert not check_codes(np.arange(8192)).passed


def test_an_estimate_is_measured_on_the_weights_at_hand(tiny):
    found = estimate(tiny, layer=3, device="cpu", precision="fp32")
    assert (found.device, found.precision, found.width) == ("cpu", "fp32", TINY.width)
    assert found.layer_s > 0
    assert found.window_s == pytest.approx(3 * (found.layer_s + found.read_s / 2))
    assert found.total_s([45.0, 45.0], "cover") == pytest.approx(6 * found.window_s)


def test_an_estimate_needs_no_weights(monkeypatch):
    monkeypatch.setattr(bench, "PUBLISHED_SHAPE", PriorShape(64, 72, 512, 2048))
    found = estimate(device="cpu", precision="fp32")
    assert (found.width, found.read_s) == (64, 0.0)
    assert found.window_s > 0


def test_a_made_up_layer_has_the_shape_of_a_real_one(tiny):
    import torch

    from merdesk.features.jukebox.checkpoint import Checkpoint
    from merdesk.features.jukebox.prior import read_layer

    compute = settle("cpu", "fp32")
    checkpoint = Checkpoint.open(tiny / "prior_level_2.pth.tar")
    real = read_layer(checkpoint, 0, dtype=torch.float32, device=compute.device)
    made = made_up_layer(TINY.width, compute)
    for name in ("ln_0", "c_attn", "attn_proj", "ln_1", "c_fc", "mlp_proj"):
        for one, other in zip(getattr(real, name), getattr(made, name), strict=True):
            assert one.shape == other.shape
            assert one.dtype == other.dtype
