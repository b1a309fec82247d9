"""Every parameter of every notebook: what it must be, and its default, a sample's or none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

SAMPLE = "sample:"
"""How a default begins that stands for a sample; `sample_inputs` knows what it stands for."""


class Kind(StrEnum):
    """What a parameter, always a text, must be; the words are those of its message."""

    TEXT = "text"
    FILE = "file"
    FOLDER = "folder"
    PATH = "file or folder"
    OUTPUT = "folder for the results"


@dataclass(frozen=True)
class Parameter:
    """One parameter.

    needed: in words what to give, "" for one that may be left out. default: as the notebook has it;
    one that begins with `sample:` stands only together with all the others.
    """

    name: str
    kind: Kind = Kind.TEXT
    needed: str = ""
    default: str = ""


def _output(notebook: str) -> Parameter:
    default = f"{SAMPLE}results/sample_{notebook}"
    return Parameter("output_dir", Kind.OUTPUT, "folder for the results", default)


STUDY = "folder of one study, DICOM or NIfTI"
VALUES = "what its values mean: a name of params/labels/ or a file, multifidus for 1 to 6"
PARAMETERS: Mapping[str, Sequence[Parameter]] = {
    "quickstart": (Parameter("study", Kind.FOLDER, STUDY, "sample:sample-02"),),
    "explore": (
        Parameter("study", Kind.FOLDER, STUDY, "sample:sample-02"),
        Parameter("role", default="axial Dixon water"),
        Parameter("fat_role", default="axial Dixon fat"),
        Parameter("sagittal_role", default="sagittal T2"),
    ),
    "own_labels": (
        Parameter("labels", Kind.PATH, "your label map", "sample:own_labels.nii.gz"),
        Parameter("numbering", needed=VALUES, default="sample:musclemap_wholebody"),
        Parameter("image", Kind.PATH),
        Parameter("contrast"),
        Parameter("water", Kind.PATH, default="sample:sample-02/axial_dixon_water"),
        Parameter("fat", Kind.PATH, default="sample:sample-02/axial_dixon_fat"),
    ),
    "study": (
        Parameter("study", Kind.FOLDER, STUDY, "sample:sample-02"),
        Parameter("subject_id"),
        _output("study"),
        Parameter("clinical", Kind.FILE, default="sample:clinical.csv"),
        Parameter("params", Kind.FILE),
    ),
    "agreement": (
        Parameter(
            "first", Kind.PATH, "folder of label maps, or a measurements.csv", "sample:reader_1"
        ),
        Parameter("second", Kind.PATH, "the other reading, of the same kind", "sample:reader_2"),
        Parameter("about"),
        Parameter("numbering", default="multifidus"),
        _output("agreement"),
    ),
    "compare": (
        Parameter("earlier", Kind.FOLDER, "output folder of the earlier study", "sample:earlier"),
        Parameter("later", Kind.FOLDER, "output folder of the later study", "sample:later"),
        Parameter("precision", Kind.FILE),
        _output("compare"),
    ),
    "cohort": (
        Parameter(
            "source",
            Kind.PATH,
            "clinical table, or output folder of multifidus batch",
            "sample:visits.csv",
        ),
        Parameter("clinical", Kind.FILE),
        Parameter("params", Kind.FILE),
        Parameter("events", Kind.FILE, default="sample:events.csv"),
        _output("cohort"),
    ),
    "follow_up": (
        Parameter(
            "subject",
            needed="pseudonym of the person, as in the tables",
            default="sample:sample-02",
        ),
        Parameter("clinical", Kind.FILE, default="sample:visits.csv"),
        Parameter("events", Kind.FILE, default="sample:events.csv"),
        Parameter("results"),
        Parameter("precision", Kind.FILE),
        Parameter("params", Kind.FILE),
        _output("follow_up"),
    ),
    "evaluate": (
        Parameter(
            "bundle", needed="name of models/, or a bundle's folder", default="sample:mf_es_t1_t2"
        ),
        Parameter("weights", default="model.pt"),
        Parameter("table", Kind.FILE, "table of labelled images, CSV", "sample:labelled.csv"),
        _output("evaluate"),
    ),
    "review": (
        Parameter(
            "image", Kind.PATH, "axial image, NIfTI, or a study's folder", "sample:sample-03"
        ),
        Parameter(
            "labels", Kind.FILE, "label map to correct, NIfTI", "sample:outlines of sample-03"
        ),
        Parameter("reader", needed="your name or initials", default="sample:nobody"),
        _output("review"),
    ),
    "train": (
        Parameter("params", Kind.FILE, "settings of the training, YAML", "sample:train.yml"),
        Parameter("hold_out"),
    ),
}
"""Every notebook by its name, with the parameters that its cell declares, in their order."""
