"""Lines of the UNIPEN contributors that nothing was trained or tuned on, as pictures: `python -m postbag_lines.held_out OUT COUNT`.

Words side by side, whole lines and sentences in single letters, a third each, drawn as a good scan shows them.
`postbag eval texts OUT --as line --truth OUT/truth.csv` reads them.
"""

import csv
import os
import sys
from pathlib import Path

import cv2
import numpy as np

from .hands import Hands
from .model import STRUCK
from .render import drawn_strokes
from .sentences import Sentences

X_HEIGHT_PX = 22.0
MARGIN_PX = 24


def main() -> None:
    """The command line."""
    out, count = Path(sys.argv[1]), int(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    hands, sentences = Hands.of_environment("test"), Sentences(Path(os.environ["DATA"]), "validation")
    rng = np.random.default_rng(5)
    with (out / "truth.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["file", "text", "kind"])
        for number in range(count):
            kind = ("words", "whole", "printed")[number % 3]
            strokes, label = line(rng, hands, sentences, kind)
            ink = drawn_strokes(rng, strokes, X_HEIGHT_PX)
            ink = cv2.GaussianBlur(cv2.copyMakeBorder(ink, *[MARGIN_PX] * 4, cv2.BORDER_CONSTANT, value=0), (0, 0), 0.8)
            cv2.imwrite(str(out / f"{number:04}.png"), np.clip(250 - 215 * ink, 0, 255).astype(np.uint8))
            table.writerow([f"{number:04}.png", label, kind])


def line(rng: np.random.Generator, hands: Hands, sentences: Sentences, kind: str) -> tuple:
    """Strokes and label of a line without a word struck out."""
    while True:
        n_wanted = int(rng.integers(8, 50))
        if kind == "words":
            made = hands.words_line(rng, n_wanted)
        elif kind == "whole":
            made = hands.whole_line(rng)
        else:
            made = hands.printed_line(rng, sentences.draw(rng, n_wanted))
        if made and made[0] and made[1] and STRUCK not in made[1]:
            return made


if __name__ == "__main__":
    main()
