"""Fits the constants of `ocr-worker/src/handwriting/confidence.rs`: `python -m postbag_lines.calibration FEATURES.tsv`.

The table is written by `examples/tune_decoder.rs`. Lines of the half `tune` are fitted to, those of the half `report` only say how
good it is: a logistic regression of the share of wrong characters, weighted with their number, then isotonic regression.
"""

import sys
from pathlib import Path

import numpy as np

# Strength of the pull to zero, in characters; features are scaled.
RIDGE = 20.0
ROUNDS = 60
N_KNOTS = 12
TENTHS = 10


def fitted(x: np.ndarray, share: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Slopes and, last, the intercept: Newton's method."""
    mean, scale = x.mean(axis=0), x.std(axis=0) + 1e-9
    z = np.column_stack([(x - mean) / scale, np.ones(len(x))])
    w = np.zeros(z.shape[1])
    for _ in range(ROUNDS):
        p = 1 / (1 + np.exp(-z @ w))
        pull = np.r_[np.full(len(w) - 1, RIDGE), 0.0]
        gradient = z.T @ (n * (p - share)) + pull * w
        hessian = (z * (n * p * (1 - p))[:, None]).T @ z + np.diag(pull)
        w -= np.linalg.solve(hessian + 1e-6 * np.eye(len(w)), gradient)
    slopes = w[:-1] / scale
    return np.r_[slopes, w[-1] - mean @ slopes]


def isotonic(raw: np.ndarray, share: np.ndarray, n: np.ndarray) -> list[tuple[float, float]]:
    """A curve that never falls through the means of neighbours (pool adjacent violators), as knots."""
    order = np.argsort(raw, kind="stable")
    blocks: list[list[float]] = []
    for place in np.array_split(order, N_KNOTS):
        weight = float(n[place].sum())
        blocks.append([float(np.average(raw[place], weights=n[place])), float(np.average(share[place], weights=n[place])), weight])
        while len(blocks) > 1 and blocks[-2][1] >= blocks[-1][1]:
            (x1, y1, w1), (x2, y2, w2) = blocks[-2:]
            blocks[-2:] = [[(x1 * w1 + x2 * w2) / (w1 + w2), (y1 * w1 + y2 * w2) / (w1 + w2), w1 + w2]]
    last = blocks[-1]
    return [(0.0, 0.0), *[(x, y) for x, y, _ in blocks], (1.0, min(1.0, last[1] + (1 - last[0])))]


def predicted(model: np.ndarray, knots: list[tuple[float, float]], x: np.ndarray) -> np.ndarray:
    """The expected share of wrong characters."""
    raw = 1 / (1 + np.exp(-(x @ model[:-1] + model[-1])))
    return np.interp(raw, *np.array(knots).T)


def ranks(values: np.ndarray) -> np.ndarray:
    """Places in order; equal values share theirs."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[place]


def described(name: str, guess: np.ndarray, share: np.ndarray, n: np.ndarray) -> None:
    """Spearman's rank correlation, the mean error, and predicted against real in tenths of the lines."""
    rho = np.corrcoef(ranks(guess), ranks(share))[0, 1]
    print(f"{name}: Spearman {rho:.3f}, predicted {np.average(guess, weights=n):.4f}, real {np.average(share, weights=n):.4f}", end="")
    parts = np.array_split(np.argsort(guess, kind="stable"), TENTHS)
    pairs = [(np.average(guess[p], weights=n[p]), np.average(share[p], weights=n[p]), n[p].sum()) for p in parts]
    print(f", calibration error {sum(abs(a - b) * w for a, b, w in pairs) / n.sum():.4f}")
    print("  " + "  ".join(f"{100 * a:.1f}/{100 * b:.1f}" for a, b, _ in pairs))


def main(table: Path) -> None:
    """Fits, reports and prints what is to be put into `confidence.rs`."""
    rows = [line.split("\t") for line in table.read_text("utf-8").splitlines()]
    half, source = np.array([r[0] for r in rows]), np.array([r[1] for r in rows])
    n, wrong = np.array([[float(v) for v in r[2:4]] for r in rows]).T
    now, x = np.array([float(r[4]) for r in rows]), np.array([[float(v) for v in r[5:]] for r in rows])
    share, fit = np.minimum(wrong / n, 1.0), half == "tune"
    model = fitted(x[fit], share[fit], n[fit])
    raw = 1 / (1 + np.exp(-(x[fit] @ model[:-1] + model[-1])))
    knots = isotonic(raw, share[fit], n[fit])
    guess = predicted(model, knots, x)
    described("report, constants in use", now[~fit], share[~fit], n[~fit])
    described("report, fitted now", guess[~fit], share[~fit], n[~fit])
    for name in dict.fromkeys(source):
        described(f"  {name}", guess[~fit & (source == name)], share[~fit & (source == name)], n[~fit & (source == name)])
    print("const SLOPES: [f64; N_FEATURES] = [" + ", ".join(f"{v:.4f}" for v in model[:-1]) + "];")
    print(f"const INTERCEPT: f64 = {model[-1]:.4f};")
    print(f"const CURVE: [(f64, f64); {len(knots)}] = [" + ", ".join(f"({x:.4f}, {y:.4f})" for x, y in knots) + "];")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
