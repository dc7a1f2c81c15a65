"""Which Jukebox features are meant, as part of their name; and where they are computed, which is not part of it.

`jukebox` is the published recipe. What differs from it follows in the name, so that sets never mix: `jukebox-layer18`,
`jukebox-cover`, `jukebox-layer18-cover-fp32`. The device changes no more than the precision that `auto` settles on.
"""

import os
import re
from dataclasses import dataclass
from typing import Literal, get_args

from merdesk.errors import FeatureError
from merdesk.features.jukebox.windows import WindowPlan
from merdesk.settings import Settings

PUBLISHED_LAYER = 36
DEVICE_VARIABLE = "MERDESK_JUKEBOX_DEVICE"
"""Environment variable that names the device; worker processes inherit it."""

DeviceChoice = Literal["auto", "cpu", "cuda", "mps"]
PrecisionChoice = Literal["auto", "fp32", "bf16", "fp16"]
DEVICES: tuple[str, ...] = get_args(DeviceChoice)
PRECISIONS: tuple[str, ...] = get_args(PrecisionChoice)

_NAME = re.compile(
    r"(?P<base>jukebox|jukemirlib)(?:-layer(?P<layer>[1-9]\d{0,2}))?"
    r"(?P<cover>-cover)?(?:-(?P<precision>fp32|bf16|fp16))?"
)


@dataclass(frozen=True, slots=True)
class JukeboxChoice:
    """One choice of what can be chosen.

    Attributes
    ----------
    layer
        Counted from 1.
    window
        `first` hears the first 23.8 s, `cover` the whole clip.
    precision
        `auto` is what suits the device.
    base
        `jukebox`, or `jukemirlib` for that package, which has only the layer to choose.
    """

    layer: int = PUBLISHED_LAYER
    window: WindowPlan = "first"
    precision: str = "auto"
    base: str = "jukebox"

    @classmethod
    def of(cls, name: str) -> "JukeboxChoice | None":
        """The choice that a name stands for; None when it names none.

        Examples
        --------
        >>> JukeboxChoice.of("jukebox-layer18-cover")
        JukeboxChoice(layer=18, window='cover', precision='auto', base='jukebox')
        >>> JukeboxChoice.of("jukebox-loud") is None
        True
        """
        found = _NAME.fullmatch(name)
        if found is None or (found["base"] != "jukebox" and (found["cover"] or found["precision"])):
            return None
        return cls(
            layer=int(found["layer"] or PUBLISHED_LAYER),
            window="cover" if found["cover"] else "first",
            precision=found["precision"] or "auto",
            base=found["base"],
        )

    @property
    def name(self) -> str:
        """The shortest name of this choice.

        Examples
        --------
        >>> JukeboxChoice().name, JukeboxChoice(18, "cover", "fp32").name
        ('jukebox', 'jukebox-layer18-cover-fp32')
        """
        layer = "" if self.layer == PUBLISHED_LAYER else f"-layer{self.layer}"
        window = "" if self.window == "first" else f"-{self.window}"
        precision = "" if self.precision == "auto" else f"-{self.precision}"
        return f"{self.base}{layer}{window}{precision}"


def preferred_device() -> str:
    """The device of the environment, else of the settings.

    Raises
    ------
    FeatureError
        When the environment names none that there is.
    """
    named = os.environ.get(DEVICE_VARIABLE) or str(Settings()["jukebox_device"])
    if named not in DEVICES:
        raise FeatureError(f"{DEVICE_VARIABLE} is {named!r}; set it to one of {', '.join(DEVICES)}.")
    return named
