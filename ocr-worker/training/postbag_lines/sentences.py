"""What people write on leaflets: comments about care, names of services, postcodes, dates, drugs, sums, addresses.

Text comes from the patient comments and the reference lists of the data folder; nothing of it is committed.
"""

import csv
import re
from pathlib import Path

import numpy as np

from .model import CHARACTERS

DRUGS = """
paracetamol ibuprofen amoxicillin omeprazole metformin amlodipine atorvastatin warfarin ramipril sertraline codeine
morphine salbutamol prednisolone bisoprolol insulin gabapentin citalopram levothyroxine furosemide clopidogrel aspirin
tamoxifen diazepam methotrexate lansoprazole naproxen tramadol co-codamol apixaban
""".split()
UNITS = ["Ward", "Clinic", "Dept", "Department", "A&E", "Maternity", "Outpatients", "X-ray", "Surgery", "Medical Centre"]
MONTHS = "January February March April May June July August September October November December".split()
PLAIN = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "é": "e", "è": "e", "\t": " ", "\n": " "}
)


def writable(text: str) -> str:
    """The text in the characters that the recogniser knows."""
    text = re.sub(r"\s+", " ", text.translate(PLAIN)).strip()
    # The comments were copied by a program that took some an i for a capital.
    text = re.sub(r"(?<=[a-z])I(?=[a-z])", "i", text)
    return "".join(c for c in text if c in CHARACTERS[:-1])


class Sentences:
    """Draws texts of a wanted length; `rng` is the only source of chance."""

    def __init__(self, data: Path, split: str = "train") -> None:
        texts = [t for t in comments(data / "text/nhs_feedback/datasets") if len(t) > 12]
        # Every twentieth comment is for validation, so that its texts were never learnt.
        self.comments = [t for i, t in enumerate(texts) if (i % 20 == 0) == (split != "train")]
        self.services = services(data / "uk_reference")
        self.outcodes = outcodes(data / "uk_reference/outcodes/postcodes.csv")
        self.names = people(data / "uk_reference/names/names_lists")
        self.words = sorted({w for t in self.comments[::3] for w in re.findall(r"[A-Za-z']+", t)})

    def draw(self, rng: np.random.Generator, n_wanted: int) -> str:
        """A text of about `n_wanted` characters."""
        kind = rng.random()
        if kind < 0.62:
            text = self.comment(rng, n_wanted)
        elif kind < 0.74:
            text = self.services[rng.integers(len(self.services))]
        elif kind < 0.80:
            text = self.postcode(rng)
        elif kind < 0.92:
            text = self.snippet(rng)
        else:
            text = " ".join(rng.choice(self.words, max(1, n_wanted // 6)))
        text = text.upper() if rng.random() < 0.08 else text
        return cut(text, n_wanted)

    def boxed(self, rng: np.random.Generator) -> str:
        """What is written in comb boxes: postcodes, dates, telephone numbers, short names."""
        text = self.postcode(rng) if rng.random() < 0.55 else self.draw(rng, int(rng.integers(3, 16)))
        return text.upper() if rng.random() < 0.75 else text

    def in_capitals(self, rng: np.random.Generator) -> str:
        """What people write in capitals on a form: a name, a name that is in no list, or a few words."""
        kind = rng.random()
        if kind < 0.4:
            text = " ".join(rng.choice(self.names, 1 if rng.random() < 0.75 else 2))
        elif kind < 0.75:
            first, second = rng.choice(self.names, 2)
            text = first[: len(first) // 2 + 1] + second[len(second) // 2 :]
        else:
            text = self.draw(rng, int(rng.integers(4, 20)))
        return text.upper()

    def comment(self, rng: np.random.Generator, n_wanted: int) -> str:
        """A run of whole words from a comment."""
        text = self.comments[rng.integers(len(self.comments))]
        starts = [0, *[m.end() for m in re.finditer(" ", text)]]
        starts = [s for s in starts if len(text) - s >= min(n_wanted, 8)] or [0]
        return text[starts[rng.integers(len(starts))] :]

    def postcode(self, rng: np.random.Generator) -> str:
        """A postcode with a real outward code, now and then without its space or in small letters."""
        inward = str(rng.integers(10)) + "".join(rng.choice(list("ABDEFGHJLNPQRSTUWXYZ"), 2))
        gap = "" if rng.random() < 0.15 else " "
        code = self.outcodes[rng.integers(len(self.outcodes))] + gap + inward
        return code.lower() if rng.random() < 0.05 else code

    def snippet(self, rng: np.random.Generator) -> str:
        """A date, a time, a sum, a dose, a telephone number, an e-mail, a ward."""
        n = rng.integers
        word = str(rng.choice(self.words)).lower()
        return str(
            rng.choice(
                [
                    f"{n(1, 32)}/{n(1, 13)}/{n(0, 100):02}",
                    f"{n(1, 32)}.{n(1, 13)}.20{n(10, 30)}",
                    f"{n(1, 32)}{rng.choice(['st', 'nd', 'rd', 'th', ''])} {rng.choice(MONTHS)} 20{n(10, 30)}",
                    f"{n(1, 13)}.{n(0, 60):02}{rng.choice(['am', 'pm', ' am', ' pm', ''])}",
                    f"{n(0, 24)}:{n(0, 60):02}",
                    f"£{n(1, 500)}" + rng.choice(["", f".{n(0, 100):02}"]),
                    f"{rng.choice(DRUGS)} {n(1, 100) * 5}{rng.choice(['mg', ' mg', 'ml'])}",
                    f"0{n(1000, 9999)} {n(100000, 999999)}",
                    f"{word}{n(1, 99)}@{rng.choice(self.words).lower()}.{rng.choice(['com', 'co.uk', 'nhs.uk'])}",
                    f"{rng.choice(UNITS)} {n(1, 40)}",
                    f"{rng.choice(MONTHS)} {n(1, 32)}",
                    f"{word} & {rng.choice(self.words).lower()}",
                    f"({word}) - {n(1, 100)}%",
                    f"{n(1, 100)} {word}s!",
                ]
            )
        )


def cut(text: str, n_wanted: int) -> str:
    """The text up to the end of the word at `n_wanted`."""
    if len(text) <= n_wanted + 4:
        return text.strip()
    end = text.rfind(" ", 0, n_wanted + 4)
    return text[: end if end > 0 else n_wanted].strip()


def comments(folder: Path) -> list[str]:
    """Every patient comment in our characters."""
    found = []
    for file in sorted(folder.rglob("*.csv")):
        with file.open(encoding="utf-8", errors="replace") as lines:
            for row in csv.DictReader(lines):
                text = row.get("feedback") or row.get("comment_text") or row.get("text") or ""
                found.append(writable(text))
    return found


def people(folder: Path) -> list[str]:
    """First names and surnames."""
    found = [name for file in sorted(folder.glob("*.txt")) for name in file.read_text("utf-8").split()]
    return [name for name in map(writable, found) if name]


def services(folder: Path) -> list[str]:
    """Names of surgeries and hospitals, as people write them."""
    found = set()
    for file in sorted((folder / "ods_epraccur").rglob("*.csv")):
        with file.open(encoding="latin-1") as lines:
            found.update(row[1].title() for row in csv.reader(lines) if len(row) > 2)
    for file in sorted((folder / "nhs_choices_hospitals").rglob("*.csv")):
        for line in file.read_text("latin-1").splitlines()[1:]:
            parts = line.split("¬")
            if len(parts) > 7:
                found.add(parts[7].strip())
    return sorted(w for w in map(writable, found) if 4 < len(w) < 60)


def outcodes(file: Path) -> list[str]:
    """All outward codes."""
    return sorted(set(re.findall(r"\b[A-Z]{1,2}[0-9][0-9A-Z]?\b", file.read_text("latin-1"))))
