"""Who is held out. Whole contributors, writers and faces, so that no hand is on both sides."""

# Never trained on, never tuned on (DATA.md).
TEST_CONTRIBUTORS = frozenset("art cea pri lav rim att".split())
TEST_PLACE_WRITERS = frozenset(range(31, 38))

# Tuning. Institutions of both kinds of hand: print and digits (apa ibm tos), mixed (dar hpb huj), cursive (kai par sta).
VALIDATION_CONTRIBUTORS = frozenset("ced dar hpb huj imt int kai not phi syn uqb ugi".split())
VALIDATION_PLACE_WRITERS = frozenset(range(28, 31))
VALIDATION_FACES = frozenset("homemade-apple patrick-hand shadows-into-light fonts-breip schoolbell".split())


def split_of_contributor(contributor: str) -> str:
    """`train`, `validation` or `test` for a UNIPEN contributor such as `aga`."""
    if contributor in TEST_CONTRIBUTORS:
        return "test"
    return "validation" if contributor in VALIDATION_CONTRIBUTORS else "train"


def split_of_place_writer(writer: int) -> str:
    """`train`, `validation` or `test` for a writer (1 to 37) of the place names."""
    if writer in TEST_PLACE_WRITERS:
        return "test"
    return "validation" if writer in VALIDATION_PLACE_WRITERS else "train"


def split_of_face(face: str) -> str:
    """`train` or `validation` for a font file's name; all weights of a family fall on the same side."""
    return "validation" if any(face.startswith(held) for held in VALIDATION_FACES) else "train"
