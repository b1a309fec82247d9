"""The brush without a browser: one that plays the browser's part says what it would send."""

import sys

import numpy as np
import pytest

from multifidus.domain.errors import InputError, UsageError
from multifidus.files.nifti import read_labels, write_labels, write_volume
from multifidus.report import brush as brushes
from multifidus.report.brush import OutlineBrush, from_drawing, where_to_look
from tests.helpers.phantoms import axial_geometry, box_labels, water_and_fat

pytest.importorskip("ipyniivue", reason="ipyniivue is not installed: the extra 'dev' or 'lab'")


class Browser:
    """Answers the brush as ipyniivue's page does: every switch, undo and load sends the drawing."""

    def __init__(self, brush: OutlineBrush, monkeypatch) -> None:
        self.view = brush._view
        self.asked: list[str] = []
        self.drawing = np.zeros(0, np.uint8)
        self.view.set_trait("_canvas_attached", True)
        monkeypatch.setattr(self.view, "send", self.told)

    def told(self, content, buffers=None):
        self.asked.append(content["type"])

    def happens(self, event, data=None):
        self.view._handle_custom_msg({"event": event, "data": data or {}}, [])

    def loads_image(self, labels):
        self.drawing = labels.voxels.ravel(order="F").copy()
        self.happens("image_loaded", {"id": "none"})

    def answers(self):
        self.view.set_trait("draw_bitmap", self.drawing.copy())


@pytest.fixture
def labels():
    return box_labels(axial_geometry())


@pytest.fixture
def brush(tmp_path, labels):
    write_volume(water_and_fat(labels, {})[0], tmp_path / "image.nii")

    def as_file(voxels):
        write_labels(type(labels)(voxels, labels.geometry), tmp_path / "labels.nii")
        return tmp_path / "labels.nii"

    return OutlineBrush(tmp_path / "image.nii", labels.voxels, as_file)


def test_a_drawing_runs_fastest_along_its_first_axis():
    drawing = np.zeros(2 * 3 * 4, np.uint8)
    drawing[1 + 2 * 2 + 3 * 6] = 5
    assert np.argwhere(from_drawing(drawing, (2, 3, 4))).tolist() == [[1, 2, 3]]
    with pytest.raises(InputError, match="the drawing has 24 voxels"):
        from_drawing(drawing, (2, 3, 5))


def test_the_view_opens_on_the_slice_with_most_of_the_outlines():
    labels = np.zeros((100, 80, 10), np.uint8)
    labels[60:70, 10:20, 2:8] = 1
    labels[75:80, 10:20, 6] = 3
    (x, y, z), zoom = where_to_look(labels)
    assert (x, y, z) == pytest.approx((0.7, 0.1875, 0.65))
    assert zoom == 4.0
    assert where_to_look(np.zeros((4, 4, 4))) == ((0.5, 0.5, 0.5), 1.0)


def test_without_a_browser_the_outlines_stay_as_they_were(brush, labels):
    assert np.array_equal(brush.voxels(), labels.voxels)


def test_a_stroke_is_taken_over_when_the_browser_has_sent_it(brush, labels, monkeypatch):
    browser = Browser(brush, monkeypatch)
    browser.loads_image(labels)
    browser.answers()
    browser.drawing[35 + 40 * 20 + 1200 * 3] = 1
    browser.happens("mouse_up")
    with pytest.raises(UsageError, match="on its way"):
        brush.voxels()
    browser.answers()
    assert np.argwhere(brush.voxels() != labels.voxels).tolist() == [[35, 20, 3]]
    assert browser.asked[:2] == ["load_drawing_from_url", "set_drawing_enabled"]


def test_moves_during_a_stroke_ask_once_more_rather_than_each_time(brush, labels, monkeypatch):
    browser = Browser(brush, monkeypatch)
    browser.loads_image(labels)
    browser.answers()
    for _ in range(20):
        browser.happens("location_change", {"frac": [0.5, 0.5, 0.5]})
    browser.answers()
    assert browser.asked.count("set_drawing_enabled") == 2
    with pytest.raises(UsageError, match="on its way"):
        brush.voxels()


def test_outlines_that_come_back_otherwise_than_sent_are_refused(brush, labels, monkeypatch):
    browser = Browser(brush, monkeypatch)
    browser.loads_image(labels)
    browser.drawing = labels.voxels[::-1].ravel(order="F").copy()
    browser.answers()
    with pytest.raises(InputError, match="other outlines than it was sent"):
        brush.voxels()


def test_a_page_that_is_loaded_again_gets_the_corrected_outlines(
    brush, labels, monkeypatch, tmp_path
):
    browser = Browser(brush, monkeypatch)
    browser.loads_image(labels)
    browser.answers()
    browser.drawing[35 + 40 * 20 + 1200 * 3] = 1
    browser.happens("mouse_up")
    browser.answers()
    corrected = brush.voxels()
    browser.happens("image_loaded", {"id": "none"})
    assert np.array_equal(read_labels(tmp_path / "labels.nii").voxels, corrected)
    empty = np.zeros_like(browser.drawing)
    browser.view.set_trait("draw_bitmap", empty)
    with pytest.raises(InputError):
        brush.voxels()


def test_a_missing_extra_is_named(monkeypatch, tmp_path, labels):
    monkeypatch.setitem(sys.modules, "ipyniivue", None)
    with pytest.raises(UsageError, match="make lab"):
        brushes._libraries()
