"""Real clinical T2 slices with much black muscle: every area comes out, and all outputs agree."""

import csv
import shutil

import nibabel as nib
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from multifidus.domain.errors import InputError
from multifidus.files.dicom.write import MrProtocol, SeriesIdentity, write_dicom_series
from multifidus.files.image_files import ImageFiles
from multifidus.files.nifti import read_labels, read_volume
from multifidus.files.results.case import read_case
from multifidus.report.pictures.axial import level_overlay
from multifidus.tasks.measure import LabelFiles, measure_files
from multifidus.tasks.request import open_study
from tests.helpers.command import multifidus

pytestmark = pytest.mark.slow

PIXEL_MM = 0.41
AFFINE = np.diag([-PIXEL_MM, -PIXEL_MM, 4.0, 1.0])
"""As displayed: the person's right on the left, the front on top."""

NUMBERING = """
name: mri_axial_t2_dev
source: "shared/data/README.md"
values: {2: right multifidus, 5: left multifidus, 1: right erector spinae, 4: left erector spinae,
         3: right psoas, 6: left psoas}
others: [7]
"""


def plane(path) -> np.ndarray:
    pixels = np.array(Image.open(path))
    return (pixels if pixels.ndim == 2 else pixels[..., 0]).T[..., None].astype(np.uint8)


@pytest.fixture(scope="module")
def slices(shared_data, tmp_path_factory):
    """A folder with every slice and its readers' labels as NIfTI; (folder, names)."""
    folder, source = tmp_path_factory.mktemp("t2"), shared_data / "mri_axial_t2_dev"
    (folder / "numbering.yml").write_text(NUMBERING, encoding="utf-8")
    names = sorted(path.stem for path in (source / "images").glob("*.png"))
    for name in names:
        for part, kind in (("images", "T2w"), ("labels", "dseg")):
            image = nib.Nifti1Image(plane(source / part / f"{name}.png"), AFFINE)
            nib.save(image, folder / f"sub-{name}_{kind}.nii.gz")
    return folder, names


def test_every_multifidus_has_an_area_and_nearly_all_have_fat(slices):
    folder, names = slices
    assert len(names) == 83
    with_fat = 0
    for name in names:
        labels = folder / f"sub-{name}_dseg.nii.gz"
        output = folder / f"{name}.csv"
        image = ImageFiles(folder / f"sub-{name}_T2w.nii.gz")
        measure_files(image, LabelFiles(labels, None, str(folder / "numbering.yml")), None, output)
        table = pd.read_csv(output).query("muscle == 'multifidus'")
        read = np.asanyarray(nib.load(labels).dataobj)
        for side, value in (("right", 2), ("left", 5)):
            areas = table[table.side == side].total_csa_mm2
            assert len(areas), (name, side)
            assert areas.to_numpy() == pytest.approx((read == value).sum() * PIXEL_MM**2, rel=1e-5)
        leading = table[table.method == "t1t2_reference_signal"]
        with_fat += set(leading.side) == {"right", "left"}
    assert with_fat >= 81


@pytest.mark.parametrize("numbering", ["multifidus", "lpm", "musclemap_abdomen"])
def test_their_labels_are_refused_in_any_shipped_numbering(slices, numbering):
    folder, names = slices
    for name in names[::8]:
        labels = folder / f"sub-{name}_dseg.nii.gz"
        image = ImageFiles(folder / f"sub-{name}_T2w.nii.gz")
        with pytest.raises(InputError, match=r"numbering|shows no back"):
            measure_files(image, LabelFiles(labels, None, numbering), None, folder / "no.csv")


STACKED = {"172": "L5/S1", "55": "L4/5", "94": "L3/4"}
"""Slices of three people stacked from the feet up, and the level each stands for here."""


@pytest.fixture(scope="module")
def studies(slices, tmp_path_factory):
    """One stack of black and of fatty muscle as a NIfTI and as a DICOM study; folders by kind."""
    folder, _ = slices
    root = tmp_path_factory.mktemp("studies")
    planes = [nib.load(folder / f"sub-{name}_T2w.nii.gz").get_fdata() for name in STACKED]
    stack = np.concatenate(planes, axis=2).astype(np.uint8)
    table = [f"{level},{z}\n" for z, level in enumerate(STACKED.values())]
    for kind in ("nifti", "dicom"):
        (root / kind / "P1").mkdir(parents=True)
        (root / kind / "P1" / "levels.csv").write_text("level,slice\n" + "".join(table), "utf-8")
    nib.save(nib.Nifti1Image(stack, AFFINE), root / "nifti" / "P1" / "axial_t2.nii.gz")
    volume = read_volume(root / "nifti" / "P1" / "axial_t2.nii.gz")
    identity = SeriesIdentity("P1", "P1", "P1", 1)
    write_dicom_series(volume, root / "dicom" / "P1" / "t2", MrProtocol("T2"), identity)
    for kind in ("nifti", "dicom"):
        done = multifidus("analyze", root / kind / "P1", "-o", root / kind / "out")
        assert done.returncode == 0, done.stderr
    return {kind: root / kind for kind in ("nifti", "dicom")}


@pytest.mark.parametrize("kind", ["nifti", "dicom"])
def test_table_sentence_label_map_and_picture_tell_the_same(studies, kind):
    output = studies[kind] / "out"
    (series,) = open_study(studies[kind] / "P1", "P1").series
    labels = read_labels(output / "labels.nii.gz")
    with (output / "measurements.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["muscle"] == "multifidus"]
    leads = [row for row in rows if row["method"] == "t1t2_reference_signal"]
    assert {(row["level"], row["side"]) for row in leads} == {
        (level, side) for level in STACKED.values() for side in ("right", "left")
    }
    report = (output / "report.html").read_text("utf-8")
    page_1 = report[: report.index("Multifidus, right beside left")]
    assert "outside the body" not in report
    for row in leads:
        area_mm2 = float(row["total_csa_mm2"])
        value = {"right": 1, "left": 2}[row["side"]]
        pixels = int((labels.voxels[..., int(row["slice_index"])] == value).sum())
        assert area_mm2 == pytest.approx(pixels * PIXEL_MM**2, rel=1e-4)
        low, high = (float(row[f"area_{end}_mm2"]) / 100 for end in ("low", "high"))
        words = f"{area_mm2 / 100:.2f} cm² ({low:.2f} to {high:.2f}) {row['side']}"
        (sentence,) = [line for line in page_1.splitlines() if f"{row['level']}: multif" in line]
        assert words in sentence
        pct, *ends = (
            float(row[name]) for name in ("fat_signal_fraction_pct", "fat_low_pct", "fat_high_pct")
        )
        assert f"{pct:.1f} % ({ends[0]:.1f} to {ends[1]:.1f}) {row['side']}" in sentence
        assert row["border"] == "fascial, lateral"
    for placed in read_case(output).level_slices:
        name = f"level_{placed.level.value.replace('/', '-')}.png"
        drawn = (output / "figures" / name).read_bytes()
        assert drawn == level_overlay(series.volume, labels, placed)


def test_the_study_as_nifti_and_as_dicom_has_the_same_areas(studies):
    nifti, dicom = (
        {
            (
                measurement.level,
                measurement.section.muscle,
                measurement.section.side,
            ): measurement.section.total_csa_mm2
            for measurement in read_case(study / "out").measurements
        }
        for study in studies.values()
    )
    assert dicom == pytest.approx(nifti, rel=1e-4)


def test_a_study_without_any_level_is_a_failure_with_its_reason(slices, tmp_path):
    folder, _ = slices
    (tmp_path / "P94").mkdir()
    shutil.copyfile(folder / "sub-94_T2w.nii.gz", tmp_path / "P94" / "axial_t2.nii.gz")
    done = multifidus("analyze", tmp_path / "P94", "-o", tmp_path / "out")
    assert done.returncode == 1
    assert (
        "no muscle could be measured at any level (L1/2: the study has no sagittal" in done.stderr
    )
    assert "levels.csv" in done.stderr
    assert (tmp_path / "out" / "report.html").is_file()
