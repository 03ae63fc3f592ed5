"""Trains the recogniser: `python -m postbag_lines.train OUT --minutes 90 [--from WEIGHTS.pt] [--resume]`.

CTC (Graves et al. 2006), AdamW with one warm-up and a cosine, bfloat16 where the processor has it, a running mean of the
weights for use. `OUT/last.pt` holds everything that is needed to go on exactly where it stopped (`--resume`);
`OUT/weights.pt` holds the mean weights alone, from which a new run with a new schedule can start (`--from`).
"""

import argparse
import math
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import ctc_loss
from torch.utils.data import DataLoader

from .batches import Batch, Stream
from .evaluate import report
from .model import LINE_HEIGHT_PX, LineReader

MAX_RATE = 2e-3
WARM_SHARE = 0.04
CHECKPOINT_S = 180
REPORT_S = 600
EMA = 0.998


def faster_in_bfloat16(model: LineReader, device: str) -> bool:
    """Whether it computes sooner in bfloat16. A processor may have it and be slower, or only pretend to; so both are tried."""
    if device == "cuda":
        return True
    picture = torch.zeros(4, 1, LINE_HEIGHT_PX, 512).to(memory_format=torch.channels_last)

    def seconds(short: bool) -> float:
        began = time.monotonic()
        with torch.autocast(device, torch.bfloat16, enabled=short):
            model(picture).float().sum().backward()
        return time.monotonic() - began

    took = {short: min(seconds(short) for _ in range(3)) for short in (False, True)}
    model.zero_grad()
    return took[True] < took[False]


class Run:
    """A model in training with its optimiser, its mean weights and how far it is, 0 to 1."""

    def __init__(self, out: Path, minutes: float, max_rate: float) -> None:
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.out, self.seconds, self.max_rate = out, minutes * 60, max_rate
        self.order = torch.channels_last
        self.short_floats = faster_in_bfloat16(LineReader().to(memory_format=self.order), self.device)
        self.model = LineReader().to(self.device, memory_format=self.order)
        self.mean = LineReader().to(self.device)
        self.mean.load_state_dict(self.model.state_dict())
        self.optimiser = torch.optim.AdamW(self.model.parameters(), max_rate, weight_decay=0.01)
        self.done_s, self.n_lines, self.n_steps = 0.0, 0, 0
        self.warm = False

    def rate(self) -> float:
        """The learning rate by the share of the time that is used up."""
        share = min(self.done_s / self.seconds, 1.0)
        if share < WARM_SHARE:
            return self.max_rate * (0.05 + 0.95 * share / WARM_SHARE)
        return self.max_rate * (0.005 + 0.995 * 0.5 * (1 + math.cos(math.pi * (share - WARM_SHARE) / (1 - WARM_SHARE))))

    def step(self, batch: Batch) -> float:
        """One step; returns the loss of a character."""
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate()
        self.model.train()
        pictures = batch.pictures.to(self.device, memory_format=self.order)
        with torch.autocast(self.device, torch.bfloat16, enabled=self.short_floats):
            logits = self.model(pictures)
        scores = logits.float().log_softmax(2).transpose(0, 1)
        frames = (batch.widths // 4).clamp(max=scores.shape[0])
        loss = ctc_loss(scores, batch.labels, frames, batch.label_lengths, reduction="sum", zero_infinity=True)
        loss = loss / batch.label_lengths.sum()
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 2.0)
        self.optimiser.step()
        self.n_steps += 1
        self.n_lines += len(batch.widths)
        self.average()
        return float(loss.detach())

    @torch.no_grad()
    def average(self) -> None:
        """Moves the mean weights; faster at the beginning."""
        share = min(EMA, (1 + self.n_steps) / (10 + self.n_steps))
        for mean, now in zip(self.mean.state_dict().values(), self.model.state_dict().values(), strict=True):
            if mean.dtype.is_floating_point:
                mean.lerp_(now.to(mean.dtype), 1 - share)
            else:
                mean.copy_(now)

    def save(self) -> None:
        """Both files, each replaced as a whole."""
        state = {
            "model": self.model.state_dict(),
            "mean": self.mean.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "done_s": self.done_s,
            "n_lines": self.n_lines,
            "n_steps": self.n_steps,
        }
        for name, content in (("last.pt", state), ("weights.pt", self.mean.state_dict())):
            torch.save(content, self.out / (name + ".new"))
            (self.out / (name + ".new")).replace(self.out / name)

    def report(self) -> None:
        """Validation of the mean weights, printed and added to `OUT/validation.jsonl`."""
        at = {"minutes": round(self.done_s / 60, 1), "lines": self.n_lines, "steps": self.n_steps}
        report(self.mean, "validation", self.out / "validation.jsonl", at)

    def load(self, state: dict) -> None:
        """Goes on where `save` was."""
        self.model.load_state_dict(state["model"])
        self.mean.load_state_dict(state["mean"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.done_s, self.n_lines, self.n_steps = state["done_s"], state["n_lines"], state["n_steps"]

    def start_from(self, weights: dict[str, Tensor]) -> None:
        """Weights of another run; the schedule begins anew."""
        self.model.load_state_dict(weights)
        self.mean.load_state_dict(weights)
        self.warm = True


def train(run: Run, seed: int) -> None:
    """Until the time is used up."""
    stream = Stream(seed + run.n_steps, easy_lines=0 if run.n_steps or run.warm else 12_000)
    batches = iter(DataLoader(stream, batch_size=None, num_workers=1, prefetch_factor=16))
    saved = reported = time.monotonic()
    losses: list[float] = []
    while run.done_s < run.seconds:
        began = time.monotonic()
        losses.append(run.step(next(batches)))
        now = time.monotonic()
        run.done_s += now - began
        if run.n_steps % 100 == 0:
            print(
                f"{run.done_s / 60:6.1f} min  {run.n_lines:8d} lines  loss {np.mean(losses[-100:]):.3f}"
                f"  rate {run.rate():.5f}  {run.n_lines / run.done_s:.1f} lines/s",
                flush=True,
            )
        if now - saved > CHECKPOINT_S:
            run.save()
            saved = now
        if now - reported > REPORT_S:
            run.report()
            reported = time.monotonic()
    run.save()
    run.report()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=90)
    parser.add_argument("--rate", type=float, default=MAX_RATE)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--from", dest="weights", type=Path)
    parser.add_argument("--resume", action="store_true")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    torch.manual_seed(given.seed)
    given.out.mkdir(parents=True, exist_ok=True)
    run = Run(given.out, given.minutes, given.rate)
    if given.resume and (given.out / "last.pt").is_file():
        run.load(torch.load(given.out / "last.pt", map_location=run.device))
    elif given.weights:
        run.start_from(torch.load(given.weights, map_location=run.device))
    train(run, given.seed)


if __name__ == "__main__":
    main()
