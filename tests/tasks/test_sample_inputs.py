"""What the notebooks' defaults stand for; the results that networks make are tested end to end."""

import numpy as np
import pytest

from multifidus.domain.anatomy import LABEL_OF
from multifidus.domain.errors import UsageError
from multifidus.files.nifti import read_labels
from multifidus.files.numberings import read_numbering
from multifidus.files.paths import DATA_SAMPLES, NOTEBOOKS, ROOT
from multifidus.tasks.notebook_declared import PARAMETERS, Kind
from multifidus.tasks.sample_inputs import MADE, MUSCLEMAP, PEOPLE, sample_path, sample_results

pytestmark = pytest.mark.slow

DEFAULTS = [
    parameter.default.removeprefix("sample:")
    for parameters in PARAMETERS.values()
    for parameter in parameters
    if parameter.default.startswith("sample:") and parameter.kind not in (Kind.TEXT, Kind.OUTPUT)
]


def test_every_default_is_shipped_or_made_and_all_that_is_made_is_a_default():
    assert MADE.keys() <= set(DEFAULTS)
    assert all((DATA_SAMPLES / word).exists() for word in set(DEFAULTS) - MADE.keys())


def test_an_unknown_sample_is_told_with_those_there_are():
    with pytest.raises(UsageError, match=r"^sample:sample-99: no such sample; .*sample-03"):
        sample_path("sample-99")


def test_the_second_reader_draws_no_pixel_more_and_every_other_slice_less():
    for person in PEOPLE:
        first, second = (
            read_labels(sample_path(reader) / f"{person}.nii.gz").voxels
            for reader in ("reader_1", "reader_2")
        )
        assert not ((second > 0) & (first == 0)).any()
        smaller = [
            np.count_nonzero(second[..., z]) < np.count_nonzero(first[..., z]) for z in (0, 1, 2)
        ]
        assert smaller == [True, False, True]


def test_the_own_label_map_bears_the_values_of_musclemap():
    values = read_numbering("musclemap_wholebody").values
    assert {LABEL_OF[structure]: value for value, structure in dict(values).items()} == {
        n: value for n, value in enumerate(MUSCLEMAP.tolist()) if n
    }


def test_results_of_a_sample_never_lie_among_the_notebooks(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert sample_results("results/sample_study") == tmp_path / "results" / "sample_study"
    monkeypatch.chdir(NOTEBOOKS)
    assert sample_results("results/sample_study") == ROOT / "results" / "sample_study"
