"""The character error rate on held-out hands: `python -m postbag_lines.evaluate WEIGHTS.pt [validation|test]`.

Lines of the validation split are made once with a fixed seed; greedy decoding, no language model.
"""

import json
import sys
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch

from .batches import collate, grouped
from .lines import SHARES, Drawn, Lines
from .model import LineReader, decode_greedy

N_EACH = 120


@lru_cache(maxsize=2)
def held_out(split: str) -> list[Drawn]:
    """The same lines every time, as many of each source."""
    lines, rng = Lines.of_environment(split), np.random.default_rng(99)
    sources = list(SHARES) if split == "validation" else ["words", "whole", "printed", "place"]
    return [lines.draw(rng, int(rng.integers(3, 60)), source) for source in sources for _ in range(N_EACH)]


def edits(a: str, b: str) -> int:
    """Levenshtein's distance."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]


@torch.no_grad()
def read(model: LineReader, drawn: list[Drawn]) -> list[tuple[str, Drawn]]:
    """What the model reads on each line."""
    model.eval()
    device = next(model.parameters()).device
    found = []
    for group in grouped(drawn):
        batch = collate(group)
        best = model(batch.pictures.to(device)).argmax(2).cpu()
        for line, width, one in zip(best, batch.widths, group, strict=True):
            found.append((decode_greedy(line[: int(width) // 4].tolist()), one))
    return found


def rates(found: list[tuple[str, Drawn]]) -> dict[str, dict[str, float]]:
    """By source, and `all`: CER %, CER % without regard to case, and to spaces, and the number of lines."""
    kinds = {"cer": lambda t: t, "no_case": str.lower, "no_space": lambda t: t.replace(" ", "")}
    result = {}
    for name in [*dict.fromkeys(source for _, (_, _, source) in found), "all"]:
        lines = [(text, label) for text, (_, label, source) in found if name in (source, "all")]
        n = sum(len(label) for _, label in lines)
        wrong = {k: sum(edits(f(text), f(label)) for text, label in lines) for k, f in kinds.items()}
        result[name] = {k: round(100 * e / n, 2) for k, e in wrong.items()} | {"lines": len(lines)}
    return result


def report(model: LineReader, split: str = "validation", log: Path | None = None, at: dict | None = None) -> None:
    """Prints the error rates; adds them as one line of JSON to `log`."""
    found = rates(read(model, held_out(split)))
    print(f"CER % on {split}: " + "  ".join(f"{name} {r['cer']:.1f}" for name, r in found.items()), flush=True)
    if log:
        with log.open("a") as lines:
            lines.write(json.dumps({**(at or {}), "split": split, "sources": found}) + "\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    reader = LineReader()
    reader.load_state_dict(torch.load(sys.argv[1], map_location="cpu"))
    wanted = sys.argv[2] if len(sys.argv) > 2 else "validation"
    report(reader, wanted)
    for name, row in rates(read(reader, held_out(wanted))).items():
        print(f"{name:8} {row}")
    # Single lines of the test split are not to be looked at.
    if wanted == "validation":
        for text, (_, label, source) in read(reader, held_out(wanted))[::24]:
            print(f"{source:8} {label!r}\n         {text!r}")
