"""What a label map's values mean: the numberings of `params/labels/` and a site's own files."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import TypeAdapter, ValidationError

from multifidus.domain.anatomy import LABEL_OF, Muscle, Structure
from multifidus.domain.errors import InputError, UsageError
from multifidus.domain.settings import STRICT
from multifidus.files.paths import PARAMS
from multifidus.files.yaml import first_problem, read_yaml

OWN_NUMBERING = "multifidus"
STRUCTURES = {structure.words: structure for structure in LABEL_OF}
"""Names as numbering files write them: `right multifidus`."""

SHOWN_VALUES = 6


@dataclass(frozen=True)
class LabelNumbering:
    """Which value of a label map stands for which muscle and side.

    values: value to structure. merged: values in which multifidus and erector spinae are one.
    others: values that are no back muscle and are left out; `all` for any. A value in none of
    these is refused.

    Raises ValueError for a numbering without a source or a structure, a value below 1 or given
    two meanings, a structure with two values, or one side of a muscle without the other.
    """

    name: str
    source: str
    values: Mapping[int, Structure]
    merged: tuple[int, ...] = ()
    others: tuple[int, ...] | Literal["all"] = ()

    def __post_init__(self) -> None:
        if not self.name.strip() or not self.source.strip() or not self.values:
            raise ValueError("a numbering needs a name, a source and values")
        listed = [*self.values, *self.merged, *(() if self.others == "all" else self.others)]
        value, count = Counter(listed).most_common(1)[0]
        if count > 1:
            raise ValueError(f"value {value} is given two meanings")
        if min(listed) < 1:
            raise ValueError(f"value {min(listed)}: values start at 1, 0 is background")
        structures = list(self.values.values())
        structure, count = Counter(structures).most_common(1)[0]
        if count > 1:
            raise ValueError(f"'{structure.words}' is given two values")
        for one in structures:
            if one.mirrored not in structures:
                raise ValueError(f"'{one.mirrored.words}' has no value")

    @property
    def tells_multifidus(self) -> bool:
        """Whether any value stands for multifidus alone."""
        return Muscle.MULTIFIDUS in self.muscles

    @property
    def muscles(self) -> frozenset[Muscle]:
        """The muscles that have values of their own."""
        return frozenset(one.muscle for one in self.values.values())

    def in_project_values(self, labels: np.ndarray) -> np.ndarray:
        """The label map in the values of `domain.anatomy.LABEL_OF`: uint8, shape kept.

        Raises InputError for a value that the numbering does not know, and where none of its
        muscles is there: both speak for another numbering.
        """
        found = {int(value) for value in np.unique(labels)} - {0}
        known = {*self.values, *self.merged}
        unknown = set() if self.others == "all" else found - known - set(self.others)
        if unknown:
            raise InputError(
                f"label values {shown_values(unknown)} are not in the numbering '{self.name}' "
                f"({shown_values(known)}); name the numbering that the label map is written in"
            )
        if not found & set(self.values):
            why = f"; it has values {shown_values(found)}" if found else ", it is empty"
            if found & set(self.merged):
                why = "; multifidus and erector spinae are one label there and cannot be parted"
            raise InputError(f"the label map holds no muscle of the numbering '{self.name}'{why}")
        renamed = np.zeros(labels.shape, np.uint8)
        for value, structure in self.values.items():
            renamed[labels == value] = LABEL_OF[structure]
        return renamed


@dataclass(frozen=True)
class _NumberingFile:
    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    name: str
    source: str
    values: Mapping[int, str]
    merged: tuple[int, ...] = ()
    others: tuple[int, ...] | Literal["all"] = ()


def read_numbering(name_or_path: str) -> LabelNumbering:
    """A numbering of `params/labels/` by name, or a site's own file by its path.

    Raises UsageError for an unknown name, a missing file, a structure that is not one of
    `STRUCTURES`, and whatever `LabelNumbering` refuses.
    """
    path = numbering_file(name_or_path, "labels", "label numbering")
    try:
        stated = TypeAdapter(_NumberingFile).validate_python(read_yaml(path))
        wrong = sorted(set(stated.values.values()) - STRUCTURES.keys())
        if wrong:
            raise ValueError(f"'{wrong[0]}' is none of {', '.join(STRUCTURES)}")
        structures = {value: STRUCTURES[text] for value, text in stated.values.items()}
        return LabelNumbering(stated.name, stated.source, structures, stated.merged, stated.others)
    except ValidationError as error:
        raise UsageError(f"{path}: {first_problem(error)}") from error
    except ValueError as error:
        raise UsageError(f"{path}: {error}") from error


def numbering_file(name_or_path: str, folder: str, kind: str) -> Path:
    """The file of a numbering: a name of that folder of `params/`, or a path.

    Raises UsageError naming those there are.
    """
    there = {path.stem: path for path in (PARAMS / folder).glob("*.yml")}
    path = there.get(name_or_path, Path(name_or_path))
    if not path.is_file():
        listed = ", ".join(sorted(there))
        raise UsageError(f"{name_or_path}: no such {kind}; there are {listed}, or a file")
    return path


def shown_values(values: set[int]) -> str:
    """The values in order, the first few of many."""
    first = ", ".join(str(value) for value in sorted(values)[:SHOWN_VALUES])
    return f"{first} ..." if len(values) > SHOWN_VALUES else first
