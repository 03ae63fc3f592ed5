"""An endless stream of batches: lines of like width together, each line shown twice, the second time a little changed."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.utils.data import IterableDataset

from .lines import Drawn, Lines
from .model import LINE_HEIGHT_PX, encode

# So many pixel columns a batch.
BATCH_PX = 11_000
# Lines that are sorted by width at once.
POOL = 320
# Lines that may come again.
REMEMBERED = 8_000
MAX_WIDTH_PX = 1500
MAX_EASY = 14


@dataclass
class Batch:
    """Pictures (n, 1, 40, width) of ink 0..1, their own widths, and their labels one after the other."""

    pictures: Tensor
    widths: Tensor
    labels: Tensor
    label_lengths: Tensor


class Stream(IterableDataset[Batch]):
    """Batches for training. The first `easy_lines` are short: CTC finds its feet on words."""

    def __init__(self, seed: int, easy_lines: int) -> None:
        self.seed, self.easy_lines = seed, easy_lines

    def __iter__(self) -> Iterator[Batch]:
        cv2.setNumThreads(1)
        torch.set_num_threads(1)
        rng = np.random.default_rng(self.seed)
        lines = Lines.of_environment("train")
        remembered: list[Drawn] = []
        n_drawn = 0
        while True:
            pool: list[Drawn] = []
            again = len(remembered) > 2 * POOL
            while len(pool) < (POOL // 2 if again else POOL):
                longest = MAX_EASY if n_drawn < self.easy_lines else 75
                drawn = lines.draw(rng, int(rng.integers(2, longest)))
                n_drawn += 1
                if drawn[0].shape[1] <= MAX_WIDTH_PX:
                    pool.append(drawn)
            if again:
                picked = rng.choice(len(remembered), POOL // 2, replace=False)
                pool += [changed(rng, remembered[i]) for i in picked]
            remembered = [*remembered, *pool[: POOL // 2]][-REMEMBERED:]
            groups = grouped(pool)
            for idx in rng.permutation(len(groups)):
                yield collate(groups[idx])


def changed(rng: np.random.Generator, drawn: Drawn) -> Drawn:
    """The same line a little narrower or wider, higher or lower, paler or darker."""
    picture, label, source = drawn
    width = max(8 + 5 * len(label), round(picture.shape[1] * np.exp(rng.normal(0, 0.08))))
    picture = cv2.resize(picture, (min(width, MAX_WIDTH_PX), LINE_HEIGHT_PX), interpolation=cv2.INTER_LINEAR)
    zoom, shift = np.exp(rng.normal(0, 0.06)), rng.normal(0, 1.2)
    matrix = np.float32([[1, rng.normal(0, 0.08), 0], [0, zoom, shift + (1 - zoom) * LINE_HEIGHT_PX / 2]])
    picture = cv2.warpAffine(picture, matrix, (picture.shape[1], LINE_HEIGHT_PX))
    level = rng.uniform(0.75, 1.15)
    return np.clip(picture * level, 0, 255).astype(np.uint8), label, source


def grouped(pool: list[Drawn]) -> list[list[Drawn]]:
    """Batches of about [`BATCH_PX`] columns, lines of like width together."""
    groups: list[list[Drawn]] = []
    group: list[Drawn] = []
    for drawn in sorted(pool, key=lambda d: d[0].shape[1]):
        if group and (len(group) + 1) * drawn[0].shape[1] > BATCH_PX:
            groups.append(group)
            group = []
        group.append(drawn)
    return [*groups, group] if group else groups


def collate(group: list[Drawn]) -> Batch:
    """Lines on white to the width of the widest, a multiple of 8."""
    widths = [picture.shape[1] for picture, _, _ in group]
    width = (max(widths) + 7) // 8 * 8
    pictures = np.zeros((len(group), 1, LINE_HEIGHT_PX, width), np.float32)
    for place, (picture, _, _) in zip(pictures, group, strict=True):
        place[0, :, : picture.shape[1]] = picture / np.float32(255)
    labels = [encode(label) for _, label, _ in group]
    return Batch(
        torch.from_numpy(pictures),
        torch.tensor([(w + 7) // 8 * 8 for w in widths]),
        torch.tensor([c for label in labels for c in label]),
        torch.tensor([len(label) for label in labels]),
    )
