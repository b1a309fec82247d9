"""What a level label map's values mean: numberings of `params/levels/` and a site's own files."""

from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np

from multifidus.domain.anatomy import NEIGHBOURS_OF, VERTEBRA_LABEL_OF, Vertebra
from multifidus.domain.errors import GeometryError, InputError, strict
from multifidus.domain.volume import Geometry, LabelMap
from multifidus.files.names import named_file
from multifidus.files.nifti import read_integers
from multifidus.files.numberings import shown_values
from multifidus.files.paths import PARAMS
from multifidus.files.yaml import read_as

OWN_LEVELS = "project"
LEAST_STEP_MM = 10.0
"""From the middle of a vertebra to that of the next; ours. A third of an adult's 30 to 40 mm, so
that small and steep spines pass and a row of three numbered as one of six does not."""

LUMBAR = frozenset(upper for upper, _ in NEIGHBOURS_OF.values())


@strict
class LevelNumbering:
    """Which value of a label map stands for which vertebra.

    values: value to vertebra. whole: the values hold arches too, and S1 may hold the whole sacrum.
    others: values that are left out; `all` for any. A value in none
    of these is refused.

    Raises ValueError for a numbering without a source or a lumbar vertebra, a value below 1 or
    given two meanings, or a vertebra with two values.
    """

    name: str
    source: str
    values: Mapping[int, Vertebra]
    whole: bool = False
    others: tuple[int, ...] | Literal["all"] = ()

    def __post_init__(self) -> None:
        if not self.name.strip() or not self.source.strip() or not self.values:
            raise ValueError("a numbering needs a name, a source and values")
        listed = [*self.values, *(() if self.others == "all" else self.others)]
        value, count = Counter(listed).most_common(1)[0]
        if count > 1:
            raise ValueError(f"value {value} is given two meanings")
        if min(listed) < 1:
            raise ValueError(f"value {min(listed)}: values start at 1, 0 is background")
        vertebra, count = Counter(self.values.values()).most_common(1)[0]
        if count > 1:
            raise ValueError(f"{vertebra} is given two values")
        if not LUMBAR & set(self.values.values()):
            raise ValueError("no lumbar vertebra has a value")

    def in_project_values(self, labels: np.ndarray) -> np.ndarray:
        """The label map in the values of `domain.anatomy.VERTEBRA_LABEL_OF`: uint8, shape kept.

        Raises InputError for a value that the numbering does not know, and where no lumbar
        vertebra is there: both speak for another numbering.
        """
        found = {int(value) for value in np.unique(labels)} - {0}
        unknown = set() if self.others == "all" else found - set(self.values) - set(self.others)
        if unknown:
            raise InputError(
                f"level label values {shown_values(unknown)} are not in the numbering "
                f"'{self.name}' ({shown_values(set(self.values))}); name the one that the label "
                "map is written in with 'numbering' under 'levels' in the parameters"
            )
        if not LUMBAR & {self.values[value] for value in found & set(self.values)}:
            why = f"it has values {shown_values(found)}" if found else "it is empty"
            raise InputError(f"no lumbar vertebra of the numbering '{self.name}' is there; {why}")
        renamed = np.zeros(labels.shape, np.uint8)
        for value, vertebra in self.values.items():
            renamed[labels == value] = VERTEBRA_LABEL_OF[vertebra]
        return renamed


def read_level_numbering(name_or_path: str = OWN_LEVELS) -> LevelNumbering:
    """A numbering of `params/levels/` by name, or a site's own file by its path.

    Raises UsageError for an unknown name, a missing file and whatever `LevelNumbering` refuses.
    """
    return read_as(LevelNumbering, level_numbering_file(name_or_path))


def level_numbering_file(name_or_path: str) -> Path:
    """The file of a level numbering; raises as `named_file` does."""
    return named_file(name_or_path, PARAMS / "levels", ".yml", "level numbering")


def read_level_labels(path: Path, numbering: LevelNumbering) -> LabelMap:
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
