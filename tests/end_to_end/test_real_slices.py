"""Two real people: every axial slice has the name that the level label map implies.

The names are checked by a simpler way than theirs: straight down one voxel column through each
body's centre of mass, where bodies and gaps follow each other.
"""

import numpy as np
import pytest

from multifidus.domain.anatomy import NEIGHBOURS_OF, VERTEBRA_LABEL_OF, SpinalLevel, Vertebra
from multifidus.domain.spine import BodyArea, LevelSource, Place, SlicePlace
from multifidus.files.nifti import read_labels, read_volume
from multifidus.files.paths import bundle_folder
from multifidus.files.yaml import read_settings
from multifidus.segmentation.bundle import open_bundle
from multifidus.segmentation.vertebrae import segment_vertebrae
from multifidus.study.images import AxialImages
from multifidus.study.levels import Vertebrae, place_levels

pytestmark = pytest.mark.slow

BELOW_THE_MAP = {SpinalLevel.L5_S1, Vertebra.S1}
"""What the model names and the given maps, which end at L5, do not."""

SUBJECTS = ("sub-TUM01", "sub-TUM02")
LUMBAR = (Vertebra.L5, Vertebra.L4, Vertebra.L3, Vertebra.L2, Vertebra.L1)
TOLERANCE_MM = 2.5
"""A body's own column and the line through its endplates' middles part by some 5 mm at L5, whose
endplates lean by 30 degrees."""


@pytest.fixture(scope="module", params=SUBJECTS)
def person(request, shared_data):
    """(axial images, given level label map, sagittal image) of one person."""
    folder = shared_data / "mri_dixon"
    labels = read_labels(folder / f"{request.param}_sagittal_levels.nii.gz")
    water = read_volume(folder / f"{request.param}_water.nii.gz")
    axial = AxialImages((water,), ("water",), None, "", "")
    return axial, labels, read_volume(folder / f"{request.param}_sagittal_image.nii.gz")


def by_given_map(person):
    axial, labels, _ = person
    vertebrae = Vertebrae(labels, LevelSource.LABEL_MAP, None)
    return place_levels(vertebrae, [axial], read_settings())


def by_model(person):
    """Levels by the network, which has not seen these two people."""
    axial, _, sagittal = person
    chosen = read_settings().levels
    found = segment_vertebrae(open_bundle(bundle_folder(chosen.bundle), chosen.weights), sagittal)
    return place_levels(Vertebrae(found.labels, LevelSource.MODEL, None), [axial], read_settings())


@pytest.fixture(scope="module", params=[by_given_map, by_model])
def placed(request, person):
    """(placement, given level label map, axial grid); the levels as given and by the model."""
    return request.param(person), person[1], person[0].images[0].geometry


def ends_in_column(labels) -> dict[Vertebra, tuple[float, float]]:
    """Lower and upper end of each body in mm, in the column through its centre of mass."""
    ends = {}
    for vertebra in LUMBAR:
        inside = labels.voxels == VERTEBRA_LABEL_OF[vertebra]
        x, y, _ = np.rint(np.argwhere(inside).mean(axis=0)).astype(int)
        z = np.flatnonzero(inside[x, y])
        low, high = (labels.geometry.to_mm(np.array([x, y, k]))[2] for k in (z[0], z[-1]))
        ends[vertebra] = (low - 0.5, high + 0.5)
    return ends


def names_by_height(labels) -> list[tuple[float, float, Place, str]]:
    """From and to which height each name holds: quarters of the bodies, halves of the discs."""
    ends = ends_in_column(labels)
    names = []
    for number, vertebra in enumerate(LUMBAR):
        low, high = ends[vertebra]
        quarter = (high - low) / 4
        below = 0 if number == 0 else (low - ends[LUMBAR[number - 1]][1]) / 4
        above = 0 if number == 4 else (ends[LUMBAR[number + 1]][0] - high) / 4
        names.append((low - below, low + quarter, Place.LOWER_ENDPLATE, vertebra.value))
        names.append((low + quarter, high - quarter, Place.MID_VERTEBRA, vertebra.value))
        names.append((high - quarter, high + above, Place.UPPER_ENDPLATE, vertebra.value))
        for level, (upper, lower) in NEIGHBOURS_OF.items():
            if lower is vertebra and upper in ends:
                names.append((high + above, high + 3 * above, Place.MID_DISC, level.value))
    return names


def test_every_slice_has_the_name_that_its_height_in_the_label_map_implies(placed):
    placement, labels, axial = placed
    names = names_by_height(labels)
    assert [slice_place.slice_index for slice_place in placement.slice_places] == list(
        range(axial.shape[2])
    )
    for slice_place in placement.slice_places:
        height_mm = axial.to_mm(np.array([0, 0, slice_place.slice_index]))[2]
        allowed = {
            (place, structure)
            for low, high, place, structure in names
            if low - TOLERANCE_MM <= height_mm <= high + TOLERANCE_MM
        }
        if isinstance(slice_place, SlicePlace) and slice_place.structure not in BELOW_THE_MAP:
            assert (slice_place.place, slice_place.structure.value) in allowed, slice_place
        else:
            assert height_mm < names[0][0] + TOLERANCE_MM, slice_place


def test_the_model_gives_every_level_the_slice_that_the_given_map_gives_it(person):
    given, found = (
        {level_slice.level: level_slice.slice_index for level_slice in place(person).level_slices}
        for place in (by_given_map, by_model)
    )
    assert len(given) >= 3
    assert {level: found[level] for level in given} == given
    assert set(found) - set(given) <= BELOW_THE_MAP


def test_the_slice_of_each_disc_cuts_no_body_or_both_of_its_neighbours(placed):
    """Near the midline, in the middle third of the bodies' depth."""
    placement, labels, axial = placed
    assert len(placement.level_slices) >= 3
    points = labels.geometry.to_mm(np.argwhere(labels.voxels > 0))
    values = labels.voxels[labels.voxels > 0]
    for level_slice in placement.level_slices:
        heights = (level_slice.slice_index - axial.to_index(points)[:, 2]) * axial.spacing_mm[2]
        disc = placement.spine.discs.found[level_slice.level]
        near = np.linalg.norm((points - disc.centre_mm)[:, :2], axis=1) < 5
        cut = set(values[near & (np.abs(heights) < 0.5)].tolist())
        both = {VERTEBRA_LABEL_OF[neighbour] for neighbour in NEIGHBOURS_OF[level_slice.level]}
        assert cut in (set(), both), level_slice


def test_bodies_are_as_large_as_lumbar_bodies_are_and_the_ratio_follows(placed):
    """No manual area exists: 8 to 25 cm2 only tells a body from a piece of one or from two."""
    placement, _, _ = placed
    areas = placement.spine.areas
    assert set(areas) >= set(LUMBAR)
    for area in (areas[vertebra] for vertebra in LUMBAR):
        assert isinstance(area, BodyArea)
        assert 800 < area.area_mm2 < 2500
    assert placement.body_of.keys() == {level_slice.level for level_slice in placement.level_slices}
