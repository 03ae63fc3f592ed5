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


def other_hand(rng: np.random.Generator, ink: np.ndarray, x_height_px: float) -> np.ndarray:
    """The name narrower or wider, leaning more or less, with a thinner or thicker pen: 27 writers are few."""
    scale = x_height_px * 5 / ink.shape[0]
    ink = cv2.resize(ink, None, fx=scale * np.exp(rng.normal(0, 0.18)), fy=scale, interpolation=cv2.INTER_AREA)
    height, width = ink.shape
    slant = rng.normal(0, 0.2)
    grown = round(abs(slant) * height)
    lean = np.float32([[1, -slant, max(slant, 0) * height], [0, 1, 0]])
    ink = cv2.warpAffine(ink, lean, (width + grown, height))
    if rng.random() < 0.4:
        thicker = rng.random() < 0.5
        changed = (cv2.dilate if thicker else cv2.erode)(ink, np.ones((2, 2), np.uint8))
        ink = ink + (changed - ink) * np.float32(rng.uniform(0.3, 1.0 if thicker else 0.7))
    return ink
