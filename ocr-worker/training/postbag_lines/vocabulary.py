"""What the language model is made of: texts with weights, and words. Only the training comments are read.

`PROSE_FOLDER` holds public-domain English as HTML or plain text (`models/README.md` names it), and `wbritish`, the word list
of the Debian package of that name. A public test set is a page of *The Wonderful Wizard of Oz*: no source may contain it.
"""

import csv
import html
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .sentences import DRUGS, MONTHS, Sentences, writable

# How often each text counts: set by judgement, not searched for.
COMMENTS, PROSE, NAMES, DRAWN = 4.0, 1.0, 0.5, 1.0
# Lines that are drawn as the training of the recogniser draws them: dates, doses, addresses, services.
N_DRAWN = 12_000
# Fewer occurrences may be slips of the pen.
SEEN_IN_COMMENTS, SEEN_IN_PROSE = 2, 3
CHECK = r"emerald city|wizard of oz|silver shoes tinkling"
ABBREVIATIONS = "nhs gp gps icu itu hdu mri ct ecg ent ra ae er iv tv ot physio paeds obs gynae meds appt dr mrs mr ms st rd".split()
STATES = 7
WORD = re.compile(r"[a-z]+")


def unlike(texts: list[str], held: list[str]) -> list[str]:
    """The texts without those that say a held-out one again: the files of the comments repeat each other."""
    taken = {shingle for text in held for shingle in shingles(text)}
    return [t for t in texts if sum(s in taken for s in shingles(t)) <= 0.2 * len(shingles(t))]


def shingles(text: str) -> list[str]:
    """Runs of seven words; a text with fewer is no repetition of anything."""
    words = WORD.findall(text.lower())
    return [" ".join(words[at : at + 7]) for at in range(len(words) - 6)]


@dataclass
class Sources:
    """Texts of each source with their weight, the words that may be written, and a few texts that were not learnt."""

    texts: list[tuple[list[str], float]]
    words: set[str]
    held_out: dict[str, list[str]]


def words_of(text: str) -> list[str]:
    """Runs of letters, two and more, in small letters."""
    return [w for w in WORD.findall(text.lower()) if len(w) > 1]


def hashed(word: str) -> int:
    """FNV-1a, 32 bits."""
    value = 0x811C9DC5
    for byte in word.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def paragraphs(folder: Path) -> list[str]:
    """The prose, paragraph by paragraph."""
    found = []
    for file in sorted(f for f in folder.rglob("*") if f.suffix in (".html", ".xhtml", ".txt")):
        text = html.unescape(re.sub(r"<[^>]+>", "", re.sub(r"</p>|<br */?>", "\n\n", file.read_text("utf-8", errors="replace"))))
        if re.search(CHECK, text, re.IGNORECASE):
            raise ValueError(f"{file} is the text of a test set")
        found += [p for p in map(writable, re.split(r"\n\s*\n", text)) if len(p) > 40]
    return found


def towns_of(data: Path) -> list[str]:
    """Towns and counties."""
    towns: set[str] = set()
    with (data / "uk_reference/rcpch_ods/RCPCH_ORGANISATIONS.csv").open(encoding="utf-8") as lines:
        towns.update(row[k].title() for row in csv.DictReader(lines) for k in ("City", "County") if row[k])
    with (data / "uk_reference/outcodes/postcodes.csv").open(encoding="latin-1") as lines:
        towns.update(row[k] for row in csv.DictReader(lines) for k in ("city", "county") if row[k])
    return sorted(set(map(writable, towns)))


def read_sources(data: Path, prose_folder: Path) -> Sources:
    """Everything. Every fifteenth paragraph of prose is kept back, to measure."""
    sentences, unseen = Sentences(data, "train"), Sentences(data, "validation")
    sentences.comments = unlike(sentences.comments, unseen.comments)
    prose = paragraphs(prose_folder)
    people, towns = sorted(set(sentences.names)), towns_of(data)
    rng = np.random.default_rng(6)
    drawn = [sentences.draw(rng, int(rng.integers(6, 60))) for _ in range(N_DRAWN)]
    learnt = [p for i, p in enumerate(prose) if i % 15]
    often = Counter(w for t in sentences.comments for w in words_of(t))
    in_prose = Counter(w for p in learnt for w in words_of(p))
    words = {w for w, n in often.items() if n >= SEEN_IN_COMMENTS} | {w for w, n in in_prose.items() if n >= SEEN_IN_PROSE}
    listed = (prose_folder / "wbritish").read_text("utf-8").split()
    for text in [*listed, *people, *towns, *sentences.services, *DRUGS, *MONTHS, *ABBREVIATIONS]:
        words.update(words_of(writable(text)))
    texts = [
        (sentences.comments, COMMENTS),
        (learnt, PROSE),
        ([*people, *towns, *sentences.services], NAMES),
        (drawn, DRAWN),
    ]
    held_out = {"comments": unseen.comments[::12], "prose": prose[::450]}
    return Sources(texts, words, held_out)


def case_state(before: str) -> int:
    """What stands before a letter (`language.rs` has the same): 0 start of a line or sentence, 1 start of a word after a word in
    capitals, 2 start of another word, 3 after a small letter, 4 after a capital at the start of a word, 5 after more capitals,
    6 after a sign or digit."""
    last = before[-1:]
    if last in ("", " "):
        words = before.split()
        if not words or words[-1][-1] in ".!?":
            return 0
        return 1 if len(words[-1]) > 1 and words[-1].isupper() else 2
    if last.islower():
        return 3
    if last.isupper():
        return 5 if before[-2:-1].isupper() else 4
    return 6


def case_counts(sources: Sources) -> np.ndarray:
    """(states, 26, 2): how likely each letter is small or a capital. Lines are cut anywhere, one in twelve is in capitals."""
    counts = np.full((STATES, 26, 2), 0.5)
    rng = np.random.default_rng(7)
    for texts, weight in sources.texts:
        for text in texts[:: max(1, len(texts) // 3000)]:
            words = text.split(" ")
            for start in range(0, len(words), 9):
                line = " ".join(words[start : start + 9])
                line = line.upper() if rng.random() < 1 / 12 else line
                for at, c in enumerate(line):
                    if c.isascii() and c.isalpha():
                        counts[case_state(line[:at]), ord(c.lower()) - 97, int(c.isupper())] += min(weight, 1.0)
    return counts / counts.sum(axis=2, keepdims=True)
