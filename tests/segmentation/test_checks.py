"""A plausible pair of outlines raises nothing; each fault raises its own line.

Images that cannot show a lumbar multifidus are refused with the reason.
"""

import numpy as np
import pytest

from multifidus.domain.anatomy import Muscle, Side, Structure
from multifidus.domain.errors import InputError
from multifidus.domain.settings import PlausibilityLimits
from multifidus.domain.volume import Geometry, LabelMap, Volume
from multifidus.files.image_limits import image_limits
from multifidus.segmentation.checks import MOST_SLICES, concerns, require_fit

RIGHT_MF = Structure(Muscle.MULTIFIDUS, Side.RIGHT)
LIMITS = PlausibilityLimits(
    least_confidence=0.8,
    area_mm2=(100, 3000),
    least_side_ratio=0.5,
    least_neighbour_dice=0.6,
    neighbour_mm=6.0,
    most_outside_body_pct=5,
    most_over_midline_pct=5,
    most_in_fat_pct=3,
    most_gap_to_midline_mm=11,
    most_twin_offset_mm=8,
    most_share_of_back_pct=70,
)
GEOMETRY = Geometry((100, 60, 3), np.diag([1.0, 1.0, 4.0, 1.0]))


@pytest.fixture
def voxels() -> np.ndarray:
    """Two multifidi of 300 mm2 between two erectores spinae, on three slices."""
    labels = np.zeros(GEOMETRY.shape, np.uint8)
    for value, first in ((4, 10), (2, 33), (1, 53), (3, 70)):
        labels[first : first + 15, 20:40] = value
    return labels


@pytest.fixture
def image() -> Volume:
    """A body that fills all but a frame of air 5 mm wide."""
    plane = np.zeros(GEOMETRY.shape, np.float32)
    plane[5:95, 5:55] = 100
    return Volume(plane, GEOMETRY)


def found(voxels: np.ndarray, image: Volume) -> str:
    return "; ".join(concerns(LabelMap(voxels, GEOMETRY), image, RIGHT_MF, 1, LIMITS))


def test_a_plausible_outline_raises_nothing(voxels, image):
    assert found(voxels, image) == ""


def test_an_area_out_of_range_is_named_in_mm2(voxels, image):
    voxels[voxels == 1] = 0
    voxels[53:58, 20:39] = 1
    assert "area 95 mm2 lies outside 100 to 3000" in found(voxels, image)


def test_very_unequal_sides_are_named(voxels, image):
    voxels[voxels == 2] = 0
    voxels[33:40, 20:40] = 2
    assert "sides of 300 and 140 mm2 are very unequal" in found(voxels, image)


def test_a_missing_side_is_named(voxels, image):
    voxels[voxels == 2] = 0
    assert "no left side on this slice" in found(voxels, image)


def test_an_outline_on_one_slice_alone_is_named(voxels, image):
    voxels[..., [0, 2]] = 0
    assert "does not go on" in found(voxels, image)


def test_slices_far_apart_are_not_compared(voxels, image):
    voxels[..., [0, 2]] = 0
    far = Geometry(GEOMETRY.shape, np.diag([1.0, 1.0, 10.0, 1.0]))
    labels, volume = LabelMap(voxels, far), Volume(image.voxels, far)
    assert concerns(labels, volume, RIGHT_MF, 1, LIMITS) == ()


def test_an_outline_in_the_air_is_named(voxels, image):
    dark = image.voxels.copy()
    dark[:, :25] = 0  # a quarter of the muscles' depth
    assert "25 % of the outline lies outside the body" in found(voxels, Volume(dark, GEOMETRY))


def test_a_multifidus_lateral_of_the_erector_spinae_is_named(voxels, image):
    exchanged = voxels.copy()
    exchanged[voxels == 1] = 3
    exchanged[voxels == 3] = 1
    assert "does not lie between its twin and the erector spinae" in found(exchanged, image)


def test_outlines_as_far_apart_as_the_erector_spinae_are_named(voxels, image):
    """33 mm from the midline: erector spinae outlined as multifidus, nothing as itself."""
    voxels[np.isin(voxels, (1, 2))] = 0
    voxels[voxels == 3], voxels[voxels == 4] = 1, 2
    assert "it lies 30 mm from the midline, where the erector spinae lies" in found(voxels, image)


def test_an_outline_in_the_front_half_of_the_body_is_named(voxels, image):
    turned = voxels[:, ::-1].copy()
    turned = np.roll(turned, 10, axis=1)
    assert "it lies in the front half of the body" in found(turned, image)


def test_where_the_front_of_the_body_is_cut_off_depth_tells_nothing(voxels):
    """A field of view of the back alone, in which the muscles lie in its front half."""
    cropped = Geometry((100, 40, 3), GEOMETRY.affine)
    image = Volume(np.full(cropped.shape, 100, np.float32), cropped)
    labels = LabelMap(voxels[:, :40], cropped)
    assert concerns(labels, image, RIGHT_MF, 1, LIMITS) == ()


def image_of(shape=(100, 80, 2), spacing=1.0, value=100.0) -> Volume:
    return Volume(
        np.full(shape, value, np.float32), Geometry(shape, np.diag([spacing] * 2 + [4, 1]))
    )


def test_an_image_of_enough_field_passes():
    require_fit(image_of())
    require_fit(image_of((64, 64, 1), 1.5))


def test_thousands_of_slices_are_no_lumbar_stack():
    with pytest.raises(InputError, match="4000 slices are no lumbar stack"):
        require_fit(image_of((70, 46, 4000)))


def test_an_image_in_memory_may_have_as_many_slices_as_a_file():
    assert image_limits().slices.most == MOST_SLICES


def test_a_field_too_small_for_both_sides_is_named_in_mm():
    with pytest.raises(InputError, match="the field of view, 50 x 40 mm, is too small"):
        require_fit(image_of((100, 80, 2), 0.5))


def test_hounsfield_units_are_told_from_mr():
    ct = np.full((100, 80, 2), 40.0, np.float32)
    ct[:10] = -1000
    with pytest.raises(InputError, match="Hounsfield"):
        require_fit(Volume(ct, image_of().geometry))
    ringing = np.full((100, 80, 2), 40.0, np.float32)
    ringing[:10] = -20
    require_fit(Volume(ringing, image_of().geometry))
