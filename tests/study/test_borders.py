"""Which border outlines are brought to: the settings' own, else that of the contrast's readers."""

from dataclasses import replace

import numpy as np
import pytest

from multifidus.domain.anatomy import Muscle
from multifidus.domain.area_limits import AreaLimits
from multifidus.domain.border import Border
from multifidus.domain.settings import SegmentationSettings
from multifidus.domain.study import ImageContrast
from multifidus.domain.volume import Volume
from multifidus.study.borders import limits_along, wanted_border
from multifidus.study.outlines import outline_muscles
from tests.study.test_outlines import GEOMETRY, SHAPE, bundle_that_answers, plane_labels

SETTINGS = SegmentationSettings("a", "b", "model.pt", mirrored_twin=False)
FIGURES = (83, -6, -50, 100, 0.5, 20, -20, 0.1, 44, "made up")
T2 = AreaLimits("T2", Muscle.MULTIFIDUS, *FIGURES, lateral_border="lateral")
T1 = AreaLimits("T1", Muscle.MULTIFIDUS, *FIGURES)
TAUGHT, LATERAL = Border("muscle_boundary"), Border("muscle_boundary", "lateral")


def joined_labels() -> np.ndarray:
    """Each multifidus of 20 x 24 mm with its erector spinae right beside it, (X, Y)."""
    labels = plane_labels()
    labels[78:104, 30:54] = 3
    labels[8:34, 30:54] = 4
    return labels


@pytest.fixture
def bundle():
    """A network measured against readers of T1, who drew as taught, and of T2, who did not."""
    return replace(bundle_that_answers(joined_labels()), area_limits=(T1, T2))


@pytest.fixture
def image():
    plane = np.where(joined_labels() > 0, 50.0, 200.0).astype(np.float32)
    plane[:4] = plane[-4:] = 0
    return Volume(np.repeat(plane[..., None], SHAPE[2], axis=2), GEOMETRY)


@pytest.mark.parametrize(
    ("contrast", "border"),
    [
        (ImageContrast.T1, TAUGHT),
        (ImageContrast.T2, LATERAL),
        (ImageContrast.WATER, TAUGHT),
        (ImageContrast.OTHER, TAUGHT),
        (None, TAUGHT),
    ],
)
def test_each_contrast_has_the_border_of_its_readers_and_others_the_taught_one(
    bundle, contrast, border
):
    assert wanted_border(bundle, SETTINGS, contrast) == border


def test_weights_that_nobody_measured_keep_their_border(bundle):
    site = replace(bundle, area_limits=())
    assert wanted_border(site, SETTINGS, ImageContrast.T2) == TAUGHT


@pytest.mark.parametrize("contrast", [ImageContrast.T1, ImageContrast.T2, None])
def test_the_settings_choose_one_border_for_all_contrasts(bundle, contrast):
    for name, border in (("as_taught", TAUGHT), ("lateral", LATERAL)):
        settings = replace(SETTINGS, lateral_border=name)
        assert wanted_border(bundle, settings, contrast) == border
    both = replace(SETTINGS, lateral_border="lateral", roi_definition="fascial")
    assert wanted_border(bundle, both, contrast) == Border("fascial", "lateral")


def test_t2_is_outlined_along_its_readers_border_and_says_so(bundle, image):
    # 24 mm high: the reach grows by 4/12 mm a mm of depth, whole pixels of it 0 0 0 1 1 1 2 2 2
    # 3 3 3 and 4 for the 12 rows from half the height on, 18 + 48 = 66 mm2 to the 480 of a side
    found = outline_muscles(bundle, [image], SETTINGS, contrast=ImageContrast.T2)
    assert found.lateral_border == "lateral"
    assert found.border.name == "muscle_boundary, lateral"
    assert [(found.labels.voxels[..., 1] == side).sum() for side in (1, 2)] == [546, 546]
    t1 = outline_muscles(bundle, [image], SETTINGS, contrast=ImageContrast.T1)
    assert t1.border.name == "muscle_boundary, as_taught"
    assert np.array_equal(t1.labels.voxels[..., 1], joined_labels())
    assert (found.note, t1.note) == ("", "")


def test_an_image_of_unknown_contrast_keeps_the_taught_border_and_says_why(bundle, image):
    found = outline_muscles(bundle, [image], SETTINGS)
    assert np.array_equal(found.labels.voxels[..., 1], joined_labels())
    assert "contrast is not known" in found.note
    chosen = replace(SETTINGS, lateral_border="as_taught")
    assert outline_muscles(bundle, [image], chosen).note == ""
    assert outline_muscles(replace(bundle, area_limits=()), [image], SETTINGS).note == ""


def test_limits_hold_for_the_border_that_they_were_measured_along_alone(bundle):
    assert limits_along(bundle, LATERAL, ImageContrast.T2) == (T2,)
    assert limits_along(bundle, TAUGHT, ImageContrast.T1) == (T1,)
    assert limits_along(bundle, TAUGHT, ImageContrast.T2) == ()
    assert limits_along(bundle, LATERAL, ImageContrast.T1) == ()
    assert limits_along(bundle, Border("fascial", "lateral"), ImageContrast.T2) == ()


def test_the_other_borders_of_a_slice_differ_in_one_thing_each(bundle, image):
    found = outline_muscles(bundle, [image], SETTINGS, contrast=ImageContrast.T2)
    fatty = np.zeros(SHAPE[:2], bool)
    taught, fascial = found.on_other_borders(1, fatty)
    assert np.array_equal(taught, joined_labels())
    assert np.array_equal(fascial, found.labels.voxels[..., 1])  # no bay to fill
    fatty[58:60, 30:54] = True  # along the medial edge of the right multifidus
    own = replace(bundle, roi_definition="fascial", area_limits=())
    along_fascia = outline_muscles(own, [image], SETTINGS)
    lateral, visible = along_fascia.on_other_borders(1, fatty)
    assert ((lateral == 1).sum(), (visible == 1).sum()) == (546, 480 - 48)
    (lateral,) = along_fascia.on_other_borders(1, None)  # where fat prevails is not told
    assert (lateral == 2).sum() == 546
