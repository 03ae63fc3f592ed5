"""Handwriting faces with open licences, fetched as npm and Debian packages and kept as plain TrueType.

Run `python -m postbag_lines.fonts FOLDER`: packages go to FOLDER/packages, faces to FOLDER/faces, and FOLDER/FONTS.tsv
lists face, package, version and licence. Nothing of it is committed.
"""

import json
import re
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont

# `@fontsource/…` packages of Google Fonts' hands: print, joined, children's, felt pens, a few showy ones.
FONTSOURCE = """
alex-brush allura amatic-sc annie-use-your-telescope architects-daughter bad-script balsamiq-sans birthstone caveat
caveat-brush cedarville-cursive chilanka comic-relief cookie corinthia courgette covered-by-your-grace damion
dancing-script delicious-handrawn delius ephesis finger-paint gaegu gloria-hallelujah gochi-hand grand-hotel grandstander
great-vibes handlee happy-monkey homemade-apple indie-flower italianno itim kalam kaushan-script licorice
long-cang mansalva marck-script montecarlo mr-de-haviland ms-madi nanum-brush-script nanum-pen-script neucha nova-script
oooh-baby parisienne patrick-hand permanent-marker pinyon-script playpen-sans poor-story reenie-beanie rochester
rock-salt sacramento satisfy schoolbell shadows-into-light shantell-sans short-stack sriracha sue-ellen-francisco
swanky-and-moo-moo tangerine the-girl-next-door twinkle-star vibur whisper yellowtail yomogi yusei-magic zen-kurenaido
zhi-mang-xing abeezee comic-mono
""".split()
# `@expo-google-fonts/…` packages, for hands that `@fontsource` has not got in our list.
EXPO = "allison hurricane la-belle-aurore meow-script sour-gummy".split()
DEBIAN = """
fonts-breip fonts-bwht fonts-dkg-handwriting fonts-femkeklaver fonts-humor-sans fonts-klee fonts-kristi fonts-rufscript
fonts-sjfonts fonts-ecolier-court fonts-sil-andika fonts-comic-neue fonts-havana
fonts-tomsontalks
""".split()
# Licence of the face itself where the package's copyright file names those of its packaging too, or has no stanzas.
OF_THE_FACE = {
    "fonts-breip": "OFL-1.0",
    "fonts-bwht": "OFL-1.1",
    "fonts-comic-neue": "OFL-1.1",
    "fonts-dkg-handwriting": "OFL-1.1",
    "fonts-ecolier-court": "OFL-1.1",
    "fonts-femkeklaver": "CC-BY-SA-3.0",
    "fonts-havana": "OFL-1.1",
    "fonts-humor-sans": "OFL-1.1",
    "fonts-klee": "OFL-1.1",
    "fonts-kristi": "OFL-1.1",
    "fonts-rufscript": "GPL-3.0+ with font exception",
    "fonts-sil-andika": "OFL-1.1",
    "fonts-sjfonts": "GPL-2.0 with font exception",
    "fonts-tomsontalks": "OFL-1.1",
}
# Faces whose small letters are capitals: what they write is labelled in capitals.
CAPITALS_ONLY = re.compile(r"amatic-sc|Humor-Sans|TomsonTalks|permanent-marker|rock-salt|BecauseWe")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
# Cut from contact sheets: not a hand, or letters nobody would write on a form.
LEFT_OUT = re.compile(r"italic|oblique|Andika-Bold|-900-|-800-|Zallman|SteveHand-bold", re.IGNORECASE)


@dataclass(frozen=True)
class Face:
    """A font file, the package it came from and the licence that the package names."""

    path: Path
    package: str
    licence: str


def download(folder: Path) -> None:
    """Fetches every package that is not there yet; a package that cannot be fetched is named and passed over."""
    folder.mkdir(parents=True, exist_ok=True)
    npm = [f"@fontsource/{n}" for n in FONTSOURCE] + [f"@expo-google-fonts/{n}" for n in EXPO]
    for command, names in ((["npm", "pack", "--silent"], npm), (["apt-get", "download"], DEBIAN)):
        for name in names:
            stem = name.strip("@").replace("/", "-")
            if any(folder.glob(f"{stem}[-_]*")):
                continue
            done = subprocess.run([*command, name], cwd=folder, capture_output=True, check=False)
            if done.returncode:
                print("not fetched:", name)


def unpack(packages: Path, faces: Path) -> list[Face]:
    """Turns the wanted files of all packages into TrueType; returns what there is now."""
    faces.mkdir(parents=True, exist_ok=True)
    found = []
    for package in sorted(packages.iterdir()):
        folder = packages.parent / "unpacked" / package.stem
        if not folder.exists():
            folder.mkdir(parents=True)
            if package.suffix == ".deb":
                subprocess.run(["dpkg-deb", "-x", package, folder], check=True)
            else:
                with tarfile.open(package) as tar:
                    tar.extractall(folder, filter="data")
        found += [face for file in wanted_files(folder) if (face := convert(file, package, faces))]
    return found


def wanted_files(folder: Path) -> list[Path]:
    """The upright Latin files of an unpacked package, regular and bold."""
    files = [f for f in sorted(folder.rglob("*")) if f.suffix in (".woff2", ".ttf", ".otf")]
    latin = [f for f in files if re.search(r"-latin-(400|700)-normal", f.name)]
    plain = [f for f in files if f.suffix != ".woff2" and not LEFT_OUT.search(f.name)]
    regular = [f for f in plain if re.search(r"400Regular|700Bold", f.name)]
    return latin or regular or plain[:8]


def convert(file: Path, package: Path, faces: Path) -> Face | None:
    """Writes one font file as TrueType or OpenType without web compression, if it holds all Latin letters and digits."""
    stem = re.sub(r"^fontsource-|^expo-google-fonts-|[-_]\d[\w.%:+~-]*?(_all)?$", "", package.stem)
    path = faces / f"{stem}--{file.stem}.ttf"
    if not path.exists():
        font = TTFont(file)
        cmap = font.getBestCmap()
        if not all(ord(letter) in cmap for letter in LETTERS):
            return None
        font.flavor = None
        font.save(path)
    return Face(path, package.stem, licence_of(package))


def licence_of(package: Path) -> str:
    """The licence of the face, as its package names it."""
    name = package.name.split("_")[0]
    if name in OF_THE_FACE:
        return OF_THE_FACE[name]
    folder = package.parent.parent / "unpacked" / package.stem
    for file in folder.rglob("package.json"):
        return str(json.loads(file.read_text()).get("license", "?"))
    return "?"


def contact_sheet(faces: list[Path], path: Path) -> None:
    """One line of text for each face, to look at."""
    sheet = Image.new("L", (1400, 44 * ((len(faces) + 1) // 2)), 255)
    draw = ImageDraw.Draw(sheet)
    for idx, face in enumerate(faces):
        x, y = 700 * (idx % 2), 44 * (idx // 2)
        font = ImageFont.truetype(str(face), 26)
        draw.text((x + 4, y + 4), "Staff were very kind LS1 4AP £20 & " + face.stem[:22], font=font)
    sheet.save(path)


def load_faces(folder: Path) -> list[Path]:
    """All faces in a fixed order."""
    return sorted((folder / "faces").glob("*.ttf"))


def written_by(face: Path, text: str) -> str:
    """What the face really puts on paper for a text: capitals if it has nothing else."""
    return text.upper() if CAPITALS_ONLY.search(face.name) else text


def character_coverage(face: Path) -> frozenset[str]:
    """The characters that a face can write: mapped, and with ink (some map the pound sign to nothing)."""
    cmap = TTFont(face, lazy=True).getBestCmap()
    font = ImageFont.truetype(str(face), 32)
    known = [chr(code) for code in cmap if 32 < code < 127 or chr(code) == "£"]
    return frozenset([" ", *[c for c in known if draw_word(font, c)[0].max() > 64]])


def draw_word(font: ImageFont.FreeTypeFont, word: str) -> tuple[np.ndarray, float]:
    """A word as ink 0..1 (uint8 0..255) and the row of its baseline within the picture."""
    left, top, right, bottom = font.getbbox(word, anchor="ls")
    width, height = max(1, int(right - left) + 4), max(1, int(bottom - top) + 4)
    picture = Image.new("L", (width, height), 0)
    ImageDraw.Draw(picture).text((2 - left, 2 - top), word, fill=255, font=font, anchor="ls")
    return np.asarray(picture), 2.0 - top


if __name__ == "__main__":
    root = Path(sys.argv[1])
    download(root / "packages")
    all_faces = unpack(root / "packages", root / "faces")
    rows = [f"{f.path.name}\t{f.package}\t{f.licence}" for f in all_faces]
    (root / "FONTS.tsv").write_text("\n".join(["face\tpackage\tlicence", *sorted(rows)]) + "\n")
    contact_sheet(load_faces(root), root / "faces.png")
    print(len(all_faces), "faces")
