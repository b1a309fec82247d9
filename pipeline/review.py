"""An outline corrected by a reader: opened, compared, measured again, saved beside the old one."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from pipeline.domain.anatomy import Muscle, Side
from pipeline.domain.errors import GeometryError, InputError, UsageError
from pipeline.domain.muscle_order import require_order
from pipeline.domain.review import LARGEST_LABEL, STRUCTURE_NAME, Change, Remeasured, Review
from pipeline.domain.study import SeriesRole, Study
from pipeline.domain.volume import LabelMap, Plane, Volume, require_same_grid
from pipeline.io.files import files_below, sha256_of, sha256_of_all, whole_folder
from pipeline.io.measurement_table import measurement_rows
from pipeline.io.nifti import is_nifti, read_labels, read_volume, write_labels, write_volume
from pipeline.io.review_files import (
    COMPARED_FILE,
    REVIEW_FILE,
    REVIEWED_LABELS,
    write_compared,
    write_review,
)
from pipeline.quantification.measure import cross_sections
from pipeline.quantification.water_fat import WaterFat
from pipeline.reporting.brush import OutlineBrush
from pipeline.request import open_study

SHOWN_ROLES = (
    SeriesRole.AXIAL_WATER,
    SeriesRole.AXIAL_T2,
    SeriesRole.AXIAL_T1,
    SeriesRole.AXIAL_IN_PHASE,
    SeriesRole.AXIAL_OPPOSED_PHASE,
)
QUANTITIES = ("total_csa_mm2", "functional_csa_mm2", "fat_signal_fraction_pct")


@dataclass(frozen=True, eq=False)
class Opened:
    """An axial image and its outlines, opened for review.

    before: the label map on the image's grid. water_fat: None where the image carries no fat
    fraction. stored_like: the image's NIfTI file, None for DICOM. image_sha256 and labels_sha256:
    of the files' bytes.
    """

    image: Volume
    before: LabelMap
    water_fat: WaterFat | None
    stored_like: Path | None
    image_sha256: str
    labels_sha256: str


def open_review(image: Path | str, labels: Path | str) -> Opened:
    """Read an image and the label map that a reader wants to correct.

    image: an axial NIfTI file, or a study's folder, of which the series on the label map's grid is
    shown and, with water and fat, measured. Raises UsageError for a missing path, GeometryError
    where the label map does not lie on the image, InputError for values outside 0..7.
    """
    image, labels = Path(image), Path(labels)
    read = read_labels(labels)
    opened = _of_folder(image, labels, read) if image.is_dir() else _of_file(image, labels, read)
    plane = opened.image.geometry.plane
    if plane is not Plane.AXIAL:
        raise InputError(f"{image}: outlines are corrected on axial slices, this is {plane}")
    _require_plausible(opened.before, str(labels))
    return opened


def _of_file(image: Path, labels: Path, read: LabelMap) -> Opened:
    volume = read_volume(image)
    require_same_grid(volume.geometry, read.geometry, str(labels))
    before = LabelMap(read.voxels, volume.geometry)
    return Opened(volume, before, None, image, sha256_of(image), sha256_of(labels))


def _of_folder(folder: Path, labels: Path, read: LabelMap) -> Opened:
    study = open_study(folder, folder.name)
    fitting = [one for one in study.series if one.volume.geometry.is_same_grid(read.geometry)]
    shown = [one for role in SHOWN_ROLES for one in fitting if one.role is role]
    if not shown:
        raise GeometryError(f"{labels}: lies on none of the axial images of {folder}")
    before = LabelMap(read.voxels, shown[0].volume.geometry)
    file = folder / shown[0].summary.series_id
    return Opened(
        shown[0].volume,
        before,
        _water_fat(replace(study, series=tuple(fitting))),
        file if is_nifti(file) and file.is_file() else None,
        sha256_of_all(files_below(folder), below=folder),
        sha256_of(labels),
    )


def _water_fat(study: Study) -> WaterFat | None:
    water, fat = (study.with_role(r) for r in (SeriesRole.AXIAL_WATER, SeriesRole.AXIAL_FAT))
    return WaterFat(water.volume, fat.volume) if water and fat else None


def open_brush(opened: Opened) -> OutlineBrush:
    """The slices with the outlines over them and a brush, for JupyterLab.

    The viewer is given the image stored RAS+, whatever the order of the file, so that its voxels
    are those of `opened.before`. Raises UsageError where the extra `lab` is not installed.
    """
    folder = TemporaryDirectory(prefix="multifidus-review-")
    image, drawing = (Path(folder.name) / name for name in ("image.nii", "labels.nii"))
    write_volume(opened.image, image)

    def as_file(voxels: np.ndarray) -> Path:
        write_labels(LabelMap(voxels, opened.image.geometry), drawing)
        return drawing

    brush = OutlineBrush(image, opened.before.voxels, as_file)
    brush.keep_alive(folder)
    return brush


def corrected(opened: Opened, voxels: np.ndarray) -> LabelMap:
    """The label map that a reader leaves behind. voxels: (X, Y, Z), stored RAS+, values 0..7.

    Raises GeometryError for another shape, or where right and left lie the wrong way round;
    InputError for other values.
    """
    after = LabelMap(voxels, opened.before.geometry)
    _require_plausible(after, "corrected label map")
    return after


def changes(before: LabelMap, after: LabelMap) -> tuple[Change, ...]:
    """What differs between two label maps, one row per slice and structure, from the feet up.

    Empty where nothing differs. Raises GeometryError for another grid, InputError for values
    outside 0..7.
    """
    require_same_grid(before.geometry, after.geometry, "corrected label map")
    for labels, name in ((before, "label map"), (after, "corrected label map")):
        _require_known_values(labels, name)
    rows = []
    for z in np.flatnonzero((before.voxels != after.voxels).any(axis=(0, 1))):
        for value, structure in STRUCTURE_NAME.items():
            old, new = (labels.voxels[..., z] == value for labels in (before, after))
            if np.array_equal(old, new):
                continue
            rows.append(
                Change(
                    slice_index=int(z),
                    structure=structure,
                    pixels_before=int(np.count_nonzero(old)),
                    pixels_added=int(np.count_nonzero(new & ~old)),
                    pixels_removed=int(np.count_nonzero(old & ~new)),
                    pixel_area_mm2=before.geometry.axial_pixel_area_mm2,
                )
            )
    return tuple(rows)


def remeasure(opened: Opened, after: LabelMap) -> tuple[Remeasured, ...]:
    """Every labelled muscle of every slice measured on the old and on the new label map.

    One row per slice, muscle, side and quantity; with water and fat one per fat method too.
    """
    require_same_grid(opened.before.geometry, after.geometry, "corrected label map")
    old, new = (_measured(labels, opened.water_fat) for labels in (opened.before, after))
    keys = sorted(old.keys() | new.keys())
    return tuple(
        Remeasured(z, Muscle(muscle), Side(side), quantity, method, old.get(key), new.get(key))
        for key in keys
        for z, muscle, side, quantity, method in [key]
    )


Key = tuple[int, str, str, str, str]


def _measured(labels: LabelMap, water_fat: WaterFat | None) -> dict[Key, float]:
    """(slice, muscle, side, quantity, method) to its value."""
    found: dict[Key, float] = {}
    for z in range(labels.voxels.shape[2]):
        for section in cross_sections(labels, z, water_fat):
            for row in measurement_rows("", "", section):
                for quantity in QUANTITIES:
                    value = row.get(quantity)
                    method = "" if quantity == "total_csa_mm2" else str(row.get("method", ""))
                    if isinstance(value, float):
                        found[z, section.muscle, section.side, quantity, method] = value
    return found


def save_review(opened: Opened, after: LabelMap, reader: str, time: str, folder: Path | str) -> str:
    """Write a corrected label map, who corrected it, when, and what changed, to a new folder.

    reader: name or initials. time: ISO 8601 with its offset from UTC. The label map lies on the
    image's stored voxels; the one that was opened stays as it is. Returns in words what was
    written: nothing where nothing changed. Raises UsageError for an empty reader, another form of
    time, or a folder that holds a review.
    """
    folder = Path(folder)
    reader, time = _name(reader), _moment(time)
    taken = [name for name in (REVIEW_FILE, REVIEWED_LABELS) if (folder / name).exists()]
    if taken:
        raise UsageError(f"{folder / taken[0]}: a review is never overwritten; name another folder")
    found = changes(opened.before, after)
    if not found:
        return "Nothing changed: no label map was written."
    _require_plausible(after, "corrected label map")
    with whole_folder(folder, last=REVIEW_FILE) as partial:
        write_labels(after, partial / REVIEWED_LABELS, opened.stored_like)
        write_compared(remeasure(opened, after), partial / COMPARED_FILE)
        fingerprints = {
            "image": opened.image_sha256,
            "labels_before": opened.labels_sha256,
            "labels_after": sha256_of(partial / REVIEWED_LABELS),
        }
        write_review(Review(reader, time, fingerprints, found), partial / REVIEW_FILE)
    return f"{REVIEWED_LABELS}, {COMPARED_FILE} and {REVIEW_FILE} are written to {folder}"


def _name(reader: str) -> str:
    if not reader or not reader.strip():
        raise UsageError("a review needs its reader's name or initials; fill in 'reader'")
    return " ".join(reader.split())


def _moment(time: str) -> str:
    try:
        moment = datetime.fromisoformat(time)
    except ValueError as error:
        raise UsageError(
            f"'{time}' is not a time in ISO 8601: 2026-05-04T09:30:00+02:00"
        ) from error
    if moment.tzinfo is None:
        raise UsageError(f"'{time}' lacks its offset from UTC: 2026-05-04T09:30:00+02:00")
    return moment.isoformat()


def _require_known_values(labels: LabelMap, name: str) -> None:
    largest = int(labels.voxels.max())
    if largest > LARGEST_LABEL:
        raise InputError(f"{name}: label value {largest} is outside 0..{LARGEST_LABEL}")


def _require_plausible(labels: LabelMap, name: str) -> None:
    _require_known_values(labels, name)
    require_order(labels, name)
