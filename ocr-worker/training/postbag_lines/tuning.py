"""Lines to tune the decoder on: `python -m postbag_lines.tuning OUT_FOLDER [N_EACH]`.

Validation hands, faces and comments only. `OUT/lines.tsv` has a row for each line: picture (normalised, ink is white), source,
half (`tune` or `report`) and label; a label is in one half only, whoever wrote it. `examples/tune_decoder.rs` reads it.
"""

import hashlib
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from .lines import SHARES, Lines

SEED = 1711
N_EACH = 300
# What the labels of the other sources are not: running sentences of a story.
STORY = "story"


def half_of(label: str) -> str:
    """`tune` or `report`, by the letters and digits of the label."""
    plain = "".join(c for c in label.lower() if c.isalnum())
    return "tune" if hashlib.sha256(plain.encode()).digest()[0] % 2 else "report"


def write(out: Path, n_each: int) -> None:
    """Draws the lines and writes them."""
    lines, rng = Lines.of_environment("validation"), np.random.default_rng(SEED)
    out.mkdir(parents=True, exist_ok=True)
    rows = []
    for source in [*SHARES, STORY]:
        if source == STORY:
            lines.sentences.draw = lines.sentences.comment
        for place in range(n_each):
            drawn_as = source if source != STORY else ("printed", "font")[place % 2]
            longest = 60 if source != STORY else 75
            picture, label, _ = lines.draw(rng, int(rng.integers(3 if source != STORY else 30, longest)), drawn_as)
            name = f"{source}-{place}.png"
            Image.fromarray(picture).save(out / name)
            rows.append(f"{name}\t{source}\t{half_of(label)}\t{label}\n")
    (out / "lines.tsv").write_text("".join(rows), "utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else N_EACH)
