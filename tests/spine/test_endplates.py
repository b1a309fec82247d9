import numpy as np
import pytest

from multifidus.domain.anatomy import VERTEBRA_LABEL_OF, Vertebra
from multifidus.domain.errors import InputError
from multifidus.spine.endplates import fit_endplate
from tests.helpers.spines import angle_deg, direction, tilted_spine

HEADWARDS = np.array([0.0, 0.0, 1.0])
SPACINGS = [(3.0, 1.0, 1.0), (4.0, 1.2, 1.2), (5.0, 0.6, 0.6)]


def one_body(lean_deg=20.0, sideways_deg=5.0, spacing_mm=(3.0, 1.0, 1.0), round_bodies=True):
    spine = tilted_spine({Vertebra.L3: lean_deg}, sideways_deg, spacing_mm, round_bodies)
    inside = spine.labels.voxels == VERTEBRA_LABEL_OF[Vertebra.L3]
    return inside, spine.labels.geometry, spine.lower[Vertebra.L3], spine.upper[Vertebra.L3]


def assert_on_plane(found, truth, most_deg, most_mm):
    centre, normal = truth
    assert angle_deg(found.normal, normal) < most_deg
    assert abs((found.centre_mm - centre) @ normal) < most_mm


@pytest.mark.parametrize("spacing_mm", SPACINGS)
@pytest.mark.parametrize("lean_deg", [-25.0, 0.0, 12.0, 40.0])
def test_both_ends_of_a_leaning_body_are_found_to_a_degree_and_half_a_millimetre(
    lean_deg, spacing_mm
):
    inside, geometry, lower, upper = one_body(lean_deg, spacing_mm=spacing_mm)
    axis = direction(lean_deg - 12)
    assert_on_plane(fit_endplate(inside, geometry, axis, True), upper, 1.0, 0.5)
    assert_on_plane(fit_endplate(inside, geometry, axis, False), lower, 1.0, 0.5)


def test_the_centre_lies_in_the_middle_of_the_end():
    inside, geometry, _, (centre, _) = one_body()
    found = fit_endplate(inside, geometry, direction(20), True)
    assert np.linalg.norm(found.centre_mm - centre) < 1.5


def test_a_rough_surface_moves_the_plane_by_less_than_its_roughness():
    inside, geometry, _, upper = one_body()
    rng = np.random.default_rng(0)
    rough = inside & np.roll(inside, 1, axis=2) & np.roll(inside, -1, axis=2)
    rough |= inside & (rng.random(inside.shape) < 0.5)  # every second end voxel is lost
    assert_on_plane(fit_endplate(rough, geometry, direction(20), True), upper, 1.5, 0.8)


def test_an_osteophyte_at_the_front_rim_does_not_tilt_the_plane():
    inside, geometry, _, (centre, normal) = one_body()
    points = geometry.to_mm(np.moveaxis(np.indices(inside.shape), 0, -1)) - centre
    front = np.cross(normal, (1.0, 0.0, 0.0))
    height, forward = points @ normal, points @ front
    beak = (np.abs(points[..., 0]) < 15) & (forward > 11) & (forward < 21) & (np.abs(height) < 6)
    found = fit_endplate(inside | beak, geometry, direction(20), True)
    assert_on_plane(found, (centre, normal), 1.5, 0.6)


def test_a_body_covered_from_its_middle_to_one_side_only_keeps_its_plane():
    inside, geometry, _, upper = one_body()
    half = inside.copy()
    half[: inside.shape[0] // 2] = False
    assert_on_plane(fit_endplate(half, geometry, direction(20), True), upper, 1.5, 0.6)


def test_an_end_on_two_slices_is_refused_because_its_tilt_sideways_is_a_guess():
    inside, geometry, _, _ = one_body()
    middle = inside.shape[0] // 2
    thin = np.zeros_like(inside)
    thin[middle : middle + 2] = inside[middle : middle + 2]
    with pytest.raises(InputError, match="too little of an end"):
        fit_endplate(thin, geometry, HEADWARDS, True)


def test_an_end_that_the_image_cuts_off_is_no_end():
    inside, geometry, _, _ = one_body(0.0, 0.0)
    cut = inside[..., : int(geometry.to_index(np.array([0, 0, 15.0]))[2])]
    with pytest.raises(InputError, match="too little of an end"):
        fit_endplate(cut, geometry, HEADWARDS, True)
    assert fit_endplate(cut, geometry, HEADWARDS, False).centre_mm[2] == pytest.approx(0, abs=0.5)
