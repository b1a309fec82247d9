"""What a corrected outline changes: pixels by slice and structure, and every measured value."""

from itertools import product

import numpy as np

from multifidus.domain.anatomy import LABEL_WORDS, Muscle, Side
from multifidus.domain.muscle_row import section_rows
from multifidus.domain.quantities import Quantity
from multifidus.domain.review import Change, Remeasured
from multifidus.domain.volume import LabelMap, require_same_grid
from multifidus.muscle.fat.water_fat import WaterFat
from multifidus.muscle.measure import cross_sections
from multifidus.tasks.review_image import Opened, require_known_values

REMEASURED = (Quantity.TOTAL_CSA, Quantity.FUNCTIONAL_CSA, Quantity.FAT_FRACTION)


def changes(before: LabelMap, after: LabelMap) -> tuple[Change, ...]:
    """What differs between two label maps, one row per slice and structure, from the feet up.

    Empty where nothing differs. Raises GeometryError for another grid, InputError for values
    outside 0..7.
    """
    require_same_grid(before.geometry, after.geometry, "corrected label map")
    for labels, name in ((before, "label map"), (after, "corrected label map")):
        require_known_values(labels, name)
    rows = []
    for z in np.flatnonzero((before.voxels != after.voxels).any(axis=(0, 1))):
        for value, structure in LABEL_WORDS.items():
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
    return tuple(Remeasured(*key, before=old.get(key), after=new.get(key)) for key in keys)


Key = tuple[int, Muscle, Side, Quantity, str]


def _measured(labels: LabelMap, water_fat: WaterFat | None) -> dict[Key, float]:
    """(slice, muscle, side, quantity, method) to its value."""
    found: dict[Key, float] = {}
    for z in range(labels.voxels.shape[2]):
        for section in cross_sections(labels, z, water_fat):
            place = (z, section.muscle, section.side)
            for row, quantity in product(section_rows("", "", section), REMEASURED):
                value = quantity.of(row)
                if value is not None:
                    found[*place, quantity, quantity.method_of(row)] = value
    return found
