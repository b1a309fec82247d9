"""Two trainings under one name are two versions."""

from pathlib import Path

import pytest

from multifidus.training.bundle import read_metadata, write_metadata
from multifidus.training.own_version import write_own_version


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    (tmp_path / "configs").mkdir()
    write_metadata(tmp_path, {"version": "0.1.0", "weights_sha256": {"model.pt": "ab" * 32}})
    return tmp_path


def test_the_same_weights_have_the_same_version_however_often_it_is_written(bundle: Path):
    version = write_own_version(bundle)
    assert version.startswith("0.1.0+")
    assert write_own_version(bundle) == version == read_metadata(bundle)["version"]


def test_other_weights_have_another_version(bundle: Path):
    first = write_own_version(bundle)
    metadata = read_metadata(bundle)
    write_metadata(bundle, metadata | {"weights_sha256": {"model.pt": "cd" * 32}})
    assert write_own_version(bundle) != first
