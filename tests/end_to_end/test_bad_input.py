"""Bad input through the command line: one readable line, exit code 1 or 2, nothing half-written."""

from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

from multifidus.files.dicom.write import MrProtocol, SeriesIdentity, write_dicom_series
from multifidus.files.nifti import write_labels, write_volume
from tests.helpers.command import Done, called
from tests.helpers.phantoms import LEFT_MF, RIGHT_MF, axial_geometry, box_labels, water_and_fat

pytestmark = pytest.mark.slow


def refused(result: Done, code: int) -> str:
    """The one line on stderr of a refusal with that exit code."""
    assert result.returncode == code, result.stderr
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("multifidus: ")
    return lines[0]


@pytest.fixture
def dixon_study(tmp_path) -> Path:
    """Axial Dixon water and fat as DICOM: small, but whole."""
    labels = box_labels(axial_geometry())
    water, fat = water_and_fat(labels, {RIGHT_MF: 0.2, LEFT_MF: 0.3})
    for number, (image, word) in enumerate(((water, "WATER"), (fat, "FAT"))):
        protocol = MrProtocol(word, ("DERIVED", "PRIMARY", word), "GR", "SP", 2.46, 150.0)
        identity = SeriesIdentity("p", "p", "p", number + 1)
        write_dicom_series(image, tmp_path / "study" / word, protocol, identity)
    return tmp_path / "study"


def analyze(study: Path, *more: object) -> tuple[Done, Path]:
    output = study.parent / "out"
    return called("analyze", study, "-o", output, *more), output


def nothing_written(output: Path) -> bool:
    return not output.exists() and not list(output.parent.glob(".*"))


def test_an_empty_folder(tmp_path):
    (tmp_path / "study").mkdir()
    result, output = analyze(tmp_path / "study")
    assert "the folder is empty" in refused(result, 2)
    assert nothing_written(output)


def test_a_folder_that_is_not_there(tmp_path):
    result, output = analyze(tmp_path / "nowhere")
    assert "no such folder" in refused(result, 2)
    assert nothing_written(output)


def test_a_folder_with_no_usable_series(tmp_path):
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "letter.txt").write_text("Dear colleague")
    result, output = analyze(tmp_path / "study")
    assert "no usable MR series" in refused(result, 1)
    assert nothing_written(output)


def test_a_dicom_file_truncated_in_its_pixels(dixon_study):
    path = dixon_study / "FAT" / "0003.dcm"
    path.write_bytes(path.read_bytes()[:-500])
    result, output = analyze(dixon_study)
    line = refused(result, 1)
    assert "0003.dcm" in line
    assert "damaged or truncated" in line
    assert nothing_written(output)


def test_a_dicom_file_truncated_in_its_header(dixon_study):
    path = dixon_study / "FAT" / "0003.dcm"
    path.write_bytes(path.read_bytes()[:400])
    result, output = analyze(dixon_study)
    assert "0003.dcm" in refused(result, 1)
    assert nothing_written(output)


def test_slices_of_mixed_geometry(dixon_study):
    labels = box_labels(axial_geometry(spacing_mm=(1.5, 1.5, 4)))
    _, fat = water_and_fat(labels, {})
    protocol = MrProtocol("FAT", ("DERIVED", "PRIMARY", "FAT"), "GR", "SP", 2.46, 150.0)
    write_dicom_series(fat, dixon_study / "other", protocol, SeriesIdentity("p", "p", "p", 2))
    (dixon_study / "other" / "0001.dcm").rename(dixon_study / "FAT" / "0001.dcm")
    for path in (dixon_study / "other").iterdir():
        path.unlink()
    result, output = analyze(dixon_study)
    assert "slices of mixed geometry" in refused(result, 1)
    assert nothing_written(output)


def test_a_missing_slice(dixon_study):
    (dixon_study / "WATER" / "0003.dcm").unlink()
    result, output = analyze(dixon_study)
    assert "a slice may be missing" in refused(result, 1)
    assert nothing_written(output)


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [("odi_7", "7", "0 to 5"), ("nrs", "11", "0 to 10"), ("nrs", "-1", "0 to 10")],
)
def test_an_impossible_clinical_value(dixon_study, column, value, says):
    table = dixon_study.parent / "clinical.csv"
    table.write_text(f"subject_id,{column}\nstudy,{value}\n", encoding="utf-8")
    result, output = analyze(dixon_study, "--clinical", table)
    line = refused(result, 1)
    assert all(word in line for word in ("clinical.csv", column, value, says))
    assert nothing_written(output)


def test_an_unknown_subject(dixon_study):
    table = dixon_study.parent / "clinical.csv"
    table.write_text("subject_id,nrs\nstudy,7\n", encoding="utf-8")
    result, output = analyze(dixon_study, "--clinical", table, "--subject", "nobody")
    assert "nobody" in refused(result, 2)
    assert nothing_written(output)


def test_a_misspelt_parameter(dixon_study):
    params = dixon_study.parent / "site.yml"
    params.write_text("levels: {max_ofset_mm: 3}\n", encoding="utf-8")
    result, output = analyze(dixon_study, "--params", params)
    assert "did you mean 'max_offset_mm'" in refused(result, 2)
    assert nothing_written(output)


def test_nan_in_the_image(tmp_path):
    labels = box_labels(axial_geometry())
    water, fat = water_and_fat(labels, {})
    (tmp_path / "study").mkdir()
    write_volume(fat, tmp_path / "study" / "p_fat.nii.gz")
    spoiled = water.voxels.copy()
    spoiled[3, 3, 3] = np.nan
    nib.save(nib.Nifti1Image(spoiled, water.geometry.affine), tmp_path / "study" / "p_water.nii.gz")
    result, output = analyze(tmp_path / "study")
    line = refused(result, 1)
    assert "p_water.nii.gz" in line
    assert "NaN" in line
    assert nothing_written(output)


class TestMeasure:
    """`multifidus measure` on the box phantom."""

    @pytest.fixture
    def files(self, tmp_path) -> dict[str, Path]:
        labels = box_labels(axial_geometry())
        water, fat = water_and_fat(labels, {RIGHT_MF: 0.2, LEFT_MF: 0.3})
        paths = {name: tmp_path / f"{name}.nii.gz" for name in ("water", "fat", "labels")}
        write_volume(water, paths["water"])
        write_volume(fat, paths["fat"])
        write_labels(labels, paths["labels"])
        return paths | {"table": tmp_path / "table.csv"}

    def run(self, files: dict[str, Path], *more: object) -> Done:
        return called(
            *("measure", "--water", files["water"], "--fat", files["fat"]),
            *("--labels", files["labels"], "-o", files["table"], *more),
        )

    def test_every_labelled_slice_is_measured(self, files):
        assert self.run(files).returncode == 0
        rows = files["table"].read_text(encoding="utf-8").splitlines()
        assert len(rows) == 1 + 5 * 4 * 2
        assert "right,dixon_ratio_of_sums,100.0,80.0,20.0" in rows[1]

    @pytest.mark.parametrize("centred", [True, False])
    def test_a_label_map_with_a_mirrored_affine_is_refused(self, files, centred):
        stored = nib.load(files["labels"])
        affine = np.diag([-1.0, 1, 1, 1]) @ stored.affine
        if centred:  # the mirrored box then covers the image's box, only the sides are wrong
            affine[0, 3] = stored.affine[0, 3] + 39
        nib.save(nib.Nifti1Image(np.asarray(stored.dataobj), affine), files["labels"])
        assert "mirrored" in refused(self.run(files), 1)
        assert not files["table"].exists()

    def test_an_empty_label_map_is_refused(self, files):
        stored = nib.load(files["labels"])
        nib.save(nib.Nifti1Image(np.zeros(stored.shape, np.uint8), stored.affine), files["labels"])
        assert "holds no muscle" in refused(self.run(files), 1)
        assert not files["table"].exists()

    def test_labels_of_another_numbering_are_refused(self, files):
        line = refused(self.run(files, "--numbering", "musclemap_wholebody"), 1)
        assert "holds no muscle of the numbering 'MuscleMap whole body'" in line
        assert not files["table"].exists()

    def test_an_unknown_numbering_is_a_wrong_call(self, files):
        line = refused(self.run(files, "--numbering", "nobody"), 2)
        assert "no such label numbering" in line

    def test_water_without_fat_is_a_wrong_call(self, files):
        result = called(
            "measure", "--water", files["water"], "--labels", files["labels"], "-o", files["table"]
        )
        assert "both --water and --fat" in refused(result, 2)


class TestMuscleMap:
    """`multifidus segment --backend musclemap` on a machine without MuscleMap."""

    def segment(self, folder: Path, *more: object) -> Done:
        water, _ = water_and_fat(box_labels(axial_geometry()), {})
        write_volume(water, folder / "image.nii.gz")
        arguments = ("segment", folder / "image.nii.gz", "-o", folder / "labels.nii.gz")
        return called(*arguments, "--backend", "musclemap", *more)

    def test_it_says_how_to_get_it(self, tmp_path, monkeypatch):
        monkeypatch.setenv("PATH", str(tmp_path))
        line = refused(self.segment(tmp_path), 2)
        assert "https://github.com/MuscleMap/MuscleMap" in line
        assert not (tmp_path / "labels.nii.gz").exists()

    def test_a_bundle_of_this_project_does_not_go_with_it(self, tmp_path):
        assert "--backend musclemap" in refused(self.segment(tmp_path, "--bundle", "x"), 2)


def test_a_command_of_a_later_version_is_not_offered():
    text = called("--help").stdout
    there = ("samples", "inspect", "segment", "measure", "analyze", "batch", "report")
    for command in (*there, "levels", "evaluate", "train", "score", "clinical-template", "cohort"):
        assert command in text
    for command in ("ultrasound", "export"):
        assert f"│ {command} " not in text
        assert called(command).returncode == 2
