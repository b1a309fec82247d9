"""A site's way to its own border: a table of its labels, a training, outlines by the new bundle."""

from pathlib import Path

import numpy as np
import pytest
import yaml

from multifidus.domain.volume import LabelMap, Volume
from multifidus.files.paths import PARAMS
from multifidus.simulation.phantom import random_axial_slices
from multifidus.training.bundle import read_metadata
from tests.helpers.command import called
from tests.helpers.labelled_tables import write_case, write_table

pytestmark = pytest.mark.slow

PEOPLE = ("s01", "s02", "s03")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three simulated people's T2 slices, outlined, and settings of two steps."""
    folder = tmp_path_factory.mktemp("site")
    rows = []
    for seed, person in enumerate(PEOPLE):
        drawn = random_axial_slices(np.random.default_rng(seed), 1, 2.0)
        labels = LabelMap(np.where(drawn.labels <= 4, drawn.labels, 0), drawn.grid)
        rows.append(write_case(folder, person, (Volume(drawn.t2, drawn.grid),), labels))
    write_table(folder / "table.csv", rows)
    shipped = (PARAMS / "training" / "fine_tune.yml").read_text(encoding="utf-8")
    settings = yaml.safe_load(shipped) | {"weights": {"model.pt": [], "without_s01.pt": ["s01"]}}
    settings["fit"] |= {"steps": 2, "batch_slices": 2, "threads": 1}
    settings["augmentation"] |= {"patch_shape": [64, 64]}
    (folder / "site.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    return folder


def test_a_table_of_labels_becomes_a_bundle_that_outlines(site: Path, tmp_path: Path):
    trained = called("train", site / "site.yml")
    assert trained.returncode == 0, trained.stderr
    assert "| without_s01.pt | s01 |" in trained.stdout
    bundle = site / "mf_es_site"
    metadata = read_metadata(bundle)
    assert metadata["version"].startswith("0.1.0+")
    assert metadata["roi_definition"] == "fascial"
    assert set(PEOPLE) <= set(metadata["weights_trained_on"]["model.pt"])
    assert "s01" not in metadata["weights_trained_on"]["without_s01.pt"]
    output = tmp_path / "labels.nii.gz"
    outlined = called("segment", site / "s01_image.nii.gz", "-o", output, "--bundle", bundle)
    assert outlined.returncode == 0, outlined.stderr
    assert output.is_file()


def test_labels_with_right_and_left_exchanged_end_in_one_line_and_no_bundle(
    site: Path, tmp_path: Path
):
    drawn = random_axial_slices(np.random.default_rng(9), 3, 2.0)
    labels = np.where(drawn.labels <= 4, drawn.labels, 0)
    labels[..., 1] = np.array([0, 2, 1, 4, 3], np.uint8)[labels[..., 1]]
    image, exchanged = Volume(drawn.t2, drawn.grid), LabelMap(labels, drawn.grid)
    write_table(tmp_path / "table.csv", [write_case(tmp_path, "s01", (image,), exchanged)])
    settings = yaml.safe_load((site / "site.yml").read_text(encoding="utf-8"))
    (tmp_path / "site.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    refused = called("train", tmp_path / "site.yml")
    assert refused.returncode != 0
    (line,) = refused.stderr.strip().splitlines()
    assert "s01_labels.nii.gz" in line and "on slice 1" in line
    assert not (tmp_path / "mf_es_site").exists()
