"""Single capitals and digits of a comb: `python -m postbag_lines.glyphs OUT --minutes 20`; writes `OUT/glyphs.onnx` and a golden file.

Strokes of UNIPEN (1a digits, 1b capitals, and those small letters of 1c that mean nothing else) are drawn as a cell of a comb shows
them, brought to 32 × 32 by the arithmetic of `src/stages/glyph.rs`, and told apart by a small network of convolutions
(Y. Lecun et al., *Gradient-based learning applied to document recognition*, 1998). Writers are held out as in `splits.py`.
"""

import argparse
import json
import math
import os
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import onnx
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader, IterableDataset

from .damage import coarse, dust, pen
from .export import fold, halved
from .labels import repaired
from .render import drawn_strokes
from .splits import split_of_contributor
from .unipen import Strokes, Unipen

CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# Small letters that look like no digit and no other capital.
SMALL = set("acdefhkmnprtuvwxy")
SMALL_SHARE = 0.08
SIZE, BORDER = 32, 4
BATCH = 64
MAX_RATE = 2e-3
SMOOTHING = 0.05
HELD = 3000
GOLDEN = "S10JF7A"


class GlyphReader(nn.Sequential):
    """(batch, 1, 32, 32) darkness 0..1 → (batch, 36) logits."""

    def __init__(self) -> None:
        layers: list[nn.Module] = []
        for n_in, n_out, halves in ((1, 24, True), (24, 48, True), (48, 96, False), (96, 96, True)):
            layers += [nn.Conv2d(n_in, n_out, 3, padding=1, bias=False), nn.BatchNorm2d(n_out), nn.ReLU()]
            layers += [nn.MaxPool2d(2)] if halves else []
        layers += [nn.Flatten(), nn.Dropout(0.3), nn.Linear(96 * 16, 160), nn.ReLU(), nn.Dropout(0.2), nn.Linear(160, 36)]
        super().__init__(*layers)


class Glyphs:
    """The single characters of one split, by what they are and who wrote them."""

    def __init__(self, cache: str, split: str) -> None:
        self.unipen = Unipen(cache)
        self.found: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        u = self.unipen
        for idx, (category, writer, label) in enumerate(zip(u.categories, u.writers, u.labels, strict=True)):
            contributor = writer.split("/")[0]
            if category not in ("1a", "1b", "1c") or split_of_contributor(contributor) != split:
                continue
            read = repaired(contributor, category, label)
            if read and (read in CHARACTERS or read in SMALL):
                self.found[read][contributor].append(idx)

    def draw(self, rng: np.random.Generator) -> tuple[np.ndarray, int]:
        """A character as the network sees it (32, 32) and its class; all characters and contributors come about as often."""
        character = str(rng.choice(list(CHARACTERS)))
        if rng.random() < SMALL_SHARE and character.lower() in SMALL & self.found.keys():
            written = character.lower()
        else:
            written = character
        by = self.found[written]
        weights = np.sqrt([len(some) for some in by.values()])
        contributor = list(by)[rng.choice(len(by), p=weights / weights.sum())]
        strokes = self.unipen.strokes(int(rng.choice(by[contributor])))
        return squared(in_cell(rng, strokes)), CHARACTERS.index(character)


def in_cell(rng: np.random.Generator, strokes: Strokes) -> np.ndarray:
    """The ink (height, width) 0..1 of one cell, cut to its box, with what scanners and the printed box do to it."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    size = max(high[1] - low[1], 0.6 * (high[0] - low[0]), 1.0)
    x_height_px = float(np.exp(rng.uniform(np.log(9), np.log(30))))
    turned = turn(rng.normal(0, 0.07))
    strokes = [(((s - (low + high) / 2) / size * 1.75) @ turned).astype(np.float32) for s in strokes]
    ink = drawn_strokes(rng, strokes, x_height_px)
    if rng.random() < 0.2:
        rails(rng, ink, x_height_px)
    ink = pen(rng, ink)
    ink = cv2.GaussianBlur(ink, (0, 0), 0.15 + rng.random() * 0.05 * x_height_px)
    if rng.random() < 0.25:
        ink = coarse(rng, ink, x_height_px)
    if rng.random() < 0.25:
        ink = (ink > rng.uniform(0.25, 0.55) * float(ink.max())).astype(np.float32)
    if rng.random() < 0.08:
        dust(rng, ink, x_height_px)
    return cut(ink, rng.uniform(0.15, 0.4))


def turn(angle: float) -> np.ndarray:
    """A rotation."""
    c, s = math.cos(angle), math.sin(angle)
    return np.array([[c, s], [-s, c]], np.float32)


def rails(rng: np.random.Generator, ink: np.ndarray, x_height_px: float) -> None:
    """A wall of the box: mostly the gap that taking it away left in the strokes, sometimes specks of it."""
    along = ink if rng.random() < 0.5 else ink.T
    rows = np.flatnonzero(along.max(axis=1) > 0.3)
    if len(rows) < 4:
        return
    at = int(rng.integers(rows[0], rows[-1] + 1))
    thick = max(1, round(x_height_px * rng.uniform(0.03, 0.1)))
    if rng.random() < 0.6:
        along[at : at + thick] *= rng.uniform(0.0, 0.4)
    else:
        specks = (rng.random(along.shape[1]) < rng.uniform(0.1, 0.6)) * rng.uniform(0.3, 0.9)
        along[at : at + thick] = np.maximum(along[at : at + thick], specks.astype(np.float32))


def cut(ink: np.ndarray, level: float) -> np.ndarray:
    """Only what is ink, cut to its box."""
    mask = ink > level * max(float(ink.max()), 1e-3)
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if len(rows) == 0:
        return np.zeros((4, 4), np.float32)
    kept = np.where(cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0, ink, 0)
    return np.clip(kept[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], 0, 1)


def squared(glyph: np.ndarray) -> np.ndarray:
    """The longer side brought to 24 pixels, in the middle of 32 × 32, softened: the worker computes the same."""
    height, width = glyph.shape
    scale = max(height, width, 1) / (SIZE - 2 * BORDER)
    at = (np.arange(SIZE * 3) + 0.5) / 3 - SIZE / 2
    ys, xs = np.floor(at * scale + height / 2).astype(int), np.floor(at * scale + width / 2).astype(int)
    inside = ((ys >= 0) & (ys < height))[:, None] & ((xs >= 0) & (xs < width))[None, :]
    values = np.where(inside, glyph[np.clip(ys, 0, height - 1)][:, np.clip(xs, 0, width - 1)], 0)
    small = values.reshape(SIZE, 3, SIZE, 3).mean(axis=(1, 3)).astype(np.float32)
    soft = cv2.filter2D(small, -1, np.float32([[1, 2, 1], [2, 4, 2], [1, 2, 1]]) / 16)
    soft[0], soft[-1], soft[:, 0], soft[:, -1] = small[0], small[-1], small[:, 0], small[:, -1]
    return soft


class Stream(IterableDataset[tuple[Tensor, Tensor]]):
    """Batches without end."""

    def __init__(self, cache: str, split: str, seed: int) -> None:
        self.cache, self.split, self.seed = cache, split, seed

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        cv2.setNumThreads(1)
        glyphs, rng = Glyphs(self.cache, self.split), np.random.default_rng(self.seed)
        while True:
            pictures, classes = zip(*(glyphs.draw(rng) for _ in range(BATCH)), strict=True)
            yield torch.from_numpy(np.stack(pictures))[:, None], torch.tensor(classes)


@torch.no_grad()
def wrong(reader: GlyphReader, cache: str, split: str) -> dict[str, float]:
    """Shares of wrong characters: among all 36, and where it is known whether it is a digit or a letter."""
    reader.eval()
    stream, kinds = iter(Stream(cache, split, 9)), {"all": 0, "digits": 0, "letters": 0}
    n = {"all": 0, "digits": 0, "letters": 0}
    while n["all"] < HELD:
        pictures, classes = next(stream)
        scores = reader(pictures)
        kinds["all"] += int((scores.argmax(1) != classes).sum())
        n["all"] += len(classes)
        for kind, first, last in (("digits", 0, 10), ("letters", 10, 36)):
            own = (classes >= first) & (classes < last)
            kinds[kind] += int((scores[own, first:last].argmax(1) + first != classes[own]).sum())
            n[kind] += int(own.sum())
    return {kind: round(kinds[kind] / n[kind], 4) for kind in kinds}


def train(cache: str, minutes: float, seed: int, weights: Path | None) -> GlyphReader:
    """Until the time is used up; the running mean of the weights."""
    torch.manual_seed(seed)
    reader, mean = GlyphReader(), GlyphReader()
    if weights:
        reader.load_state_dict(torch.load(weights))
        mean.load_state_dict(reader.state_dict())
    optimiser = torch.optim.AdamW(reader.parameters(), MAX_RATE, weight_decay=0.01)
    batches = iter(DataLoader(Stream(cache, "train", seed), batch_size=None, num_workers=1, prefetch_factor=32))
    began, n, losses = time.monotonic(), 0, []
    while (share := (time.monotonic() - began) / (60 * minutes)) < 1:
        rate = MAX_RATE * min(1, share / 0.03) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * share)))
        for group in optimiser.param_groups:
            group["lr"] = rate
        pictures, classes = next(batches)
        reader.train()
        loss = cross_entropy(reader(pictures), classes, label_smoothing=SMOOTHING)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        n += len(classes)
        losses.append(float(loss.detach()))
        follow(mean, reader, min(0.998, n / (n + 600)))
        if len(losses) == 250:
            print(f"{100 * share:5.1f} %  {n:8d} characters  loss {np.mean(losses):.3f}", flush=True)
            losses = []
    return mean


@torch.no_grad()
def follow(mean: GlyphReader, reader: GlyphReader, kept: float) -> None:
    """Moves the mean weights."""
    for old, new in zip(mean.state_dict().values(), reader.state_dict().values(), strict=True):
        if old.dtype.is_floating_point:
            old.lerp_(new, 1 - kept)
        else:
            old.copy_(new)


@torch.no_grad()
def export(reader: GlyphReader, cache: str, out: Path) -> None:
    """`glyphs.onnx`: (n, 1, 32, 32) to log-probabilities (n, 36); `glyphs.json`: characters and what is read, for the worker's test."""
    reader.eval()
    glyphs, rng = Glyphs(cache, "validation"), np.random.default_rng(3)
    shown = []
    for place, character in enumerate(GOLDEN):
        by = glyphs.found[character]
        ink = in_cell(rng, glyphs.unipen.strokes(by[min(by)][0]))
        grey = np.round(255 * (1 - ink)).astype(np.uint8)
        cv2.imwrite(str(out / f"glyph-{place}.png"), grey)
        scores = reader(torch.from_numpy(squared((255 - grey.astype(np.float32)) / 255))[None, None]).log_softmax(1)[0]
        shown.append({"written": character, "scores": [round(v, 3) for v in scores.tolist()]})
    (out / "glyphs.json").write_text(json.dumps(shown, indent=1) + "\n")
    fold(reader)
    traced = nn.Sequential(reader, nn.LogSoftmax(1))
    axes = {"ink": {0: "n"}, "scores": {0: "n"}}
    file = str(out / "glyphs.onnx")
    torch.onnx.export(traced, (torch.zeros(1, 1, SIZE, SIZE),), file, input_names=["ink"], output_names=["scores"], dynamic_axes=axes, dynamo=False)
    model = onnx.load(file)
    halved(model)
    onnx.checker.check_model(model)
    onnx.save(model, file)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--from", dest="weights", type=Path)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    given.out.mkdir(parents=True, exist_ok=True)
    cache = os.environ["UNIPEN_CACHE"]
    reader = train(cache, given.minutes, given.seed, given.weights)
    torch.save(reader.state_dict(), given.out / "glyphs.pt")
    for split in ("validation", "test"):
        print(split, wrong(reader, cache, split), flush=True)
    export(reader, cache, given.out)


if __name__ == "__main__":
    main()
