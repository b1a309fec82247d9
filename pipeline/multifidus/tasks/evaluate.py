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
from multifidus.files.labelled_images import read_table
from multifidus.files.paths import bundle_folder
from multifidus.files.results.evaluation import FAILED, OUTLINES, SUMMARY
from multifidus.files.training_images import read_seen
from multifidus.files.yaml import read_settings
from multifidus.report.pictures.agreement import bland_altman_pictures, worst_pictures
from multifidus.report.sections import Picture
from multifidus.segmentation.bundle import open_bundle
from multifidus.segmentation.fingerprint import SeenSlices
from multifidus.study.compared import compare_image, recognised
from multifidus.tasks.report import save_pictures

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
        return tuple(one for one in self.outlines if not one.trained_on)

    @property
    def notes(self) -> list[str]:
        """What was assumed of an image to compare it, once for each, with the file's name."""
        told = (f"{one.image}: {note}" for one in self.outlines for note in one.notes)
        return list(dict.fromkeys(told))

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
        outlines += [one for each in slices for one in each.outlines]
        # Only these slices keep their images in memory.
        worst = sorted([*worst, *slices], key=lambda one: one.worst.dice)[:WORST_SHOWN]
    method = f"{network.name} {network.version}, weights {network.weights} "
    method += f"(SHA-256 {network.weights_sha256})"
    return Evaluation(
        method,
        tuple(replace(one, trained_on=known.get(one.subject, "")) for one in outlines),
        tuple(failed),
        tuple(one for one in worst if one.worst.subject not in known),
        _trained_on_note(known, taught is not None),
    )


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
