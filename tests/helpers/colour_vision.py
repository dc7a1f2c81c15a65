"""How colours look to people who lack one kind of cone, and how far apart they are then.

References
----------
Machado, Oliveira and Fernandes (2009). A physiologically-based model for simulation of color vision deficiency. IEEE
TVCG 15(6): matrices for full severity, in linear RGB.
Ottosson (2020). A perceptual color space for image processing (OKLab).
"""

import numpy as np

VISIONS = {
    "normal": np.eye(3),
    "protanopia": np.array([
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998],
    ]),
    "deuteranopia": np.array([
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881],
    ]),
    "tritanopia": np.array([
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900],
    ]),
}  # fmt: skip
TO_CONES = np.array([
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
])  # fmt: skip
TO_OKLAB = np.array([
    [0.2104542553, 0.7936177850, -0.0040720468],
    [1.9779984951, -2.4285922050, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.8086757660],
])  # fmt: skip


def linear(colours):
    """Linear RGB [n, 3] of `#rrggbb`."""
    values = np.array([list(bytes.fromhex(colour[1:])) for colour in colours]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def seen(colours, vision):
    """OKLab [n, 3] of colours as somebody sees them."""
    light = np.clip(linear(colours) @ VISIONS[vision].T, 0, 1)
    return np.cbrt(light @ TO_CONES.T) @ TO_OKLAB.T


def nearest_pair(colours, vision):
    """Distance of the two colours that are nearest to each other."""
    places = seen(colours, vision)
    apart = np.linalg.norm(places[:, None] - places[None], axis=-1)
    return float(apart[np.triu_indices(len(colours), 1)].min())
