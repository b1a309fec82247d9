import numpy as np
import pytest

from multifidus.domain.anatomy import Vertebra
from multifidus.domain.answers import NotAssessable
from multifidus.domain.spine import BodyArea
from multifidus.domain.volume import Geometry, LabelMap
from multifidus.spine.areas import body_areas
from multifidus.spine.bodies import find_bodies
from tests.helpers.spines import HALF_DEPTH_MM, HALF_WIDTH_MM, tilted_spine

L3, L4, L5, S1 = Vertebra.L3, Vertebra.L4, Vertebra.L5, Vertebra.S1
ELLIPSE_MM2 = np.pi * HALF_WIDTH_MM * HALF_DEPTH_MM
BOX_MM2 = 4 * HALF_WIDTH_MM * HALF_DEPTH_MM


def areas_of(labels: LabelMap):
    return body_areas(labels, find_bodies(labels))


@pytest.mark.parametrize("spacing_mm", [(3.0, 1.0, 1.0), (4.0, 1.2, 1.2), (5.0, 0.7, 0.7)])
@pytest.mark.parametrize("sideways_deg", [0.0, 6.0])
def test_elliptic_bodies_have_their_area_to_4_pct_however_they_lean(spacing_mm, sideways_deg):
    """Half a slice at either rim of the ellipse, where it is shallow, is under 4 % at 5 mm."""
    spine = tilted_spine(sideways_deg=sideways_deg, spacing_mm=spacing_mm, round_bodies=True)
    for area in areas_of(spine.labels).values():
        assert area.area_mm2 == pytest.approx(ELLIPSE_MM2, rel=0.04)


def test_boxes_have_their_area_to_less_than_one_slice():
    spine = tilted_spine()
    for area in areas_of(spine.labels).values():
        assert area.area_mm2 == pytest.approx(BOX_MM2, rel=area.slice_step_pct / 100)
        assert area.slices in (16, 17)  # 48 mm in slices of 3 mm


def test_one_slice_more_or_less_is_a_share_of_the_slices():
    assert BodyArea(L4, 1500.0, 16).slice_step_pct == 6.25


def test_a_body_that_reaches_the_first_slice_may_go_on_outside():
    labels = tilted_spine(round_bodies=True).labels
    first = int(np.flatnonzero(labels.voxels.any(axis=(1, 2)))[0])
    affine = np.array(labels.geometry.affine)
    affine[:3, 3] += affine[:3, 0] * first
    voxels = labels.voxels[first:]
    answers = areas_of(LabelMap(voxels, Geometry(voxels.shape, affine)))
    assert all(isinstance(answer, NotAssessable) for answer in answers.values())
    assert "first or last sagittal slice" in answers[L4].reason


def test_a_body_on_too_few_slices_is_not_assessable():
    spine = tilted_spine(spacing_mm=(8.0, 1.0, 1.0))
    assert "spans 6 sagittal slices; 8 are needed" in areas_of(spine.labels)[L4].reason


def test_the_sacrum_labelled_near_the_midline_has_no_area():
    spine = tilted_spine({S1: 40.0, L5: 25.0, L4: 10.0})
    assert areas_of(spine.labels).keys() == {L5, L4}
