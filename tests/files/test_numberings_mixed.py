"""A label map of one numbering, read in another, is refused or right, never silently wrong.

Every shipped numbering against every other, of muscles and of levels, any part of a back labelled.
"""

import itertools

import nibabel as nib
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multifidus.domain.anatomy import LABEL_OF, VERTEBRA_LABEL_OF, Muscle, Side, Structure, Vertebra
from multifidus.domain.errors import InputError
from multifidus.domain.volume import Geometry
from multifidus.files.level_labels import read_level_labels
from multifidus.files.muscle_labels import other_readings, project_labels, read_muscle_labels
from multifidus.files.numberings import read_level_numbering, read_numbering
from multifidus.files.paths import PARAMS

pytestmark = pytest.mark.slow

MUSCLES = sorted(path.stem for path in (PARAMS / "labels").glob("*.yml"))
LEVELS = sorted(path.stem for path in (PARAMS / "levels").glob("*.yml"))
GRID = Geometry((110, 80, 2), np.diag([2.0, 2.0, 4.0, 1.0]))
X, Y = (axis * 2.0 for axis in np.indices(GRID.shape[:2]))


def ellipse(x: float, y: float, half_width: float, half_depth: float) -> np.ndarray:
    return ((X - x) / half_width) ** 2 + ((Y - y) / half_depth) ** 2 < 1


BACK = {
    Structure(muscle, side): ellipse(110 + sign * x, y, *half_axes)
    for muscle, x, y, half_axes in (
        (Muscle.MULTIFIDUS, 18, 40, (14, 18)),
        (Muscle.ERECTOR_SPINAE, 50, 42, (25, 20)),
        (Muscle.PSOAS, 50, 105, (18, 22)),
    )
    for side, sign in ((Side.RIGHT, 1), (Side.LEFT, -1))
}

for side in Side:  # multifidus and erector spinae of one side share a border
    BACK[Structure(Muscle.ERECTOR_SPINAE, side)] &= ~BACK[Structure(Muscle.MULTIFIDUS, side)]


def written(numbering: str, structures) -> np.ndarray:
    """The back with those structures labelled as the numbering has them; merged ones as one."""
    meaning = read_numbering(numbering)
    values = {structure: value for value, structure in meaning.values.items()}
    for place, side in enumerate((Side.LEFT, Side.RIGHT)):
        if meaning.merged:
            for muscle in (Muscle.MULTIFIDUS, Muscle.ERECTOR_SPINAE):
                values[Structure(muscle, side)] = meaning.merged[place]
    voxels = np.zeros(GRID.shape, np.int64)
    for structure in structures:
        if structure in values:
            voxels[BACK[structure]] = values[structure]
    return voxels


@pytest.mark.parametrize(("ours", "theirs"), list(itertools.product(MUSCLES, MUSCLES)))
@given(
    st.sets(st.sampled_from(list(Muscle)), min_size=1),
    st.sampled_from([tuple(Side), (Side.RIGHT,), (Side.LEFT,)]),
)
@settings(max_examples=40, deadline=None)
def test_muscles_read_in_any_numbering_are_right_or_refused(ours, theirs, muscles, sides):
    structures = [Structure(muscle, side) for muscle in muscles for side in sides]
    values = written(ours, structures)
    meaning = read_numbering(theirs)
    try:
        labels = project_labels(values, GRID, meaning)
    except InputError:
        return
    if ours in other_readings(labels, meaning):
        return  # one side alone: told, since nothing in the labels tells it
    for structure, value in LABEL_OF.items():
        read = labels.voxels[..., 0] == value
        assert not read.any() or np.array_equal(read, BACK[structure]), (ours, theirs, structures)


def test_a_map_is_right_in_its_own_numbering():
    for name in MUSCLES:
        labels = project_labels(written(name, BACK), GRID, read_numbering(name)).voxels[..., 0]
        told = {structure for structure, value in LABEL_OF.items() if (labels == value).any()}
        assert told == set(read_numbering(name).values.values())


def test_both_sides_leave_no_other_reading():
    for name in MUSCLES:
        labels = project_labels(written(name, BACK), GRID, read_numbering(name))
        assert other_readings(labels, read_numbering(name)) == []


def test_the_numbering_that_a_map_looks_like_is_named(tmp_path):
    path = tmp_path / "labels.nii.gz"
    nib.save(nib.Nifti1Image(written("lpm", BACK).astype(np.int16), GRID.affine), path)
    says = r"labels\.nii\.gz: right muscles lie to the left .* it looks like --numbering lpm$"
    with pytest.raises(InputError, match=says):
        read_muscle_labels(path, read_numbering("multifidus"))
    nib.save(
        nib.Nifti1Image(written("musclemap_wholebody", BACK).astype(np.int16), GRID.affine), path
    )
    with pytest.raises(InputError, match=r"5122.* it looks like --numbering musclemap_wholebody$"):
        read_muscle_labels(path, read_numbering("lpm"))


COLUMN = Geometry((6, 6, 80), np.diag([4.0, 4.0, 4.0, 1.0]))
ROW = list(Vertebra)


def spine(numbering: str, first: int, last: int) -> np.ndarray:
    """Bodies from `first` to `last` of the row T11 to S1, from the head down, 10 slices each."""
    value_of = {name: value for value, name in read_level_numbering(numbering).values.items()}
    voxels = np.zeros(COLUMN.shape, np.int16)
    for place in range(first, last + 1):
        top = 80 - 10 * place
        voxels[1:5, 1:5, top - 8 : top] = value_of.get(ROW[place], 0)
    return voxels


@pytest.mark.parametrize(("ours", "theirs"), list(itertools.product(LEVELS, LEVELS)))
def test_vertebrae_read_in_any_numbering_are_right_or_refused(tmp_path, ours, theirs):
    path = tmp_path / "levels.nii.gz"
    for first, last in itertools.combinations(range(len(ROW)), 2):
        if last < first + 2:
            continue  # two vertebrae alone can be any two neighbours
        nib.save(nib.Nifti1Image(spine(ours, first, last), COLUMN.affine), path)
        try:
            labels = read_level_labels(path, read_level_numbering(theirs)).voxels
        except InputError:
            assert ours != theirs
            continue
        for place, vertebra in enumerate(ROW):
            heights = np.flatnonzero((labels == VERTEBRA_LABEL_OF[vertebra]).any(axis=(0, 1)))
            inside = range(80 - 10 * place - 8, 80 - 10 * place)
            assert set(heights.tolist()) <= set(inside), (ours, theirs, first, last, vertebra)


def test_the_level_numbering_that_a_map_looks_like_is_named(tmp_path):
    path = tmp_path / "levels.nii.gz"
    voxels = spine("totalsegmentator_vertebrae_mr", 2, 7)
    nib.save(nib.Nifti1Image(voxels, COLUMN.affine), path)
    says = (
        r"L1 lies below L2; .* it looks like levels: \{numbering: totalsegmentator_vertebrae_mr\}"
    )
    with pytest.raises(InputError, match=says):
        read_level_labels(path, read_level_numbering("project"))
