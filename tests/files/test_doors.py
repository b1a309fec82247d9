"""The doors of files: every name is there, loads only when asked for, and is no other's."""

import subprocess
import sys
from importlib import import_module

import pytest


@pytest.mark.parametrize("door", ["multifidus.files", "multifidus.files.dicom"])
def test_every_name_of_a_door_leads_to_what_its_module_holds(door):
    room = import_module(door)
    assert sorted(room.__all__) == sorted(room._DOOR)
    for name in room.__all__:
        assert getattr(room, name).__name__ == name
    with pytest.raises(AttributeError, match="has no attribute 'read_everything'"):
        room.read_everything  # noqa: B018


def test_the_doors_open_without_loading_a_format():
    code = (
        "import sys, multifidus.files, multifidus.files.dicom; "
        "print({'pydicom', 'nibabel', 'numpy', 'pydantic'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"
