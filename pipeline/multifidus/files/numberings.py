"""What a label map's values mean: the numberings that are shipped, and a site's own files."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import BeforeValidator

from multifidus.domain.anatomy import (
    LABEL_OF,
    LUMBAR,
    VERTEBRA_LABEL_OF,
    Muscle,
    Structure,
    Vertebra,
)
from multifidus.domain.errors import InputError, strict
from multifidus.files.names import named_file
from multifidus.files.paths import PARAMS
from multifidus.files.yaml import read_as

OWN_NUMBERING = "multifidus"
OWN_LEVELS = "project"
STRUCTURES = {structure.words: structure for structure in LABEL_OF}
"""Names as numbering files write them: `right multifidus`."""

SHOWN_VALUES = 6


@strict
class Numbering:
    """Which value of a label map stands for which part of the body.

    values: value to part. others: values that are left out; `all` for any. A value in none of
    these is refused.

    Raises ValueError for a numbering without a name, a source or a part, a value below 1 or given
    two meanings, or a part with two values.
    """

    own_values: ClassVar[Mapping[Any, int]] = {}
    """The project's value of each part."""
    map_name: ClassVar[str] = "label"
    named_where: ClassVar[str] = ""

    name: str
    source: str
    values: Mapping[int, Any]
    others: tuple[int, ...] | Literal["all"] = ()

    def __post_init__(self) -> None:
        if not self.name.strip() or not self.source.strip() or not self.values:
            raise ValueError("a numbering needs a name, a source and values")
        others = () if self.others == "all" else self.others
        listed = [*self.values, *self._without_part, *others]
        value, count = Counter(listed).most_common(1)[0]
        if count > 1:
            raise ValueError(f"value {value} is given two meanings")
        if min(listed) < 1:
            raise ValueError(f"value {min(listed)}: values start at 1, 0 is background")
        part, count = Counter(self.values.values()).most_common(1)[0]
        if count > 1:
            raise ValueError(f"{self._words(part)} is given two values")
        self._require_parts()

    def in_project_values(self, labels: np.ndarray) -> np.ndarray:
        """The label map in the project's own values: uint8, shape kept.

        Raises InputError for a value that the numbering does not know, and where nothing that it is
        about is there: both speak for another numbering.
        """
        found = {int(value) for value in np.unique(labels)} - {0}
        known = {*self.values, *self._without_part}
        unknown = set() if self.others == "all" else found - known - set(self.others)
        if unknown:
            raise InputError(
                f"{self.map_name} values {_shown(unknown)} are not in the numbering '{self.name}' "
                f"({_shown(known)}); name the numbering that the label map is written in"
                f"{self.named_where}"
            )
        self._require_use(found)
        renamed = np.zeros(labels.shape, np.uint8)
        for value, part in self.values.items():
            renamed[labels == value] = self.own_values[part]
        return renamed

    @property
    def _without_part(self) -> tuple[int, ...]:
        """Values that are known and stand for no single part."""
        return ()

    def _words(self, part: Any) -> str:
        return str(part)

    def _require_parts(self) -> None:
        """Raise ValueError where a part is missing that the numbering must have."""

    def _require_use(self, found: set[int]) -> None:
        """Raise InputError where a map of those values holds nothing to work with."""


def _structure(text: Any) -> Any:
    """The muscle and side that a numbering file names in words."""
    if isinstance(text, Structure):
        return text
    if not isinstance(text, str) or text not in STRUCTURES:
        raise ValueError(f"'{text}' is none of {', '.join(STRUCTURES)}")
    return STRUCTURES[text]


@strict
class LabelNumbering(Numbering):
    """Which value of a label map stands for which muscle and side.

    merged: values in which multifidus and erector spinae are one. Raises ValueError as `Numbering`
    does, and for one side of a muscle without the other.
    """

    own_values: ClassVar[Mapping[Any, int]] = LABEL_OF

    values: Mapping[int, Annotated[Structure, BeforeValidator(_structure)]]
    merged: tuple[int, ...] = ()

    @property
    def tells_multifidus(self) -> bool:
        """Whether any value stands for multifidus alone."""
        return Muscle.MULTIFIDUS in self.muscles

    @property
    def muscles(self) -> frozenset[Muscle]:
        """The muscles that have values of their own."""
        return frozenset(structure.muscle for structure in self.values.values())

    @property
    def _without_part(self) -> tuple[int, ...]:
        return self.merged

    def _words(self, part: Structure) -> str:
        return f"'{part.words}'"

    def _require_parts(self) -> None:
        structures = list(self.values.values())
        for structure in structures:
            if structure.mirrored not in structures:
                raise ValueError(f"{self._words(structure.mirrored)} has no value")

    def _require_use(self, found: set[int]) -> None:
        if found & set(self.values):
            return
        why = f"; it has values {_shown(found)}" if found else ", it is empty"
        if found & set(self.merged):
            why = "; multifidus and erector spinae are one label there and cannot be parted"
        raise InputError(f"the label map holds no muscle of the numbering '{self.name}'{why}")


@strict
class LevelNumbering(Numbering):
    """Which value of a label map stands for which vertebra.

    whole: the values hold arches too, and S1 may hold the whole sacrum. Raises ValueError as
    `Numbering` does, and for one without a lumbar vertebra.
    """

    own_values: ClassVar[Mapping[Any, int]] = VERTEBRA_LABEL_OF
    map_name: ClassVar[str] = "level label"
    named_where: ClassVar[str] = " with 'numbering' under 'levels' in the parameters"

    values: Mapping[int, Vertebra]
    whole: bool = False

    def _require_parts(self) -> None:
        if not set(LUMBAR) & set(self.values.values()):
            raise ValueError("no lumbar vertebra has a value")

    def _require_use(self, found: set[int]) -> None:
        if not set(LUMBAR) & {self.values[value] for value in found & set(self.values)}:
            why = f"it has values {_shown(found)}" if found else "it is empty"
            raise InputError(f"no lumbar vertebra of the numbering '{self.name}' is there; {why}")


def read_numbering(name_or_path: str) -> LabelNumbering:
    """A shipped numbering of muscles by name, or a site's own file by its path.

    Raises UsageError for an unknown name, a missing file, a structure that is not one of
    `STRUCTURES`, and whatever `LabelNumbering` refuses.
    """
    path = named_file(name_or_path, PARAMS / "labels", ".yml", "label numbering")
    return read_as(LabelNumbering, path)


def read_level_numbering(name_or_path: str = OWN_LEVELS) -> LevelNumbering:
    """A shipped numbering of vertebrae by name, or a site's own file by its path.

    Raises UsageError for an unknown name, a missing file and whatever `LevelNumbering` refuses.
    """
    return read_as(LevelNumbering, level_numbering_file(name_or_path))


def level_numbering_file(name_or_path: str) -> Path:
    """The file of a level numbering; raises as `named_file` does."""
    return named_file(name_or_path, PARAMS / "levels", ".yml", "level numbering")


def _shown(values: set[int]) -> str:
    """The values in order, the first few of many."""
    first = ", ".join(str(value) for value in sorted(values)[:SHOWN_VALUES])
    return f"{first} ..." if len(values) > SHOWN_VALUES else first
