"""Saved models: a `.mermodel` file is a zip of three members, and nothing in it is ever executed.

- `model.json`: format version, kind of model, its plain values, shape of every array, digests, the model card.
- `weights.safetensors`: the arrays, float64, stored uncompressed.
- `card.md`: the card for people.

A file that comes from elsewhere is hostile until proven otherwise: members beyond these three, sizes beyond the limits,
digests, shapes, kinds and versions that do not fit are refused with a sentence. Weights must be stored, so that no
member can be larger than the file itself.
"""

import hashlib
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from merdesk.domain.arrays import FloatArray
from merdesk.errors import ModelError
from merdesk.models.blend import FittedBlend, member_states
from merdesk.models.calibration import Calibrated, calibration_of
from merdesk.models.card import ModelCard
from merdesk.models.heads import FittedHeads
from merdesk.models.networks import FittedMlp
from merdesk.models.ridge import FittedLinear
from merdesk.models.state import ModelState, Storable
from merdesk.models.svr import FittedSvr
from merdesk.models.transductive import Transductive

FORMAT = "mermodel"
VERSION = 1
MANIFEST, WEIGHTS, CARD = "model.json", "weights.safetensors", "card.md"
MOST_BYTES = {MANIFEST: 4_000_000, WEIGHTS: 2_000_000_000, CARD: 1_000_000}
EPOCH = (1980, 1, 1, 0, 0, 0)
"""One date for all members: the same model gives the same file."""

KINDS: dict[str, Callable[[ModelState], Storable]] = {
    "linear": FittedLinear.restore,
    "mlp": FittedMlp.restore,
    "svr": FittedSvr.restore,
    "heads": FittedHeads.restore,
    "blend": lambda state: FittedBlend(tuple(restore(member) for member in member_states(state))),
    "transductive": lambda state: Transductive(_inner(state, "transductive", "calibrated")),
    "calibrated": lambda state: Calibrated(_inner(state, "calibrated"), calibration_of(state)),
}
"""How each kind of model is made of its state."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A model with its card."""

    model: Storable
    card: ModelCard


def save(path: Path, model: Storable, card: ModelCard) -> None:
    """Write model and card to `path` as a whole: a crash leaves the old file or the new one.

    Raises
    ------
    ModelError
        When the file cannot be written.
    """
    from safetensors.numpy import save as to_safetensors

    state = model.state()
    arrays = {name: np.ascontiguousarray(array, dtype="<f8") for name, array in state.arrays.items()}
    weights, text = to_safetensors(arrays), card.text().encode()
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "kind": state.kind,
        "values": dict(state.values),
        "arrays": {name: list(array.shape) for name, array in arrays.items()},
        "sha256": {WEIGHTS: _digest(weights), CARD: _digest(text)},
        "card": card.to_json(),
    }
    members = {
        MANIFEST: json.dumps(manifest, indent=1, sort_keys=True).encode(),
        WEIGHTS: weights,
        CARD: text,
    }
    beside = path.with_name(path.name + ".new")
    try:
        with zipfile.ZipFile(beside, "w", zipfile.ZIP_STORED) as archive:
            for name, content in members.items():
                archive.writestr(zipfile.ZipInfo(name, EPOCH), content)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise ModelError(
            f"The model could not be saved to {path} ({error.strerror}); free space or choose another folder."
        ) from error


def load(path: Path) -> Bundle:
    """Read a model that anyone may have written.

    Raises
    ------
    ModelError
        Naming the file and what is wrong with it.
    """
    try:
        members = _members(path)
    except (OSError, zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError) as error:
        raise ModelError(f"{path.name} cannot be read as a merdesk model: {error}.") from error
    try:
        manifest = _manifest(members[MANIFEST])
        for name in (WEIGHTS, CARD):
            if manifest["sha256"].get(name) != _digest(members[name]):
                _refuse(f"{name} is not what was saved")
        state = ModelState(
            manifest["kind"], _arrays(members[WEIGHTS], manifest["arrays"]), manifest["values"]
        )
        return Bundle(restore(state), ModelCard.from_json(manifest["card"]))
    except ModelError as error:
        raise ModelError(f"{path.name} was refused: {error}") from error


def restore(state: ModelState) -> Storable:
    """The model of a state; ModelError for a kind that is not known or a state that does not hold together."""
    if state.kind not in KINDS:
        _refuse(f'it holds a model of the unknown kind "{state.kind[:40]}"; a newer merdesk may read it')
    return KINDS[state.kind](state)


def _inner(state: ModelState, *refused: str) -> Storable:
    """The model that another one is made around, which is of none of these kinds: nesting without end has no use."""
    inner = state.part("model")
    if inner.kind in refused:
        _refuse(f"a {state.kind} model stands around a {inner.kind} one, which merdesk never writes")
    return restore(inner)


def _members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        if sorted(entry.filename for entry in entries) != sorted(MOST_BYTES):
            raise zipfile.BadZipFile(f"it must hold {', '.join(MOST_BYTES)} and nothing else")
        found = {}
        for entry in entries:
            if entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & 1:
                raise zipfile.BadZipFile(f"{entry.filename} is compressed or encrypted")
            if entry.file_size > MOST_BYTES[entry.filename]:
                raise zipfile.BadZipFile(f"{entry.filename} has {entry.file_size} bytes")
            found[entry.filename] = archive.read(entry)
    return found


def _manifest(content: bytes) -> dict[str, Any]:
    """The manifest, once it has exactly the known keys with values of the known types."""
    kinds = {
        "format": str, "version": int, "kind": str, "values": dict, "arrays": dict, "sha256": dict, "card": dict,
    }  # fmt: skip
    try:
        manifest = json.loads(content.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{MANIFEST} is no JSON.") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        _refuse(f"{MANIFEST} does not describe a merdesk model")
    if manifest.get("version") != VERSION:
        _refuse(f"it has format version {str(manifest.get('version'))[:20]}, this program reads {VERSION}")
    if set(manifest) != set(kinds) or not all(isinstance(manifest[key], kind) for key, kind in kinds.items()):
        _refuse(f"{MANIFEST} has entries that do not belong there")
    return manifest


def _arrays(content: bytes, shapes: dict[str, Any]) -> dict[str, FloatArray]:
    from safetensors import SafetensorError
    from safetensors.numpy import load as from_safetensors

    try:
        arrays = from_safetensors(content)
    except (SafetensorError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"{WEIGHTS} cannot be read.") from error
    if {name: list(array.shape) for name, array in arrays.items()} != shapes:
        _refuse("its arrays do not have the shapes that it declares")
    if any(array.dtype != np.dtype("<f8") for array in arrays.values()):
        _refuse("its arrays are not float64")
    return arrays


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _refuse(reason: str) -> NoReturn:
    raise ModelError(f"{reason}.")
