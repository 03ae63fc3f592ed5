"""What paper, pen, scanner and the worker's line finder do to a line of ink. In and out: float32, 0 paper, 1 black."""

import cv2
import numpy as np


def damaged(rng: np.random.Generator, ink: np.ndarray, x_height_px: float, neighbour: np.ndarray | None) -> np.ndarray:
    """One line as the recogniser may get it."""
    ink = cropped(rng, ink, x_height_px)
    if neighbour is not None and rng.random() < 0.35:
        intrude(rng, ink, neighbour, x_height_px)
    if rng.random() < 0.12:
        rules(rng, ink, x_height_px)
    ink = pen(rng, ink)
    ink = cv2.GaussianBlur(ink, (0, 0), 0.15 + rng.random() * 0.035 * x_height_px)
    if rng.random() < 0.2:
        ink = coarse(rng, ink, x_height_px)
    if rng.random() < 0.2:
        limit = rng.uniform(0.2, 0.55) * float(ink.max())
        ink = (ink > limit).astype(np.float32)
    if rng.random() < 0.25:
        ink = ink + rng.normal(0, rng.uniform(0.01, 0.06), ink.shape).astype(np.float32)
    if rng.random() < 0.1:
        dust(rng, ink, x_height_px)
    return np.clip(ink, 0, 1)


def cropped(rng: np.random.Generator, ink: np.ndarray, x_height_px: float) -> np.ndarray:
    """Cut around the ink: mostly with some paper, now and then through the longest strokes."""
    rows, columns = np.flatnonzero(ink.max(axis=1) > 0.2), np.flatnonzero(ink.max(axis=0) > 0.2)
    if len(rows) == 0:
        return ink
    room = lambda low, high: round(rng.uniform(low, high) * x_height_px)
    tight = rng.random() < 0.15
    top = rows[0] - (room(-0.4, 0.1) if tight else room(0.0, 0.8))
    bottom = rows[-1] + 1 + (room(-0.3, 0.1) if tight else room(0.0, 0.8))
    left, right = columns[0] - room(0.02, 1.0), columns[-1] + 1 + room(0.02, 1.0)
    if bottom - top < 4:
        top, bottom = rows[0], rows[-1] + 1
    pads = [max(0, -top), max(0, bottom - ink.shape[0]), max(0, -left), max(0, right - ink.shape[1])]
    ink = cv2.copyMakeBorder(ink, *pads, cv2.BORDER_CONSTANT, value=0)
    top, left = top + pads[0], left + pads[2]
    return ink[top : bottom + pads[0], left : right + pads[2]].copy()


def intrude(rng: np.random.Generator, ink: np.ndarray, other: np.ndarray, x_height_px: float) -> None:
    """Tails of the line above, or heads of the one below, at the edge of the crop."""
    rows = np.flatnonzero(other.max(axis=1) > 0.2)
    if len(rows) < 4 or other.shape[1] < 10:
        return
    other = other[rows[0] : rows[-1] + 1]
    seen = min(round(rng.uniform(0.15, 0.75) * x_height_px), ink.shape[0] // 4, other.shape[0])
    width = min(other.shape[1], ink.shape[1])
    left = int(rng.integers(0, ink.shape[1] - width + 1))
    if seen < 1:
        return
    if rng.random() < 0.5:
        part, place = other[-seen:, :width], ink[:seen, left : left + width]
    else:
        part, place = other[:seen, :width], ink[-seen:, left : left + width]
    np.maximum(place, part, out=place)


def rules(rng: np.random.Generator, ink: np.ndarray, x_height_px: float) -> None:
    """What is left of a printed rule, or the gap that taking it away leaves in the strokes."""
    height, width = ink.shape
    y = int(rng.integers(height // 3, max(height - 2, height // 3 + 1)))
    thick = max(1, round(x_height_px * rng.uniform(0.03, 0.1)))
    if rng.random() < 0.4:
        ink[y : y + thick] *= rng.uniform(0.0, 0.5)
        return
    seen = cv2.resize(rng.random((1, max(2, width // 20))).astype(np.float32), (width, 1)) > rng.uniform(0.1, 0.8)
    dark = rng.uniform(0.15, 0.6)
    place = ink[y : y + thick]
    np.maximum(place, np.where(seen, dark, 0).astype(np.float32), out=place)


def pen(rng: np.random.Generator, ink: np.ndarray) -> np.ndarray:
    """Darkness: a pen that presses more and less, a pencil that leaves grain."""
    height, width = ink.shape
    field = rng.uniform(0.55, 1.0, (3, max(3, width // 30))).astype(np.float32)
    ink = ink * cv2.resize(field, (width, height), interpolation=cv2.INTER_LINEAR)
    if rng.random() < 0.18:
        grain = rng.uniform(0.0, 1.0, ink.shape).astype(np.float32)
        ink = ink * rng.uniform(0.35, 0.8) * (1 - rng.uniform(0.2, 0.9) * (grain > rng.uniform(0.4, 0.8)))
    return ink


def coarse(rng: np.random.Generator, ink: np.ndarray, x_height_px: float) -> np.ndarray:
    """Scanned with fewer pixels, or kept as a JPEG."""
    if rng.random() < 0.6:
        factor = max(0.3, min(1.0, rng.uniform(6, 11) / x_height_px))
        small = cv2.resize(ink, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        return cv2.resize(small, (ink.shape[1], ink.shape[0]), interpolation=cv2.INTER_LINEAR)
    quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 80))]
    _, code = cv2.imencode(".jpg", (255 * (1 - ink)).astype(np.uint8), quality)
    return 1 - cv2.imdecode(code, cv2.IMREAD_GRAYSCALE).astype(np.float32) / 255


def dust(rng: np.random.Generator, ink: np.ndarray, x_height_px: float) -> None:
    """Specks that are no full stops, mostly away from the baseline."""
    for _ in range(rng.integers(1, 5)):
        at = (int(rng.integers(ink.shape[1])), int(rng.integers(ink.shape[0])))
        cv2.circle(ink, at, max(1, round(x_height_px * rng.uniform(0.02, 0.06))), float(rng.uniform(0.3, 1)), -1)
