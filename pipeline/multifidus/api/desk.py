"""A folder of one call's own, in which images from memory lie as the files that the tasks read."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from multifidus.api.given import (
    is_path,
    values_of,
    volume_of,
)
from multifidus.api.images import LabelMap
from multifidus.api.place import ArrayPlace
from multifidus.domain import volume
from multifidus.domain.errors import MultifidusError, UsageError
from multifidus.files.nifti import is_nifti, write_integers, write_volume
from multifidus.files.numberings import OWN_NUMBERING

CONTRASTS = ("T1", "T2", "water", "fat", "in_phase", "opposed")


@dataclass(frozen=True)
class Desk:
    """The folder, private to the user and gone when the call ends; and the place of arrays."""

    folder: Path
    place: ArrayPlace

    def image(
        self, given: Any, name: str, contrast: str | None = None, with_gaps: bool = False
    ) -> Path:
        """The image as a NIfTI file: the one that was named, or one written here.

        contrast: told in the file's name, by which the tasks know it.
        """
        if contrast is not None and contrast not in CONTRASTS:
            raise UsageError(
                f"contrast '{contrast}' is not known; it is one of {', '.join(CONTRASTS)}"
            )
        if contrast is None and _is_nifti_file(given):
            return Path(given)
        path = self.folder / (f"{name}_{contrast}.nii" if contrast else f"{name}.nii")
        write_volume(volume_of(given, self.place, name, with_gaps), path)
        return path

    def labels(self, given: Any, subject: str | None = None) -> Path:
        """The label map as a NIfTI file. subject: who it is of, the file's name by default."""
        if isinstance(given, LabelMap) and given.of != "muscles":
            raise UsageError("labels: a label map of muscles is asked for, this is of vertebrae")
        if subject is None and _is_nifti_file(given):
            return Path(given)
        name = str(subject or (Path(given).stem if is_path(given) else "labels"))
        if Path(name).name != name:
            raise UsageError(f"subject '{name}' holds a path; give a pseudonym")
        path = self.folder / "labels" / f"{name}.nii"
        path.parent.mkdir(exist_ok=True)
        write_integers(*values_of(given, self.place), path)
        return path

    def levels(self, given: Any) -> Path | None:
        """A level label map, or a table of slices: a path, an image, or level to slice index.

        What `label_levels` gave is taken too. Raises UsageError for a label map of muscles.
        """
        if given is None:
            return None
        if is_path(given):
            return Path(given)
        given = getattr(given, "labels", given)
        if isinstance(given, LabelMap) and given.of != "vertebrae":
            raise UsageError("levels: a label map of vertebrae is asked for, this is of muscles")
        if isinstance(given, Mapping):
            path = self.folder / "levels.csv"
            lines = "".join(f"{level},{index}\n" for level, index in given.items())
            path.write_text(f"level,slice\n{lines}", encoding="utf-8")
            return path
        path = self.folder / "levels.nii"
        write_integers(*values_of(given, ArrayPlace(), "levels"), path)
        return path

    def numbering(self, given: Any, labels: Any) -> str:
        """A shipped numbering, a site's file, or value to structure as a file of this folder."""
        if isinstance(labels, volume.LabelMap):
            if given not in (None, OWN_NUMBERING):
                raise UsageError(
                    "numbering: a LabelMap has the project's own values already; it is for paths, "
                    "arrays and images of other packages"
                )
            return OWN_NUMBERING
        if given is None:
            return OWN_NUMBERING
        if not isinstance(given, Mapping | str | os.PathLike):
            raise UsageError(
                f"numbering: a name, a file or a mapping is asked for, not {type(given).__name__}"
            )
        if not isinstance(given, Mapping):
            return os.fspath(given)
        path = self.folder / "numbering.yml"
        try:
            values = {int(value): str(structure) for value, structure in given.items()}
        except (TypeError, ValueError) as error:
            raise UsageError(
                "numbering: a mapping goes from a label value to what it stands for, such as "
                f"{{1: 'right multifidus', 2: 'left multifidus'}} ({error})"
            ) from error
        stated = {"name": "as given", "source": "stated in the call", "values": values}
        path.write_text(yaml.safe_dump(stated), encoding="utf-8")
        return str(path)


@contextmanager
def desk(place: ArrayPlace | None = None) -> Iterator[Desk]:
    """A desk for one call; errors and notes never name its folder."""
    with tempfile.TemporaryDirectory(prefix="multifidus-") as folder:
        made = Desk(Path(folder).resolve(), place or ArrayPlace())
        try:
            yield made
        except MultifidusError as error:
            raise type(error)(without_folder(str(error), made)) from error


def without_folder(text: str, used: Desk) -> str:
    """The text with a file of the desk by the argument that it holds: `image`, `labels`."""
    for path in sorted(used.folder.rglob("*.*")):
        shown = path.stem
        for contrast in CONTRASTS:
            shown = shown.removesuffix(f"_{contrast}")
        text = text.replace(str(path), shown).replace(path.name, shown)
    return text.replace(f"{used.folder}/", "")


def _is_nifti_file(given: Any) -> bool:
    return is_path(given) and is_nifti(Path(given))
