import json

import numpy as np
import pytest

from multifidus.domain.anatomy import SpinalLevel, Vertebra
from multifidus.domain.spine import Disc, Discs, Endplate, LabelledVertebrae
from multifidus.domain.volume import LabelMap
from multifidus.files.results.levels import Labeller, levels_file_of, write_levels_file
from tests.helpers.phantoms import axial_geometry

UP = np.array([0.0, 0.0, 1.0])
L4_L5, L5_S1 = SpinalLevel.L4_L5, SpinalLevel.L5_S1


@pytest.fixture
def written(tmp_path):
    """The file of one disc 8 mm high between L4 and L5, with S1 unlabelled."""
    voxels = np.zeros(axial_geometry().shape, np.uint8)
    voxels[..., 0], voxels[..., 2] = 5, 4
    found = LabelledVertebrae(LabelMap(voxels, axial_geometry()), ("the sacrum is out of view",))
    ends = (Endplate(np.array([1.0, 2, 14]), UP), Endplate(np.array([1.0, 2, 6]), UP))
    disc = Disc(L4_L5, np.array([1.0, 2, 10]), UP, 8.0, *ends)
    discs = Discs({L4_L5: disc}, {L5_S1: "S1 is not labelled"})
    path = levels_file_of(tmp_path / "p_levels.nii.gz")
    write_levels_file(found, discs, Labeller("net", "1.2", "model.onnx", "f" * 64), path)
    return path


def test_the_discs_lie_beside_the_label_map_under_its_name(written, tmp_path):
    assert written == tmp_path / "p_levels.json"


def test_a_disc_is_written_with_centre_normal_height_and_endplates(written):
    content = json.loads(written.read_text("utf-8"))
    assert content["discs"] == {
        "L4/5": {
            "centre_mm": [1, 2, 10],
            "normal": [0, 0, 1],
            "height_mm": 8,
            "upper_endplate": {"centre_mm": [1, 2, 14], "normal": [0, 0, 1]},
            "lower_endplate": {"centre_mm": [1, 2, 6], "normal": [0, 0, 1]},
        }
    }


def test_the_file_tells_axes_values_doubts_gaps_and_network(written):
    content = json.loads(written.read_text("utf-8"))
    assert content["axes"].startswith("patient mm, RAS+")
    assert content["label_values"] == {Vertebra.L4: 4, Vertebra.L5: 5}
    assert content["doubts"] == ["the sacrum is out of view"]
    assert content["no_disc"] == {"L5/S1": "S1 is not labelled"}
    assert content["bundle"]["weights_sha256"] == "f" * 64
