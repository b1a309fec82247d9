"""A T1 or T2 stack learns to tell fat once its muscles are labelled; other stacks stay."""

from dataclasses import replace

import numpy as np
import pytest

from multifidus.domain.anatomy import LABEL_OF, Muscle, Side, Structure
from multifidus.domain.fat import FatMethod
from multifidus.domain.settings import FatSettings
from multifidus.domain.study import SeriesRole
from multifidus.domain.volume import LabelMap
from multifidus.muscle.fat.water_fat import WaterFat
from multifidus.study.contrasts import with_signal_fat
from multifidus.study.images import AxialImages
from tests.helpers.phantom_people import LABELLED, person, scanned

pytestmark = pytest.mark.slow

SETTINGS = FatSettings(1.5, 4, 10)


@pytest.fixture(scope="module")
def labelled():
    """(T2 stack without fat, its labels)."""
    one = person(20, 1.0)
    labels = LabelMap(np.where(np.isin(one.labels, LABELLED), one.labels, 0), one.grid)
    image = scanned(one, "T2", 0.4, 20)
    return AxialImages((image,), (SeriesRole.AXIAL_T2.value,), None, "none", ""), labels


def test_a_t2_stack_tells_fat_and_says_that_it_is_no_dixon_fraction(labelled):
    found = with_signal_fat(*labelled, SETTINGS)
    z = labelled[1].voxels.shape[2] // 2
    region = labelled[1].voxels[..., z] > 0
    assert found.fat.fractions(region, z)[0].method is FatMethod.REFERENCE_SIGNAL
    assert found.fat_note.startswith("share of fat told by T2 brightness")
    assert "no Dixon fraction and no PDFF" in found.fat_note
    assert found.no_fat_reason == ""


def test_where_brightness_tells_no_fat_the_reason_is_kept(labelled):
    axial, labels = labelled
    found = with_signal_fat(axial, labels, replace(SETTINGS, least_fat_over_muscle=50))
    assert found.fat is None
    assert "50 needed" in found.no_fat_reason
    assert found.fat_note == f"no fat fraction: {found.no_fat_reason}"


def test_a_water_image_alone_and_a_dixon_pair_stay_as_they_are(labelled):
    axial, labels = labelled
    water = replace(axial, names=(SeriesRole.AXIAL_WATER.value,))
    assert with_signal_fat(water, labels, SETTINGS) is water
    pair = replace(axial, fat=WaterFat(axial.images[0], axial.images[0]))
    assert with_signal_fat(pair, labels, SETTINGS) is pair


def test_a_label_in_air_does_not_change_the_fat_of_the_others(labelled):
    axial, labels = labelled
    spoiled = labels.voxels.copy()
    z = spoiled.shape[2] // 2
    psoas = LABEL_OF[Structure(Muscle.PSOAS, Side.RIGHT)]
    spoiled[2:22, 2:22, z] = psoas
    assert not labels.voxels[2:22, 2:22, z].any()
    region = labels.voxels[..., z] == LABEL_OF[Structure(Muscle.MULTIFIDUS, Side.LEFT)]
    with_bad_label = with_signal_fat(axial, LabelMap(spoiled, labels.geometry), SETTINGS)
    alone = with_signal_fat(axial, labels, SETTINGS)
    assert with_bad_label.fat is not None
    assert with_bad_label.fat.fractions(region, z) == alone.fat.fractions(region, z)
