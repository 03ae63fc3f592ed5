"""Lines to learn from: a hand, a text, ink, damage, normalisation. Everything follows from the random generator."""

import os
import re
from pathlib import Path

import cv2
import numpy as np

from .boxes import printed_rest
from .damage import damaged
from .fonts import character_coverage, load_faces, written_by
from .hands import Hands
from .model import STRUCK
from .normalise import normalise
from .places import Places, other_hand
from .render import drawn_font, drawn_strokes, elastic, sloped
from .sentences import Sentences
from .splits import split_of_face

# Shares of the sources.
SHARES = {"words": 0.26, "whole": 0.11, "printed": 0.14, "font": 0.16, "place": 0.19, "comb": 0.03, "capitals": 0.11}
# Faces that look like a form's own print.
PRINT_FACES = re.compile(r"abeezee|ComicNeue|Andika|comic-mono")
MAX_LABEL = 90
Drawn = tuple[np.ndarray, str, str]


class Lines:
    """Draws lines of one split."""

    def __init__(self, data: Path, cache: Path, fonts: Path, split: str) -> None:
        self.hands = Hands(str(cache), split)
        self.sentences = Sentences(data, split)
        faces = [f for f in load_faces(fonts) if split_of_face(f.name) == split]
        self.faces = [(f, character_coverage(f)) for f in faces]
        self.print_faces = [str(f) for f, _ in self.faces if PRINT_FACES.search(f.name)] or [str(self.faces[0][0])]
        self.places = Places(data / "handwriting/place_names_de", split)
        self.before: list[np.ndarray] = []

    @classmethod
    def of_environment(cls, split: str) -> "Lines":
        """From the folders that the environment names: `DATA`, `UNIPEN_CACHE`, `FONTS`."""
        return cls(*(Path(os.environ[k]) for k in ("DATA", "UNIPEN_CACHE", "FONTS")), split)

    def draw(self, rng: np.random.Generator, n_wanted: int, source: str | None = None) -> Drawn:
        """A picture (40, width) of uint8, its label and its source."""
        while True:
            kind = source or str(rng.choice(list(SHARES), p=list(SHARES.values())))
            x_height_px = float(np.exp(rng.uniform(np.log(10), np.log(30))))
            made = self.made(rng, kind, n_wanted, x_height_px)
            if made is None:
                continue
            ink, label = made
            ink = sloped(rng, ink)
            neighbour = self.before[rng.integers(len(self.before))] if self.before else None
            if rng.random() < 0.05:
                ink = printed_rest(rng, ink, x_height_px, self.print_faces)
            picture = normalise(damaged(rng, ink, x_height_px, neighbour))
            self.before = [*self.before[-20:], ink]
            if 0 < len(label) <= MAX_LABEL and picture.shape[1] >= 8 + 5 * len(label):
                return picture, label, kind

    def made(self, rng: np.random.Generator, kind: str, n: int, x_height_px: float) -> tuple[np.ndarray, str] | None:
        """Ink and label of one kind; nothing when it does not work out."""
        if kind == "place":
            ink, label = self.places.draw(rng)
            return elastic(rng, other_hand(rng, ink, x_height_px), x_height_px, 0.07), label
        if kind == "font":
            return self.in_face(rng, n, x_height_px)
        if kind == "comb":
            boxed = self.hands.combed_line(rng, self.sentences.boxed(rng))
            return (drawn_strokes(rng, boxed[0], x_height_px, boxed[2]), boxed[1]) if boxed else None
        if kind == "capitals":
            return self.in_capitals(rng, x_height_px)
        if kind == "printed":
            line = self.hands.printed_line(rng, self.sentences.draw(rng, n))
        else:
            line = self.hands.whole_line(rng) if kind == "whole" else self.hands.words_line(rng, n)
        if line is None or not line[0]:
            return None
        return drawn_strokes(rng, line[0], x_height_px), line[1]

    def in_capitals(self, rng: np.random.Generator, x_height_px: float) -> tuple[np.ndarray, str] | None:
        """A name or a few words in capitals, mostly of one writer, the letters close together or far apart."""
        text = self.sentences.in_capitals(rng)
        if rng.random() < 0.3:
            face, known = self.faces[rng.integers(len(self.faces))]
            return (drawn_font(rng, str(face), text, x_height_px), text) if set(text) <= known else None
        line = self.hands.printed_line(rng, text, gap=rng.uniform(0.03, 1.4))
        return (drawn_strokes(rng, line[0], x_height_px), line[1]) if line else None

    def in_face(self, rng: np.random.Generator, n: int, x_height_px: float) -> tuple[np.ndarray, str] | None:
        """A sentence in a handwriting face, now and then with a word struck out."""
        face, known = self.faces[rng.integers(len(self.faces))]
        label = written_by(face, self.sentences.draw(rng, n))
        if not label or not set(label) <= known:
            return None
        words = label.split(" ")
        drawn = list(words)
        if rng.random() < 0.04:
            at = int(rng.integers(len(words)))
            drawn[at], words[at] = STRUCK + words[at], STRUCK
        return drawn_font(rng, str(face), " ".join(drawn), x_height_px), " ".join(words)
