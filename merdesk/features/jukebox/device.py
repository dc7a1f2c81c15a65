"""Where the prior runs and how exactly: devices, precisions, and what running out of memory looks like.

Measured on the 5b prior: fp16 on CUDA with float32 sums differs by 0.04 % of the deviation between clips, bf16 on a
CPU that has it by 0.41 % (relative L2 of the pooled vector) at a third of the time. fp16 on a CPU runs at 1 GFLOP/s,
so it is refused.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import torch

from merdesk.errors import FeatureError
from merdesk.features.jukebox.choice import DEVICES, PRECISIONS

T = TypeVar("T")

DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}

_NO_MEMORY = re.compile(r"out of memory|can't allocate memory|not enough memory", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Compute:
    """A device and a precision, both settled."""

    device: torch.device
    precision: str

    @property
    def dtype(self) -> torch.dtype:
        """The precision as torch calls it."""
        return DTYPES[self.precision]


def settle(device: str = "auto", precision: str = "auto") -> Compute:
    """Choose what `auto` leaves open, and refuse what cannot work.

    Raises
    ------
    ValueError
        When a name is unknown.
    FeatureError
        When the device is not there, or fp16 is asked of a CPU.
    """
    if device not in DEVICES or precision not in PRECISIONS:
        raise ValueError(f"no such device or precision: {device!r}, {precision!r}")
    chosen = _device(device)
    settled = _precision(chosen) if precision == "auto" else precision
    if settled == "fp16" and chosen == "cpu":
        raise FeatureError("A CPU computes fp16 a hundred times slower than fp32; choose bf16 or fp32.")
    if chosen == "cuda":
        # Both lose digits in the sums, quietly and by default on some cards.
        torch.backends.cuda.matmul.allow_fp16_reduced_precision_reduction = False
        torch.backends.cuda.matmul.allow_tf32 = False
        torch.backends.cudnn.allow_tf32 = False
    return Compute(torch.device(chosen), settled)


def _device(choice: str) -> str:
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if choice == "auto":
        return next(name for name in ("cuda", "mps", "cpu") if there[name])
    if not there[choice]:
        raise FeatureError(f"torch finds no {choice} device on this machine; choose auto or cpu.")
    return choice


def _precision(device: str) -> str:
    if device == "cuda":
        return "fp16"
    return "bf16" if device == "cpu" and cpu_has_bf16() else "fp32"


def cpu_has_bf16() -> bool:
    """Whether the CPU multiplies bf16 in hardware (AVX512-BF16 or AMX)."""
    ask = getattr(torch.cpu, "get_capabilities", None)  # since torch 2.9; without it fp32 is safe
    has = ask() if ask else {}
    return bool(has.get("avx512_bf16") or has.get("amx_bf16"))


def free_bytes(device: torch.device) -> int | None:
    """Free memory of a CUDA device; None for the others, which share the computer's."""
    return int(torch.cuda.mem_get_info(device)[0]) if device.type == "cuda" else None


def out_of_memory(error: BaseException) -> bool:
    """Whether an exception says that memory ran out: torch says it in three ways."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and bool(_NO_MEMORY.search(str(error)))


def with_less_memory(call: Callable[[int], T], n: int, on_retry: Callable[[int], None]) -> tuple[T, int]:
    """Call with n at a time, then with half as many each time memory runs out.

    Returns
    -------
    The answer, and the number that fitted.

    Raises
    ------
    FeatureError
        When even one at a time does not fit.
    """
    while True:
        try:
            return call(n), n
        except (MemoryError, RuntimeError) as error:
            if not out_of_memory(error):
                raise
            if n == 1:
                raise FeatureError(
                    "There is not enough memory for one window of 24 s; close other programs, or choose the CPU."
                ) from error
        n //= 2
        on_retry(n)
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
