"""Water and fat are brought together in one way, whichever command asks."""

import re
from types import SimpleNamespace

import nibabel as nib
import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from multifidus.domain.errors import GeometryError, InputError
from multifidus.domain.study import SeriesRole
from multifidus.domain.volume import Geometry, LabelMap, Volume
from multifidus.files.dicom.write import write_dicom_series
from multifidus.files.image_files import ImageFiles
from multifidus.files.labelled_images import read_table
from multifidus.files.nifti import write_labels, write_volume
from multifidus.study import compared
from multifidus.study.compared import compare_image
from multifidus.study.contrasts import axial_images
from multifidus.study.pairing import of_the_same_stack, paired
from multifidus.tasks import evaluate as evaluation
from multifidus.tasks.measure import LabelFiles, measure_files
from multifidus.tasks.request import open_study
from multifidus.tasks.review_image import open_review
from multifidus.training.cases import site_slices
from tests.helpers.axial_series import series
from tests.helpers.dicom_files import dixon, edit, identity
from tests.helpers.labelled_tables import write_table
from tests.helpers.phantoms import RIGHT_MF, axial_geometry, box_labels, water_and_fat

GEOMETRY = axial_geometry((80, 60, 5))
LABELS = box_labels(GEOMETRY)
APART = "Water and fat state positions 346 mm apart on equal grids; their edges fit best"
"""200 mm along each of three axes is 346 mm."""


def at(geometry: Geometry, mm: float) -> Geometry:
    affine = np.array(geometry.affine)
    affine[:3, 3] += mm
    return Geometry(geometry.shape, affine)


def blurred(volume: Volume) -> Volume:
    return Volume(gaussian_filter(volume.voxels, (1, 1, 0)), volume.geometry)


WATER, FAT = (blurred(one) for one in water_and_fat(LABELS, {RIGHT_MF: 0.2}))
COARSE = water_and_fat(box_labels(axial_geometry((80, 60, 5), (2, 2, 4))), {})[1]
PAIRS = {
    "on one grid": FAT,
    "an offset origin": Volume(FAT.voxels, at(GEOMETRY, 200)),
    "an offset origin and other edges": Volume(np.roll(FAT.voxels, 6, 1), at(GEOMETRY, 200)),
    "another spacing": COARSE,
    "another matrix": Volume(FAT.voxels[:, :-1], Geometry((80, 59, 5), GEOMETRY.affine)),
}
REFUSED = {
    "an offset origin and other edges": "fat image does not fit the image: it lies up to 346",
    "another spacing": "fat image does not fit the image: it lies up to",
    "another matrix": r"fat image does not fit the image: its shape \(80, 59, 5\)",
}


@pytest.fixture(params=PAIRS)
def pair(request, tmp_path):
    """A study's folder with water, fat and, beside it, labels and a table; and the case's name."""
    study = tmp_path / "p"
    study.mkdir()
    write_volume(WATER, study / "p_water.nii.gz")
    write_volume(PAIRS[request.param], study / "p_fat.nii.gz")
    write_labels(LABELS, tmp_path / "labels.nii.gz")
    row = {"subject": "p", "image": "p/p_water.nii.gz", "fat_image": "p/p_fat.nii.gz"}
    write_table(tmp_path / "table.csv", [row | {"labels": "labels.nii.gz"}])
    return request.param, tmp_path


def by_analyze(folder):
    return axial_images(open_study(folder / "p", "p")).notes


def by_measure(folder):
    images = ImageFiles(water=folder / "p/p_water.nii.gz", fat=folder / "p/p_fat.nii.gz")
    labels, output = folder / "labels.nii.gz", folder / "measured.csv"
    return measure_files(images, LabelFiles(labels), None, output)


def by_review(folder):
    opened = open_review(folder / "p", folder / "labels.nii.gz")
    assert opened.water_fat is not None
    assert opened.water_fat.fat.geometry.is_same_grid(GEOMETRY)
    return opened.notes


def by_evaluate(folder, monkeypatch):
    monkeypatch.setattr(compared, "outline", lambda *_: LABELS)
    (row,) = read_table(folder / "table.csv")
    outlines = [
        outline
        for each in compare_image(evaluation_bundle(), row.read(), False)
        for outline in each.outlines
    ]
    assert {isinstance(outline.fat_found_pct, float) for outline in outlines} == {True}
    return outlines[0].notes


def by_train(folder):
    slices = site_slices(folder / "table.csv")
    assert {case.channels.shape for case in slices} == {(2, 80, 60)}
    return by_analyze(folder)


def outcome(ask, *arguments):
    """The notes on the pair, or why it is refused."""
    try:
        return "notes", tuple(one for one in ask(*arguments) if one.startswith("Water and fat"))
    except InputError as error:
        assert isinstance(error, GeometryError)
        return "refused", str(error)


def test_every_command_pairs_alike_and_tells_the_same(pair, monkeypatch):
    name, folder = pair
    found = outcome(by_analyze, folder)
    assert outcome(by_measure, folder) == found
    assert outcome(by_review, folder) == found
    assert outcome(by_evaluate, folder, monkeypatch) == found
    assert outcome(by_train, folder) == found
    if name in REFUSED:
        assert found[0] == "refused"
        assert re.search(f"p_fat.nii.gz beside p_water.nii.gz: {REFUSED[name]}", found[1])
    else:
        told = [APART in note for note in found[1]]
        assert (found[0], told) == ("notes", [True] if name == "an offset origin" else [])


def test_review_measures_the_fat_that_analyze_measures(tmp_path):
    study = tmp_path / "p"
    study.mkdir()
    write_volume(WATER, study / "p_water.nii.gz")
    write_volume(PAIRS["an offset origin"], study / "p_fat.nii.gz")
    for name, labels in (
        ("at_water", LABELS),
        ("at_fat", LabelMap(LABELS.voxels, at(GEOMETRY, 200))),
    ):
        write_labels(labels, tmp_path / f"{name}.nii.gz")
        opened = open_review(study, tmp_path / f"{name}.nii.gz")
        assert opened.before.geometry.is_same_grid(GEOMETRY)
        region = LABELS.voxels[..., 2] == 1
        analysed = axial_images(open_study(study, "p")).water_fat
        assert opened.water_fat.fractions(region, 2) == analysed.fractions(region, 2)


@pytest.mark.parametrize("frames", [("1.2.3", "1.2.3"), ("1.2.3", "1.2.4")])
def test_a_stated_frame_of_reference_is_never_overruled(frames):
    water = series(SeriesRole.AXIAL_WATER, WATER.voxels, GEOMETRY, "series 3", frames[0])
    fat = series(SeriesRole.AXIAL_FAT, FAT.voxels, at(GEOMETRY, 200), "series 4", frames[1])
    with pytest.raises(GeometryError, match="series 4 beside series 3: "):
        paired(water, fat)
    same = series(SeriesRole.AXIAL_FAT, FAT.voxels, GEOMETRY, "series 4", frames[1])
    if frames[0] == frames[1]:
        assert paired(water, same).notes == ()
    else:
        with pytest.raises(GeometryError, match="frames of reference differ"):
            paired(water, same)


def test_dicom_of_two_frames_is_refused_by_analyze_and_review_alike(tmp_path):
    for number, (image, role) in enumerate(((WATER, "WATER"), (FAT, "FAT")), start=1):
        write_dicom_series(image, tmp_path / "p" / role, dixon(role), identity(number))
    write_labels(LABELS, tmp_path / "labels.nii.gz")
    assert open_review(tmp_path / "p", tmp_path / "labels.nii.gz").water_fat is not None
    edit(tmp_path / "p" / "FAT", lambda one: setattr(one, "FrameOfReferenceUID", "1.2.3"))
    found = outcome(by_analyze, tmp_path)
    assert "series 2 beside series 1: their frames of reference differ" in found[1]
    assert outcome(by_review, tmp_path) == found


def test_a_partner_is_looked_for_among_several_stacks():
    water = series(SeriesRole.AXIAL_WATER, WATER.voxels, GEOMETRY, "series 3, stack 2")
    near = series(SeriesRole.AXIAL_FAT, FAT.voxels, GEOMETRY, "series 4, stack 2")
    far = series(SeriesRole.AXIAL_FAT, FAT.voxels, at(GEOMETRY, 200), "series 4, stack 1")
    assert of_the_same_stack(water, [far, near]) is near
    with pytest.raises(GeometryError, match="no stack of axial Dixon fat lies on the grid of"):
        of_the_same_stack(water, [far, far])


def test_a_review_says_why_it_measures_no_fat(tmp_path):
    write_labels(LABELS, tmp_path / "labels.nii.gz")
    study = tmp_path / "p"
    study.mkdir()
    write_volume(WATER, study / "p_t2.nii.gz")
    opened = open_review(study / "p_t2.nii.gz", tmp_path / "labels.nii.gz")
    assert "the image is one file" in opened.notes[0]
    opened = open_review(study, tmp_path / "labels.nii.gz")
    assert opened.water_fat is None
    assert opened.notes == (
        "no fat fraction is measured: p_t2.nii.gz (axial T2) is no pair of water and fat on the "
        "label map's grid; areas only",
    )


def test_a_review_of_two_echoes_measures_their_fat(tmp_path):
    study = tmp_path / "p"
    study.mkdir()
    echoes = {"in_phase": WATER.voxels + FAT.voxels, "opp_phase": WATER.voxels - FAT.voxels}
    for name, voxels in echoes.items():
        write_volume(Volume(np.abs(voxels), GEOMETRY), study / f"p_{name}.nii.gz")
    write_labels(LABELS, tmp_path / "labels.nii.gz")
    opened = open_review(study, tmp_path / "labels.nii.gz")
    assert opened.water_fat is not None
    assert np.allclose(opened.image.voxels, echoes["in_phase"], atol=0.1)


def test_a_pair_that_does_not_fit_is_no_matter_where_the_labels_lie_on_t2(tmp_path):
    study = tmp_path / "p"
    study.mkdir()
    write_volume(WATER, study / "p_water.nii.gz")
    write_volume(COARSE, study / "p_fat.nii.gz")
    elsewhere = at(GEOMETRY, 40)
    write_volume(Volume(WATER.voxels, elsewhere), study / "p_t2.nii.gz")
    write_labels(LabelMap(LABELS.voxels, elsewhere), tmp_path / "labels.nii.gz")
    opened = open_review(study, tmp_path / "labels.nii.gz")
    assert "p_t2.nii.gz (axial T2) is no pair" in opened.notes[0]


def test_the_note_of_an_evaluation_is_told_once_for_each_image(tmp_path, monkeypatch):
    write_volume(WATER, tmp_path / "water.nii.gz")
    write_volume(PAIRS["an offset origin"], tmp_path / "fat.nii.gz")
    write_labels(LABELS, tmp_path / "labels.nii.gz")
    row = {"subject": "p", "image": "water.nii.gz", "fat_image": "fat.nii.gz"}
    table = write_table(tmp_path / "table.csv", [row | {"labels": "labels.nii.gz"}])
    monkeypatch.setattr(compared, "outline", lambda *_: LABELS)
    monkeypatch.setattr(evaluation, "open_bundle", lambda *_: evaluation_bundle())
    found = evaluation.evaluate("mf_es_dixon", "model.pt", table)
    assert found.failed == ()
    (note,) = found.notes
    assert note.startswith(f"water.nii.gz: {APART}")
    evaluation.save(found, (), tmp_path / "out")
    text = (tmp_path / "out" / "evaluation.csv").read_text(encoding="utf-8")
    assert text.count(APART) == len(found.outlines)


def evaluation_bundle():
    return SimpleNamespace(
        name="stub",
        version="1",
        weights="w",
        weights_sha256="0",
        class_count=5,
        roi_definition="fascial",
        area_limits=(),
    )


@pytest.mark.slow
def test_real_water_and_fat_pair_alike(tmp_path, shared_data, monkeypatch):
    """The case of `newcomer/evaluate_and_review_refuse_fat.sh`, on the real people."""
    source = shared_data / "mri_dixon"
    if not source.is_dir():
        pytest.skip(f"no real images at {source}")
    study = tmp_path / "p"
    study.mkdir()
    for what in ("water", "fat"):
        target = study / f"p_{what}.nii.gz"
        target.write_bytes((source / f"sub-TUM01_{what}.nii.gz").read_bytes())
    stored = nib.load(source / "sub-TUM01_labels.nii.gz")
    values = np.asarray(stored.dataobj).astype(np.uint8)
    ours = np.array([0, 3, 1, 2, 4], np.uint8)[values]  # ES right, MF right, MF left, ES left
    nib.save(nib.Nifti1Image(ours, stored.affine), tmp_path / "labels.nii.gz")
    row = {"subject": "p", "image": "p/p_water.nii.gz", "fat_image": "p/p_fat.nii.gz"}
    write_table(tmp_path / "table.csv", [row | {"labels": "labels.nii.gz"}])
    (kind, notes) = outcome(by_analyze, tmp_path)
    assert (kind, len(notes)) == ("notes", 1)
    assert "their edges fit best without a shift" in notes[0]
    assert outcome(by_measure, tmp_path) == (kind, notes)
    opened = open_review(study, tmp_path / "labels.nii.gz")
    assert opened.water_fat is not None
    assert notes[0] in opened.notes
    monkeypatch.setattr(compared, "outline", lambda *_: opened.before)
    (given,) = read_table(tmp_path / "table.csv")
    (first, *_) = compare_image(evaluation_bundle(), given.read(), False)
    assert first.outlines[0].notes == notes
    assert isinstance(first.outlines[0].fat_found_pct, float)
