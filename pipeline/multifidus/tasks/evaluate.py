"""A bundle held against readers' outlines: every image of a table outlined, compared, summed up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from multifidus.agreement.summary import measured_pairs, summaries
from multifidus.domain.agreement import (
    AgreementSummary,
    ComparedOutline,
    ComparedSlice,
    FailedImage,
)
from multifidus.domain.errors import MultifidusError
from multifidus.files.atomic import sha256_of
from multifidus.files.labelled_images import read_table
from multifidus.files.paths import bundle_folder
from multifidus.files.results.evaluation import (
    FAILED,
    FAILED_FILE,
    OUTLINES,
    SUMMARY,
    read_failed,
)
from multifidus.files.results.run_record import Claim, contents_of
from multifidus.files.training_images import read_seen
from multifidus.files.yaml import read_settings
from multifidus.report.pictures.agreement import bland_altman_pictures, worst_pictures
from multifidus.report.sections import Picture
from multifidus.segmentation.bundle import Bundle, open_bundle
from multifidus.segmentation.fingerprint import SeenSlices
from multifidus.study.compared import compare_image, recognised
from multifidus.tasks.notebook import NotebookTask
from multifidus.tasks.report import save_pictures

EVALUATION = NotebookTask("evaluate.ipynb", last=FAILED_FILE)
WORST_SHOWN = 6


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What an evaluation found. worst: the slices with the lowest Dice, the lowest first.

    trained_on_note: who of the people was recognised as one that the weights were trained on.
    """

    method: str
    outlines: tuple[ComparedOutline, ...]
    failed: tuple[FailedImage, ...]
    worst: tuple[ComparedSlice, ...]
    trained_on_note: str

    @property
    def unseen(self) -> tuple[ComparedOutline, ...]:
        """The outlines of people whom the weights were not trained on: all that figures rest on."""
        return tuple(outline for outline in self.outlines if not outline.trained_on)

    @property
    def notes(self) -> list[str]:
        """What was assumed of an image to compare it, once for each, with the file's name."""
        notes = (f"{outline.image}: {note}" for outline in self.outlines for note in outline.notes)
        return list(dict.fromkeys(notes))

    @property
    def summaries(self) -> list[AgreementSummary]:
        """One per contrast, level, muscle and side."""
        return summaries(self.unseen)


def evaluate(bundle: str, weights: str, table: Path | str) -> Evaluation:
    """Outline every image of the table with the bundle and compare with its reader's labels.

    An image that fails loses nothing but itself. A person of whom a slice is among the training
    data of the weights, under whatever name, is marked and in no figure. Raises UsageError for a
    table, a bundle or weights that do not hold.
    """
    rows = read_table(Path(table))
    folder = Path(bundle_folder(bundle))
    network = open_bundle(folder, weights)
    taught = read_seen(folder, str(Path(weights).with_suffix(".pt")))
    mirrored_twin = read_settings().segmentation.mirrored_twin
    seen, known = SeenSlices(taught or ()), dict[str, str]()
    outlines: list[ComparedOutline] = []
    failed: list[FailedImage] = []
    worst: list[ComparedSlice] = []
    for row in rows:
        try:
            image = row.read()
            slices = compare_image(network, image, mirrored_twin)
        except Exception as error:  # whatever is wrong with one image, the others go on
            failed.append(FailedImage(row.subject, row.image.name, _reason(error)))
            continue
        if found := recognised(image, seen):
            known.setdefault(row.subject, str(found))
        outlines += [outline for compared in slices for outline in compared.outlines]
        # Only these slices keep their images in memory.
        worst = sorted([*worst, *slices], key=lambda compared: compared.worst.dice)[:WORST_SHOWN]
    return Evaluation(
        _method_of(network),
        tuple(replace(outline, trained_on=known.get(outline.subject, "")) for outline in outlines),
        tuple(failed),
        tuple(compared for compared in worst if compared.worst.subject not in known),
        _trained_on_note(known, taught is not None),
    )


def _method_of(network: Bundle) -> str:
    weights = f"{network.weights} (SHA-256 {network.weights_sha256})"
    return f"{network.name} {network.version}, weights {weights}"


def _trained_on_note(known: Mapping[str, str], told: bool) -> str:
    if known:
        listed = "; ".join(f"{person} ({how})" for person, how in known.items())
        return f"The weights were trained on, so that it is in no figure: {listed}."
    if not told:
        return "The bundle does not list the images that these weights were trained on."
    return "No image is among those that the weights were trained on, as far as content tells."


def _reason(error: Exception) -> str:
    words = " ".join(str(error).split())
    return words if isinstance(error, MultifidusError) else f"{type(error).__name__}: {words}"


def pictures_of(evaluation: Evaluation) -> list[Picture]:
    """The slices with the lowest Dice, then the Bland-Altman plots."""
    pairs = measured_pairs(evaluation.unseen)
    return [*worst_pictures(evaluation.worst), *bland_altman_pictures(pairs)]


def save(evaluation: Evaluation, pictures: Iterable[Picture], folder: Path | str) -> None:
    """Write the tables and the pictures of an evaluation."""
    folder = Path(folder)
    OUTLINES.write(evaluation.outlines, folder)
    SUMMARY.write(evaluation.summaries, folder)
    FAILED.write(evaluation.failed, folder)
    save_pictures(pictures, folder)


def run_evaluation(
    bundle: str, weights: str, table: Path, output: Path, overwrite: bool = False
) -> list[FailedImage]:
    """Run the evaluation notebook; the output folder is written when it came to its end.

    Returns the images that could not be evaluated. Raises UsageError for a table, a bundle or
    weights that do not hold, before a kernel starts where no network is needed to tell, and for an
    output folder that holds anything but an evaluation of the same weights on the same table.
    """
    read_table(table)
    folder = bundle_folder(bundle)
    claim = claim_of(folder, weights, table)
    failed = EVALUATION.run(output, claim, overwrite, bundle=folder, weights=weights, table=table)
    return read_failed(failed)


def claim_of(bundle: Path, weights: str, table: Path) -> Claim:
    """Whose result an evaluation is: of those weights, whatever their kind of file, on a table."""
    files = (bundle / "models").glob(f"{Path(weights).stem}.*")
    inputs = {"bundle": tuple(sorted(map(sha256_of, files))), "table": contents_of(table)}
    return Claim("evaluate", inputs=inputs)
