"""The list of training images that lies in a bundle."""

import csv
import json
import re
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

from multifidus.domain.errors import InputError
from multifidus.domain.seen import Seen, SeenKind
from multifidus.files.paths import INFERENCE, MODELS
from multifidus.files.training_images import SEEN_FILE, read_all_seen, read_seen, write_all_seen
from multifidus.segmentation.fingerprint import SeenSlices

ONE = Seen("a", SeenKind.IMAGE, "0" * 32, "f" * 64)
TWO = Seen("b, c", SeenKind.OUTLINES, "1" * 32)
BUNDLES = sorted(path.parents[1] for path in MODELS.glob(f"*/{INFERENCE}"))


def test_what_is_written_is_read_back_by_weights(tmp_path):
    write_all_seen({"model.pt": [TWO, ONE, ONE], "fold.pt": [TWO]}, tmp_path)
    assert read_all_seen(tmp_path) == {"model.pt": [ONE, TWO], "fold.pt": [TWO]}
    assert read_seen(tmp_path, "fold.pt") == [TWO]


def test_weights_that_are_not_listed_do_not_count_as_weights_that_saw_nothing(tmp_path):
    assert read_seen(tmp_path, "model.pt") is None
    write_all_seen({"fold.pt": [TWO]}, tmp_path)
    assert read_seen(tmp_path, "model.pt") is None


@pytest.mark.parametrize(
    "text", ["person,kind\na,image\n", "person,kind,pixels,look,weights\na,x,0,,m\n"]
)
def test_a_spoilt_list_is_refused(tmp_path, text):
    (tmp_path / SEEN_FILE).parent.mkdir()
    (tmp_path / SEEN_FILE).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"no.* list of training images"):
        read_seen(tmp_path, "m")


@pytest.mark.parametrize("bundle", BUNDLES, ids=lambda path: path.name)
def test_every_shipped_bundle_lists_the_images_of_everyone_that_it_was_trained_on(bundle):
    metadata = json.loads((bundle / "configs" / "metadata.json").read_text("utf-8"))
    listed = read_all_seen(bundle)
    assert listed is not None
    assert listed.keys() == metadata["weights_trained_on"].keys()
    for name, people in metadata["weights_trained_on"].items():
        images = {one.person for one in listed[name] if one.kind is SeenKind.IMAGE}
        assert images == set(people), name


@pytest.mark.parametrize("bundle", BUNDLES, ids=lambda path: path.name)
def test_every_shipped_list_is_whole_in_form(bundle):
    metadata = json.loads((bundle / "configs" / "metadata.json").read_text("utf-8"))
    taught = {name for name in metadata["weights_sha256"] if name.endswith(".pt")}
    with (bundle / SEEN_FILE).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        assert row["person"] == row["person"].strip() != "", row
        assert re.fullmatch(r"[0-9a-f]{32}", row["pixels"]), row
        looks = {SeenKind.IMAGE: r"[0-9a-f]{64}", SeenKind.OUTLINES: ""}
        assert re.fullmatch(looks[SeenKind(row["kind"])], row["look"]), row
        assert set(row["weights"].split(" ")) <= taught, row
    assert {name for row in rows for name in row["weights"].split(" ")} == taught
    told = [(row["person"], row["kind"], row["pixels"], row["look"]) for row in rows]
    assert len(set(told)) == len(told)


def under_another_name(path: Path, axis: int) -> np.ndarray:
    """The middle slice of an image as somebody else would bring it: mirrored, window cut off."""
    volume = np.asarray(nib.as_closest_canonical(nib.load(path)).get_fdata())
    plane = np.take(volume, volume.shape[axis] // 2, axis)[::-1]
    return np.clip(plane, *np.percentile(plane, (2, 98)))


def real_slices(data: Path, bundle: str) -> dict[str, np.ndarray]:
    """By person, a slice of people of whom some taught the bundle and some did not."""
    if bundle == "vertebrae_sagittal":
        folders = {name: data / "sagittal_levels" / name for name in ("t2", "water")}
        return {
            f"{name}-{path.name.split('_')[0]}": under_another_name(path, 0)
            for name, folder in folders.items()
            for path in sorted(folder.glob("*_image.nii.gz"))[:12]
        }
    return {
        path.name.split("_")[0]: under_another_name(path, 2)
        for path in sorted((data / "mri_dixon").glob("*_water.nii.gz"))
    }


@pytest.mark.slow
@pytest.mark.parametrize("bundle", BUNDLES, ids=lambda path: path.name)
def test_exactly_those_are_known_again_under_another_name_who_taught_the_weights(
    shared_data, bundle
):
    metadata = json.loads((bundle / "configs" / "metadata.json").read_text("utf-8"))
    slices = real_slices(shared_data, bundle.name)
    for weights, seen in read_all_seen(bundle).items():
        taught = set(metadata["weights_trained_on"][weights])
        known = SeenSlices(seen)
        told = {person: known.image(plane) for person, plane in slices.items()}
        assert {person for person, answer in told.items() if answer} == taught & set(slices)
        assert all(answer.person == person for person, answer in told.items() if answer)
