"""The slider over the slices, and the figure in its place."""

import sys

import pytest

from multifidus.domain.volume import Volume
from multifidus.report import scroll as module
from multifidus.report.scroll import scroll
from tests.helpers.phantoms import axial_geometry, box_labels


@pytest.fixture
def shown(monkeypatch) -> list:
    found = []
    monkeypatch.setattr(module, "display", found.append)
    return found


LABELS = box_labels(axial_geometry())
IMAGE = Volume(100.0 + LABELS.voxels, LABELS.geometry)


def test_a_moved_slider_shows_another_slice(shown):
    pytest.importorskip("ipywidgets", reason="ipywidgets is not installed: the extra 'lab'")
    scroll(IMAGE, LABELS)
    slider, picture = shown[0].children
    assert slider.max == IMAGE.geometry.shape[2] - 1
    before = bytes(picture.value)
    slider.value = slider.max if slider.value != slider.max else slider.min
    assert bytes(picture.value) != before
    assert bytes(picture.value).startswith(b"\x89PNG")


def test_without_ipywidgets_one_slice_is_shown_and_why(shown, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    scroll(IMAGE, LABELS)
    assert "ipywidgets is not installed" in capsys.readouterr().out
    (figure,) = shown
    assert figure.axes[0].get_title().startswith("axial slice")
