"""Which role a series has, and why: acquisition tags first, geometry always, names last."""

from multifidus.domain.study import KIND_OF, ImageContrast, Modality, SeriesRole, role_of
from multifidus.domain.volume import Plane
from multifidus.files.dicom.contrast import Acquisition, contrast_of, series_limits
from multifidus.files.dicom.words import NAME_WORDS, kinds_said

CONTRAST_OF_KIND = {
    "": None,
    "water": ImageContrast.WATER,
    "fat": ImageContrast.FAT,
    "in_phase": ImageContrast.IN_PHASE,
    "opposed": ImageContrast.OPPOSED_PHASE,
    "fat fraction": ImageContrast.FAT_FRACTION,
    "t1": ImageContrast.T1,
    "t2": ImageContrast.T2,
    "stir": ImageContrast.STIR,
}


def role_of_dicom(plane: Plane | None, tags: Acquisition) -> tuple[SeriesRole, str]:
    """Role of a DICOM MR series and the evidence for it."""
    found = contrast_of(tags)
    return _placed(plane, found.kind, found.evidence)


def contrast_of_kind(kind: str) -> ImageContrast | None:
    """The contrast that a kind of the word lists stands for; None for "", a contrast not told."""
    return CONTRAST_OF_KIND.get(kind, ImageContrast.OTHER)


def localizer_by_geometry(
    slices: int, step_mm: float, thickness_mm: float | None, field_of_view_mm: float
) -> str:
    """Why a stack is a localizer: few slices, far apart, of a large field; "" where it is not.

    step_mm: from slice centre to slice centre. thickness_mm: None where the header has none.
    """
    limits = series_limits().localizer
    if not thickness_mm or not 1 < slices <= limits.most_slices:
        return ""
    gap_mm = step_mm - thickness_mm
    is_sparse = gap_mm >= limits.least_gap_share * thickness_mm
    if not is_sparse or field_of_view_mm < limits.least_field_of_view_mm:
        return ""
    return (
        f"{slices} slices of {thickness_mm:g} mm with gaps of {gap_mm:.0f} mm and a field of view "
        f"of {field_of_view_mm:.0f} mm are a localizer"
    )


def role_of_name(stem: str, plane: Plane | None) -> tuple[SeriesRole, str]:
    """Role of a NIfTI file, which carries no acquisition tags: geometry, then its name."""
    kinds = list(kinds_said(stem, NAME_WORDS))
    if "levels" in kinds:
        return SeriesRole.LEVEL_LABELS, "file name says levels"
    if "muscles" in kinds:
        return SeriesRole.MUSCLE_LABELS, "file name says labels"
    if len(kinds) > 1:
        return SeriesRole.OTHER, f"file name says {' and '.join(kinds)}: which one is not guessed"
    evidence = f"file name says {kinds[0]}" if kinds else "no contrast in the file name"
    return _placed(plane, kinds[0] if kinds else "", evidence)


def _placed(plane: Plane | None, contrast: str, evidence: str) -> tuple[SeriesRole, str]:
    if contrast == "localizer":
        return SeriesRole.LOCALIZER, evidence
    if plane is None:
        return SeriesRole.OTHER, f"oblique between planes; {evidence}"
    role = role_of(Modality.MRI, plane, contrast_of_kind(contrast))
    reason = f"{plane} by orientation; {evidence}"
    return role, reason if role is not SeriesRole.OTHER else f"{reason}; no use for it yet"


def contrast_of_name(name: str) -> ImageContrast | None:
    """What a name, or a word such as T2w, says of an axial image's contrast; None if nothing."""
    kind = KIND_OF.get(role_of_name(name, Plane.AXIAL)[0])
    return None if kind is None else kind[2]
