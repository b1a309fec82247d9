"""Two readings: label maps and tables, with areas and differences known by counting."""

import csv

import numpy as np
import pytest

from multifidus.domain.anatomy import LABEL_OF, Muscle, Side
from multifidus.domain.errors import GeometryError, InputError, UsageError
from multifidus.domain.volume import LabelMap
from multifidus.files.nifti import write_labels
from multifidus.files.results.agreement import PRECISION, read_precision
from multifidus.tasks.agreement import compare_readings, pictures_of, save
from tests.helpers.phantoms import LEFT_MF, RIGHT_MF, axial_geometry, box_labels

BOXES = box_labels(axial_geometry())


def maps(folder, name: str, voxels: np.ndarray) -> None:
    folder.mkdir(exist_ok=True)
    write_labels(LabelMap(voxels, BOXES.geometry), folder / name)


@pytest.fixture
def readings(tmp_path):
    """B's right multifidus of p1 is a row of 10 mm2 smaller; p2 agrees; p3 is read by A alone."""
    smaller = BOXES.voxels.copy()
    smaller[21:31, 5] = 0
    for name in ("p1", "p2", "p3"):
        maps(tmp_path / "a", f"{name}.nii.gz", BOXES.voxels)
    maps(tmp_path / "b", "p1.nii.gz", smaller)
    maps(tmp_path / "b", "p2.nii.gz", BOXES.voxels)
    return tmp_path / "a", tmp_path / "b"


def test_label_maps_of_one_name_are_compared_slice_by_slice(readings):
    found = compare_readings(*readings)
    right = [repeat for repeat in found.repeats if (repeat.muscle, repeat.side) == RIGHT_MF]
    assert {(one.subject, one.first, one.second) for one in right} == {
        ("p1", 100.0, 90.0),
        ("p2", 100.0, 100.0),
    }
    assert len(right) == 2 * 5
    p1 = next(
        overlap
        for overlap in found.overlaps
        if overlap.subject == "p1" and overlap.side is Side.RIGHT
    )
    assert p1.dice == pytest.approx(2 * 90 / (100 + 90))
    assert p1.hd95_mm == 1.0
    assert [(one.subject, one.there) for one in found.unpaired] == [("p3", "A")]


def test_the_precision_is_that_of_the_counted_areas(readings):
    found = compare_readings(*readings)
    mf = next(precision for precision in found.precisions if precision.muscle is Muscle.MULTIFIDUS)
    # 2 people, 5 slices, 2 sides: 20 pairs, of which 5 differ by 10 mm2.
    assert (mf.subjects, mf.pairs) == (2, 20)
    assert mf.agreement.bias == pytest.approx(-10 * 5 / 20)
    assert mf.sem.value == pytest.approx(np.sqrt(5 * 100 / (2 * 20)))
    erector = next(
        precision for precision in found.precisions if precision.muscle is Muscle.ERECTOR_SPINAE
    )
    assert "a copy or a rerun is no repeat" in erector.sem.reason


def test_a_slice_that_only_one_outlined_is_told_and_in_no_figure(readings):
    voxels = BOXES.voxels.copy()
    voxels[..., 4][voxels[..., 4] == LABEL_OF[LEFT_MF]] = 0
    maps(readings[1], "p2.nii.gz", voxels)
    found = compare_readings(*readings)
    assert ("p2", "left multifidus slice 4", "A") in {
        (one.subject, one.where, one.there) for one in found.unpaired
    }
    assert all(repeat.first > 0 and repeat.second > 0 for repeat in found.repeats)


def test_what_is_saved_comes_back_as_the_site_s_precision(readings, tmp_path):
    found = compare_readings(*readings, about="two readers, one day")
    for name in ("one", "two"):
        save(found, pictures_of(found), tmp_path / name)
    written = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.*"))
    for path in written:
        assert (tmp_path / "one" / path).read_bytes() == (tmp_path / "two" / path).read_bytes()
    with (tmp_path / "one" / "precision.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(PRECISION.names)
    known = read_precision(tmp_path / "one" / "precision.csv")
    assert known.about == "two readers, one day"
    mdc = known.mdc95("total_csa_mm2", "", Muscle.MULTIFIDUS, "L4/5")
    assert mdc.value == pytest.approx(1.96 * np.sqrt(2) * np.sqrt(12.5))
    assert mdc.level == ""
    assert known.mdc95("total_csa_mm2", "", Muscle.ERECTOR_SPINAE, "L4/5") is None


def test_label_maps_that_do_not_fit_are_refused_by_name(readings, tmp_path):
    a, b = readings
    exchanged = np.array([0, 2, 1, 4, 3], np.uint8)[BOXES.voxels]
    maps(b, "p2.nii.gz", exchanged)
    with pytest.raises(GeometryError, match=r"b.p2\.nii\.gz: right muscles lie to the left"):
        compare_readings(a, b)
    moved = axial_geometry(spacing_mm=(1, 1, 5))
    write_labels(LabelMap(BOXES.voxels, moved), b / "p2.nii.gz")
    with pytest.raises(GeometryError, match=r"p2\.nii\.gz does not fit"):
        compare_readings(a, b)
    (tmp_path / "c").mkdir()
    with pytest.raises(InputError, match="share no NIfTI file name"):
        compare_readings(a, tmp_path / "c")


HEADER = "subject_id,level,slice_index,muscle,side,method,total_csa_mm2,fat_signal_fraction_pct\n"


def table(path, *rows: str):
    path.write_text(HEADER + "".join(row + "\n" for row in rows), encoding="utf-8")
    return path


def test_tables_are_paired_by_person_level_muscle_side_and_method(tmp_path):
    a = table(
        tmp_path / "a.csv",
        "p,L4/5,7,multifidus,right,sums,500,20",
        "p,L4/5,7,multifidus,right,mean,500,18",
        "q,L4/5,7,multifidus,right,sums,600,30",
    )
    b = table(
        tmp_path / "b.csv",
        "q,L4/5,9,multifidus,right,sums,630,29",
        "p,L4/5,8,multifidus,right,sums,510,22",
    )
    found = compare_readings(a, b)
    assert {(o.subject, o.quantity, o.method, o.first, o.second) for o in found.repeats} == {
        ("p", "total_csa_mm2", "", 500, 510),
        ("p", "fat_signal_fraction_pct", "sums", 20, 22),
        ("q", "total_csa_mm2", "", 600, 630),
        ("q", "fat_signal_fraction_pct", "sums", 30, 29),
    }
    (alone,) = found.unpaired
    assert alone.where == "right multifidus L4/5: fat_signal_fraction_pct by mean"


GOOD = "p,L4/5,7,multifidus,right,sums,500,20"


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("p,L4/5,7,multifidus,right,sums,500,nan", "'nan' is no number"),
        ("p,L4/5,7,multifidus,right,sums,wide,20", "'wide' is no number"),
        ("p,L4/5,7,biceps,right,sums,500,20", "biceps"),
        ("p,L4/5,low,multifidus,right,sums,500,20", "slice_index"),
        (f"{GOOD}\n{GOOD}", "is there twice"),
        (f"{GOOD}\np,L4/5,7,multifidus,right,mean,501,20", "is there twice"),
        ("q,L4/5,7,multifidus,right,sums,500,20", "share no person"),
        ("", "holds no measurement"),
    ],
)
def test_a_table_that_does_not_hold_is_one_line(tmp_path, row, says):
    good = table(tmp_path / "good.csv", GOOD)
    bad = table(tmp_path / "bad.csv", *([row] if row else []))
    with pytest.raises(InputError, match=says):
        compare_readings(good, bad)


def test_wrong_calls_are_told(tmp_path):
    good = table(tmp_path / "good.csv", GOOD)
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(UsageError, match="compared with itself"):
        compare_readings(good, good)
    with pytest.raises(UsageError, match="two folders of label maps or two tables"):
        compare_readings(good, tmp_path)
    with pytest.raises(UsageError, match="no such file"):
        compare_readings(good, tmp_path / "gone.csv")
    with pytest.raises(InputError, match="no table of measurements"):
        compare_readings(good, tmp_path / "other.csv")
    with pytest.raises(InputError, match=r"no precision\.csv of .*: column .about. is missing"):
        read_precision(tmp_path / "other.csv")
