"""However an image is stored and however the person lay, sides and levels stay the same."""

from pathlib import Path

import nibabel as nib
import numpy as np
import pandas as pd
import pydicom
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from multifidus.domain.volume import Geometry
from multifidus.files.dicom.study import read_dicom_study
from multifidus.files.image_files import ImageFiles
from multifidus.tasks.measure import LabelFiles, measure_files
from tests.helpers.dicom_files import dixon, image, turned, write
from tests.helpers.phantoms import (
    LEFT_MF,
    RIGHT_MF,
    STORAGE_ORDERS,
    axial_geometry,
    box_labels,
    stored_otherwise,
    water_and_fat,
)

pytestmark = pytest.mark.slow

STACK = axial_geometry((40, 30, 15))
POSITIONS = ("HFS", "FFS", "HFP", "FFP", "HFDR", "FFDL", "")
"""PatientPosition: head or feet first, supine, prone or on a side, or not stated."""


def vertebrae() -> tuple[np.ndarray, np.ndarray]:
    """L3 to S1 as boxes of 16 mm with discs of 8 mm, in front of the muscles; voxels and affine."""
    affine = np.diag([4.0, 1.0, 1.0, 1.0])
    affine[:3, 3] = (-20, -6, -50)
    voxels = np.zeros((11, 30, 100), np.int16)
    for step, value in enumerate((8, 5, 4, 3)):
        voxels[1:10, 5:27, 3 + 24 * step : 19 + 24 * step] = value
    return voxels, affine


def rotation(tilt_deg: float, turn_deg: float, lean_deg: float) -> np.ndarray:
    a, b, c = np.deg2rad([tilt_deg, turn_deg, lean_deg])
    tilt = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    turn = np.array([[np.cos(b), -np.sin(b), 0], [np.sin(b), np.cos(b), 0], [0, 0, 1]])
    lean = np.array([[np.cos(c), 0, np.sin(c)], [0, 1, 0], [-np.sin(c), 0, np.cos(c)]])
    whole = np.eye(4)
    whole[:3, :3] = turn @ tilt @ lean
    return whole


def save(voxels: np.ndarray, affine: np.ndarray, how, path: Path) -> None:
    """The image with its array axes permuted and flipped, at the same place in space."""
    voxels, affine = stored_otherwise(voxels, affine, *how)
    nib.save(nib.Nifti1Image(voxels, affine), path)


def table_of(folder: Path, orders, turn: np.ndarray) -> pd.DataFrame:
    """What `measure` finds on water, fat, labels and levels, each stored in an order of its own."""
    labels = box_labels(STACK)
    water, fat = water_and_fat(labels, {RIGHT_MF: 0.2, LEFT_MF: 0.45})
    levels, levels_affine = vertebrae()
    affine = np.array(STACK.affine)
    files = [folder / f"{name}.nii.gz" for name in ("water", "fat", "labels", "levels")]
    for file, voxels, how in zip(
        files, (water.voxels, fat.voxels, labels.voxels.astype(np.int16)), orders, strict=False
    ):
        save(voxels, turn @ affine, how, file)
    save(levels, turn @ levels_affine, orders[3], files[3])
    target = folder / "table.csv"
    measure_files(
        ImageFiles(None, files[0], files[1]), LabelFiles(files[2], files[3]), None, target
    )
    return pd.read_csv(target)


@pytest.fixture(scope="module")
def upright(tmp_path_factory) -> pd.DataFrame:
    found = table_of(tmp_path_factory.mktemp("as_is"), [STORAGE_ORDERS[0]] * 4, np.eye(4))
    assert set(found["level"]) == {"L3/4", "L4/5", "L5/S1"}
    fat = found[found["muscle"] == "multifidus"].groupby("side")["fat_signal_fraction_pct"].mean()
    assert (fat.round(3) == pd.Series({"left": 45.0, "right": 20.0})).all()
    return found


def require_alike(found: pd.DataFrame, upright: pd.DataFrame) -> None:
    """The same rows; what is cut through voxels at an angle may differ by their edges."""
    told = ["level", "slice_index", "muscle", "side", "method"]
    measured = ["total_csa_mm2", "fat_signal_fraction_pct"]
    assert found[told].equals(upright[told])
    assert np.allclose(found[measured], upright[measured], rtol=1e-4)
    assert np.allclose(found["tilt_deg"], upright["tilt_deg"], atol=0.5)
    assert np.allclose(found["vertebra_area_mm2"], upright["vertebra_area_mm2"], rtol=0.02)


orders = st.lists(st.sampled_from(STORAGE_ORDERS), min_size=4, max_size=4)
angles = st.floats(-30, 30)


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(orders, angles, angles, angles)
def test_no_storage_order_and_no_tilt_changes_a_side_or_a_level(
    tmp_path, upright, orders, tilt_deg, turn_deg, lean_deg
):
    scale = 30 / max(30, float(np.hypot(np.hypot(tilt_deg, turn_deg), lean_deg)))
    turn = rotation(tilt_deg * scale, turn_deg * scale, lean_deg * scale)
    require_alike(table_of(tmp_path, orders, turn), upright)


@pytest.mark.parametrize("how", STORAGE_ORDERS)
def test_each_of_the_48_storage_orders_is_measured_alike(tmp_path, upright, how):
    require_alike(table_of(tmp_path, [how] * 4, np.eye(4)), upright)


def acquired_otherwise(folder: Path, turns: int, mirror: bool, back: bool, position: str) -> None:
    """The same slices with rows and columns run otherwise, numbered from the other end."""
    paths = sorted(folder.glob("*.dcm"))
    for number, path in enumerate(reversed(paths) if back else paths, start=1):
        one = pydicom.dcmread(path)
        pixels = one.pixel_array
        columns, rows = np.reshape(one.ImageOrientationPatient, (2, 3)).astype(float)
        first = np.array(one.ImagePositionPatient, float)
        down, along = (float(mm) for mm in one.PixelSpacing)
        for _ in range(turns):  # a quarter to the left: the last column becomes the first row
            first = first + columns * along * (pixels.shape[1] - 1)
            pixels, columns, rows, along, down = np.rot90(pixels), rows, -columns, down, along
        if mirror:
            first = first + columns * along * (pixels.shape[1] - 1)
            pixels, columns = pixels[:, ::-1], -columns
        one.Rows, one.Columns = pixels.shape
        one.PixelData = np.ascontiguousarray(pixels).tobytes()
        one.ImageOrientationPatient = [f"{v + 0.0:.9f}" for v in (*columns, *rows)]
        one.ImagePositionPatient = [f"{v + 0.0:.6f}" for v in first]
        one.PixelSpacing = [down, along]
        one.InstanceNumber, one.PatientPosition = number, position
        one.save_as(path)


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.integers(0, 3), st.booleans(), st.booleans(), st.sampled_from(POSITIONS), st.floats(-30, 30)
)
def test_no_way_of_acquiring_changes_a_side(
    tmp_path_factory, turns, mirror, back, position, tilt_deg
):
    folder = tmp_path_factory.mktemp("acquired")
    geometry: Geometry = turned(axial_geometry((9, 7, 5), (1.5, 1.25, 4)), tilt_deg, (0, 0, 0))
    write(folder, dixon("WATER"), 1, geometry)
    acquired_otherwise(folder, turns, mirror, back, position)
    (found,) = read_dicom_study(folder, "p").series
    assert np.array_equal(found.volume.voxels, image(geometry, 1).voxels)
    assert found.volume.geometry.is_same_grid(geometry)
