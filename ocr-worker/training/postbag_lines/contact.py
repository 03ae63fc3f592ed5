"""A contact sheet: normalised lines with their labels, to look at. `python -m postbag_lines.contact OUT.png [SEED [SOURCE …]]`."""

import sys

import numpy as np
from PIL import Image, ImageDraw

from .lines import Lines

if __name__ == "__main__":
    lines = Lines.of_environment("train")
    rng = np.random.default_rng(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    sheet = Image.new("L", (1500, 40 * 62), 255)
    draw = ImageDraw.Draw(sheet)
    for row in range(40):
        source = str(rng.choice(sys.argv[3:])) if len(sys.argv) > 3 else None
        picture, label, source = lines.draw(rng, int(rng.integers(3, 60)), source)
        sheet.paste(Image.fromarray(255 - picture), (0, 62 * row))
        draw.text((2, 62 * row + 42), f"[{source}] {label}", fill=0)
    sheet.save(sys.argv[1])
