"""Inputs of the golden runs: copies of the sample studies in other formats, and altered readings.

Everything is written with plain libraries, nothing with the program that is under test.
"""

import csv
import shutil
from pathlib import Path

import nibabel as nib
import numpy as np
import SimpleITK
from openpyxl import Workbook

SAMPLES = Path(__file__).resolve().parents[2] / "data_samples"
PERSON = "sample-02"
"""The person of the golden runs: everything is recorded, five levels are seen."""
SLICES_OF = {"person-1": (8, 12), "person-2": (12, 18), "person-3": (18, 24)}
"""Parts of one stack that play people: first slice from the feet, and the one after the last."""
MUSCLEMAP = np.array([0, 5102, 5101, 5112, 5111, 5122, 5121], np.int16)
"""Values of MuscleMap's whole body in the order of this project's; params/labels/."""
EXCHANGED = np.array([0, 2, 1, 4, 3, 6, 5], np.uint8)
"""Right and left the wrong way round."""

SETTINGS = "levels: {levels: [L4/5], slice_of_level: {L4/5: 1}}\n"
STRUCTURE = ("subject_id", "level", "muscle", "side")
"""What one area is of; a row of `measurements.csv` is one method of telling its fat."""

VISIT_COLUMNS = (
    "subject_id,visit,months_since_baseline,visit_date,age_years,sex,nrs,odi_total_pct,"
    "eq5d_5l_state,eq_vas,opioid_tramadol_mg_day,pgic,cgi"
)
VISITS = f"""{VISIT_COLUMNS}
sample-01,baseline,0,2024-01-10,34,female,6,38,21232,60,0,,
sample-01,6 months,6,2024-07-09,34,female,5,30,21222,70,0,minimally_improved,minimally_improved
sample-02,baseline,0,2024-02-01,57,male,8,52,32343,45,100,,
sample-02,6 months,6,2024-08-02,57,male,5,34,22232,60,50,much_improved,much_improved
sample-02,12 months,12,2025-02-03,58,male,3,20,11122,80,0,much_improved,very_much_improved
sample-03,baseline,0,2024-03-05,46,female,7,44,32242,55,20,,
sample-03,12 months,12,2025-03-04,47,female,6,,22232,,20,no_change,no_change
"""
EVENTS = """\
subject_id,kind,event_date,days_from_activation,period_days,hours,what,serious,related_to_device,\
related_to_procedure,reason
sample-02,implantation,2024-02-15,,,,,,,,
sample-02,activation,2024-03-01,,,,,,,,
sample-02,therapy_use,,120,120,60,,,,,
sample-02,adverse_event,,200,,,lead moved,yes,probable,not_related,
sample-03,activation,2024-04-02,,,,,,,,
sample-03,adverse_event,,3,,,wound pain,no,,causal,
sample-03,explant,2025-06-01,,,,,,,,lack_of_benefit
"""


def write_images(folder: Path) -> None:
    """The person's series as NIfTI, and what a site may have beside: a T1, a fat fraction map."""
    folder.mkdir()
    for name in ("axial_dixon_water", "axial_dixon_fat", "axial_t2", "sagittal_t2"):
        slices = sorted(map(str, (SAMPLES / PERSON / name).iterdir()))
        SimpleITK.WriteImage(SimpleITK.ReadImage(slices), folder / f"{name}.nii")
    water, fat = (nib.load(folder / f"axial_dixon_{name}.nii") for name in ("water", "fat"))
    both = [np.asarray(one.dataobj).astype(np.int32) for one in (water, fat)]
    per_mille = 1000 * both[1] // np.maximum(both[0] + both[1], 1)
    _save(per_mille.astype(np.int16), water, folder / "fraction_per_mille.nii")
    _save((both[0] // 2 + both[1]).astype(np.int16), water, folder / "axial_t1.nii")


def write_readings(labels: Path, folder: Path) -> None:
    """Two readers' label maps of three people, and the first one's in other numberings.

    The second reader draws every other slice one row of voxels smaller.
    """
    first = nib.load(labels)
    values = np.asarray(first.dataobj).astype(np.uint8)
    smaller = np.where(values == np.roll(values, 1, axis=0), values, 0)
    smaller[..., ::2] = values[..., ::2]
    for name, voxels in (("reader_a", values), ("reader_b", smaller)):
        (folder / name).mkdir(parents=True)
        image = nib.Nifti1Image(voxels, first.affine)
        for person, (start, stop) in SLICES_OF.items():
            nib.save(image.slicer[..., start:stop], folder / name / f"{person}.nii")
    _save(MUSCLEMAP[values], first, folder / "musclemap.nii")
    _save(EXCHANGED[values], first, folder / "exchanged.nii")


def write_parts(images: Path, folder: Path) -> None:
    """The images of the first of the people whom the readers outlined."""
    folder.mkdir()
    for path in sorted(images.glob("axial_*.nii")):
        nib.save(nib.load(path).slicer[..., slice(*SLICES_OF["person-1"])], folder / path.name)


def write_labelled_table(path: Path) -> None:
    """A table of labelled images for `evaluate`: one person, and right and left exchanged."""
    image, fat = (f"parts/axial_dixon_{name}.nii" for name in ("water", "fat"))
    rows = (
        ("subject", "image", "fat_image", "labels", "contrast"),
        ("person-1", image, fat, "readings/reader_b/person-1.nii", "water"),
        ("swapped", "images/axial_dixon_water.nii", "", "readings/exchanged.nii", "water"),
    )
    path.write_text("".join(f"{','.join(row)}\n" for row in rows), encoding="utf-8")


def write_second_table(measurements: Path, path: Path) -> None:
    """A `measurements.csv` whose areas another reader found: larger by 0 to 3 % in turn."""
    with measurements.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    structures = [tuple(row[name] for name in STRUCTURE) for row in rows]
    numbers = {one: number for number, one in enumerate(dict.fromkeys(structures))}
    for one, row in zip(structures, rows, strict=True):
        row["total_csa_mm2"] = repr(float(row["total_csa_mm2"]) * (1 + numbers[one] % 4 / 100))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def write_small_studies(folder: Path) -> None:
    """Three T2 slices without a sagittal series, an empty study, and settings that name the level.

    The clinical table that lies beside them has a row for neither of these names.
    """
    shutil.copytree(SAMPLES / "sample-03" / "axial_t2", folder / "t2-alone" / "axial_t2")
    (folder / "empty").mkdir()
    shutil.copyfile(SAMPLES / "clinical.csv", folder / "clinical.csv")
    (folder / "site.yml").write_text(SETTINGS, encoding="utf-8")


def write_later_result(results: Path, folder: Path) -> None:
    """A later examination of the person, played by the result of another one."""
    shutil.copytree(results / "sample-01", folder)
    text = (folder / "result.json").read_text(encoding="utf-8")
    text = text.replace('"subject_id": "sample-01"', f'"subject_id": "{PERSON}"')
    (folder / "result.json").write_text(text, encoding="utf-8")


def write_clinical_tables(folder: Path) -> None:
    """The samples' clinical table as CSV and as a workbook, a table with a wrong row, visits."""
    folder.mkdir()
    shutil.copyfile(SAMPLES / "clinical.csv", folder / "clinical.csv")
    text = (SAMPLES / "clinical.csv").read_text(encoding="utf-8")
    rows = list(csv.reader(text.splitlines()))
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(folder / "clinical.xlsx")
    wrong = text.replace(",5,4.6,", ",11,4.6,")
    (folder / "wrong.csv").write_text(wrong, encoding="utf-8")
    (folder / "visits.csv").write_text(VISITS, encoding="utf-8")
    (folder / "events.csv").write_text(EVENTS, encoding="utf-8")


def _save(voxels: np.ndarray, like: nib.Nifti1Image, path: Path) -> None:
    nib.save(nib.Nifti1Image(voxels, like.affine), path)
