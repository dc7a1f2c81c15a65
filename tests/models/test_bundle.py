import hashlib
import json
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from safetensors.numpy import save as to_safetensors

from merdesk.errors import ModelError
from merdesk.models.bundle import CARD, MANIFEST, WEIGHTS, load, save
from merdesk.models.card import FeatureSource, ModelCard, TrainingSet, clips_digest
from merdesk.models.fusion import blocks_of
from merdesk.models.ridge import Ridge

A_CARD = ModelCard(
    name="Baseline",
    model="ridge",
    features=(FeatureSource("chroma", 1, "{}", 6),),
    training=(TrainingSet("EmoMusic", 60, 20, "CC BY-NC", clips_digest([b"1", b"2"])),),
    created="2026-11-20",
    program="merdesk 0.1.0",
    metrics={"valence": {"r2": 0.35}},
    notes=("Pop songs only.",),
)


def a_model(constant=False):
    rng = np.random.default_rng(0)
    features = rng.normal(size=(60, 6)).astype(np.float32)
    if constant:
        features[:, 2] = 0.5
    affect = features[:, :2] * 0.3 + rng.normal(0, 0.05, (60, 2))
    blocks = blocks_of([("jukebox", 4), ("chroma", 2)])
    return features, Ridge(blocks).fit(features, affect, np.arange(60) // 3)


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "baseline.mermodel"
    save(path, a_model()[1], A_CARD)
    return path


def members_of(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write(path, members, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def forge(path, *, weights=None, **changes):
    """Change the manifest (and the weights with their digest) as an attacker would."""
    members = members_of(path)
    manifest = json.loads(members[MANIFEST])
    if weights is not None:
        members[WEIGHTS] = to_safetensors(weights)
        manifest["sha256"][WEIGHTS] = hashlib.sha256(members[WEIGHTS]).hexdigest()
        manifest["arrays"] = {name: list(array.shape) for name, array in weights.items()}
    manifest.update(changes)
    members[MANIFEST] = json.dumps(manifest).encode()
    write(path, members)


def arrays_of(model):
    return {name: np.array(array) for name, array in model.state().arrays.items()}


@pytest.mark.parametrize("constant", [False, True])
def test_a_loaded_model_predicts_the_same_to_the_bit(tmp_path, constant):
    features, model = a_model(constant)
    path = tmp_path / "a.mermodel"
    save(path, model, A_CARD)
    found = load(path)
    assert found.model.predict(features).tobytes() == model.predict(features).tobytes()
    assert found.card == A_CARD
    assert found.model.standardiser.blocks == model.standardiser.blocks


def test_the_same_model_gives_the_same_file(tmp_path, saved):
    again = tmp_path / "again.mermodel"
    save(again, a_model()[1], A_CARD)
    assert again.read_bytes() == saved.read_bytes()


def test_the_card_for_people_names_licence_and_limits(saved):
    text = members_of(saved)[CARD].decode()
    assert "CC BY-NC" in text
    assert "Pop songs only." in text


def test_metrics_that_are_not_numbers_are_kept_as_unknown(tmp_path):
    path = tmp_path / "a.mermodel"
    save(path, a_model()[1], replace(A_CARD, metrics={"valence": {"r2": float("nan"), "n": [3, 4.5]}}))
    assert load(path).card.metrics == {"valence": {"r2": None, "n": [3, 4.5]}}


def test_an_unwritable_place_is_told_in_a_sentence_and_leaves_nothing(tmp_path):
    with pytest.raises(ModelError, match="could not be saved"):
        save(tmp_path / "missing" / "a.mermodel", a_model()[1], A_CARD)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_zip_or_is_cut_is_refused(saved):
    whole = saved.read_bytes()
    for content in (b"", b"not a zip", whole[: len(whole) // 2]):
        saved.write_bytes(content)
        with pytest.raises(ModelError, match=r"baseline\.mermodel cannot be read"):
            load(saved)


def test_a_flipped_byte_is_found(saved):
    whole = bytearray(saved.read_bytes())
    place = whole.find(b"weights.safetensors") + 400
    whole[place] ^= 1
    saved.write_bytes(bytes(whole))
    with pytest.raises(ModelError):
        load(saved)


@pytest.mark.parametrize("name", ["../../evil", "/etc/evil", "weights.safetensors/../x", "code.pkl"])
def test_members_beyond_the_three_are_refused(saved, name):
    write(saved, members_of(saved) | {name: b"x"})
    with pytest.raises(ModelError, match="nothing else"):
        load(saved)


def test_a_missing_or_doubled_member_is_refused(saved):
    members = members_of(saved)
    write(saved, {name: members[name] for name in (MANIFEST, WEIGHTS)})
    with pytest.raises(ModelError, match="nothing else"):
        load(saved)
    with zipfile.ZipFile(saved, "a") as archive:
        archive.writestr(CARD, members[CARD])
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr(CARD, members[CARD])
    with pytest.raises(ModelError, match="nothing else"):
        load(saved)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(saved):
    write(saved, members_of(saved) | {WEIGHTS: bytes(50_000_000)}, zipfile.ZIP_DEFLATED)
    assert saved.stat().st_size < 200_000
    with pytest.raises(ModelError, match="compressed or encrypted"):
        load(saved)


def test_a_manifest_beyond_its_limit_is_refused(saved):
    write(saved, members_of(saved) | {MANIFEST: b" " * 5_000_000})
    with pytest.raises(ModelError, match="5000000 bytes"):
        load(saved)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{", b"\xff\xfe", b"[" * 100_000, b'{"format": NaN}', b'{"format": "other"}']
)
def test_a_manifest_that_is_no_manifest_is_refused(saved, content):
    write(saved, members_of(saved) | {MANIFEST: content})
    with pytest.raises(ModelError, match="was refused"):
        load(saved)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"version": 2}, "format version 2, this program reads 1"),
        ({"version": "1"}, "format version"),
        ({"kind": "pickle"}, 'unknown kind "pickle"'),
        ({"extra": 1}, "do not belong there"),
        ({"values": []}, "do not belong there"),
        ({"values": {}}, "feature blocks cannot be read"),
        ({"values": {"blocks": [["a", 0, 3]]}}, "do not cover its columns"),
        ({"values": {"blocks": [["a", 0, 3], ["b", 2, 6]]}}, "do not cover its columns"),
        ({"arrays": {}}, "shapes that it declares"),
        ({"sha256": {}}, "is not what was saved"),
        ({"card": {}}, "model card cannot be read"),
        ({"card": A_CARD.to_json() | {"training": [3]}}, "model card cannot be read"),
        ({"card": A_CARD.to_json() | {"name": 3}}, "model card cannot be read"),
    ],
)
def test_forged_manifests_are_refused_with_the_reason(saved, changes, said):
    forge(saved, **changes)
    with pytest.raises(ModelError, match=said):
        load(saved)


def test_forged_weights_are_refused_with_the_reason(saved):
    whole = arrays_of(a_model()[1])
    forgeries = [
        ({"weights": np.zeros((5, 2))}, r"expected 6 x 2"),
        ({"weights": np.full((6, 2), np.nan)}, "not numbers"),
        ({"scale": np.zeros(6)}, "not all above zero"),
        ({"mean": np.zeros((6, 1))}, "expected any"),
        ({"weights": whole["weights"].astype(np.float32)}, "not float64"),
        ({"intercept": np.zeros(3)}, "expected 2"),
    ]
    for change, said in forgeries:
        forge(saved, weights=whole | change)
        with pytest.raises(ModelError, match=said):
            load(saved)
    forge(saved, weights={name: array for name, array in whole.items() if name != "intercept"})
    with pytest.raises(ModelError, match='no array "intercept"'):
        load(saved)


def test_a_broken_safetensors_header_is_refused(saved):
    for content in (b"", b"\xff" * 64, (10**15).to_bytes(8, "little") + b"{}"):
        members = members_of(saved)
        manifest = json.loads(members[MANIFEST])
        manifest["sha256"][WEIGHTS] = hashlib.sha256(content).hexdigest()
        write(saved, members | {WEIGHTS: content, MANIFEST: json.dumps(manifest).encode()})
        with pytest.raises(ModelError, match="cannot be read"):
            load(saved)
