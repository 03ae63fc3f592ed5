"""UNIPEN: words, lines and characters as the strokes of real pens, kept in one compact file.

Guyon et al., *UNIPEN project of on-line data exchange and recognizer benchmarks*, ICPR 1994. The traps are listed in
DATA.md and handled here: the strokes are in the last `.INCLUDE`; a segment counts only components with a point, pen-up
ones too; the y axis points up; labels escape quotes.

Run `python -m postbag_lines.unipen FOLDER CACHE.npz` once; training reads the cache only.
"""

import re
import sys
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import Pool
from pathlib import Path

import numpy as np

CATEGORIES = {"1a": "CHARACTER", "1b": "CHARACTER", "1c": "CHARACTER", "1d": "CHARACTER"}
CATEGORIES |= {"6": "WORD", "7": "WORD", "8": "TEXT"}
SEGMENT = re.compile(r'^\.SEGMENT\s+(\S+)\s+(\S+)\s+(\S+)\s+"((?:[^"\\]|\\.)*)"')
Strokes = list[np.ndarray]


@dataclass(frozen=True)
class Segment:
    """One labelled piece: category, `contributor/writer`, source file, label, strokes of (n, 2) float32, y down."""

    category: str
    writer: str
    source: str
    label: str
    strokes: Strokes


@lru_cache(maxsize=4)
def components(path: Path) -> list[np.ndarray | None] | None:
    """Every stretch with at least one point, in order; None in place of the pen-up ones. None when absent."""
    if not path.is_file():
        return None
    found: list[np.ndarray | None] = []
    down, points = None, []

    def finish() -> None:
        if down is not None and points:
            found.append(np.array(points, np.float32) if down else None)

    for line in path.read_text("latin-1").splitlines():
        line = line.strip()
        if line.startswith("."):
            if line.startswith((".PEN_DOWN", ".PEN_UP")):
                finish()
                down, points = line.startswith(".PEN_DOWN"), []
            elif not line.startswith(".DT"):
                finish()
                down, points = None, []
        elif down is not None:
            parts = line.split()
            try:
                points.append((float(parts[0]), -float(parts[1])))
            except (IndexError, ValueError):
                continue
    finish()
    return found


def segments_of_file(folder: Path, category: str, file: Path) -> list[Segment]:
    """The usable segments of one data file, none when its strokes are not there."""
    text = file.read_text("latin-1")
    includes = re.findall(r"^\.INCLUDE\s+(\S+)", text, re.MULTILINE)
    parts = components(folder / "include" / includes[-1]) if includes else None
    if not parts:
        return []
    relative = file.relative_to(folder / "data" / category)
    writer = "/".join([relative.parts[0], relative.parts[1].split(".")[0]])
    found = []
    for line in text.splitlines():
        match = SEGMENT.match(line)
        if not match or match[1] != CATEGORIES[category] or match[3] == "BAD":
            continue
        label = re.sub(r"\\(.)", r"\1", match[4])
        strokes = strokes_of_range(match[2], parts)
        if label and strokes and sum(map(len, strokes)) >= 4:
            found.append(Segment(category, writer, str(relative), label, strokes))
    return found


def strokes_of_range(ranges: str, parts: list[np.ndarray | None]) -> Strokes:
    """The pen-down strokes of `a-b,c`; none when the range cannot be read or leaves the file."""
    strokes: Strokes = []
    for part in ranges.split(","):
        ends = part.split("-")
        if not all(end.isdigit() for end in ends) or len(ends) > 2 or int(ends[-1]) >= len(parts):
            return []
        strokes += [s for s in parts[int(ends[0]) : int(ends[-1]) + 1] if s is not None]
    return [thinned(stroke) for stroke in strokes]


def thinned(stroke: np.ndarray) -> np.ndarray:
    """The stroke without repeated points."""
    keep = np.ones(len(stroke), bool)
    keep[1:] = np.any(stroke[1:] != stroke[:-1], axis=1)
    return stroke[keep]


def _work(job: tuple[Path, str, Path]) -> list[Segment]:
    return segments_of_file(*job)


def build_cache(folder: Path, cache: Path) -> int:
    """Reads everything below `folder` into `cache`; returns the number of segments."""
    jobs = [
        (folder, category, file)
        for category in CATEGORIES
        for file in sorted((folder / "data" / category).rglob("*"))
        if file.is_file()
    ]
    with Pool(2) as pool:
        segments = [s for some in pool.imap(_work, jobs, chunksize=32) for s in some]
    strokes = [stroke for s in segments for stroke in s.strokes]
    np.savez(
        cache,
        points=np.concatenate(strokes),
        stroke_ends=np.cumsum([len(s) for s in strokes]),
        segment_ends=np.cumsum([len(s.strokes) for s in segments]),
        **{name: np.array([getattr(s, name) for s in segments]) for name in ("category", "writer", "source", "label")},
    )
    return len(segments)


class Unipen:
    """The cache, opened: `labels[i]`, `writers[i]`, `sources[i]`, `categories[i]` and `strokes(i)`."""

    def __init__(self, cache: Path) -> None:
        data = np.load(cache)
        self.points = data["points"]
        self.stroke_starts = np.concatenate([[0], data["stroke_ends"]])
        self.segment_starts = np.concatenate([[0], data["segment_ends"]])
        self.categories, self.labels = data["category"].tolist(), data["label"].tolist()
        self.writers, self.sources = data["writer"].tolist(), data["source"].tolist()

    def strokes(self, idx: int) -> Strokes:
        """The strokes of segment `idx`, each (n, 2), tablet units, y down."""
        bounds = self.stroke_starts[self.segment_starts[idx] : self.segment_starts[idx + 1] + 1]
        return [self.points[a:b] for a, b in zip(bounds[:-1], bounds[1:], strict=True)]


if __name__ == "__main__":
    print(build_cache(Path(sys.argv[1]), Path(sys.argv[2])), "segments")
