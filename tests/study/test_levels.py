"""Each level its slice; of whole vertebrae the bodies are cut, of bodies nothing."""

from dataclasses import replace

import numpy as np
import pytest

from multifidus.domain.anatomy import VERTEBRA_LABEL_OF, SpinalLevel, Vertebra
from multifidus.domain.spine import LevelSlice, LevelSource
from multifidus.domain.study import SeriesRole, Study
from multifidus.domain.volume import Geometry, LabelMap
from multifidus.files.yaml import read_settings
from multifidus.study.levels import (
    OTHER_FRAME,
    Vertebrae,
    label_vertebrae,
    place_levels,
)
from tests.helpers.axial_series import body, series
from tests.helpers.labelled_spine import L4_L5_CENTRE, SPINE, at_disc, blank, labelled
from tests.helpers.phantoms import axial_geometry
from tests.helpers.spines import axial_slices, tilted_spine

L4 = VERTEBRA_LABEL_OF[Vertebra.L4]


@pytest.fixture
def study():
    """L4 with 20 voxels of body in front, a canal of 5 and 6 of arch behind it."""
    voxels = np.zeros((5, 40, 12), np.uint8)
    voxels[:, 15:35, 2:10] = L4
    voxels[:, 4:10, 2:10] = L4
    labels = LabelMap(voxels, Geometry(voxels.shape, np.diag([4.0, 1, 1, 1])))
    return Study("p", (), labels, whole_vertebrae=True)


def test_of_whole_vertebrae_the_arch_is_cut_off(study):
    found = label_vertebrae(study, None, []).labels.voxels
    assert found[2, :, 5].nonzero()[0].tolist() == list(range(15, 35))
    assert study.vertebrae.voxels[2, 4, 5] == L4


def test_bodies_are_taken_as_they_are(study):
    bodies = replace(study, whole_vertebrae=False)
    assert label_vertebrae(bodies, None, []).labels is study.vertebrae


def test_levels_named_in_the_settings_go_before_everything():
    axial = blank(axial_geometry())
    settings = read_settings()
    named = {SpinalLevel.L4_L5: 1}
    settings = replace(settings, levels=replace(settings.levels, slice_of_level=named))
    nothing = Vertebrae(None, LevelSource.MODEL, None, "the study has no sagittal series")
    placement = place_levels(nothing, [axial], settings)
    named = LevelSlice(SpinalLevel.L4_L5, 1, LevelSource.PARAMETERS)
    assert placement.level_slices == (named,)
    assert len(placement.not_assessable) == 4
    reasons = {one.reason for one in placement.not_assessable}
    assert reasons == {"the study has no sagittal series"}


def test_each_level_is_measured_in_the_stack_that_is_angled_to_it():
    stacks = []
    for lean_deg, level in ((5.0, SpinalLevel.L3_L4), (17.5, SpinalLevel.L4_L5)):
        centre, _ = SPINE.discs[level]
        stacks.append(blank(axial_slices(lean_deg, centre, (60, 80, 2), (120, 120, 5))))
    placed = place_levels(labelled(), stacks, read_settings()).level_slices
    assert {one.level: one.stack for one in placed} == {
        SpinalLevel.L3_L4: 0,
        SpinalLevel.L4_L5: 1,
    }


def test_a_stack_without_multifidus_stands_for_no_level():
    stacks = [blank(at_disc(17.5)), blank(at_disc(0.0))]
    placed = place_levels(labelled(), stacks, read_settings(), unmeasured=[0]).level_slices
    assert {one.stack for one in placed} == {1}


def test_a_series_in_another_frame_of_reference_gets_no_level_from_label_map_or_model():
    placement = place_levels(labelled("1.1"), [blank(at_disc(0.0), "2.2")], read_settings())
    assert placement.level_slices == ()
    assert {one.reason for one in placement.not_assessable} == {OTHER_FRAME}
    assert {slice_place.reason for slice_place in placement.slice_places} == {OTHER_FRAME}


def test_of_two_stacks_only_the_one_in_the_vertebrae_s_frame_gets_levels():
    stacks = [blank(at_disc(17.5), "2.2"), blank(at_disc(0.0), "1.1")]
    placed = place_levels(labelled("1.1"), stacks, read_settings()).level_slices
    assert {one.stack for one in placed} == {1}


def test_a_level_label_map_has_the_frame_of_the_sagittal_series_whose_voxels_it_shares():
    image = np.zeros(SPINE.labels.geometry.shape)
    sagittal = series(SeriesRole.SAGITTAL_T1, image, SPINE.labels.geometry, frame="1.1")
    study = Study("p", (sagittal,), SPINE.labels)
    assert label_vertebrae(study, None, []).frame_of_reference == "1.1"
    elsewhere = series(SeriesRole.SAGITTAL_T1, body()[0], frame="1.1")
    study = Study("p", (elsewhere,), SPINE.labels)
    assert label_vertebrae(study, None, []).frame_of_reference is None


def test_the_levels_without_a_muscle_to_vertebra_ratio_share_one_line_per_reason():
    narrow = tilted_spine(spacing_mm=(8.0, 1.0, 1.0), round_bodies=True)
    vertebrae = Vertebrae(narrow.labels, LevelSource.LABEL_MAP, None)
    axial = axial_slices(5.0, L4_L5_CENTRE, (60, 80, 3), (120, 120, 25))
    missing = place_levels(vertebrae, [blank(axial)], read_settings()).not_assessable
    (line,) = [one for one in missing if one.what.startswith("muscle-to-vertebra")]
    assert line.what == "muscle-to-vertebra ratio at L2/3, L3/4, L4/5"
    assert "8 are needed" in line.reason
