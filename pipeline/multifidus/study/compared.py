"""An image outlined by a bundle, held against its reader slice by slice, in memory."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from multifidus.agreement.overlap import hausdorff_95_mm
from multifidus.domain.agreement import (
    ComparedOutline,
    ComparedSlice,
)
from multifidus.domain.anatomy import LABEL_OF, Muscle, Structure
from multifidus.domain.answers import NotAssessable
from multifidus.domain.errors import InputError
from multifidus.domain.fat import FatMethod
from multifidus.domain.labelled import LabelledImage
from multifidus.domain.masks import dice
from multifidus.domain.measurement import CrossSection
from multifidus.domain.muscle_order import require_order
from multifidus.domain.seen import Recognised
from multifidus.domain.study import contrast_of_word
from multifidus.domain.volume import LabelMap, Volume
from multifidus.muscle.fat.water_fat import WaterFat
from multifidus.muscle.measure import cross_sections
from multifidus.segmentation.bundle import Bundle
from multifidus.segmentation.fingerprint import SeenSlices
from multifidus.segmentation.muscles import segment_muscles
from multifidus.study.borders import along, readers_border
from multifidus.study.images import AxialImages
from multifidus.study.labelled import as_in_a_study

LARGEST_TAUGHT = max(v for s, v in LABEL_OF.items() if s.muscle is not Muscle.PSOAS)


def outline(bundle: Bundle, images: Sequence[Volume], mirrored_twin: bool) -> LabelMap:
    """The bundle's outlines on axial images, with the mirrored answer too if so set."""
    return segment_muscles(bundle, images, mirrored_twin).labels


def compare_image(bundle: Bundle, one: LabelledImage, mirrored_twin: bool) -> list[ComparedSlice]:
    """Every slice that the reader outlined, compared, along the default border of its contrast.

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
    taught = outline(bundle, given.axial.images, mirrored_twin)
    border = readers_border(bundle, contrast_of_word(one.contrast))
    found = along(taught, bundle.roi_definition, border, None)
    read = np.flatnonzero(np.isin(one.labels.voxels, values).any(axis=(0, 1)))
    slices = []
    for z in read.tolist():
        outlines = _compared(one, found, z, values, given.axial)
        compared = tuple(replace(outline, border=border.name) for outline in outlines)
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
    return {section.structure: section for section in sections}


def _fat_pct(
    section: CrossSection | None, water_fat: WaterFat | None, who: str
) -> float | NotAssessable:
    if water_fat is None:
        return NotAssessable("fat", "the image is no pair of water and fat")
    pct = section.fat_pct(FatMethod.DIXON_RATIO_OF_SUMS) if section else None
    return NotAssessable("fat", f"{who} outlined none") if pct is None else pct


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
