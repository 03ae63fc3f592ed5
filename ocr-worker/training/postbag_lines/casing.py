"""Finds UNIPEN words that were not written in the case of their label, and words that are not their label at all.

`python -m postbag_lines.casing WEIGHTS.pt [SHARE]` scores the training words (or a share of them) with a network that is half
trained: CTC log-likelihood of the label as it is, in capitals, in small letters, with a capital first. Where another case
is clearly likelier, or none is likely at all, a row goes to `words.tsv`: number in the cache, label, what to read (empty:
leave the word out). Only training contributors are touched; validation and test labels stay as UNIPEN has them.
"""

import sys
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import ctc_loss

from .batches import collate, grouped
from .hands import Hands
from .labels import WORD_TABLE
from .lines import Drawn
from .model import LineReader, encode
from .normalise import normalise
from .render import drawn_strokes

X_HEIGHT_PX = 14.0
# Nats by which another case must be likelier: in all, and a letter whose case changes.
CLEAR, CLEAR_A_LETTER = 3.0, 0.5
# Nats a letter from which on a picture is not its label.
UNLIKE = 3.5
AT_ONCE = 4000
SPELLINGS = (str, str.upper, str.lower, lambda s: s[:1].upper() + s[1:])


def drawn_words(hands: Hands, indices: list[int], pages: dict[int, str], rng: np.random.Generator) -> list[Drawn]:
    """Pictures of words, each with its label and its number as text."""
    found = []
    for idx in indices:
        strokes, label = hands.word(idx, hands.x_heights[pages[idx]])
        picture = normalise(drawn_strokes(rng, strokes, X_HEIGHT_PX))
        if 5 * len(label) < picture.shape[1] < 1500:
            found.append((picture, label, str(idx)))
    return found


def losses(scores: Tensor, frames: Tensor, texts: list[str]) -> Tensor:
    """CTC loss of each line for its text."""
    classes = [encode(text) for text in texts]
    flat = torch.tensor([c for one in classes for c in one])
    return ctc_loss(scores, flat, frames, torch.tensor([len(c) for c in classes]), reduction="none")


@torch.no_grad()
def judged(model: LineReader, words: list[Drawn]) -> list[tuple[int, str, str]]:
    """Number, label and new reading of the words that are not as their label says."""
    found = []
    for group in grouped(words):
        batch = collate(group)
        scores = model(batch.pictures).log_softmax(2).transpose(0, 1)
        frames = (batch.widths // 4).clamp(max=scores.shape[0])
        spelt = [[spell(label) for _, label, _ in group] for spell in SPELLINGS]
        table = torch.stack([losses(scores, frames, texts) for texts in spelt]).numpy()
        for place, (_, label, number) in enumerate(group):
            best = int(table[:, place].argmin())
            reading = spelt[best][place]
            changed = sum(a != b for a, b in zip(reading, label, strict=True))
            gain = table[0, place] - table[best, place]
            if table[best, place] > UNLIKE * len(label):
                found.append((int(number), label, ""))
            elif changed and gain > max(CLEAR, CLEAR_A_LETTER * changed):
                found.append((int(number), label, reading))
    return found


def main(weights: Path, share: float) -> None:
    """Writes the table."""
    model = LineReader()
    model.load_state_dict(torch.load(weights, map_location="cpu"))
    model.eval()
    hands, rng = Hands.of_environment("train", use_word_table=False), np.random.default_rng(4)
    pages = {idx: page for page in hands.word_pages for idx in hands.words[page]}
    indices = [i for i in sorted(pages) if sum(c.isalpha() for c in hands.label(i)) >= 2 and rng.random() < share]
    rows: list[tuple[int, str, str]] = []
    for start in range(0, len(indices), AT_ONCE):
        some = drawn_words(hands, indices[start : start + AT_ONCE], pages, rng)
        rows += sorted(judged(model, some))
        print(f"{min(start + AT_ONCE, len(indices))} of {len(indices)} words, {len(rows)} rows", flush=True)
    head = "# number in the cache, label of UNIPEN (rules applied), what the hand wrote (empty: left out)\n"
    WORD_TABLE.write_text(head + "".join(f"{n}\t{label}\t{reading}\n" for n, label, reading in rows))


if __name__ == "__main__":
    torch.set_num_threads(1)
    main(Path(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 1.0)
