"""Whole pages of validation hands, with their lines: `python -m postbag_lines.pages OUT COUNT [SEED]`.

On them the line finder is made and the predicted error is calibrated; no test set is looked at for that. A page is one writer's
(or one face's): lines of one pitch, or of no even one, sloping together and each a little by itself, on ruled paper or on none, words
struck out, scanned at some resolution. `truth.csv` says what is written on each (`postbag eval texts OUT --truth OUT/truth.csv`).
"""

import csv
import sys
from pathlib import Path

import cv2
import numpy as np

from .lines import Lines
from .model import STRUCK
from .render import drawn_font, drawn_strokes

MM_PER_INCH = 25.4
Row = tuple[np.ndarray, str]


class Pages:
    """Draws pages of one split."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines

    def rows(self, rng: np.random.Generator, n_rows: int, n_wanted: int, x_height_px: float) -> list[Row]:
        """Ink and text of each line, all by one hand and one pen."""
        style, hands = int(rng.integers(1 << 30)), self.lines.hands
        wanted = [n_wanted if i + 1 < n_rows else int(rng.integers(4, n_wanted + 1)) for i in range(n_rows)]
        kind = rng.random()
        if kind < 0.45:
            page = hands.word_pages[rng.choice(len(hands.word_pages), p=hands.word_weights)]
            made = [hands.words_of(rng, page, n) for n in wanted]
        elif kind < 0.75:
            return self.spelt_rows(rng, wanted, x_height_px, style)
        else:
            return self.face_rows(rng, wanted, x_height_px, style)
        return [(drawn_strokes(np.random.default_rng(style), strokes, x_height_px), text) for strokes, text in made]

    def spelt_rows(self, rng: np.random.Generator, wanted: list[int], x_height_px: float, style: int) -> list[Row]:
        """Prose, letter after letter of one writer; letters that he never wrote are left out."""
        hands = self.lines.hands
        writer = None
        while writer is None:
            writer = hands.printer(rng, set("etaoinshrdlu"))
        spelt = [hands.spelt(rng, text, writer) for text in self.prose(rng, wanted, set(hands.letters[writer]))]
        return [(drawn_strokes(np.random.default_rng(style), strokes, x_height_px), label) for strokes, label in spelt]

    def face_rows(self, rng: np.random.Generator, wanted: list[int], x_height_px: float, style: int) -> list[Row]:
        """Prose in one face."""
        face, known = self.lines.faces[rng.integers(len(self.lines.faces))]
        texts = self.prose(rng, wanted, known)
        return [(drawn_font(np.random.default_rng(style), str(face), text, x_height_px), text) for text in texts]

    def prose(self, rng: np.random.Generator, wanted: list[int], known: set[str]) -> list[str]:
        """Running text in lines of about the wanted lengths."""
        words: list[str] = []
        while sum(len(w) + 1 for w in words) < sum(wanted) + 40:
            comment = self.lines.sentences.comments[rng.integers(len(self.lines.sentences.comments))]
            words += ["".join(c for c in word if c in known) for word in comment.split(" ")]
        words = [word for word in words if word]
        lines = []
        for n in wanted:
            line = words.pop(0)
            while words and len(line) + len(words[0]) < n:
                line += " " + words.pop(0)
            lines.append(line)
        return lines

    def draw(self, rng: np.random.Generator) -> tuple[np.ndarray, list[str]]:
        """A page as grey values and the text of its lines."""
        dpi = float(rng.choice([150, 200, 200, 300, 300]))
        x_height_px = dpi / MM_PER_INCH * float(np.exp(rng.normal(np.log(2.6), 0.25)))
        rows = self.rows(rng, int(rng.integers(3, 13)), int(rng.integers(18, 55)), x_height_px)
        ink = laid_out(rng, rows, x_height_px)
        return scanned(rng, ink, dpi, x_height_px), [text for _, text in rows]


def trimmed(ink: np.ndarray) -> tuple[np.ndarray, float]:
    """The ink without paper around it, and the row of its core: where most of it is."""
    ys, xs = np.flatnonzero(ink.max(axis=1) > 0.2), np.flatnonzero(ink.max(axis=0) > 0.2)
    if len(ys) == 0:
        return ink, ink.shape[0] / 2
    ink = ink[ys[0] : ys[-1] + 1, xs[0] : xs[-1] + 1]
    mass = ink.sum(axis=1)
    return ink, float((mass * np.arange(len(mass))).sum() / mass.sum())


def laid_out(rng: np.random.Generator, rows: list[Row], x_height_px: float) -> np.ndarray:
    """The lines on one canvas, each sloping and bent a little, wider apart or closer."""
    pitch = x_height_px * float(np.exp(rng.uniform(np.log(2.3), np.log(4.2))))
    slope, uneven = rng.normal(0, 0.02), 0.0 if rng.random() < 0.5 else rng.uniform(0.02, 0.12)
    rows = [(*trimmed(ink), text) for ink, text in rows]
    width = max(ink.shape[1] for ink, _, _ in rows)
    margin = int(4 * x_height_px + abs(slope) * width + 3 * pitch)
    canvas = np.zeros((int(len(rows) * pitch * 1.3 + 2 * margin), int(width * 1.1 + 6 * x_height_px)), np.float32)
    y = float(margin)
    for ink, core, _ in rows:
        x = round(3 * x_height_px + abs(rng.normal(0, 1.0)) * x_height_px * (0.3 if rng.random() < 0.8 else 3))
        x = min(x, canvas.shape[1] - ink.shape[1] - 1) if ink.shape[1] + 1 < canvas.shape[1] else 0
        put(canvas, bent(ink, slope + rng.normal(0, 0.006), rng.normal(0, 0.15) * x_height_px), core, x, y + slope * x)
        y += pitch * (1 + rng.normal(0, 1) * uneven) * (1.6 if rng.random() < 0.06 else 1)
    if rng.random() < 0.25:
        ruled(rng, canvas, pitch, slope, margin)
    return canvas


def bent(ink: np.ndarray, slope: float, sag: float) -> tuple[np.ndarray, float]:
    """The line sloping and bent, and how far its first column's middle moved down."""
    height, width = ink.shape
    x = np.arange(width, dtype=np.float32)
    move = slope * x + sag * np.sin(np.pi * x / max(width, 1))
    low, high = float(move.min()), float(move.max())
    ys = np.arange(int(height + high - low) + 2, dtype=np.float32)[:, None] - (move - low)[None, :]
    xs = np.broadcast_to(x[None, :], ys.shape)
    out = cv2.remap(ink, np.ascontiguousarray(xs), np.ascontiguousarray(ys.astype(np.float32)), cv2.INTER_LINEAR)
    return out, low


def put(canvas: np.ndarray, line: tuple[np.ndarray, float], core: float, x: int, y: float) -> None:
    """Lays a line on the canvas, its core on row `y`; what reaches out is cut."""
    ink, low = line
    top = max(0, round(y - core + low))
    part = ink[: canvas.shape[0] - top, : canvas.shape[1] - x]
    place = canvas[top : top + part.shape[0], x : x + part.shape[1]]
    np.maximum(place, part, out=place)


def ruled(rng: np.random.Generator, canvas: np.ndarray, pitch: float, slope: float, start: float) -> None:
    """Ruled paper, paler than the ink; the writer follows its rules only roughly."""
    dark, thick = float(rng.uniform(0.1, 0.4)), int(rng.integers(1, 3))
    tilt = slope * rng.uniform(0.7, 1.0)
    y = start % pitch
    while y < canvas.shape[0]:
        layer = np.zeros_like(canvas)
        cv2.line(layer, (0, round(y)), (canvas.shape[1], round(y + tilt * canvas.shape[1])), dark, thick, cv2.LINE_AA)
        np.maximum(canvas, layer, out=canvas)
        y += pitch


def scanned(rng: np.random.Generator, ink: np.ndarray, dpi: float, x_height_px: float) -> np.ndarray:
    """Grey paper, a pen of some darkness, blur, light that falls off, noise."""
    ink = cv2.GaussianBlur(ink, (0, 0), 0.3 + dpi / 600)
    dark = rng.uniform(0.45, 0.95)
    field = rng.uniform(0.8, 1.0, (3, 3)).astype(np.float32)
    light = cv2.resize(field, (ink.shape[1], ink.shape[0]), interpolation=cv2.INTER_CUBIC)
    light = np.ones_like(light) if rng.random() < 0.5 else light
    page = (1 - dark * ink) * light * rng.uniform(225, 255)
    page += rng.normal(0, rng.uniform(0.3, 4.0), page.shape)
    return np.clip(page, 0, 255).astype(np.uint8)


def main() -> None:
    """The command line."""
    out, count = Path(sys.argv[1]), int(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    pages = Pages(Lines.of_environment("validation"))
    out.mkdir(parents=True, exist_ok=True)
    with (out / "truth.csv").open("w", newline="", encoding="utf-8") as file:
        write(pages, out, count, seed, csv.writer(file))


def write(pages: Pages, out: Path, count: int, seed: int, table) -> None:
    """The pages, one after the other, and a row for each."""
    table.writerow(["file", "text"])
    for number in range(count):
        grey, texts = pages.draw(np.random.default_rng([seed, number]))
        name = f"page-{number:04}"
        cv2.imwrite(str(out / f"{name}.png"), grey)
        text = " ".join(" ".join(t for t in line.split() if t != STRUCK) for line in texts)
        table.writerow([f"{name}.png", text])


if __name__ == "__main__":
    main()
