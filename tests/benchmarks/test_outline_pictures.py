"""What is drawn before and after, with bundles whose answers are known by counting."""

import csv
import io
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from benchmarks import outline_pictures
from benchmarks.dice_per_slice import (
    Reading,
    Slice,
    dice_plot,
    reading_in,
    summary,
    worst_first,
)
from benchmarks.outline_pictures import chosen, main
from multifidus.domain.errors import InputError, UsageError
from multifidus.domain.volume import LabelMap
from multifidus.files.paths import ROOT
from multifidus.files.results.evaluation import OUTLINES
from multifidus.study import compared
from tests.helpers.labelled_tables import write_case, write_table
from tests.helpers.phantoms import RIGHT_ES, RIGHT_MF, axial_geometry, box_labels, water_and_fat

GEOMETRY = axial_geometry(shape=(40, 30, 1))
BOXES = box_labels(GEOMETRY)
IMAGE = water_and_fat(BOXES, {RIGHT_MF: 0.2, RIGHT_ES: 0.1})[0]


def moved(voxels_to_the_front: int) -> LabelMap:
    """The readers' boxes moved; the right multifidus is 10 voxels deep, as is the left one."""
    return LabelMap(np.roll(BOXES.voxels, voxels_to_the_front, axis=1), GEOMETRY)


@pytest.fixture
def two_bundles(monkeypatch):
    """Of the people s1, s2, s3 `old` moves the outlines by 1, 2, 3 voxels, `new` by 0, 2, 1."""
    answers = {"old": [1, 2, 3], "new": [0, 2, 1]}
    asked = []

    def outline(bundle, images, mirrored_twin):
        asked.append(bundle.name)
        return moved(answers[bundle.name][asked.count(bundle.name) - 1])

    def open_bundle(folder, weights):
        return SimpleNamespace(
            name=str(folder), version="1", class_count=5, area_limits=(), roi_definition="fascial"
        )

    monkeypatch.setattr(outline_pictures, "open_bundle", open_bundle)
    monkeypatch.setattr(outline_pictures, "bundle_folder", Path)
    monkeypatch.setattr(compared, "outline", outline)


@pytest.fixture
def table(tmp_path) -> Path:
    rows = [write_case(tmp_path, person, (IMAGE,), BOXES) for person in ("s1", "s2", "s3")]
    return write_table(tmp_path / "table.csv", rows)


def numbers(path: Path) -> list[tuple[str, float, float]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [(row["subject"], float(row["dice_before"]), float(row["dice_after"])) for row in rows]


def test_slices_are_written_the_worst_after_first(two_bundles, table, tmp_path, capsys):
    out = tmp_path / "out"
    words = ["--before", "old", "--after", "new", "--table", str(table), "--out", str(out)]
    main([*words, "--worst", "1", "--slices", "2"])
    # Boxes 10 deep that are moved by n share 10 - n with themselves: a Dice of (10 - n) / 10.
    assert numbers(out / "dice_per_slice.csv") == [
        ("s2", 0.8, 0.8),
        ("s3", 0.7, 0.9),
        ("s1", 0.9, 1.0),
    ]
    told = capsys.readouterr().out
    assert "old 1: mean 0.800, median 0.800, 0 of 3 under 0.6" in told
    assert "better after: 2 of 3 slices" in told
    pictures = sorted(path.name for path in out.glob("*.png"))
    assert pictures == ["dice_per_slice.png", "sheet_1.png", "slice_01.png", "slice_02.png"]


def test_a_picture_has_both_outlines_in_both_readings(two_bundles, table, tmp_path):
    out = tmp_path / "out"
    main(["--before", "old", "--after", "new", "--table", str(table), "--out", str(out)])
    whole = np.array(Image.open(out / "slice_01.png").convert("RGB")).astype(int)
    for half in np.array_split(whole, 2, axis=1):
        red, green, blue = (half[..., channel] for channel in range(3))
        assert ((red > 220) & (green > 180) & (blue < 120)).any(), "yellow, the reader's"
        assert ((red < 120) & (green > 160) & (blue > 220)).any(), "blue, the found"


def test_tables_of_an_evaluation_give_numbers_and_no_picture(tmp_path):
    for name, dices in (("old", (0.6, 0.8, 0.2)), ("new", (0.7, 0.9, 0.1))):
        (tmp_path / name).mkdir()
        right, left, other = dices
        rows = [
            ("s1", "multifidus", "right", right),
            ("s1", "multifidus", "left", left),
            ("s1", "erector_spinae", "left", other),
        ]
        with (tmp_path / name / "evaluation.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, OUTLINES.names, restval="")
            writer.writeheader()
            for subject, muscle, side, dice in rows:
                row = {"subject": subject, "image": "a.png", "slice_index": 0, "muscle": muscle}
                writer.writerow({**row, "side": side, "dice": dice})
    given = [str(tmp_path / name / "evaluation.csv") for name in ("old", "new")]
    main(["--before", given[0], "--after", given[1], "--out", str(tmp_path / "out")])
    assert numbers(tmp_path / "out" / "dice_per_slice.csv") == [("s1", 0.7, 0.8)]
    assert [path.name for path in (tmp_path / "out").glob("*.png")] == ["dice_per_slice.png"]
    assert reading_in(Path(given[0])).name == "old"


def reading(name: str, *dices: float) -> Reading:
    return Reading(name, {Slice(f"s{i}", "a.png", 0): dice for i, dice in enumerate(dices)}, {})


def test_readings_of_other_slices_are_not_compared():
    with pytest.raises(InputError, match=r"1 slices are in one reading alone, such as .* of s2"):
        worst_first(reading("old", 0.5, 0.6), reading("new", 0.5, 0.6, 0.7))


def test_the_worst_are_shown_first_and_nothing_twice():
    order = [Slice(f"s{i}", "a.png", 0) for i in range(12)]
    shown = chosen(order, worst=3, slices=8)
    assert shown[:3] == order[:3]
    assert len(set(shown)) == len(shown) == 8
    assert chosen(order, worst=3, slices=40) == order
    assert chosen(order, worst=20, slices=20) == order


def test_the_plot_names_nobody_and_is_the_same_each_time():
    readings = reading("old", 0.5, 0.6), reading("new", 0.8, 0.59)
    plot = dice_plot(*readings, worst=1)
    assert Image.open(io.BytesIO(plot)).size == (792, 418)
    renamed = [
        Reading(one.name, {Slice(f"x{k.subject}", "b", 1): d for k, d in one.dice.items()}, {})
        for one in readings
    ]
    assert dice_plot(*renamed, worst=1) == plot
    assert summary(*readings).splitlines()[1] == "new: mean 0.695, median 0.695, 1 of 2 under 0.6"


def test_pictures_of_people_do_not_go_into_the_project(table):
    inside = ROOT / "docs" / "images"
    words = ["--before", "old", "--after", "new", "--table", str(table), "--out", str(inside)]
    with pytest.raises(UsageError, match="choose a folder outside"):
        main(words)
