"""Files in, domain types out, and back; the only room that knows file formats. Its door.

The names below are loaded when asked for. Every reader takes a path as text or as `Path`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multifidus.files.dicom.study import list_stacks, read_slice, read_stack
    from multifidus.files.dicom.write import MrProtocol, SeriesIdentity, write_dicom_series
    from multifidus.files.level_labels import read_level_labels
    from multifidus.files.muscle_labels import read_muscle_labels
    from multifidus.files.nifti import read_labels, read_volume, write_labels, write_volume
    from multifidus.files.numberings import read_level_numbering, read_numbering
    from multifidus.files.results.case import read_case
    from multifidus.files.study import list_series, read_image, read_study
    from multifidus.files.yaml import read_settings

_DOOR = {
    "list_series": "study",
    "read_study": "study",
    "read_image": "study",
    "list_stacks": "dicom.study",
    "read_stack": "dicom.study",
    "read_slice": "dicom.study",
    "read_volume": "nifti",
    "read_labels": "nifti",
    "read_numbering": "numberings",
    "read_muscle_labels": "muscle_labels",
    "read_level_numbering": "numberings",
    "read_level_labels": "level_labels",
    "read_case": "results.case",
    "read_settings": "yaml",
    "write_volume": "nifti",
    "write_labels": "nifti",
    "MrProtocol": "dicom.write",
    "SeriesIdentity": "dicom.write",
    "write_dicom_series": "dicom.write",
}
"""Each name and the module that it lies in."""

__all__ = [
    "MrProtocol",
    "SeriesIdentity",
    "list_series",
    "list_stacks",
    "read_case",
    "read_image",
    "read_labels",
    "read_level_labels",
    "read_level_numbering",
    "read_muscle_labels",
    "read_numbering",
    "read_settings",
    "read_slice",
    "read_stack",
    "read_study",
    "read_volume",
    "write_dicom_series",
    "write_labels",
    "write_volume",
]


def __getattr__(name: str) -> Any:
    """A name of the door."""
    if name in _DOOR:
        return getattr(import_module(f"{__name__}.{_DOOR[name]}"), name)
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
