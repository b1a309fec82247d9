"""A study: the series of one person's examination, each with a role and the reason for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from multifidus.domain.errors import InputError, UsageError
from multifidus.domain.source import SourceRef
from multifidus.domain.volume import LabelMap, Plane, Volume


class Modality(StrEnum):
    """The kind of image."""

    MRI = "MRI"
    CT = "CT"
    ULTRASOUND = "ultrasound"


class ImageContrast(StrEnum):
    """What an MR image shows bright or dark, as far as this program tells contrasts apart."""

    WATER = "water"
    FAT = "fat"
    IN_PHASE = "in phase"
    OPPOSED_PHASE = "opposed phase"
    FAT_FRACTION = "fat fraction"
    T1 = "T1"
    T2 = "T2"
    STIR = "STIR"
    OTHER = "other"  # stated, and none of these


def contrast_of_word(word: str) -> ImageContrast | None:
    """The contrast that a word such as T2, t2 or T2-weighted stands for; None for any other."""
    plain = word.strip().casefold().removesuffix("weighted").strip("- ").removesuffix("w")
    return next((known for known in ImageContrast if known.casefold() == plain), None)


class SeriesRole(StrEnum):
    """What a series is used for."""

    AXIAL_WATER = "axial Dixon water"
    AXIAL_FAT = "axial Dixon fat"
    AXIAL_IN_PHASE = "axial in phase"
    AXIAL_OPPOSED_PHASE = "axial opposed phase"
    AXIAL_FAT_FRACTION = "axial fat fraction"
    AXIAL_T1 = "axial T1"
    AXIAL_T2 = "axial T2"
    SAGITTAL_T1 = "sagittal T1"
    SAGITTAL_T2 = "sagittal T2"
    SAGITTAL_STIR = "sagittal STIR"
    SAGITTAL_WATER = "sagittal water"
    SAGITTAL = "sagittal"  # contrast not stated
    LEVEL_LABELS = "level label map"
    MUSCLE_LABELS = "muscle label map"
    LOCALIZER = "localizer"
    OTHER = "not used"


ImageKind = tuple[Modality | None, Plane | None, ImageContrast | None]
"""What an image is: how it was made, how it is cut, what it shows; None where that is not known."""

KIND_OF: Mapping[SeriesRole, ImageKind] = MappingProxyType(
    {
        SeriesRole.AXIAL_WATER: (Modality.MRI, Plane.AXIAL, ImageContrast.WATER),
        SeriesRole.AXIAL_FAT: (Modality.MRI, Plane.AXIAL, ImageContrast.FAT),
        SeriesRole.AXIAL_IN_PHASE: (Modality.MRI, Plane.AXIAL, ImageContrast.IN_PHASE),
        SeriesRole.AXIAL_OPPOSED_PHASE: (Modality.MRI, Plane.AXIAL, ImageContrast.OPPOSED_PHASE),
        SeriesRole.AXIAL_FAT_FRACTION: (Modality.MRI, Plane.AXIAL, ImageContrast.FAT_FRACTION),
        SeriesRole.AXIAL_T1: (Modality.MRI, Plane.AXIAL, ImageContrast.T1),
        SeriesRole.AXIAL_T2: (Modality.MRI, Plane.AXIAL, ImageContrast.T2),
        SeriesRole.SAGITTAL_T1: (Modality.MRI, Plane.SAGITTAL, ImageContrast.T1),
        SeriesRole.SAGITTAL_T2: (Modality.MRI, Plane.SAGITTAL, ImageContrast.T2),
        SeriesRole.SAGITTAL_STIR: (Modality.MRI, Plane.SAGITTAL, ImageContrast.STIR),
        SeriesRole.SAGITTAL_WATER: (Modality.MRI, Plane.SAGITTAL, ImageContrast.WATER),
        SeriesRole.SAGITTAL: (Modality.MRI, Plane.SAGITTAL, None),
    }
)
"""What the images of each role are; label maps, localizers and what is not used are left out."""

ROLE_OF: Mapping[ImageKind, SeriesRole] = MappingProxyType(
    {kind: role for role, kind in KIND_OF.items()}
)


def role_of(
    modality: Modality | None, plane: Plane | None, contrast: ImageContrast | None
) -> SeriesRole:
    """What such an image is used for; OTHER where there is no use for it yet."""
    return ROLE_OF.get((modality, plane, contrast), SeriesRole.OTHER)


WATER_AND_FAT = (SeriesRole.AXIAL_WATER, SeriesRole.AXIAL_FAT)
ECHOES = (SeriesRole.AXIAL_IN_PHASE, SeriesRole.AXIAL_OPPOSED_PHASE)
DIXON_ROLES = (*WATER_AND_FAT, *ECHOES)
"""The two pairs of Dixon images; either can be measured without the other."""

SAGITTAL_ROLES = (
    SeriesRole.SAGITTAL_WATER,
    SeriesRole.SAGITTAL_T2,
    SeriesRole.SAGITTAL_T1,
    SeriesRole.SAGITTAL_STIR,
    SeriesRole.SAGITTAL,
)
"""Sagittal images, the preferred for labelling vertebrae first."""


class FractionUnit(StrEnum):
    """What 100 % fat is in a fat fraction map: 100, 1000 or 1."""

    PERCENT = "percent"
    PER_MILLE = "per mille"
    SHARE = "0..1"


@dataclass(frozen=True)
class FractionScale:
    """What is stated of a fat fraction map's values.

    unit: None where it is not clear. evidence: where that is stated, or what is missing, in words.
    says_pdff: whether the map calls itself a PDFF.
    """

    unit: FractionUnit | None
    evidence: str
    says_pdff: bool = False


NOT_SAVED: Mapping[str, bool] = MappingProxyType({"exclude": True})
"""Marks a field that is known in memory alone: no saved result and no schema holds it."""


@dataclass(frozen=True)
class SeriesSummary:
    """What is known of a series without its pixels; nothing in it names the person.

    series_id: stable within the study. reason: the evidence for `role`, in words.
    acquisition: allow-listed header values (TE, TR, ...) as text. frame_of_reference: equal text
    means one patient coordinate system; empty where the format has none. stack_of: the name that
    the stacks of one series share where its slices lie in several (tilted disc by disc); empty
    for a series of one stack. fraction: of a fat fraction map, None for any other series.
    """

    # Which `role` an image has follows from modality, plane and contrast by `role_of`. A saved
    # result holds the role and the plane; the other two are told from the role when it is read.

    series_id: str
    role: SeriesRole
    reason: str
    plane: Plane | None
    shape: tuple[int, int, int]
    spacing_mm: tuple[float, float, float]
    acquisition: Mapping[str, str] = field(default_factory=dict)
    frame_of_reference: str = ""
    stack_of: str = ""
    fraction: FractionScale | None = None
    modality: Modality | None = field(default=Modality.MRI, compare=False, metadata=NOT_SAVED)
    contrast: ImageContrast | None = field(default=None, compare=False, metadata=NOT_SAVED)

    def __post_init__(self) -> None:
        if self.role not in KIND_OF:
            return
        modality, _, contrast = KIND_OF[self.role]
        if self.contrast is None:
            object.__setattr__(self, "contrast", contrast)
        if (self.modality, self.contrast) != (modality, contrast):
            raise ValueError(f"{self.modality} {self.contrast} cannot be used as {self.role}")


@dataclass(frozen=True, eq=False)
class Series:
    """A series with its image. source: what it was read from, None for an image without UIDs."""

    summary: SeriesSummary
    volume: Volume
    source: SourceRef | None = field(default=None, repr=False)

    @property
    def role(self) -> SeriesRole:
        """What the series is used for."""
        return self.summary.role


@dataclass(frozen=True, eq=False)
class Study:
    """One person's examination, read and placed.

    subject_id: a pseudonym. vertebrae: a level label map that came with the study, if any.
    whole_vertebrae: it holds arches too, from which the bodies are still to be cut.
    notes: what the reader of a report must know about how the files were understood.
    """

    subject_id: str
    series: tuple[Series, ...]
    vertebrae: LabelMap | None = None
    unused: tuple[SeriesSummary, ...] = ()
    notes: tuple[str, ...] = ()
    whole_vertebrae: bool = False

    def stacks_with_role(self, role: SeriesRole) -> tuple[Series, ...]:
        """The stacks of the one series of that role, one for a series of one stack; empty for none.

        Raises InputError where several series claim the role: which one to measure is not guessed.
        """
        found = tuple(series for series in self.series if series.role is role)
        names = {one.summary.stack_of or one.summary.series_id for one in found}
        if len(names) > 1 or (len(found) > 1 and not found[0].summary.stack_of):
            listed = ", ".join(series.summary.series_id for series in found)
            raise InputError(
                f"{len(found)} series are {role}: {listed}; keep one, or name it with "
                "'series' in the parameters"
            )
        return found

    def with_role(self, role: SeriesRole) -> Series | None:
        """The series of that role, or None where the study has none.

        Raises InputError where several claim the role, or where it lies in several stacks.
        """
        found = self.stacks_with_role(role)
        if len(found) > 1:
            raise InputError(f"{role} lies in {len(found)} stacks, one was expected")
        return found[0] if found else None

    def keeping(self, chosen: Mapping[str, str]) -> "Study":
        """The study with one series per named role; the others of that role become unused.

        chosen: role (a `SeriesRole` value) to series id, or to the name that the stacks of a series
        share. Raises UsageError for a role or a series that the study does not have.
        """
        unused = list(self.unused)
        kept = list(self.series)
        for role, series_id in chosen.items():
            of_role = [series for series in kept if series.role.value == role]
            if not any(series_id in _names_of(series) for series in of_role):
                names = ", ".join(series.summary.series_id for series in of_role) or "none"
                raise UsageError(
                    f"series '{role}': no '{series_id}' of that role; there is: {names}"
                )
            for series in of_role:
                if series_id not in _names_of(series):
                    kept.remove(series)
                    reason = f"the parameters name {series_id} instead"
                    unused.append(replace(series.summary, role=SeriesRole.OTHER, reason=reason))
        return replace(self, series=tuple(kept), unused=tuple(unused))

    @property
    def summaries(self) -> tuple[SeriesSummary, ...]:
        """Every series found, used ones first."""
        return tuple(series.summary for series in self.series) + self.unused


def _names_of(series: Series) -> tuple[str, str]:
    """Its own name, and that of the series whose stack it is."""
    return series.summary.series_id, series.summary.stack_of or series.summary.series_id
