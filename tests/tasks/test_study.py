"""What a study leaves behind, named."""

from types import SimpleNamespace

import pytest

from multifidus.tasks.study import label_files


@pytest.mark.parametrize(
    ("stacks", "names"),
    [(1, ["labels.nii.gz"]), (3, ["labels_1.nii.gz", "labels_2.nii.gz", "labels_3.nii.gz"])],
)
def test_only_the_label_maps_of_several_stacks_are_numbered(stacks, names):
    assert label_files(SimpleNamespace(stacks=[None] * stacks)) == names
