"""How long a run will take on this machine, measured on one layer before it starts.

A full window of the 5b prior costs 40.9 TFLOP: 50 ms on the largest cards, minutes on two CPU cores. People should
know before they wait.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from merdesk.features.jukebox.checkpoint import Checkpoint
from merdesk.features.jukebox.choice import PUBLISHED_LAYER
from merdesk.features.jukebox.device import Compute, settle
from merdesk.features.jukebox.engine import CPU_WINDOWS
from merdesk.features.jukebox.prior import Layer, PriorShape, apply_layer, prepared, read_layer, read_shape
from merdesk.features.jukebox.weights import find_weights
from merdesk.features.jukebox.windows import WindowPlan, count_windows
from merdesk.progress import Progress

PUBLISHED_SHAPE = PriorShape(width=4800, depth=72, n_ctx=8192, n_codes=2048)
CPU_SHARE = 8
"""A CPU runs an eighth of a window at a time: its cost is linear in length, and several short runs tell more about a
machine that others use as well than one long one."""

LEAST_RUNS, MOST_RUNS, RUNS_S = 5, 30, 6.0
"""A layer is timed at least so often, and small ones until so many seconds are spent."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What one window costs here.

    Attributes
    ----------
    device, precision
        As they were settled.
    width, layer
        Of the prior, and up to which layer it is computed.
    depth
        Layers that there are.
    layer_s, read_s
        Seconds to compute one layer for one full window, the median of several runs, and to read its weights (0 when
        there are none yet, or when they stay in the device's memory).
    fastest_s, slowest_s
        The same where nothing else runs on the machine, and of the slowest of nine runs in ten.
    """

    device: str
    precision: str
    width: int
    layer: int
    depth: int
    layer_s: float
    fastest_s: float
    slowest_s: float
    read_s: float

    @property
    def window_s(self) -> float:
        """Seconds for one full window of 23.8 s; the encoder adds a hundredth, which is left out."""
        return self._window(self.layer_s)

    @property
    def window_range_s(self) -> tuple[float, float]:
        """The same with the machine to itself, and with as much beside it as in the slow runs."""
        return self._window(self.fastest_s), self._window(self.slowest_s)

    def _window(self, layer_s: float) -> float:
        return self.layer * (layer_s + self.read_s / CPU_WINDOWS)

    def total_s(self, durations_s: Iterable[float], plan: WindowPlan = "first") -> float:
        """Seconds for clips of these durations."""
        return self.window_s * sum(count_windows(duration_s, plan) for duration_s in durations_s)


def estimate(
    weights_dir: Path | None = None,
    *,
    layer: int = PUBLISHED_LAYER,
    device: str = "auto",
    precision: str = "auto",
    progress: Progress | None = None,
) -> Estimate:
    """Measure one layer: the first of the weights at hand, or one of the published size with made-up weights.

    Cancel is honoured between runs.

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
        read_layer(
            checkpoint, 0, dtype=compute.dtype, device=compute.device
        )  # what happens once, happens here
        began = time.perf_counter()
        weights = read_layer(checkpoint, min(1, shape.depth - 1), dtype=compute.dtype, device=compute.device)
        read_s = time.perf_counter() - began if compute.device.type == "cpu" else 0.0
    runs, alone_s = _time_layer(weights, shape, compute, progress or Progress())
    median, slowest = np.quantile(runs, (0.5, 0.9)).tolist()
    return Estimate(
        device=compute.device.type,
        precision=compute.precision,
        width=shape.width,
        layer=layer,
        depth=shape.depth,
        layer_s=median,
        fastest_s=min(alone_s, *runs),
        slowest_s=slowest,
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


def _time_layer(
    layer: Layer, shape: PriorShape, compute: Compute, progress: Progress
) -> tuple[list[float], float]:
    """Seconds for one layer over one full window, from several runs after a short one to warm up.

    The second figure is what the processor's own time comes to, shared by its threads: other programs make a run wait,
    and hardly change the work in it.
    """
    n = max(shape.n_ctx // CPU_SHARE // shape.block, 1) * shape.block
    x = torch.randn(shape.n_ctx, shape.width, device=compute.device)
    with torch.inference_mode():
        apply_layer(layer, x[: shape.block].clone(), 0, shape.block)
        part_s = _seconds(lambda: apply_layer(layer, x[:n], 0, shape.block), compute.device)
        if compute.device.type != "cpu" or part_s * CPU_SHARE < RUNS_S / MOST_RUNS:
            n = shape.n_ctx
        x = x[:n].clone()
        runs: list[float] = []
        began = time.process_time()
        while len(runs) < LEAST_RUNS or (sum(runs) < RUNS_S and len(runs) < MOST_RUNS):
            progress.checkpoint()
            runs.append(_seconds(lambda: apply_layer(layer, x, 0, shape.block), compute.device))
    alone_s = (time.process_time() - began) / len(runs) / torch.get_num_threads()
    if compute.device.type != "cpu":
        alone_s = min(runs)
    return [seconds * shape.n_ctx / n for seconds in runs], alone_s * shape.n_ctx / n


def _seconds(call: Callable[[], None], device: torch.device) -> float:
    began = time.perf_counter()
    call()
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter() - began
