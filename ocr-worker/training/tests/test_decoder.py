import numpy as np
import pytest

from postbag_lines.calibration import fitted, isotonic, predicted
from postbag_lines.language import bits_a_sign, estimated, kept, laid_out
from postbag_lines.tuning import half_of
from postbag_lines.vocabulary import Sources, case_state, hashed, paragraphs, unlike

TEXT = "the nurse was kind and the ward was clean. "


def test_what_was_learnt_costs_less_than_what_was_not():
    sources = Sources([([TEXT * 40], 1.0)], set(), {})
    grams = estimated(sources)
    tree = laid_out(grams, kept(grams))
    assert bits_a_sign(tree, [TEXT]) < 1.0 < bits_a_sign(tree, ["zebras quickly vex"])


def test_the_predicted_share_rises_with_the_real_one():
    rng = np.random.default_rng(1)
    x = rng.random((400, 2))
    share, n = np.clip(x[:, 0] * 0.5, 0, 1), np.full(400, 30.0)
    model = fitted(x, share, n)
    knots = isotonic(1 / (1 + np.exp(-(x @ model[:-1] + model[-1]))), share, n)
    assert np.all(np.diff(np.array(knots), axis=0) >= 0)
    assert np.abs(predicted(model, knots, x) - share).mean() < 0.03


def test_what_stands_before_a_letter():
    before = ["", "so. ", "THE ", "the ", "a", "A", "AB", "7"]
    assert [case_state(text) for text in before] == [0, 0, 1, 2, 3, 4, 5, 6]


def test_repetitions_of_held_out_comments_are_left_out():
    held = "they were all so very kind to my mother on the ward"
    assert unlike([held + " again", "something else was said here by another one", "kind"], [held])[1:] == ["kind"]


def test_the_text_of_the_test_set_is_refused(tmp_path):
    (tmp_path / "oz.txt").write_text("She walked toward the Emerald City, her shoes on the road, far away.")
    with pytest.raises(ValueError, match="test set"):
        paragraphs(tmp_path)


def test_a_label_is_in_one_half_and_words_are_hashed_as_the_worker_does():
    assert half_of("Ward 7!") == half_of("ward 7")
    assert hashed("a") == 0xE40C292C
