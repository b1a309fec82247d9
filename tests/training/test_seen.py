"""People to leave out who are in the training data under another name."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from skimage.io import imsave

from multifidus.domain.errors import InputError, UsageError
from multifidus.files.labelled_images import read_table
from multifidus.files.paths import MODELS
from multifidus.files.training_images import SEEN_FILE, read_seen
from multifidus.segmentation.fingerprint import SeenSlices
from multifidus.study.compared import recognised as recognised_image
from multifidus.training.cases import OPEN_SLICE_PIXEL_MM, LabelledSlice, open_slices, site_slices
from multifidus.training.seen import require_unseen, starting_weights
from tests.helpers.labelled_tables import write_table
from tests.helpers.toy import toy_slice

pytestmark = pytest.mark.slow

NUMBERING = """name: display order
source: the data's own README
values: {1: right erector spinae, 2: right multifidus, 3: left multifidus, 4: left erector spinae}
"""


def test_a_person_left_out_who_is_there_under_another_name_is_refused():
    one, other = toy_slice("s1"), toy_slice("s2")
    other = replace(other, channels=np.random.default_rng(0).normal(size=(1, 60, 60)))
    require_unseen([one], [other], "table.csv")
    twin = replace(one, subject="s9", channels=one.channels[:, ::-1] * 3)
    with pytest.raises(InputError, match=r"table\.csv: s1 is to be left out.*as s9"):
        require_unseen([one], [other, twin], "table.csv")


def test_weights_that_do_not_list_their_images_start_no_fold(tmp_path):
    start = tmp_path / "old"
    (start / "configs").mkdir(parents=True)
    metadata = (MODELS / "mf_es_t1_t2" / "configs" / "metadata.json").read_bytes()
    (start / "configs" / "metadata.json").write_bytes(metadata)
    assert starting_weights(start, [], [])[0] == "model.pt"
    with pytest.raises(UsageError, match=SEEN_FILE.name):
        starting_weights(start, ["s1"], [toy_slice("s1")])


@pytest.fixture
def renamed(shared_data: Path, tmp_path) -> Path:
    """The table of a site that brings the open slice T2_00000 as its own s1, saved anew."""
    (tmp_path / "display.yml").write_text(NUMBERING, encoding="utf-8")
    folder = shared_data / "mri_l4l5_open"
    labels = str(folder / "T2_00000_label.png")
    (case,) = (one for one in open_slices(folder) if one.subject == "T2_00000")
    window = np.clip(case.channels[0], *np.percentile(case.channels[0], (2, 98)))
    shown = (255 * (window - window.min()) / np.ptp(window)).astype(np.uint8)
    imsave(tmp_path / "windowed.png", shown.T[::-1, ::-1], check_contrast=False)
    images = {"s1": str(folder / "T2_00000_320.png"), "s3": str(tmp_path / "windowed.png")}
    rows = [
        {"subject": person, "image": image, "labels": labels, "numbering": "display.yml"}
        | {"contrast": "T2", "level": "L4/5", "pixel_mm": str(OPEN_SLICE_PIXEL_MM)}
        for person, image in images.items()
    ]
    return write_table(tmp_path / "table.csv", rows)


def own(table: Path, person: str) -> list[LabelledSlice]:
    return [case for case in site_slices(table) if case.subject == person]


@pytest.mark.parametrize("person", ["s1", "s3"])
def test_a_training_image_under_a_site_s_name_starts_from_weights_that_have_not_seen_it(
    renamed, person
):
    start = MODELS / "mf_es_t1_t2"
    _, people = starting_weights(start, [person], own(renamed, person))
    assert not {"T2_00000", "sudirman-0386"} & set(people)  # the patient's two names
    with pytest.raises(UsageError, match=r"has seen a slice that is .* T2_00000"):
        starting_weights(MODELS / "mf_es_dixon", [person], own(renamed, person))


def test_an_evaluation_knows_it_by_image_and_by_outlines(renamed):
    seen = SeenSlices(read_seen(MODELS / "mf_es_dixon", "model.pt"))
    unseeing, _ = starting_weights(MODELS / "mf_es_t1_t2", ["s1"], own(renamed, "s1"))
    fold = SeenSlices(read_seen(MODELS / "mf_es_t1_t2", unseeing))
    for row in read_table(renamed):
        image = row.read()
        assert recognised_image(image, seen).person == "T2_00000"
        assert recognised_image(image, fold) is None
