import numpy as np
import pytest

from multifidus.domain.volume import Geometry, Volume
from multifidus.files.nifti import read_volume
from multifidus.simulation.anatomy_model import PhantomAnatomy
from multifidus.simulation.grids import axial_grid, sagittal_grid
from multifidus.simulation.mr import Phantom, Scan
from multifidus.spine.position import STEP_MM, Fit, best_fit, contradiction

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def images():
    """(sagittal T2, {axial water, axial T2}) of one phantom person."""
    anatomy = PhantomAnatomy()
    phantom = Phantom(anatomy, Scan())
    sagittal, axial = sagittal_grid(anatomy, 1.5), axial_grid(anatomy, 2.0, np.arange(-90, 70, 4.0))
    slices = phantom.images(axial)
    found = {"water": slices.water, "T2": slices.t2}
    axials = {name: Volume(voxels, axial) for name, voxels in found.items()}
    return Volume(phantom.images(sagittal).t2, sagittal), axials


def moved(volume: Volume, front_mm: float, up_mm: float) -> Volume:
    affine = np.array(volume.geometry.affine)
    affine[1:3, 3] += front_mm, up_mm
    return Volume(volume.voxels, Geometry(volume.geometry.shape, affine))


@pytest.mark.parametrize("contrast", ["water", "T2"])
def test_series_that_lie_where_they_say_fit_best_without_a_shift(images, contrast):
    sagittal, axials = images
    assert best_fit(sagittal, axials[contrast]).shift_mm == (0.0, 0.0)
    assert contradiction(sagittal, axials[contrast]) == ""


@pytest.mark.parametrize("contrast", ["water", "T2"])
@pytest.mark.parametrize("shift_mm", [(0.0, 20.0), (-12.0, -16.0)])
def test_a_shift_is_found_to_one_step_and_told(images, contrast, shift_mm):
    sagittal, axials = images
    shifted = moved(axials[contrast], *shift_mm)
    fit = best_fit(sagittal, shifted)
    assert np.abs(np.add(fit.shift_mm, shift_mm)).max() <= STEP_MM
    assert f"{fit.distance_mm:.0f} mm apart" in contradiction(sagittal, shifted)


def test_a_movement_of_a_few_millimetres_is_no_contradiction(images):
    sagittal, axials = images
    assert contradiction(sagittal, moved(axials["T2"], 3.0, -5.0)) == ""


def test_a_far_shift_that_fits_hardly_better_is_no_contradiction():
    assert not Fit((0.0, 20.0), 0.3).contradicts
    assert Fit((0.0, 20.0), 0.9).contradicts
    assert not Fit((4.0, 4.0), 0.9).contradicts


def test_images_that_hardly_meet_tell_nothing(images):
    sagittal, axials = images
    assert best_fit(sagittal, moved(axials["T2"], 0.0, 400.0)) is None


@pytest.mark.parametrize("subject", ["sub-TUM01", "sub-TUM02"])
def test_real_series_are_told_apart_from_themselves_moved(shared_data, subject):
    folder = shared_data / "mri_dixon"
    sagittal = read_volume(folder / f"{subject}_sagittal_image.nii.gz")
    water = read_volume(folder / f"{subject}_water.nii.gz")
    assert contradiction(sagittal, water) == ""
    for shift_mm in ((12.0, -16.0), (-20.0, 8.0)):
        fit = best_fit(sagittal, moved(water, *shift_mm))
        assert np.abs(np.add(fit.shift_mm, shift_mm)).max() <= STEP_MM
        assert contradiction(sagittal, moved(water, *shift_mm)) != ""
