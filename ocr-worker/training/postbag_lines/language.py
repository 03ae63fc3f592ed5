"""The language model of the decoder: `python -m postbag_lines.language PROSE_FOLDER OUT.bin`.

Folded characters (no capitals, all digits one sign) are predicted from up to six before them: interpolated n-grams after
Witten and Bell (IEEE Trans. Inf. Theory 37(4), 1991), pruned by what each is worth, each source with a weight. Beside them:
how often a letter is a capital, by what stands before it, and the words that may be written, as hashes.
`ocr-worker/src/handwriting/language.rs` reads the file and says what is in it. The same data give the same file.
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .model import CHARACTERS, STRUCK
from .vocabulary import Sources, case_counts, hashed, read_sources, words_of

# Signs before the predicted one, at most.
CONTEXT = 6
BITS = 6
# Mass for what was not seen, in distinct successors (Witten and Bell: 1).
UNSEEN = 0.7
# Nats times weighted count that an n-gram must be worth.
WORTH = 2.5
# Steps of a kept log-probability a nat.
STEPS = 16
FOLDED = sorted({"0" if c.isdigit() else c.lower() for c in CHARACTERS if c != STRUCK})
CODES = {c: FOLDED.index("0" if c.isdigit() else c.lower()) for c in CHARACTERS if c != STRUCK}
SPACE = CODES[" "]


@dataclass
class Grams:
    """All sequences of `length` signs in order of their codes, with weighted counts and log-probabilities of the last one."""

    length: int
    codes: np.ndarray
    counts: np.ndarray
    scores: np.ndarray


def encoded(texts: list[str]) -> np.ndarray:
    """The signs of all texts; each begins after spaces, so that the start of a line looks like the start of a word."""
    table = np.full(0x110000, 255, np.uint8)
    for character, code in CODES.items():
        table[ord(character)] = code
    joined = "".join(" " * CONTEXT + text for text in texts)
    return table[np.frombuffer(joined.encode("utf-32-le"), np.uint32)]


def counted(sources: Sources, length: int) -> tuple[np.ndarray, np.ndarray]:
    """Sequences of `length` signs and their weighted counts."""
    all_codes, all_counts = [], []
    for texts, weight in sources.texts:
        signs = encoded(texts).astype(np.int64)
        code = np.zeros(len(signs) - length + 1, np.int64)
        for place in range(length):
            code = (code << BITS) | signs[place : len(signs) - length + 1 + place]
        # The spaces between texts were not written.
        code = code[(code & ((1 << 2 * BITS) - 1)) != ((SPACE << BITS) | SPACE)] if length > 1 else code
        codes, counts = np.unique(code, return_counts=True)
        all_codes.append(codes)
        all_counts.append(counts * weight)
    codes, places = np.unique(np.concatenate(all_codes), return_inverse=True)
    return codes, np.bincount(places, np.concatenate(all_counts))


def estimated(sources: Sources) -> list[Grams]:
    """Every length from 1 to `CONTEXT` + 1, from the shortest on."""
    found: list[Grams] = []
    for length in range(1, CONTEXT + 2):
        codes, counts = counted(sources, length)
        contexts, starts, successors = np.unique(codes >> BITS, return_index=True, return_counts=True)
        totals = np.repeat(np.add.reduceat(counts, starts), successors)
        unseen = UNSEEN * np.repeat(successors, successors)
        shorter = np.exp(lower(found, codes)) if found else np.full(len(codes), 1 / len(FOLDED))
        scores = np.log((counts + unseen * shorter) / (totals + unseen))
        found.append(Grams(length, codes, counts, scores))
    return found


def lower(found: list[Grams], codes: np.ndarray) -> np.ndarray:
    """Log-probability of the last sign of each sequence without its first one; 3 nats less a sign where that is unknown."""
    grams = found[-1]
    shorter = codes & ((1 << grams.length * BITS) - 1)
    place = np.minimum(np.searchsorted(grams.codes, shorter), len(grams.codes) - 1)
    return np.where(grams.codes[place] == shorter, grams.scores[place], -12.0)


def kept(grams: list[Grams]) -> list[np.ndarray]:
    """Which sequences stay: those that are worth it, and all that are needed to find them."""
    keep = [np.ones(len(grams[0].codes), bool)]
    for at in range(1, len(grams)):
        one = grams[at]
        gain = one.counts * np.abs(one.scores - lower(grams[:at], one.codes))
        keep.append(gain > WORTH * (0.1 if one.length == 2 else 1.0))
    return keep


def laid_out(grams: list[Grams], keep: list[np.ndarray]) -> dict[str, np.ndarray]:
    """The tree of contexts, newest sign first, level by level; a node's children and successors lie side by side."""
    wanted = contexts_of(grams, keep)
    columns: dict[str, list[np.ndarray]] = {k: [] for k in ("sign", "unseen", "children", "successors", "next", "score")}
    levels: list[Level] = []
    order = np.zeros(1, np.int64)
    for depth, contexts in enumerate(wanted):
        codes, scores = grams[depth].codes[keep[depth]], grams[depth].scores[keep[depth]]
        levels.append(Level(contexts, left_over(levels, contexts, codes, scores), codes, scores))
        begin, end = (np.searchsorted(codes, (contexts[order] + more) << BITS) for more in (0, 1))
        picked = np.concatenate([np.arange(b, e) for b, e in zip(begin, end, strict=True)]).astype(int)
        columns["sign"].append(contexts[order] >> (max(depth - 1, 0) * BITS))
        columns["successors"].append(end - begin)
        columns["next"].append(codes[picked] & ((1 << BITS) - 1))
        columns["score"].append(scores[picked])
        columns["unseen"].append(levels[-1].unseen[order])
        if depth < CONTEXT:
            parents = np.searchsorted(contexts, wanted[depth + 1] & ((1 << depth * BITS) - 1))
            place = np.argsort(order)[parents]
            columns["children"].append(np.bincount(place, minlength=len(contexts)))
            order = np.lexsort((wanted[depth + 1] >> (depth * BITS), place))
        else:
            columns["children"].append(np.zeros(len(contexts), int))
    return {name: np.concatenate(parts) for name, parts in columns.items()}


def contexts_of(grams: list[Grams], keep: list[np.ndarray]) -> list[np.ndarray]:
    """The contexts of each length that are needed, sorted: with what they end in, so that a tree has no gaps."""
    wanted = [np.unique(g.codes[k] >> BITS) for g, k in zip(grams, keep, strict=True)]
    for depth in range(CONTEXT, 0, -1):
        suffixes = wanted[depth] & ((1 << (depth - 1) * BITS) - 1)
        wanted[depth - 1] = np.union1d(wanted[depth - 1], suffixes)
    return wanted


@dataclass
class Level:
    """Contexts of one length with the log-factor of what they have not seen, and the sequences that are kept."""

    contexts: np.ndarray
    unseen: np.ndarray
    codes: np.ndarray
    scores: np.ndarray


def backed_off(levels: list[Level], codes: np.ndarray) -> np.ndarray:
    """Log-probability of the last sign of each sequence under what is kept; a sequence is one sign longer than the last
    level's contexts."""
    if not levels:
        return np.full(len(codes), -np.log(len(FOLDED)))
    level, contexts = levels[-1], codes >> BITS
    at = np.minimum(np.searchsorted(level.codes, codes), len(level.codes) - 1)
    context = np.minimum(np.searchsorted(level.contexts, contexts), len(level.contexts) - 1)
    unseen = np.where(level.contexts[context] == contexts, level.unseen[context], 0.0)
    shorter = codes & ((1 << (len(levels) - 1) * BITS) - 1)
    return np.where(level.codes[at] == codes, level.scores[at], unseen + backed_off(levels[:-1], shorter))


def left_over(levels: list[Level], contexts: np.ndarray, codes: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """For each context, by how much the shorter one's log-probability counts for signs that were not kept."""
    owner = np.searchsorted(contexts, codes >> BITS)
    seen = np.bincount(owner, np.exp(scores), len(contexts))
    shorter = codes & ((1 << len(levels) * BITS) - 1)
    expected = np.bincount(owner, np.exp(backed_off(levels, shorter)), len(contexts))
    return np.log(np.clip(1 - seen, 1e-4, 1) / np.clip(1 - expected, 1e-4, 1)).clip(max=0)


def quantised(log_probabilities: np.ndarray) -> np.ndarray:
    """One byte each."""
    return np.clip(np.round(-STEPS * log_probabilities), 0, 255).astype(np.uint8)


def bits_a_sign(tree: dict[str, np.ndarray], texts: list[str]) -> float:
    """Cross-entropy of texts under what is kept, in bits; to compare models."""
    first_child = 1 + np.concatenate([[0], np.cumsum(tree["children"])])
    first_next = np.concatenate([[0], np.cumsum(tree["successors"])])
    sign, following = tree["sign"].astype(int).tolist(), tree["next"].astype(int).tolist()
    total, n = 0.0, 0
    for text in texts:
        signs = [SPACE] + [CODES[c] for c in text]
        for at in range(1, len(signs)):
            path, node = [0], 0
            for before in signs[max(0, at - CONTEXT) : at][::-1]:
                children = range(first_child[node], first_child[node + 1])
                node = next((c for c in children if sign[c] == before), -1)
                if node < 0:
                    break
                path.append(node)
            for node in reversed(path):
                found = next((s for s in range(first_next[node], first_next[node + 1]) if following[s] == signs[at]), None)
                if found is not None:
                    total -= tree["score"][found]
                    break
                total -= tree["unseen"][node]
            n += 1
    return total / n / np.log(2)


def write(tree: dict[str, np.ndarray], sources: Sources, out: Path) -> None:
    """The file: sizes, capitals, the tree, the words."""
    words = np.array(sorted({hashed(word) for word in sources.words}), "<u4")
    sizes = np.array([len(tree["sign"]), len(tree["next"]), len(words)], "<u4")
    parts = [sizes, quantised(np.log(case_counts(sources))).ravel()]
    parts += [tree["sign"].astype(np.uint8), quantised(tree["unseen"])]
    parts += [tree[name].astype(np.uint8) for name in ("children", "successors", "next")]
    out.write_bytes(b"".join(part.tobytes() for part in [*parts, quantised(tree["score"]), words]))


def main(prose: Path, out: Path) -> None:
    """Reads, counts, prunes, writes, and says how well it fits what it did not see."""
    sources = read_sources(Path(os.environ["DATA"]), prose)
    grams = estimated(sources)
    tree = laid_out(grams, kept(grams))
    write(tree, sources, out)
    print(f"{len(tree['sign'])} contexts, {len(tree['next'])} successors, {len(sources.words)} words, {out.stat().st_size} bytes")
    for name, texts in sources.held_out.items():
        known = [w for t in texts for w in words_of(t)]
        missing = sum(w not in sources.words for w in known) / len(known)
        print(f"{name}: {bits_a_sign(tree, texts):.3f} bits a sign, {100 * missing:.1f} % of the words unknown")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
