"""DICOM: headers by allow-list, stacks, pixels. Its door; other rooms ask `multifidus.files`."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multifidus.files.dicom.headers import begins_as_dicom
    from multifidus.files.dicom.study import (
        list_stacks,
        read_dicom_study,
        read_only_series,
        read_slice,
        read_stack,
    )
    from multifidus.files.dicom.write import MrProtocol, SeriesIdentity, write_dicom_series

_DOOR = {
    "begins_as_dicom": "headers",
    "list_stacks": "study",
    "read_dicom_study": "study",
    "read_only_series": "study",
    "read_slice": "study",
    "read_stack": "study",
    "MrProtocol": "write",
    "SeriesIdentity": "write",
    "write_dicom_series": "write",
}
"""Each name and the module that it lies in; loaded when asked for, since pydicom is heavy."""

__all__ = [
    "MrProtocol",
    "SeriesIdentity",
    "begins_as_dicom",
    "list_stacks",
    "read_dicom_study",
    "read_only_series",
    "read_slice",
    "read_stack",
    "write_dicom_series",
]


def __getattr__(name: str) -> Any:
    """A name of the door."""
    if name in _DOOR:
        return getattr(import_module(f"{__name__}.{_DOOR[name]}"), name)
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
