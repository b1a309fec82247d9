"""What an evaluation makes of a reader's labels and a bundle's answer, both known by counting."""

import csv
from types import SimpleNamespace

import numpy as np
import pytest

from multifidus.domain.anatomy import LABEL_OF, Muscle, Side, Structure
from multifidus.domain.answers import NotAssessable
from multifidus.domain.errors import InputError
from multifidus.domain.volume import LabelMap, Volume
from multifidus.files.labelled_images import COLUMNS
from multifidus.files.paths import ROOT
from multifidus.files.results.evaluation import (
    OUTLINES,
    SUMMARY,
    read_failed,
    read_trained_on,
)
from multifidus.files.training_images import write_all_seen
from multifidus.segmentation.fingerprint import image_seen
from multifidus.study import compared
from multifidus.tasks import evaluate as evaluation
from multifidus.tasks.evaluate import evaluate, pictures_of, save
from tests.helpers.labelled_tables import write_case, write_table
from tests.helpers.phantoms import (
    LEFT_ES,
    LEFT_MF,
    RIGHT_ES,
    RIGHT_MF,
    axial_geometry,
    box_labels,
    water_and_fat,
)

pytestmark = pytest.mark.slow

FAT = {RIGHT_MF: 0.2, LEFT_MF: 0.3, RIGHT_ES: 0.1, LEFT_ES: 0.1}
GEOMETRY = axial_geometry(spacing_mm=(0.5, 0.5, 4))
BOXES = box_labels(GEOMETRY)
IMAGES = water_and_fat(BOXES, FAT)


def changed(**changes) -> LabelMap:
    """The boxes with changes: name of a structure to (slices, what to do with its voxels)."""
    voxels = BOXES.voxels.copy()
    for name, box in changes.items():
        value = LABEL_OF[{"right_mf": RIGHT_MF, "left_mf": LEFT_MF}[name]]
        voxels[voxels == value] = 0
        if box is not None:
            voxels[box] = value
    return LabelMap(voxels, GEOMETRY)


@pytest.fixture
def answers(monkeypatch):
    """A bundle that gives the label maps named here, by subject in the order of the table."""
    labels: list[LabelMap | Exception] = []
    asked: list[int] = []

    def outline(bundle, images, mirrored_twin):
        asked.append(len(images))
        answer = labels[len(asked) - 1]
        if isinstance(answer, Exception):
            raise answer
        return answer

    stub = SimpleNamespace(
        name="stub",
        version="1",
        weights="w",
        weights_sha256="0",
        class_count=5,
        roi_definition="fascial",
        area_limits=(),
        asked=asked,
    )
    monkeypatch.setattr(evaluation, "open_bundle", lambda folder, weights: stub)
    monkeypatch.setattr(evaluation, "bundle_folder", lambda name: name)
    monkeypatch.setattr(compared, "outline", outline)
    return SimpleNamespace(labels=labels, asked=asked)


def table_of(tmp_path, *cases):
    rows = [write_case(tmp_path, *case[:3], **(case[3] if case[3:] else {})) for case in cases]
    return write_table(tmp_path / "table.csv", rows)


def the(outlines, structure: Structure, z: int = 2):
    """The outline of that structure on that slice."""
    found = [o for o in outlines if (o.muscle, o.side, o.slice_index) == (*structure, z)]
    assert len(found) == 1
    return found[0]


def test_identical_labels_agree_in_everything(tmp_path, answers):
    answers.labels.append(BOXES)
    found = evaluate("b", "w", table_of(tmp_path, ("a", IMAGES, BOXES)))
    assert found.failed == ()
    assert len(found.outlines) == 5 * 4
    for outline in found.outlines:
        assert (
            outline.dice,
            outline.hd95_mm,
            outline.area_bias_pct,
            outline.fat_difference_points,
        ) == (1, 0, 0, 0)
    assert {summary.area.bias for summary in found.summaries} == {0}
    assert {summary.fat.sd for summary in found.summaries} == {0}


def test_half_an_outline_has_half_the_area(tmp_path, answers):
    answers.labels.append(changed(right_mf=np.s_[21:26, 5:15]))
    found = evaluate("b", "w", table_of(tmp_path, ("a", IMAGES, BOXES)))
    one = the(found.outlines, RIGHT_MF)
    assert one.dice == pytest.approx(2 * 50 / 150)
    assert (one.area_found_mm2, one.area_reader_mm2) == (12.5, 25)  # pixels of 0.25 mm2
    assert one.area_bias_pct == -50
    assert one.hd95_mm == pytest.approx(2.5)  # the far side lies 5 pixels of 0.5 mm away
    assert one.fat_found_pct == pytest.approx(20)


def test_fat_is_told_by_the_ratio_of_sums_inside_each_outline(tmp_path, answers):
    # Ten columns of muscle with 20 % and ten of surroundings with 50 % of equal signal: 35 %.
    answers.labels.append(changed(right_mf=np.s_[21:31, 5:25]))
    found = evaluate("b", "w", table_of(tmp_path, ("a", IMAGES, BOXES)))
    one = the(found.outlines, RIGHT_MF)
    assert one.fat_found_pct == pytest.approx(35)
    assert one.fat_difference_points == pytest.approx(15)


def test_an_outline_that_was_not_found_is_dice_0_without_a_distance(tmp_path, answers):
    answers.labels.append(changed(right_mf=None))
    found = evaluate("b", "w", table_of(tmp_path, ("a", IMAGES, BOXES)))
    one = the(found.outlines, RIGHT_MF)
    assert (one.dice, one.area_found_mm2, one.area_bias_pct) == (0, 0, -100)
    assert isinstance(one.hd95_mm, NotAssessable)
    assert one.fat_found_pct == NotAssessable("fat", "the bundle outlined none")


def test_only_slices_and_muscles_that_the_reader_outlined_count(tmp_path, answers):
    read = np.zeros(GEOMETRY.shape, np.uint8)
    read[..., 1] = BOXES.voxels[..., 1]
    read[np.isin(read, [LABEL_OF[RIGHT_ES], LABEL_OF[LEFT_ES]])] = 0
    read[33:38, 20:25, 1] = LABEL_OF[Structure(Muscle.PSOAS, Side.RIGHT)]
    read[3:8, 20:25, 1] = LABEL_OF[Structure(Muscle.PSOAS, Side.LEFT)]
    answers.labels.append(BOXES)
    found = evaluate("b", "w", table_of(tmp_path, ("a", IMAGES, LabelMap(read, GEOMETRY))))
    assert [(o.slice_index, o.muscle, o.side) for o in found.outlines] == [
        (1, *RIGHT_MF),
        (1, *LEFT_MF),
    ]


def test_water_and_fat_are_outlined_with_their_fraction_as_in_a_study(tmp_path, answers):
    answers.labels += [BOXES, BOXES]
    table = table_of(tmp_path, ("a", IMAGES, BOXES), ("b", IMAGES[:1], BOXES, {"contrast": "T2"}))
    found = evaluate("b", "w", table)
    assert answers.asked == [3, 1]
    alone = [outline for outline in found.outlines if outline.subject == "b"]
    reason = NotAssessable("fat", "the image is no pair of water and fat")
    assert {one.fat_found_pct for one in alone} == {reason}


def test_images_that_fail_are_told_and_the_others_evaluated(tmp_path, answers):
    exchanged = BOXES.voxels.copy()
    exchanged[BOXES.voxels == 1], exchanged[BOXES.voxels == 2] = 2, 1
    answers.labels += [InputError("no multifidus was found"), RuntimeError("out of\nmemory"), BOXES]
    table = table_of(
        tmp_path,
        ("a", IMAGES, LabelMap(exchanged, GEOMETRY)),
        ("b", IMAGES, BOXES),
        ("c", IMAGES, BOXES),
        ("d", IMAGES, LabelMap(np.where(BOXES.voxels == 1, 9, BOXES.voxels), GEOMETRY)),
        ("e", IMAGES, BOXES),
    )
    found = evaluate("b", "w", table)
    assert {outline.subject for outline in found.outlines} == {"e"}
    reasons = {one.subject: one.reason for one in found.failed}
    assert list(reasons) == ["a", "b", "c", "d"]
    assert "to the left of left ones on 5 of 5 labelled slices" in reasons["a"]
    assert reasons["b"] == "no multifidus was found"
    assert reasons["c"] == "RuntimeError: out of memory"
    assert "label values 9 are not in the numbering" in reasons["d"]
    save(found, [], tmp_path / "out")
    assert read_failed(tmp_path / "out" / "failed.csv") == list(found.failed)


def test_the_worst_slices_come_first_and_are_few(tmp_path, answers):
    answers.labels += [changed(right_mf=np.s_[21:31, 5:13]), changed(left_mf=None)]
    found = evaluate("b", "w", table_of(tmp_path, ("a", IMAGES, BOXES), ("b", IMAGES, BOXES)))
    assert [one.worst.subject for one in found.worst] == ["b"] * 5 + ["a"]
    assert {(one.worst.muscle, one.worst.side) for one in found.worst[:5]} == {LEFT_MF}


def test_equal_inputs_give_equal_bytes_and_units_stand_in_the_columns(tmp_path, answers):
    answers.labels += [changed(right_mf=np.s_[21:26, 5:15])] * 2
    table = table_of(tmp_path, ("a$b", IMAGES, BOXES, {"contrast": "wa$ter", "level": "L4/5"}))
    for name in ("one", "two"):
        found = evaluate("b", "w", table)
        save(found, pictures_of(found), tmp_path / name)
    written = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.*"))
    assert [str(path) for path in written] == [
        "evaluation.csv",
        "failed.csv",
        "figures/bland_altman_area_01.png",
        "figures/bland_altman_fat_01.png",
        *(f"figures/worst_{rank:02d}.png" for rank in range(1, 6)),
        "summary.csv",
    ]
    for path in written:
        assert (tmp_path / "one" / path).read_bytes() == (tmp_path / "two" / path).read_bytes()
    with (tmp_path / "one" / "evaluation.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(OUTLINES.names)
    assert float(rows[0]["area_bias_pct"]) == -50
    with (tmp_path / "one" / "summary.csv").open(encoding="utf-8") as file:
        groups = list(csv.DictReader(file))
    assert list(groups[0]) == list(SUMMARY.names)
    assert groups[0]["level"] == "L4/5"
    assert float(groups[0]["area_bias_mm2"]) == -12.5
    assert float(groups[1]["area_sd_mm2"]) == 0


def test_labels_without_a_muscle_of_the_bundle_fail_with_that_reason(tmp_path, answers):
    psoas = np.zeros(GEOMETRY.shape, np.uint8)
    psoas[30:35, 10:20], psoas[5:10, 10:20] = 5, 6
    found = evaluate("b", "w", table_of(tmp_path, ("a", IMAGES, LabelMap(psoas, GEOMETRY))))
    assert [one.reason for one in found.failed] == [
        "the reader outlined no muscle that stub outlines"
    ]
    assert found.summaries == []
    assert pictures_of(found) == []


def test_people_whom_the_weights_were_trained_on_are_marked_and_in_no_figure(
    tmp_path, answers, monkeypatch
):
    other = tuple(
        Volume(np.random.default_rng(i).random(GEOMETRY.shape), GEOMETRY) for i in range(2)
    )
    again = (Volume(other[1].voxels, GEOMETRY),)
    bundle = tmp_path / "bundle"
    write_all_seen({"model.pt": [image_seen("T1_00000", IMAGES[1].voxels[..., 3])]}, bundle)
    monkeypatch.setattr(evaluation, "bundle_folder", lambda name: bundle)
    answers.labels += [changed(left_mf=None), BOXES, BOXES]
    rows = [
        write_case(tmp_path, "s1", IMAGES, BOXES),
        write_case(tmp_path, "s2", other, BOXES),
        write_case(tmp_path, "s1_again", again, BOXES) | {"subject": "s1"},
    ]
    found = evaluate("b", "model.pt", write_table(tmp_path / "table.csv", rows))
    marked = {(outline.subject, outline.image): outline.trained_on for outline in found.outlines}
    how = "the same pixels as T1_00000 of the training data"
    assert marked == {
        ("s1", "s1_image.nii.gz"): how,
        ("s2", "s2_image.nii.gz"): "",
        ("s1", "s1_again_image.nii.gz"): how,
    }
    assert {summary.subjects for summary in found.summaries} == {1}
    assert {summary.dice_mean for summary in found.summaries} == {1}
    assert {one.worst.subject for one in found.worst} == {"s2"}
    assert found.trained_on_note.endswith(f"in no figure: s1 ({how}).")
    save(found, pictures_of(found), tmp_path / "out")
    assert read_trained_on(tmp_path / "out" / "evaluation.csv") == {"s1": how}


def test_a_bundle_without_a_list_says_so(tmp_path, answers):
    answers.labels.append(BOXES)
    found = evaluate("b", "w", table_of(tmp_path, ("a", IMAGES, BOXES)))
    assert "does not list the images" in found.trained_on_note


def test_the_manual_names_every_column_of_the_table_and_of_the_answer():
    manual = (ROOT / "docs" / "researcher.md").read_text(encoding="utf-8")
    for name in (*COLUMNS, *OUTLINES.names):
        assert f"`{name}`" in manual, name
