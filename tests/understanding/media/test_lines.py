"""Boxes become lines, frames' lines are told once, and no line that differs is lost."""

import numpy as np
import pytest

from frontdesk.understanding.media import picture, video
from frontdesk.understanding.media.ocr import Box, Line, distinct, joined, rows, worded


def test_boxes_side_by_side_are_one_line() -> None:
    boxes = [Box(200, 12, 30, "Lopez", 0.9), Box(0, 40, 60, "Qty 21", 1.0), Box(0, 10, 30, "Patient: Maria", 0.7)]
    assert [joined(row).text for row in rows(boxes)] == ["Patient: Maria Lopez", "Qty 21"]
    assert joined(rows(boxes)[0]).score == pytest.approx(0.8)


def test_a_line_seen_in_many_frames_is_told_once_in_its_surest_reading() -> None:
    found = distinct([Line("CITYPHARMACY", 0.8), Line("Open 9 to 5", 0.9), Line("City Pharmacy", 0.95)])
    assert [line.text for line in found] == ["City Pharmacy", "Open 9 to 5"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("Take one capsule", "Take two capsule"), ("Amoxicillin 500 mg", "Amoxicillin 250 mg"), ("Monday", "Sunday")],
)
def test_lines_that_differ_in_a_word_are_both_told(one: str, other: str) -> None:
    assert len(distinct([Line(one, 0.9), Line(other, 0.9)])) == 2


def test_pages_chosen_are_spread() -> None:
    assert picture.chosen(3, 5) == [0, 1, 2]
    assert picture.chosen(10, 5) == [0, 2, 4, 6, 8]
    assert picture.chosen(0, 5) == []


def test_a_frame_counts_as_changed_by_a_caption_not_by_noise() -> None:
    blank = np.zeros((video.THUMB, video.THUMB * 2), np.int16)
    noisy = blank + np.random.default_rng(1).integers(-20, 20, blank.shape)
    captioned = blank.copy()
    captioned[40:43, 10:60] = 200
    assert video.changed(None, blank)
    assert not video.changed(blank, noisy)
    assert video.changed(blank, captioned)


def test_commas_of_an_unknown_script_are_no_words() -> None:
    assert worded([Line(",  ?", 0.94), Line("", 1.0), Line("№ 5", 0.9)]) == [Line("№ 5", 0.9)]
