"""Normalisation, labels, splits and the network, without the data folder; what needs it says that it skips."""

import os
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from postbag_lines import splits
from postbag_lines.batches import collate, grouped
from postbag_lines.evaluate import edits
from postbag_lines.fonts import written_by
from postbag_lines.labels import joined_digits, repaired, word_table
from postbag_lines.lines import Lines
from postbag_lines.model import CHARACTERS, N_CLASSES, STRUCK, LineReader, decode_greedy, encode
from postbag_lines.normalise import HEIGHT_PX, box_sums, normalise


def written(height=120, width=400, y=60, size=20, slope=0.0):
    """Zigzags as high as letters."""
    ink = np.zeros((height, width), np.uint8)
    xs = np.arange(20, width - 20, size // 2)
    ys = y + slope * (xs - width / 2) + np.where(np.arange(len(xs)) % 2, size / 2, -size / 2)
    points = np.round(np.stack([xs, ys], axis=1) * 16).astype(np.int32).reshape(-1, 1, 2)
    cv2.polylines(ink, [points], False, 255, max(1, size // 8), cv2.LINE_AA, 4)
    return ink.astype(np.float32) / 255


def middle(line):
    return (line * np.arange(HEIGHT_PX)[:, None]).sum() / line.sum()


def test_box_sums_stop_at_the_ends():
    assert box_sums(np.array([1.0, 2.0, 4.0]), 1).tolist() == [3.0, 7.0, 6.0]


@pytest.mark.parametrize("ink", [np.zeros((30, 50)), np.full((30, 50), 0.05), np.zeros((1, 1))])
def test_paper_gives_an_empty_line(ink):
    line = normalise(ink)
    assert line.shape == (HEIGHT_PX, 8)
    assert not line.any()


@pytest.mark.parametrize("shape", [(3, 3), (1, 200), (200, 1), (2, 900)])
def test_small_and_odd_crops_give_a_line(shape):
    line = normalise(np.ones(shape, np.float32))
    assert line.dtype == np.uint8
    assert line.shape[0] == HEIGHT_PX
    assert line.shape[1] >= 8


def test_where_the_line_lies_in_its_crop_does_not_matter():
    low, high = normalise(written(y=85)), normalise(written(y=35))
    assert np.abs(low.astype(int) - high).mean() < 0.5


def test_size_does_not_matter():
    ink = written(240, 800, 120, 40)
    large, small = normalise(ink), normalise(cv2.resize(ink, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))
    assert abs(small.shape[1] - large.shape[1]) <= 4
    assert abs(middle(small) - middle(large)) < 0.5


def test_most_of_a_slope_is_taken_out():
    """Measured: 26 px of rise become 3 px here. Long steep lines also come out too small; the worker levels them first."""
    slope, width = 0.06, 600
    line, flat = normalise(written(200, width, 100, 20, slope=slope)), normalise(written(200, width, 100, 20))
    third = line.shape[1] // 3
    unlevelled = slope * width * 2 / 3 * flat.shape[1] / width
    assert abs(middle(line[:, 2 * third :]) - middle(line[:, :third])) < 0.2 * unlevelled
    assert abs(middle(line) - HEIGHT_PX / 2) < 1.5


def test_labels_come_back():
    text = "Staff were lovely, £20 & 50% @ " + STRUCK + " book"
    path = [c for character in encode(text) for c in (character, character, 0)]
    assert decode_greedy(path) == text
    assert len(CHARACTERS) + 1 == N_CLASSES == 98
    assert max(encode(CHARACTERS)) == N_CLASSES - 1


def test_edits():
    assert (edits("", "abc"), edits("kitten", "sitting"), edits("same", "same")) == (3, 3, 0)


def test_labels_say_what_was_written():
    assert repaired("kai", "6", "pri@n@c@i@p@l@e@") == "principle"
    assert repaired("aga", "6", "bob@home") == "bob@home"
    assert repaired("cec", "8", "charged us $520 .") == "charged us $520."
    assert repaired("hpb", "8", "Maxwell 's tail , he said") == "Maxwell's tail, he said"
    assert repaired("hpp", "8", "( 4 5 6 ) 7 8 9 - 0 1 2 3") == "(456) 789-0123"
    assert repaired("apb", "8", ". , ; : $") == ". , ; : $"
    assert joined_digits("Ward 4 and 5") == "Ward 4 and 5"


def test_word_table_changes_case_only_or_leaves_out():
    assert all(reading.lower() in ("", label.lower()) for label, reading in word_table().values())


def test_capital_faces_are_labelled_in_capitals():
    assert written_by(Path("rock-salt--rock-salt-latin-400-normal.ttf"), "Ward 4") == "WARD 4"
    assert written_by(Path("caveat--caveat-latin-400-normal.ttf"), "Ward 4") == "Ward 4"


def test_nobody_is_on_two_sides():
    assert not splits.TEST_CONTRIBUTORS & splits.VALIDATION_CONTRIBUTORS
    assert {"art", "cea", "pri", "lav", "rim", "att"} == splits.TEST_CONTRIBUTORS
    sides = [splits.split_of_place_writer(w) for w in range(1, 38)]
    assert sides == ["train"] * 27 + ["validation"] * 3 + ["test"] * 7
    assert splits.split_of_face("schoolbell--schoolbell-latin-400-normal.ttf") == "validation"


def test_the_network_gives_a_frame_for_four_columns():
    reader = LineReader().eval()
    with torch.no_grad():
        assert reader(torch.zeros(2, 1, HEIGHT_PX, 160)).shape == (2, 40, N_CLASSES)
    assert sum(p.numel() for p in reader.parameters()) * 2 < 12_000_000


def test_batches_keep_lines_and_labels_together():
    drawn = [(np.zeros((HEIGHT_PX, w), np.uint8), "ab" * (w // 40), "x") for w in (400, 80, 240, 90)]
    batches = [collate(group) for group in grouped(drawn)]
    assert sum(len(b.widths) for b in batches) == 4
    assert all(b.label_lengths.sum() == len(b.labels) and b.pictures.shape[3] % 8 == 0 for b in batches)


def test_the_same_seed_draws_the_same_lines():
    if not all(k in os.environ for k in ("DATA", "UNIPEN_CACHE", "FONTS")):
        pytest.skip("SKIPPED the_same_seed_draws_the_same_lines: set DATA, UNIPEN_CACHE and FONTS")
    first, second = (Lines.of_environment("validation") for _ in range(2))
    a, b = ([lines.draw(np.random.default_rng(5), n) for n in (5, 20, 40)] for lines in (first, second))
    assert [x[1:] for x in a] == [x[1:] for x in b]
    assert all(np.array_equal(x[0], y[0]) for x, y in zip(a, b, strict=True))
