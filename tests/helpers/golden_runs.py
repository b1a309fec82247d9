"""Every command of the program on the sample studies, each as a user calls it, in two lanes.

A lane is a list of steps in one folder, run in one process; the two lanes know nothing of each
other and run side by side. A lane writes `in/` (what was prepared for it), `out/` (what the
commands wrote) and `printed/` (what they said).
"""

import io
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import chdir, redirect_stderr, redirect_stdout
from functools import partial
from pathlib import Path
from unittest.mock import patch

import nbformat

from multifidus.cli import main
from tests.helpers import golden_inputs as inputs
from tests.helpers.golden_inputs import PERSON
from tests.helpers.normal_form import without_software

ROOT = Path(__file__).resolve().parents[2]
Step = Callable[[], None]

ENVIRONMENT = {"OMP_NUM_THREADS": "1", "COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb"}
"""One thread, since two lanes share the processor; and a terminal of a known width."""
COMMANDS = (
    *("samples", "inspect", "segment", "levels", "measure", "analyze", "batch", "evaluate"),
    *("score", "clinical-template", "agreement", "compare", "cohort", "follow-up", "report"),
    *("train", "demo"),
)
IMAGES = "in/images/axial"
LABELS = ("--labels", "out/labels.nii.gz")
PART = ("--labels", "in/readings/reader_a/person-1.nii")
WATER_FAT = ("--water", f"{IMAGES}_dixon_water.nii", "--fat", f"{IMAGES}_dixon_fat.nii")


def call(name: str, *arguments: str) -> None:
    """Run `multifidus` with these arguments; what it said goes to `printed/<name>.txt`."""
    said, told = io.StringIO(), io.StringIO()
    code: object = 0
    start = time.perf_counter(), sum(os.times()[:4])
    with (
        patch.object(sys, "argv", ["multifidus", *arguments]),
        redirect_stdout(said),
        redirect_stderr(told),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
    seconds = time.perf_counter() - start[0], sum(os.times()[:4]) - start[1]
    errors = told.getvalue().splitlines(keepends=True)
    if "--workers" in arguments:
        errors.sort()  # a study is told when it is done, and several are on their way
    text = f"$ multifidus {' '.join(arguments)}\nexit code {code}\n"
    text += f"--- standard output ---\n{said.getvalue()}--- standard error ---\n{''.join(errors)}"
    Path("printed").mkdir(exist_ok=True)
    Path("printed", f"{name}.txt").write_text(text, encoding="utf-8")
    with Path("seconds.txt").open("a", encoding="utf-8") as file:
        file.write(f"{seconds[0]:6.1f} {seconds[1]:6.1f} {name}\n")


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
    results = [text for one in examinations for text in ("--results", one)]
    follow_up = ("follow-up", PERSON, *tables, *results, *precision, "-o", "out/follow_up")
    yield partial(call, "follow_up", *follow_up)
    yield print_without_software


def samples() -> Iterable[Step]:
    """Lane of the sample studies, which take their time, and of small studies with settings."""
    yield partial(call, "samples", "samples", "out/samples")
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


def printed_again() -> None:
    """`report` on a copy of the person's result, whose reports are gone."""
    shutil.copytree(f"out/demo/{PERSON}", "out/report")
    for name in ("report.html", "report.pdf"):
        Path("out/report", name).unlink()
    call("report", "report", "out/report")


def print_without_software() -> None:
    """Print every study's report once more as it would be whatever the software's fingerprint is.

    A report shows the fingerprint of its `provenance.json`, which holds one of the source code.
    `reprinted/` keeps the reports of the same result beside a provenance without it; they stand
    for the study's own, but only where `report` gives the study's own reports back first.
    """
    for provenance in sorted(Path("out").rglob("provenance.json")):
        source = provenance.parent
        folder = Path("reprinted", *source.parts[1:])
        shutil.copytree(source, folder)
        names = ("report.html", "report.pdf")
        call(f"reprint_{folder.name}", "report", str(folder))
        if any((source / n).read_bytes() != (folder / n).read_bytes() for n in names):
            shutil.rmtree(folder)
            continue
        (folder / provenance.name).write_bytes(without_software(provenance.read_bytes()))
        call(f"reprint_{folder.name}", "report", str(folder))


def review() -> None:
    """The review notebook, cell by cell, a reader having drawn; its hand is a browser otherwise."""
    (path,) = (one for one in ROOT.rglob("review.ipynb") if ".venv" not in one.parts)
    code = [one for one in nbformat.read(path, as_version=4).cells if one.cell_type == "code"]
    given = {"image": "in/parts", "labels": "in/readings/reader_a/person-1.nii"}
    given |= {"reader": "AB", "output_dir": "out/review"}
    names: dict[str, object] = {}
    said = io.StringIO()
    with redirect_stdout(said), patch("IPython.display.display", show):
        for cell in code:
            exec(cell.source, names)  # the project's own notebook, as a kernel would
            if "parameters" in cell.metadata.get("tags", []):
                names |= given
            if "brush" in names and not isinstance(names["brush"], Drawn):
                names["brush"] = Drawn(names["brush"].voxels())
    Path("printed/review.txt").write_text(said.getvalue(), encoding="utf-8")


def show(*things: object, **_: object) -> None:
    """Print what a notebook displays."""
    print(*(getattr(one, "data", "") for one in things), sep="\n")


class Drawn:
    """What a reader leaves behind who rubbed out the lowest labelled slice of one structure."""

    def __init__(self, voxels) -> None:
        self._voxels = voxels.copy()
        right_multifidus = self._voxels == 1
        lowest = right_multifidus.any(axis=(0, 1)).argmax()
        self._voxels[..., lowest][right_multifidus[..., lowest]] = 0

    def voxels(self):
        return self._voxels


LANES = {"studies": studies, "files": files, "samples": samples}
"""In the order in which they are started."""


def run_lane(name: str, folder: Path) -> None:
    """Run a lane in its own folder; raises what a step that prepares something raises."""
    lane = folder / name
    (lane / "in").mkdir(parents=True)
    (lane / "out").mkdir()
    with patch.dict(os.environ, ENVIRONMENT), chdir(lane):
        for step in LANES[name]():
            step()
