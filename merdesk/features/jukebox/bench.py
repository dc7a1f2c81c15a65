"""How long a run will take on this machine, measured on one layer before it starts.

A full window of the 5b prior costs 40.9 TFLOP: 50 ms on the largest cards, minutes on two CPU cores. People should
know before they wait.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import torch

from merdesk.features.jukebox.checkpoint import Checkpoint
from merdesk.features.jukebox.device import Compute, settle
from merdesk.features.jukebox.engine import CPU_WINDOWS
from merdesk.features.jukebox.prior import Layer, PriorShape, apply_layer, prepared, read_layer, read_shape
from merdesk.features.jukebox.weights import find_weights
from merdesk.features.jukebox.windows import WindowPlan, count_windows

PUBLISHED_SHAPE = PriorShape(width=4800, depth=72, n_ctx=8192, n_codes=2048)
CPU_SHARE = 4
"""A CPU runs a quarter of a window: its cost is linear in length, and nobody should wait for an estimate."""

LEAST_RUNS, MOST_RUNS, RUNS_S = 2, 20, 4.0
"""A layer is timed at least twice, and small ones until so many seconds are spent: others may use the machine, too."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What one window costs here.

    Attributes
    ----------
    device, precision
        As they were settled.
    width, layer
        Of the prior, and up to which layer it is computed.
    layer_s, read_s
        Seconds to compute one layer for one full window, and to read its weights (0 when there are none yet, or
        when they stay in the device's memory).
    """

    device: str
    precision: str
    width: int
    layer: int
    layer_s: float
    read_s: float

    @property
    def window_s(self) -> float:
        """Seconds for one full window of 23.8 s; the encoder adds a hundredth, which is left out."""
        return self.layer * (self.layer_s + self.read_s / CPU_WINDOWS)

    def total_s(self, durations_s: Iterable[float], plan: WindowPlan = "first") -> float:
        """Seconds for clips of these durations."""
        return self.window_s * sum(count_windows(duration_s, plan) for duration_s in durations_s)


def estimate(
    weights_dir: Path | None = None, *, layer: int = 36, device: str = "auto", precision: str = "auto"
) -> Estimate:
    """Measure one layer: the first of the weights at hand, or one of the published size with made-up weights.

    Raises
    ------
    FeatureError
        When the device is not there or the weights are damaged.
    """
    compute = settle(device, precision)
    found = find_weights(weights_dir)
    if found is None:
        shape, weights, read_s = PUBLISHED_SHAPE, made_up_layer(PUBLISHED_SHAPE.width, compute), 0.0
    else:
        checkpoint = Checkpoint.open(found.prior)
        shape = read_shape(checkpoint)
        began = time.perf_counter()
        weights = read_layer(checkpoint, 0, dtype=compute.dtype, device=compute.device)
        read_s = time.perf_counter() - began if compute.device.type == "cpu" else 0.0
    return Estimate(
        device=compute.device.type,
        precision=compute.precision,
        width=shape.width,
        layer=layer,
        layer_s=_time_layer(weights, shape, compute),
        read_s=read_s,
    )


def made_up_layer(width: int, compute: Compute) -> Layer:
    """A layer of random weights with the shape that a prior of this width has."""

    def linear(n_in: int, n_out: int) -> tuple[torch.Tensor, torch.Tensor]:
        w = torch.randn(n_in, n_out, device=compute.device) / n_in**0.5
        return prepared(w.to(compute.dtype)), torch.zeros(n_out, dtype=compute.dtype, device=compute.device)

    norm = torch.ones(width, device=compute.device), torch.zeros(width, device=compute.device)
    state = width // 4
    return Layer(
        ln_0=norm,
        c_attn=linear(width, 3 * state),
        attn_proj=linear(state, width),
        ln_1=norm,
        c_fc=linear(width, width),
        mlp_proj=linear(width, width),
    )


def _time_layer(layer: Layer, shape: PriorShape, compute: Compute) -> float:
    """Seconds for one layer over one full window: the best of a few runs, after a short one to warm up."""
    share = CPU_SHARE if compute.device.type == "cpu" else 1
    n = max(shape.n_ctx // share // shape.block, 1) * shape.block
    x = torch.randn(n, shape.width, device=compute.device)
    with torch.inference_mode():
        apply_layer(layer, x[: shape.block].clone(), 0, shape.block)
        runs: list[float] = []
        while len(runs) < LEAST_RUNS or (sum(runs) < RUNS_S and len(runs) < MOST_RUNS):
            runs.append(_seconds(lambda: apply_layer(layer, x, 0, shape.block), compute.device))
    return min(runs) * shape.n_ctx / n


def _seconds(call: Callable[[], None], device: torch.device) -> float:
    began = time.perf_counter()
    call()
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter() - began
