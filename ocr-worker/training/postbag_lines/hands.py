"""Lines in the strokes of UNIPEN's contributors: words of one writer side by side, whole lines, letter after letter.

A line is a list of strokes, each (n, 2) float32 with x to the right and y down, in units of the writer's x-height with
the baseline at y = 0, and its label.
"""

import os
from collections import defaultdict

import numpy as np

from .boxes import combed
from .labels import as_written, repaired
from .model import CHARACTERS, STRUCK
from .render import struck
from .splits import split_of_contributor
from .unipen import Strokes, Unipen

ASCENDS = set("bdfhklt0123456789£$&@%#?!|/\\()[]{}ABCDEFGHIJKLMNOPQRSTUVWXYZ")
DESCENDS = set("gjpqy")
ASCENT, DESCENT = 0.75, 0.65
RAISED = set("'\"`^*")
MIDDLE = set("-=+~:<>*")
LOW = set(".,_;")
WRITABLE = set(CHARACTERS[:-1])
Line = tuple[Strokes, str]


def expected_height(text: str) -> float:
    """How high a word is in x-heights, by its letters."""
    up = any(c in ASCENDS for c in text)
    down = any(c in DESCENDS for c in text)
    return 1.0 + ASCENT * up + DESCENT * down


def bounds(strokes: Strokes) -> tuple[float, float, float, float]:
    """Left, top, right, bottom."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


class Hands:
    """All contributors of one split."""

    def __init__(self, cache: str, split: str, *, use_word_table: bool = True) -> None:
        self.unipen, self.use_word_table = Unipen(cache), use_word_table
        self.labels: dict[int, str] = {}
        self.words: dict[str, list[int]] = defaultdict(list)
        self.lines: list[int] = []
        self.letters: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        self.x_heights: dict[str, float] = {}
        self.sort_in(split)

    @classmethod
    def of_environment(cls, split: str, *, use_word_table: bool = True) -> "Hands":
        """From the cache that the environment names: `UNIPEN_CACHE`."""
        return cls(os.environ["UNIPEN_CACHE"], split, use_word_table=use_word_table)

    def label(self, idx: int) -> str:
        """What segment `idx` reads, repaired."""
        return self.labels[idx]

    def sort_in(self, split: str) -> None:
        """Groups segments by writer and measures the x-height of each."""
        heights: dict[str, list[float]] = defaultdict(list)
        u = self.unipen
        for idx, (category, writer, source, label) in enumerate(zip(u.categories, u.writers, u.sources, u.labels, strict=True)):
            contributor = writer.split("/")[0]
            if split_of_contributor(contributor) != split:
                continue
            page = f"{category[0]}:{source}"
            read = repaired(contributor, category, label)
            if split == "train" and category in "67" and self.use_word_table:
                read = as_written(idx, read)
            if not read or not set(read) <= WRITABLE:
                continue
            self.labels[idx] = label = read
            left, top, right, bottom = bounds(u.strokes(idx))
            if bottom - top < 1 and right - left < 1:
                continue
            if category in "67":
                self.words[page].append(idx)
                heights[page].append((bottom - top) / expected_height(label))
            elif category == "8":
                if 0.22 * len(label) < (right - left) / max(bottom - top, 1.0) < 1.6 * len(label):
                    self.lines.append(idx)
            elif len(label) == 1:
                self.letters[writer][label].append(idx)
                if label.isalnum():
                    heights[writer].append((bottom - top) / expected_height(label))
        self.x_heights = {who: float(np.median(h)) for who, h in heights.items() if np.median(h) > 0}
        self.words = {p: w for p, w in self.words.items() if p in self.x_heights}
        full = {w: dict(ls) for w, ls in self.letters.items() if len(ls) >= 20 and w in self.x_heights}
        self.letters = full
        self.word_pages = sorted(self.words)
        self.word_weights = np.array([min(len(self.words[p]), 60) for p in self.word_pages], float)
        self.word_weights /= max(self.word_weights.sum(), 1.0)
        self.letter_writers = sorted(self.letters)

    def word(self, idx: int, x_height: float) -> Line:
        """A word on its baseline, its left edge at 0."""
        strokes, label = self.unipen.strokes(idx), self.label(idx)
        left, _, _, bottom = bounds(strokes)
        baseline = bottom - (DESCENT * x_height if set(label) & DESCENDS else 0.0)
        return [(s - (left, baseline)) / x_height for s in strokes], label

    def words_line(self, rng: np.random.Generator, n_wanted: int) -> Line:
        """Words of one page of one writer, on one baseline."""
        return self.words_of(rng, self.word_pages[rng.choice(len(self.word_pages), p=self.word_weights)], n_wanted)

    def words_of(self, rng: np.random.Generator, page: str, n_wanted: int) -> Line:
        """The same of a given page."""
        chosen, n_letters = [], 0
        while n_letters < n_wanted:
            idx = int(rng.choice(self.words[page]))
            chosen.append(self.word(idx, self.x_heights[page]))
            n_letters += len(chosen[-1][1]) + 1
        if len(chosen) > 1 and n_letters > 1.5 * n_wanted + 4:
            chosen.pop()
        return self.joined(rng, [self.with_stop(rng, w) for w in chosen])

    def with_stop(self, rng: np.random.Generator, word: Line) -> Line:
        """Now and then with a full stop or a comma."""
        if rng.random() > 0.14 or not word[1][-1:].isalnum():
            return word
        strokes, label = word
        right = bounds(strokes)[2] + rng.uniform(0.05, 0.4)
        y = rng.uniform(-0.15, 0.1)
        if rng.random() < 0.55:
            dot = [(right, y), (right + rng.uniform(0.0, 0.08), y + rng.uniform(0.0, 0.08))]
            return [*strokes, np.array(dot, np.float32)], label + "."
        tail = [(right, y), (right + 0.04, y + 0.15), (right - rng.uniform(0.05, 0.25), y + rng.uniform(0.3, 0.5))]
        return [*strokes, np.array(tail, np.float32)], label + ","

    def joined(self, rng: np.random.Generator, words: list[Line]) -> Line:
        """Words side by side; gaps differ from line to line and from word to word."""
        usual, x = np.exp(rng.normal(-0.2, 0.45)), 0.0
        strokes: Strokes = []
        if rng.random() < 0.05:
            at = rng.integers(len(words))
            word = words[at][0]
            words[at] = ([*word, *struck(rng, bounds(word)[2])], STRUCK)
        for word, _ in words:
            y, size = rng.normal(0.0, 0.06), np.exp(rng.normal(0.0, 0.05))
            strokes += [(s * size + (x, y)).astype(np.float32) for s in word]
            x += bounds(word)[2] * size + max(0.24, usual * np.exp(rng.normal(0.0, 0.3)))
        return strokes, " ".join(label for _, label in words)

    def whole_line(self, rng: np.random.Generator) -> Line:
        """A segment that was written as one line."""
        idx = int(rng.choice(self.lines))
        strokes, label = self.unipen.strokes(idx), self.label(idx)
        left, _, _, bottom = bounds(strokes)
        x_height = max((bounds(strokes)[3] - bounds(strokes)[1]) / 2.6, 1e-3)
        return [(s - (left, bottom - DESCENT * x_height)) / x_height for s in strokes], label

    def printer(self, rng: np.random.Generator, needed: set[str]) -> str | None:
        """A writer who wrote all these letters; nothing when none is found soon."""
        for _ in range(12):
            writer = self.letter_writers[rng.integers(len(self.letter_writers))]
            if needed <= set(self.letters[writer]):
                return writer
        return None

    def printed_line(self, rng: np.random.Generator, text: str, gap: float | None = None) -> Line | None:
        """Any text, letter after letter of one writer; nothing when nobody with these letters is found.

        `gap` is the paper between letters, in x-heights; without it, it is drawn: small mostly.
        """
        writer = self.printer(rng, set(text) - {" "})
        return self.spelt(rng, text, writer, gap) if writer else None

    def combed_line(self, rng: np.random.Generator, text: str) -> tuple[Strokes, str, list[float]] | None:
        """A text in comb boxes: strokes, label, and the walls of the boxes; a space is an empty box or none."""
        writer = self.printer(rng, set(text) - {" "})
        if not writer or not text.strip():
            return None
        skipped = rng.random() < 0.3 and any(c.isdigit() for c in text)
        letters = [self.letter(rng, c, writer) if c != " " else [] for c in text if not (skipped and c == " ")]
        strokes, walls = combed(rng, letters, 1.0)
        return strokes, text.replace(" ", "") if skipped else text, walls

    def letter(self, rng: np.random.Generator, character: str, writer: str) -> Strokes:
        """One letter of a writer on its baseline, its left edge at 0."""
        x_height = self.x_heights[writer]
        letter = self.unipen.strokes(int(rng.choice(self.letters[writer][character])))
        left, top, _, bottom = bounds(letter)
        base = baseline_of(character, top / x_height, bottom / x_height) * x_height
        y = rng.normal(0.0, 0.05)
        return [((s - (left, base)) / x_height + (0.0, y)).astype(np.float32) for s in letter]

    def spelt(self, rng: np.random.Generator, text: str, writer: str, gap: float | None = None) -> Line:
        """The letters on their places; now and then a word is struck out."""
        if gap is None:
            gap = rng.uniform(0.03, 0.35) if rng.random() < 0.9 else rng.uniform(0.35, 0.7)
        space = gap + np.exp(rng.normal(-0.3, 0.45))
        words, x = text.split(" "), 0.0
        gone = int(rng.integers(len(words))) if rng.random() < 0.05 else -1
        strokes: Strokes = []
        for place, word in enumerate(words):
            start = x
            for c in word:
                letter = self.letter(rng, c, writer)
                strokes += [s + np.float32([x, 0]) for s in letter]
                x += bounds(letter)[2] + max(0.0, gap + rng.normal(0.0, 0.08))
            if place == gone and word:
                strokes += [s + np.float32([start, 0]) for s in struck(rng, x - gap - start)]
            x += max(0.3, space * np.exp(rng.normal(0.0, 0.25)))
        return strokes, " ".join(STRUCK if place == gone and w else w for place, w in enumerate(words))


def baseline_of(character: str, top: float, bottom: float) -> float:
    """Where the baseline lies in a letter that was written alone, by what it is."""
    if character in DESCENDS:
        return bottom - DESCENT
    if character in RAISED:
        return top + 1.0 + ASCENT
    if character in MIDDLE:
        return (top + bottom) / 2 + 0.5
    if character in ",;":
        return bottom - 0.3
    return bottom
