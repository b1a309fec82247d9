"""What the defaults of the notebooks stand for: the synthetic samples, and inputs made of them.

A notebook's default is a word such as `sample:sample-02`, no path: a path would hold in one place
only, and no word of this form is mistaken for data of a person.
"""

import atexit
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import nibabel as nib
import numpy as np
import yaml

from multifidus.domain.errors import UsageError
from multifidus.domain.volume import LabelMap, Volume
from multifidus.files.nifti import write_labels, write_volume
from multifidus.files.paths import DATA_SAMPLES, MODELS, NOTEBOOKS, PARAMS, ROOT
from multifidus.simulation.anatomy_model import both
from multifidus.simulation.mr import Scan
from multifidus.simulation.phantom import AxialSlices, random_axial_slices
from multifidus.simulation.samples import SMALL_SAMPLE, image_sample
from multifidus.simulation.visits import EVENTS, VISITS

PEOPLE = {"phantom-1": 11, "phantom-2": 12, "phantom-3": 13}
"""Simulated people with known outlines, and the seed of each."""
SLICES, PIXEL_MM = 3, 1.5
MUSCLEMAP = np.array([0, 5102, 5101, 5112, 5111, 5122, 5121], np.int32)
"""This project's values in those of `params/labels/musclemap_wholebody.yml`."""
TRAIN_STEPS = 2
LATER_FAT = 0.26
"""Share of fat in the multifidus of sample-03 at its later, invented examination; it was 0.2."""


def sample_path(word: str) -> Path:
    """The file or folder that a default stands for; made on the spot where none is shipped.

    word: what follows `sample:`. What is made lies in a temporary folder until the process ends.
    Raises UsageError for a word that stands for nothing.
    """
    made = MADE.get(word)
    path = DATA_SAMPLES / word if made is None else made(_folder())
    if not path.exists():
        known = [*sorted(one.name for one in DATA_SAMPLES.glob("*")), *MADE]
        raise UsageError(f"sample:{word}: no such sample; there is: {', '.join(known)}")
    return path


def sample_results(word: str) -> Path:
    """The folder for a sample's results: below the one one stands in, never among the notebooks.

    A checkout's own `results/` is where they go from its folder of notebooks.
    """
    here = Path.cwd()
    return (ROOT if here == NOTEBOOKS else here) / word


@cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="multifidus-sample-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def _slices_of(person: str) -> AxialSlices:
    drawn = random_axial_slices(np.random.default_rng(PEOPLE[person]), SLICES, PIXEL_MM)
    return replace(drawn, labels=np.where(drawn.labels <= 4, drawn.labels, 0))


def _reader_1(folder: Path) -> Path:
    """Label maps of the simulated people as they are known to be."""
    return _reading(folder / "reader_1", lambda labels: labels)


def _reader_2(folder: Path) -> Path:
    """The same, every other slice drawn a row of voxels smaller."""

    def smaller(labels: np.ndarray) -> np.ndarray:
        eroded = np.where(labels == np.roll(labels, 1, axis=0), labels, 0)
        eroded[..., 1::2] = labels[..., 1::2]
        return eroded

    return _reading(folder / "reader_2", smaller)


def _reading(folder: Path, drawn: Callable[[np.ndarray], np.ndarray]) -> Path:
    folder.mkdir(exist_ok=True)
    for person in PEOPLE:
        known = _slices_of(person)
        write_labels(LabelMap(drawn(known.labels), known.grid), folder / f"{person}.nii.gz")
    return folder


def _labelled(folder: Path) -> Path:
    """A table of labelled images: axial T2 of the simulated people with the first reading."""
    labels = _reader_1(folder)
    rows = ["subject,image,labels,contrast"]
    for person in PEOPLE:
        known = _slices_of(person)
        write_volume(Volume(known.t2, known.grid), folder / f"{person}_t2.nii.gz")
        rows.append(f"{person},{person}_t2.nii.gz,{labels.name}/{person}.nii.gz,T2")
    return _text(folder / "labelled.csv", "\n".join(rows) + "\n")


def _later(folder: Path) -> Path:
    """The result of an invented later examination of sample-03, its multifidus fattier."""
    from multifidus.tasks.samples import write_study

    sample = replace(
        SMALL_SAMPLE,
        anatomy=replace(SMALL_SAMPLE.anatomy, mf_fat=both(LATER_FAT)),
        scan=Scan(samples=2),
    )
    images = folder / "later_images" / sample.name
    write_study(images, sample, image_sample(sample))
    return _analysed(images, folder / "later")


def _earlier(folder: Path) -> Path:
    """The result of sample-03."""
    return _analysed(DATA_SAMPLES / SMALL_SAMPLE.name, folder / "earlier")


def _analysed(study: Path, result: Path) -> Path:
    from multifidus.tasks.request import request_of
    from multifidus.tasks.study import analyse_study, save

    if not result.is_dir():
        request = request_of(str(study), "")
        save(analyse_study(request), request, result)
    return result


def _outlined(folder: Path) -> Path:
    """Outlines of sample-02 as the network finds them, on its Dixon water image."""
    from multifidus.tasks.segment import segment_image

    path = folder / "outlined.nii.gz"
    if not path.is_file():
        segment_image(DATA_SAMPLES / "sample-02" / "axial_dixon_water", path)
    return path


def _small_outlined(folder: Path) -> Path:
    """Outlines of sample-03, to be corrected."""
    from multifidus.tasks.segment import segment_image

    path = folder / "labels.nii.gz"
    segment_image(DATA_SAMPLES / "sample-03" / "axial_dixon_water", path)
    return path


def _own_labels(folder: Path) -> Path:
    """Outlines of sample-02 in the values of MuscleMap."""
    known = nib.load(_outlined(folder))
    values = MUSCLEMAP[np.asarray(known.dataobj).astype(np.uint8)]
    path = folder / "own_labels.nii.gz"
    nib.save(nib.Nifti1Image(values, known.affine), path)
    return path


def _train(folder: Path) -> Path:
    """Settings of a dry run: fine-tuning of two steps on the simulated people."""
    settings = yaml.safe_load((PARAMS / "training" / "fine_tune.yml").read_text(encoding="utf-8"))
    settings |= {
        "bundle": str(folder / "mf_es_dry_run"),
        "start": str(MODELS / "mf_es_t1_t2"),
        "table": str(_labelled(folder)),
        "data": str(folder),
        "runs": str(folder / "runs"),
        "weights": {"without_phantom-1.pt": ["phantom-1"]},
        "shares": {"site": 1.0},
    }
    settings["fit"] |= {"steps": TRAIN_STEPS, "batch_slices": 2, "checkpoint_every_steps": 1}
    settings["augmentation"] |= {"patch_shape": [64, 64]}
    return _text(folder / "train.yml", yaml.safe_dump(settings))


def _text(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


MADE: Mapping[str, Callable[[Path], Path]] = {
    "reader_1": _reader_1,
    "reader_2": _reader_2,
    "labelled.csv": _labelled,
    "earlier": _earlier,
    "later": _later,
    "outlines of sample-03": _small_outlined,
    "own_labels.nii.gz": _own_labels,
    "visits.csv": lambda folder: _text(folder / "visits.csv", VISITS),
    "events.csv": lambda folder: _text(folder / "events.csv", EVENTS),
    "train.yml": _train,
}
"""Inputs that are made when a notebook asks for them, by the word of its default."""
