"""Messages of the commands in the words of a call."""

import nibabel as nib
import numpy as np
import pandas as pd
import pytest

import multifidus as mf
from multifidus.api.errors import in_python_words

OWN = {12: "right multifidus", 11: "left multifidus"}


def test_options_are_arguments():
    said = in_python_words("measure needs IMAGE, --water and --fat, or --fat-fraction")
    assert said == "measure needs image, water and fat, or fat_fraction"


def test_a_label_map_without_a_place_is_refused_with_what_to_do_and_taken_with_an_affine(tmp_path):
    values = np.zeros((40, 30, 5), np.int16)
    values[21:31, 5:15], values[9:19, 5:15] = 12, 11
    nib.save(nib.Nifti1Image(values, None), tmp_path / "mine.nii")
    water = np.where(values > 0, 750.0, 500.0)
    with pytest.raises(
        mf.InputError, match=r"mine\.nii: .*are unknown; .* give the array with"
    ) as no:
        mf.read_labels(tmp_path / "mine.nii", numbering=OWN)
    assert "\n" not in str(no.value)
    affine = np.diag([1.0, 1.0, 4.0, 1.0])
    images = {"water": water, "fat": 1000 - water, "affine": affine}
    table = mf.measure(values, numbering=OWN, **images)
    assert set(table["total_csa_mm2"]) == {100.0}
    assert set(table["side"]) == {"right", "left"}


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: mf.analyze("study", clinical=pd.DataFrame()), "clinical: a path is asked for"),
        (lambda: mf.analyze("study", params={"a": 1}), "params: a path is asked for, not dict"),
        (lambda: mf.score(pd.DataFrame()), "clinical: a path is asked for, not DataFrame"),
        (lambda: mf.agreement(pd.DataFrame(), "b"), "first: a path is asked for, not DataFrame"),
        (lambda: mf.read_result(3), "folder: a path is asked for, not int"),
        (
            lambda: mf.read_labels(np.zeros((2, 2, 2), int), numbering=5),
            "numbering: a name, a file",
        ),
        (
            lambda: mf.read_labels(np.zeros((2, 2, 2), int), numbering={"right multifidus": 1}),
            "a mapping goes from a label value to what it stands for",
        ),
    ],
)
def test_what_is_no_path_and_no_numbering_is_refused_in_one_line(call, says):
    with pytest.raises(mf.UsageError, match=says) as refusal:
        call()
    assert "\n" not in str(refusal.value)
