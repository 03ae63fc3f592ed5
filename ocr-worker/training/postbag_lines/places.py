"""Scanned place and street names (`place_names_de`): real ink on real paper.

Umlauts stand as they were written, with dots that our characters do not have. A label whose letters are all known is kept
as it is; ä, ö and ü become a, o and u (the dots are small, and a British leaflet has none) and ß becomes ss, as the Swiss
write it: four names in five have one, and to leave them out would lose most of the only scanned ink there is.
"""

import csv
from pathlib import Path

import cv2
import numpy as np

from .model import CHARACTERS
from .splits import split_of_place_writer

UMLAUTS = str.maketrans(dict(zip("äöüÄÖÜéèáàóš", "aouAOUeeaaos", strict=True)) | {"ß": "ss"})


class Places:
    """The names of one split, decoded when they are asked for."""

    def __init__(self, folder: Path, split: str) -> None:
        with (folder / "truth.csv").open(encoding="utf-8") as lines:
            rows = list(csv.DictReader(lines))
        self.items = [
            (folder / row["file_name"].rsplit("/", 1)[-1], row["text"].strip().translate(UMLAUTS))
            for row in rows
            if split_of_place_writer(int(row["writer_id"])) == split
        ]
        self.items = [(f, t) for f, t in self.items if t and set(t) <= set(CHARACTERS[:-1]) and f.is_file()]

    def draw(self, rng: np.random.Generator) -> tuple[np.ndarray, str]:
        """The ink of a name (float32 0..1) and its text."""
        file, text = self.items[rng.integers(len(self.items))]
        grey = cv2.imread(str(file), cv2.IMREAD_GRAYSCALE)
        return ink_of(grey), text


def ink_of(grey: np.ndarray) -> np.ndarray:
    """How dark each pixel is against its paper, the darkest strokes 1."""
    small = cv2.resize(grey, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    paper = cv2.GaussianBlur(cv2.dilate(small, np.ones((9, 9), np.uint8)), (0, 0), 4)
    paper = cv2.resize(paper, (grey.shape[1], grey.shape[0])).astype(np.float32)
    dark = np.clip((paper - grey) / np.maximum(paper, 1), 0, 1)
    level = float(np.quantile(dark, 0.995))
    return np.clip((dark - 0.12 * level) / max(0.8 * level, 0.05), 0, 1).astype(np.float32)
