"""Outlines along the border asked for, with confidence, and refusals of outlines of nothing."""

from dataclasses import replace

import numpy as np
import pytest

from multifidus.domain.errors import InputError
from multifidus.domain.settings import SegmentationSettings
from multifidus.domain.spine import LevelSlice, LevelSource
from multifidus.domain.volume import Geometry, Plane, Volume
from multifidus.files.yaml import read_settings
from multifidus.segmentation.bundle import Bundle
from multifidus.study.outlines import outline_muscles, outline_quality, require_multifidus
from tests.helpers.cases import L4_L5
from tests.helpers.phantoms import LEFT_MF, RIGHT_MF

SHAPE = (112, 80, 3)
GEOMETRY = Geometry(SHAPE, np.diag([1.0, 1.0, 4.0, 1.0]))
LIMITS = replace(read_settings().quality, area_mm2=(100, 3000))
SETTINGS = SegmentationSettings("a", "b", "model.pt", mirrored_twin=False)


def plane_labels() -> np.ndarray:
    """Right and left multifidus of 20 x 24 mm between the erectores spinae, (X, Y)."""
    labels = np.zeros(SHAPE[:2], np.uint8)
    for value, first in ((4, 8), (2, 34), (1, 58), (3, 84)):
        labels[first : first + 20, 30:54] = value
    return labels


def bundle_that_answers(labels: np.ndarray, sure: float = 0.95) -> Bundle:
    """A network that gives every slice those labels, each pixel with that probability."""
    answer = np.full((5, *labels.shape), (1 - sure) / 4, np.float32)
    for value in range(5):
        answer[value][labels == value] = sure

    def run(slices: np.ndarray) -> np.ndarray:
        return np.repeat(answer[None], len(slices), axis=0)

    return Bundle(
        name="fixed",
        weights="model.onnx",
        weights_sha256="",
        version="1",
        training_note="",
        roi_definition="muscle_boundary",
        plane=Plane.AXIAL,
        pixel_mm=1.0,
        intensity_percentiles=(0.5, 99.5),
        class_count=5,
        class_weights=(1.0,) * 5,
        run=run,
    )


@pytest.fixture
def image() -> Volume:
    """Dark muscle in a bright body, air around it."""
    plane = np.full(SHAPE[:2], 200.0, np.float32)
    plane[plane_labels() > 0] = 50.0
    plane[:4] = plane[-4:] = 0
    return Volume(np.repeat(plane[..., None], SHAPE[2], axis=2), GEOMETRY)


def test_labels_and_confidence_are_those_of_the_network(image):
    found = outline_muscles(bundle_that_answers(plane_labels()), [image], SETTINGS)
    assert all(np.array_equal(found.labels.voxels[..., z], plane_labels()) for z in range(3))
    inside, outside = 480, SHAPE[0] * SHAPE[1] - 480
    expected = 2 * 0.95 * inside / (0.95 * inside + 0.0125 * outside + inside)
    assert found.confidence[RIGHT_MF, 1] == pytest.approx(expected, abs=1e-4)


def test_a_less_sure_network_is_less_confident(image):
    sure, unsure = (
        outline_muscles(bundle_that_answers(plane_labels(), p), [image], SETTINGS).confidence
        for p in (0.95, 0.6)
    )
    assert unsure[LEFT_MF, 0] < sure[LEFT_MF, 0]


def test_a_weighted_class_wins_a_close_call(image):
    bundle = bundle_that_answers(plane_labels(), 0.4)  # every other class has 0.15
    heavy = replace(bundle, class_weights=(1.0, 3.0, 1.0, 1.0, 1.0))
    found = outline_muscles(heavy, [image], SETTINGS).labels.voxels[..., 1]
    assert (found == 1).all()
    assert np.array_equal(
        outline_muscles(bundle, [image], SETTINGS).labels.voxels[..., 1], plane_labels()
    )


def test_the_fascial_border_fills_a_bay_and_says_so(image):
    labels = plane_labels()
    labels[58:62, 40:43] = 0  # a bay on the medial side
    bundle = bundle_that_answers(labels)
    settings = replace(SETTINGS, roi_definition="fascial")
    found = outline_muscles(bundle, [image], settings)
    assert found.roi_definition == "fascial"
    assert (found.labels.voxels[..., 1] == 1).sum() > (labels == 1).sum()
    as_taught = outline_muscles(bundle, [image], SETTINGS)
    assert as_taught.roi_definition == "muscle_boundary"
    assert np.array_equal(as_taught.labels.voxels[..., 1], labels)


def test_the_muscle_border_leaves_out_bright_fat_at_the_rim(image):
    voxels = image.voxels.copy()
    voxels[58:60, 30:54] = 200  # fat along the medial edge of the right multifidus
    fascial = replace(bundle_that_answers(plane_labels()), roi_definition="fascial")
    settings = replace(SETTINGS, roi_definition="muscle_boundary")
    found = outline_muscles(fascial, [Volume(voxels, GEOMETRY)], settings)
    assert (found.labels.voxels[..., 1] == 1).sum() == 18 * 24
    told = np.zeros(SHAPE, bool)
    told[74:78, 30:54] = True  # water and fat say otherwise
    found = outline_muscles(fascial, [image], settings, told)
    assert (found.labels.voxels[..., 1] == 1).sum() == 16 * 24


def test_plausible_outlines_pass_and_unsure_ones_are_flagged(image):
    found = outline_muscles(bundle_that_answers(plane_labels(), 0.9), [image], SETTINGS)
    require_multifidus(found, image, LIMITS)
    level = LevelSlice(L4_L5, 1, LevelSource.PARAMETERS)
    quality = outline_quality(found, image, [level], LIMITS)
    assert len(quality) == 4
    assert all("the network is unsure" in one.concerns[0] for one in quality)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda labels: np.where(labels == 2, 0, labels), "no slice shows both sides"),
        (lambda labels: np.where(labels > 0, labels, 1), "outside the body"),
    ],
)
def test_outlines_of_nothing_are_refused(image, spoil, says):
    found = outline_muscles(bundle_that_answers(spoil(plane_labels())), [image], SETTINGS)
    with pytest.raises(InputError, match=f"no plausible multifidus was found .*{says}"):
        require_multifidus(found, image, LIMITS)


def test_a_network_that_guesses_is_refused(image):
    found = outline_muscles(bundle_that_answers(plane_labels(), 0.3), [image], SETTINGS)
    with pytest.raises(InputError, match="the network is unsure"):
        require_multifidus(found, image, LIMITS)


def test_a_multifidus_without_an_erector_spinae_is_refused(image):
    labels = np.where(plane_labels() > 2, 0, plane_labels())
    found = outline_muscles(bundle_that_answers(labels), [image], SETTINGS)
    with pytest.raises(InputError, match="no erector spinae was found for sure beside it"):
        require_multifidus(found, image, LIMITS)
    require_multifidus(replace(found, class_count=3), image, LIMITS)  # it was taught no other


def test_a_bent_back_is_flagged_and_not_refused(image):
    """The right multifidus reaches 10 mm farther to the front than the left one."""
    labels = plane_labels()
    labels[58:78, 54:64] = 1
    found = outline_muscles(bundle_that_answers(labels), [image], SETTINGS)
    require_multifidus(found, image, LIMITS)
    level = LevelSlice(L4_L5, 1, LevelSource.PARAMETERS)
    right = outline_quality(found, image, [level], LIMITS)[0]
    assert "its front edge lies 10 mm beyond its twin's" in right.concerns
