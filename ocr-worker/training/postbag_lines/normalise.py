"""Line normalisation: one written line, at any size and slope, becomes a level picture 40 pixels high.

The idea is OCRopus' centre normaliser (Breuel): follow the smoothed centre of the ink along the line, scale by the mean
distance of the ink from it, and cut a band around it. The worker (`ocr-worker/src/lines/normalise.rs`) computes the same
numbers; a golden test holds both together. Everything is plain arithmetic on `ink[y, x]`, 0 is paper and 1 is black.
"""

import numpy as np

HEIGHT_PX = 40
# Below this it is paper.
FLOOR = 0.08
# Half a window of smoothing, and the band that counts and that is shown, in mean distances of the ink from the centre.
SMOOTHED = 10.0
COUNTED = 3.4
SHOWN = 3.7
# How dark the ink is made, on average.
DARKNESS = 0.75
MAX_SAMPLES = 6
MAX_WIDTH_PX = 4000


def box_sums(values: np.ndarray, half: int) -> np.ndarray:
    """For each place the sum of the values at most `half` away; nothing lies beyond the ends."""
    total = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    places = np.arange(len(values))
    return total[np.minimum(places + half + 1, len(values))] - total[np.maximum(places - half, 0)]


def centre_and_spread(ink: np.ndarray, half: int) -> tuple[np.ndarray, float]:
    """The row of the ink's centre for each column, smoothed twice, and the mean distance of the ink from it, pixels."""
    rows = np.arange(ink.shape[0], dtype=np.float64)[:, None]
    mass = ink.sum(axis=0, dtype=np.float64)
    total = mass.sum()
    mean = (ink * rows).sum() / total
    mass_near = box_sums(box_sums(mass, half), half)
    moment_near = box_sums(box_sums((ink * rows).sum(axis=0), half), half)
    little = 0.1 * mass_near.mean()
    centre = (moment_near + little * mean) / (mass_near + little)
    spread = (ink * np.abs(rows - centre)).sum() / total
    return centre, spread


def normalise(ink: np.ndarray) -> np.ndarray:
    """`ink` (height, width) of floats 0..1 to (40, width') of uint8, 255 is black; a blank line has 8 empty columns."""
    ink = np.maximum(ink.astype(np.float64) - FLOOR, 0.0) / (1.0 - FLOOR)
    total = ink.sum()
    if total < 1.0:
        return np.zeros((HEIGHT_PX, 8), np.uint8)
    rows = np.arange(ink.shape[0], dtype=np.float64)[:, None]
    mean = (ink * rows).sum() / total
    spread = max((ink * np.abs(rows - mean)).sum() / total, 1.0)
    centre, spread = centre_and_spread(ink, max(2, round(SMOOTHED * spread)))
    counted = np.where(np.abs(rows - centre) <= COUNTED * max(spread, 1.0), ink, 0.0)
    centre, spread = centre_and_spread(counted, max(2, round(SMOOTHED * max(spread, 1.0))))
    scale = 2.0 * SHOWN * max(spread, 1.0) / HEIGHT_PX
    shown = sampled(ink, centre, scale)
    dark = (shown**2).sum() / max(shown.sum(), 1e-9)
    return np.round(255.0 * np.minimum(shown * DARKNESS / max(dark, 1e-9), 1.0)).astype(np.uint8)


def sampled(ink: np.ndarray, centre: np.ndarray, scale: float) -> np.ndarray:
    """The band around the centre, `scale` pixels of the source to one; each pixel is the mean of n × n bilinear samples."""
    width = min(max(8, round(ink.shape[1] / scale)), MAX_WIDTH_PX)
    n = min(MAX_SAMPLES, max(1, int(np.ceil(scale))))
    x = (np.arange(width * n) + 0.5) * scale / n - 0.5
    y = ((np.arange(HEIGHT_PX * n) + 0.5) / n - HEIGHT_PX / 2) * scale
    nearest = np.clip(np.floor(x + 0.5).astype(int), 0, len(centre) - 1)
    places = (y[:, None] + centre[nearest][None, :], np.broadcast_to(x, (len(y), len(x))))
    values = bilinear(ink, *places)
    return values.reshape(HEIGHT_PX, n, width, n).mean(axis=(1, 3))


def bilinear(ink: np.ndarray, y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """The values between four pixels; (0, 0) is the middle of the first one, and paper lies all around."""
    padded = np.pad(ink, 1)
    y = np.clip(y + 1.0, 0.0, padded.shape[0] - 1.001)
    x = np.clip(x + 1.0, 0.0, padded.shape[1] - 1.001)
    top, left = y.astype(np.int32), x.astype(np.int32)
    down, right = (y - top).astype(np.float32), (x - left).astype(np.float32)
    at = top * padded.shape[1] + left
    flat = padded.ravel().astype(np.float32)
    above = flat[at] * (1 - right) + flat[at + 1] * right
    at += padded.shape[1]
    below = flat[at] * (1 - right) + flat[at + 1] * right
    return above * (1 - down) + below * down
