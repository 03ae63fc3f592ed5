"""From strokes or letters to ink on a canvas, as uneven as hands and pens are. Canvases are float32, 0 paper, 1 black."""

from functools import lru_cache

import cv2
import numpy as np
from PIL import ImageFont

from .fonts import draw_word
from .model import STRUCK
from .unipen import Strokes

SHIFT = 4


def drawn_strokes(
    rng: np.random.Generator, strokes: Strokes, x_height_px: float, walls_at: list[float] | None = None
) -> np.ndarray:
    """Strokes in x-heights as ink, slanted, stretched and bent a little, with a pen of some width; walls of boxes behind."""
    slant, stretch = rng.normal(0.0, 0.16), np.exp(rng.normal(0.0, 0.12))
    waves = [(rng.normal(0.0, 0.05), rng.uniform(0.3, 1.6), rng.uniform(0, 6.3)) for _ in range(4)]
    bent = [bend(s, slant, stretch, waves) * x_height_px for s in strokes]
    points = np.concatenate(bent)
    margin = 4 + x_height_px / 4
    low, high = points.min(axis=0) - margin, points.max(axis=0) + margin
    width, height = (np.clip(high - low, 8, (9000, 600))).astype(int)
    canvas = np.zeros((height, width), np.uint8)
    lines = [np.round((s - low) * (1 << SHIFT)).astype(np.int32).reshape(-1, 1, 2) for s in bent]
    pen_px = max(1, round(x_height_px * rng.uniform(0.06, 0.17)))
    cv2.polylines(canvas, lines, isClosed=False, color=255, thickness=pen_px, lineType=cv2.LINE_AA, shift=SHIFT)
    for dot in lines:
        if len(dot) < 3 and np.ptp(dot[:, 0], axis=0).max() < pen_px << SHIFT:
            at = tuple(int(v) >> SHIFT for v in dot[0, 0])
            cv2.circle(canvas, at, max(1, round(pen_px * 0.7)), 255, -1, cv2.LINE_AA)
    ink = canvas.astype(np.float32) / 255
    if walls_at:
        walls(rng, ink, [(x * stretch + 0.5 * slant) * x_height_px - float(low[0]) for x in walls_at], x_height_px)
    return ink


def walls(rng: np.random.Generator, ink: np.ndarray, xs_px: list[float], x_height_px: float) -> None:
    """Draws what is left of comb boxes at `xs_px`: ticks, whole walls or faint specks, and now and then the bottom rail."""
    height = ink.shape[0]
    thick = max(1, round(x_height_px * rng.uniform(0.02, 0.07)))
    dark = float(rng.uniform(0.1, 0.7))
    top, bottom = (0, height) if rng.random() < 0.5 else (round(height * rng.uniform(0.4, 0.8)), height)
    layer = np.zeros_like(ink)
    for x in xs_px:
        if rng.random() < 0.85:
            cv2.line(layer, (round(x), top), (round(x), bottom), dark, thick)
    if rng.random() < 0.5:
        y = round(height * rng.uniform(0.86, 0.99))
        cv2.line(layer, (round(xs_px[0]), y), (round(xs_px[-1]), y), dark, thick)
    if rng.random() < 0.6:
        layer *= (rng.random(layer.shape) > rng.uniform(0.1, 0.6)).astype(np.float32)
    np.maximum(ink, layer, out=ink)


def bend(stroke: np.ndarray, slant: float, stretch: float, waves: list[tuple[float, float, float]]) -> np.ndarray:
    """The stroke with slant, other proportions and slow waves."""
    x, y = stroke[:, 0], stroke[:, 1]
    moved = np.stack([x * stretch - slant * y, y], axis=1)
    for axis, (size, pace, phase) in enumerate(waves):
        moved[:, axis % 2] += size * np.sin(pace * (x if axis < 2 else x + y) + phase)
    return moved.astype(np.float32)


@lru_cache(maxsize=400)
def font_of(path: str, size_px: int) -> ImageFont.FreeTypeFont:
    """A face at one size."""
    return ImageFont.truetype(path, size_px)


def drawn_font(rng: np.random.Generator, face: str, text: str, x_height_px: float) -> np.ndarray:
    """Text in a face, word by word, not quite on a line; a word after [`STRUCK`] is struck out."""
    font = font_of(face, 2 * round(x_height_px))
    space = x_height_px * np.exp(rng.normal(-0.15, 0.35))
    height = round(7 * x_height_px)
    pieces, x = [], x_height_px
    for word in text.split(" "):
        ink, baseline = draw_word(font, word.removeprefix(STRUCK))
        if word.startswith(STRUCK):
            ink = struck_ink(rng, ink, baseline, x_height_px)
        pieces.append((ink, round(x), round(4 * x_height_px - baseline + rng.normal(0, 0.06) * x_height_px)))
        x += ink.shape[1] + max(0.25 * x_height_px, space * np.exp(rng.normal(0.0, 0.25)))
    canvas = np.zeros((height, round(x + x_height_px)), np.float32)
    for ink, left, top in pieces:
        top, cut = max(top, 0), max(-top, 0)
        part = ink[cut : cut + height - top, : canvas.shape[1] - left]
        place = canvas[top : top + part.shape[0], left : left + part.shape[1]]
        np.maximum(place, part.astype(np.float32) / 255, out=place)
    slant, stretch = rng.normal(0.0, 0.12), np.exp(rng.normal(0.0, 0.12))
    matrix = np.float32([[stretch, -slant, 4 * x_height_px * slant], [0, 1, 0]])
    size = (int(canvas.shape[1] * stretch + 2 * x_height_px), height)
    canvas = cv2.warpAffine(canvas, matrix, size)
    if rng.random() < 0.35:
        canvas = cv2.dilate(canvas, np.ones((2, 2), np.uint8))
    return elastic(rng, canvas, x_height_px)


def elastic(rng: np.random.Generator, ink: np.ndarray, x_height_px: float, size: float = 0.09) -> np.ndarray:
    """Bends a canvas by a smooth random field of `size` x-heights."""
    height, width = ink.shape
    cells = (max(3, round(width / x_height_px / 1.5)), max(3, round(height / x_height_px / 1.5)))
    field = rng.normal(0, size * x_height_px, (2, cells[1], cells[0])).astype(np.float32)
    dx, dy = (cv2.resize(f, (width, height), interpolation=cv2.INTER_CUBIC) for f in field)
    xs, ys = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return cv2.remap(ink, xs + dx, ys + dy, cv2.INTER_LINEAR)


def sloped(rng: np.random.Generator, ink: np.ndarray) -> np.ndarray:
    """The line going up or down a little, and bent over its length."""
    width = ink.shape[1]
    slope, sag = rng.normal(0, 0.015), rng.normal(0, 0.004) * width
    rise = abs(slope) * width / 2 + abs(sag)
    grown = int(rise) + 2
    ink = cv2.copyMakeBorder(ink, grown, grown, 0, 0, cv2.BORDER_CONSTANT, value=0)
    x = np.arange(width, dtype=np.float32)
    t = x / max(width, 1) - 0.5
    dy = (slope * width * t + sag * (4 * t * t - 0.5)).astype(np.float32)
    ys = np.arange(ink.shape[0], dtype=np.float32)[:, None] + dy[None, :]
    xs = np.broadcast_to(x[None, :], ys.shape)
    return cv2.remap(ink, np.ascontiguousarray(xs), np.ascontiguousarray(ys), cv2.INTER_LINEAR)


def struck_ink(rng: np.random.Generator, ink: np.ndarray, baseline: float, x_height_px: float) -> np.ndarray:
    """A word in a face (0..255), struck out."""
    ink = np.pad(ink, ((2, 2), (0, 0)))
    at = np.array([0.0, baseline + 2], np.float32)
    lines = [s * x_height_px + at for s in struck(rng, ink.shape[1] / x_height_px)]
    lines = [np.round(s * (1 << SHIFT)).astype(np.int32).reshape(-1, 1, 2) for s in lines]
    pen_px = max(1, round(x_height_px * rng.uniform(0.06, 0.17)))
    return cv2.polylines(ink.copy(), lines, False, 255, pen_px, cv2.LINE_AA, SHIFT)


def struck(rng: np.random.Generator, right: float) -> Strokes:
    """Strokes, in x-heights, that take a word of this width back."""
    y = lambda: -0.5 + rng.normal(0, 0.15)
    if rng.random() < 0.6:
        n_lines = rng.integers(1, 4)
        return [np.array([(-0.15, y()), (right / 2, y()), (right + 0.15, y())], np.float32) for _ in range(n_lines)]
    n_turns = max(4, int(right * rng.uniform(2, 6)))
    xs = np.linspace(-0.1, right + 0.1, n_turns)
    ys = [(-0.5 + (0.6 if i % 2 else -0.6) * rng.uniform(0.6, 1.2)) for i in range(n_turns)]
    return [np.stack([xs, ys], axis=1).astype(np.float32)]
