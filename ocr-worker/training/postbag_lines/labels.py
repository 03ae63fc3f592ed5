"""What UNIPEN's labels say against what was written: rules by contributor, and a table of writing case.

Some contributors' lines were cut into tokens (`charged us $520 .`), some telephone numbers into digits; `kai` marks joins
between letters with `@`. Nothing of that is on the paper. Whether a word was written in capitals is not in the labels of
some contributors either: `words.tsv` (made by `python -m postbag_lines.casing`) says it, word by word.
"""

import re
from functools import lru_cache
from pathlib import Path

TOKENISED = frozenset("cec ceb hpp sta dar hpb ced".split())
DIGIT_BY_DIGIT = frozenset("hpp hpb".split())
WORD_TABLE = Path(__file__).with_name("words.tsv")


def joined_digits(text: str) -> str:
    """`( 4 5 6 ) 7 8 9 - 0 1 2 3` → `(456) 789-0123`, digits that stand alone only."""
    text = re.sub(r"(?<![^ (])(?:\d )+\d(?![^ )])", lambda m: m[0].replace(" ", ""), text)
    return re.sub(r"(?<=\d) - (?=\d)", "-", text)


def untokenised(text: str) -> str:
    """Marks next to the word that they belong to."""
    text = re.sub(r" +([.,;:?!)])(?=$|[ \"'.,;:?!)])", r"\1", text)
    text = re.sub(r"\( +", "(", text)
    text = re.sub(r"(?<=[A-Za-z]) ('(?:s|t|ve|re|ll|d|m))\b", r"\1", text)
    return re.sub(r"(?<=[a-z]) (n't)\b", r"\1", text)


def repaired(contributor: str, category: str, label: str) -> str:
    """The label as the hand wrote it, as far as rules can tell."""
    if contributor == "kai" and re.search(r"[A-Za-z0-9]@", label):
        label = label.replace("@", "")
    label = " ".join(label.split())
    if category == "8" and contributor in DIGIT_BY_DIGIT:
        label = joined_digits(label)
    if category == "8" and contributor in TOKENISED and re.search(r"[A-Za-z0-9]", label):
        label = untokenised(label)
    return label


@lru_cache(maxsize=1)
def word_table() -> dict[int, tuple[str, str]]:
    """Number in the cache → label and what to read instead."""
    if not WORD_TABLE.is_file():
        return {}
    lines = WORD_TABLE.read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("# ")]
    return {int(number): (label, reading) for number, label, reading in rows}


def as_written(idx: int, label: str) -> str:
    """The label of word `idx` in the case that it was written in; empty where the word is left out."""
    known, reading = word_table().get(idx, (label, label))
    return reading if known == label else label
