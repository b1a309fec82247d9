"""Which of a study's axial images are measured."""

import numpy as np
import pytest

from multifidus.domain.errors import InputError
from multifidus.domain.study import SeriesRole, Study
from multifidus.domain.volume import Volume
from multifidus.muscle.fat.water_fat import WaterFat
from multifidus.study.images import MAP_ALONE, AxialImages, measured_mr_roles
from tests.helpers.axial_series import GEOMETRY, series

BY_CHOICE = [
    ["axial Dixon water", "axial Dixon fat"],
    ["axial in phase", "axial opposed phase"],
    ["axial T2"],
    ["axial T1"],
]
"""What is measured where a study has several, the preferred first, written down by hand."""


def image(value: float) -> Volume:
    return Volume(np.full(GEOMETRY.shape, value), GEOMETRY)


@pytest.mark.parametrize("number", range(len(BY_CHOICE)))
def test_dixon_is_measured_before_t2_and_t2_before_t1(number):
    names = [name for choice in BY_CHOICE[number:] for name in choice]
    there = tuple(series(SeriesRole(name), image(1).voxels) for name in reversed(names))
    assert [role.value for role in measured_mr_roles(Study("p", there))] == BY_CHOICE[number]


def test_a_study_without_any_axial_image_is_refused_with_what_it_has():
    there = (series(SeriesRole.SAGITTAL_T2, image(1).voxels),)
    with pytest.raises(InputError, match="no axial series to measure; found sagittal T2: test"):
        measured_mr_roles(Study("p", there))


def test_the_body_is_told_from_air_by_water_and_fat_together_or_by_the_image_alone():
    pair = WaterFat(image(3), image(4))
    dixon = AxialImages((pair.water,), ("water",), pair, "", "", water_fat=pair)
    assert np.unique(dixon.mr_signal(2)).tolist() == [7]
    alone = AxialImages((image(5),), ("axial T2",), None, "", "")
    assert np.unique(alone.mr_signal(2)).tolist() == [5]


def test_lean_muscle_is_as_dark_as_air_in_a_fat_fraction_map_so_that_it_tells_no_body():
    assert AxialImages((image(5),), MAP_ALONE, None, "", "").mr_signal(2) is None
