"""What a form leaves in a line: comb boxes around letters, rests of printed labels. Canvases: float32, 0 paper, 1 black."""

import numpy as np
from PIL import ImageFont

from .fonts import draw_word
from .render import font_of
from .unipen import Strokes

PRINTED = "Name Address Postcode Date Ward Service Tel Email Signed Please write in CAPITALS First name Surname".split()


def combed(rng: np.random.Generator, letters: list[Strokes], x_height: float) -> tuple[Strokes, list[float]]:
    """Letters, each in a cell of one width; the strokes and the x of the walls between cells, in x-heights.

    Letters sit near the middle of their cells; an empty list is an empty cell (a space).
    """
    widths = [np.ptp(np.concatenate(one)[:, 0]) for one in letters if one]
    cell = float(np.quantile(widths, 0.8)) * rng.uniform(1.15, 1.9) + 0.25 * x_height
    strokes: Strokes = []
    for place, one in enumerate(letters):
        if one:
            xs = np.concatenate(one)[:, 0]
            middle = (place + 0.5 + rng.normal(0, 0.07)) * cell
            strokes += [(s + np.float32([middle - (xs.min() + xs.max()) / 2, 0])).astype(np.float32) for s in one]
    return strokes, [place * cell for place in range(len(letters) + 1)]


def printed_rest(rng: np.random.Generator, ink: np.ndarray, x_height_px: float, faces: list[str]) -> np.ndarray:
    """The line with the lower or upper edge of a small printed label at its top or bottom; not part of the text."""
    size = max(7, round(x_height_px * rng.uniform(0.7, 1.2)))
    font: ImageFont.FreeTypeFont = font_of(faces[rng.integers(len(faces))], size)
    label, _ = draw_word(font, " ".join(rng.choice(PRINTED, rng.integers(1, 4))))
    label = label.astype(np.float32) / 255 * rng.uniform(0.2, 0.9)
    height, width = ink.shape
    seen = min(round(label.shape[0] * rng.uniform(0.2, 0.6)), height // 5)
    wide = min(label.shape[1], width)
    if seen < 1:
        return ink
    left = int(rng.integers(0, width - wide + 1))
    if rng.random() < 0.6:
        np.maximum(ink[:seen, left : left + wide], label[-seen:, :wide], out=ink[:seen, left : left + wide])
    else:
        np.maximum(ink[-seen:, left : left + wide], label[:seen, :wide], out=ink[-seen:, left : left + wide])
    return ink
