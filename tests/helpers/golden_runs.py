"""Every command of the program on the sample studies, each as a user calls it, in lanes.

A lane is a list of steps in one folder, run in one process; lanes know nothing of each other, so
that two of them run side by side.
"""

import shutil
from collections.abc import Callable, Iterable
from contextlib import chdir
from functools import partial
from pathlib import Path

from tests.helpers import golden_inputs as inputs
from tests.helpers.golden_inputs import PERSON
from tests.helpers.golden_steps import call, print_without_software, printed_again, review

Step = Callable[[], object]

COMMANDS = (
    *("samples", "inspect", "segment", "levels", "measure", "analyze", "batch", "evaluate"),
    *("score", "clinical-template", "agreement", "compare", "cohort", "follow-up", "report"),
    *("train", "demo", "notebooks"),
)
IMAGES = "in/images/axial"
LABELS = ("--labels", "out/labels.nii.gz")
PART = ("--labels", "in/readings/reader_a/person-1.nii")
WATER_FAT = ("--water", f"{IMAGES}_dixon_water.nii", "--fat", f"{IMAGES}_dixon_fat.nii")


def studies() -> Iterable[Step]:
    """Lane of whole studies, and of what is made from their results."""
    tables = ("--clinical", "in/tables/visits.csv", "--events", "in/tables/events.csv")
    precision = ("--precision", "out/agreement_of_tables/precision.csv")
    yield partial(call, "demo", "demo", "-o", "out/demo")
    yield partial(inputs.write_clinical_tables, Path("in/tables"))
    yield printed_again
    yield partial(inputs.write_later_result, Path("out/demo"), Path("in/later"))
    first, second = Path("out/demo/measurements.csv"), Path("in/second.csv")
    yield partial(inputs.write_second_table, first, second)
    agreement = ("agreement", str(first), str(second), "-o", "out/agreement_of_tables")
    yield partial(call, "agreement_of_tables", *agreement)
    examinations = (f"out/demo/{PERSON}", "in/later")
    yield partial(call, "compare", "compare", *examinations, *precision, "-o", "out/compare")
    yield partial(call, "cohort_of_batch", "cohort", "out/demo", *tables, "-o", "out/cohort")
    results = [text for examination in examinations for text in ("--results", examination)]
    follow_up = ("follow-up", PERSON, *tables, *results, *precision, "-o", "out/follow_up")
    yield partial(call, "follow_up", *follow_up)
    yield print_without_software


def samples() -> Iterable[Step]:
    """Lane of small studies with settings."""
    yield partial(inputs.write_small_studies, Path("in/studies"))
    site = ("--params", "in/studies/site.yml")
    batch = ("batch", "in/studies", "-o", "out/batch", *site, "--workers", "2")
    yield partial(call, "batch", *batch)
    yield partial(call, "batch_resumed", *batch, "--resume")
    analyze = ("analyze", "in/studies/t2-alone", "--subject", PERSON, *site)
    clinical = ("--clinical", "in/studies/clinical.csv")
    yield partial(call, "analyze", *analyze, *clinical, "-o", "out/analyze")
    yield print_without_software


def files() -> Iterable[Step]:
    """Lane of single images, label maps and tables."""
    yield partial(call, "help", "--help")
    for name in COMMANDS:
        yield partial(call, f"help_{name}", name, "--help")
    yield partial(call, "notebooks", "notebooks", "out/notebooks")
    yield from scored_tables()
    yield partial(shutil.copytree, inputs.SAMPLES / "sample-01", "in/study")
    yield partial(call, "inspect", "inspect", "in/study")
    yield partial(inputs.write_images, Path("in/images"))
    yield partial(call, "inspect_nifti", "inspect", "in/images")
    t2 = str(inputs.SAMPLES / "sample-03" / "axial_t2")
    yield partial(call, "segment", "segment", WATER_FAT[1], "-o", "out/labels.nii.gz")
    yield partial(call, "segment_dicom", "segment", t2, "-o", "out/labels_t2.nii.gz")
    sagittal = "in/images/sagittal_t2.nii"
    yield partial(call, "levels", "levels", sagittal, "-o", "out/levels.nii.gz")
    yield partial(inputs.write_readings, Path("out/labels.nii.gz"), Path("in/readings"))
    yield partial(inputs.write_parts, Path("in/images"), Path("in/parts"))
    yield from measured_images()
    yield review
    readings = ("in/readings/reader_a", "in/readings/reader_b")
    about = ("--about", "two readers")
    yield partial(call, "agreement", "agreement", *readings, *about, "-o", "out/agreement")
    yield partial(inputs.write_labelled_table, Path("in/labelled.csv"))
    evaluate = ("evaluate", "mf_es_dixon", "in/labelled.csv", "-o", "out/evaluate")
    yield partial(call, "evaluate", *evaluate)
    cohort = ("cohort", "in/tables/visits.csv", "--events", "in/tables/events.csv")
    yield partial(call, "cohort", *cohort, "-o", "out/cohort")
    yield from wrong_calls()


def wrong_calls() -> Iterable[Step]:
    """What a user may get wrong: one line each."""
    calls = {
        "inspect": ("inspect", "in/nowhere"),
        "segment": ("segment", "in/tables/visits.csv", "-o", "out/no.nii.gz"),
        "measure": ("measure", *LABELS, "-o", "out/no.csv"),
        "analyze": ("analyze", "in/study", "--clinical", "in/tables/wrong.csv", "-o", "out/no"),
        "agreement": ("agreement", "in/readings/reader_a", "in/nowhere", "-o", "out/no"),
        "report": ("report", "in/study"),
    }
    for name, arguments in calls.items():
        yield partial(call, f"wrong_{name}", *arguments)


def scored_tables() -> Iterable[Step]:
    """Clinical tables of several kinds to scores; empty ones."""
    yield partial(inputs.write_clinical_tables, Path("in/tables"))
    for name in ("clinical.csv", "clinical.xlsx", "wrong.csv", "visits.csv", "missing.csv"):
        output = f"out/scores/{name.replace('.', '_')}.csv"
        yield partial(call, f"score_{name}", "score", f"in/tables/{name}", "-o", output)
    yield partial(call, "template", "clinical-template", "out/template")
    form = ("clinical-template", "out/form", "--for", "isass_2025,fda_p190021")
    yield partial(call, "template_form", *form)
    yield partial(call, "template_unknown", "clinical-template", "out/no", "--for", "nobody_2030")


def measured_images() -> Iterable[Step]:
    """`measure` on every kind of image, numbering and level that it takes."""
    fraction = ("--fat-fraction", "in/images/fraction_per_mille.nii")
    kinds = {
        "dixon": (*LABELS, *WATER_FAT),
        "levels": (*LABELS, *WATER_FAT, "--levels", "out/levels.nii.gz"),
        "t1": (*PART, "in/parts/axial_t1.nii"),
        "t2": (*PART, "in/parts/axial_t2.nii"),
        "fraction": (*LABELS, *fraction, "--fat-fraction-unit", "per mille"),
        "musclemap": (
            *("--labels", "in/readings/musclemap.nii", *WATER_FAT),
            *("--numbering", "musclemap_wholebody"),
        ),
        "wrong_numbering": ("--labels", "in/readings/exchanged.nii", *WATER_FAT),
    }
    for kind, arguments in kinds.items():
        output = f"out/measure/{kind}/table.{'parquet' if kind == 't1' else 'csv'}"
        yield partial(call, f"measure_{kind}", "measure", *arguments, "-o", output)


LANES = {"studies": studies, "files": files, "samples": samples}
"""In the order in which they are started."""


def run_lane(name: str, folder: Path) -> None:
    """Run a lane in its own folder; raises what a step that prepares something raises."""
    lane = folder / name
    (lane / "in").mkdir(parents=True)
    (lane / "out").mkdir()
    with chdir(lane):
        for step in LANES[name]():
            step()
