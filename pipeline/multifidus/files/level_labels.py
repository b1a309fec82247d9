"""Level label maps from elsewhere: brought to the project's values, and doubted."""

from itertools import pairwise
from pathlib import Path

import numpy as np

from multifidus.domain.anatomy import VERTEBRA_LABEL_OF, Vertebra
from multifidus.domain.errors import GeometryError, InputError
from multifidus.domain.volume import Geometry, LabelMap
from multifidus.files.nifti import read_integers
from multifidus.files.numberings import LevelNumbering, read_level_numbering
from multifidus.files.paths import PARAMS

LEAST_STEP_MM = 10.0
"""From the middle of a vertebra to that of the next; ours. A third of an adult's 30 to 40 mm, so
that small and steep spines pass and a row of three numbered as one of six does not."""


def read_level_labels(path: Path | str, numbering: LevelNumbering) -> LabelMap:
    """The vertebrae of a NIfTI label map in the project's values, whole where they are drawn whole.

    Raises InputError, naming the file, for one that cannot be read, for values that are not of the
    numbering, and for vertebrae that do not follow each other down the spine.
    """
    values, geometry = read_integers(path)
    try:
        labels = LabelMap(numbering.in_project_values(values), geometry)
        _require_order(labels, numbering)
    except InputError as error:
        advice = _looks_like(values, geometry, numbering)
        raise type(error)(f"{path}: {error}{advice}") from error
    return labels


def _require_order(labels: LabelMap, numbering: LevelNumbering) -> None:
    """Refuse vertebrae that do not follow each other from the head down, each a step below.

    Raises GeometryError naming the first pair that lies the wrong way round or too near.
    """
    heights_mm = {}
    row = list(Vertebra)  # from the head down
    for vertebra in row:
        voxels = np.argwhere(labels.voxels == VERTEBRA_LABEL_OF[vertebra])
        if len(voxels):
            heights_mm[vertebra] = float(labels.geometry.to_mm(voxels.mean(axis=0)[None])[0, 2])
    for above, below in pairwise(heights_mm):
        steps = row.index(below) - row.index(above)
        apart_mm = heights_mm[above] - heights_mm[below]
        if apart_mm < steps * LEAST_STEP_MM:
            where = "below" if apart_mm <= 0 else f"only {apart_mm:.0f} mm above"
            raise GeometryError(
                f"{above} lies {where} {below}; read as '{numbering.name}' the level label map "
                "shows no spine: its values mean something else, or its affine is turned over"
            )


def _looks_like(values: np.ndarray, geometry: Geometry, numbering: LevelNumbering) -> str:
    """The shipped numberings in which the map shows vertebrae in their order, as advice."""
    fitting = []
    for path in sorted((PARAMS / "levels").glob("*.yml")):
        other = read_level_numbering(path.stem)
        try:
            _require_order(LabelMap(other.in_project_values(values), geometry), other)
        except InputError:
            continue
        if other.values != numbering.values:
            fitting.append(path.stem)
    return f"; it looks like levels: {{numbering: {' or '.join(fitting)}}}" if fitting else ""
