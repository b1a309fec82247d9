"""Two real people through the whole path, each with weights that have not seen that person."""

from dataclasses import dataclass, replace
from pathlib import Path

from multifidus.domain.anatomy import Muscle, Side, SpinalLevel
from multifidus.domain.fat import FatMethod
from multifidus.domain.measurement import CrossSection
from multifidus.domain.volume import LabelMap, Volume
from multifidus.files.dicom.write import MrProtocol, SeriesIdentity, write_dicom_series
from multifidus.files.nifti import read_labels, read_volume, write_labels
from multifidus.files.yaml import read_settings
from multifidus.muscle.measure import cross_sections
from multifidus.study.analysis import Analysis
from multifidus.tasks.request import Request
from multifidus.tasks.study import analyse_study
from multifidus.training.cases import DIXON_VALUES, relabel

SUBJECTS = ("sub-TUM01", "sub-TUM02")

IMAGES = ("water", "fat", "sagittal_image", "sagittal_levels")

SUMS = FatMethod.DIXON_RATIO_OF_SUMS

Sections = dict[tuple[SpinalLevel, Side], CrossSection]


@dataclass(frozen=True, eq=False)
class Compared:
    """One person's analysis, and the same slices measured on the manual labels."""

    analysis: Analysis
    manual_labels: LabelMap

    @property
    def ours(self) -> Sections:
        """Multifidus as the pipeline measured it."""
        return multifidus_of(self.analysis)

    @property
    def manual(self) -> Sections:
        """Multifidus inside the manual outlines, on the slices that the pipeline chose."""
        return {
            (placed.level, section.side): section
            for placed in self.analysis.result.level_slices
            for section in cross_sections(
                self.manual_labels, placed.slice_index, self.analysis.stacks[0].axial.fat
            )
            if section.muscle is Muscle.MULTIFIDUS
        }


def multifidus_of(analysis: Analysis) -> Sections:
    """The analysis' multifidus sections by level and side."""
    return {
        (measurement.level, measurement.section.side): measurement.section
        for measurement in analysis.result.measurements
        if measurement.section.muscle is Muscle.MULTIFIDUS
    }


def analysed_unseen(folder: Path, subject: str) -> Analysis:
    """The study in `folder`, outlined by weights trained without `subject`."""
    settings = read_settings()
    unseen = replace(settings.segmentation, weights=f"without_{subject}.pt")
    return analyse_study(Request(folder, subject, replace(settings, segmentation=unseen)))


def compare(dixon: Path, subject: str, folder: Path) -> Compared:
    """The person's NIfTI files, linked into `folder`, against the person's manual labels."""
    for name in IMAGES:
        file = f"{subject}_{name}.nii.gz"
        (folder / file).symlink_to((dixon / file).resolve())
    analysis = analysed_unseen(folder, subject)
    labels = read_labels(dixon / f"{subject}_labels.nii.gz")
    renamed = relabel(labels.voxels, DIXON_VALUES)
    return Compared(analysis, LabelMap(renamed, analysis.stacks[0].axial.geometry))


def analysed_as_dicom(dixon: Path, subject: str, folder: Path) -> Analysis:
    """The same person written out as DICOM by this project, water and fat at one position."""
    water = read_volume(dixon / f"{subject}_water.nii.gz")
    fat = Volume(read_volume(dixon / f"{subject}_fat.nii.gz").voxels, water.geometry)
    sagittal = read_volume(dixon / f"{subject}_sagittal_image.nii.gz")
    for number, (image, word) in enumerate(((water, "WATER"), (fat, "FAT"), (sagittal, "WATER"))):
        protocol = MrProtocol(word, ("DERIVED", "PRIMARY", word), "GR", "SP", 2.46, 150.0)
        identity = SeriesIdentity(subject, subject, subject, number + 1)
        write_dicom_series(image, folder / str(number), protocol, identity)
    levels = read_labels(dixon / f"{subject}_sagittal_levels.nii.gz")
    write_labels(levels, folder / "levels.nii.gz")
    return analysed_unseen(folder, subject)
