"""A bundle held against readers' outlines: every image of a table outlined, compared, summed up."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from multifidus.agreement.overlap import dice, hausdorff_95_mm
from multifidus.agreement.summary import measured_pairs, summaries
from multifidus.domain.agreement import (
    AgreementSummary,
    ComparedOutline,
    ComparedSlice,
    FailedImage,
)
from multifidus.domain.anatomy import LABEL_OF, Muscle, Structure
from multifidus.domain.errors import InputError, MultifidusError
from multifidus.domain.measurement import CrossSection, FatMethod, NotAssessable
from multifidus.domain.muscle_order import require_order
from multifidus.domain.seen import Recognised
from multifidus.domain.volume import LabelMap, Volume
from multifidus.files.labelled_images import LabelledImage, read_table
from multifidus.files.paths import bundle_folder
from multifidus.files.results.case import write_bytes
from multifidus.files.results.evaluation import (
    EVALUATION_FILE,
    FAILED_FILE,
    SUMMARY_FILE,
    write_failed,
    write_outlines,
    write_summary,
)
from multifidus.files.training_images import read_seen
from multifidus.files.yaml import read_settings
from multifidus.muscle.fat.water_fat import WaterFat
from multifidus.muscle.measure import cross_sections
from multifidus.report.page import Picture
from multifidus.report.pictures.agreement import bland_altman_pictures, worst_pictures
from multifidus.segmentation.bundle import Bundle, open_bundle
from multifidus.segmentation.fingerprint import SeenSlices
from multifidus.segmentation.segment import segment_muscles
from multifidus.study.images import AxialImages
from multifidus.study.labelled import as_in_a_study

FIGURES = "figures"
WORST_SHOWN = 6
LARGEST_TAUGHT = max(v for s, v in LABEL_OF.items() if s.muscle is not Muscle.PSOAS)


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
    seen, known = SeenSlices(taught or ()), dict[str, str]()
    outlines: list[ComparedOutline] = []
    failed: list[FailedImage] = []
    worst: list[ComparedSlice] = []
    for row in rows:
        try:
            image = row.read()
            slices = compare_image(network, image)
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


def recognised(image: LabelledImage, seen: SeenSlices) -> Recognised | None:
    """Whether a slice that the reader outlined, or its outlines, are among what was seen.

    Of an image that does not lie on the labels' grid every slice is asked about.
    """
    labels = image.labels.voxels
    outlined = np.flatnonzero(labels.any(axis=(0, 1)))
    muscles = np.where(labels <= LARGEST_TAUGHT, labels, 0)
    for volume in image.images:
        fits = volume.geometry.is_same_grid(image.labels.geometry)
        for z in outlined if fits else range(volume.voxels.shape[2]):
            if found := seen.image(volume.voxels[..., z]):
                return found
    known = (seen.outlines(muscles[..., z]) for z in outlined)
    return next((found for found in known if found), None)


def _trained_on_note(known: Mapping[str, str], told: bool) -> str:
    if known:
        listed = "; ".join(f"{person} ({how})" for person, how in known.items())
        return f"The weights were trained on, so that it is in no figure: {listed}."
    if not told:
        return "The bundle does not list the images that these weights were trained on."
    return "No image is among those that the weights were trained on, as far as content tells."


def outline(bundle: Bundle, images: Sequence[Volume]) -> LabelMap:
    """The bundle's outlines on axial images, as a study with the default settings gets them."""
    return segment_muscles(bundle, images, read_settings().segmentation.mirrored_twin).labels


def compare_image(bundle: Bundle, one: LabelledImage) -> list[ComparedSlice]:
    """Every slice that the reader outlined, compared.

    Muscles are compared that the bundle outlines and the reader outlined anywhere in the image.
    Slices without any of them by the reader do not count: readers often outline part of a stack.
    Raises InputError where the labels show no such muscle, GeometryError where right and left are
    exchanged in them, or where water, fat and labels do not fit.
    """
    given = as_in_a_study(one)
    one = replace(one, labels=given.labels)
    present = set(np.unique(one.labels.voxels).tolist())
    values = tuple(v for v in LABEL_OF.values() if v < bundle.class_count and v in present)
    if not values:
        raise InputError(f"the reader outlined no muscle that {bundle.name} outlines")
    require_order(one.labels, "the reader's labels")
    found = outline(bundle, given.axial.images)
    read = np.flatnonzero(np.isin(one.labels.voxels, values).any(axis=(0, 1)))
    slices = []
    for z in read.tolist():
        compared = _compared(one, found, z, values, given.axial)
        slices.append(ComparedSlice(one.images[0], found, one.labels, z, values, compared))
    return slices


def _compared(
    one: LabelledImage,
    found: LabelMap,
    z: int,
    values: Sequence[int],
    axial: AxialImages,
) -> tuple[ComparedOutline, ...]:
    """The muscles of one slice that the reader, the bundle or both outlined."""
    water_fat = axial.water_fat
    spacing_mm = found.geometry.spacing_mm[:2]
    ours, theirs = (_sections(labels, z, water_fat) for labels in (found, one.labels))
    compared = []
    for structure, value in LABEL_OF.items():
        section, reader = ours.get(structure), theirs.get(structure)
        if value not in values or (section is None and reader is None):
            continue
        mine, readers = (labels.voxels[..., z] == value for labels in (found, one.labels))
        compared.append(
            ComparedOutline(
                subject=one.subject,
                image=one.name,
                contrast=one.contrast,
                level=one.level,
                slice_index=z,
                muscle=structure.muscle,
                side=structure.side,
                dice=dice(mine, readers),
                hd95_mm=hausdorff_95_mm(mine, readers, spacing_mm),
                area_found_mm2=section.total_csa_mm2 if section else 0.0,
                area_reader_mm2=reader.total_csa_mm2 if reader else 0.0,
                fat_found_pct=_fat_pct(section, water_fat, "the bundle"),
                fat_reader_pct=_fat_pct(reader, water_fat, "the reader"),
                notes=axial.notes,
            )
        )
    return tuple(compared)


def _sections(
    labels: LabelMap, z: int, water_fat: WaterFat | None
) -> dict[Structure, CrossSection]:
    sections = cross_sections(labels, z, water_fat)
    return {Structure(one.muscle, one.side): one for one in sections}


def _fat_pct(
    section: CrossSection | None, water_fat: WaterFat | None, who: str
) -> float | NotAssessable:
    if water_fat is None:
        return NotAssessable("fat", "the image is no pair of water and fat")
    pct = section.fat_pct(FatMethod.DIXON_RATIO_OF_SUMS) if section else None
    return NotAssessable("fat", f"{who} outlined none") if pct is None else pct


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
    write_outlines(evaluation.outlines, folder / EVALUATION_FILE)
    write_summary(evaluation.summaries, folder / SUMMARY_FILE)
    write_failed(evaluation.failed, folder / FAILED_FILE)
    for picture in pictures:
        write_bytes(picture.png, folder / FIGURES / picture.name)
