"""A download in the layout of its source, generated: found, paired, written, refused."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from multifidus.domain.errors import InputError, UsageError
from multifidus.files.paths import PARAMS
from multifidus.tasks import train as task
from multifidus.training import own_pairs
from multifidus.training.download import images_below, label_maps_below
from multifidus.training.gathering import labelled_slices
from multifidus.training.settings import read_training_settings
from tests.helpers.toy import toy_slice

OF_SOURCE = np.array([0, 100, 150, 50, 200], np.uint8)
"""The project's label values to those of the source."""

PATIENTS = ("0011", "0012", "0013")
SETTINGS = read_training_settings(PARAMS / "training" / "sudirman.yml")


def drawn_on(patient: str) -> np.ndarray:
    """(X, Y) labels of a patient; each lies elsewhere."""
    return np.roll(toy_slice(pixels=96).labels, 9 * (int(patient) - 11), axis=1)


def as_png(rows: np.ndarray) -> bytes:
    content = io.BytesIO()
    Image.fromarray(rows).save(content, format="png")
    return content.getvalue()


@pytest.fixture
def download(tmp_path) -> Path:
    folder = tmp_path / "download"
    images = folder / "04_Intermediary_Ground_Truth_Data" / "T1_Output"
    images.mkdir(parents=True)
    for patient in PATIENTS:
        for level in ("D3", "D4", "D5"):
            rows = np.full((96, 96), int(patient), np.uint8)
            (images / f"T1_{patient}_{level}.png").write_bytes(as_png(rows))
    (folder / "MRI515_T1").mkdir()
    with zipfile.ZipFile(folder / "MRI515_T1" / "label_in_png_L4L5_renamed.zip", "w") as archive:
        for number, patient in enumerate(reversed(PATIENTS)):
            rows = OF_SOURCE[drawn_on(patient)].T[::-1, ::-1]
            archive.writestr(f"label_in_png_L4L5_renamed/{number:05}.png", as_png(rows))
    return folder


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """The recipe's settings; the network's outlines are the readers' but for a row of pixels."""

    def outlines(images, bundle, tell):
        return {patient: np.roll(drawn_on(patient), 1, axis=1) for patient in images}

    monkeypatch.setattr(own_pairs, "outlines_of", outlines)
    return replace(SETTINGS, runs=tmp_path / "runs")


def test_images_and_label_maps_are_found_wherever_they_lie(download):
    images = images_below(download)
    assert list(images) == list(PATIENTS)
    assert all(path.name == f"T1_{patient}_D4.png" for patient, path in images.items())
    maps = label_maps_below(download)
    assert list(maps) == ["00000", "00001", "00002"]
    assert np.array_equal(maps["00002"], drawn_on("0011"))


def test_unpacked_label_maps_are_read_too_and_those_of_t2_are_not(download):
    packed = download / "MRI515_T1" / "label_in_png_L4L5_renamed.zip"
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(packed.parent)
        archive.extractall(download / "MRI515_T2")
    packed.unlink()
    maps = label_maps_below(download)
    assert list(maps) == ["00000", "00001", "00002"]


def test_a_download_becomes_pairs_with_their_certainty_and_is_taken_up_again(download, settings):
    told: list[str] = []
    paired = task.on_own_data(settings, download, told.append)
    assert "3 T1 slices at L4/5 and 3 label maps" in told[0]
    assert "3 pairs are sure; left out: 0 where" in told[1]
    cases = labelled_slices(replace(paired, weights={"model.pt": ()}))["pairs"]
    assert [case.subject for case in cases] == [f"sudirman-{patient}" for patient in PATIENTS]
    for case, patient in zip(cases, PATIENTS, strict=True):
        assert np.array_equal(case.labels, drawn_on(patient))
        assert (case.channels == int(patient)).all()
        assert case.pixel_mm == (0.6875, 0.6875)
    told.clear()
    assert task.on_own_data(settings, download, told.append) == paired
    assert "pairs of an earlier call" in told[0]
    as_it_is = task.on_own_data(settings, paired.data, told.append)
    assert as_it_is.data == paired.data  # pairs.csv is there: nothing is paired


def test_pairs_of_another_folder_are_not_taken_up(download, settings, tmp_path):
    paired = task.on_own_data(settings, download, print)
    other = tmp_path / "other"
    other.mkdir()
    with pytest.raises(UsageError, match=r"pairs of .*download, not of .*other; delete .*pairs to"):
        task.on_own_data(settings, other, print)
    (paired.data / "source.txt").unlink()
    with pytest.raises(UsageError, match=r"pairs of an unknown folder, not of .*download; delete"):
        task.on_own_data(settings, download, print)


def test_unsure_pairs_are_left_out_and_listed(download, settings, monkeypatch):
    monkeypatch.setattr(
        own_pairs,
        "outlines_of",
        lambda images, bundle, tell: {p: drawn_on("0011" if p == "0012" else p) for p in images},
    )
    told: list[str] = []
    paired = task.on_own_data(settings, download, told.append)
    assert "1 pairs are sure" in told[1]
    assert (paired.data / "pairs.csv").read_text().count("\n") == 2
    assert (paired.data / "unsure.csv").read_text().count("\n") == 3


def test_what_is_missing_is_named(tmp_path, download, settings):
    with pytest.raises(UsageError, match="nowhere: no such folder"):
        task.on_own_data(settings, tmp_path / "nowhere", print)
    with pytest.raises(InputError, match=r"no T1_Output/T1_PPPP_D4\.png below it, of doi.*unpack"):
        task.on_own_data(settings, download / "MRI515_T1", print)
    with pytest.raises(InputError, match="no T1 label maps below it; put notebooks"):
        task.on_own_data(settings, download / "04_Intermediary_Ground_Truth_Data", print)
    assert not (settings.runs / "pairs").exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"junk", "not a readable picture"),
        (as_png(np.full((96, 96, 3), 7, np.uint8)), "a picture in colours, no label map"),
        (as_png(np.full((96, 96), 7, np.uint8)), "no label map, which has the values"),
    ],
)
def test_a_file_among_the_label_maps_that_is_none_is_named(download, content, words):
    packed = download / "MRI515_T1" / "label_in_png_L4L5_renamed.zip"
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("__MACOSX/._00000.png", b"litter")
        archive.writestr("label_in_png_L4L5_renamed/00099.png", content)
    with pytest.raises(InputError, match=rf"zip: .*/00099\.png: {words}.*; take it away, or get"):
        label_maps_below(download)


def test_a_damaged_archive_of_label_maps_is_named(download):
    packed = download / "MRI515_T1" / "label_in_png_L4L5_renamed.zip"
    packed.write_bytes(packed.read_bytes()[:100])
    with pytest.raises(InputError, match=r"renamed\.zip: not a readable archive; take it away"):
        label_maps_below(download)


def test_images_none_of_which_can_be_read_are_one_line(download, settings, monkeypatch):
    monkeypatch.setattr(own_pairs, "outlines_of", lambda images, *_: {})
    with pytest.raises(InputError, match=r"no readable T1 image below .*download"):
        task.on_own_data(settings, download, print)


def test_a_patient_with_two_different_slices_is_refused(download):
    for name in ("a", "b"):
        (download / name).mkdir()
        rows = np.full((96, 96), ord(name), np.uint8)
        (download / name / "T1_0099_D4.png").write_bytes(as_png(rows))
    with pytest.raises(InputError, match=r"T1_0099_D4\.png differ; keep the one of T1_Output"):
        images_below(download)


def test_images_and_maps_of_different_people_make_no_pairs(download, settings, monkeypatch):
    nothing_alike = np.zeros((96, 96), np.uint8)
    monkeypatch.setattr(
        own_pairs, "outlines_of", lambda images, *_: dict.fromkeys(images, nothing_alike)
    )
    with pytest.raises(InputError, match="no label map surely belongs to an image"):
        task.on_own_data(settings, download, print)
